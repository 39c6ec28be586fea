/** Actions on instance types: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { nextToken } from './paging.ts';
import { float, integer, list, text } from './parameter.ts';
import { regionId } from './request.ts';

const UNKNOWN_HELP = 'Not served: the catalogue does not know this of its types.';

const unknownText = text({ fate: 'refused', help: UNKNOWN_HELP });
const unknownNumber = integer({ fate: 'refused', help: UNKNOWN_HELP });
const unknownFraction = float({ fate: 'refused', help: UNKNOWN_HELP });
const unknownList = list({ fate: 'refused', help: UNKNOWN_HELP, most: 100, of: unknownText });

/** A least number that types must have; types of which the catalogue does not know it are left out. */
const atLeast = <const W extends string>(what: W) =>
  integer({ fate: 'realised', help: `Only types with at least this ${what}.`, range: [0, 2_147_483_647] });

export const describeInstanceTypes = action({
  product: 'Ecs',
  name: 'DescribeInstanceTypes',
  summary: 'Lists instance types with their vCPUs, memory, bandwidth, ENI and queue limits.',
  effect: 'read',
  parameters: {
    AdditionalAttributes: list({
      fate: 'accepted',
      help: 'Further attributes to answer; the catalogue has none.',
      most: 100,
      of: text({ fate: 'accepted', help: 'Name of an attribute.' }),
    }),
    CpuArchitecture: text({
      fate: 'realised',
      help: 'Only types of this processor architecture; all types here are X86.',
      enum: ['X86', 'ARM'],
    }),
    CpuArchitectures: list({
      fate: 'realised',
      help: 'Only types of one of these processor architectures; all types here are X86.',
      most: 100,
      of: text({ fate: 'realised', help: 'X86 or ARM.', enum: ['X86', 'ARM'] }),
    }),
    GPUSpec: text({ fate: 'realised', help: 'Only types with this GPU; instances here have none.' }),
    GpuSpecs: list({
      fate: 'realised',
      help: 'Only types with one of these GPUs; instances here have none.',
      most: 10,
      of: text({ fate: 'realised', help: 'A GPU.' }),
    }),
    InstanceCategories: unknownList,
    InstanceCategory: unknownText,
    InstanceFamilyLevel: text({
      fate: 'realised',
      help: 'Only types of this level: EntryLevel (shared), EnterpriseLevel, CreditEntryLevel (burstable).',
      enum: ['EntryLevel', 'EnterpriseLevel', 'CreditEntryLevel'],
    }),
    InstanceTypeFamilies: list({
      fate: 'realised',
      help: 'Only types of one of these families.',
      most: 100,
      of: text({ fate: 'realised', help: 'Family, e.g. ecs.g6.' }),
    }),
    InstanceTypeFamily: text({ fate: 'realised', help: 'Only types of this family, e.g. ecs.g6.' }),
    InstanceTypes: list({
      fate: 'realised',
      help: 'Only these types; unknown ones are left out.',
      most: 100,
      of: text({ fate: 'realised', help: 'Instance type, e.g. ecs.g6.large.' }),
    }),
    LocalStorageCategories: list({
      fate: 'realised',
      help: 'Only types with local disks of one of these kinds; instances here have none.',
      most: 10,
      of: text({ fate: 'realised', help: 'Kind of local disks.' }),
    }),
    LocalStorageCategory: text({
      fate: 'realised',
      help: 'Only types with local disks of this kind; instances here have none.',
    }),
    MaxResults: integer({
      fate: 'realised',
      help: 'Most types of an answer, 1 to 1600; the rest follows by NextToken.',
      range: [1, 1600],
      default: 1600,
    }),
    MaximumCpuCoreCount: integer({ fate: 'realised', help: 'Only types with at most this number of vCPUs.' }),
    MaximumCpuSpeedFrequency: unknownFraction,
    MaximumCpuTurboFrequency: unknownFraction,
    MaximumGPUAmount: integer({
      fate: 'realised',
      help: 'Only types with at most this number of GPUs; instances here have none.',
      range: [0, 2_147_483_647],
    }),
    MaximumMemorySize: float({ fate: 'realised', help: 'Only types with at most this memory, in GiB.' }),
    MinimumBaselineCredit: unknownNumber,
    MinimumCpuCoreCount: atLeast('number of vCPUs'),
    MinimumCpuSpeedFrequency: unknownFraction,
    MinimumCpuTurboFrequency: unknownFraction,
    MinimumDiskQuantity: atLeast('number of disks; instances here have one'),
    MinimumEniIpv6AddressQuantity: atLeast('number of IPv6 addresses; instances here have none'),
    MinimumEniPrivateIpAddressQuantity: atLeast('number of private addresses per ENI, the primary one included'),
    MinimumEniQuantity: atLeast('number of ENIs, the primary one included'),
    MinimumEriQuantity: atLeast('number of RDMA interfaces; instances here have none'),
    MinimumGPUAmount: atLeast('number of GPUs; instances here have none'),
    MinimumInitialCredit: unknownNumber,
    MinimumInstanceBandwidthRx: atLeast('inbound internal bandwidth in kbit/s'),
    MinimumInstanceBandwidthTx: atLeast('outbound internal bandwidth in kbit/s'),
    MinimumInstancePpsRx: atLeast('inbound packet rate in packets per second'),
    MinimumInstancePpsTx: atLeast('outbound packet rate in packets per second'),
    MinimumLocalStorageAmount: atLeast('number of local disks; instances here have none'),
    MinimumLocalStorageCapacity: atLeast('capacity of a local disk in GiB; instances here have none'),
    MinimumMemorySize: float({ fate: 'realised', help: 'Only types with at least this memory, in GiB.' }),
    MinimumPrimaryEniQueueNumber: atLeast('number of queues of the primary ENI'),
    MinimumQueuePairNumber: atLeast('number of queue pairs; instances here have none'),
    MinimumSecondaryEniQueueNumber: atLeast('number of queues of a secondary ENI'),
    NextToken: nextToken,
    NvmeSupport: text({
      fate: 'realised',
      help: 'Only types whose disks are attached so; all here are unsupported.',
      enum: ['required', 'supported', 'unsupported'],
    }),
    ...ownership,
    PhysicalProcessorModel: unknownText,
    PhysicalProcessorModels: unknownList,
  },
  answer: {
    InstanceTypes: {
      InstanceType: [
        {
          Attributes: { Attribute: [{ Name: 'string', Value: 'string' }] },
          BaselineCredit: 'integer',
          Clock: { PtpSupport: 'string' },
          CpuArchitecture: 'string',
          CpuCoreCount: 'integer',
          CpuOptions: {
            Core: 'integer',
            CoreFactor: 'integer',
            HyperThreadingAdjustable: 'boolean',
            NestedVirtualizationSupport: 'string',
            SupportedTopologyTypes: { SupportedTopologyType: ['string'] },
            ThreadsPerCore: 'integer',
          },
          CpuSpeedFrequency: 'float',
          CpuTurboFrequency: 'float',
          DiskQuantity: 'integer',
          EnhancedNetwork: {
            ExpressSupport: 'boolean',
            RssSupport: 'boolean',
            SriovSupport: 'boolean',
            VfQueueNumberPerEni: 'integer',
          },
          EniIpv6AddressQuantity: 'integer',
          EniPrivateIpAddressQuantity: 'integer',
          EniQuantity: 'integer',
          EniTotalQuantity: 'integer',
          EniTrunkSupported: 'boolean',
          EriQuantity: 'integer',
          GPUAmount: 'integer',
          GPUMemorySize: 'float',
          GPUSpec: 'string',
          InitialCredit: 'integer',
          InstanceBandwidthRx: 'integer',
          InstanceBandwidthTx: 'integer',
          InstanceCategory: 'string',
          InstanceFamilyLevel: 'string',
          InstancePpsRx: 'long',
          InstancePpsTx: 'long',
          InstanceTypeFamily: 'string',
          InstanceTypeId: 'string',
          JumboFrameSupport: 'boolean',
          LocalStorageAmount: 'integer',
          LocalStorageCapacity: 'long',
          LocalStorageCategory: 'string',
          MaximumQueueNumberPerEni: 'integer',
          MemorySize: 'float',
          NetworkCardQuantity: 'integer',
          NetworkCards: { NetworkCardInfo: [{ NetworkCardIndex: 'integer' }] },
          NetworkEncryptionSupport: 'boolean',
          NetworkInfo: {
            BandwidthWeighting: {
              WeightingInfos: {
                WeightingInfo: [
                  {
                    EbsBandwidth: 'integer',
                    EbsBurstBandwidth: 'integer',
                    Name: 'string',
                    VpcBandwidth: 'integer',
                    VpcBurstBandwidth: 'integer',
                  },
                ],
              },
            },
          },
          NvmeSupport: 'string',
          PhysicalProcessorModel: 'string',
          PrimaryEniQueueNumber: 'integer',
          QueuePairNumber: 'integer',
          SecondaryEniQueueNumber: 'integer',
          SecurityOptions: { SecureBootSupport: 'string' },
          SupportedBootModes: { SupportedBootMode: ['string'] },
          TotalEniQueueQuantity: 'integer',
        },
      ],
    },
    NextToken: 'string',
  },
  errors: ['InvalidParameter'],
});

export const describeInstanceTypeFamilies = action({
  product: 'Ecs',
  name: 'DescribeInstanceTypeFamilies',
  summary: 'Lists families of instance types.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    Generation: text({
      fate: 'realised',
      help: 'Only families of this generation; of those after the first it is not known here.',
      enum: ['ecs-1', 'ecs-2', 'ecs-3', 'ecs-4', 'ecs-5', 'ecs-6'],
    }),
  },
  answer: {
    InstanceTypeFamilies: { InstanceTypeFamily: [{ Generation: 'string', InstanceTypeFamilyId: 'string' }] },
  },
  errors: ['InvalidRegionId.NotFound'],
});
