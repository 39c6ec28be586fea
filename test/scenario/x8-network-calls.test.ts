/** X8: calls that are safe to repeat, accounts that do not see each other, lists, for VPCs and VSwitches. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

describe('X8 calls on VPCs and VSwitches', () => {
  let region: Region;
  beforeAll(async () => {
    region = await startRegion({ quotas: { vpcsPerRegion: 100 } });
  });
  afterAll(() => region.close());

  it('X8: the same token makes one VPC and one VSwitch, also when the calls come together', async () => {
    const request = { ClientToken: 'once-vpc', CidrBlock: '10.0.0.0/16', VpcName: 'once' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => region.ok('Vpc', 'CreateVpc', request)));
    expect(new Set(answers.map((answer) => answer.VpcId)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.RequestId)).size).toBe(4);
    const { VpcId } = answers[0];
    expect((await region.ok('Vpc', 'DescribeVpcs', { VpcName: 'once' })).TotalCount).toBe(1);
    expect(await region.refused('Vpc', 'CreateVpc', { ...request, CidrBlock: '10.1.0.0/16' })).toMatchObject({
      code: 'IdempotentParameterMismatch',
      status: 400,
    });

    await region.until(async () => (await region.ok('Vpc', 'DescribeVpcAttribute', { VpcId })).Status === 'Available');
    const cut = { ClientToken: 'once-vsw', VpcId, CidrBlock: '10.0.1.0/24', ZoneId: 'cn-hangzhou-h' };
    const first = await region.ok('Vpc', 'CreateVSwitch', cut);
    expect((await region.ok('Vpc', 'CreateVSwitch', cut)).VSwitchId).toBe(first.VSwitchId);
    await region.until(async () => (await region.ok('Vpc', 'DescribeVSwitchAttributes', first)).Status === 'Available');

    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId: first.VSwitchId });
    const removal = { ClientToken: 'once-delete', VpcId };
    await region.ok('Vpc', 'DeleteVpc', removal);
    await region.ok('Vpc', 'DeleteVpc', removal);
    expect(await region.refused('Vpc', 'DeleteVpc', { VpcId })).toMatchObject({ code: 'InvalidVpcId.NotFound' });
  });

  it('X8: a refused call with a token can be made again and then succeeds', async () => {
    const VpcId = await region.vpc();
    const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
    const removal = { ClientToken: 'retry', VpcId };
    expect(await region.refused('Vpc', 'DeleteVpc', removal)).toMatchObject({ code: 'DependencyViolation.VSwitch' });
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    await region.ok('Vpc', 'DeleteVpc', removal);
  });

  it('X8: nothing of one account is listed for another', async () => {
    const VpcId = await region.vpc();
    const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
    const other = await region.account('stranger');
    expect((await other.ok('Vpc', 'DescribeVpcs')).Vpcs.Vpc).toEqual([]);
    expect((await other.ok('Vpc', 'DescribeVpcs', { VpcId })).TotalCount).toBe(0);
    expect((await other.ok('Vpc', 'DescribeVSwitches', { VSwitchId })).TotalCount).toBe(0);
    expect((await other.ok('Vpc', 'DescribeVSwitches', { VpcId })).VSwitches.VSwitch).toEqual([]);
    const before = await region.snapshot();
    const refused = async (action: string, request: Body): Promise<string> =>
      (await other.refused('Vpc', action, request)).code;
    for (const action of ['DescribeVpcAttribute', 'ModifyVpcAttribute', 'DeleteVpc']) {
      expect(await refused(action, { VpcId })).toBe('InvalidVpcId.NotFound');
    }
    const cut = { VpcId, CidrBlock: '10.0.2.0/24', ZoneId: 'cn-hangzhou-h' };
    expect(await refused('CreateVSwitch', cut)).toBe('InvalidVpcId.NotFound');
    for (const action of ['DescribeVSwitchAttributes', 'ModifyVSwitchAttribute', 'DeleteVSwitch']) {
      expect(await refused(action, { VSwitchId })).toBe('InvalidVSwitchId.NotFound');
    }
    expect(await region.snapshot()).toEqual(before);
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
  });

  it('X8: an id decides by itself where no region is given, and a wrong region hides it', async () => {
    const { VpcId } = await region.ok('Vpc', 'CreateVpc', { RegionId: 'cn-shanghai', CidrBlock: '10.0.0.0/16' });
    expect(VpcId).toMatch(/^vpc-uf/);
    const there = { RegionId: 'cn-shanghai', VpcId };
    await region.until(async () => (await region.ok('Vpc', 'DescribeVpcAttribute', there)).Status === 'Available');
    const wrong = { RegionId: 'cn-hangzhou', VpcId, VpcName: 'x' };
    expect(await region.refused('Vpc', 'ModifyVpcAttribute', wrong)).toMatchObject({ code: 'InvalidVpcId.NotFound' });
    await region.ok('Vpc', 'ModifyVpcAttribute', { RegionId: undefined, VpcId, VpcName: 'x' });
    const cut = { RegionId: undefined, VpcId, CidrBlock: '10.0.1.0/24', ZoneId: 'cn-shanghai-b' };
    const { VSwitchId } = await region.ok('Vpc', 'CreateVSwitch', cut);
    expect(VSwitchId).toMatch(/^vsw-uf/);
    const read = { RegionId: undefined, VSwitchId };
    await region.until(async () => (await region.ok('Vpc', 'DescribeVSwitchAttributes', read)).Status === 'Available');
    await region.ok('Vpc', 'DeleteVSwitch', read);
    await region.ok('Vpc', 'DeleteVpc', { RegionId: undefined, VpcId });
  });

  it('X8: lists come page by page, newest first, and by filters that hold together', async () => {
    const made: string[] = [];
    for (let part = 0; part < 5; part++) {
      const Tag = [
        { Key: 'part', Value: String(part) },
        { Key: 'odd', Value: String(part % 2) },
      ];
      const body = await region.ok('Vpc', 'CreateVpc', { VpcName: `page-${part}`, ResourceGroupId: 'rg-page', Tag });
      made.push(body.VpcId);
    }
    const ids = (body: Body): string[] => body.Vpcs.Vpc.map((vpc: Body) => vpc.VpcId);
    const list = (request: object): Promise<Body> =>
      region.ok('Vpc', 'DescribeVpcs', { ResourceGroupId: 'rg-page', ...request });
    const pages = [];
    for (const PageNumber of [1, 2, 3, 4]) {
      const page = await list({ PageNumber, PageSize: 2 });
      expect(page).toMatchObject({ PageNumber, PageSize: 2, TotalCount: 5 });
      pages.push(ids(page));
    }
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1, 0]);
    expect(pages.flat().sort()).toEqual([...made].sort());

    expect(ids(await list({ VpcName: 'page-3' }))).toEqual([made[3]]);
    expect(ids(await list({ VpcId: `${made[1]},${made[2]},vpc-none` })).sort()).toEqual([made[1], made[2]].sort());
    expect(ids(await list({ Tag: [{ Key: 'odd', Value: '1' }] })).sort()).toEqual([made[1], made[3]].sort());
    expect(
      ids(
        await list({
          Tag: [
            { Key: 'odd', Value: '1' },
            { Key: 'part', Value: '3' },
          ],
        }),
      ),
    ).toEqual([made[3]]);
    expect(ids(await list({ Tag: [{ Key: 'part' }], VpcId: made[4] }))).toEqual([made[4]]);
    expect(ids(await list({ Tag: [{ Key: 'none' }] }))).toEqual([]);
    expect(ids(await list({ IsDefault: true }))).toEqual([]);
    expect(ids(await list({ IsDefault: false }))).toHaveLength(5);
    expect(ids(await list({ EnableIpv6: true }))).toEqual([]);
    expect(ids(await list({ VpcOwnerId: 1 }))).toEqual([]);
    expect(ids(await list({ RegionId: 'cn-beijing' }))).toEqual([]);
  });

  it('X8: VSwitches are found by VPC, zone, name, tag and owner', async () => {
    const VpcId = await region.vpc({ ResourceGroupId: 'rg-filter' });
    const h = await region.vswitch(VpcId, '10.0.1.0/24', { VSwitchName: 'h', Tag: [{ Key: 'zone', Value: 'h' }] });
    const i = await region.vswitch(VpcId, '10.0.2.0/24', { VSwitchName: 'i', ZoneId: 'cn-hangzhou-i' });
    const found = async (request: object): Promise<string[]> => {
      const body = await region.ok('Vpc', 'DescribeVSwitches', { VpcId, ...request });
      return body.VSwitches.VSwitch.map((each: Body) => each.VSwitchId);
    };
    expect((await found({})).sort()).toEqual([h, i].sort());
    expect(await found({ ZoneId: 'cn-hangzhou-i' })).toEqual([i]);
    expect(await found({ VSwitchName: 'h' })).toEqual([h]);
    expect(await found({ Tag: [{ Key: 'zone', Value: 'h' }] })).toEqual([h]);
    expect(await found({ Tag: [{ Key: 'zone' }], VSwitchId: i })).toEqual([]);
    expect(await found({ ResourceGroupId: 'rg-filter', VSwitchId: i })).toEqual([i]);
    expect(await found({ ResourceGroupId: 'rg-none' })).toEqual([]);
    expect(await found({ VSwitchOwnerId: 1 })).toEqual([]);
    expect(await found({ RouteTableId: 'vtb-none' })).toEqual([]);
    expect(await found({ PageSize: 1, PageNumber: 2 })).toHaveLength(1);
  });

  it('X8: of overlapping VSwitches asked for at once exactly one is made', async () => {
    const VpcId = await region.vpc();
    const cut = { VpcId, CidrBlock: '10.0.1.0/24', ZoneId: 'cn-hangzhou-h' };
    const calls = await Promise.all(Array.from({ length: 6 }, () => region.call('Vpc', 'CreateVSwitch', cut)));
    expect(calls.filter((call) => call.status === 200)).toHaveLength(1);
    expect(calls.filter((call) => call.body.Code === 'InvalidCidrBlock.Overlapped')).toHaveLength(5);
  });
});
