/** What the two gates of an interface ask, for people: every entry in its order, with its origin and its peer spelt out. */
import type { Ipv4 } from '../../values/ip.ts';
import type { GroupProgram, NetworkProgram, PolicyEntry, PolicyProgram } from '../program.ts';
import { indexOf } from './program-index.ts';

/** One entry of a gate; the first one that matches a packet decides. */
export interface EffectiveRule extends PolicyEntry {
  /** Place in its direction, from 0; the `position` of a gate's hop. */
  readonly position: number;
  /** Addresses that a group as the peer stands for now; absent where the peer is no group. */
  readonly members?: readonly Ipv4[];
}

export interface EffectiveRules {
  /** Ids of the groups that were merged, sorted. */
  readonly groupIds: readonly string[];
  readonly ingress: readonly EffectiveRule[];
  readonly egress: readonly EffectiveRule[];
}

/** The merged rules of a plugged port; undefined when the program has no such port. */
export function effectiveRules(program: NetworkProgram, portId: string): EffectiveRules | undefined {
  const { portById, policyOf } = indexOf(program);
  const policy = policyOf.get(portById.get(portId)?.policyId ?? '');
  return policy && rulesOfPolicy(policy, program.groups);
}

/** The entries of a policy; `groups` holds every group that one of them names. */
export function rulesOfPolicy(policy: PolicyProgram, groups: readonly GroupProgram[]): EffectiveRules {
  const membersOf = new Map(groups.map((group) => [group.id, group.members]));
  const spelt = (entry: PolicyEntry, position: number): EffectiveRule => {
    const { peer } = entry.match;
    if (!peer || !('groupId' in peer)) return { ...entry, position };
    return { ...entry, position, members: membersOf.get(peer.groupId) ?? [] };
  };
  return { groupIds: policy.groupIds, ingress: policy.ingress.map(spelt), egress: policy.egress.map(spelt) };
}
