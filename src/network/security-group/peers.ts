/** What rules name as their other side: other groups and prefix lists. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { findPrefixList, groupsNaming } from '../prefix-list/lookup.ts';
import { mayAssociate } from '../prefix-list/rules.ts';
import { networkOfGroup } from './lookup.ts';
import { peerParameter, type RuleTuple } from './permission.ts';
import { mayNamePeer } from './rules.ts';

/** What a change of rules contends on: the group's network and, where they name prefix lists, those (by the account). */
export async function scopeOfRules(
  call: Call,
  groupId: string,
  rules: readonly Pick<RuleTuple, 'peer_kind'>[],
): Promise<readonly string[]> {
  const lists = rules.some((rule) => rule.peer_kind === 'prefixList') ? [`account:${call.caller.accountId}`] : [];
  return [...(await networkOfGroup(call, groupId)), ...lists];
}

/** Whether a rule of `group` may name its peer. `prefix` stands before the parameter's name in the refusal. */
export async function refusePeer(
  call: Call,
  reader: Reader,
  group: Tables['security_group'],
  { direction, peer_kind, peer }: Pick<RuleTuple, 'direction' | 'peer_kind' | 'peer'>,
  prefix: string,
): Promise<Refusal | undefined> {
  const parameter = prefix + peerParameter(direction, peer_kind);
  switch (peer_kind) {
    case 'cidr':
      return undefined;
    case 'group': {
      const where = { id: peer, account_id: call.caller.accountId, region_id: group.region_id };
      return mayNamePeer(direction, group, peer, await reader.get('security_group', where), parameter);
    }
    case 'prefixList': {
      const list = await findPrefixList(reader, call, peer, group.region_id, parameter);
      if (isRefusal(list)) return list;
      const others = (await groupsNaming(reader, list.id)).filter(({ id }) => id !== group.id);
      return mayAssociate(others.length, call.quotas.associationsPerPrefixList, parameter);
    }
  }
}

/** Names of the groups and prefix lists that these rules name, by id. */
export async function peerNames(
  reader: Reader,
  rules: readonly Tables['security_group_rule'][],
): Promise<ReadonlyMap<string, string>> {
  const idsOf = (kind: 'group' | 'prefixList') => [
    ...new Set(rules.filter((rule) => rule.peer_kind === kind).map((rule) => rule.peer)),
  ];
  const groups = await reader.find('security_group', { id: idsOf('group') });
  const lists = await reader.find('prefix_list', { id: idsOf('prefixList') });
  return new Map([...groups, ...lists].map((row) => [row.id, row.name]));
}
