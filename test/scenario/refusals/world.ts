/** The world that every invalid call is made in: two VPCs, groups, instances, and the same of another account. */
import type { Client, Region } from '../harness.ts';
import type { World } from './catalogue.ts';

async function stoppedInstance(client: Client, vswitch: string, group: string): Promise<string> {
  const [id] = await client.run(vswitch, group, { InstanceName: 'stopped' });
  await client.ok('Ecs', 'StopInstance', { InstanceId: id });
  await client.reach([id!], 'Stopped');
  return id!;
}

async function firstRule(client: Client, SecurityGroupId: string, Direction = 'ingress'): Promise<string> {
  const { Permissions } = await client.ok('Ecs', 'DescribeSecurityGroupAttribute', {
    SecurityGroupId,
    Direction,
  });
  return Permissions.Permission[0].SecurityGroupRuleId;
}

async function tableOf(client: Client, VpcId: string): Promise<string> {
  const { RouterTableList } = await client.ok('Vpc', 'DescribeRouteTableList', { VpcId });
  return RouterTableList.RouterTableListType[0].RouteTableId;
}

export async function makeWorld(region: Region): Promise<World> {
  const vpc = await region.vpc();
  const otherVpc = await region.vpc({ Tag: [{ Key: 'only', Value: 'one' }] });
  const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
  const vswitch2 = await region.vswitch(vpc, '10.0.2.0/24', { ZoneId: 'cn-hangzhou-i' });
  const otherVswitch = await region.vswitch(otherVpc, '10.0.1.0/24');
  const group = await region.group(vpc);
  const group2 = await region.group(vpc);
  const emptyGroup = await region.group(vpc);
  const advancedGroup = await region.group(vpc, { SecurityGroupType: 'enterprise' });
  const otherGroup = await region.group(otherVpc);
  await region.ok('Ecs', 'AuthorizeSecurityGroup', {
    SecurityGroupId: group,
    Permissions: [{ IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.0.0.0/8', Policy: 'accept' }],
  });
  await region.ok('Ecs', 'AuthorizeSecurityGroup', {
    SecurityGroupId: group2,
    Permissions: [{ IpProtocol: 'TCP', PortRange: '22/22', SourceGroupId: group }],
  });
  const full = Array.from({ length: 20 }, (_, index) => ({ Key: `full${index}`, Value: '' }));
  const taggedGroup = await region.group(vpc, { Tag: full });
  const groupedGroup = await region.group(vpc, { ResourceGroupId: 'rg-grouped' });
  const prefixList = await region.prefixList({ Entry: [{ Cidr: '10.0.0.0/8' }, { Cidr: '11.0.0.0/8' }] });
  const usedPrefixList = await region.prefixList();
  await region.ok('Ecs', 'AuthorizeSecurityGroupEgress', {
    SecurityGroupId: group2,
    Permissions: [{ IpProtocol: 'TCP', PortRange: '25/25', DestPrefixListId: usedPrefixList }],
  });
  const [running] = await region.run(vswitch, group, { PrivateIpAddress: '10.0.1.10', InstanceName: 'running' });
  const stopped = await stoppedInstance(region, vswitch, group);
  const [guarded] = await region.run(vswitch, group, { DeletionProtection: true });
  const enis = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: running });

  const bound = await region.eip();
  await region.associate(bound.id, running!);

  const other = await region.account('other');
  const foreignVpc = await other.vpc();
  const foreignVswitch = await other.vswitch(foreignVpc, '10.0.1.0/24');
  const foreignGroup = await other.group(foreignVpc);
  await other.ok('Ecs', 'AuthorizeSecurityGroup', {
    SecurityGroupId: foreignGroup,
    Permissions: [{ IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.0.0.0/8' }],
  });
  const [foreignInstance] = await other.run(foreignVswitch, foreignGroup);
  const foreignEnis = await other.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: foreignInstance });

  return {
    vpc,
    otherVpc,
    vswitch,
    vswitch2,
    otherVswitch,
    group,
    group2,
    emptyGroup,
    advancedGroup,
    otherGroup,
    taggedGroup,
    groupedGroup,
    rule: await firstRule(region, group),
    groupRule: await firstRule(region, group2),
    listRule: await firstRule(region, group2, 'egress'),
    prefixList,
    usedPrefixList,
    running: running!,
    runningEni: enis.NetworkInterfaceSets.NetworkInterfaceSet[0].NetworkInterfaceId,
    stopped,
    protected: guarded!,
    foreign: {
      vpc: foreignVpc,
      vswitch: foreignVswitch,
      group: foreignGroup,
      instance: foreignInstance!,
      eni: foreignEnis.NetworkInterfaceSets.NetworkInterfaceSet[0].NetworkInterfaceId,
      eip: (await other.eip()).id,
      prefixList: await other.prefixList(),
      rule: await firstRule(other, foreignGroup),
      routeTable: await tableOf(other, foreignVpc),
    },
    image: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
    eip: (await region.eip({ InternetChargeType: 'PayByTraffic' })).id,
    boundEip: bound.id,
    prepaidEip: (await region.eip({ InstanceChargeType: 'PrePaid', Period: 1 })).id,
    farEip: (await region.eip({ RegionId: 'cn-beijing' })).id,
    routeTable: await tableOf(region, vpc),
  };
}
