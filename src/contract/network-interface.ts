/** Actions on elastic network interfaces: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { nextToken, pageNumber, pageSize } from './paging.ts';
import { boolean, integer, list, text } from './parameter.ts';
import { regionId } from './request.ts';
import { tagFilter } from './tags.ts';

export const describeNetworkInterfaces = action({
  product: 'Ecs',
  name: 'DescribeNetworkInterfaces',
  summary: 'Lists elastic network interfaces.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    NetworkInterfaceId: list({
      fate: 'realised',
      help: 'Only these interfaces, up to 100.',
      most: 100,
      of: text({ fate: 'realised', help: 'Id of an interface.' }),
    }),
    InstanceId: text({ fate: 'realised', help: 'Only interfaces of this instance.' }),
    NetworkInterfaceName: text({ fate: 'realised', help: 'Only interfaces of this name.' }),
    Type: text({ fate: 'realised', help: 'Only interfaces of this type.', enum: ['Primary', 'Secondary'] }),
    Status: text({
      fate: 'realised',
      help: 'Only interfaces in this state.',
      enum: ['Creating', 'Available', 'Attaching', 'InUse', 'Detaching', 'Deleting'],
    }),
    VpcId: text({ fate: 'realised', help: 'Only interfaces of this VPC.' }),
    VSwitchId: text({ fate: 'realised', help: 'Only interfaces of this VSwitch.' }),
    SecurityGroupId: text({ fate: 'realised', help: 'Only interfaces in this security group.' }),
    PrimaryIpAddress: text({ fate: 'realised', help: 'Only interfaces with this primary private address.' }),
    PrivateIpAddress: list({
      fate: 'realised',
      help: 'Only interfaces with one of these private addresses, up to 100.',
      most: 100,
      of: text({ fate: 'realised', help: 'A private address.' }),
    }),
    Ipv6Address: list({
      fate: 'realised',
      help: 'Only interfaces with one of these IPv6 addresses; none has one.',
      most: 100,
      of: text({ fate: 'realised', help: 'An IPv6 address.' }),
    }),
    ResourceGroupId: text({ fate: 'realised', help: 'Only interfaces of this resource group.' }),
    ServiceManaged: boolean({
      fate: 'realised',
      help: 'Only interfaces that a cloud service manages; none is managed so.',
    }),
    Tag: tagFilter,
    MaxResults: integer({
      fate: 'realised',
      help: 'Most entries of an answer when reading on by token, 1 to 500; 10 when absent.',
      range: [1, 500],
      clamp: true,
    }),
    NextToken: nextToken,
    PageNumber: pageNumber,
    PageSize: pageSize(500),
  },
  answer: {
    NetworkInterfaceSets: {
      NetworkInterfaceSet: [
        {
          AssociatedPublicIp: { AllocationId: 'string', PublicIpAddress: 'string' },
          Attachment: {
            DeviceIndex: 'integer',
            InstanceId: 'string',
            NetworkCardIndex: 'integer',
            TrunkNetworkInterfaceId: 'string',
          },
          CreationTime: 'string',
          DeleteOnRelease: 'boolean',
          Description: 'string',
          InstanceId: 'string',
          Ipv4PrefixSets: { Ipv4PrefixSet: [{ Ipv4Prefix: 'string' }] },
          Ipv6PrefixSets: { Ipv6PrefixSet: [{ Ipv6Prefix: 'string' }] },
          Ipv6Sets: { Ipv6Set: [{ Ipv6Address: 'string', Primary: 'boolean' }] },
          MacAddress: 'string',
          NetworkInterfaceId: 'string',
          NetworkInterfaceName: 'string',
          NetworkInterfaceTrafficMode: 'string',
          OwnerId: 'string',
          PrivateIpAddress: 'string',
          PrivateIpSets: {
            PrivateIpSet: [
              {
                AssociatedPublicIp: { AllocationId: 'string', PublicIpAddress: 'string' },
                Primary: 'boolean',
                PrivateDnsName: 'string',
                PrivateIpAddress: 'string',
              },
            ],
          },
          QueueNumber: 'integer',
          QueuePairNumber: 'integer',
          ResourceGroupId: 'string',
          SecurityGroupIds: { SecurityGroupId: ['string'] },
          ServiceID: 'long',
          ServiceManaged: 'boolean',
          SourceDestCheck: 'boolean',
          Status: 'string',
          Tags: { Tag: [{ TagKey: 'string', TagValue: 'string' }] },
          Type: 'string',
          VSwitchId: 'string',
          VpcId: 'string',
          ZoneId: 'string',
        },
      ],
    },
    NextToken: 'string',
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidTagKey.Malformed', 'InvalidTagCount'],
});
