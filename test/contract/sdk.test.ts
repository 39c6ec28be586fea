/** The vendor's own clients, unmodified, against the gateway: what they send arrives typed, what it answers they read. */
import * as Ecs from '@alicloud/ecs20140526';
import RpcClient from '@alicloud/pop-core';
import * as Vpc from '@alicloud/vpc20160428';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { refuse } from '../../src/contract/errors.ts';
import { isOfficialAction } from '../../src/contract/official.ts';
import type { Refusal } from '../../src/values/refusal.ts';
import { KEY, TEMPORARY, type TestGateway, testGateway } from './gateway-for-test.ts';

let server: TestGateway;
let endpoint: string;
let answer: object | Refusal = {};

beforeAll(async () => {
  server = testGateway({ dispatch: async () => answer });
  ({ endpoint } = await server.listen());
});
afterAll(() => server.gateway.close());

/** The clients read their configuration as a plain object; its class lies in a package that is not ours to import. */
function config(key: { accessKeyId: string; secret: string; securityToken?: string } = KEY): never {
  return {
    accessKeyId: key.accessKeyId,
    accessKeySecret: key.secret,
    securityToken: key.securityToken,
    endpoint: endpoint.slice('http://'.length),
    protocol: 'HTTP',
    regionId: 'cn-hangzhou',
  } as never;
}

/** The packages are CommonJS: depending on who imports them, the class is their default or the default's default. */
function clientClass<C>(exported: unknown): new (config: never) => C {
  return (typeof exported === 'function' ? exported : (exported as { default: unknown }).default) as never;
}

const ecs = (key?: typeof KEY) => new (clientClass<Ecs.default>(Ecs.default))(config(key));
const vpc = () => new (clientClass<Vpc.default>(Vpc.default))(config());
const pop = (apiVersion: string, secret = KEY.secret) =>
  new RpcClient({ accessKeyId: KEY.accessKeyId, accessKeySecret: secret, endpoint, apiVersion });

function last() {
  return server.calls.at(-1)!;
}

describe('@alicloud/ecs20140526', () => {
  it('nested lists, booleans, numbers and odd characters', async () => {
    answer = { InstanceIdSets: { InstanceIdSet: ['i-1', 'i-2'] } };
    const { body, statusCode } = await ecs().runInstances(
      new Ecs.RunInstancesRequest({
        regionId: 'cn-hangzhou',
        imageId: 'img',
        instanceType: 'ecs.g6.large',
        instanceName: `名 字 ~!*'()+&=%`,
        securityGroupIds: ['sg-1', 'sg-2'],
        vSwitchId: 'vsw-1',
        amount: 2,
        dryRun: false,
        userData: Buffer.alloc(16_384, 'x').toString('base64'),
        tag: [new Ecs.RunInstancesRequestTag({ key: 'k', value: 'v' })],
      }),
    );
    expect([statusCode, body?.instanceIdSets?.instanceIdSet]).toEqual([200, ['i-1', 'i-2']]);
    expect(body?.requestId).toBe(last().facts.requestId);
    expect(last().key).toBe('Ecs.RunInstances');
    expect(last().input).toMatchObject({
      InstanceName: `名 字 ~!*'()+&=%`,
      SecurityGroupIds: ['sg-1', 'sg-2'],
      Amount: 2,
      Tag: [{ Key: 'k', Value: 'v' }],
    });
  });

  it('a JSON list in one value', async () => {
    answer = { Instances: { Instance: [] } };
    await ecs().describeInstances(
      new Ecs.DescribeInstancesRequest({ regionId: 'cn-hangzhou', instanceIds: '["i-1","i-2"]', maxResults: 10 }),
    );
    expect(last().input).toMatchObject({ InstanceIds: ['i-1', 'i-2'], MaxResults: 10 });
  });

  it('a temporary key', async () => {
    answer = { Regions: { Region: [] } };
    await ecs(TEMPORARY).describeRegions(new Ecs.DescribeRegionsRequest({}));
    expect(last().facts.caller.accessKeyId).toBe(TEMPORARY.accessKeyId);
  });

  it('errors with code, status and request id', async () => {
    answer = refuse('InvalidInstanceId.NotFound', { parameter: 'InstanceId' });
    const failure = await ecs()
      .stopInstance(new Ecs.StopInstanceRequest({ instanceId: 'i-404' }))
      .then(
        () => undefined,
        (error: unknown) => error as Record<string, unknown>,
      );
    expect(failure).toMatchObject({
      code: 'InvalidInstanceId.NotFound',
      statusCode: 404,
      requestId: last().facts.requestId,
    });
    expect(String(failure?.['message'])).toContain('InstanceId');
  });

  it('a wrong secret', async () => {
    const failure = ecs({ ...KEY, secret: 'guess' }).describeRegions(new Ecs.DescribeRegionsRequest({}));
    await expect(failure).rejects.toMatchObject({ code: 'SignatureDoesNotMatch', statusCode: 400 });
  });
});

