/**
 * A network program in the words of nftables, as data. Pure.
 *
 * Packets cross, in this order:
 *   spoof         prerouting −450, before defragmentation (which would mix fragments of different ports): port, MAC and
 *                 source address must belong together
 *   arrive        prerouting −100: public → private destination, for what comes from the edge
 *   egress_gate   forward −10: the sender's policy, by the port that the packet came in through
 *   ingress_gate  forward 0: the receiver's policy, by the port that it leaves through
 *   cap           forward 10: the class of the caps, for what crosses the edge
 *   leave         postrouting 100: private → public source, for what goes to the edge
 *   router_input  what the router itself answers
 * So both gates see the private address of their own side and the public one of the other.
 * An accept ends only its own base chain, hence one for each gate. What a policy says lies in chains whose names are
 * hashes of their content (`c_…`), reached through a small chain of the policy (`eg_…`, `in_…`): so a changed policy is a
 * new chain, filled while nothing points to it, and one rule that is flipped.
 */
import { createHash } from 'node:crypto';
import type { Match, NetworkProgram, PolicyEntry } from '../../realize/program.ts';
import { formatCidr } from '../../values/cidr.ts';
import { formatIpv4, type Ipv4 } from '../../values/ip.ts';
import { RESOLVER_PORT, RESOLVERS } from '../../values/name-service.ts';
import { className, classNumbers } from './caps.ts';
import { hostNames } from './links.ts';
import { EDGE_END_MAC, UPLINK } from './uplink.ts';

/** Elements of a set, or of a map: key → value. */
export type NamedSet =
  | { readonly kind: 'addresses'; readonly members: readonly Ipv4[] }
  | { readonly kind: 'set'; readonly type: string; readonly elements: ReadonlySet<string> }
  | { readonly kind: 'map'; readonly type: string; readonly elements: ReadonlyMap<string, string> };

/** A chain that the kernel enters by itself. */
export interface BaseChain {
  /** Type, hook, priority, policy. */
  readonly hook: string;
  readonly rules: readonly string[];
}

/** The table of one address family. The order of sets and chains is the order in which they can be made. */
export interface TableRules {
  readonly family: 'inet' | 'arp';
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly chains: ReadonlyMap<string, readonly string[]>;
  readonly base: ReadonlyMap<string, BaseChain>;
}

export interface Ruleset {
  readonly inet: TableRules;
  readonly arp: TableRules;
}

const STATEFUL = 'ct state vmap { established : accept, related : accept, invalid : drop }';

const RESOLVER = `ip daddr { ${RESOLVERS.map(formatIpv4).join(', ')} }`;

/** Questions that a network may ask in a second: many, but not so many that the daemon serves nobody else. */
const MOST_QUESTIONS = 'limit rate 1000/second burst 1000 packets';

const INET_BASE: ReadonlyMap<string, BaseChain> = new Map([
  [
    'spoof',
    {
      hook: 'type filter hook prerouting priority -450; policy drop',
      rules: [
        'iifname "lo" accept',
        'iifname . ether saddr . ip saddr @own accept',
        `iifname "${UPLINK}" ether saddr ${EDGE_END_MAC} goto from_outside`,
        'meta nfproto ipv4 iifname . ether saddr @forwarders accept',
        'counter drop',
      ],
    },
  ],
  [
    'egress_gate',
    { hook: 'type filter hook forward priority -10; policy drop', rules: [STATEFUL, 'iifname vmap @egress_of'] },
  ],
  [
    'ingress_gate',
    { hook: 'type filter hook forward priority 0; policy drop', rules: [STATEFUL, 'oifname vmap @ingress_of'] },
  ],
  [
    'arrive',
    {
      hook: 'type nat hook prerouting priority -100; policy accept',
      rules: [`iifname "${UPLINK}" dnat ip to ip daddr map @private_of`],
    },
  ],
  [
    'cap',
    {
      hook: 'type filter hook forward priority 10; policy accept',
      rules: [
        `oifname "${UPLINK}" meta priority set ip saddr map @class_of`,
        `iifname "${UPLINK}" meta priority set ip daddr map @class_of`,
      ],
    },
  ],
  [
    'leave',
    {
      hook: 'type nat hook postrouting priority 100; policy accept',
      rules: [`oifname "${UPLINK}" snat ip to ip saddr map @public_of`],
    },
  ],
  [
    'router_input',
    {
      hook: 'type filter hook input priority 0; policy drop',
      rules: [
        'iifname "lo" accept',
        `iifname "${UPLINK}" drop`,
        'ip daddr @gateways icmp type echo-request accept',
        `${RESOLVER} udp dport ${RESOLVER_PORT} ${MOST_QUESTIONS} accept`,
        `${RESOLVER} tcp dport ${RESOLVER_PORT} accept`,
      ],
    },
  ],
]);

