/** Finding the caller's security groups and what counts against their limits. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { groupNotFound, type JoinedGroup } from './rules.ts';

/** The caller's group with this id, or the refusal. `regionId`: undefined where the id alone decides. */
export async function findGroup(
  reader: Reader,
  call: Call,
  groupId: string,
  regionId: string | undefined,
  parameter = 'SecurityGroupId',
): Promise<Tables['security_group'] | Refusal> {
  const where = { id: groupId, account_id: call.caller.accountId, region_id: regionId };
  return (await reader.get('security_group', where)) ?? groupNotFound(groupId, parameter);
}

/**
 * What a change of this group contends on: its VPC, which never changes and which everything that joins it or names it
 * contends on, too. Nothing when there is no such group: the transaction will refuse.
 */
export async function networkOfGroup(call: Call, groupId: string): Promise<readonly string[]> {
  const group = await call.read((reader) =>
    reader.get('security_group', { id: groupId, account_id: call.caller.accountId }),
  );
  return group ? [group.vpc_id] : [];
}

/** Ids of the interfaces in a group. */
export async function membersOf(reader: Reader, groupId: string): Promise<string[]> {
  const rows = await reader.find('network_interface_group', { security_group_id: groupId });
  return rows.map((row) => row.network_interface_id);
}

/** A group with the numbers of its members' addresses and of its rules. */
export async function withCounts(reader: Reader, group: Tables['security_group']): Promise<JoinedGroup> {
  return {
    id: group.id,
    vpc_id: group.vpc_id,
    kind: group.kind,
    addresses: await countAddresses(reader, await membersOf(reader, group.id)),
    rules: await countRules(reader, group.id),
  };
}

/** What the rules of a group count against the rule quotas. */
async function countRules(reader: Reader, groupId: string): Promise<number> {
  const simple = await reader.count('security_group_rule', {
    security_group_id: groupId,
    peer_kind: ['cidr', 'group'],
  });
  const naming = await reader.find('security_group_rule', { security_group_id: groupId, peer_kind: 'prefixList' });
  return simple + (await weightOf(reader, naming));
}

/** What rules count against the quotas: one each, those that name a prefix list as many as the list may ever hold. */
export async function weightOf(
  reader: Reader,
  rules: readonly Pick<Tables['security_group_rule'], 'peer_kind' | 'peer'>[],
): Promise<number> {
  const ids = new Set(rules.filter((rule) => rule.peer_kind === 'prefixList').map((rule) => rule.peer));
  const lists = await reader.find('prefix_list', { id: [...ids] });
  const most = new Map(lists.map((list) => [list.id, list.max_entries]));
  return rules.reduce((sum, rule) => sum + (most.get(rule.peer) ?? 1), 0);
}

/** Ids in one condition of a query. */
const CHUNK = 500;

/** Private addresses of these interfaces. */
export async function countAddresses(reader: Reader, networkInterfaceIds: readonly string[]): Promise<number> {
  let count = 0;
  for (let start = 0; start < networkInterfaceIds.length; start += CHUNK) {
    count += await reader.count('address_lease', {
      network_interface_id: networkInterfaceIds.slice(start, start + CHUNK),
    });
  }
  return count;
}

/** The groups that an interface is in, in the order in which they are shown. */
export async function groupsOf(reader: Reader, networkInterfaceId: string): Promise<Tables['security_group'][]> {
  const memberships = await reader.find(
    'network_interface_group',
    { network_interface_id: networkInterfaceId },
    { orderBy: ['position'] },
  );
  const ids = memberships.map((membership) => membership.security_group_id);
  const groups = new Map((await reader.find('security_group', { id: ids })).map((group) => [group.id, group]));
  return ids.flatMap((id) => groups.get(id) ?? []);
}
