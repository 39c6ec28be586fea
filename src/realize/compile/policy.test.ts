import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tables } from '../../store/schema.ts';
import { parseIpv4 } from '../../values/ip.ts';
import { decidingEntry, type GatePacket } from '../path/gate.ts';
import { compilePolicy, policyIdOf } from './policy.ts';

type Group = Tables['security_group'];
type Rule = Tables['security_group_rule'];

function group(id: string, patch: Partial<Group> = {}): Group {
  return {
    id,
    account_id: '1',
    region_id: 'cn-hangzhou',
    vpc_id: 'vpc-1',
    name: '',
    description: '',
    kind: 'normal',
    inner_access: 'Accept',
    resource_group_id: '',
    created_at: 0,
    ...patch,
  };
}

let ruleNumber = 0;
function rule(groupId: string, patch: Partial<Rule> = {}): Rule {
  ruleNumber += 1;
  return {
    id: `sgr-${ruleNumber}`,
    security_group_id: groupId,
    account_id: '1',
    vpc_id: 'vpc-1',
    direction: 'ingress',
    protocol: 'tcp',
    port_from: 80,
    port_to: 80,
    source_port_from: -1,
    source_port_to: -1,
    peer_kind: 'cidr',
    peer: '0.0.0.0/0',
    local_cidr: '',
    policy: 'Accept',
    priority: 1,
    description: '',
    created_at: 0,
    ...patch,
  };
}

const PEER = parseIpv4('10.0.0.9')!;
const LOCAL = parseIpv4('10.0.0.1')!;
const tcp = (port: number): GatePacket => ({
  protocol: 6,
  sourcePort: 40_000,
  destinationPort: port,
  peer: PEER,
  local: LOCAL,
});
const nobody = () => false;

/** The policy of these groups; `lists` holds the blocks of prefix lists by id. */
function compiled(groups: Group[], rules: Rule[], lists: { readonly [id: string]: readonly string[] } = {}) {
  return compilePolicy(groups, {
    rulesOf: (id) => rules.filter((row) => row.security_group_id === id),
    blocksOf: (id) => lists[id] ?? [],
  });
}

function verdict(groups: Group[], rules: Rule[], packet = tcp(80), direction: 'ingress' | 'egress' = 'ingress') {
  return decidingEntry(compiled(groups, rules)[direction], packet, nobody);
}

