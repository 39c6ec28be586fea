/** Disks as creation of instances asks for them. */
import { boolean, integer, text } from './parameter.ts';
import { unserved, unservedNumber, unservedSwitch } from './unserved.ts';

/** What both actions of creation know of the system disk. Kept and shown by DescribeDisks. */
export const systemDiskFields = {
  Category: text({
    fate: 'stored',
    help: 'Kind of the system disk; cloud_efficiency when absent.',
    enum: ['cloud_efficiency', 'cloud_ssd', 'cloud_essd', 'cloud', 'cloud_auto', 'cloud_essd_entry'],
  }),
  Description: text({ fate: 'stored', help: 'Description of the system disk.', length: [2, 256] }),
  DiskName: text({ fate: 'stored', help: 'Name of the system disk.', length: [2, 128] }),
  PerformanceLevel: text({
    fate: 'stored',
    help: 'Performance level of a cloud_essd disk.',
    enum: ['PL0', 'PL1', 'PL2', 'PL3'],
  }),
  Size: integer({
    fate: 'stored',
    help: 'Size of the system disk in GiB, 1 to 2048; the size of the image when absent. Shown again, not enforced.',
    range: [1, 2048],
  }),
  StorageClusterId: unserved('Dedicated storage of the system disk.'),
} as const;

/** What RunInstances knows besides. */
export const moreSystemDiskFields = {
  AutoSnapshotPolicyId: unserved('Snapshot policy of the system disk.'),
  BurstingEnabled: boolean({ fate: 'stored', help: 'Whether the system disk may burst.' }),
  EncryptAlgorithm: unserved('Encryption algorithm of the system disk.'),
  Encrypted: text({
    fate: 'accepted',
    help: 'Whether the system disk is encrypted; only false is served.',
    enum: ['false'],
    invalid: 'UnsupportedParameter',
  }),
  KMSKeyId: unserved('Key that encrypts the system disk.'),
  ProvisionedIops: integer({ fate: 'stored', help: 'Operations per second bought for the system disk.' }),
} as const;

/** What both know of a data disk. Data disks are not served. */
export const dataDiskFields = {
  Category: unserved('Kind of the data disk.'),
  DeleteWithInstance: unservedSwitch('Whether the data disk goes with the instance.'),
  Description: unserved('Description of the data disk.'),
  Device: unserved('Mount point of the data disk.'),
  DiskName: unserved('Name of the data disk.'),
  EncryptAlgorithm: unserved('Encryption algorithm of the data disk.'),
  KMSKeyId: unserved('Key that encrypts the data disk.'),
  PerformanceLevel: unserved('Performance level of the data disk.'),
  Size: unservedNumber('Size of the data disk in GiB.'),
  SnapshotId: unserved('Snapshot the data disk is made from.'),
  StorageClusterId: unserved('Dedicated storage of the data disk.'),
} as const;
