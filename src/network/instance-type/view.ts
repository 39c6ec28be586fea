/** Instance types in answers. */
import type { InstanceType } from './catalogue.ts';
import { ARCHITECTURE, bandwidthKbps, levelOf, secondaryQueues } from './rules.ts';

/** An item of DescribeInstanceTypes: numbers that are not documented are left out. Bandwidth in kbit/s, memory in GiB. */
export function listedInstanceType(type: InstanceType) {
  const bandwidth = bandwidthKbps(type);
  return {
    InstanceTypeId: type.id,
    InstanceTypeFamily: type.family,
    InstanceFamilyLevel: levelOf(type),
    CpuArchitecture: ARCHITECTURE,
    CpuCoreCount: type.vcpu,
    MemorySize: type.memoryGiB,
    InstanceBandwidthRx: bandwidth,
    InstanceBandwidthTx: bandwidth,
    InstancePpsRx: type.pps,
    InstancePpsTx: type.pps,
    EniQuantity: type.maxEnis,
    EniPrivateIpAddressQuantity: type.ipsPerEni,
    EniIpv6AddressQuantity: 0,
    PrimaryEniQueueNumber: type.nicQueues,
    SecondaryEniQueueNumber: secondaryQueues(type),
  };
}
