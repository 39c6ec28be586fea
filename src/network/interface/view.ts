/** Elastic network interfaces as answers show them. */
import { formatSeconds } from '../../values/clock.ts';
import { associatedPublicIp } from '../eip/view.ts';
import type { Tag } from '../tag/rules.ts';
import { ecsTags } from '../tag/view.ts';
import type { Card } from './lookup.ts';

/** Private addresses, the primary one first. */
export function privateAddresses({ primaryAddress, secondaryAddresses }: Card) {
  return {
    PrivateIpSet: [
      { PrivateIpAddress: primaryAddress, Primary: true, PrivateDnsName: '' },
      ...secondaryAddresses.map((address) => ({
        PrivateIpAddress: address,
        Primary: false,
        PrivateDnsName: '',
      })),
    ],
  };
}

/** An interface as DescribeNetworkInterfaces lists it. */
export function listedInterface(card: Card, tags: readonly Tag[] | undefined) {
  const { row } = card;
  return {
    NetworkInterfaceId: row.id,
    NetworkInterfaceName: row.name,
    Description: row.description,
    Type: row.kind,
    Status: row.status,
    VpcId: row.vpc_id,
    VSwitchId: row.vswitch_id,
    ZoneId: row.zone_id,
    OwnerId: row.account_id,
    InstanceId: row.instance_id ?? '',
    Attachment: {
      InstanceId: row.instance_id ?? '',
      ...(row.device_index === null ? {} : { DeviceIndex: row.device_index, NetworkCardIndex: 0 }),
      TrunkNetworkInterfaceId: '',
    },
    MacAddress: row.mac,
    PrivateIpAddress: card.primaryAddress,
    PrivateIpSets: {
      PrivateIpSet: privateAddresses(card).PrivateIpSet.map((shown) => ({
        ...shown,
        AssociatedPublicIp: associatedPublicIp(card.eips.get(shown.PrivateIpAddress)),
      })),
    },
    Ipv6Sets: { Ipv6Set: [] },
    Ipv4PrefixSets: { Ipv4PrefixSet: [] },
    Ipv6PrefixSets: { Ipv6PrefixSet: [] },
    AssociatedPublicIp: associatedPublicIp(card.eips.get(card.primaryAddress)),
    SecurityGroupIds: { SecurityGroupId: [...card.groupIds] },
    QueueNumber: row.queue_number,
    QueuePairNumber: 0,
    NetworkInterfaceTrafficMode: 'Standard',
    SourceDestCheck: row.source_dest_check,
    DeleteOnRelease: row.delete_on_release,
    ServiceManaged: false,
    ServiceID: 0,
    ResourceGroupId: row.resource_group_id,
    CreationTime: formatSeconds(row.created_at),
    Tags: ecsTags(tags),
  };
}

/** An interface as DescribeNetworkInterfaceAttribute shows it. */
export function interfaceAttributes(card: Card, tags: readonly Tag[] | undefined) {
  const listed = listedInterface(card, tags);
  return {
    ...listed,
    Attachment: { ...listed.Attachment, MemberNetworkInterfaceIds: { MemberNetworkInterfaceId: [] } },
    PrivateIpSets: {
      PrivateIpSet: listed.PrivateIpSets.PrivateIpSet.map(({ PrivateDnsName: _not, ...address }) => address),
    },
    NetworkInterfaceTrafficConfig: {
      NetworkInterfaceTrafficMode: listed.NetworkInterfaceTrafficMode,
      QueueNumber: listed.QueueNumber,
      QueuePairNumber: listed.QueuePairNumber,
    },
    ...NOT_HERE,
  };
}

/** What the official product can tell of an interface and no interface here has. */
const NOT_HERE = {
  TcpOptionAddressEnabled: 'false',
  ConnectionTrackingConfiguration: { TcpClosedAndTimeWaitTimeout: 0, TcpEstablishedTimeout: 0, UdpTimeout: 0 },
  EnhancedNetwork: {
    EnableExpress: false,
    EnableRss: false,
    EnableSriov: false,
    VirtualFunctionQuantity: 0,
    VirtualFunctionTotalQueueNumber: 0,
  },
  QoSConfig: {
    EnableQoS: false,
    QoS: { BandwidthRx: 0, BandwidthTx: 0, ConcurrentConnections: 0, PpsRx: 0, PpsTx: 0 },
  },
  BondInterfaceSpecification: { BondMode: '', SlaveInterfaceSpecification: { SlaveInterfaceSpecificationSet: [] } },
  SlaveInterfaceSpecification: { BondNetworkInterfaceId: '', SlaveNetworkInterfaceId: '', WorkState: '' },
};
