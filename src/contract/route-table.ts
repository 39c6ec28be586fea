/** Actions on route tables: parameters, answers, codes. */
import { action } from './action.ts';
import { integer, list, struct, text } from './parameter.ts';

export const describeVRouters = action({
  product: 'Vpc', name: 'DescribeVRouters', summary: 'Lists VRouters.', effect: 'read',
  parameters: {
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    PageNumber: integer({ fate: 'realised', help: 'Page to answer, from 1.', default: 1 }),
    PageSize: integer({ fate: 'realised', help: 'Entries on a page.', range: [1, 50], default: 10 }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    VRouterId: text({ fate: 'realised', help: 'Id of the VRouter.' }),
  },
  answer: { PageNumber: 'integer', PageSize: 'integer', TotalCount: 'integer', VRouters: { VRouter: [{ CreationTime: 'string', Description: 'string', RegionId: 'string', RouteTableIds: { RouteTableId: ['string'] }, VRouterId: 'string', VRouterName: 'string', VpcId: 'string' }] } },
  errors: [],
});

export const describeRouteTableList = action({
  product: 'Vpc', name: 'DescribeRouteTableList', summary: 'Lists route tables.', effect: 'read',
  parameters: {
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    PageNumber: integer({ fate: 'realised', help: 'Page to answer, from 1.', default: 1 }),
    PageSize: integer({ fate: 'realised', help: 'Entries on a page.', range: [1, 50], default: 10 }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceGroupId: text({ fate: 'realised', help: 'Resource group.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RouteTableId: text({ fate: 'realised', help: 'Id of the route table.' }),
    RouteTableName: text({ fate: 'realised', help: 'Route Table Name.' }),
    RouteTableType: text({ fate: 'realised', help: 'Route Table Type.', enum: ['System', 'Custom'] }),
    RouterId: text({ fate: 'realised', help: 'Router Id.' }),
    RouterType: text({ fate: 'realised', help: 'Router Type.', enum: ['VRouter', 'VBR'] }),
    Tag: list({ fate: 'realised', help: 'Tags: at most 20 keys with values.', most: 20, of: struct({ fate: 'realised', help: 'Tags: at most 20 keys with values.', fields: { Key: text({ fate: 'realised', help: 'Key of the tag.' }), Value: text({ fate: 'realised', help: 'Value of the tag.' }) } }) }),
    VpcId: text({ fate: 'realised', help: 'Id of the VPC.' }),
  },
  answer: { PageNumber: 'integer', PageSize: 'integer', RouterTableList: { RouterTableListType: [{ AssociateType: 'string', CreationTime: 'string', Description: 'string', GatewayIds: { GatewayIds: ['string'] }, OwnerId: 'long', ResourceGroupId: 'string', RoutePropagationEnable: 'boolean', RouteTableId: 'string', RouteTableName: 'string', RouteTableType: 'string', RouterId: 'string', RouterType: 'string', Status: 'string', Tags: { Tag: [{ Key: 'string', Value: 'string' }] }, VSwitchIds: { VSwitchId: ['string'] }, VpcId: 'string' }] }, TotalCount: 'integer' },
  errors: [],
});

export const describeRouteEntryList = action({
  product: 'Vpc', name: 'DescribeRouteEntryList', summary: 'Lists the entries of a route table.', effect: 'read',
  parameters: {
    DestCidrBlockList: list({ fate: 'realised', help: 'Dest Cidr Block List.', most: 100, of: text({ fate: 'realised', help: 'Dest Cidr Block List.' }) }),
    DestinationCidrBlock: text({ fate: 'realised', help: 'Destination Cidr Block.' }),
    IpVersion: text({ fate: 'realised', help: 'Ip Version.', enum: ['ipv4', 'ipv6'] }),
    MaxResult: integer({ fate: 'realised', help: 'Most entries of an answer.', range: [1, 100], default: 10 }),
    NextHopId: text({ fate: 'realised', help: 'Next Hop Id.' }),
    NextHopType: text({ fate: 'realised', help: 'Next Hop Type.', enum: ['Instance', 'HaVip', 'VpnGateway', 'NatGateway', 'NetworkInterface', 'RouterInterface', 'IPv6Gateway', 'Attachment', 'Ipv4Gateway', 'GatewayEndpoint', 'Ecr'] }),
    NextToken: text({ fate: 'realised', help: 'Token of the previous answer to go on from.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RouteEntryId: text({ fate: 'realised', help: 'Route Entry Id.' }),
    RouteEntryName: text({ fate: 'realised', help: 'Route Entry Name.', length: [1, 128] }),
    RouteEntryType: text({ fate: 'realised', help: 'Route Entry Type.', enum: ['Custom', 'System', 'BGP', 'CEN', 'ECR'] }),
    RouteTableId: text({ fate: 'realised', help: 'Id of the route table.', required: true }),
    ServiceType: text({ fate: 'realised', help: 'Service Type.' }),
  },
  answer: { NextToken: 'string', RouteEntrys: { RouteEntry: [{ Description: 'string', DestinationCidrBlock: 'string', GmtModified: 'string', IpVersion: 'string', NextHops: { NextHop: [{ Enabled: 'integer', NextHopId: 'string', NextHopRegionId: 'string', NextHopRelatedInfo: { InstanceId: 'string', InstanceType: 'string', RegionId: 'string' }, NextHopType: 'string', Weight: 'integer' }] }, Origin: 'string', RouteEntryId: 'string', RouteEntryName: 'string', RouteTableId: 'string', ServiceType: 'string', Status: 'string', Type: 'string' }] }, TotalCount: 'integer' },
  errors: [],
});
