/** Temporary credentials: issued, used by both signatures and the vendor's clients, refused, expired, over a restart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Ecs from '@alicloud/ecs20140526';
import RpcClient from '@alicloud/pop-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Product } from '../../src/contract/action.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { silentLog } from '../../src/values/log.ts';
import { randomUuid, systemRandom } from '../../src/values/random.ts';
import { type RequestToSign, type SigningKey, signRequest } from '../../src/wire/sign-request.ts';
import type { Body } from './harness.ts';

let dataDir: string;
let server: RunningServer;
/** Milliseconds that the server's real clock, and everybody's with it, is ahead. */
let ahead: number;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'yunlan-sts-'));
  ahead = 0;
  await start();
});
afterEach(async () => {
  await server.close({ endGuests: true });
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const clock = { now: () => Date.now() + ahead };
  server = await startServer({ dataDir, host: '127.0.0.1', port: 0, driver: 'simulated', log: silentLog, clock });
}

async function restart(): Promise<void> {
  await server.close({ endGuests: false });
  await start();
}

interface Answered {
  readonly status: number;
  readonly body: Body;
}

async function call(
  key: SigningKey,
  product: Product,
  action: string,
  parameters: Record<string, string> = {},
  algorithm?: RequestToSign['algorithm'],
): Promise<Answered> {
  const signed = signRequest({
    product,
    action,
    parameters,
    key,
    algorithm,
    endpoint: server.endpoint,
    time: Date.now() + ahead,
    nonce: randomUuid(systemRandom),
  });
  const response = await fetch(signed.url, { method: signed.method, headers: signed.headers, body: signed.body });
  return { status: response.status, body: await response.json() };
}

const administrator = (): SigningKey => ({
  accessKeyId: server.administratorKey.accessKeyId,
  secret: server.administratorKey.accessKeySecret,
});

async function accountIdOf(key: SigningKey): Promise<string> {
  return (await call(key, 'Sts', 'GetCallerIdentity')).body.AccountId;
}

function assume(key: SigningKey, accountId: string, more: Record<string, string> = {}): Promise<Answered> {
  const arn = `acs:ram::${accountId}:role/deployer`;
  return call(key, 'Sts', 'AssumeRole', { RoleArn: arn, RoleSessionName: 'alice@ci', ...more });
}

async function temporary(key: SigningKey, accountId: string, more: Record<string, string> = {}): Promise<SigningKey> {
  const { status, body } = await assume(key, accountId, more);
  expect(status, JSON.stringify(body)).toBe(200);
  return keyOf(body);
}

function keyOf({ Credentials: c }: Body): SigningKey {
  return { accessKeyId: c.AccessKeyId, secret: c.AccessKeySecret, securityToken: c.SecurityToken };
}

async function account(name: string): Promise<SigningKey & { readonly accountId: string }> {
  const { body } = await call(administrator(), 'Yunlan', 'CreateAccount', { AccountName: name });
  return { accessKeyId: body.AccessKeyId, secret: body.AccessKeySecret, accountId: body.AccountId };
}

const refusal = ({ status, body }: Answered) =>
  `${status} ${body.Code} ${/Parameter: (\S+)\./.exec(body.Message)?.[1]}`;

describe('AssumeRole', () => {
  it('issues a key that speaks for the account, and says under which role', async () => {
    const alice = await account('alice');
    const { body } = await assume(alice, alice.accountId, { DurationSeconds: '900', SourceIdentity: 'alice' });
    expect(body).toEqual({
      RequestId: expect.any(String),
      AssumedRoleUser: {
        Arn: `acs:ram::${alice.accountId}:role/deployer/alice@ci`,
        AssumedRoleId: expect.stringMatching(/^\d{18}:alice@ci$/),
      },
      Credentials: {
        AccessKeyId: expect.stringMatching(/^STS\./),
        AccessKeySecret: expect.any(String),
        Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        SecurityToken: expect.any(String),
      },
      SourceIdentity: 'alice',
    });
    const left = Date.parse(body.Credentials.Expiration) - Date.now();
    expect(left).toBeGreaterThan(890_000);
    expect(left).toBeLessThanOrEqual(900_000);
    const [roleId] = body.AssumedRoleUser.AssumedRoleId.split(':');
    for (const algorithm of ['ACS3-HMAC-SHA256', 'HMAC-SHA1'] as const) {
      const identity = await call(keyOf(body), 'Sts', 'GetCallerIdentity', {}, algorithm);
      expect(identity.body).toEqual({
        RequestId: expect.any(String),
        IdentityType: 'AssumedRoleUser',
        AccountId: alice.accountId,
        PrincipalId: `${roleId}:alice@ci`,
        UserId: '',
        RoleId: roleId,
        Arn: `acs:ram::${alice.accountId}:assumed-role/deployer/alice@ci`,
      });
    }
    const { body: made } = await call(keyOf(body), 'Vpc', 'CreateVpc', { RegionId: 'cn-hangzhou' });
    expect(made.VpcId).toMatch(/^vpc-/);
    const seen = await call(alice, 'Vpc', 'DescribeVpcs', { RegionId: 'cn-hangzhou' });
    expect(seen.body.Vpcs.Vpc.map((vpc: Body) => vpc.VpcId)).toEqual([made.VpcId]);
  });

  it('works for the vendor’s clients, and they read its refusals', async () => {
    const id = await accountIdOf(administrator());
    const pop = (key: SigningKey) =>
      new RpcClient({
        accessKeyId: key.accessKeyId,
        accessKeySecret: key.secret,
        ...(key.securityToken === undefined ? {} : { securityToken: key.securityToken }),
        endpoint: server.endpoint,
        apiVersion: '2015-04-01',
      });
    const RoleArn = `acs:ram::${id}:role/ops`;
    const body: Body = await pop(administrator()).request('AssumeRole', { RoleArn, RoleSessionName: 'pop' });
    const identity: Body = await pop(keyOf(body)).request('GetCallerIdentity', {});
    expect(identity.IdentityType).toBe('AssumedRoleUser');
    const wrong = pop({ ...keyOf(body), securityToken: 'wrong' }).request('GetCallerIdentity', {});
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidSecurityToken.Malformed' });

    const exported = Ecs.default as unknown;
    const Client = (typeof exported === 'function' ? exported : (exported as Body).default) as new (
      config: object,
    ) => Ecs.default;
    const client = new Client({
      accessKeyId: body.Credentials.AccessKeyId,
      accessKeySecret: body.Credentials.AccessKeySecret,
      securityToken: body.Credentials.SecurityToken,
      endpoint: server.endpoint.slice('http://'.length),
      protocol: 'HTTP',
      regionId: 'cn-hangzhou',
    });
    const regions = await client.describeRegions(new Ecs.DescribeRegionsRequest({}));
    expect(regions.body?.regions?.region?.length).toBeGreaterThan(0);
  });

  it('of other accounts is the administrator’s, who then speaks for them and not for himself', async () => {
    const [alice, bob] = [await account('alice'), await account('bob')];
    expect(refusal(await assume(alice, bob.accountId))).toBe('403 NoPermission RoleArn');
    expect(refusal(await assume(alice, '1000000000000000'))).toBe('403 NoPermission RoleArn');
    expect(refusal(await assume(administrator(), '1000000000000000'))).toBe('404 EntityNotExist.Role RoleArn');
    const asBob = await temporary(administrator(), bob.accountId);
    expect(await accountIdOf(asBob)).toBe(bob.accountId);
    expect(refusal(await call(asBob, 'Yunlan', 'ListAccounts'))).toBe('403 Forbidden.RAM undefined');
    expect(refusal(await assume(asBob, alice.accountId))).toBe('403 NoPermission RoleArn');
  });

  it.each<[string, Record<string, string>, string]>([
    ['no role', { RoleArn: '' }, '400 MissingParameter RoleArn'],
    ['no session name', { RoleSessionName: '' }, '400 MissingParameter RoleSessionName'],
    ['a user', { RoleArn: 'acs:ram::1:user/x' }, '400 InvalidParameter.RoleArn RoleArn'],
    ['a role without a name', { RoleArn: 'acs:ram::1:role/' }, '400 InvalidParameter.RoleArn RoleArn'],
    ['more after the name', { RoleArn: 'acs:ram::1:role/a/b' }, '400 InvalidParameter.RoleArn RoleArn'],
    ['a session of one letter', { RoleSessionName: 'a' }, '400 InvalidParameter.RoleSessionName RoleSessionName'],
    ['a session with a slash', { RoleSessionName: 'a/b' }, '400 InvalidParameter.RoleSessionName RoleSessionName'],
    ['15 minutes less a second', { DurationSeconds: '899' }, '400 InvalidParameter.DurationSeconds DurationSeconds'],
    ['12 hours and a second', { DurationSeconds: '43201' }, '400 InvalidParameter.DurationSeconds DurationSeconds'],
    ['a policy', { Policy: '{"Version":"1"}' }, '400 UnsupportedParameter Policy'],
  ])('refuses %s', async (_name, parameters, expected) => {
    expect(refusal(await assume(administrator(), await accountIdOf(administrator()), parameters))).toBe(expected);
  });
});

describe('a temporary key', () => {
  it('is refused without its token, with another one, with a garbled one, and with a wrong secret', async () => {
    const id = await accountIdOf(administrator());
    const [one, two] = [await temporary(administrator(), id), await temporary(administrator(), id)];
    const ask = async (key: SigningKey, algorithm?: RequestToSign['algorithm']) =>
      refusal(await call(key, 'Sts', 'GetCallerIdentity', {}, algorithm));
    const { securityToken, ...bare } = one;
    for (const [algorithm, name] of [
      [undefined, 'x-acs-security-token'],
      ['HMAC-SHA1', 'SecurityToken'],
    ] as const) {
      expect(await ask(bare, algorithm)).toBe(`400 MissingSecurityToken ${name}`);
      expect(await ask({ ...one, securityToken: two.securityToken }, algorithm)).toBe(
        `400 InvalidSecurityToken.MismatchWithAccessKey ${name}`,
      );
      expect(await ask({ ...one, securityToken: `${securityToken}A` }, algorithm)).toBe(
        `400 InvalidSecurityToken.Malformed ${name}`,
      );
      expect(await ask({ ...administrator(), securityToken }, algorithm)).toBe(
        `400 InvalidSecurityToken.MismatchWithAccessKey ${name}`,
      );
      expect(await ask({ ...one, secret: two.secret }, algorithm)).toBe('400 SignatureDoesNotMatch undefined');
    }
    expect((await call(one, 'Sts', 'GetCallerIdentity')).status).toBe(200);
  });

  it('expires by the real clock, not by a moved one, and only the holder of its secret is told', async () => {
    const id = await accountIdOf(administrator());
    const key = await temporary(administrator(), id, { DurationSeconds: '900' });
    await call(administrator(), 'Yunlan', 'MoveClock', { Seconds: '86400' });
    expect((await call(key, 'Sts', 'GetCallerIdentity')).status).toBe(200);
    const { body } = await assume(administrator(), id);
    expect(Date.parse(body.Credentials.Expiration) - Date.now()).toBeLessThanOrEqual(3_600_000);
    ahead = 898_000;
    expect((await call(key, 'Sts', 'GetCallerIdentity')).status).toBe(200);
    ahead = 900_000;
    const expired = await call(key, 'Sts', 'GetCallerIdentity');
    expect(refusal(expired)).toBe('400 InvalidSecurityToken.Expired x-acs-security-token');
    const guessed = await call({ ...key, secret: 'guess' }, 'Sts', 'GetCallerIdentity');
    expect(guessed.body.Code).toBe('SignatureDoesNotMatch');
  });

  it('survives a restart, and does not survive the lasting key it was issued to', async () => {
    const alice = await account('alice');
    const key = await temporary(alice, alice.accountId);
    const chained = await temporary(key, alice.accountId);
    await restart();
    expect(await accountIdOf(key)).toBe(alice.accountId);
    expect(await accountIdOf(chained)).toBe(alice.accountId);
    await call(administrator(), 'Yunlan', 'DisableAccessKey', { UserAccessKeyId: alice.accessKeyId });
    for (const each of [key, chained]) {
      const answer = await call(each, 'Sts', 'GetCallerIdentity');
      expect(answer.body.Code).toBe('Forbidden.AccessKeyDisabled');
    }
  });

  it('issues others that end with it at the latest', async () => {
    const id = await accountIdOf(administrator());
    const first = await assume(administrator(), id, { DurationSeconds: '900' });
    const second = await assume(keyOf(first.body), id, { DurationSeconds: '43200' });
    expect(second.body.Credentials.Expiration).toBe(first.body.Credentials.Expiration);
  });

  it('makes and ends no lasting keys or accounts', async () => {
    const id = await accountIdOf(administrator());
    const key = await temporary(administrator(), id);
    const before = (await call(administrator(), 'Yunlan', 'ListAccessKeys')).body.AccessKeys;
    for (const [action, parameters] of [
      ['CreateAccessKey', {}],
      ['DisableAccessKey', { UserAccessKeyId: server.administratorKey.accessKeyId }],
      ['CreateAccount', { AccountName: 'mallory' }],
    ] as const) {
      expect(refusal(await call(key, 'Yunlan', action, parameters))).toBe('403 Forbidden.RAM undefined');
    }
    expect((await call(key, 'Yunlan', 'ListAccessKeys')).body.AccessKeys).toEqual(before);
  });

  it('is written nowhere', async () => {
    const id = await accountIdOf(administrator());
    const key = await temporary(administrator(), id);
    const rows = await server.store.read((reader) => reader.find('journal', { action: 'Sts.AssumeRole' }));
    expect(rows.map((row) => row.resource_id)).toEqual([key.accessKeyId]);
    expect(JSON.stringify(rows)).not.toContain(key.secret);
    expect(await server.store.read((reader) => reader.count('access_key', {}))).toBe(1);
  });
});
