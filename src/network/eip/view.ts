/** EIPs in answers. */
import type { Tables } from '../../store/schema.ts';
import { formatSeconds } from '../../values/clock.ts';
import { formatIpv4, fromSortableIpv4 } from '../../values/ip.ts';
import type { Tag } from '../tag/rules.ts';
import { vpcTags } from '../tag/view.ts';

type Eip = Tables['eip'];

function dotted(address: string | null): string {
  return address === null ? '' : formatIpv4(fromSortableIpv4(address));
}

/**
 * An item of DescribeEipAddresses. Address and VPC of an instance are not told: Terraform would take them for settings
 * that the person has removed, and make the association anew.
 */
export function listedEip(eip: Eip, tags: readonly Tag[] | undefined) {
  const bandwidth = String(eip.bandwidth);
  return {
    AllocationId: eip.id,
    IpAddress: dotted(eip.address),
    Name: eip.name,
    Description: eip.description,
    RegionId: eip.region_id,
    Zone: '',
    Status: eip.status,
    Mode: eip.mode,
    InstanceType: eip.instance_type,
    InstanceId: eip.instance_id ?? '',
    InstanceRegionId: eip.instance_id === null ? '' : eip.region_id,
    PrivateIpAddress: '',
    VpcId: '',
    Bandwidth: bandwidth,
    EipBandwidth: bandwidth,
    BandwidthPackageId: '',
    BandwidthPackageBandwidth: '',
    BandwidthPackageType: '',
    InternetChargeType: eip.internet_charge_type,
    ChargeType: eip.charge_type,
    AllocationTime: formatSeconds(eip.created_at),
    AvailableRegions: { AvailableRegion: [eip.region_id] },
    ExpiredTime: eip.expires_at === null ? '' : formatSeconds(eip.expires_at),
    BusinessStatus: 'Normal',
    BizType: '',
    ISP: eip.isp,
    Netmode: 'public',
    ResourceGroupId: eip.resource_group_id,
    DeletionProtection: false,
    HDMonitorStatus: 'OFF',
    HasReservationData: 'false',
    ReservationActiveTime: '',
    ReservationBandwidth: '',
    ReservationInternetChargeType: '',
    ReservationOrderType: '',
    OperationLocks: { LockReason: [] },
    PublicIpAddressPoolId: '',
    SecondLimited: false,
    SecurityProtectionTypes: { SecurityProtectionType: [] },
    SegmentInstanceId: '',
    ServiceID: 0,
    ServiceManaged: 0,
    Tags: vpcTags(tags),
  };
}

/** The EIP of an instance, as DescribeInstances shows it. */
export function eipOfInstance(eip: Eip | undefined) {
  if (!eip) return { AllocationId: '', IpAddress: '', InternetChargeType: '' };
  return {
    AllocationId: eip.id,
    IpAddress: dotted(eip.address),
    Bandwidth: eip.bandwidth,
    InternetChargeType: eip.internet_charge_type,
    IsSupportUnassociate: true,
  };
}

/** The EIP of a private address, as DescribeNetworkInterfaces shows it; empty when there is none. */
export function associatedPublicIp(eip: Eip | undefined) {
  return eip ? { AllocationId: eip.id, PublicIpAddress: dotted(eip.address) } : {};
}
