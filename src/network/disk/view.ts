/** Disks as answers show them. */
import { formatSeconds } from '../../values/clock.ts';
import { expiryShown } from '../instance/view.ts';
import type { Disk } from './disk.ts';

/** An item of DescribeDisks. */
export function listedDisk(disk: Disk) {
  const { instance } = disk;
  const attachment = {
    InstanceId: instance.id,
    Device: DEVICE,
    AttachedTime: formatSeconds(instance.created_at),
  };
  return {
    DiskId: disk.id,
    DiskName: disk.name,
    Description: disk.description,
    Type: 'system',
    Category: disk.category,
    PerformanceLevel: disk.performanceLevel,
    Size: disk.size,
    Status: disk.status,
    RegionId: instance.region_id,
    ZoneId: instance.zone_id,
    ResourceGroupId: instance.resource_group_id,
    ImageId: instance.image_id,
    ...attachment,
    Attachments: { Attachment: [attachment] },
    MountInstances: { MountInstance: [attachment] },
    MountInstanceNum: 1,
    CreationTime: formatSeconds(instance.created_at),
    DetachedTime: '',
    ExpiredTime: expiryShown(disk.expiresAt),
    DiskChargeType: disk.chargeType,
    BurstingEnabled: disk.burstingEnabled,
    ProvisionedIops: disk.provisionedIops,
    DeleteWithInstance: true,
    ...NOT_HERE,
  };
}

/** Name under which guests of the official product see their system disk. */
const DEVICE = '/dev/xvda';

/** What the official product can tell of a disk and no disk here has. */
const NOT_HERE = {
  Portable: false,
  Encrypted: false,
  KMSKeyId: '',
  MultiAttach: 'Disabled',
  DeleteAutoSnapshot: false,
  EnableAutoSnapshot: false,
  EnableAutomatedSnapshotPolicy: false,
  AutoSnapshotPolicyId: '',
  SourceSnapshotId: '',
  SourceDiskId: '',
  DataSource: { Id: '', Type: '' },
  Placement: { ZoneIds: '' },
  OperationLocks: { OperationLock: [] },
  Tags: { Tag: [] },
  BdfId: '',
  ProductCode: '',
  SerialNumber: '',
  StorageClusterId: '',
  StorageSetId: '',
  StorageSetPartitionNumber: 0,
  IOPS: 0,
  IOPSRead: 0,
  IOPSWrite: 0,
  Throughput: 0,
  ThroughputRead: 0,
  ThroughputWrite: 0,
};
