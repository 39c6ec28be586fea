/** Too many calls: how they are refused, that nobody else notices, and that the vendor's client waits as it is told. */
import * as Ecs from '@alicloud/ecs20140526';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/values/log.ts';
import { KEY, PLAIN, type TestGateway, testGateway } from './gateway-for-test.ts';
import { inject, signed } from './signed.ts';

const VPC = { RegionId: 'cn-beijing' };

const servers: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(({ gateway }) => gateway.close()));
});

describe('a throttled call', () => {
  it('is refused by the documented code, with the time to wait for both kinds of client, and not carried out', async () => {
    let now = Date.now();
    const { gateway, calls } = testGateway({ rates: { each: 2 }, clock: { now: () => now } });
    const create = () => inject(gateway, signed('Vpc', 'CreateVpc', VPC, { time: now }));
    expect([(await create()).status, (await create()).status]).toEqual([200, 200]);
    const { status, body, headers } = await create();
    expect([status, body['Code']]).toEqual([400, 'Throttling']);
    expect(body['Message']).toContain('At most 2 a minute of CreateVpc.');
    expect([headers['retry-after'], headers['x-acs-retry-after']]).toEqual(['30', '30000']);
    expect(calls).toHaveLength(2);
    now += 29_999;
    expect((await create()).headers['retry-after']).toBe('1');
    now += 1;
    const served = await create();
    expect([served.status, served.headers['retry-after'], calls.length]).toEqual([200, undefined, 3]);
  });

  it('does not hold up other accounts or other actions, and a stranger cannot use up an account’s calls', async () => {
    const other = { ...PLAIN, accessKeyId: 'LTAI-other' };
    const { gateway } = testGateway({
      rates: { each: 1 },
      findKey: async (accessKeyId) => ({
        secret: accessKeyId === other.accessKeyId ? other.secret : KEY.secret,
        status: 'Active',
        caller: { accountId: accessKeyId, accountName: 'x', administrator: false, accessKeyId },
      }),
    });
    const forged = signed('Vpc', 'CreateVpc', VPC, { key: { ...KEY, secret: 'guess' } });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect((await inject(gateway, forged)).body['Code']).toBe('SignatureDoesNotMatch');
    }
    expect((await inject(gateway, signed('Vpc', 'CreateVpc', VPC))).status).toBe(200);
    expect((await inject(gateway, signed('Vpc', 'CreateVpc', VPC))).body['Code']).toBe('Throttling');
    expect((await inject(gateway, signed('Vpc', 'DescribeVpcs', VPC))).status).toBe(200);
    expect((await inject(gateway, signed('Vpc', 'CreateVpc', VPC, { key: other }))).status).toBe(200);
  });

  it('uses up its nonce, as any signed call: what a client sends again is signed anew', async () => {
    const { gateway } = testGateway({ rates: { each: 1 } });
    await inject(gateway, signed('Vpc', 'CreateVpc', VPC));
    const request = signed('Vpc', 'CreateVpc', VPC);
    expect((await inject(gateway, request)).body['Code']).toBe('Throttling');
    expect((await inject(gateway, request)).body['Code']).toBe('SignatureNonceUsed');
  });

  it('is never seen where no rate is set', async () => {
    const { gateway } = testGateway();
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => inject(gateway, signed('Vpc', 'CreateVpc', VPC))),
    );
    expect(answers.every(({ status, headers }) => status === 200 && headers['retry-after'] === undefined)).toBe(true);
  });
});

describe('the vendor’s client', () => {
  /** 60 calls a minute by a clock that stands still, but for a second at each refusal where `thaws`. */
  async function client({ thaws, retryOptions }: { thaws: boolean; retryOptions?: object }) {
    let now = Date.now();
    let refused = 0;
    const info = (facts: object): void => {
      if (!('code' in facts) || facts.code !== 'Throttling') return;
      refused += 1;
      if (thaws) now += 1000;
    };
    const server = testGateway({
      rates: { each: 60 },
      clock: { now: () => now },
      log: { ...silentLog, info },
      dispatch: async () => ({ Regions: { Region: [] } }),
    });
    servers.push(server);
    const { endpoint } = await server.listen();
    const exported = Ecs.default as unknown;
    const Client = (typeof exported === 'function' ? exported : (exported as { default: unknown }).default) as new (
      config: object,
    ) => Ecs.default;
    const ecs = new Client({
      accessKeyId: KEY.accessKeyId,
      accessKeySecret: KEY.secret,
      endpoint: endpoint.slice('http://'.length),
      protocol: 'HTTP',
      regionId: 'cn-hangzhou',
      ...(retryOptions ? { retryOptions } : {}),
    });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 63 }, () => ecs.describeRegions(new Ecs.DescribeRegionsRequest({}))),
    );
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    return { failures, refused, served: server.calls.length };
  }

  it('reads the code', async () => {
    const { failures, served } = await client({ thaws: false });
    expect(served).toBe(60);
    expect(failures).toHaveLength(3);
    expect(failures[0]).toMatchObject({
      name: 'ThrottlingError',
      code: 'Throttling',
      statusCode: 400,
      retryAfter: 1000,
    });
  });

  it('waits as it is told and is served, when it is set to retry', async () => {
    const condition = { maxAttempts: 10, errorCode: ['Throttling'], exception: ['ThrottlingError'] };
    const retryOptions = { retryable: true, retryCondition: [condition], noRetryCondition: [] };
    const { failures, refused, served } = await client({ thaws: true, retryOptions });
    expect(failures).toEqual([]);
    expect(served).toBe(63);
    expect(refused).toBeGreaterThan(0);
  });
});
