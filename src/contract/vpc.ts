/** Actions on VPCs: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { pages } from './paging.ts';
import { boolean, commaList, integer, text } from './parameter.ts';
import { clientToken, dryRun, optionalRegionId, regionId } from './request.ts';
import { newTags, tagFilter } from './tags.ts';
import { DESCRIPTION_PATTERN, NAME_PATTERN } from './wording.ts';

const name = text({
  fate: 'stored',
  help: 'Name: 1 to 128 characters, not starting with http:// or https://.',
  length: [1, 128],
  pattern: NAME_PATTERN,
  invalid: 'InvalidVpcName.Malformed',
});

const description = text({
  fate: 'stored',
  help: 'Description: up to 256 characters, not starting with http:// or https://; may be empty.',
  length: [0, 256],
  pattern: DESCRIPTION_PATTERN,
  keepEmpty: true,
  invalid: 'InvalidVpcDiscription.Malformed',
});

const dnsHostname = boolean({
  fate: 'stored',
  help: 'Whether instances should get DNS host names; shown as DnsHostnameStatus, no names are made yet.',
});

const vpcId = text({
  fate: 'realised',
  help: 'Id of the VPC.',
  required: true,
});

const IPV6_HELP = 'IPv6 is not served.';
const IPAM_HELP = 'Address pools of IPAM are not served; give CidrBlock.';

const isp = ['BGP', 'ChinaMobile', 'ChinaUnicom', 'ChinaTelecom'] as const;

const describedVpc = {
  CidrBlock: 'string',
  CreationTime: 'string',
  Description: 'string',
  DhcpOptionsSetId: 'string',
  DhcpOptionsSetStatus: 'string',
  DnsHostnameStatus: 'string',
  EnabledIpv6: 'boolean',
  Ipv6CidrBlock: 'string',
  Ipv6CidrBlocks: { Ipv6CidrBlock: [{ Ipv6CidrBlock: 'string', Ipv6Isp: 'string' }] },
  IsDefault: 'boolean',
  OwnerId: 'long',
  RegionId: 'string',
  ResourceGroupId: 'string',
  SecondaryCidrBlocks: { SecondaryCidrBlock: ['string'] },
  Status: 'string',
  Tags: { Tag: [{ Key: 'string', Value: 'string' }] },
  UserCidrs: { UserCidr: ['string'] },
  VRouterId: 'string',
  VSwitchIds: { VSwitchId: ['string'] },
  VpcId: 'string',
  VpcName: 'string',
} as const;

export const createVpc = action({
  product: 'Vpc',
  name: 'CreateVpc',
  summary: 'Creates a VPC with its VRouter and system route table.',
  effect: 'write',
  parameters: {
    CidrBlock: text({
      fate: 'realised',
      help: 'IPv4 block of the VPC: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or a part of one of them, /8 to /28. The mask may be dotted (10.0.0.0/255.255.0.0).',
      default: '172.16.0.0/12',
    }),
    ClientToken: clientToken,
    Description: description,
    DryRun: dryRun,
    EnableDnsHostname: dnsHostname,
    EnableIpv6: boolean({ fate: 'realised', help: `${IPV6_HELP} true is refused.` }),
    Ipv4CidrMask: integer({ fate: 'refused', help: IPAM_HELP }),
    Ipv4IpamPoolId: text({ fate: 'refused', help: IPAM_HELP }),
    Ipv6CidrBlock: text({ fate: 'refused', help: IPV6_HELP }),
    Ipv6CidrMask: integer({ fate: 'refused', help: IPV6_HELP }),
    Ipv6IpamPoolId: text({ fate: 'refused', help: IPV6_HELP }),
    Ipv6Isp: text({ fate: 'refused', help: IPV6_HELP, enum: isp }),
    ...ownership,
    RegionId: regionId,
    ResourceGroupId: text({ fate: 'stored', help: 'Resource group; any id is kept and shown again.' }),
    Tag: newTags,
    UserCidr: commaList({ fate: 'refused', help: 'User-defined public blocks are not served.', most: 3 }),
    VpcName: name,
  },
  answer: { ResourceGroupId: 'string', RouteTableId: 'string', VRouterId: 'string', VpcId: 'string' },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidCidrBlock.Malformed',
    'InvalidVpcName.Malformed',
    'InvalidVpcDiscription.Malformed',
    'QuotaExceeded.Vpc',
    'InvalidTagCount',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
  ],
});

export const describeVpcs = action({
  product: 'Vpc',
  name: 'DescribeVpcs',
  summary: 'Lists VPCs.',
  effect: 'read',
  parameters: {
    DhcpOptionsSetId: text({
      fate: 'realised',
      help: 'Only VPCs that use this DHCP options set; as there are none here, any id gives an empty list.',
    }),
    DryRun: dryRun,
    EnableIpv6: boolean({ fate: 'realised', help: 'Only VPCs with (true) or without (false) IPv6; none has it here.' }),
    IsDefault: boolean({ fate: 'realised', help: 'Only default VPCs (true) or only others (false).' }),
    ...ownership,
    ...pages(50),
    RegionId: regionId,
    ResourceGroupId: text({ fate: 'realised', help: 'Only VPCs of this resource group.' }),
    Tag: tagFilter,
    VpcId: commaList({ fate: 'realised', help: 'Only these VPCs: up to 20 ids separated by commas.', most: 20 }),
    VpcName: text({ fate: 'realised', help: 'Only VPCs of exactly this name.' }),
    VpcOwnerId: integer({ fate: 'realised', help: 'Only VPCs of this account; other accounts’ VPCs are never shown.' }),
  },
  answer: {
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
    Vpcs: {
      Vpc: [
        {
          CenStatus: 'string',
          ...describedVpc,
          NatGatewayIds: { NatGatewayIds: ['string'] },
          RouterTableIds: { RouterTableIds: ['string'] },
        },
      ],
    },
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidTagCount', 'InvalidTagKey.Malformed'],
});

export const describeVpcAttribute = action({
  product: 'Vpc',
  name: 'DescribeVpcAttribute',
  summary: 'Tells everything about one VPC.',
  effect: 'read',
  parameters: {
    DryRun: dryRun,
    IsDefault: boolean({
      fate: 'realised',
      help: 'The VPC is only found when it is (true) or is not (false) a default VPC.',
    }),
    ...ownership,
    RegionId: regionId,
    VpcId: vpcId,
  },
  answer: {
    AssociatedCens: { AssociatedCen: [{ CenId: 'string', CenOwnerId: 'long', CenStatus: 'string' }] },
    AssociatedPropagationSources: {
      AssociatedPropagationSources: [
        {
          RoutePropagated: 'boolean',
          SourceInstanceId: 'string',
          SourceOwnerId: 'long',
          SourceType: 'string',
          Status: 'string',
        },
      ],
    },
    ClassicLinkEnabled: 'boolean',
    CloudResources: { CloudResourceSetType: [{ ResourceCount: 'integer', ResourceType: 'string' }] },
    Ipv4GatewayId: 'string',
    SupportIpv4Gateway: 'boolean',
    ...describedVpc,
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidVpcId.NotFound'],
});

export const modifyVpcAttribute = action({
  product: 'Vpc',
  name: 'ModifyVpcAttribute',
  summary: 'Changes name, description or CIDR block of a VPC.',
  effect: 'write',
  parameters: {
    CidrBlock: text({
      fate: 'realised',
      help: 'New IPv4 block, by the rules of CreateVpc; it must contain every VSwitch of the VPC.',
    }),
    Description: description,
    EnableDnsHostname: dnsHostname,
    EnableIPv6: boolean({ fate: 'realised', help: `${IPV6_HELP} true is refused.` }),
    Ipv6CidrBlock: text({ fate: 'refused', help: IPV6_HELP }),
    Ipv6Isp: text({ fate: 'refused', help: IPV6_HELP, enum: isp }),
    ...ownership,
    RegionId: optionalRegionId,
    VpcId: vpcId,
    VpcName: name,
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVpcId.NotFound',
    'InvalidCidrBlock.Malformed',
    'InvalidVpcName.Malformed',
    'InvalidVpcDiscription.Malformed',
    'IncorrectVpcStatus',
    'OperationDenied',
  ],
});

export const createDefaultVpc = action({
  product: 'Vpc',
  name: 'CreateDefaultVpc',
  summary: 'Creates the default VPC of a region, 172.31.0.0/16, with its VRouter and system route table.',
  effect: 'write',
  parameters: {
    ClientToken: clientToken,
    EnableIpv6: boolean({ fate: 'realised', help: `${IPV6_HELP} true is refused.` }),
    Ipv6CidrBlock: text({ fate: 'refused', help: IPV6_HELP }),
    ...ownership,
    RegionId: regionId,
    ResourceGroupId: text({ fate: 'stored', help: 'Resource group; any id is kept and shown again.' }),
  },
  answer: { RouteTableId: 'string', VRouterId: 'string', VpcId: 'string' },
  errors: ['InvalidRegionId.NotFound', 'OperationDenied'],
});

export const deleteVpc = action({
  product: 'Vpc',
  name: 'DeleteVpc',
  summary: 'Deletes a VPC that nothing uses.',
  effect: 'write',
  parameters: {
    ClientToken: clientToken,
    DryRun: dryRun,
    ForceDelete: boolean({
      fate: 'accepted',
      help: 'Would also delete IPv4 and IPv6 gateways of the VPC; as there are none here, it changes nothing. It never deletes what else uses the VPC.',
    }),
    ...ownership,
    RegionId: optionalRegionId,
    VpcId: vpcId,
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVpcId.NotFound',
    'IncorrectVpcStatus',
    'DependencyViolation.VSwitch',
    'DependencyViolation.SecurityGroup',
  ],
});
