/**
 * Faults that a compiler or a driver could have, as changes of what comes out of them. The harness has to find each.
 */
import type { NetworkProgram, PolicyEntry, PolicyProgram } from '../../src/realize/program.ts';

export type Fault = (program: NetworkProgram) => NetworkProgram;

type Entries = readonly PolicyEntry[];

/** Changes what both gates ask. */
const atGates =
  (edit: (entries: Entries, policy: PolicyProgram) => Entries): Fault =>
  (program) => ({
    ...program,
    policies: program.policies.map((policy) => ({
      ...policy,
      ingress: edit(policy.ingress, policy),
      egress: edit(policy.egress, policy),
    })),
  });

/** Puts the rules of a gate into another order; what comes before and after them stays. */
const reordered = (compare: (one: PolicyEntry, other: PolicyEntry) => number): Fault =>
  atGates((entries) => {
    const of = (kind: PolicyEntry['origin']['kind']) => entries.filter(({ origin }) => origin.kind === kind);
    return [...of('inner-access'), ...of('rule').toSorted(compare), ...of('default')];
  });

const priorityOf = ({ origin }: PolicyEntry) => (origin.kind === 'rule' ? origin.priority : 0);
const ruleOf = ({ origin }: PolicyEntry) => (origin.kind === 'rule' ? origin.ruleId : '');
const rank = ({ verdict }: PolicyEntry) => (verdict === 'accept' ? 1 : 0);

/** Of the compiler. */
export const COMPILER_FAULTS: { readonly [fault: string]: Fault } = {
  'the priority of rules is forgotten': reordered((one, other) => (ruleOf(one) < ruleOf(other) ? -1 : 1)),
  'a greater priority number wins': reordered((one, other) => priorityOf(other) - priorityOf(one)),
  'accept wins at equal priority': reordered(
    (one, other) => priorityOf(one) - priorityOf(other) || rank(other) - rank(one),
  ),
  'the gates are swapped': (program) => ({
    ...program,
    policies: program.policies.map((policy) => ({ ...policy, ingress: policy.egress, egress: policy.ingress })),
  }),
  'one group of several is forgotten': atGates((entries, { groupIds }) => {
    const forgotten = groupIds.length > 1 ? groupIds.at(-1) : undefined;
    return entries.filter(({ origin }) => origin.kind === 'default' || origin.groupId !== forgotten);
  }),
  'inner access is forgotten': atGates((entries) => entries.filter(({ origin }) => origin.kind !== 'inner-access')),
  'inner access comes after the rules': atGates((entries) => {
    const inner = entries.filter(({ origin }) => origin.kind === 'inner-access');
    const others = entries.filter(({ origin }) => origin.kind !== 'inner-access');
    return [...others.slice(0, -1), ...inner, ...others.slice(-1)];
  }),
  'the own block of a rule (DestCidrIp of an inbound one) is forgotten': atGates((entries) =>
    entries.map(({ match: { local: _, ...match }, ...entry }) => ({ ...entry, match })),
  ),
  'source ports are forgotten': atGates((entries) =>
    entries.map(({ match: { sourcePorts: _, ...match }, ...entry }) => ({ ...entry, match })),
  ),
  'the last port of a range is forgotten': atGates((entries) =>
    entries.map((entry) => {
      const { ports } = entry.match;
      if (!ports || ports.from === ports.to) return entry;
      return { ...entry, match: { ...entry.match, ports: { from: ports.from, to: ports.to - 1 } } };
    }),
  ),
  'blocks are a bit too wide': atGates((entries) =>
    entries.map((entry) => {
      const { peer } = entry.match;
      if (!peer || !('cidr' in peer) || peer.cidr.prefix < 25) return entry;
      const { base, prefix } = peer.cidr;
      const mask = (0xffffffff << (33 - prefix)) >>> 0;
      const cidr = { base: ((base & mask) >>> 0) as typeof base, prefix: prefix - 1 };
      return { ...entry, match: { ...entry.match, peer: { cidr } } };
    }),
  ),
  'the last member of a group is forgotten': (program) => ({
    ...program,
    groups: program.groups.map((group) => ({ ...group, members: group.members.slice(0, -1) })),
  }),
  'advanced groups let everything out': (program) => ({
    ...program,
    policies: program.policies.map((policy) => ({
      ...policy,
      egress: [...policy.egress.slice(0, -1), { match: {}, verdict: 'accept', origin: { kind: 'default' } }],
    })),
  }),
  'a public address leads to the wrong interface': (program) => {
    const [first, second, ...others] = program.publicMappings;
    if (!first || !second) return program;
    const { portId, privateAddress } = first;
    return {
      ...program,
      publicMappings: [
        { ...first, portId: second.portId, privateAddress: second.privateAddress },
        { ...second, portId, privateAddress },
        ...others,
      ],
    };
  },
};

/** Of the driver: packets obey another program than was compiled. Each use has a memory of its own. */
export const DRIVER_FAULTS: { readonly [fault: string]: () => Fault } = {
  'a changed policy is not loaded': () => {
    const loaded = new Map<string, PolicyProgram>();
    return (program) => ({
      ...program,
      policies: program.policies.map((policy) => {
        const known = loaded.get(policy.id) ?? policy;
        loaded.set(policy.id, known);
        return known;
      }),
    });
  },
  'sources are not checked': () => (program) => ({
    ...program,
    ports: program.ports.map((port) => ({ ...port, forwards: true })),
  }),
  'drop rules of outbound traffic are not loaded': () => (program) => ({
    ...program,
    policies: program.policies.map((policy) => ({
      ...policy,
      egress: policy.egress.filter(({ verdict, origin }) => verdict === 'accept' || origin.kind === 'default'),
    })),
  }),
};