const ARP_BASE: ReadonlyMap<string, BaseChain> = new Map([
  [
    'sender',
    {
      hook: 'type filter hook input priority 0; policy drop',
      rules: ['iifname . ether saddr . arp saddr ether . arp saddr ip @own accept', 'counter drop'],
    },
  ],
]);

/** The rules of a program. Policies of no port and groups of no such policy are left out. */
export function renderRuleset(program: NetworkProgram): Ruleset {
  const names = hostNames(program.ports);
  const used = new Set(program.ports.map((port) => port.policyId));
  const contents = new Map<string, readonly string[]>();
  const anchors = new Map<string, readonly string[]>();
  const groupIds = new Set<string>();
  for (const policy of program.policies) {
    if (!used.has(policy.id)) continue;
    for (const direction of ['egress', 'ingress'] as const) {
      const rules = policy[direction].map((entry) => renderEntry(entry, direction));
      const content = `c_${digest(rules.join('\n'))}`;
      contents.set(content, rules);
      anchors.set(anchorName(policy.id, direction), [`goto ${content}`]);
      for (const { match } of policy[direction]) {
        if (match.peer && 'groupId' in match.peer) groupIds.add(match.peer.groupId);
      }
    }
  }

  const own = new Set<string>();
  const arpOwn = new Set<string>();
  const forwarders = new Set<string>();
  const egressOf = new Map<string, string>();
  const ingressOf = new Map<string, string>();
  for (const port of program.ports) {
    const name = names.get(port.id);
    for (const address of port.addresses.map(formatIpv4)) {
      own.add(`"${name}" . ${port.mac} . ${address}`);
      arpOwn.add(`"${name}" . ${port.mac} . ${port.mac} . ${address}`);
    }
    if (port.forwards) forwarders.add(`"${name}" . ${port.mac}`);
    egressOf.set(`"${name}"`, `goto ${anchorName(port.policyId, 'egress')}`);
    ingressOf.set(`"${name}"`, `goto ${anchorName(port.policyId, 'ingress')}`);
  }

  const publicSide = renderPublicSide(program, names);
  egressOf.set(`"${UPLINK}"`, 'goto from_edge');
  ingressOf.set(`"${UPLINK}"`, 'goto to_edge');
  const members = new Map(program.groups.map((group) => [group.id, group.members]));
  const sets = new Map<string, NamedSet>([
    ...publicSide.sets,
    ['own', { kind: 'set', type: 'ifname . ether_addr . ipv4_addr', elements: own }],
    ['forwarders', { kind: 'set', type: 'ifname . ether_addr', elements: forwarders }],
    ['gateways', { kind: 'addresses', members: program.subnets.map((subnet) => subnet.gateway) }],
    ['egress_of', { kind: 'map', type: 'ifname : verdict', elements: egressOf }],
    ['ingress_of', { kind: 'map', type: 'ifname : verdict', elements: ingressOf }],
  ]);
  for (const id of [...groupIds].sort()) {
    sets.set(groupSetName(id), { kind: 'addresses', members: members.get(id) ?? [] });
  }
  return {
    inet: { family: 'inet', sets, chains: new Map([...publicSide.chains, ...contents, ...anchors]), base: INET_BASE },
    arp: {
      family: 'arp',
      sets: new Map([['own', { kind: 'set', type: 'ifname . ether_addr . ether_addr . ipv4_addr', elements: arpOwn }]]),
      chains: new Map(),
      base: ARP_BASE,
    },
  };
}

/**
 * Translation, and the gates towards the edge. Translation comes first among the sets: where rules change in several
 * transactions, an address is translated before it may leave.
 */