describe('@alicloud/vpc20160428', () => {
  it('creates with tags and a token', async () => {
    answer = { VpcId: 'vpc-1', VRouterId: 'vrt-1' };
    const { body } = await vpc().createVpc(
      new Vpc.CreateVpcRequest({
        regionId: 'cn-hangzhou',
        cidrBlock: '10.0.0.0/16',
        clientToken: 'token-1',
        tag: [new Vpc.CreateVpcRequestTag({ key: 'a', value: 'b' })],
      }),
    );
    expect(body?.vpcId).toBe('vpc-1');
    expect(last().input).toMatchObject({ CidrBlock: '10.0.0.0/16', Tag: [{ Key: 'a', Value: 'b' }] });
    expect(last().facts.clientToken).toBe('token-1');
  });

  it('sends no region for some actions: the endpoint has one', async () => {
    answer = {};
    await vpc().deleteVpc(new Vpc.DeleteVpcRequest({ vpcId: 'vpc-1' }));
    expect(last()).toMatchObject({ key: 'Vpc.DeleteVpc', facts: { regionId: 'cn-hangzhou' } });
  });
});

describe('@alicloud/pop-core', () => {
  it.each(['GET', 'POST'])('signature 1.0 by %s', async (method) => {
    answer = { PageNumber: 2, TotalCount: 0, Vpcs: { Vpc: [] } };
    const body = await pop('2016-04-28').request(
      'DescribeVpcs',
      { RegionId: 'cn-hangzhou', PageNumber: 2, IsDefault: false, VpcId: 'vpc-1,vpc-2', Tag: [{ Key: 'ä *' }] },
      { method },
    );
    expect(body).toEqual({ RequestId: last().facts.requestId, ...answer });
    expect(last().input).toMatchObject({
      PageNumber: 2,
      IsDefault: false,
      VpcId: ['vpc-1', 'vpc-2'],
      Tag: [{ Key: 'ä *' }],
    });
  });

  it('errors with code and data', async () => {
    answer = refuse('DependencyViolation.VSwitch', { parameter: 'VpcId' });
    const failure = pop('2016-04-28').request('DeleteVpc', { VpcId: 'vpc-1' });
    await expect(failure).rejects.toMatchObject({
      code: 'DependencyViolation.VSwitch',
      data: { RequestId: expect.any(String), HostId: endpoint.slice('http://'.length), Recommend: expect.any(String) },
    });
  });

  it('a wrong secret shows both strings', async () => {
    const failure = pop('2016-04-28', 'guess').request('DescribeVpcs', { RegionId: 'cn-hangzhou' });
    await expect(failure).rejects.toThrow(/server string to sign is:GET&%2F&AccessKeyId%3D/);
  });
});

describe('names of official actions', () => {
  it('are those of the clients', () => {
    const names = (module: object) =>
      Object.keys(module)
        .filter((name) => name.endsWith('Response') && `${name.slice(0, -'Response'.length)}Request` in module)
        .map((name) => name.slice(0, -'Response'.length));
    expect(names(Ecs).filter((name) => !isOfficialAction('Ecs', name))).toEqual([]);
    expect(names(Vpc).filter((name) => !isOfficialAction('Vpc', name))).toEqual([]);
    expect(names(Ecs).length).toBeGreaterThan(350);
    expect(isOfficialAction('Ecs', 'CreateMoon')).toBe(false);
  });

  it('include every action that is served under an official product', () => {
    const unknown = ACTIONS.filter(({ product, name }) => product !== 'Yunlan' && !isOfficialAction(product, name));
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });
});
