/** One function for each action on prefix lists. */
import type {
  createPrefixList,
  deletePrefixList,
  describePrefixListAssociations,
  describePrefixListAttributes,
  describePrefixLists,
  modifyPrefixList,
} from '../../contract/prefix-list.ts';
import type { Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { newId } from '../../values/id.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { startOfToken, tokenFor } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { defaultResourceGroup } from '../resource-group/rules.ts';
import { idsInAll } from '../selection.ts';
import { acceptTagConditions, acceptTags } from '../tag/rules.ts';
import { addTags, readTags, removeTags, resourcesWithTags } from '../tag/tags.ts';
import { findPrefixList, groupsNaming } from './lookup.ts';
import {
  acceptChange,
  acceptEntries,
  type Entry,
  mayAddPrefixList,
  mayBeFamily,
  mayBePrefixListName,
  mayDeletePrefixList,
  mayHold,
} from './rules.ts';
import { listedPrefixList, prefixListAttributes } from './view.ts';

type PrefixListAction =
  | typeof createPrefixList
  | typeof describePrefixLists
  | typeof describePrefixListAttributes
  | typeof describePrefixListAssociations
  | typeof modifyPrefixList
  | typeof deletePrefixList;

/**
 * A list belongs to no network: a change of it contends on the account, as does everything that makes a rule name it, so
 * that none of them misses the other.
 */
export const prefixListHandlers: HandlersOf<PrefixListAction> = {
  async 'Ecs.CreatePrefixList'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const refused = mayBeFamily(input.AddressFamily) ?? mayBePrefixListName(input.PrefixListName);
    if (refused) return refused;
    const entries = acceptEntries(input.Entry, 'Entry');
    if (isRefusal(entries)) return entries;
    const over = mayHold(entries.length, input.MaxEntries, 'Entry');
    if (over) return over;
    const tags = acceptTags(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(tags)) return tags;

    const accountId = call.caller.accountId;
    return call.write([`account:${accountId}`], async (tx) => {
      const present = await tx.count('prefix_list', { account_id: accountId, region_id: region.id });
      const full = mayAddPrefixList(present, call.quotas.prefixListsPerRegion);
      if (full) return full;
      const id = newId('prefixList', region.code, call.random);
      await tx.insert('prefix_list', {
        id,
        account_id: accountId,
        region_id: region.id,
        name: input.PrefixListName,
        description: input.Description ?? '',
        address_family: 'IPv4',
        max_entries: input.MaxEntries,
        resource_group_id: input.ResourceGroupId ?? defaultResourceGroup(accountId),
        created_at: call.clock.now(),
      });
      await addEntries(tx, id, entries, 0);
      await addTags(tx, accountId, 'prefixList', id, tags);
      await record(call, tx, 'Ecs.CreatePrefixList', '', id);
      return { PrefixListId: id };
    });
  },

  async 'Ecs.DescribePrefixLists'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    const start = startOfToken(input.NextToken);
    if (isRefusal(start)) return start;
    const accountId = call.caller.accountId;

    return call.read(async (reader) => {
      const tagged = await resourcesWithTags(reader, accountId, 'prefixList', conditions);
      const where = {
        id: input.AddressFamily === 'IPv6' ? [] : idsInAll(input.PrefixListId, tagged),
        account_id: accountId,
        region_id: region.id,
        name: input.PrefixListName,
        resource_group_id: input.ResourceGroupId,
      };
      const total = await reader.count('prefix_list', where);
      const rows = await reader.find('prefix_list', where, {
        orderBy: ['-created_at', 'id'],
        limit: input.MaxResults,
        offset: start,
      });
      const ids = rows.map((row) => row.id);
      const tags = await readTags(reader, 'prefixList', ids);
      const naming = await reader.find('security_group_rule', { peer_kind: 'prefixList', peer: ids });
      return {
        NextToken: tokenFor(start + rows.length, total),
        PrefixLists: {
          PrefixList: rows.map((row) => {
            const groups = naming.filter((rule) => rule.peer === row.id).map((rule) => rule.security_group_id);
            return listedPrefixList(row, new Set(groups).size, tags.get(row.id));
          }),
        },
      };
    });
  },

  async 'Ecs.DescribePrefixListAttributes'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return call.read(async (reader) => {
      const list = await findPrefixList(reader, call, input.PrefixListId, region.id);
      if (isRefusal(list)) return list;
      const where = { prefix_list_id: list.id };
      return prefixListAttributes(list, await reader.find('prefix_list_entry', where, { orderBy: ['position'] }));
    });
  },

  async 'Ecs.DescribePrefixListAssociations'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const start = startOfToken(input.NextToken);
    if (isRefusal(start)) return start;
    return call.read(async (reader) => {
      const list = await findPrefixList(reader, call, input.PrefixListId, region.id);
      if (isRefusal(list)) return list;
      const groups = await groupsNaming(reader, list.id);
      const part = groups.slice(start, start + input.MaxResults);
      return {
        NextToken: tokenFor(start + part.length, groups.length),
        PrefixListAssociations: {
          PrefixListAssociation: part.map(({ id }) => ({ ResourceId: id, ResourceType: 'securitygroup' })),
        },
      };
    });
  },

  async 'Ecs.ModifyPrefixList'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const name = input.PrefixListName;
    const badName = name === undefined ? undefined : mayBePrefixListName(name);
    if (badName) return badName;
    const add = acceptEntries(input.AddEntry, 'AddEntry');
    if (isRefusal(add)) return add;
    const remove = acceptEntries(input.RemoveEntry, 'RemoveEntry');
    if (isRefusal(remove)) return remove;

    return call.write([`account:${call.caller.accountId}`], async (tx): Promise<Record<string, never> | Refusal> => {
      const list = await findPrefixList(tx, call, input.PrefixListId, region.id);
      if (isRefusal(list)) return list;
      const present = await tx.find('prefix_list_entry', { prefix_list_id: list.id });
      const change = acceptChange(new Set(present.map((entry) => entry.cidr)), add, remove, list.max_entries);
      if (isRefusal(change)) return change;
      const patch: Partial<Tables['prefix_list']> = {};
      if (name !== undefined) patch.name = name;
      if (input.Description !== undefined) patch.description = input.Description;
      await tx.update('prefix_list', { id: list.id }, patch);
      await tx.remove('prefix_list_entry', { prefix_list_id: list.id, cidr: change.removed });
      for (const { cidr, description } of change.described) {
        await tx.update('prefix_list_entry', { prefix_list_id: list.id, cidr }, { description });
      }
      const last = Math.max(-1, ...present.map((entry) => entry.position));
      await addEntries(tx, list.id, change.added, last + 1);
      if (change.added.length + change.removed.length > 0) {
        const vpcIds = new Set((await groupsNaming(tx, list.id)).map((group) => group.vpcId));
        for (const vpcId of [...vpcIds].sort()) await tx.touch(vpcId, list.region_id);
      }
      await record(call, tx, 'Ecs.ModifyPrefixList', '', list.id);
      return {};
    });
  },

  async 'Ecs.DeletePrefixList'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return call.write([`account:${call.caller.accountId}`], async (tx) => {
      const list = await findPrefixList(tx, call, input.PrefixListId, region.id);
      if (isRefusal(list)) return list;
      const used = mayDeletePrefixList((await groupsNaming(tx, list.id)).map((group) => group.id));
      if (used) return used;
      await tx.remove('prefix_list_entry', { prefix_list_id: list.id });
      await removeTags(tx, 'prefixList', list.id);
      await tx.remove('prefix_list', { id: list.id });
      await record(call, tx, 'Ecs.DeletePrefixList', '', list.id);
      return {};
    });
  },
};

/** Adds entries at the end of a list. `first`: position of the first of them. */
async function addEntries(tx: Writer, prefixListId: string, entries: readonly Entry[], first: number): Promise<void> {
  for (const [index, { cidr, description }] of entries.entries()) {
    await tx.insert('prefix_list_entry', { prefix_list_id: prefixListId, cidr, description, position: first + index });
  }
}
