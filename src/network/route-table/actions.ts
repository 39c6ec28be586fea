/** One function for each action on VRouters and route tables. */
import type {
  describeRouteEntryList,
  describeRouteTableList,
  describeRouteTables,
  describeVRouters,
  modifyRouteTableAttributes,
} from '../../contract/route-table.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { readPage, startOfToken, tokenFor } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { acceptTagConditions } from '../tag/rules.ts';
import { readTags, resourcesWithTags } from '../tag/tags.ts';
import { acceptDestinations, mustNameTables, routeTableNotFound } from './rules.ts';
import {
  listedRouteEntry,
  listedRouteTable,
  listedVRouter,
  type RouteTableSurroundings,
  routeTableWithEntries,
} from './view.ts';

type RouteTableAction =
  | typeof describeVRouters
  | typeof describeRouteTableList
  | typeof describeRouteTables
  | typeof describeRouteEntryList
  | typeof modifyRouteTableAttributes;

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
      const inGroup = await vpcsInGroup(reader, accountId, input.ResourceGroupId);
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
      const around = await surroundings(reader, rows);
      const listed = rows.map((table) => listedRouteTable(table, around(table)));
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

  async 'Vpc.DescribeRouteTables'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const refused = mustNameTables(input);
    if (refused) return refused;
    const accountId = call.caller.accountId;
    return call.read(async (reader) => {
      const where = {
        id: input.RouterType === 'VBR' ? [] : input.RouteTableId,
        account_id: accountId,
        region_id: region.id,
        vpc_id: await vpcsInGroup(reader, accountId, input.ResourceGroupId),
        vrouter_id: input.VRouterId ?? input.RouterId,
        name: input.RouteTableName,
      };
      const { rows, facts } = await readPage(reader, 'route_table', where, ['-created_at', 'id'], input);
      const around = await surroundings(reader, rows);
      const ids = rows.map((table) => table.id);
      const entries = await reader.find('route_entry', { route_table_id: ids }, { orderBy: ['created_at', 'id'] });
      const shown = entries.filter((entry) => input.Type === undefined || entry.kind === input.Type);
      const tables = rows.map((table) =>
        routeTableWithEntries(
          table,
          around(table),
          shown.filter((entry) => entry.route_table_id === table.id),
        ),
      );
      return { ...facts, RouteTables: { RouteTable: tables } };
    });
  },

  async 'Vpc.ModifyRouteTableAttributes'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const { RouteTableName: name, Description: description } = input;
    const where = { id: input.RouteTableId, account_id: call.caller.accountId, region_id: region.id };
    const scope = await call.read((reader) => reader.get('route_table', where));
    return call.write(scope ? [scope.vpc_id] : [], async (tx): Promise<Record<string, never> | Refusal> => {
      const table = await tx.get('route_table', where);
      if (!table) return routeTableNotFound(input.RouteTableId);
      await tx.update(
        'route_table',
        { id: table.id },
        { ...(name !== undefined && { name }), ...(description !== undefined && { description }) },
      );
      await record(call, tx, 'Vpc.ModifyRouteTableAttributes', table.vpc_id, table.id);
      return {};
    });
  },
};

/** VPCs of a resource group; undefined when none is given, which asks for every VPC. */
async function vpcsInGroup(
  reader: Reader,
  accountId: string,
  resourceGroupId: string | undefined,
): Promise<readonly string[] | undefined> {
  if (resourceGroupId === undefined) return undefined;
  const vpcs = await reader.find('vpc', { account_id: accountId, resource_group_id: resourceGroupId });
  return vpcs.map((vpc) => vpc.id);
}

/** Reads what answers tell of these tables besides their rows. */
async function surroundings(
  reader: Reader,
  tables: readonly Tables['route_table'][],
): Promise<(table: Tables['route_table']) => RouteTableSurroundings> {
  const owners = tables.map((table) => table.vpc_id);
  const vpcs = new Map((await reader.find('vpc', { id: owners })).map((vpc) => [vpc.id, vpc]));
  const vswitches = await reader.find('vswitch', { vpc_id: owners }, { orderBy: ['created_at', 'id'] });
  const tags = await readTags(
    reader,
    'routeTable',
    tables.map((table) => table.id),
  );
  return (table) => ({
    // Every VSwitch follows its VPC's system table.
    vswitchIds: vswitches.filter((row) => table.kind === 'System' && row.vpc_id === table.vpc_id).map((row) => row.id),
    resourceGroupId: vpcs.get(table.vpc_id)?.resource_group_id ?? '',
    tags: tags.get(table.id),
  });
}