function renderPublicSide(
  program: NetworkProgram,
  names: ReadonlyMap<string, string>,
): { readonly sets: [string, NamedSet][]; readonly chains: [string, readonly string[]][] } {
  const numbers = classNumbers(program);
  const [privateOf, publicOf, classOf] = [0, 1, 2].map(() => new Map<string, string>()) as [
    Map<string, string>,
    Map<string, string>,
    Map<string, string>,
  ];
  const mapped = new Set<string>();
  for (const { id, portId, ...addresses } of program.publicMappings) {
    const inside = formatIpv4(addresses.privateAddress);
    const outside = formatIpv4(addresses.publicAddress);
    const port = program.ports.find((one) => one.id === portId);
    if (!port?.addresses.includes(addresses.privateAddress)) throw new Error(`${id}: ${portId} has no ${inside}`);
    if (privateOf.has(outside) || publicOf.has(inside))
      throw new Error(`${id}: ${outside} or ${inside} is mapped twice`);
    privateOf.set(outside, inside);
    publicOf.set(inside, outside);
    classOf.set(inside, className(numbers.get(id) ?? 0));
    mapped.add(`"${names.get(portId)}" . ${inside}`);
  }
  return {
    sets: [
      ['private_of', { kind: 'map', type: 'ipv4_addr : ipv4_addr', elements: privateOf }],
      ['public_of', { kind: 'map', type: 'ipv4_addr : ipv4_addr', elements: publicOf }],
      ['class_of', { kind: 'map', type: 'ipv4_addr : classid', elements: classOf }],
      // With the port, as a forwarder must not use the public address of another.
      ['mapped', { kind: 'set', type: 'ifname . ipv4_addr', elements: mapped }],
    ],
    chains: [
      ['from_outside', [...program.blocks.map((block) => `ip saddr ${formatCidr(block)} drop`), 'accept']],
      // What is not mapped would go back where it came from.
      ['from_edge', [`oifname "${UPLINK}" reject with icmp type host-unreachable`, 'ct status dnat accept']],
      // As if there were no route, which there is not when no address of the network is mapped.
      ['to_edge', ['iifname . ip saddr @mapped accept', 'reject with icmp type net-unreachable']],
    ],
  };
}

/** One entry as one rule. `local` is the gate's own side: the sender at egress, the receiver at ingress. */
function renderEntry(entry: PolicyEntry, direction: 'egress' | 'ingress'): string {
  const [peerField, localField] = direction === 'egress' ? ['daddr', 'saddr'] : ['saddr', 'daddr'];
  const { match } = entry;
  const words: string[] = [];
  if (match.peer && 'groupId' in match.peer) words.push(`ip ${peerField} @${groupSetName(match.peer.groupId)}`);
  else if (match.peer && match.peer.cidr.prefix > 0) words.push(`ip ${peerField} ${formatCidr(match.peer.cidr)}`);
  if (match.local && match.local.prefix > 0) words.push(`ip ${localField} ${formatCidr(match.local)}`);
  words.push(...renderProtocol(match), entry.verdict);
  return words.join(' ');
}

function renderProtocol(match: Match): string[] {
  if (match.protocol === undefined) {
    if (match.ports || match.sourcePorts) throw new TypeError('ports need the protocol tcp or udp');
    return [];
  }
  const words: string[] = [];
  if (match.sourcePorts) words.push(`${match.protocol} sport ${renderRange(match.sourcePorts)}`);
  if (match.ports) words.push(`${match.protocol} dport ${renderRange(match.ports)}`);
  return words.length > 0 ? words : [`meta l4proto ${match.protocol}`];
}

function renderRange(range: { readonly from: number; readonly to: number }): string {
  return range.from === range.to ? String(range.from) : `${range.from}-${range.to}`;
}

function anchorName(policyId: string, direction: 'egress' | 'ingress'): string {
  return `${direction === 'egress' ? 'eg' : 'in'}_${digest(policyId)}`;
}

function groupSetName(groupId: string): string {
  return `g_${digest(groupId)}`;
}

/** Names for nftables, which knows neither `+` nor long names; 64 bits, so that two of a network never meet. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The rules as text, for people and golden tests. */
export function formatRuleset(ruleset: Ruleset): string {
  const lines: string[] = [];
  for (const table of [ruleset.inet, ruleset.arp]) {
    for (const [name, set] of table.sets) {
      lines.push(`${table.family} ${set.kind === 'map' ? 'map' : 'set'} ${name} { ${setType(set)} }`);
      for (const element of setElements(set)) lines.push(`  ${element}`);
    }
    for (const [name, rules] of table.chains) {
      lines.push(`${table.family} chain ${name}`, ...rules.map((rule) => `  ${rule}`));
    }
    for (const [name, chain] of table.base) {
      lines.push(`${table.family} chain ${name} { ${chain.hook} }`, ...chain.rules.map((rule) => `  ${rule}`));
    }
  }
  return lines.join('\n');
}

/** The `type` of a set's declaration. */
export function setType(set: NamedSet): string {
  return `type ${set.kind === 'addresses' ? 'ipv4_addr' : set.type}`;
}

/** The elements of a set in the words of nft. */
export function setElements(set: NamedSet): string[] {
  switch (set.kind) {
    case 'addresses':
      return set.members.map(formatIpv4);
    case 'set':
      return [...set.elements];
    case 'map':
      return Array.from(set.elements, ([key, value]) => `${key} : ${value}`);
  }
}
