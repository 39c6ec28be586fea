/** N9, E9, E11: who is in which group; limits of groups and what changes reach the network. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

const IMAGE = { InstanceType: 'ecs.g6.large', ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd' };

describe('N9 membership', () => {
  let region: Region;
  let vpc: string;
  let vswitch: string;
  beforeAll(async () => {
    region = await startRegion({
      quotas: {
        addressesPerBasicGroup: 4,
        rulesPerSecurityGroup: 3,
        rulesPerInterface: 5,
        securityGroupsPerRegion: 100,
      },
    });
    vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
  });
  afterAll(() => region.close());

  async function groupsOf(id: string): Promise<string[]> {
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    const enis = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: id });
    const groups = Instances.Instance[0].SecurityGroupIds.SecurityGroupId;
    expect(enis.NetworkInterfaceSets.NetworkInterfaceSet[0].SecurityGroupIds.SecurityGroupId).toEqual(groups);
    return groups;
  }

  /** The policy that the instance's port asks in what the driver was given last. */
  async function policyOf(id: string): Promise<Body> {
    await region.server.reconciler.settled();
    const program = region.driver.applied(vpc);
    const port = program?.ports.find((each) => each.guestId === id);
    return program?.policies.find((policy) => policy.id === port?.policyId);
  }

  const rules = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      IpProtocol: 'TCP',
      PortRange: `${n + 1}/${n + 1}`,
      SourceCidrIp: '10.0.0.0/8',
    }));

  it('N9 E11 joining and leaving a group is shown and reaches the network', async () => {
    const first = await region.group(vpc);
    const second = await region.group(vpc);
    const [id = ''] = await region.run(vswitch, first);
    await region.ok('Ecs', 'JoinSecurityGroup', { SecurityGroupId: second, InstanceId: id });
    expect(await groupsOf(id)).toEqual([first, second]);
    expect((await policyOf(id)).groupIds).toEqual([first, second].sort());
    await region.ok('Ecs', 'LeaveSecurityGroup', { SecurityGroupId: first, InstanceId: id });
    expect(await groupsOf(id)).toEqual([second]);
    expect((await policyOf(id)).groupIds).toEqual([second]);
    await region.ok('Ecs', 'JoinSecurityGroup', { SecurityGroupId: first, InstanceId: id });
    expect(await groupsOf(id)).toEqual([second, first]);
  });

  it('N9 a rule that is added or revoked, and the inner policy, reach the network', async () => {
    const group = await region.group(vpc);
    const [id = ''] = await region.run(vswitch, group);
    const rule = { SecurityGroupId: group, IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.0.0.0/8' };
    const origins = async () => (await policyOf(id)).ingress.map((entry: Body) => entry.origin.kind);
    expect(await origins()).toEqual(['inner-access', 'default']);
    await region.ok('Ecs', 'AuthorizeSecurityGroup', rule);
    expect(await origins()).toEqual(['inner-access', 'rule', 'default']);
    await region.ok('Ecs', 'ModifySecurityGroupPolicy', { SecurityGroupId: group, InnerAccessPolicy: 'Drop' });
    expect(await origins()).toEqual(['rule', 'default']);
    await region.ok('Ecs', 'RevokeSecurityGroup', rule);
    expect(await origins()).toEqual(['default']);
  });

  it('E1 an instance is in at most five groups', async () => {
    const groups: string[] = [];
    for (let n = 0; n < 6; n++) groups.push(await region.group(vpc));
    const [sixth, ...five] = groups;
    const request = { ...IMAGE, VSwitchId: vswitch };
    expect(await region.refused('Ecs', 'RunInstances', { ...request, SecurityGroupIds: groups })).toMatchObject({
      code: 'JoinedGroupLimitExceed',
      status: 400,
    });
    const { InstanceIdSets } = await region.ok('Ecs', 'RunInstances', { ...request, SecurityGroupIds: five });
    const [id] = InstanceIdSets.InstanceIdSet;
    await region.reach([id], 'Running');
    expect(await groupsOf(id)).toEqual(five);
    expect(await region.refused('Ecs', 'JoinSecurityGroup', { SecurityGroupId: sixth, InstanceId: id })).toMatchObject({
      code: 'InstanceSecurityGroupLimitExceeded',
      status: 400,
    });
  });

  it('E9 a basic group has room for so many addresses and no more', async () => {
    const group = await region.group(vpc);
    const other = await region.group(vpc);
    await region.run(vswitch, group, { Amount: 3 });
    const request = { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group, Amount: 2 };
    expect(await region.refused('Ecs', 'RunInstances', request)).toMatchObject({
      code: 'SecurityGroupInstanceLimitExceed',
      status: 403,
    });
    const { InstanceIdSets } = await region.ok('Ecs', 'RunInstances', { ...request, MinAmount: 1 });
    expect(InstanceIdSets.InstanceIdSet).toHaveLength(1);
    const [late = ''] = await region.run(vswitch, other);
    expect(
      await region.refused('Ecs', 'JoinSecurityGroup', { SecurityGroupId: group, InstanceId: late }),
    ).toMatchObject({
      code: 'SecurityGroupInstanceLimitExceeded',
      status: 403,
    });
    const { SecurityGroups } = await region.ok('Ecs', 'DescribeSecurityGroups', {
      SecurityGroupId: group,
      IsQueryEcsCount: true,
    });
    expect(SecurityGroups.SecurityGroup).toMatchObject([{ EcsCount: 4, AvailableInstanceAmount: 0 }]);
    await region.reach(InstanceIdSets.InstanceIdSet, 'Running');
    await region.ok('Ecs', 'JoinSecurityGroup', {
      SecurityGroupId: other,
      InstanceId: InstanceIdSets.InstanceIdSet[0],
    });
    await region.ok('Ecs', 'LeaveSecurityGroup', {
      SecurityGroupId: group,
      InstanceId: InstanceIdSets.InstanceIdSet[0],
    });
    await region.ok('Ecs', 'JoinSecurityGroup', { SecurityGroupId: group, InstanceId: late });
  });

  it('N9 a group has so many rules, and an interface so many over all its groups', async () => {
    const group = await region.group(vpc);
    const other = await region.group(vpc);
    await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions: rules(2) });
    const before = await region.snapshot();
    const egress = { SecurityGroupId: group, IpProtocol: 'ALL', PortRange: '-1/-1', DestCidrIp: '0.0.0.0/0' };
    expect(
      await region.refused('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions: rules(4) }),
    ).toMatchObject({ code: 'AuthorizationLimitExceed', status: 403 });
    expect(await region.snapshot()).toEqual(before);
    await region.ok('Ecs', 'AuthorizeSecurityGroupEgress', egress);
    await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions: rules(2) });
    expect(
      await region.refused('Ecs', 'AuthorizeSecurityGroupEgress', { ...egress, DestCidrIp: '10.0.0.0/8' }),
    ).toMatchObject({ code: 'AuthorizationLimitExceed', status: 403 });

    await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: other, Permissions: rules(3) });
    const [id] = await region.run(vswitch, group);
    expect(await region.refused('Ecs', 'JoinSecurityGroup', { SecurityGroupId: other, InstanceId: id })).toMatchObject({
      code: 'AclLimitExceed',
      status: 403,
    });
  });
});
