/** One function for each action on EIPs. A request writes the first status on the way; the reconciler takes it from there. */
import type { Input } from '../../contract/action.ts';
import type {
  allocateEipAddress,
  associateEipAddress,
  describeEipAddresses,
  modifyEipAddressAttribute,
  releaseEipAddress,
  unassociateEipAddress,
} from '../../contract/eip.ts';
import { refuse } from '../../contract/errors.ts';
import type { Where, Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { formatMinutes, parseMinutes } from '../../values/clock.ts';
import { newId } from '../../values/id.ts';
import { formatIpv4, fromSortableIpv4, type Ipv4, parseIpv4, sortableIpv4 } from '../../values/ip.ts';
import { EDGE, givableAddresses } from '../../values/public-edge.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { networkOfInstance } from '../instance/lookup.ts';
import { pageOfList, readPage } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { defaultResourceGroup } from '../resource-group/rules.ts';
import { idsInAll } from '../selection.ts';
import { acceptTagConditions, acceptTags } from '../tag/rules.ts';
import { addTags, readTags, removeTags, resourcesWithTags } from '../tag/tags.ts';
import { findEip } from './lookup.ts';
import {
  acceptAddress,
  acceptBandwidth,
  acceptCreationStart,
  acceptTerm,
  addressTaken,
  mayAddEip,
  mayAssociate,
  mayHaveLine,
  mayModify,
  mayRelease,
  mayUnassociate,
  mustBeServedMode,
  mustBeServedTarget,
  poolExhausted,
  targetNotFound,
} from './rules.ts';
import { listedEip } from './view.ts';

type Eip = Tables['eip'];

type EipAction =
  | typeof allocateEipAddress
  | typeof associateEipAddress
  | typeof unassociateEipAddress
  | typeof modifyEipAddressAttribute
  | typeof describeEipAddresses
  | typeof releaseEipAddress;

const ORDER = ['-created_at', 'id'] as const;

/*
 * Requests for the same address, for the same instance, and the reconciler contend. All of them write under the scope of
 * the edge, so what is read in a transaction still holds when it commits; behind that stand the unique indexes.
 */
export const eipHandlers: HandlersOf<EipAction> = {
  async 'Vpc.AllocateEipAddress'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const line = mayHaveLine(input.ISP, region.id);
    if (line) return line;
    const bandwidth = acceptBandwidth(input.Bandwidth, input);
    if (isRefusal(bandwidth)) return bandwidth;
    const expiry = acceptTerm(input, call.clock.now());
    if (isRefusal(expiry)) return expiry;
    const asked = acceptAddress(input.IpAddress, call.publicEdge);
    if (isRefusal(asked)) return asked;
    const tags = acceptTags(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(tags)) return tags;

    const accountId = call.caller.accountId;
    const id = newId('eip', region.code, call.random);
    const group = input.ResourceGroupId ?? defaultResourceGroup(accountId);
    return call.write([`account:${accountId}`, EDGE], async (tx) => {
      const full = mayAddEip(await tx.count('eip', { account_id: accountId }), call.quotas.eipsPerAccount);
      if (full) return full;
      const address = await reserve(call, tx, asked);
      if (isRefusal(address)) return address;
      await tx.insert('eip', {
        id,
        account_id: accountId,
        region_id: region.id,
        name: input.Name ?? '',
        description: input.Description ?? '',
        address: sortableIpv4(address),
        bandwidth,
        internet_charge_type: input.InternetChargeType,
        charge_type: input.InstanceChargeType,
        isp: input.ISP,
        resource_group_id: group,
        status: 'Available',
        mode: 'NAT',
        instance_type: '',
        instance_id: null,
        network_interface_id: null,
        private_address: null,
        vpc_id: null,
        created_at: call.clock.now(),
        expires_at: expiry,
      });
      await addTags(tx, accountId, 'eip', id, tags);
      await record(call, tx, 'Vpc.AllocateEipAddress', '', id);
      return { AllocationId: id, EipAddress: formatIpv4(address), ResourceGroupId: group, OrderId: 0 };
    });
  },

  async 'Vpc.AssociateEipAddress'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const unserved = mustBeServedTarget(input.InstanceType) ?? mustBeServedMode(input.Mode);
    if (unserved) return unserved;
    const scope = [...(await networkOfInstance(call, input.InstanceId)), EDGE];
    return call.write(scope, async (tx): Promise<Record<string, never> | Refusal> => {
      const eip = await findEip(tx, call, input.AllocationId, input.RegionId);
      if (isRefusal(eip)) return eip;
      const instance = await tx.get('instance', { id: input.InstanceId, account_id: call.caller.accountId });
      if (!instance) return targetNotFound(input.InstanceId);
      const present = await tx.get('eip', { instance_id: instance.id });
      const refusal = mayAssociate({
        eip,
        instance,
        instanceRegionId: input.InstanceRegionId,
        present: present?.id,
      });
      if (refusal) return refusal;
      await tx.update('eip', { id: eip.id }, { status: 'Associating', ...(await targetOf(tx, instance)) });
      await tx.touch(instance.vpc_id, instance.region_id);
      await tx.touch(EDGE, '');
      await record(call, tx, 'Vpc.AssociateEipAddress', instance.vpc_id, eip.id);
      return {};
    });
  },

  async 'Vpc.UnassociateEipAddress'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const unserved = mustBeServedTarget(input.InstanceType);
    if (unserved) return unserved;
    const privateAddress = input.PrivateIpAddress === undefined ? undefined : parseIpv4(input.PrivateIpAddress);
    if (input.PrivateIpAddress !== undefined && privateAddress === undefined) {
      return refuse('InvalidParameter', { parameter: 'PrivateIpAddress', detail: 'It is no IPv4 address.' });
    }
    return changeEip(call, 'Vpc.UnassociateEipAddress', input, async (tx, eip) => {
      const held = eip.private_address === null ? undefined : fromSortableIpv4(eip.private_address);
      const named = { instanceId: input.InstanceId, privateAddress };
      const refusal = mayUnassociate({ ...eip, privateAddress: held }, named);
      if (refusal) return refusal;
      await tx.update('eip', { id: eip.id }, { status: 'Unassociating' });
      if (eip.vpc_id !== null) await tx.touch(eip.vpc_id, eip.region_id);
      await tx.touch(EDGE, '');
      return undefined;
    });
  },

  async 'Vpc.ModifyEipAddressAttribute'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return changeEip(call, 'Vpc.ModifyEipAddressAttribute', input, async (tx, eip) => {
      const refusal = mayModify(eip);
      if (refusal) return refusal;
      const charging = { InstanceChargeType: eip.charge_type, InternetChargeType: eip.internet_charge_type };
      const bandwidth = input.Bandwidth === undefined ? eip.bandwidth : acceptBandwidth(input.Bandwidth, charging);
      if (isRefusal(bandwidth)) return bandwidth;
      const patch = { bandwidth, name: input.Name ?? eip.name, description: input.Description ?? eip.description };
      await tx.update('eip', { id: eip.id }, patch);
      if (bandwidth !== eip.bandwidth && eip.vpc_id !== null) await tx.touch(eip.vpc_id, eip.region_id);
      return undefined;
    });
  },

  async 'Vpc.DescribeEipAddresses'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    const start = acceptCreationStart(input.Filter ?? []);
    if (isRefusal(start)) return start;
    if (call.dryRun) return refuse('DryRunOperation');
    const accountId = call.caller.accountId;
    return call.read(async (reader) => {
      const tagged = await resourcesWithTags(reader, accountId, 'eip', conditions);
      const where: Where<Eip> = {
        id: asksForNone(input) ? [] : idsInAll(tagged, input.AllocationId),
        account_id: accountId,
        region_id: region.id,
        address: input.EipAddress?.flatMap((text) => sortableOf(text) ?? []),
        name: input.EipName,
        isp: input.ISP,
        charge_type: input.ChargeType,
        resource_group_id: input.ResourceGroupId,
        instance_id: input.AssociatedInstanceId,
        instance_type: input.AssociatedInstanceType as 'EcsInstance' | undefined,
        status: input.Status as Eip['status'] | undefined,
      };
      // No column answers a condition on the time: only then are all rows read.
      const { rows, facts } =
        start === undefined
          ? await readPage(reader, 'eip', where, ORDER, input)
          : pageOfList((await reader.find('eip', where, { orderBy: ORDER })).filter(boughtSince(start)), input);
      const tags = await readTags(
        reader,
        'eip',
        rows.map((row) => row.id),
      );
      return { ...facts, EipAddresses: { EipAddress: rows.map((row) => listedEip(row, tags.get(row.id))) } };
    });
  },

  async 'Vpc.ReleaseEipAddress'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return changeEip(call, 'Vpc.ReleaseEipAddress', input, async (tx, eip) => {
      const refusal = mayRelease(eip, call.clock.now());
      if (refusal) return refusal;
      await removeTags(tx, 'eip', eip.id);
      await tx.remove('eip', { id: eip.id });
      return undefined;
    });
  },
};

