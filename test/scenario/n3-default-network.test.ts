/** N3: the default VPC of a region and the default VSwitches of its zones; which addresses are free. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

describe('N3 default networks', () => {
  let region: Region;
  let vpc: Body;
  beforeAll(async () => {
    region = await startRegion({ quotas: { vpcsPerRegion: 1, vswitchesPerVpc: 1 } });
    await region.vpc();
    vpc = await region.ok('Vpc', 'CreateDefaultVpc', { ClientToken: 'default' });
    await region.until(async () => (await attributes()).Status === 'Available');
  });
  afterAll(() => region.close());

  const attributes = () => region.ok('Vpc', 'DescribeVpcAttribute', { VpcId: vpc.VpcId });
  const vswitches = async (request: object = {}) => {
    const body = await region.ok('Vpc', 'DescribeVSwitches', { VpcId: vpc.VpcId, PageSize: 50, ...request });
    return body.VSwitches.VSwitch;
  };

  it('N3 F14 the default VPC is made beside the quota, and once', async () => {
    expect(await attributes()).toMatchObject({
      VpcId: vpc.VpcId,
      CidrBlock: '172.31.0.0/16',
      IsDefault: true,
      VRouterId: vpc.VRouterId,
      RegionId: 'cn-hangzhou',
    });
    const tables = await region.ok('Vpc', 'DescribeRouteTableList', { VpcId: vpc.VpcId });
    expect(tables.RouterTableList.RouterTableListType[0].RouteTableId).toBe(vpc.RouteTableId);
    expect(await region.ok('Vpc', 'CreateDefaultVpc', { ClientToken: 'default' })).toMatchObject({ VpcId: vpc.VpcId });
    const again = await region.refused('Vpc', 'CreateDefaultVpc');
    expect(again).toMatchObject({ code: 'OperationDenied', status: 403 });
    expect(again.message).toContain(vpc.VpcId);
    const { Vpcs } = await region.ok('Vpc', 'DescribeVpcs', { IsDefault: true });
    expect(Vpcs.Vpc).toHaveLength(1);
    const other = await region.account('other');
    await other.ok('Vpc', 'CreateDefaultVpc');
  });

  it('N3 its block stays as it is', async () => {
    const request = { VpcId: vpc.VpcId, CidrBlock: '172.16.0.0/12' };
    const refused = await region.refused('Vpc', 'ModifyVpcAttribute', request);
    expect(refused).toMatchObject({ code: 'OperationDenied', status: 403 });
    await region.ok('Vpc', 'ModifyVpcAttribute', { VpcId: vpc.VpcId, CidrBlock: '172.31.0.0/16', VpcName: 'mine' });
  });

  it('N3 each zone gets a default VSwitch of the first free /20', async () => {
    const chosen = await region.vswitch(vpc.VpcId, '172.31.16.0/24');
    const made = [];
    for (const ZoneId of ['cn-hangzhou-h', 'cn-hangzhou-i']) {
      made.push((await region.ok('Vpc', 'CreateDefaultVSwitch', { ZoneId })).VSwitchId);
    }
    const list = await vswitches({ IsDefault: true });
    expect(list.map((row: Body) => [row.ZoneId, row.CidrBlock, row.IsDefault]).sort()).toEqual([
      ['cn-hangzhou-h', '172.31.0.0/20', true],
      ['cn-hangzhou-i', '172.31.32.0/20', true],
    ]);
    const again = await region.refused('Vpc', 'CreateDefaultVSwitch', { ZoneId: 'cn-hangzhou-h' });
    expect(again).toMatchObject({ code: 'OperationDenied', status: 403 });
    expect(again.message).toContain(made[0]);
    const group = await region.group(vpc.VpcId);
    await region.until(async () => (await vswitches()).every((row: Body) => row.Status === 'Available'));
    const [instance] = await region.run(made[0], group);
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([instance]) });
    expect(Instances.Instance[0].VpcAttributes.PrivateIpAddress.IpAddress[0]).toMatch(/^172\.31\.0\./);
    expect(await vswitches({ VSwitchId: chosen })).toHaveLength(1);
  });

  it('N3 a region without a default VPC has no default VSwitches', async () => {
    const request = { RegionId: 'cn-beijing', ZoneId: 'cn-beijing-h' };
    const zones = await region.ok('Vpc', 'DescribeZones', { RegionId: 'cn-beijing' });
    const refused = await region.refused('Vpc', 'CreateDefaultVSwitch', {
      ...request,
      ZoneId: zones.Zones.Zone[0].ZoneId,
    });
    expect(refused).toMatchObject({ code: 'InvalidVpcId.NotFound', status: 404 });
  });

  it('A1 it can be asked whether an address is free', async () => {
    const own = await region.account('addresses');
    const network = await own.vpc();
    const VSwitchId = await own.vswitch(network, '10.0.1.0/24');
    await own.run(VSwitchId, await own.group(network), { PrivateIpAddress: '10.0.1.10' });
    const free = async (PrivateIpAddress: string, request: object = {}) => {
      const asked = { VSwitchId, PrivateIpAddress, ...request };
      return (await own.ok('Vpc', 'CheckCanAllocateVpcPrivateIpAddress', asked)).CanAllocate;
    };
    expect(await free('10.0.1.11')).toBe(true);
    expect(await free('10.0.1.11', { IpVersion: 'ipv4' })).toBe(true);
    expect(await free('10.0.1.10')).toBe(false);
    for (const reserved of ['10.0.1.0', '10.0.1.253', '10.0.1.254', '10.0.1.255']) {
      expect(await free(reserved)).toBe(false);
    }
    expect(await free('10.0.2.11')).toBe(false);
  });
});
