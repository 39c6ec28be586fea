/** Actions on vpcs: parameters, answers, codes. */
import { action } from './action.ts';
import { boolean, commaList, integer, list, struct, text } from './parameter.ts';

export const createVpc = action({
  product: 'Vpc', name: 'CreateVpc', summary: 'Creates a VPC with its VRouter and system route table.', effect: 'write',
  parameters: {
    CidrBlock: text({ fate: 'realised', help: 'IPv4 block in CIDR form, e.g. 10.0.0.0/16.' }),
    ClientToken: text({ fate: 'realised', help: 'Makes the call safe to repeat: the same token gives the same answer (at most 64 ASCII characters).' }),
    Description: text({ fate: 'stored', help: 'Description.', length: [1, 256] }),
    DryRun: boolean({ fate: 'realised', help: 'true: only check, change nothing; success is reported as DryRunOperation.' }),
    EnableDnsHostname: boolean({ fate: 'realised', help: 'Enable Dns Hostname.' }),
    EnableIpv6: boolean({ fate: 'refused', help: 'Enable Ipv6.' }),
    Ipv4CidrMask: integer({ fate: 'realised', help: 'Ipv4 Cidr Mask.' }),
    Ipv4IpamPoolId: text({ fate: 'refused', help: 'Ipv4 Ipam Pool Id.' }),
    Ipv6CidrBlock: text({ fate: 'refused', help: 'Ipv6 Cidr Block.' }),
    Ipv6CidrMask: integer({ fate: 'refused', help: 'Ipv6 Cidr Mask.' }),
    Ipv6IpamPoolId: text({ fate: 'refused', help: 'Ipv6 Ipam Pool Id.' }),
    Ipv6Isp: text({ fate: 'refused', help: 'Ipv6 Isp.', enum: ['BGP', 'ChinaMobile', 'ChinaUnicom', 'ChinaTelecom'] }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceGroupId: text({ fate: 'stored', help: 'Resource group.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    Tag: list({ fate: 'realised', help: 'Tags: at most 20 keys with values.', most: 20, of: struct({ fate: 'realised', help: 'Tags: at most 20 keys with values.', fields: { Key: text({ fate: 'realised', help: 'Key of the tag.' }), Value: text({ fate: 'realised', help: 'Value of the tag.' }) } }) }),
    UserCidr: commaList({ fate: 'refused', help: 'User Cidr.', most: 3 }),
    VpcName: text({ fate: 'realised', help: 'Name of the VPC.', length: [1, 128] }),
  },
  answer: { ResourceGroupId: 'string', RouteTableId: 'string', VRouterId: 'string', VpcId: 'string' },
  errors: [],
});

export const describeVpcs = action({
  product: 'Vpc', name: 'DescribeVpcs', summary: 'Lists VPCs.', effect: 'read',
  parameters: {
    DhcpOptionsSetId: text({ fate: 'realised', help: 'Dhcp Options Set Id.' }),
    DryRun: boolean({ fate: 'realised', help: 'true: only check, change nothing; success is reported as DryRunOperation.' }),
    EnableIpv6: boolean({ fate: 'accepted', help: 'Enable Ipv6.' }),
    IsDefault: boolean({ fate: 'realised', help: 'Is Default.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    PageNumber: integer({ fate: 'realised', help: 'Page to answer, from 1.', default: 1 }),
    PageSize: integer({ fate: 'realised', help: 'Entries on a page.', range: [1, 50], default: 10 }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceGroupId: text({ fate: 'realised', help: 'Resource group.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    Tag: list({ fate: 'realised', help: 'Tags: at most 20 keys with values.', most: 20, of: struct({ fate: 'realised', help: 'Tags: at most 20 keys with values.', fields: { Key: text({ fate: 'realised', help: 'Key of the tag.' }), Value: text({ fate: 'realised', help: 'Value of the tag.' }) } }) }),
    VpcId: commaList({ fate: 'realised', help: 'Id of the VPC.', most: 20 }),
    VpcName: text({ fate: 'realised', help: 'Name of the VPC.' }),
    VpcOwnerId: integer({ fate: 'realised', help: 'Vpc Owner Id.' }),
  },
  answer: { PageNumber: 'integer', PageSize: 'integer', TotalCount: 'integer', Vpcs: { Vpc: [{ CenStatus: 'string', CidrBlock: 'string', CreationTime: 'string', Description: 'string', DhcpOptionsSetId: 'string', DhcpOptionsSetStatus: 'string', DnsHostnameStatus: 'string', EnabledIpv6: 'boolean', Ipv6CidrBlock: 'string', Ipv6CidrBlocks: { Ipv6CidrBlock: [{ Ipv6CidrBlock: 'string', Ipv6Isp: 'string' }] }, IsDefault: 'boolean', NatGatewayIds: { NatGatewayIds: ['string'] }, OwnerId: 'long', RegionId: 'string', ResourceGroupId: 'string', RouterTableIds: { RouterTableIds: ['string'] }, SecondaryCidrBlocks: { SecondaryCidrBlock: ['string'] }, Status: 'string', Tags: { Tag: [{ Key: 'string', Value: 'string' }] }, UserCidrs: { UserCidr: ['string'] }, VRouterId: 'string', VSwitchIds: { VSwitchId: ['string'] }, VpcId: 'string', VpcName: 'string' }] } },
  errors: [],
});

export const describeVpcAttribute = action({
  product: 'Vpc', name: 'DescribeVpcAttribute', summary: 'Tells everything about one VPC.', effect: 'read',
  parameters: {
    DryRun: boolean({ fate: 'realised', help: 'true: only check, change nothing; success is reported as DryRunOperation.' }),
    IsDefault: boolean({ fate: 'realised', help: 'Is Default.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    VpcId: text({ fate: 'realised', help: 'Id of the VPC.', required: true }),
  },
  answer: { AssociatedCens: { AssociatedCen: [{ CenId: 'string', CenOwnerId: 'long', CenStatus: 'string' }] }, AssociatedPropagationSources: { AssociatedPropagationSources: [{ RoutePropagated: 'boolean', SourceInstanceId: 'string', SourceOwnerId: 'long', SourceType: 'string', Status: 'string' }] }, CidrBlock: 'string', ClassicLinkEnabled: 'boolean', CloudResources: { CloudResourceSetType: [{ ResourceCount: 'integer', ResourceType: 'string' }] }, CreationTime: 'string', Description: 'string', DhcpOptionsSetId: 'string', DhcpOptionsSetStatus: 'string', DnsHostnameStatus: 'string', EnabledIpv6: 'boolean', Ipv4GatewayId: 'string', Ipv6CidrBlock: 'string', Ipv6CidrBlocks: { Ipv6CidrBlock: [{ Ipv6CidrBlock: 'string', Ipv6Isp: 'string' }] }, IsDefault: 'boolean', OwnerId: 'long', RegionId: 'string', ResourceGroupId: 'string', SecondaryCidrBlocks: { SecondaryCidrBlock: ['string'] }, Status: 'string', SupportIpv4Gateway: 'boolean', Tags: { Tag: [{ Key: 'string', Value: 'string' }] }, UserCidrs: { UserCidr: ['string'] }, VRouterId: 'string', VSwitchIds: { VSwitchId: ['string'] }, VpcId: 'string', VpcName: 'string' },
  errors: [],
});

export const modifyVpcAttribute = action({
  product: 'Vpc', name: 'ModifyVpcAttribute', summary: 'Changes name, description or CIDR block of a VPC.', effect: 'write',
  parameters: {
    CidrBlock: text({ fate: 'realised', help: 'IPv4 block in CIDR form, e.g. 10.0.0.0/16.' }),
    Description: text({ fate: 'stored', help: 'Description.', length: [1, 256] }),
    EnableDnsHostname: boolean({ fate: 'realised', help: 'Enable Dns Hostname.' }),
    EnableIPv6: boolean({ fate: 'refused', help: 'Enable IPv6.' }),
    Ipv6CidrBlock: text({ fate: 'refused', help: 'Ipv6 Cidr Block.' }),
    Ipv6Isp: text({ fate: 'refused', help: 'Ipv6 Isp.', enum: ['BGP', 'ChinaMobile', 'ChinaUnicom', 'ChinaTelecom'] }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    VpcId: text({ fate: 'realised', help: 'Id of the VPC.', required: true }),
    VpcName: text({ fate: 'realised', help: 'Name of the VPC.', length: [1, 128] }),
  },
  answer: {  },
  errors: [],
});

export const deleteVpc = action({
  product: 'Vpc', name: 'DeleteVpc', summary: 'Deletes a VPC that nothing uses.', effect: 'write',
  parameters: {
    ClientToken: text({ fate: 'realised', help: 'Makes the call safe to repeat: the same token gives the same answer (at most 64 ASCII characters).' }),
    DryRun: boolean({ fate: 'realised', help: 'true: only check, change nothing; success is reported as DryRunOperation.' }),
    ForceDelete: boolean({ fate: 'realised', help: 'Force Delete.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    VpcId: text({ fate: 'realised', help: 'Id of the VPC.', required: true }),
  },
  answer: {  },
  errors: [],
});
