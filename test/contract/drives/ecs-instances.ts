/** Instances, their catalogues and their interfaces, by the vendor's client. */
import type { Script } from './drive.ts';

const RegionId = 'cn-hangzhou';
const ImageId = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';

export const catalogues: Script = async ({ call }) => {
  await call('DescribeRegions', {});
  await call('DescribeZones', { RegionId, Verbose: true });
  await call('DescribeImages', { RegionId });
  await call('DescribeInstanceTypes', {});
  await call('DescribeInstanceTypeFamilies', { RegionId });
  await call('DescribeImageSupportInstanceTypes', { RegionId, ImageId });
  for (const DestinationResource of ['InstanceType', 'SystemDisk']) {
    await call('DescribeAvailableResource', { RegionId, DestinationResource, InstanceType: 'ecs.g6.large' });
  }
  await call('DescribeAccountAttributes', { RegionId });
  await call('DescribeKeyPairs', { RegionId });
};

export const instances: Script = async ({ region, call }) => {
  const VpcId = await region.vpc();
  const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
  const SecurityGroupId = await region.group(VpcId);
  const { InstanceIdSets } = await call('RunInstances', {
    RegionId,
    ImageId,
    InstanceType: 'ecs.g6.large',
    VSwitchId,
    SecurityGroupId,
    Tag: [{ Key: 'k', Value: 'v' }],
  });
  const [InstanceId] = InstanceIdSets.InstanceIdSet;
  await region.reach([InstanceId], 'Running');
  const eip = await region.eip();
  await region.associate(eip.id, InstanceId);
  await call('DescribeInstances', { RegionId, InstanceIds: JSON.stringify([InstanceId]) });
  await call('DescribeInstanceStatus', { RegionId, InstanceId: [InstanceId] });
  const { NetworkInterfaceSets } = await call('DescribeNetworkInterfaces', { RegionId, InstanceId });
  const [{ NetworkInterfaceId }] = NetworkInterfaceSets.NetworkInterfaceSet;
  await call('DescribeNetworkInterfaceAttribute', { RegionId, NetworkInterfaceId });
  await call('ModifyInstanceAttribute', {
    InstanceId,
    InstanceName: 'driven',
    UserData: Buffer.from('#!/bin/sh').toString('base64'),
    SecurityGroupIds: [await region.group(VpcId), SecurityGroupId],
  });
  await call('DescribeInstanceAttribute', { InstanceId });
  await call('DescribeDisks', { RegionId, InstanceId });
  await call('DescribeResourcesModification', {
    RegionId,
    ResourceId: InstanceId,
    DestinationResource: 'InstanceType',
  });
  await call('DescribeInstanceRamRole', { RegionId, InstanceIds: JSON.stringify([InstanceId]) });
  await call('DescribeInstanceAttachmentAttributes', { RegionId, InstanceIds: JSON.stringify([InstanceId]) });
  await call('DescribeInstanceMaintenanceAttributes', { RegionId, InstanceId: [InstanceId] });
  await call('DescribeUserData', { RegionId, InstanceId });
  await call('RebootInstance', { InstanceId });
  await region.reach([InstanceId], 'Running');
  await call('StopInstance', { InstanceId });
  await region.reach([InstanceId], 'Stopped');
  await call('StartInstance', { InstanceId });
  await region.reach([InstanceId], 'Running');
  await call('DeleteInstance', { InstanceId, Force: true });
};

/** Several at once, and one that is made stopped. */
export const batches: Script = async ({ region, call }) => {
  const VpcId = await region.vpc();
  const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
  const SecurityGroupId = await region.group(VpcId);
  const { InstanceId: made } = await call('CreateInstance', {
    RegionId,
    ImageId,
    InstanceType: 'ecs.g6.large',
    VSwitchId,
    SecurityGroupId,
    SystemDisk: { Category: 'cloud_essd', Size: 40, PerformanceLevel: 'PL1' },
  });
  const [subscription] = await region.run(VSwitchId, SecurityGroupId, {
    InstanceChargeType: 'PrePaid',
    Period: 1,
    AutoRenew: true,
    AutoRenewPeriod: 1,
  });
  await call('DescribeInstanceAutoRenewAttribute', { RegionId, InstanceId: subscription });
  await region.reach([made], 'Stopped');
  const InstanceId = [made];
  await call('StartInstances', { RegionId, InstanceId });
  await region.reach(InstanceId, 'Running');
  await call('RebootInstances', { RegionId, InstanceId });
  await region.reach(InstanceId, 'Running');
  await call('StopInstances', { RegionId, InstanceId: [made, 'i-unknown'], BatchOptimization: 'SuccessFirst' });
  await region.reach(InstanceId, 'Stopped');
  await call('DeleteInstances', { RegionId, InstanceId });
};

/** An instance that does not start, and the event that says why. */
export const failures: Script = Object.assign(
  (async ({ region, call }) => {
    const VpcId = await region.vpc();
    const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
    const SecurityGroupId = await region.group(VpcId);
    const place = { InstanceType: 'ecs.g6.large', ImageId, VSwitchId, SecurityGroupId };
    await region.ok('Ecs', 'RunInstances', place);
    await region.until(async () => {
      const { TotalCount } = await region.ok('Ecs', 'DescribeInstancesFullStatus', { HealthStatus: 'Impaired' });
      return TotalCount === 1;
    });
    await call('DescribeInstancesFullStatus', { RegionId });
  }) satisfies Script,
  {
    options: {
      failures: (operation: string) => {
        if (operation === 'start') throw new Error('it does not start');
      },
    },
  },
);
