/** What an answer about a packet needs to know of things that it names: whose they are, and what they are called. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { EDGE } from '../../values/public-edge.ts';
import type { Entry } from './port.ts';

type Rule = Tables['security_group_rule'];

export interface Names {
  /** Whether answers to the caller may tell about this network; the public edge is everybody's. */
  isOpen(networkId: string): boolean;
  /** The instance that an interface is plugged into. */
  instanceOf(networkInterfaceId: string): { readonly id: string; readonly name: string } | undefined;
  groupName(groupId: string): string;
  rule(ruleId: string): Rule | undefined;
}

/** Things that an answer mentions. */
export interface Mentioned {
  readonly networkIds: Iterable<string>;
  readonly networkInterfaceIds: Iterable<string>;
  readonly entries: Iterable<Entry>;
}

/** Only what is the caller's own is read. */
export async function readNames(reader: Reader, accountId: string, mentioned: Mentioned): Promise<Names> {
  const own = { account_id: accountId };
  const entries = [...mentioned.entries];
  const groupIds = new Set(entries.flatMap(groupsOf));
  const ruleIds = new Set(entries.flatMap(({ origin }) => (origin.kind === 'rule' ? [origin.ruleId] : [])));
  const vpcs = await reader.find('vpc', { ...own, id: [...new Set(mentioned.networkIds)] });
  const cards = await reader.find('network_interface', { ...own, id: [...new Set(mentioned.networkInterfaceIds)] });
  const instanceIds = new Set(cards.flatMap(({ instance_id }) => instance_id ?? []));
  const instances = await reader.find('instance', { ...own, id: [...instanceIds] });
  const groups = await reader.find('security_group', { ...own, id: [...groupIds] });
  const rules = await reader.find('security_group_rule', { ...own, id: [...ruleIds] });

  const open = new Set([EDGE, ...vpcs.map(({ id }) => id)]);
  const instanceById = new Map(instances.map((row) => [row.id, row]));
  const cardById = new Map(cards.map((row) => [row.id, row]));
  const groupById = new Map(groups.map((row) => [row.id, row]));
  const ruleById = new Map(rules.map((row) => [row.id, row]));
  return {
    isOpen: (networkId) => open.has(networkId),
    instanceOf: (id) => instanceById.get(cardById.get(id)?.instance_id ?? ''),
    groupName: (id) => groupById.get(id)?.name ?? '',
    rule: (id) => ruleById.get(id),
  };
}

function groupsOf({ match, origin }: Entry): string[] {
  const peer = match.peer && 'groupId' in match.peer ? [match.peer.groupId] : [];
  return origin.kind === 'default' ? peer : [...peer, origin.groupId];
}
