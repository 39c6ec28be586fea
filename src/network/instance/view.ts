/** Instances as answers show them. */

import type { Tables } from '../../store/schema.ts';
import { formatMinutes } from '../../values/clock.ts';
import { eipOfInstance } from '../eip/view.ts';
import { findImage } from '../image/catalogue.ts';
import { findInstanceType } from '../instance-type/catalogue.ts';
import type { Card } from '../interface/lookup.ts';
import { privateAddresses } from '../interface/view.ts';
import type { Tag } from '../tag/rules.ts';
import { ecsTags } from '../tag/view.ts';
import { readEcho } from './echo.ts';

/** What is shown as the end of an instance without a subscription. */
const NEVER = '2099-12-31T15:59Z';

/** What the official product can tell of an instance and no instance here has. */
const NOT_HERE = {
  OperationLocks: { LockReason: [] },
  DedicatedHostAttribute: { DedicatedHostClusterId: '', DedicatedHostId: '', DedicatedHostName: '' },
  DedicatedInstanceAttribute: { Affinity: 'default', Tenancy: 'default' },
  EcsCapacityReservationAttr: { CapacityReservationId: '', CapacityReservationPreference: '' },
  AdditionalInfo: { EnableHighDensityMode: false, ManagedHostId: '', NodeSerialNumber: '' },
  ClockOptions: { PtpStatus: 'disabled' },
  HibernationOptions: { Configured: false },
  ImageOptions: { CurrentOSNVMeSupported: false, LoginAsNonRoot: false },
  SecurityOptions: { EnableSecureBoot: false },
  PrivateDnsNameOptions: {
    EnableInstanceIdDnsAAAARecord: false,
    EnableInstanceIdDnsARecord: false,
    EnableIpDnsARecord: false,
    EnableIpDnsPtrRecord: false,
    HostnameType: 'Custom',
  },
  EnableNVS: false,
  LocalStorageAmount: 0,
  LocalStorageCapacity: 0,
  DeploymentSetId: '',
  DeploymentSetGroupNo: 0,
  HpcClusterId: '',
  ClusterId: '',
  VlanId: '',
  ISP: '',
  SerialNumber: '',
};

export function expiryShown(expiresAt: number | undefined): string {
  return expiresAt === undefined ? NEVER : formatMinutes(expiresAt);
}

/** Network, addresses and groups, alike in every answer. `primary`: its primary interface. */
export function networkOf(row: Tables['instance'], primary: Card | undefined) {
  return {
    InstanceNetworkType: 'vpc',
    VpcAttributes: {
      VpcId: row.vpc_id,
      VSwitchId: row.vswitch_id,
      NatIpAddress: '',
      PrivateIpAddress: { IpAddress: primary ? [primary.primaryAddress] : [] },
    },
    SecurityGroupIds: { SecurityGroupId: primary ? [...primary.groupIds] : [] },
    PublicIpAddress: { IpAddress: [] },
    InnerIpAddress: { IpAddress: [] },
  };
}

/** An instance as DescribeInstances lists it. `cards`: its interfaces, the primary one first; `eip`: its own. */
export function listedInstance(
  row: Tables['instance'],
  cards: readonly Card[],
  eip: Tables['eip'] | undefined,
  tags: readonly Tag[] | undefined,
) {
  const type = findInstanceType(row.instance_type);
  const image = findImage(row.image_id);
  const echo = readEcho(row);
  const primary = cards[0];
  return {
    InstanceId: row.id,
    InstanceName: row.name,
    Description: row.description,
    HostName: row.host_name,
    RegionId: row.region_id,
    ZoneId: row.zone_id,
    Status: row.status,
    StoppedMode: row.status === 'Stopped' ? row.stopped_mode : 'Not-applicable',
    InstanceType: row.instance_type,
    InstanceTypeFamily: type?.family ?? '',
    Cpu: type?.vcpu ?? 0,
    Memory: (type?.memoryGiB ?? 0) * 1024,
    IoOptimized: type?.ioOptimized !== 'never',
    GPUAmount: 0,
    GPUSpec: '',
    ImageId: row.image_id,
    OSName: image?.osName ?? '',
    OSNameEn: image?.osName ?? '',
    OSType: image?.osType ?? '',
    ...networkOf(row, primary),
    NetworkInterfaces: { NetworkInterface: cards.map(listedCard) },
    RdmaIpAddress: { IpAddress: [] },
    EipAddress: eipOfInstance(eip),
    InternetChargeType: echo.InternetChargeType,
    InternetMaxBandwidthIn: echo.InternetMaxBandwidthIn,
    InternetMaxBandwidthOut: echo.InternetMaxBandwidthOut,
    InstanceChargeType: echo.InstanceChargeType,
    SpotStrategy: echo.SpotStrategy,
    SpotDuration: 0,
    SpotInterruptionBehavior: '',
    SpotPriceLimit: 0,
    SaleCycle: '',
    CreditSpecification: echo.CreditSpecification ?? '',
    KeyPairName: echo.KeyPairName ?? '',
    MetadataOptions: {
      HttpEndpoint: echo.HttpEndpoint,
      HttpTokens: echo.HttpTokens,
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: 'disabled',
    },
    DeletionProtection: row.deletion_protection,
    ResourceGroupId: row.resource_group_id,
    CreationTime: formatMinutes(row.created_at),
    StartTime: row.started_at === null ? '' : formatMinutes(row.started_at),
    ExpiredTime: expiryShown(echo.ExpiresAt),
    AutoReleaseTime: '',
    ...NOT_HERE,
    CpuOptions: {
      CoreCount: type?.vcpu ?? 0,
      ThreadsPerCore: 1,
      Numa: '',
      TopologyType: '',
      TurboMode: '',
      NestedVirtualization: '',
      EnableVISST: false,
      EnableVRDT: false,
    },
    Recyclable: echo.Recyclable ?? false,
    DeviceAvailable: true,
    Tags: ecsTags(tags),
  };
}

function listedCard(card: Card) {
  return {
    NetworkInterfaceId: card.row.id,
    MacAddress: card.row.mac,
    Type: card.row.kind,
    PrimaryIpAddress: card.primaryAddress,
    PrivateIpSets: privateAddresses(card),
    Ipv6Sets: { Ipv6Set: [] },
    Ipv4PrefixSets: { Ipv4PrefixSet: [] },
    Ipv6PrefixSets: { Ipv6PrefixSet: [] },
  };
}
