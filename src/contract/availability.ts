/** What can be had in which zone: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { boolean, float, integer, list, text } from './parameter.ts';
import { regionId } from './request.ts';

const DISK_CATEGORIES = [
  'cloud',
  'cloud_efficiency',
  'cloud_ssd',
  'ephemeral_ssd',
  'cloud_essd',
  'cloud_auto',
] as const;

const resource = {
  Max: 'integer',
  Min: 'integer',
  Status: 'string',
  StatusCategory: 'string',
  Unit: 'string',
  Value: 'string',
} as const;

const ZONE_HELP = 'Only this zone.';
const CORES_HELP = 'Only types with this number of vCPUs.';
const MEMORY_HELP = 'Only types with this memory, in GiB.';

export const describeAvailableResource = action({
  product: 'Ecs',
  name: 'DescribeAvailableResource',
  summary: 'Tells which zones, types or disks can be had. Everything of the catalogue can be had in every zone.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    DestinationResource: text({
      fate: 'realised',
      help: 'What is asked for.',
      enum: ['Zone', 'IoOptimized', 'InstanceType', 'Network', 'ddh', 'SystemDisk', 'DataDisk'],
      required: true,
    }),
    ResourceType: text({
      fate: 'realised',
      help: 'What it is wanted for; only instances can be had.',
      enum: ['instance', 'disk', 'reservedinstance', 'ddh'],
      default: 'instance',
    }),
    ZoneId: text({ fate: 'realised', help: ZONE_HELP }),
    InstanceType: text({ fate: 'realised', help: 'Only this instance type; needed to ask for SystemDisk.' }),
    IoOptimized: text({
      fate: 'realised',
      help: 'Only types that are, or are not, I/O optimised.',
      enum: ['none', 'optimized'],
      default: 'optimized',
    }),
    Cores: integer({ fate: 'realised', help: CORES_HELP }),
    Memory: float({ fate: 'realised', help: MEMORY_HELP }),
    SystemDiskCategory: text({
      fate: 'realised',
      help: 'Only what goes with a system disk of this kind.',
      enum: [...DISK_CATEGORIES, 'cloud_essd_entry'],
    }),
    DataDiskCategory: text({
      fate: 'realised',
      help: 'Only what goes with a data disk of this kind; there are no data disks.',
      enum: [...DISK_CATEGORIES, 'cloud_essd_entry'],
    }),
    NetworkCategory: text({
      fate: 'realised',
      help: 'Only what goes with this network type; there is only vpc.',
      enum: ['vpc', 'classic'],
    }),
    InstanceChargeType: text({
      fate: 'accepted',
      help: 'How it will be charged; everything can be had both ways.',
      enum: ['PrePaid', 'PostPaid'],
    }),
    SpotStrategy: text({
      fate: 'realised',
      help: 'Only what goes with this spot strategy; there are no spot instances.',
      enum: ['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
      default: 'NoSpot',
    }),
    SpotDuration: integer({ fate: 'accepted', help: 'Protected hours of a spot instance.' }),
    DedicatedHostId: text({ fate: 'realised', help: 'Only what fits on this dedicated host; there is none.' }),
    Scope: text({
      fate: 'accepted',
      help: 'Scope of a reserved instance; there are none.',
      enum: ['Region', 'Zone'],
    }),
  },
  answer: {
    AvailableZones: {
      AvailableZone: [
        {
          AvailableResources: {
            AvailableResource: [{ SupportedResources: { SupportedResource: [resource] }, Type: 'string' }],
          },
          RegionId: 'string',
          Status: 'string',
          StatusCategory: 'string',
          ZoneId: 'string',
        },
      ],
    },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidZoneId.NotFound',
    'InvalidInstanceType.ValueNotSupported',
    'MissingParameter',
  ],
});

export const describeResourcesModification = action({
  product: 'Ecs',
  name: 'DescribeResourcesModification',
  summary: 'Tells which types, or system disks, an instance could have instead of its own.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ResourceId: text({ fate: 'realised', help: 'Id of the instance.', required: true }),
    DestinationResource: text({
      fate: 'realised',
      help: 'What is to change.',
      enum: ['InstanceType', 'SystemDisk'],
      required: true,
    }),
    InstanceType: text({
      fate: 'realised',
      help: 'Only this type; with SystemDisk the type whose disks are asked for, and needed.',
    }),
    Cores: integer({ fate: 'realised', help: CORES_HELP }),
    Memory: float({ fate: 'realised', help: MEMORY_HELP }),
    ZoneId: text({ fate: 'realised', help: 'Zone to move to; only that of the instance can be had.' }),
    MigrateAcrossZone: boolean({ fate: 'accepted', help: 'Whether the instance may move to another machine.' }),
    OperationType: text({
      fate: 'accepted',
      help: 'Direction of the change; the list is the same.',
      enum: ['Upgrade', 'Downgrade', 'RenewDowngrade', 'RenewModify'],
    }),
    Conditions: list({
      fate: 'accepted',
      help: 'Conditions on the change; there are none.',
      most: 100,
      of: text({ fate: 'accepted', help: 'Name of a condition.' }),
    }),
  },
  answer: {
    AvailableZones: {
      AvailableZone: [
        {
          AvailableResources: {
            AvailableResource: [
              {
                ConditionSupportedResources: {
                  ConditionSupportedResource: [{ ...resource, Conditions: { Condition: [{ Key: 'string' }] } }],
                },
                SupportedResources: { SupportedResource: [resource] },
                Type: 'string',
              },
            ],
          },
          RegionId: 'string',
          Status: 'string',
          StatusCategory: 'string',
          ZoneId: 'string',
        },
      ],
    },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidZoneId.NotFound',
    'InvalidInstanceId.NotFound',
    'InvalidInstanceType.ValueNotSupported',
    'MissingParameter',
  ],
});
