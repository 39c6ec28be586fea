/** VRouters, route tables and their entries in answers. */
import type { Tables } from '../../store/schema.ts';
import { formatMinutes, formatSeconds } from '../../values/clock.ts';
import type { Tag } from '../tag/rules.ts';
import { vpcTags } from '../tag/view.ts';

/** An item of DescribeVRouters: a VPC's router has no row of its own. */
export function listedVRouter(vpc: Tables['vpc'], routeTableIds: readonly string[]) {
  return {
    VRouterId: vpc.vrouter_id,
    VpcId: vpc.id,
    RegionId: vpc.region_id,
    VRouterName: '',
    Description: '',
    CreationTime: formatSeconds(vpc.created_at),
    RouteTableIds: { RouteTableId: [...routeTableIds] },
  };
}

/** What an answer on a route table tells besides its row. */
export interface RouteTableSurroundings {
  readonly vswitchIds: readonly string[];
  readonly resourceGroupId: string;
  readonly tags: readonly Tag[] | undefined;
}

/** An item of DescribeRouteTableList. */
export function listedRouteTable(
  table: Tables['route_table'],
  { vswitchIds, resourceGroupId, tags }: RouteTableSurroundings,
) {
  return {
    RouteTableId: table.id,
    RouteTableName: table.name,
    RouteTableType: table.kind,
    Description: table.description,
    VpcId: table.vpc_id,
    RouterId: table.vrouter_id,
    RouterType: 'VRouter',
    AssociateType: 'VSwitch',
    Status: 'Available',
    // There are no dynamic routes that a table could be kept free of.
    RoutePropagationEnable: true,
    OwnerId: Number(table.account_id),
    ResourceGroupId: resourceGroupId,
    CreationTime: formatSeconds(table.created_at),
    VSwitchIds: { VSwitchId: [...vswitchIds] },
    GatewayIds: { GatewayIds: [] },
    Tags: vpcTags(tags),
  };
}

/** An item of DescribeRouteEntryList. System routes name no next hop: the kind says it all. */
export function listedRouteEntry(entry: Tables['route_entry']) {
  return {
    RouteEntryId: entry.id,
    RouteEntryName: entry.name,
    RouteTableId: entry.route_table_id,
    DestinationCidrBlock: entry.destination,
    Description: entry.description,
    Type: entry.kind,
    IpVersion: 'IPv4',
    Status: entry.status,
    Origin: '',
    ServiceType: '',
    GmtModified: formatMinutes(entry.created_at),
    NextHops: {
      NextHop: [
        {
          NextHopType: entry.next_hop_type,
          NextHopId: entry.kind === 'System' ? '' : entry.next_hop_id,
          NextHopRegionId: '',
          NextHopRelatedInfo: { InstanceId: '', InstanceType: '', RegionId: '' },
          Enabled: 1,
          Weight: 0,
        },
      ],
    },
  };
}

/** An item of DescribeRouteTables. */
export function routeTableWithEntries(
  table: Tables['route_table'],
  { vswitchIds, resourceGroupId }: RouteTableSurroundings,
  entries: readonly Tables['route_entry'][],
) {
  return {
    RouteTableId: table.id,
    RouteTableType: table.kind,
    VRouterId: table.vrouter_id,
    Status: 'Available',
    ResourceGroupId: resourceGroupId,
    CreationTime: formatSeconds(table.created_at),
    VSwitchIds: { VSwitchId: [...vswitchIds] },
    RouteEntrys: { RouteEntry: entries.map(routeEntryOf) },
  };
}

function routeEntryOf(entry: Tables['route_entry']) {
  const nextHop = entry.kind === 'System' ? '' : entry.next_hop_id;
  return {
    RouteEntryId: entry.id,
    RouteEntryName: entry.name,
    RouteTableId: entry.route_table_id,
    DestinationCidrBlock: entry.destination,
    Description: entry.description,
    Type: entry.kind,
    Status: entry.status,
    NextHopType: entry.next_hop_type,
    InstanceId: nextHop,
    NextHops: {
      NextHop: [{ NextHopType: entry.next_hop_type, NextHopId: nextHop, Enabled: 1, Weight: 0 }],
    },
  };
}
