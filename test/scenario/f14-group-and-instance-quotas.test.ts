/** F14: creation of groups and instances fails exactly at limit + 1, and goes on after a deletion. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { type Client, type Region, startRegion } from './harness.ts';

const IMAGE = { InstanceType: 'ecs.g6.large', ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd' };

describe('F14 quotas of groups and instances', () => {
  let region: Region;
  let vpc: string;
  const gate = new Gate();
  beforeAll(async () => {
    region = await startRegion({
      quotas: { securityGroupsPerRegion: 3, instancesPerRegion: 3 },
      failures: gate.pass,
    });
    vpc = await region.vpc();
  });
  afterAll(async () => {
    gate.letGo('apply');
    await region.close();
  });

  it('F14 groups of an account and region', async () => {
    const groups = [await region.group(vpc), await region.group(vpc), await region.group(vpc)];
    const before = await region.snapshot();
    expect(await region.refused('Ecs', 'CreateSecurityGroup', { VpcId: vpc })).toMatchObject({
      code: 'QuotaExceed.SecurityGroup',
      status: 403,
    });
    expect(await region.snapshot()).toEqual(before);

    const other: Client = await region.account('other');
    await other.group(await other.vpc());
    const elsewhere = await region.ok('Vpc', 'CreateVpc', { RegionId: 'cn-beijing', CidrBlock: '10.0.0.0/16' });
    await region.until(async () => {
      const { Vpcs } = await region.ok('Vpc', 'DescribeVpcs', { RegionId: 'cn-beijing', VpcId: elsewhere.VpcId });
      return Vpcs.Vpc[0].Status === 'Available';
    });
    await region.group(elsewhere.VpcId, { RegionId: 'cn-beijing' });

    await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: groups[0] });
    await region.group(vpc);
  });

  it('F14 instances of an account and region', async () => {
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    const { SecurityGroups } = await region.ok('Ecs', 'DescribeSecurityGroups', { VpcId: vpc });
    const group = SecurityGroups.SecurityGroup[0].SecurityGroupId;
    const request = { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group };
    const [first = ''] = await region.run(vswitch, group, { Amount: 2 });
    const before = await region.snapshot();
    expect(await region.refused('Ecs', 'RunInstances', { ...request, Amount: 2 })).toMatchObject({
      code: 'QuotaExceed.ElasticQuota',
      status: 403,
    });
    expect(await region.snapshot()).toEqual(before);
    const fewer = await region.ok('Ecs', 'RunInstances', { ...request, Amount: 2, MinAmount: 1 });
    expect(fewer.InstanceIdSets.InstanceIdSet).toHaveLength(1);
    await region.reach(fewer.InstanceIdSets.InstanceIdSet, 'Running');
    expect(await region.refused('Ecs', 'RunInstances', request)).toMatchObject({ code: 'QuotaExceed.ElasticQuota' });
    await region.ok('Ecs', 'StopInstance', { InstanceId: first });
    await region.reach([first], 'Stopped');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: first });
    await region.run(vswitch, group);
  });

  it('X8 nothing is put into a VPC or VSwitch that is still Pending', async () => {
    const { SecurityGroups } = await region.ok('Ecs', 'DescribeSecurityGroups', { VpcId: vpc });
    const group = SecurityGroups.SecurityGroup[0].SecurityGroupId;
    gate.hold('apply');
    const pendingVpc = await region.ok('Vpc', 'CreateVpc', { CidrBlock: '10.0.0.0/16' });
    expect(await region.refused('Ecs', 'CreateSecurityGroup', { VpcId: pendingVpc.VpcId })).toMatchObject({
      code: 'IncorrectVpcStatus',
      status: 400,
    });
    const { VSwitchId } = await region.ok('Vpc', 'CreateVSwitch', {
      VpcId: vpc,
      CidrBlock: '10.0.2.0/24',
      ZoneId: 'cn-hangzhou-h',
    });
    expect(await region.refused('Ecs', 'RunInstances', { ...IMAGE, VSwitchId, SecurityGroupId: group })).toMatchObject({
      code: 'IncorrectVSwitchStatus',
      status: 400,
    });
  });
});
