/** Instance types in answers. */
import type { InstanceType } from './catalogue.ts';
import { ARCHITECTURE, bandwidthKbps, levelOf, primaryQueues, secondaryQueues } from './rules.ts';

/** Disks of an instance: its system disk. */
export const DISKS = 1;

/** An item of DescribeInstanceTypes: numbers that are not documented are left out. Bandwidth in kbit/s, memory in GiB. */
export function listedInstanceType(type: InstanceType) {
  const bandwidth = bandwidthKbps(type);
  const level = levelOf(type);
  const queues = primaryQueues(type);
  return {
    InstanceTypeId: type.id,
    InstanceTypeFamily: type.family,
    InstanceFamilyLevel: level,
    CpuArchitecture: ARCHITECTURE,
    CpuCoreCount: type.vcpu,
    CpuOptions: {
      Core: type.vcpu,
      CoreFactor: 1,
      ThreadsPerCore: 1,
      HyperThreadingAdjustable: false,
      NestedVirtualizationSupport: 'unsupported',
      SupportedTopologyTypes: { SupportedTopologyType: [] },
    },
    MemorySize: type.memoryGiB,
    InstanceBandwidthRx: bandwidth,
    InstanceBandwidthTx: bandwidth,
    InstancePpsRx: type.pps,
    InstancePpsTx: type.pps,
    EniQuantity: type.maxEnis,
    EniTotalQuantity: type.maxEnis,
    EniPrivateIpAddressQuantity: type.ipsPerEni,
    PrimaryEniQueueNumber: type.nicQueues,
    SecondaryEniQueueNumber: secondaryQueues(type),
    MaximumQueueNumberPerEni: queues,
    TotalEniQueueQuantity: type.maxEnis === undefined ? undefined : queues * type.maxEnis,
    DiskQuantity: DISKS,
    // Only burstable types have credits; how many is not known of them.
    ...(level === 'CreditEntryLevel' ? {} : { BaselineCredit: 0, InitialCredit: 0 }),
    ...NOT_HERE,
  };
}

/** What the official product can tell of a type and no instance here has. */
const NOT_HERE = {
  EniIpv6AddressQuantity: 0,
  EniTrunkSupported: false,
  EriQuantity: 0,
  QueuePairNumber: 0,
  GPUAmount: 0,
  GPUMemorySize: 0,
  GPUSpec: '',
  LocalStorageAmount: 0,
  LocalStorageCapacity: 0,
  LocalStorageCategory: '',
  NetworkCardQuantity: 1,
  NetworkCards: { NetworkCardInfo: [{ NetworkCardIndex: 0 }] },
  NetworkEncryptionSupport: false,
  NetworkInfo: { BandwidthWeighting: { WeightingInfos: { WeightingInfo: [] } } },
  EnhancedNetwork: { ExpressSupport: false, RssSupport: false, SriovSupport: false, VfQueueNumberPerEni: 0 },
  JumboFrameSupport: false,
  NvmeSupport: 'unsupported',
  Clock: { PtpSupport: 'unsupported' },
  SecurityOptions: { SecureBootSupport: 'unsupported' },
  SupportedBootModes: { SupportedBootMode: [] },
  Attributes: { Attribute: [] },
};
