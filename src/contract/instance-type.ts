/** Actions on instance types: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { nextToken } from './paging.ts';
import { float, integer, list, text } from './parameter.ts';

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
    GPUSpec: unknownText,
    GpuSpecs: unknownList,
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
    LocalStorageCategories: unknownList,
    LocalStorageCategory: unknownText,
    MaxResults: integer({
      fate: 'realised',
      help: 'Most types of an answer, 1 to 1600; the rest follows by NextToken.',
      range: [1, 1600],
      default: 1600,
    }),
    MaximumCpuCoreCount: integer({ fate: 'realised', help: 'Only types with at most this number of vCPUs.' }),
    MaximumCpuSpeedFrequency: unknownFraction,
    MaximumCpuTurboFrequency: unknownFraction,
    MaximumGPUAmount: unknownNumber,
    MaximumMemorySize: float({ fate: 'realised', help: 'Only types with at most this memory, in GiB.' }),
    MinimumBaselineCredit: unknownNumber,
    MinimumCpuCoreCount: atLeast('number of vCPUs'),
    MinimumCpuSpeedFrequency: unknownFraction,
    MinimumCpuTurboFrequency: unknownFraction,
    MinimumDiskQuantity: unknownNumber,
    MinimumEniIpv6AddressQuantity: integer({ fate: 'refused', help: 'IPv6 is not served.' }),
    MinimumEniPrivateIpAddressQuantity: atLeast('number of private addresses per ENI, the primary one included'),
    MinimumEniQuantity: atLeast('number of ENIs, the primary one included'),
    MinimumEriQuantity: unknownNumber,
    MinimumGPUAmount: unknownNumber,
    MinimumInitialCredit: unknownNumber,
    MinimumInstanceBandwidthRx: atLeast('inbound internal bandwidth in kbit/s'),
    MinimumInstanceBandwidthTx: atLeast('outbound internal bandwidth in kbit/s'),
    MinimumInstancePpsRx: atLeast('inbound packet rate in packets per second'),
    MinimumInstancePpsTx: atLeast('outbound packet rate in packets per second'),
    MinimumLocalStorageAmount: unknownNumber,
    MinimumLocalStorageCapacity: unknownNumber,
    MinimumMemorySize: float({ fate: 'realised', help: 'Only types with at least this memory, in GiB.' }),
    MinimumPrimaryEniQueueNumber: atLeast('number of queues of the primary ENI'),
    MinimumQueuePairNumber: unknownNumber,
    MinimumSecondaryEniQueueNumber: atLeast('number of queues of a secondary ENI'),
    NextToken: nextToken,
    NvmeSupport: unknownText,
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