/** The address asked for, or the next free one of the pool; or why there is none. */
async function reserve(call: Call, tx: Writer, asked: Ipv4 | undefined): Promise<Ipv4 | Refusal> {
  if (asked === undefined) {
    return (await tx.nextPublicAddress(givableAddresses(call.publicEdge.pool))) ?? poolExhausted();
  }
  return (await tx.get('eip', { address: sortableIpv4(asked) })) ? addressTaken() : asked;
}

/** What an EIP says of the instance it is associated with: the primary address of its primary interface. */
async function targetOf(tx: Writer, instance: Tables['instance']): Promise<Partial<Eip>> {
  const card = await tx.get('network_interface', { instance_id: instance.id, kind: 'Primary' });
  const lease = card && (await tx.get('address_lease', { network_interface_id: card.id, purpose: 'primary' }));
  if (!lease) throw new Error(`${instance.id} has no primary address`);
  return {
    mode: 'NAT',
    instance_type: 'EcsInstance',
    instance_id: instance.id,
    network_interface_id: card.id,
    private_address: lease.address,
    vpc_id: instance.vpc_id,
  };
}

/** Changes one EIP of the caller by `step`, which may refuse. */
async function changeEip(
  call: Call,
  action: `Vpc.${string}Eip${string}`,
  { AllocationId, RegionId }: { readonly AllocationId: string; readonly RegionId?: string | undefined },
  step: (tx: Writer, eip: Eip) => Promise<Refusal | undefined>,
): Promise<Record<string, never> | Refusal> {
  return call.write([EDGE], async (tx) => {
    const eip = await findEip(tx, call, AllocationId, RegionId);
    if (isRefusal(eip)) return eip;
    const refusal = await step(tx, eip);
    if (refusal) return refusal;
    await record(call, tx, action, eip.vpc_id ?? '', eip.id);
    return {};
  });
}

/** Whether something is asked that no EIP has: a lock, a pool, a segment, protection, a service that manages it. */
function asksForNone(input: Input<typeof describeEipAddresses>): boolean {
  return (
    input.LockReason !== undefined ||
    input.PublicIpAddressPoolId !== undefined ||
    input.SegmentInstanceId !== undefined ||
    input.SecurityProtectionEnabled === true ||
    input.ServiceManaged === true
  );
}

function sortableOf(text: string): string | undefined {
  const address = parseIpv4(text);
  return address === undefined ? undefined : sortableIpv4(address);
}

/** Times of conditions are whole minutes, so a time of purchase counts as its minute. */
function boughtSince(start: number): (eip: Eip) => boolean {
  return (eip) => (parseMinutes(formatMinutes(eip.created_at)) ?? 0) >= start;
}