describe('N9 merged policies of security groups', () => {
  it('denies inbound by default', () => {
    expect(verdict([group('sg-a')], [])).toMatchObject({ verdict: 'drop', origin: { kind: 'default' } });
  });

  it('allows outbound by default for basic groups, not for advanced ones', () => {
    expect(verdict([group('sg-a')], [], tcp(80), 'egress').verdict).toBe('accept');
    const advanced = group('sg-a', { kind: 'enterprise', inner_access: 'Drop' });
    expect(verdict([advanced], [], tcp(80), 'egress').verdict).toBe('drop');
  });

  it('lets drop win at equal priority, across groups and whatever the ids', () => {
    for (const [accepting, dropping] of [
      ['sg-a', 'sg-b'],
      ['sg-b', 'sg-a'],
    ] as const) {
      const rules = [rule(accepting), rule(dropping, { policy: 'Drop' })];
      expect(verdict([group('sg-a'), group('sg-b')], rules).verdict).toBe('drop');
    }
  });

  it('lets a smaller priority number win, across groups', () => {
    const rules = [rule('sg-a', { priority: 1 }), rule('sg-b', { priority: 2, policy: 'Drop' })];
    expect(verdict([group('sg-a'), group('sg-b')], rules).verdict).toBe('accept');
  });

  it('asks inner access before any rule, for the members of that group alone', () => {
    const policy = compiled([group('sg-a')], [rule('sg-a', { protocol: 'all', policy: 'Drop' })]);
    const member = (groupId: string, address: number) => groupId === 'sg-a' && address === PEER;
    expect(decidingEntry(policy.ingress, tcp(80), member).origin).toEqual({ kind: 'inner-access', groupId: 'sg-a' });
    expect(decidingEntry(policy.ingress, tcp(80), nobody).verdict).toBe('drop');
  });

  it('has no inner access where the group refuses it or is advanced', () => {
    const closed = compiled([group('sg-a', { inner_access: 'Drop' })], []);
    const advanced = compiled([group('sg-b', { kind: 'enterprise' })], []);
    for (const policy of [closed, advanced]) {
      expect(policy.ingress.some((entry) => entry.origin.kind === 'inner-access')).toBe(false);
    }
  });

  it('names the rule that decided', () => {
    const accept = rule('sg-a', { priority: 7 });
    expect(verdict([group('sg-a')], [accept]).origin).toEqual({
      kind: 'rule',
      groupId: 'sg-a',
      ruleId: accept.id,
      priority: 7,
    });
  });

  it('does not depend on the order of groups or rules', () => {
    const someRule = fc.record({
      security_group_id: fc.constantFrom('sg-a', 'sg-b', 'sg-c'),
      priority: fc.integer({ min: 1, max: 4 }),
      policy: fc.constantFrom('Accept' as const, 'Drop' as const),
      protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'all' as const),
      direction: fc.constantFrom('ingress' as const, 'egress' as const),
    });
    const groups = [group('sg-a'), group('sg-b'), group('sg-c')];
    fc.assert(
      fc.property(fc.array(someRule, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (patches, order) => {
        const rules = patches.map((patch, i) =>
          rule(patch.security_group_id, { ...patch, id: `sgr-${i}`, port_from: -1, port_to: -1 }),
        );
        const shuffle = <T>(list: T[]) =>
          list
            .map((item) => ({ item, key: order.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const shuffled = shuffle(rules);
        expect(compiled(shuffle(groups), shuffled)).toEqual(compiled(groups, rules));
      }),
    );
  });

  it('decides as a reading of the manual does: lowest priority number first, drop before accept', () => {
    const someRule = fc.record({
      priority: fc.integer({ min: 1, max: 3 }),
      policy: fc.constantFrom('Accept' as const, 'Drop' as const),
      port_from: fc.integer({ min: 79, max: 81 }),
    });
    fc.assert(
      fc.property(fc.array(someRule, { maxLength: 8 }), (patches) => {
        const rules = patches.map((patch, i) => rule('sg-a', { ...patch, id: `sgr-${i}`, port_to: patch.port_from }));
        const asked = patches.filter((patch) => patch.port_from === 80);
        const best = Math.min(...asked.map((patch) => patch.priority));
        const atBest = asked.filter((patch) => patch.priority === best);
        const expected = asked.length > 0 && atBest.every((patch) => patch.policy === 'Accept') ? 'accept' : 'drop';
        expect(verdict([group('sg-a')], rules).verdict).toBe(expected);
      }),
    );
  });

  it('gives one id to a set of groups', () => {
    expect(policyIdOf(['sg-b', 'sg-a'])).toBe(policyIdOf(['sg-a', 'sg-b']));
  });
});

describe('N9 rules that name a prefix list', () => {
  const list = (patch: Partial<Rule> = {}) => rule('sg-a', { peer_kind: 'prefixList', peer: 'pl-1', ...patch });
  const from = (peer: string): GatePacket => ({ ...tcp(80), peer: parseIpv4(peer)! });
  const decided = (rules: Rule[], lists: { readonly [id: string]: readonly string[] }, peer: string) =>
    decidingEntry(compiled([group('sg-a')], rules, lists).ingress, from(peer), nobody);

  it('ask for each of its blocks, under the one rule', () => {
    const accept = list({ priority: 7 });
    const lists = { 'pl-1': ['10.0.0.0/24', '172.16.5.5/32'] };
    for (const peer of ['10.0.0.200', '172.16.5.5']) {
      expect(decided([accept], lists, peer)).toMatchObject({
        verdict: 'accept',
        origin: { kind: 'rule', ruleId: accept.id, priority: 7 },
      });
    }
    expect(decided([accept], lists, '172.16.5.6').origin).toEqual({ kind: 'default' });
  });

  it('match nobody when the list is empty, and everybody when it holds the whole of IPv4', () => {
    expect(decided([list()], { 'pl-1': [] }, '10.0.0.9').origin).toEqual({ kind: 'default' });
    expect(decided([list()], { 'pl-1': ['0.0.0.0/0'] }, '10.0.0.9').verdict).toBe('accept');
  });

  it('stand among the others by priority, drop before accept', () => {
    const lists = { 'pl-1': ['10.0.0.0/8'], 'pl-2': ['10.0.0.9/32'] };
    const drop = list({ peer: 'pl-2', policy: 'Drop' });
    expect(decided([list(), drop], lists, '10.0.0.9').verdict).toBe('drop');
    expect(decided([list(), drop], lists, '10.0.0.8').verdict).toBe('accept');
    expect(decided([list(), { ...drop, priority: 2 }], lists, '10.0.0.9').verdict).toBe('accept');
  });

  it('do not depend on the order of the entries', () => {
    const one = compiled([group('sg-a')], [{ ...list(), id: 'sgr-x' }], { 'pl-1': ['10.0.0.0/24', '10.0.1.0/24'] });
    const other = compiled([group('sg-a')], [{ ...list(), id: 'sgr-x' }], { 'pl-1': ['10.0.1.0/24', '10.0.0.0/24'] });
    expect(other).toEqual(one);
  });
});
