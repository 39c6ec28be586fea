/**
 * The rules of several groups merged into what a port's two gates ask. Order: members of a group whose inner access is
 * Accept reach each other before any rule is asked; then rules by priority, drop before accept at equal priority,
 * whatever group they stand in; then the default of the groups' kind.
 */
import type { Tables } from '../../store/schema.ts';
import { type Cidr, parseCidr } from '../../values/cidr.ts';
import type { Match, PolicyEntry, PolicyProgram } from '../program.ts';

type Group = Tables['security_group'];
type Rule = Tables['security_group_rule'];

const EVERYWHERE = '0.0.0.0/0';

/** Id of the policy that a set of groups shares. */
export function policyIdOf(groupIds: readonly string[]): string {
  return [...groupIds].sort().join('+');
}

/** Where the rules of groups and the blocks of prefix lists are found, in any order; the result does not depend on it. */
export interface PolicySources {
  rulesOf(groupId: string): readonly Rule[];
  /** Canonical blocks of a prefix list. */
  blocksOf(prefixListId: string): readonly string[];
}

/**
 * A rule that names a prefix list becomes an entry for each of its blocks, all with that rule as their origin: gates and
 * drivers know blocks only, and there are never more entries than the rule quota counts for the list.
 */
export function compilePolicy(groups: readonly Group[], { rulesOf, blocksOf }: PolicySources): PolicyProgram {
  const sorted = [...groups].sort((a, b) => (a.id < b.id ? -1 : 1));
  const inner = sorted.filter((group) => group.kind === 'normal' && group.inner_access === 'Accept').map(innerAccess);
  const rules = sorted.flatMap((group) => rulesOf(group.id));
  const entriesOf = (direction: Rule['direction']) =>
    ordered(rules, direction).flatMap((rule) => peersOf(rule, blocksOf).map((peer) => entryOf(rule, peer)));
  const outboundOpen = sorted.length > 0 && sorted.every((group) => group.kind === 'normal');
  return {
    id: policyIdOf(sorted.map((group) => group.id)),
    groupIds: sorted.map((group) => group.id),
    ingress: [...inner, ...entriesOf('ingress'), byDefault('drop')],
    egress: [...inner, ...entriesOf('egress'), byDefault(outboundOpen ? 'accept' : 'drop')],
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

type PeerMatch = Pick<Match, 'peer'>;

function entryOf(rule: Rule, peer: PeerMatch): PolicyEntry {
  return {
    match: matchOf(rule, peer),
    verdict: rule.policy === 'Accept' ? 'accept' : 'drop',
    origin: { kind: 'rule', groupId: rule.security_group_id, ruleId: rule.id, priority: rule.priority },
  };
}

function matchOf(rule: Rule, peer: PeerMatch): Match {
  return {
    ...(rule.protocol === 'all' ? {} : { protocol: rule.protocol }),
    ...(rule.port_from < 0 ? {} : { ports: { from: rule.port_from, to: rule.port_to } }),
    ...(rule.source_port_from < 0 ? {} : { sourcePorts: { from: rule.source_port_from, to: rule.source_port_to } }),
    ...peer,
    ...(rule.local_cidr === '' || rule.local_cidr === EVERYWHERE ? {} : { local: requireCidr(rule.local_cidr) }),
  };
}

/** What the rule asks of the other side; one that names an empty prefix list matches nobody. */
function peersOf(rule: Rule, blocksOf: PolicySources['blocksOf']): PeerMatch[] {
  switch (rule.peer_kind) {
    case 'group':
      return [{ peer: { groupId: rule.peer } }];
    case 'cidr':
      return [inBlock(rule.peer)];
    case 'prefixList':
      return [...blocksOf(rule.peer)].sort().map(inBlock);
  }
}

function inBlock(text: string): PeerMatch {
  return text === EVERYWHERE ? {} : { peer: { cidr: requireCidr(text) } };
}

/** Blocks were checked when they were written: anything else is our bug. */
function requireCidr(text: string): Cidr {
  const block = parseCidr(text);
  if (!block) throw new Error(`the store holds a malformed block: ${text}`);
  return block;
}
