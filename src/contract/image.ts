/** Actions on images: parameters, answers, codes. */
import { action } from './action.ts';
import { boolean, integer, list, struct, text } from './parameter.ts';

export const describeImages = action({
  product: 'Ecs', name: 'DescribeImages', summary: 'Lists images with their operating system facts.', effect: 'read',
  parameters: {
    ActionType: text({ fate: 'realised', help: 'Action Type.', enum: ['CreateEcs', 'ChangeOS'] }),
    Architecture: text({ fate: 'realised', help: 'Architecture.', enum: ['i386', 'x86_64', 'arm64'] }),
    DryRun: boolean({ fate: 'realised', help: 'true: only check, change nothing; success is reported as DryRunOperation.' }),
    Filter: list({ fate: 'realised', help: 'Filter.', most: 100, of: struct({ fate: 'realised', help: 'Filter.', fields: { Key: text({ fate: 'realised', help: 'Key.' }), Value: text({ fate: 'realised', help: 'Value.' }) } }) }),
    ImageFamily: text({ fate: 'realised', help: 'Image Family.' }),
    ImageId: text({ fate: 'realised', help: 'Image Id.' }),
    ImageName: text({ fate: 'realised', help: 'Image Name.' }),
    ImageOwnerAlias: text({ fate: 'realised', help: 'Image Owner Alias.', enum: ['system', 'self', 'others', 'marketplace'] }),
    ImageOwnerId: integer({ fate: 'realised', help: 'Image Owner Id.' }),
    InstanceType: text({ fate: 'realised', help: 'Instance Type.' }),
    IsPublic: boolean({ fate: 'realised', help: 'Is Public.' }),
    IsSupportCloudinit: boolean({ fate: 'realised', help: 'Is Support Cloudinit.' }),
    IsSupportIoOptimized: boolean({ fate: 'realised', help: 'Is Support Io Optimized.' }),
    OSType: text({ fate: 'realised', help: 'OSType.', enum: ['windows', 'linux'] }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    PageNumber: integer({ fate: 'realised', help: 'Page to answer, from 1.', default: 1 }),
    PageSize: integer({ fate: 'realised', help: 'Entries on a page.', range: [1, 100], default: 10 }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceGroupId: text({ fate: 'realised', help: 'Resource group.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    ShowExpired: boolean({ fate: 'realised', help: 'Show Expired.' }),
    SnapshotId: text({ fate: 'realised', help: 'Snapshot Id.' }),
    Status: text({ fate: 'realised', help: 'Status.', enum: ['Creating', 'Waiting', 'Available', 'UnAvailable', 'CreateFailed', 'Deprecated', 'ALL'] }),
    Tag: list({ fate: 'realised', help: 'Tags: at most 20 keys with values.', most: 20, of: struct({ fate: 'realised', help: 'Tags: at most 20 keys with values.', fields: { Key: text({ fate: 'realised', help: 'Key of the tag.' }), Value: text({ fate: 'realised', help: 'Value of the tag.' }) } }) }),
    Usable: boolean({ fate: 'realised', help: 'Usable.' }),
    Usage: text({ fate: 'realised', help: 'Usage.', enum: ['instance', 'none'] }),
  },
  answer: { Images: { Image: [{ Architecture: 'string', BootMode: 'string', CreationTime: 'string', Description: 'string', DetectionOptions: { Items: { Item: [{ Name: 'string', RiskCode: 'string', RiskLevel: 'string', Value: 'string' }] }, Status: 'string' }, DiskDeviceMappings: { DiskDeviceMapping: [{ Device: 'string', Encrypted: 'boolean', Format: 'string', ImportOSSBucket: 'string', ImportOSSObject: 'string', Progress: 'string', RemainTime: 'integer', Size: 'string', SnapshotId: 'string', Type: 'string' }] }, Features: { CpuOnlineDowngrade: 'string', CpuOnlineUpgrade: 'string', ImdsSupport: 'string', MemoryOnlineDowngrade: 'string', MemoryOnlineUpgrade: 'string', NvmeSupport: 'string' }, ImageFamily: 'string', ImageId: 'string', ImageName: 'string', ImageOwnerAlias: 'string', ImageOwnerId: 'long', ImageVersion: 'string', IsCopied: 'boolean', IsPublic: 'boolean', IsSelfShared: 'string', IsSubscribed: 'boolean', IsSupportCloudinit: 'boolean', IsSupportIoOptimized: 'boolean', LicenseType: 'string', LoginAsNonRootSupported: 'boolean', OSName: 'string', OSNameEn: 'string', OSType: 'string', Platform: 'string', ProductCode: 'string', Progress: 'string', ResourceGroupId: 'string', SecureBootOptions: { SecureBootSupport: 'string' }, Size: 'integer', Status: 'string', SupplierName: 'string', Tags: { Tag: [{ TagKey: 'string', TagValue: 'string' }] }, Usable: 'boolean', Usage: 'string' }] }, PageNumber: 'integer', PageSize: 'integer', RegionId: 'string', TotalCount: 'integer' },
  errors: [],
});
