/**
 * The rules of several groups merged into what a port's two gates ask. Order: members of a group whose inner access is
 * Accept reach each other before any rule is asked; then rules by priority, drop before accept at equal priority,
 * whatever group they stand in; then the default of the groups' kind.
 */
import type { Tables } from '../../store/schema.ts';
import { parseCidr } from '../../values/cidr.ts';
import type { Match, PolicyEntry, PolicyProgram } from '../program.ts';

type Group = Tables['security_group'];
type Rule = Tables['security_group_rule'];

const EVERYWHERE = '0.0.0.0/0';

/** Id of the policy that a set of groups shares. */
export function policyIdOf(groupIds: readonly string[]): string {
  return [...groupIds].sort().join('+');
}

/** `rulesOf` gives the rules of a group in any order; the result does not depend on it. */
export function compilePolicy(groups: readonly Group[], rulesOf: (groupId: string) => readonly Rule[]): PolicyProgram {
  const sorted = [...groups].sort((a, b) => (a.id < b.id ? -1 : 1));
  const inner = sorted.filter((group) => group.kind === 'normal' && group.inner_access === 'Accept').map(innerAccess);
  const rules = sorted.flatMap((group) => rulesOf(group.id));
  const outboundOpen = sorted.length > 0 && sorted.every((group) => group.kind === 'normal');
  return {
    id: policyIdOf(sorted.map((group) => group.id)),
    groupIds: sorted.map((group) => group.id),
    ingress: [...inner, ...ordered(rules, 'ingress').map(entryOf), byDefault('drop')],
    egress: [...inner, ...ordered(rules, 'egress').map(entryOf), byDefault(outboundOpen ? 'accept' : 'drop')],
  };
}

function innerAccess(group: Group): PolicyEntry {
  return {
    match: { peer: { groupId: group.id } },
    verdict: 'accept',
    origin: { kind: 'inner-access', groupId: group.id },
  };
}

function byDefault(verdict: PolicyEntry['verdict']): PolicyEntry {
  return { match: {}, verdict, origin: { kind: 'default' } };
}

function ordered(rules: readonly Rule[], direction: Rule['direction']): Rule[] {
  return rules
    .filter((rule) => rule.direction === direction)
    .sort(
      (a, b) =>
        a.priority - b.priority ||
        Number(a.policy === 'Accept') - Number(b.policy === 'Accept') ||
        (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    );
}

function entryOf(rule: Rule): PolicyEntry {
  return {
    match: matchOf(rule),
    verdict: rule.policy === 'Accept' ? 'accept' : 'drop',
    origin: { kind: 'rule', groupId: rule.security_group_id, ruleId: rule.id, priority: rule.priority },
  };
}

function matchOf(rule: Rule): Match {
  return {
    ...(rule.protocol === 'all' ? {} : { protocol: rule.protocol }),
    ...(rule.port_from < 0 ? {} : { ports: { from: rule.port_from, to: rule.port_to } }),
    ...(rule.source_port_from < 0 ? {} : { sourcePorts: { from: rule.source_port_from, to: rule.source_port_to } }),
    ...peerOf(rule),
    ...(rule.local_cidr === '' || rule.local_cidr === EVERYWHERE ? {} : { local: requireCidr(rule.local_cidr) }),
  };
}

function peerOf(rule: Rule): Pick<Match, 'peer'> {
  if (rule.peer_kind === 'group') return { peer: { groupId: rule.peer } };
  return rule.peer === EVERYWHERE ? {} : { peer: { cidr: requireCidr(rule.peer) } };
}

/** Blocks were checked when they were written: anything else is our bug. */
function requireCidr(text: string) {
  const block = parseCidr(text);
  if (!block) throw new Error(`the store holds a malformed block: ${text}`);
  return block;
}
