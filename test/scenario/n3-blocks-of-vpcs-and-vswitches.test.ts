/** N3: the owner chooses the block of a VPC and cuts VSwitches from it. F13: masks in both forms. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

describe('N3 blocks of VPCs and VSwitches', () => {
  let region: Region;
  /** While it is set, networks wait for it before they become real. */
  let gate: Promise<void> | undefined;
  beforeAll(async () => {
    region = await startRegion({ failures: (operation) => (operation === 'apply' ? gate : undefined) });
  });
  afterAll(() => region.close());

  const attribute = (VpcId: string): Promise<Body> => region.ok('Vpc', 'DescribeVpcAttribute', { VpcId });
  const vswitchAttributes = (VSwitchId: string): Promise<Body> =>
    region.ok('Vpc', 'DescribeVSwitchAttributes', { VSwitchId });

  it('N3: a VPC without a block gets 172.16.0.0/12, is Pending first and Available when it is real', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    const made = await region.ok('Vpc', 'CreateVpc');
    expect(made.VpcId).toMatch(/^vpc-bp[a-z0-9]{18}$/);
    expect(made.VRouterId).toMatch(/^vrt-bp/);
    expect(made.RouteTableId).toMatch(/^vtb-bp/);
    expect(await attribute(made.VpcId)).toMatchObject({ CidrBlock: '172.16.0.0/12', Status: 'Pending' });
    expect(
      await region.refused('Vpc', 'CreateVSwitch', {
        VpcId: made.VpcId,
        CidrBlock: '172.16.0.0/24',
        ZoneId: 'cn-hangzhou-h',
      }),
    ).toMatchObject({ code: 'IncorrectVpcStatus' });
    expect(await region.refused('Vpc', 'DeleteVpc', { VpcId: made.VpcId })).toMatchObject({
      code: 'IncorrectVpcStatus',
    });
    gate = undefined;
    resolve();
    await region.until(async () => (await attribute(made.VpcId)).Status === 'Available');
    await region.ok('Vpc', 'DeleteVpc', { VpcId: made.VpcId });
  });

  it('N3: what was asked for is shown again', async () => {
    const VpcId = await region.vpc({
      CidrBlock: '192.168.0.0/16',
      VpcName: 'shop 商店',
      Description: 'first\nsecond',
      ResourceGroupId: 'rg-1',
      EnableDnsHostname: true,
      EnableIpv6: false,
      Tag: [{ Key: 'team', Value: 'a' }, { Key: 'empty' }],
    });
    const expected = {
      VpcId,
      VpcName: 'shop 商店',
      Description: 'first\nsecond',
      CidrBlock: '192.168.0.0/16',
      RegionId: 'cn-hangzhou',
      ResourceGroupId: 'rg-1',
      DnsHostnameStatus: 'ENABLED',
      IsDefault: false,
      EnabledIpv6: false,
      Tags: {
        Tag: [
          { Key: 'empty', Value: '' },
          { Key: 'team', Value: 'a' },
        ],
      },
      VSwitchIds: { VSwitchId: [] },
    };
    const shown = await attribute(VpcId);
    expect(shown).toMatchObject(expected);
    expect(shown.CreationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const listed = await region.ok('Vpc', 'DescribeVpcs', { VpcId });
    expect(listed).toMatchObject({ PageNumber: 1, PageSize: 10, TotalCount: 1, Vpcs: { Vpc: [expected] } });
    expect(listed.Vpcs.Vpc[0].OwnerId).toBe(shown.OwnerId);
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
  });

  it('F13: dotted masks are taken and shown as lengths', async () => {
    const VpcId = await region.vpc({ CidrBlock: '10.8.0.0/255.252.0.0' });
    expect((await attribute(VpcId)).CidrBlock).toBe('10.8.0.0/14');
    const VSwitchId = await region.vswitch(VpcId, '10.9.0.0/255.255.255.0');
    expect((await vswitchAttributes(VSwitchId)).CidrBlock).toBe('10.9.0.0/24');
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
  });

  it('N3: two VPCs may have the same block, and so may their VSwitches', async () => {
    const [one, two] = [await region.vpc(), await region.vpc()];
    const [inOne, inTwo] = [await region.vswitch(one, '10.0.1.0/24'), await region.vswitch(two, '10.0.1.0/24')];
    expect((await vswitchAttributes(inOne)).VpcId).toBe(one);
    expect((await vswitchAttributes(inTwo)).VpcId).toBe(two);
    for (const VSwitchId of [inOne, inTwo]) await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    for (const VpcId of [one, two]) await region.ok('Vpc', 'DeleteVpc', { VpcId });
  });

  it('N3: VSwitches lie beside each other and fill the VPC', async () => {
    const VpcId = await region.vpc({ CidrBlock: '10.0.0.0/24' });
    const low = await region.vswitch(VpcId, '10.0.0.0/25');
    const high = await region.vswitch(VpcId, '10.0.0.128/25', { ZoneId: 'cn-hangzhou-i', VSwitchName: 'high' });
    expect((await attribute(VpcId)).VSwitchIds.VSwitchId).toEqual([low, high]);
    expect(await vswitchAttributes(high)).toMatchObject({
      VSwitchName: 'high',
      ZoneId: 'cn-hangzhou-i',
      Status: 'Available',
    });
    const refused = await region.refused('Vpc', 'CreateVSwitch', {
      VpcId,
      CidrBlock: '10.0.0.248/29',
      ZoneId: 'cn-hangzhou-h',
    });
    expect(refused).toMatchObject({ code: 'InvalidCidrBlock.Overlapped' });
    expect(refused.message).toContain(high);
    expect(
      region.driver
        .applied(VpcId)
        ?.subnets.map((subnet) => subnet.id)
        .sort(),
    ).toEqual([low, high].sort());
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId: high });
    await region.until(async () => region.driver.applied(VpcId)?.subnets.length === 1);
    const again = await region.vswitch(VpcId, '10.0.0.248/29');
    expect((await vswitchAttributes(again)).AvailableIpAddressCount).toBe(4);
    for (const VSwitchId of [low, again]) await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
  });

  it('A1: the free addresses of a VSwitch exclude the reserved ones and fall with each address given out', async () => {
    const VpcId = await region.vpc();
    const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
    const free = async (): Promise<number> => (await vswitchAttributes(VSwitchId)).AvailableIpAddressCount;
    expect(await free()).toBe(252);
    const group = await region.group(VpcId);
    const [InstanceId] = await region.run(VSwitchId, group);
    expect(await free()).toBe(251);
    await region.ok('Ecs', 'DeleteInstance', { InstanceId, Force: true });
    await region.until(async () => (await free()) === 252);
    await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: group });
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
  });

  it('N3: name, description and block of a VPC change; VSwitches stay inside', async () => {
    const VpcId = await region.vpc({ CidrBlock: '10.0.0.0/16' });
    const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
    await region.ok('Vpc', 'ModifyVpcAttribute', { VpcId, VpcName: 'b', Description: 'c', CidrBlock: '10.0.0.0/20' });
    expect(await attribute(VpcId)).toMatchObject({ VpcName: 'b', Description: 'c', CidrBlock: '10.0.0.0/20' });
    await region.until(async () => region.driver.applied(VpcId)?.blocks[0]?.prefix === 20);
    await region.ok('Vpc', 'ModifyVpcAttribute', { VpcId, Description: '' });
    expect(await attribute(VpcId)).toMatchObject({ VpcName: 'b', Description: '', CidrBlock: '10.0.0.0/20' });
    const refused = await region.refused('Vpc', 'ModifyVpcAttribute', {
      VpcId,
      CidrBlock: '10.0.2.0/24',
      VpcName: 'd',
    });
    expect(refused).toMatchObject({ code: 'InvalidCidrBlock.Malformed' });
    expect(refused.message).toContain(VSwitchId);
    expect((await attribute(VpcId)).VpcName).toBe('b');
    expect((await vswitchAttributes(VSwitchId)).CidrBlock).toBe('10.0.1.0/24');
    await region.ok('Vpc', 'ModifyVSwitchAttribute', { VSwitchId, VSwitchName: 'e', Description: 'f' });
    expect(await vswitchAttributes(VSwitchId)).toMatchObject({ VSwitchName: 'e', Description: 'f' });
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
  });

  it('N3: a deleted VPC is gone from every list and from reality', async () => {
    const VpcId = await region.vpc();
    expect(await region.driver.network.networks()).toContain(VpcId);
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
    expect((await region.ok('Vpc', 'DescribeVpcs', { VpcId })).TotalCount).toBe(0);
    expect(await region.refused('Vpc', 'DescribeVpcAttribute', { VpcId })).toMatchObject({
      code: 'InvalidVpcId.NotFound',
    });
    await region.until(async () => !(await region.driver.network.networks()).includes(VpcId));
    const { network_state } = await region.snapshot();
    expect(network_state).not.toContainEqual(expect.objectContaining({ network_id: VpcId }));
  });
});
