/** One function for each action on VSwitches. */

import { refuse } from '../../contract/errors.ts';
import type {
  checkCanAllocateVpcPrivateIpAddress,
  createVSwitch,
  deleteVSwitch,
  describeVSwitchAttributes,
  describeVSwitches,
  modifyVSwitchAttribute,
} from '../../contract/vswitch.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { type Cidr, parseCidr } from '../../values/cidr.ts';
import { sortableIpv4 } from '../../values/ip.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { readPage } from '../paging.ts';
import { knownRegion, knownZone } from '../region/regions.ts';
import { acceptTagConditions, acceptTags } from '../tag/rules.ts';
import { addTags, readTags, removeTags, resourcesWithTags } from '../tag/tags.ts';
import { findVpc } from '../vpc/lookup.ts';
import { mustBeAvailable, mustNotEnableIpv6 } from '../vpc/rules.ts';
import { addVSwitch, readNeighbours } from './creation.ts';
import { defaultVSwitchHandlers } from './default-actions.ts';
import { findVSwitch } from './lookup.ts';
import {
  acceptAddress,
  acceptVSwitchBlock,
  availableAddresses,
  mayAddVSwitch,
  mayAssign,
  mustBeAvailableVSwitch,
  mustBeUnusedVSwitch,
  mustFit,
  vswitchNotFound,
} from './rules.ts';
import { describedVSwitch, type VSwitchSurroundings } from './view.ts';

type VSwitchAction =
  | typeof createVSwitch
  | typeof describeVSwitches
  | typeof describeVSwitchAttributes
  | typeof modifyVSwitchAttribute
  | typeof deleteVSwitch
  | typeof checkCanAllocateVpcPrivateIpAddress;

const ownHandlers: HandlersOf<VSwitchAction> = {
  async 'Vpc.CreateVSwitch'(call, input) {
    const known = knownRegion(call);
    if (isRefusal(known)) return known;
    const block = acceptVSwitchBlock(input.CidrBlock);
    if (isRefusal(block)) return block;
    const tags = acceptTags(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(tags)) return tags;

    return call.write([input.VpcId], async (tx) => {
      const vpc = await findVpc(tx, call, input.VpcId, input.RegionId);
      if (isRefusal(vpc)) return vpc;
      const region = call.regions.find(vpc.region_id) ?? known;
      const zone = knownZone(region, input.ZoneId);
      if (isRefusal(zone)) return zone;
      const pending = mustBeAvailable(vpc);
      if (pending) return pending;
      const unfit = mustFit(block, await readNeighbours(tx, vpc));
      if (unfit) return unfit;
      const present = await tx.count('vswitch', { vpc_id: vpc.id, is_default: false });
      const full = mayAddVSwitch(present, call.quotas.vswitchesPerVpc);
      if (full) return full;

      const id = await addVSwitch(call, tx, vpc, {
        regionCode: region.code,
        zoneId: zone.id,
        block,
        name: input.VSwitchName ?? '',
        description: input.Description ?? '',
        isDefault: false,
      });
      await addTags(tx, vpc.account_id, 'vswitch', id, tags);
      await record(call, tx, 'Vpc.CreateVSwitch', vpc.id, id);
      return { VSwitchId: id };
    });
  },

  async 'Vpc.DescribeVSwitches'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    if (call.dryRun) return refuse('DryRunOperation');
    const accountId = call.caller.accountId;
    const impossible =
      input.EnableIpv6 === true || (input.VSwitchOwnerId !== undefined && String(input.VSwitchOwnerId) !== accountId);

    return call.read(async (reader) => {
      const tagged = await resourcesWithTags(reader, accountId, 'vswitch', conditions);
      const asked =
        input.VSwitchId === undefined ? tagged : [input.VSwitchId].filter((id) => tagged?.includes(id) ?? true);
      const where = {
        id: impossible ? [] : asked,
        account_id: accountId,
        region_id: region.id,
        vpc_id: await vpcsOfFilters(reader, accountId, input),
        zone_id: input.ZoneId,
        name: input.VSwitchName,
        is_default: input.IsDefault,
      };
      const { rows, facts } = await readPage(reader, 'vswitch', where, ['-created_at', 'id'], input);
      const around = await surroundings(reader, rows);
      const listed = await Promise.all(rows.map(async (row) => describedVSwitch(row, await around(row))));
      return { ...facts, VSwitches: { VSwitch: listed } };
    });
  },

  async 'Vpc.DescribeVSwitchAttributes'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return call.read(async (reader) => {
      const row = await findVSwitch(reader, call, input.VSwitchId, input.RegionId);
      if (isRefusal(row)) return row;
      if (call.dryRun) return refuse('DryRunOperation');
      const around = await surroundings(reader, [row]);
      return describedVSwitch(row, await around(row));
    });
  },

  async 'Vpc.ModifyVSwitchAttribute'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const ipv6 = mustNotEnableIpv6(input.EnableIPv6, 'EnableIPv6');
    if (ipv6) return ipv6;
    const before = await call.read((reader) => findVSwitch(reader, call, input.VSwitchId, input.RegionId));
    if (isRefusal(before)) return before;
    return call.write([before.vpc_id], async (tx) => {
      const row = await findVSwitch(tx, call, input.VSwitchId, input.RegionId);
      if (isRefusal(row)) return row;
      const pending = mustBeAvailableVSwitch(row);
      if (pending) return pending;
      const patch: Partial<Tables['vswitch']> = {};
      if (input.VSwitchName !== undefined) patch.name = input.VSwitchName;
      if (input.Description !== undefined) patch.description = input.Description;
      if (Object.keys(patch).length > 0) await tx.update('vswitch', { id: row.id }, patch);
      await record(call, tx, 'Vpc.ModifyVSwitchAttribute', row.vpc_id, row.id);
      return {};
    });
  },

  async 'Vpc.DeleteVSwitch'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const before = await call.read((reader) => findVSwitch(reader, call, input.VSwitchId, input.RegionId));
    if (isRefusal(before)) return before;
    return call.write([before.vpc_id], async (tx): Promise<Record<string, never> | Refusal> => {
      const row = await tx.get('vswitch', { id: before.id });
      if (!row) return vswitchNotFound(input.VSwitchId);
      const used = mustBeUnusedVSwitch(await usersOf(tx, row.id));
      if (used) return used;
      const pending = mustBeAvailableVSwitch(row);
      if (pending) return pending;
      await tx.remove('address_lease', { network_id: row.vpc_id, vswitch_id: row.id });
      await tx.remove('route_entry', { vpc_id: row.vpc_id, next_hop_type: 'local', next_hop_id: row.id });
      await removeTags(tx, 'vswitch', row.id);
      await tx.remove('vswitch', { id: row.id });
      await tx.touch(row.vpc_id, row.region_id);
      await record(call, tx, 'Vpc.DeleteVSwitch', row.vpc_id, row.id);
      return {};
    });
  },

  async 'Vpc.CheckCanAllocateVpcPrivateIpAddress'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const address = acceptAddress(input.PrivateIpAddress, input.IpVersion);
    if (isRefusal(address)) return address;
    return call.read(async (reader) => {
      const vswitch = await findVSwitch(reader, call, input.VSwitchId, region.id);
      if (isRefusal(vswitch)) return vswitch;
      const where = { network_id: vswitch.vpc_id, address: sortableIpv4(address) };
      const taken = await reader.get('address_lease', where);
      return { CanAllocate: !taken && mayAssign(parseCidr(vswitch.cidr) as Cidr, address) };
    });
  },
};

