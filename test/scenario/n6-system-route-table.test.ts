/** N6: every VPC has a VRouter and a system route table whose system routes follow its VSwitches. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

describe('N6 VRouter and system route table', () => {
  let region: Region;
  let VpcId: string;
  let RouteTableId: string;
  let VRouterId: string;
  beforeAll(async () => {
    region = await startRegion();
    const made = await region.ok('Vpc', 'CreateVpc', { CidrBlock: '10.0.0.0/16', ResourceGroupId: 'rg-a' });
    ({ VpcId, RouteTableId, VRouterId } = made);
    await region.until(async () => (await region.ok('Vpc', 'DescribeVpcAttribute', { VpcId })).Status === 'Available');
  });
  afterAll(() => region.close());

  const entries = async (request: object = {}): Promise<Body[]> => {
    const body = await region.ok('Vpc', 'DescribeRouteEntryList', { RouteTableId, MaxResult: 100, ...request });
    expect(body.TotalCount).toBe(body.RouteEntrys.RouteEntry.length);
    return body.RouteEntrys.RouteEntry;
  };

  it('N6: the VRouter is listed with its table', async () => {
    const { VRouters, TotalCount } = await region.ok('Vpc', 'DescribeVRouters', { VRouterId });
    expect(TotalCount).toBe(1);
    expect(VRouters.VRouter[0]).toMatchObject({ VRouterId, VpcId, RouteTableIds: { RouteTableId: [RouteTableId] } });
    expect((await region.ok('Vpc', 'DescribeVRouters', { VRouterId: 'vrt-none' })).TotalCount).toBe(0);
  });

  it('N6: a new table leads to the services only; each VSwitch adds its local route and takes it along', async () => {
    const service = { DestinationCidrBlock: '100.64.0.0/10', Type: 'System', IpVersion: 'IPv4', RouteTableId };
    expect(await entries()).toMatchObject([
      { ...service, Status: 'Available', NextHops: { NextHop: [{ NextHopType: 'service', NextHopId: '' }] } },
    ]);
    const one = await region.vswitch(VpcId, '10.0.1.0/24');
    const two = await region.vswitch(VpcId, '10.0.2.0/24', { ZoneId: 'cn-hangzhou-i' });
    const local = (block: string) => ({
      DestinationCidrBlock: block,
      Type: 'System',
      Status: 'Available',
      NextHops: { NextHop: [{ NextHopType: 'local', NextHopId: '' }] },
    });
    expect(await entries({ NextHopType: 'local' })).toMatchObject([local('10.0.1.0/24'), local('10.0.2.0/24')]);
    expect(await entries({ DestinationCidrBlock: '10.0.2.0/255.255.255.0' })).toMatchObject([local('10.0.2.0/24')]);
    expect(await entries({ RouteEntryType: 'Custom' })).toEqual([]);
    expect(await entries({ IpVersion: 'ipv6' })).toEqual([]);

    const tables = await region.ok('Vpc', 'DescribeRouteTableList', { VpcId });
    expect(tables).toMatchObject({
      TotalCount: 1,
      RouterTableList: {
        RouterTableListType: [
          {
            RouteTableId,
            RouteTableType: 'System',
            RouterId: VRouterId,
            RouterType: 'VRouter',
            VpcId,
            Status: 'Available',
            ResourceGroupId: 'rg-a',
            VSwitchIds: { VSwitchId: [one, two] },
          },
        ],
      },
    });
    const { RouteTable } = await region.ok('Vpc', 'DescribeVSwitchAttributes', { VSwitchId: one });
    expect(RouteTable).toEqual({ RouteTableId, RouteTableType: 'System' });
    const { VSwitches } = await region.ok('Vpc', 'DescribeVSwitches', { RouteTableId });
    expect(VSwitches.VSwitch.map((each: Body) => each.VSwitchId).sort()).toEqual([one, two].sort());

    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId: one });
    expect((await entries()).map((entry) => entry.DestinationCidrBlock)).toEqual(['100.64.0.0/10', '10.0.2.0/24']);
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId: two });
  });

  it('N6: filters on tables hold together', async () => {
    const found = async (request: object): Promise<number> =>
      (await region.ok('Vpc', 'DescribeRouteTableList', { VpcId, ...request })).TotalCount;
    expect(await found({ RouteTableType: 'System', RouterId: VRouterId, ResourceGroupId: 'rg-a' })).toBe(1);
    expect(await found({ RouteTableType: 'Custom' })).toBe(0);
    expect(await found({ RouterType: 'VBR' })).toBe(0);
    expect(await found({ ResourceGroupId: 'rg-b' })).toBe(0);
    expect(await found({ Tag: [{ Key: 'a' }] })).toBe(0);
    expect(await found({ RegionId: 'cn-beijing' })).toBe(0);
  });

  it('N6: entries come token by token, a size of 500 counts as 100', async () => {
    for (let part = 0; part < 12; part++) await region.vswitch(VpcId, `10.0.${part}.0/24`);
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const body = await region.ok('Vpc', 'DescribeRouteEntryList', {
        RouteTableId,
        MaxResult: 5,
        ...(NextToken ? { NextToken } : {}),
      });
      expect(body.TotalCount).toBe(13);
      seen.push(...body.RouteEntrys.RouteEntry.map((entry: Body) => entry.RouteEntryId));
      NextToken = body.NextToken;
    } while (NextToken);
    expect(new Set(seen).size).toBe(13);
    expect(seen).toHaveLength(13);
    expect(await entries({ MaxResult: 500 })).toHaveLength(13);
  });

  it('N6: the older list shows tables with their entries', async () => {
    const shown = async (request: object) => {
      const body = await region.ok('Vpc', 'DescribeRouteTables', request as never);
      expect(body.TotalCount).toBe(body.RouteTables.RouteTable.length);
      return body.RouteTables.RouteTable;
    };
    const local = await region.vswitch(VpcId, '10.0.200.0/24');
    const [table] = await shown({ RouteTableId });
    expect(table).toMatchObject({
      RouteTableId,
      RouteTableType: 'System',
      VRouterId,
      Status: 'Available',
      ResourceGroupId: 'rg-a',
    });
    expect(table.VSwitchIds.VSwitchId).toContain(local);
    expect(table.RouteEntrys.RouteEntry.find((entry: Body) => entry.DestinationCidrBlock === '10.0.200.0/24')).toEqual({
      RouteEntryId: expect.stringMatching(/^rte-/),
      RouteEntryName: '',
      RouteTableId,
      DestinationCidrBlock: '10.0.200.0/24',
      Description: '',
      Type: 'System',
      Status: 'Available',
      NextHopType: 'local',
      InstanceId: '',
      NextHops: { NextHop: [{ NextHopType: 'local', NextHopId: '', Enabled: 1, Weight: 0 }] },
    });
    const entryCount = table.RouteEntrys.RouteEntry.length;
    expect(entryCount).toBe((await entries()).length);
    for (const request of [
      { VRouterId },
      { RouterId: VRouterId, RouterType: 'VRouter' },
      { VRouterId, RouteTableId },
    ]) {
      expect(await shown(request)).toHaveLength(1);
    }
    const [custom] = await shown({ VRouterId, Type: 'Custom' });
    expect(custom.RouteEntrys.RouteEntry).toEqual([]);
    for (const request of [
      { VRouterId, RouterType: 'VBR' },
      { VRouterId, ResourceGroupId: 'rg-b' },
      { RouteTableName: 'none' },
      { RouteTableId: 'vtb-none' },
      { RouteTableId, RegionId: 'cn-beijing' },
    ]) {
      expect(await shown(request)).toEqual([]);
    }
  });

  it('N6: a table takes a name and a description', async () => {
    const told = async () => {
      const { RouterTableList } = await region.ok('Vpc', 'DescribeRouteTableList', { RouteTableId });
      const [table] = RouterTableList.RouterTableListType;
      return [table.RouteTableName, table.Description, table.RoutePropagationEnable];
    };
    const modify = (request: object) => region.ok('Vpc', 'ModifyRouteTableAttributes', { RouteTableId, ...request });
    await modify({ RouteTableName: 'main', Description: 'leads out' });
    expect(await told()).toEqual(['main', 'leads out', true]);
    await modify({ Description: '', RoutePropagationEnable: true });
    expect(await told()).toEqual(['main', '', true]);
    const { RouteTables } = await region.ok('Vpc', 'DescribeRouteTables', { RouteTableName: 'main' });
    expect(RouteTables.RouteTable).toHaveLength(1);
  });

  it('N6: another account sees neither VRouters, tables nor entries', async () => {
    const other = await region.account('router');
    expect((await other.ok('Vpc', 'DescribeVRouters')).TotalCount).toBe(0);
    expect((await other.ok('Vpc', 'DescribeRouteTableList')).TotalCount).toBe(0);
    expect(await other.refused('Vpc', 'DescribeRouteEntryList', { RouteTableId })).toMatchObject({
      code: 'InvalidRouteTableId.NotFound',
      status: 404,
    });
  });
});
