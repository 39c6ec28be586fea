/** Actions on network interfaces: parameters, answers, codes. */
import { action } from './action.ts';
import { boolean, integer, list, struct, text } from './parameter.ts';

export const describeNetworkInterfaces = action({
  product: 'Ecs', name: 'DescribeNetworkInterfaces', summary: 'Lists elastic network interfaces.', effect: 'read',
  parameters: {
    InstanceId: text({ fate: 'realised', help: 'Id of the instance.' }),
    Ipv6Address: list({ fate: 'accepted', help: 'Ipv6 Address.', most: 100, of: text({ fate: 'accepted', help: 'Ipv6 Address.' }) }),
    MaxResults: integer({ fate: 'realised', help: 'Most entries of an answer when paging by token.', range: [10, 500] }),
    NetworkInterfaceId: list({ fate: 'realised', help: 'Id of the elastic network interface.', most: 100, of: text({ fate: 'realised', help: 'Id of the elastic network interface.' }) }),
    NetworkInterfaceName: text({ fate: 'realised', help: 'Network Interface Name.', length: [2, 128] }),
    NextToken: text({ fate: 'realised', help: 'Token of the previous answer to go on from.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    PageNumber: integer({ fate: 'realised', help: 'Page to answer, from 1.' }),
    PageSize: integer({ fate: 'realised', help: 'Entries on a page.' }),
    PrimaryIpAddress: text({ fate: 'realised', help: 'Primary Ip Address.' }),
    PrivateIpAddress: list({ fate: 'realised', help: 'Private Ip Address.', most: 100, of: text({ fate: 'realised', help: 'Private Ip Address.' }) }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceGroupId: text({ fate: 'realised', help: 'Resource group.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    SecurityGroupId: text({ fate: 'realised', help: 'Id of the security group.' }),
    ServiceManaged: boolean({ fate: 'realised', help: 'Service Managed.' }),
    Status: text({ fate: 'realised', help: 'Status.', enum: ['Available', 'Attaching', 'InUse', 'Detaching', 'Deleting'] }),
    Tag: list({ fate: 'realised', help: 'Tags: at most 20 keys with values.', most: 20, of: struct({ fate: 'realised', help: 'Tags: at most 20 keys with values.', fields: { Key: text({ fate: 'realised', help: 'Key of the tag.' }), Value: text({ fate: 'realised', help: 'Value of the tag.' }) } }) }),
    Type: text({ fate: 'realised', help: 'Type.', enum: ['Primary', 'Secondary'] }),
    VSwitchId: text({ fate: 'realised', help: 'Id of the VSwitch.' }),
    VpcId: text({ fate: 'realised', help: 'Id of the VPC.' }),
  },
  answer: { NetworkInterfaceSets: { NetworkInterfaceSet: [{ AssociatedPublicIp: { AllocationId: 'string', PublicIpAddress: 'string' }, Attachment: { DeviceIndex: 'integer', InstanceId: 'string', NetworkCardIndex: 'integer', TrunkNetworkInterfaceId: 'string' }, CreationTime: 'string', DeleteOnRelease: 'boolean', Description: 'string', InstanceId: 'string', Ipv4PrefixSets: { Ipv4PrefixSet: [{ Ipv4Prefix: 'string' }] }, Ipv6PrefixSets: { Ipv6PrefixSet: [{ Ipv6Prefix: 'string' }] }, Ipv6Sets: { Ipv6Set: [{ Ipv6Address: 'string', Primary: 'boolean' }] }, MacAddress: 'string', NetworkInterfaceId: 'string', NetworkInterfaceName: 'string', NetworkInterfaceTrafficMode: 'string', OwnerId: 'string', PrivateIpAddress: 'string', PrivateIpSets: { PrivateIpSet: [{ AssociatedPublicIp: { AllocationId: 'string', PublicIpAddress: 'string' }, Primary: 'boolean', PrivateDnsName: 'string', PrivateIpAddress: 'string' }] }, QueueNumber: 'integer', QueuePairNumber: 'integer', ResourceGroupId: 'string', SecurityGroupIds: { SecurityGroupId: ['string'] }, ServiceID: 'long', ServiceManaged: 'boolean', SourceDestCheck: 'boolean', Status: 'string', Tags: { Tag: [{ TagKey: 'string', TagValue: 'string' }] }, Type: 'string', VSwitchId: 'string', VpcId: 'string', ZoneId: 'string' }] }, NextToken: 'string', PageNumber: 'integer', PageSize: 'integer', TotalCount: 'integer' },
  errors: [],
});