/** The handlers of everything about VSwitches. */
export const vswitchHandlers = { ...ownHandlers, ...defaultVSwitchHandlers };

/** Instances and interfaces with an address of the VSwitch: an interface counts as its instance when it has one. */
async function usersOf(reader: Reader, vswitchId: string): Promise<string[]> {
  const interfaces = await reader.find(
    'network_interface',
    { vswitch_id: vswitchId },
    { orderBy: ['created_at', 'id'] },
  );
  return [...new Set(interfaces.map((row) => row.instance_id ?? row.id))];
}

interface VpcFilters {
  readonly VpcId?: string | undefined;
  readonly ResourceGroupId?: string | undefined;
  readonly RouteTableId?: string | undefined;
}

/** VPCs whose VSwitches satisfy the filters; undefined when none of them is given. */
async function vpcsOfFilters(
  reader: Reader,
  accountId: string,
  { VpcId, ResourceGroupId, RouteTableId }: VpcFilters,
): Promise<readonly string[] | undefined> {
  const sets: (readonly string[])[] = [];
  if (VpcId !== undefined) sets.push([VpcId]);
  if (ResourceGroupId !== undefined) {
    const vpcs = await reader.find('vpc', { account_id: accountId, resource_group_id: ResourceGroupId });
    sets.push(vpcs.map((vpc) => vpc.id));
  }
  if (RouteTableId !== undefined) {
    // Every VSwitch follows its VPC's system table.
    const tables = await reader.find('route_table', { id: RouteTableId, account_id: accountId, kind: 'System' });
    sets.push(tables.map((table) => table.vpc_id));
  }
  const [first, ...others] = sets;
  return first?.filter((id) => others.every((set) => set.includes(id)));
}

/** Reads what answers tell of these VSwitches besides their rows. */
async function surroundings(
  reader: Reader,
  vswitches: readonly Tables['vswitch'][],
): Promise<(vswitch: Tables['vswitch']) => Promise<VSwitchSurroundings>> {
  const vpcIds = [...new Set(vswitches.map((row) => row.vpc_id))];
  const vpcs = new Map((await reader.find('vpc', { id: vpcIds })).map((vpc) => [vpc.id, vpc]));
  const tables = await reader.find('route_table', { vpc_id: vpcIds, kind: 'System' });
  const tableOf = new Map(tables.map((table) => [table.vpc_id, table]));
  const tags = await readTags(
    reader,
    'vswitch',
    vswitches.map((row) => row.id),
  );
  return async (vswitch) => {
    const leased = await reader.count('address_lease', { network_id: vswitch.vpc_id, vswitch_id: vswitch.id });
    return {
      availableAddresses: availableAddresses(parseCidr(vswitch.cidr) as Cidr, leased),
      resourceGroupId: vpcs.get(vswitch.vpc_id)?.resource_group_id ?? '',
      routeTable: tableOf.get(vswitch.vpc_id),
      tags: tags.get(vswitch.id),
    };
  };
}
