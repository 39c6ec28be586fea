/** One function for each action on VPCs. */

import { refuse } from '../../contract/errors.ts';
import type {
  createVpc,
  deleteVpc,
  describeVpcAttribute,
  describeVpcs,
  modifyVpcAttribute,
} from '../../contract/vpc.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { type Cidr, formatCidr, parseCidr } from '../../values/cidr.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { readPage } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { defaultResourceGroup } from '../resource-group/rules.ts';
import { acceptTagConditions, acceptTags } from '../tag/rules.ts';
import { addTags, readTags, removeTags, resourcesWithTags } from '../tag/tags.ts';
import { addVpc, newVpc } from './creation.ts';
import { defaultVpcHandlers } from './default-actions.ts';
import { findVpc } from './lookup.ts';
import {
  acceptVpcBlock,
  mayAddVpc,
  mayChangeBlock,
  mayTakeBlock,
  mustBeAvailable,
  mustBeUnused,
  mustNotEnableIpv6,
} from './rules.ts';
import { listedVpc, type VpcSurroundings, vpcAttribute } from './view.ts';

type VpcAction =
  | typeof createVpc
  | typeof describeVpcs
  | typeof describeVpcAttribute
  | typeof modifyVpcAttribute
  | typeof deleteVpc;

const ownHandlers: HandlersOf<VpcAction> = {
  async 'Vpc.CreateVpc'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const ipv6 = mustNotEnableIpv6(input.EnableIpv6, 'EnableIpv6');
    if (ipv6) return ipv6;
    const block = acceptVpcBlock(input.CidrBlock);
    if (isRefusal(block)) return block;
    const tags = acceptTags(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(tags)) return tags;

    const row = newVpc(call, region, {
      name: input.VpcName ?? '',
      description: input.Description ?? '',
      cidr: formatCidr(block),
      is_default: false,
      dns_hostname: input.EnableDnsHostname ?? false,
      resource_group_id: input.ResourceGroupId ?? defaultResourceGroup(call.caller.accountId),
    });
    return call.write([`account:${row.account_id}`], async (tx) => {
      const present = await tx.count('vpc', {
        account_id: row.account_id,
        region_id: row.region_id,
        is_default: false,
      });
      const full = mayAddVpc(present, call.quotas.vpcsPerRegion);
      if (full) return full;
      const routeTableId = await addVpc(call, tx, region, row);
      await addTags(tx, row.account_id, 'vpc', row.id, tags);
      await record(call, tx, 'Vpc.CreateVpc', row.id, row.id);
      return {
        VpcId: row.id,
        VRouterId: row.vrouter_id,
        RouteTableId: routeTableId,
        ResourceGroupId: row.resource_group_id,
      };
    });
  },

  async 'Vpc.DescribeVpcs'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    if (call.dryRun) return refuse('DryRunOperation');
    const accountId = call.caller.accountId;
    const impossible =
      input.EnableIpv6 === true ||
      Boolean(input.DhcpOptionsSetId) ||
      (input.VpcOwnerId !== undefined && String(input.VpcOwnerId) !== accountId);

    return call.read(async (reader) => {
      const tagged = await resourcesWithTags(reader, accountId, 'vpc', conditions);
      const asked = input.VpcId && (tagged ? input.VpcId.filter((id) => tagged.includes(id)) : input.VpcId);
      const where = {
        id: impossible ? [] : (asked ?? tagged),
        account_id: accountId,
        region_id: region.id,
        name: input.VpcName,
        is_default: input.IsDefault,
        resource_group_id: input.ResourceGroupId,
      };
      const { rows, facts } = await readPage(reader, 'vpc', where, ['-created_at', 'id'], input);
      const around = await surroundings(reader, rows);
      return { ...facts, Vpcs: { Vpc: rows.map((row) => listedVpc(row, around(row.id))) } };
    });
  },

  async 'Vpc.DescribeVpcAttribute'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return call.read(async (reader) => {
      const vpc = await findVpc(reader, call, input.VpcId, region.id);
      if (isRefusal(vpc)) return vpc;
      if (input.IsDefault !== undefined && input.IsDefault !== vpc.is_default) {
        return refuse('InvalidVpcId.NotFound', {
          parameter: 'IsDefault',
          detail: `${vpc.id} is ${vpc.is_default ? 'the' : 'not the'} default VPC.`,
        });
      }
      if (call.dryRun) return refuse('DryRunOperation');
      return vpcAttribute(vpc, (await surroundings(reader, [vpc]))(vpc.id));
    });
  },

  async 'Vpc.ModifyVpcAttribute'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const ipv6 = mustNotEnableIpv6(input.EnableIPv6, 'EnableIPv6');
    if (ipv6) return ipv6;
    const block = input.CidrBlock === undefined ? undefined : acceptVpcBlock(input.CidrBlock);
    if (isRefusal(block)) return block;

    return call.write([input.VpcId], async (tx) => {
      const vpc = await findVpc(tx, call, input.VpcId, input.RegionId);
      if (isRefusal(vpc)) return vpc;
      const pending = mustBeAvailable(vpc);
      if (pending) return pending;
      const patch: Partial<Tables['vpc']> = {};
      if (input.VpcName !== undefined) patch.name = input.VpcName;
      if (input.Description !== undefined) patch.description = input.Description;
      if (input.EnableDnsHostname !== undefined) patch.dns_hostname = input.EnableDnsHostname;
      if (block && formatCidr(block) !== vpc.cidr) {
        const fixed = mayChangeBlock(vpc);
        if (fixed) return fixed;
        const vswitches = await tx.find('vswitch', { vpc_id: vpc.id });
        const tight = mayTakeBlock(
          block,
          vswitches.map(({ id, cidr }) => ({ id, cidr: parseCidr(cidr) as Cidr })),
        );
        if (tight) return tight;
        patch.cidr = formatCidr(block);
        await tx.touch(vpc.id, vpc.region_id);
      }
      if (Object.keys(patch).length > 0) await tx.update('vpc', { id: vpc.id }, patch);
      await record(call, tx, 'Vpc.ModifyVpcAttribute', vpc.id, vpc.id);
      return {};
    });
  },

  async 'Vpc.DeleteVpc'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return call.write([input.VpcId], async (tx): Promise<Record<string, never> | Refusal> => {
      const vpc = await findVpc(tx, call, input.VpcId, input.RegionId);
      if (isRefusal(vpc)) return vpc;
      const vswitches = await tx.find('vswitch', { vpc_id: vpc.id });
      const groups = await tx.find('security_group', { vpc_id: vpc.id });
      const used = mustBeUnused({ vswitches: vswitches.map(idOf), securityGroups: groups.map(idOf) });
      if (used) return used;
      const pending = mustBeAvailable(vpc);
      if (pending) return pending;
      for (const { id } of await tx.find('route_table', { vpc_id: vpc.id })) await removeTags(tx, 'routeTable', id);
      await tx.remove('route_entry', { vpc_id: vpc.id });
      await tx.remove('route_table', { vpc_id: vpc.id });
      await removeTags(tx, 'vpc', vpc.id);
      await tx.remove('vpc', { id: vpc.id });
      // The network's state row outlives the VPC: the reconciler reads `deleted`, removes reality, then the row.
      await tx.touch(vpc.id, vpc.region_id);
      await tx.update('network_state', { network_id: vpc.id }, { deleted: true });
      await record(call, tx, 'Vpc.DeleteVpc', vpc.id, vpc.id);
      return {};
    });
  },
};

/** The handlers of everything about VPCs. */
export const vpcHandlers = { ...ownHandlers, ...defaultVpcHandlers };

/** Reads what answers tell of these VPCs besides their rows. */
async function surroundings(
  reader: Reader,
  vpcs: readonly Tables['vpc'][],
): Promise<(vpcId: string) => VpcSurroundings> {
  const ids = vpcs.map(idOf);
  const vswitches = await reader.find('vswitch', { vpc_id: ids }, { orderBy: ['created_at', 'id'] });
  const tables = await reader.find('route_table', { vpc_id: ids }, { orderBy: ['created_at', 'id'] });
  const tags = await readTags(reader, 'vpc', ids);
  return (vpcId) => ({
    vswitchIds: vswitches.filter((row) => row.vpc_id === vpcId).map(idOf),
    routeTableIds: tables.filter((row) => row.vpc_id === vpcId).map(idOf),
    tags: tags.get(vpcId),
  });
}

function idOf(row: { readonly id: string }): string {
  return row.id;
}
