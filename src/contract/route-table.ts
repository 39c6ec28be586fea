/** Actions on VRouters and route tables: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { nextToken, pages } from './paging.ts';
import { boolean, integer, list, text } from './parameter.ts';
import { regionId } from './request.ts';
import { tagFilter } from './tags.ts';
import { DESCRIPTION_PATTERN, NAME_PATTERN } from './wording.ts';

export const describeVRouters = action({
  product: 'Vpc',
  name: 'DescribeVRouters',
  summary: 'Lists VRouters: each VPC has one.',
  effect: 'read',
  parameters: {
    ...ownership,
    ...pages(50),
    RegionId: regionId,
    VRouterId: text({ fate: 'realised', help: 'Only this VRouter.' }),
  },
  answer: {
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
    VRouters: {
      VRouter: [
        {
          CreationTime: 'string',
          Description: 'string',
          RegionId: 'string',
          RouteTableIds: { RouteTableId: ['string'] },
          VRouterId: 'string',
          VRouterName: 'string',
          VpcId: 'string',
        },
      ],
    },
  },
  errors: ['InvalidRegionId.NotFound'],
});

export const describeRouteTableList = action({
  product: 'Vpc',
  name: 'DescribeRouteTableList',
  summary: 'Lists route tables.',
  effect: 'read',
  parameters: {
    ...ownership,
    ...pages(50),
    RegionId: regionId,
    ResourceGroupId: text({ fate: 'realised', help: 'Only tables whose VPC is in this resource group.' }),
    RouteTableId: text({ fate: 'realised', help: 'Only this table.' }),
    RouteTableName: text({ fate: 'realised', help: 'Only tables of exactly this name.' }),
    RouteTableType: text({
      fate: 'realised',
      help: 'Only tables of this kind: System (one in each VPC) or Custom.',
      enum: ['System', 'Custom'],
    }),
    RouterId: text({ fate: 'realised', help: 'Only tables of this VRouter.' }),
    RouterType: text({
      fate: 'realised',
      help: 'Kind of router: VRouter, or VBR, of which there are none here.',
      enum: ['VRouter', 'VBR'],
    }),
    Tag: tagFilter,
    VpcId: text({ fate: 'realised', help: 'Only tables of this VPC.' }),
  },
  answer: {
    PageNumber: 'integer',
    PageSize: 'integer',
    RouterTableList: {
      RouterTableListType: [
        {
          AssociateType: 'string',
          CreationTime: 'string',
          Description: 'string',
          GatewayIds: { GatewayIds: ['string'] },
          OwnerId: 'long',
          ResourceGroupId: 'string',
          RoutePropagationEnable: 'boolean',
          RouteTableId: 'string',
          RouteTableName: 'string',
          RouteTableType: 'string',
          RouterId: 'string',
          RouterType: 'string',
          Status: 'string',
          Tags: { Tag: [{ Key: 'string', Value: 'string' }] },
          VSwitchIds: { VSwitchId: ['string'] },
          VpcId: 'string',
        },
      ],
    },
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidTagCount', 'InvalidTagKey.Malformed'],
});

export const describeRouteEntryList = action({
  product: 'Vpc',
  name: 'DescribeRouteEntryList',
  summary: 'Lists the entries of a route table.',
  effect: 'read',
  parameters: {
    DestCidrBlockList: list({
      fate: 'realised',
      help: 'Only entries whose destination is one of these blocks.',
      most: 100,
      of: text({ fate: 'realised', help: 'IPv4 block in CIDR form.' }),
    }),
    DestinationCidrBlock: text({ fate: 'realised', help: 'Only the entry for this block.' }),
    IpVersion: text({
      fate: 'realised',
      help: 'Only entries of this kind; there are no ipv6 entries here.',
      enum: ['ipv4', 'ipv6'],
    }),
    MaxResult: integer({
      fate: 'realised',
      help: 'Most entries of an answer, 1 to 100; a greater number counts as 100.',
      range: [1, 100],
      clamp: true,
      default: 10,
    }),
    NextHopId: text({ fate: 'realised', help: 'Only entries with this next hop.' }),
    NextHopType: text({
      fate: 'realised',
      help: 'Only entries with this kind of next hop, e.g. local (routes of VSwitches), service, Instance.',
    }),
    NextToken: nextToken,
    ...ownership,
    RegionId: regionId,
    RouteEntryId: text({ fate: 'realised', help: 'Only this entry.' }),
    RouteEntryName: text({ fate: 'realised', help: 'Only entries of exactly this name.' }),
    RouteEntryType: text({
      fate: 'realised',
      help: 'Only entries of this kind; here there are System and Custom ones.',
      enum: ['Custom', 'System', 'BGP', 'CEN', 'ECR'],
    }),
    RouteTableId: text({ fate: 'realised', help: 'Id of the route table.', required: true }),
    ServiceType: text({
      fate: 'realised',
      help: 'Only entries that this service manages; no service manages entries here.',
    }),
  },
  answer: {
    NextToken: 'string',
    RouteEntrys: {
      RouteEntry: [
        {
          Description: 'string',
          DestinationCidrBlock: 'string',
          GmtModified: 'string',
          IpVersion: 'string',
          NextHops: {
            NextHop: [
              {
                Enabled: 'integer',
                NextHopId: 'string',
                NextHopRegionId: 'string',
                NextHopRelatedInfo: { InstanceId: 'string', InstanceType: 'string', RegionId: 'string' },
                NextHopType: 'string',
                Weight: 'integer',
              },
            ],
          },
          Origin: 'string',
          RouteEntryId: 'string',
          RouteEntryName: 'string',
          RouteTableId: 'string',
          ServiceType: 'string',
          Status: 'string',
          Type: 'string',
        },
      ],
    },
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidRouteTableId.NotFound', 'InvalidParameter'],
});

export const describeRouteTables = action({
  product: 'Vpc',
  name: 'DescribeRouteTables',
  summary: 'Lists route tables with their entries; DescribeRouteTableList and DescribeRouteEntryList tell more.',
  effect: 'read',
  parameters: {
    ...ownership,
    ...pages(50),
    RegionId: text({ fate: 'realised', help: 'Region of the tables; without it that of this endpoint.' }),
    ResourceGroupId: text({ fate: 'realised', help: 'Only tables whose VPC is in this resource group.' }),
    RouteTableId: text({ fate: 'realised', help: 'Only this table.' }),
    RouteTableName: text({ fate: 'realised', help: 'Only tables of exactly this name.' }),
    RouterId: text({ fate: 'realised', help: 'Only tables of this router; not together with VRouterId.' }),
    RouterType: text({
      fate: 'realised',
      help: 'Kind of router: VRouter, or VBR, of which there are none here.',
      enum: ['VRouter', 'VBR'],
    }),
    Type: text({
      fate: 'realised',
      help: 'Only entries of this kind are shown; here there are System and Custom ones.',
      enum: ['Custom', 'System', 'BGP', 'CEN', 'ECR'],
    }),
    VRouterId: text({ fate: 'realised', help: 'Only tables of this VRouter.' }),
  },
  answer: {
    PageNumber: 'integer',
    PageSize: 'integer',
    RouteTables: {
      RouteTable: [
        {
          CreationTime: 'string',
          ResourceGroupId: 'string',
          RouteEntrys: {
            RouteEntry: [
              {
                Description: 'string',
                DestinationCidrBlock: 'string',
                InstanceId: 'string',
                NextHopType: 'string',
                NextHops: {
                  NextHop: [{ Enabled: 'integer', NextHopId: 'string', NextHopType: 'string', Weight: 'integer' }],
                },
                RouteEntryId: 'string',
                RouteEntryName: 'string',
                RouteTableId: 'string',
                Status: 'string',
                Type: 'string',
              },
            ],
          },
          RouteTableId: 'string',
          RouteTableType: 'string',
          Status: 'string',
          VRouterId: 'string',
          VSwitchIds: { VSwitchId: ['string'] },
        },
      ],
    },
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'MissingParameter', 'InvalidParameter.Conflict'],
});

export const modifyRouteTableAttributes = action({
  product: 'Vpc',
  name: 'ModifyRouteTableAttributes',
  summary: 'Changes name or description of a route table.',
  effect: 'write',
  parameters: {
    Description: text({
      fate: 'stored',
      help: 'Description: up to 256 characters, not starting with http:// or https://; may be empty.',
      length: [0, 256],
      pattern: DESCRIPTION_PATTERN,
      keepEmpty: true,
    }),
    ...ownership,
    RegionId: regionId,
    RoutePropagationEnable: boolean({
      fate: 'refused',
      help: 'Whether the table takes dynamic routes; as there are none here, only true is allowed.',
      default: true,
    }),
    RouteTableId: text({ fate: 'realised', help: 'Id of the route table.', required: true }),
    RouteTableName: text({
      fate: 'stored',
      help: 'Name: 1 to 128 characters, not starting with http:// or https://.',
      length: [1, 128],
      pattern: NAME_PATTERN,
    }),
  },
  answer: {},
  errors: ['InvalidRegionId.NotFound', 'InvalidRouteTableId.NotFound', 'InvalidParameter'],
});
