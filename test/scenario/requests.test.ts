/** The record of requests: what is on it, who may see what of it, that it outlives the server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../src/server.ts';
import { silentLog } from '../../src/values/log.ts';
import { type Body, Client, type Region, type Request, startRegion } from './harness.ts';

let region: Region;
let alice: Client;
beforeAll(async () => {
  region = await startRegion();
  alice = await region.account('alice');
});
afterAll(() => region.close());

const list = async (client: Client, request: Request = {}): Promise<Body[]> =>
  (await client.ok('Yunlan', 'ListRequests', request)).Requests.Request;
const brief = (entries: readonly Body[]) => entries.map((entry) => [entry.Action, entry.Outcome, entry.Status]);
const accountOf = async (client: Client): Promise<string> => (await client.ok('Sts', 'GetCallerIdentity')).AccountId;

describe('ListRequests', () => {
  it('tells who asked for what, from where, and how it ended, the latest first', async () => {
    const bob = await region.account('bob');
    const { RequestId, VpcId } = await bob.ok('Vpc', 'CreateVpc', { CidrBlock: '10.0.0.0/16' });
    await bob.ok('Vpc', 'DescribeVpcs', { VpcId });
    await bob.refused('Vpc', 'CreateVpc', { CidrBlock: '8.8.8.8/8' });
    const missing = await bob.call('Vpc', 'DeleteVpc', {});
    const entries = await list(bob);
    expect(brief(entries)).toEqual([
      ['Vpc.DeleteVpc', 'MissingParameter', 400],
      ['Vpc.CreateVpc', 'InvalidCidrBlock.Malformed', 400],
      ['Vpc.DescribeVpcs', 'OK', 200],
      ['Vpc.CreateVpc', 'OK', 200],
    ]);
    expect(entries[0].RequestId).toBe(missing.body.RequestId);
    expect(entries[3]).toEqual({
      RequestId,
      Time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      AccountId: entries[0].AccountId,
      AccessKeyId: bob.key.accessKeyId,
      Action: 'Vpc.CreateVpc',
      RegionId: 'cn-hangzhou',
      Outcome: 'OK',
      Status: 200,
      SourceAddress: '127.0.0.1',
      Milliseconds: expect.any(Number),
    });
    expect(Math.abs(Date.parse(entries[3].Time) - Date.now())).toBeLessThan(60_000);
    // Looking is a request too.
    expect(brief(await list(bob))[0]).toEqual(['Yunlan.ListRequests', 'OK', 200]);
  });

  it('finds by action, outcome, request and time, and goes on where it ended', async () => {
    const carol = await region.account('carol');
    for (let call = 0; call < 7; call += 1) await carol.ok('Vpc', 'DescribeVpcs');
    await carol.refused('Vpc', 'DescribeVpcs', { PageSize: 'x' });
    await carol.ok('Ecs', 'DescribeRegions');
    await carol.ok('Vpc', 'DescribeRegions');
    expect(brief(await list(carol, { ActionName: 'DescribeRegions' }))).toEqual([
      ['Vpc.DescribeRegions', 'OK', 200],
      ['Ecs.DescribeRegions', 'OK', 200],
    ]);
    expect(brief(await list(carol, { ActionName: 'Ecs.DescribeRegions' }))).toHaveLength(1);
    expect(brief(await list(carol, { Outcome: 'Refused' }))).toEqual([['Vpc.DescribeVpcs', 'InvalidParameter', 400]]);
    expect(await list(carol, { Outcome: 'InvalidParameter' })).toHaveLength(1);
    expect(await list(carol, { ActionName: 'DescribeVpcs', Outcome: 'OK' })).toHaveLength(7);
    const [refused] = await list(carol, { Outcome: 'Refused' });
    expect(await list(carol, { RequestId: refused.RequestId.toLowerCase() })).toEqual([refused]);
    expect(await list(carol, { RequestId: 'none' })).toEqual([]);
    expect(await list(carol, { Since: '2999-01-01T00:00:00Z' })).toEqual([]);
    expect(await list(carol, { Until: '2999-01-01T00:00:00Z', Outcome: 'Refused' })).toEqual([refused]);
    expect(await list(carol, { Until: refused.Time, RequestId: refused.RequestId })).toEqual([]);
    expect(await list(carol, { Since: refused.Time, RequestId: refused.RequestId })).toEqual([refused]);

    const seen: Body[] = [];
    let NextToken: string | undefined;
    do {
      const part: Body = await carol.ok('Yunlan', 'ListRequests', {
        ActionName: 'Vpc.DescribeVpcs',
        MaxResults: 3,
        NextToken,
      });
      expect(part.Requests.Request.length).toBeLessThanOrEqual(3);
      seen.push(...part.Requests.Request);
      NextToken = part.NextToken || undefined;
    } while (NextToken);
    expect(seen).toHaveLength(8);
    expect(new Set(seen.map((entry) => entry.RequestId)).size).toBe(8);
  });

  it('shows an account its own; the administrator all, also what nobody signed', async () => {
    const [hers, mine] = [await accountOf(alice), await accountOf(region)];
    expect(new Set((await list(alice)).map((entry) => entry.AccountId))).toEqual(new Set([hers]));
    const stranger = new Client(region, { accessKeyId: alice.key.accessKeyId, accessKeySecret: 'guess' });
    await stranger.refused('Vpc', 'DescribeVpcs');
    const [forged] = await list(region, { Outcome: 'SignatureDoesNotMatch' });
    expect(forged).toMatchObject({ AccountId: '', AccessKeyId: '', Action: 'Vpc.DescribeVpcs', Status: 400 });
    expect(await list(alice, { Outcome: 'SignatureDoesNotMatch' })).toEqual([]);
    const unknown: Body = await (await fetch(`${region.endpoint}/?Action=Nothing`)).json();
    const [entry] = await list(region, { RequestId: unknown.RequestId });
    expect(entry).toMatchObject({ Action: '', Outcome: 'MissingParameter' });

    const all = new Set((await list(region, { MaxResults: 100 })).map(({ AccountId }) => AccountId));
    expect(all).toContain(hers);
    expect(all).toContain(mine);
    const named = await list(region, { AccountName: 'alice' });
    expect(new Set(named.map(({ AccountId }) => AccountId))).toEqual(new Set([hers]));
    expect(await alice.refused('Yunlan', 'ListRequests', { AccountName: 'admin' })).toMatchObject({
      code: 'Forbidden.RAM',
      status: 403,
    });
  });

  it('has a temporary key under its own id', async () => {
    const AccountId = await accountOf(alice);
    const RoleArn = `acs:ram::${AccountId}:role/x`;
    await alice.ok('Sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' });
    const [entry] = await list(alice, { ActionName: 'AssumeRole' });
    expect(entry).toMatchObject({ Outcome: 'OK', AccessKeyId: alice.key.accessKeyId });
  });

  it('has no parameter and no secret of any request', async () => {
    const { body } = await region.call('Yunlan', 'CreateAccount', { AccountName: 'dora' });
    await region.ok('Vpc', 'CreateVpc', { Description: 'a very private description' });
    const rows = JSON.stringify(await region.server.store.read((reader) => reader.find('request', {})));
    expect(rows).toContain('Yunlan.CreateAccount');
    for (const word of [body.AccessKeySecret, 'dora', 'private', region.key.accessKeySecret]) {
      expect(rows).not.toContain(word);
    }
  });
});

describe('the record', () => {
  it('has every change that was answered although the server is killed, and after an orderly end everything', async () => {
    const own = await startRegion();
    try {
      const before = await own.server.store.read((reader) => reader.count('request', {}));
      const { RequestId } = await own.ok('Vpc', 'CreateVpc', {});
      const rows = await own.server.store.read((reader) => reader.find('request', { request_id: RequestId }));
      // Nothing was flushed, and no second has to pass: the record came with the change.
      expect(rows).toMatchObject([{ action: 'Vpc.CreateVpc', code: 'OK', status: 200 }]);
      expect(await own.server.store.read((reader) => reader.count('request', {}))).toBe(before + 1);
      const dry = await own.call('Vpc', 'CreateVpc', { DryRun: true, ClientToken: 'dry' });
      const token = { ClientToken: 'again' };
      const first = await own.ok('Vpc', 'CreateVpc', token);
      const second = await own.ok('Vpc', 'CreateVpc', token);
      const read = await own.ok('Vpc', 'DescribeVpcs');
      await own.server.close({ endGuests: false });

      const again = await startServer({
        dataDir: own.dataDir,
        host: '127.0.0.1',
        port: 0,
        driver: 'simulated',
        driverMade: own.driver,
        log: silentLog,
      });
      const kept = async (request_id: string) =>
        (await again.store.read((reader) => reader.find('request', { request_id }))).map((row) => row.code);
      expect(await kept(RequestId)).toEqual(['OK']);
      expect(await kept(dry.body.RequestId)).toEqual(['DryRunOperation']);
      expect([await kept(first.RequestId), await kept(second.RequestId)]).toEqual([['OK'], ['OK']]);
      expect(await kept(read.RequestId)).toEqual(['OK']);
      await again.close({ endGuests: true });
    } finally {
      await own.close().catch(() => {});
    }
  });
});
