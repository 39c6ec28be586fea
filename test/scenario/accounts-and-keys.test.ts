/** Accounts and keys over their whole life, as their owners and the administrator see it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { V1_PARAMETERS } from '../../src/wire/signature-v1.ts';
import { Client, type Key, type Region, startRegion } from './harness.ts';

let region: Region;
beforeAll(async () => {
  region = await startRegion();
});
afterAll(() => region.close());

const keyOf = (body: { AccessKeyId: string; AccessKeySecret: string }): Key => ({
  accessKeyId: body.AccessKeyId,
  accessKeySecret: body.AccessKeySecret,
});
const codeOf = async (client: Client) => (await client.call('Sts', 'GetCallerIdentity')).body.Code ?? 'OK';

describe('RotateAccessKey', () => {
  it('gives a key that works at once in place of one that works no more', async () => {
    const alice = await region.account('alice');
    const body = await alice.ok('Yunlan', 'RotateAccessKey');
    expect(body).toMatchObject({ DisabledAccessKeyId: alice.key.accessKeyId });
    expect(await codeOf(alice)).toBe('Forbidden.AccessKeyDisabled');
    const renewed = new Client(region, keyOf(body));
    expect(await codeOf(renewed)).toBe('OK');
    const { AccessKeys } = await renewed.ok('Yunlan', 'ListAccessKeys');
    expect(AccessKeys.AccessKey.map((key: { Status: string }) => key.Status).sort()).toEqual(['Active', 'Inactive']);
    await renewed.ok('Yunlan', 'DeleteAccessKey', { UserAccessKeyId: alice.key.accessKeyId });
    expect(await codeOf(alice)).toBe('InvalidAccessKeyId.NotFound');
    const active = await renewed.refused('Yunlan', 'DeleteAccessKey', { UserAccessKeyId: renewed.key.accessKeyId });
    expect(active).toMatchObject({ code: 'OperationDenied', status: 403 });
  });

  it('of two at once each gives a key of its own', async () => {
    const bob = await region.account('bob');
    const both = await Promise.all([bob.call('Yunlan', 'RotateAccessKey'), bob.call('Yunlan', 'RotateAccessKey')]);
    const made = both.filter(({ status }) => status === 200).map(({ body }) => body.AccessKeyId);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made).size).toBe(made.length);
    const keys = await region.ok('Yunlan', 'ListAccessKeys', { AccountName: 'bob' });
    expect(keys.AccessKeys.AccessKey).toHaveLength(made.length + 1);
  });

  it('keeps the administrator able to act', async () => {
    const body = await region.ok('Yunlan', 'RotateAccessKey');
    const former = new Client(region, region.key);
    const renewed = new Client(region, keyOf(body));
    expect(await codeOf(former)).toBe('Forbidden.AccessKeyDisabled');
    expect(await codeOf(renewed)).toBe('OK');
    const last = await renewed.refused('Yunlan', 'DisableAccessKey', { UserAccessKeyId: body.AccessKeyId });
    expect(last.code).toBe('OperationDenied');
    Object.assign(region, { key: renewed.key });
  });
});

describe('an account', () => {
  it('that is disabled is refused everything, with each of its keys, and keeps what it has', async () => {
    const carol = await region.account('carol');
    const vpc = await carol.vpc();
    const { AccountId } = await carol.ok('Sts', 'GetCallerIdentity');
    const RoleArn = `acs:ram::${AccountId}:role/x`;
    const { Credentials } = await carol.ok('Sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' });
    await region.ok('Yunlan', 'DisableAccount', { AccountName: 'carol' });
    expect(await carol.refused('Vpc', 'DescribeVpcs')).toMatchObject({
      code: 'Forbidden.AccountDisabled',
      status: 403,
    });
    const guess = new Client(region, { ...carol.key, accessKeySecret: 'guess' });
    expect(await codeOf(guess)).toBe('SignatureDoesNotMatch');
    await region.ok('Yunlan', 'EnableAccount', { AccountName: 'carol' });
    expect((await carol.ok('Vpc', 'DescribeVpcs')).Vpcs.Vpc.map((one: { VpcId: string }) => one.VpcId)).toEqual([vpc]);
    expect(Credentials.AccessKeyId).toMatch(/^STS/);
  });

  it('goes when it has nothing any more, and says what it has', async () => {
    const dora = await region.account('dora');
    const VpcId = await dora.vpc();
    const has = await region.refused('Yunlan', 'DeleteAccount', { AccountName: 'dora' });
    expect(has).toMatchObject({ code: 'DependencyViolation', status: 400 });
    expect(has.message).toContain('vpc 1');
    await dora.ok('Vpc', 'DeleteVpc', { VpcId });
    await dora.until(async () => (await dora.ok('Vpc', 'DescribeVpcs')).TotalCount === 0);
    await region.ok('Yunlan', 'DeleteAccount', { AccountName: 'dora' });
    expect(await codeOf(dora)).toBe('InvalidAccessKeyId.NotFound');
    const { Accounts } = await region.ok('Yunlan', 'ListAccounts');
    expect(Accounts.Account.map((one: { AccountName: string }) => one.AccountName)).not.toContain('dora');
    const requests = await region.ok('Yunlan', 'ListRequests', { ActionName: 'DeleteVpc' });
    expect(requests.Requests.Request[0].AccessKeyId).toBe(dora.key.accessKeyId);
  });

  it.each(['DisableAccount', 'EnableAccount', 'DeleteAccount'])('%s is the administrator’s alone', async (action) => {
    const eve = await region.account(`eve-${action.toLowerCase()}`);
    const refused = await eve.refused('Yunlan', action, { AccountName: 'alice' });
    expect(refused).toMatchObject({ code: 'Forbidden.RAM', status: 403 });
  });
});

describe('parameters', () => {
  it('have no name by which signature 1.0 says something else', () => {
    const system = new Set(['Action', 'Version', 'Format', ...Object.values(V1_PARAMETERS)]);
    const taken = ACTIONS.flatMap(({ name, parameters }) =>
      Object.keys(parameters).flatMap((parameter) => (system.has(parameter) ? [`${name}.${parameter}`] : [])),
    );
    expect(taken).toEqual([]);
  });
});
