/** One function for each action on VRouters and route tables. */
import type { describeRouteEntryList, describeRouteTableList, describeVRouters } from '../../contract/route-table.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { readPage, startOfToken, tokenFor } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { acceptTagConditions } from '../tag/rules.ts';
import { readTags, resourcesWithTags } from '../tag/tags.ts';
import { acceptDestinations, routeTableNotFound } from './rules.ts';
import { listedRouteEntry, listedRouteTable, listedVRouter } from './view.ts';

type RouteTableAction = typeof describeVRouters | typeof describeRouteTableList | typeof describeRouteEntryList;

export const routeTableHandlers: HandlersOf<RouteTableAction> = {
  async 'Vpc.DescribeVRouters'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return call.read(async (reader) => {
      const where = { account_id: call.caller.accountId, region_id: region.id, vrouter_id: input.VRouterId };
      const { rows, facts } = await readPage(reader, 'vpc', where, ['-created_at', 'id'], input);
      const tables = await reader.find(
        'route_table',
        { vpc_id: rows.map((vpc) => vpc.id) },
        { orderBy: ['created_at', 'id'] },
      );
      const tableIds = (vpcId: string) => tables.filter((table) => table.vpc_id === vpcId).map((table) => table.id);
      return { ...facts, VRouters: { VRouter: rows.map((vpc) => listedVRouter(vpc, tableIds(vpc.id))) } };
    });
  },

  async 'Vpc.DescribeRouteTableList'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    const accountId = call.caller.accountId;
    return call.read(async (reader) => {
      const tagged = await resourcesWithTags(reader, accountId, 'routeTable', conditions);
      const asked = input.RouteTableId === undefined ? tagged : [input.RouteTableId];
      const grouped =
        input.ResourceGroupId === undefined
          ? undefined
          : await reader.find('vpc', { account_id: accountId, resource_group_id: input.ResourceGroupId });
      const inGroup = grouped?.map((vpc) => vpc.id);
      const vpcIds = input.VpcId === undefined ? inGroup : [input.VpcId].filter((id) => inGroup?.includes(id) ?? true);
      const where = {
        id: input.RouterType === 'VBR' ? [] : asked?.filter((id) => tagged?.includes(id) ?? true),
        account_id: accountId,
        region_id: region.id,
        vpc_id: vpcIds,
        vrouter_id: input.RouterId,
        name: input.RouteTableName,
        kind: input.RouteTableType,
      };
      const { rows, facts } = await readPage(reader, 'route_table', where, ['-created_at', 'id'], input);
      const owners = rows.map((table) => table.vpc_id);
      const vpcs = new Map((await reader.find('vpc', { id: owners })).map((vpc) => [vpc.id, vpc]));
      const vswitches = await reader.find('vswitch', { vpc_id: owners }, { orderBy: ['created_at', 'id'] });
      const tags = await readTags(
        reader,
        'routeTable',
        rows.map((table) => table.id),
      );
      const listed = rows.map((table) =>
        listedRouteTable(table, {
          // Every VSwitch follows its VPC's system table.
          vswitchIds: vswitches
            .filter((row) => table.kind === 'System' && row.vpc_id === table.vpc_id)
            .map((row) => row.id),
          resourceGroupId: vpcs.get(table.vpc_id)?.resource_group_id ?? '',
          tags: tags.get(table.id),
        }),
      );
      return { ...facts, RouterTableList: { RouterTableListType: listed } };
    });
  },

  async 'Vpc.DescribeRouteEntryList'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const start = startOfToken(input.NextToken);
    if (isRefusal(start)) return start;
    const destinations = acceptDestinations(input.DestinationCidrBlock, input.DestCidrBlockList);
    if (isRefusal(destinations)) return destinations;
    const impossible = input.IpVersion === 'ipv6' || Boolean(input.ServiceType);
    return call.read(async (reader) => {
      const table = await reader.get('route_table', {
        id: input.RouteTableId,
        account_id: call.caller.accountId,
        region_id: region.id,
      });
      if (!table) return routeTableNotFound(input.RouteTableId);
      const kind = input.RouteEntryType;
      const where = {
        id: impossible || (kind && kind !== 'System' && kind !== 'Custom') ? [] : input.RouteEntryId,
        route_table_id: table.id,
        destination: destinations,
        next_hop_type: input.NextHopType,
        next_hop_id: input.NextHopId,
        name: input.RouteEntryName,
        kind: kind === 'System' || kind === 'Custom' ? kind : undefined,
      };
      const total = await reader.count('route_entry', where);
      const rows = await reader.find('route_entry', where, {
        orderBy: ['created_at', 'id'],
        limit: input.MaxResult,
        offset: start,
      });
      return {
        RouteEntrys: { RouteEntry: rows.map(listedRouteEntry) },
        NextToken: tokenFor(start + rows.length, total),
        TotalCount: total,
      };
    });
  },
};
