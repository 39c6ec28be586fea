/** Actions on images: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { pages } from './paging.ts';
import { boolean, commaList, integer, list, struct, text } from './parameter.ts';
import { dryRun, regionId } from './request.ts';
import { tagFilter } from './tags.ts';

export const describeImages = action({
  product: 'Ecs',
  name: 'DescribeImages',
  summary: 'Lists images with their operating system facts.',
  effect: 'read',
  parameters: {
    ActionType: text({
      fate: 'accepted',
      help: 'What the image is wanted for; every image here is for creating instances.',
      enum: ['CreateEcs', 'ChangeOS'],
    }),
    Architecture: text({
      fate: 'realised',
      help: 'Only images for this architecture.',
      enum: ['i386', 'x86_64', 'arm64'],
    }),
    DryRun: dryRun,
    Filter: list({
      fate: 'realised',
      help: 'Further conditions that must all hold.',
      most: 10,
      of: struct({
        fate: 'realised',
        help: 'A condition.',
        fields: {
          Key: text({
            fate: 'realised',
            help: 'CreationStartTime, CreationEndTime, NetworkType, or one of CpuOnlineUpgrade, CpuOnlineDowngrade, MemoryOnlineUpgrade, MemoryOnlineDowngrade.',
          }),
          Value: text({
            fate: 'realised',
            help: 'A time as YYYY-MM-DDThh:mmZ; vpc or classic; supported or unsupported.',
          }),
        },
      }),
    }),
    ImageFamily: text({ fate: 'realised', help: 'Only images of this family.' }),
    ImageId: text({ fate: 'realised', help: 'Only this image.' }),
    ImageName: text({ fate: 'realised', help: 'Only images whose name contains this text; * stands for any text.' }),
    ImageOwnerAlias: text({
      fate: 'realised',
      help: 'Only images from this source; all images here come with the system.',
      enum: ['system', 'self', 'others', 'marketplace'],
    }),
    ImageOwnerId: integer({
      fate: 'accepted',
      help: 'Owner of shared or community images, of which there are none here.',
    }),
    InstanceType: text({ fate: 'realised', help: 'Only images that this instance type can run.' }),
    IsPublic: boolean({ fate: 'realised', help: 'true: only community images, of which there are none here.' }),
    IsSupportCloudinit: boolean({
      fate: 'realised',
      help: 'Only images with (true) or without (false) cloud-init. None has it: user data is run by the system itself.',
    }),
    IsSupportIoOptimized: boolean({
      fate: 'realised',
      help: 'Only images that can (true) or cannot (false) run on I/O-optimised types; all can.',
    }),
    OSType: text({ fate: 'realised', help: 'Only images of this kind of system.', enum: ['windows', 'linux'] }),
    ...ownership,
    ...pages(100),
    RegionId: regionId,
    ResourceGroupId: text({
      fate: 'realised',
      help: 'Only images of this resource group; the images here are in none.',
    }),
    ShowExpired: boolean({ fate: 'accepted', help: 'Whether to list expired images too; there are none here.' }),
    SnapshotId: text({ fate: 'realised', help: 'Only images made from this snapshot; there are none here.' }),
    Status: commaList({
      fate: 'realised',
      help: 'Only images in one of these states, separated by commas: Creating, Waiting, Available, UnAvailable, CreateFailed, Deprecated; or ALL alone. Available when absent; all images here are.',
      most: 7,
    }),
    Tag: tagFilter,
    Usable: boolean({ fate: 'realised', help: 'Only images that can (true) or cannot (false) be used; all can.' }),
    Usage: text({
      fate: 'realised',
      help: 'Only images that instances of the caller in the region use (instance) or do not use (none).',
      enum: ['instance', 'none'],
    }),
  },
  answer: {
    Images: {
      Image: [
        {
          Architecture: 'string',
          BootMode: 'string',
          CreationTime: 'string',
          Description: 'string',
          DetectionOptions: {
            Items: { Item: [{ Name: 'string', RiskCode: 'string', RiskLevel: 'string', Value: 'string' }] },
            Status: 'string',
          },
          DiskDeviceMappings: {
            DiskDeviceMapping: [
              {
                Device: 'string',
                Encrypted: 'boolean',
                Format: 'string',
                ImportOSSBucket: 'string',
                ImportOSSObject: 'string',
                Progress: 'string',
                RemainTime: 'integer',
                Size: 'string',
                SnapshotId: 'string',
                Type: 'string',
              },
            ],
          },
          Features: {
            CpuOnlineDowngrade: 'string',
            CpuOnlineUpgrade: 'string',
            ImdsSupport: 'string',
            MemoryOnlineDowngrade: 'string',
            MemoryOnlineUpgrade: 'string',
            NvmeSupport: 'string',
          },
          ImageFamily: 'string',
          ImageId: 'string',
          ImageName: 'string',
          ImageOwnerAlias: 'string',
          ImageOwnerId: 'long',
          ImageVersion: 'string',
          IsCopied: 'boolean',
          IsPublic: 'boolean',
          IsSelfShared: 'string',
          IsSubscribed: 'boolean',
          IsSupportCloudinit: 'boolean',
          IsSupportIoOptimized: 'boolean',
          LicenseType: 'string',
          LoginAsNonRootSupported: 'boolean',
          OSName: 'string',
          OSNameEn: 'string',
          OSType: 'string',
          Platform: 'string',
          ProductCode: 'string',
          Progress: 'string',
          ResourceGroupId: 'string',
          SecureBootOptions: { SecureBootSupport: 'string' },
          Size: 'integer',
          Status: 'string',
          SupplierName: 'string',
          Tags: { Tag: [{ TagKey: 'string', TagValue: 'string' }] },
          Usable: 'boolean',
          Usage: 'string',
        },
      ],
    },
    PageNumber: 'integer',
    PageSize: 'integer',
    RegionId: 'string',
    TotalCount: 'integer',
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidInstanceType.ValueNotSupported',
    'InvalidFilterKey.NotFound',
    'InvalidParameter',
    'InvalidTagCount',
    'InvalidTagKey.Malformed',
  ],
});

/** Without OwnerAccount, as some actions have it. */
const { OwnerAccount: _none, ...owner } = ownership;

export const describeImageSupportInstanceTypes = action({
  product: 'Ecs',
  name: 'DescribeImageSupportInstanceTypes',
  summary: 'Lists the instance types that can run an image: all of them.',
  effect: 'read',
  parameters: {
    ...owner,
    RegionId: regionId,
    ImageId: text({ fate: 'realised', help: 'Id of the image.', required: true }),
    ActionType: text({
      fate: 'accepted',
      help: 'What the image is wanted for; the types are the same.',
      enum: ['CreateEcs', 'ChangeOS'],
    }),
    Filter: list({
      fate: 'accepted',
      help: 'Further conditions, without effect in the official product too.',
      most: 10,
      of: struct({
        fate: 'accepted',
        help: 'A condition.',
        fields: {
          Key: text({ fate: 'accepted', help: 'imageId or filter.' }),
          Value: text({ fate: 'accepted', help: 'Id of an image.' }),
        },
      }),
    }),
  },
  answer: {
    ImageId: 'string',
    InstanceTypes: {
      InstanceType: [
        { CpuCoreCount: 'integer', InstanceTypeFamily: 'string', InstanceTypeId: 'string', MemorySize: 'float' },
      ],
    },
    RegionId: 'string',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidImageId.NotFound'],
});
