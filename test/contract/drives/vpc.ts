/** VPCs with their VSwitches, routes, tags and EIPs, by the vendor's client. */
import type { Script } from './drive.ts';

const RegionId = 'cn-hangzhou';

export const places: Script = async ({ call }) => {
  await call('DescribeRegions', {});
  await call('DescribeZones', { RegionId });
};

export const networks: Script = async ({ region, call }) => {
  const { VpcId } = await call('CreateVpc', {
    RegionId,
    CidrBlock: '10.0.0.0/16',
    VpcName: 'driven',
    Tag: [{ Key: 'k', Value: 'v' }],
  });
  await region.until(async () => (await region.ok('Vpc', 'DescribeVpcAttribute', { VpcId })).Status === 'Available');
  const { VSwitchId } = await call('CreateVSwitch', {
    RegionId,
    VpcId,
    CidrBlock: '10.0.1.0/24',
    ZoneId: 'cn-hangzhou-h',
    Tag: [{ Key: 'k', Value: 'v' }],
  });
  await region.until(
    async () => (await region.ok('Vpc', 'DescribeVSwitchAttributes', { VSwitchId })).Status === 'Available',
  );
  await call('DescribeVpcs', { RegionId, VpcId });
  await call('DescribeVpcAttribute', { RegionId, VpcId });
  await call('DescribeVSwitches', { RegionId, VSwitchId });
  await call('DescribeVSwitchAttributes', { VSwitchId });
  await call('DescribeVRouters', { RegionId });
  const { RouterTableList } = await call('DescribeRouteTableList', { RegionId, VpcId });
  const [{ RouteTableId }] = RouterTableList.RouterTableListType;
  await call('TagResources', { RegionId, ResourceType: 'ROUTETABLE', ResourceId: [RouteTableId], Tag: [{ Key: 'k' }] });
  await call('ListTagResources', { RegionId, ResourceType: 'VPC', ResourceId: [VpcId] });
  await call('UnTagResources', { RegionId, ResourceType: 'VPC', ResourceId: [VpcId], TagKey: ['k'] });
  await call('DescribeRouteTableList', { RegionId, VpcId });
  await call('DescribeRouteEntryList', { RegionId, RouteTableId });
  await call('DescribeRouteTables', { RegionId, RouteTableId });
  await call('ModifyRouteTableAttributes', { RegionId, RouteTableId, RouteTableName: 'driven' });
  await call('CheckCanAllocateVpcPrivateIpAddress', { RegionId, VSwitchId, PrivateIpAddress: '10.0.1.9' });
  await call('ModifyVpcAttribute', { RegionId, VpcId, VpcName: 'driven-again' });
  await call('ModifyVSwitchAttribute', { RegionId, VSwitchId, VSwitchName: 'driven-again' });
  await call('MoveResourceGroup', { RegionId, ResourceType: 'Vpc', ResourceId: VpcId, NewResourceGroupId: 'rg-other' });
  await call('DeleteVSwitch', { RegionId, VSwitchId });
  await call('DeleteVpc', { RegionId, VpcId });
};

export const defaults: Script = async ({ region, call }) => {
  const { VpcId } = await call('CreateDefaultVpc', { RegionId });
  await region.until(async () => (await region.ok('Vpc', 'DescribeVpcAttribute', { VpcId })).Status === 'Available');
  await call('CreateDefaultVSwitch', { RegionId, ZoneId: 'cn-hangzhou-h' });
};

export const publicAddresses: Script = async ({ region, call }) => {
  const VpcId = await region.vpc();
  const [InstanceId] = await region.run(await region.vswitch(VpcId, '10.0.1.0/24'), await region.group(VpcId));
  const { AllocationId } = await call('AllocateEipAddress', { RegionId, Bandwidth: '5' });
  await region.ok('Vpc', 'TagResources', { ResourceType: 'EIP', ResourceId: [AllocationId], Tag: [{ Key: 'k' }] });
  await call('AssociateEipAddress', { RegionId, AllocationId, InstanceId: InstanceId! });
  await region.eipReaches(AllocationId, 'InUse');
  await call('DescribeEipAddresses', { RegionId, AllocationId });
  await call('ModifyEipAddressAttribute', { RegionId, AllocationId, Bandwidth: '10' });
  await call('UnassociateEipAddress', { RegionId, AllocationId, InstanceId: InstanceId! });
  await region.eipReaches(AllocationId, 'Available');
  await call('ReleaseEipAddress', { RegionId, AllocationId });
};
