/**
 * What must become of a packet, read straight from the requirements and the walk of a packet (docs/guides/packet-walk.md),
 * from what was asked of the API. Knows nothing of how Yunlan works: it shares no code with compiler, path analysis or
 * drivers, not even for addresses, so that no fault of theirs can be its own.
 */
import ipaddr from 'ipaddr.js';
import type { Instance, Rule, Topology } from './topology.ts';

/** A packet that begins a flow, as its sender sends it. */
export interface Probe {
  /** Name of an instance, or `internet`. */
  readonly from: string;
  /** IP protocol number. An ICMP packet is an echo request. */
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** 0 where the protocol has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export type Verdict =
  /** `at` is the name of an instance, `internet`, or `router`; `source` and `destination` are what it sees there. */
  | { readonly at: string; readonly source: string; readonly destination: string; readonly why: string }
  | { readonly at: undefined; readonly why: string };

const INTERNET = '192.0.2.10';
/** The edge's own address. */
const EDGE_ROUTER = '192.0.2.11';
const RESOLVERS = ['100.100.2.136', '100.100.2.138'];
const [ICMP, TCP, UDP, GRE] = [1, 6, 17, 47];
const NUMBERS: { readonly [protocol: string]: number } = { ICMP, TCP, UDP, GRE };

type Block = readonly [ipaddr.IPv4, number];

interface ReadRule {
  readonly group: string;
  readonly direction: Rule['direction'];
  readonly accepts: boolean;
  readonly priority: number;
  /** Undefined: every protocol. */
  readonly protocol: number | undefined;
  readonly ports: readonly [number, number];
  readonly sourcePorts: readonly [number, number];
  readonly peer: readonly Block[] | { readonly members: ReadonlySet<string> };
  readonly own: Block | undefined;
}

interface Host {
  readonly instance: Instance;
  readonly vpc: string;
  readonly groups: ReadonlySet<string>;
  /** Rules of all its groups. */
  readonly rules: readonly ReadRule[];
  /** Addresses that reach it before any rule is asked. */
  readonly inner: ReadonlySet<string>;
  readonly outboundOpen: boolean;
  readonly eip: string | undefined;
}

/** A judge of packets in a topology; reads it once. */
export function createOracle(topology: Topology): (probe: Probe) => Verdict {
  const vswitches = new Map(topology.vswitches.map((vswitch) => [vswitch.name, vswitch]));
  const groups = new Map(topology.groups.map((group) => [group.name, group]));
  const vpcOf = (instance: Instance) => vswitches.get(instance.vswitch)?.vpc ?? '';

  const membersOf = new Map<string, Set<string>>(topology.groups.map((group) => [group.name, new Set()]));
  for (const { groups: names, PrivateIpAddress } of topology.instances) {
    for (const name of names) membersOf.get(name)?.add(PrivateIpAddress);
  }
  const lists = new Map(topology.prefixLists.map((list) => [list.name, list.Entry.map(readBlock)]));
  const rules = topology.rules.map((rule) => readRule(rule, membersOf, lists));

  // N4, A3: only who runs has a card in its network, and only then does its public address lead anywhere.
  const running = topology.instances.filter((instance) => instance.Status === 'Running');
  const hosts = new Map<string, Host>();
  const byPrivate = new Map<string, Host>();
  const byPublic = new Map<string, Host>();
  for (const instance of running) {
    const own = instance.groups.flatMap((name) => groups.get(name) ?? []);
    // N9: basic groups let members talk to each other, unless that was changed; advanced ones don't.
    const inner = own.filter((group) => group.SecurityGroupType === 'normal' && group.InnerAccessPolicy === 'Accept');
    const host: Host = {
      instance,
      vpc: vpcOf(instance),
      groups: new Set(instance.groups),
      rules: rules.filter((rule) => instance.groups.includes(rule.group)),
      inner: new Set(inner.flatMap((group) => [...(membersOf.get(group.name) ?? [])])),
      outboundOpen: own.every((group) => group.SecurityGroupType === 'normal'),
      eip: topology.eips.find((eip) => eip.instance === instance.name)?.IpAddress,
    };
    hosts.set(instance.name, host);
    byPrivate.set(`${host.vpc} ${instance.PrivateIpAddress}`, host);
    if (host.eip !== undefined) byPublic.set(host.eip, host);
  }
  // Third from the end of each VSwitch.
  const gateways = new Set(
    topology.vswitches.map(({ vpc, CidrBlock }) => {
      const last = ipaddr.IPv4.broadcastAddressFromCIDR(CidrBlock).toByteArray();
      return `${vpc} ${[...last.slice(0, 3), (last[3] ?? 0) - 2].join('.')}`;
    }),
  );
  const blockOfVpc = new Map(topology.vpcs.map((vpc) => [vpc.name, ipaddr.IPv4.parseCIDR(vpc.CidrBlock)]));

  /** At the public edge: only public addresses that lead to somebody, the host beyond it, and ping of the edge itself. */
  const toPublic = (probe: Probe, source: string): Verdict => {
    if (probe.destination === EDGE_ROUTER) {
      return probe.protocol === ICMP ? router(probe) : refused('the edge answers only ping');
    }
    if (probe.destination === INTERNET) return { at: 'internet', source, destination: INTERNET, why: 'out' };
    const receiver = byPublic.get(probe.destination);
    if (receiver === undefined) return refused('the public address leads to nobody who runs');
    // Whoever speaks to himself so that an answer would look the same is answering himself: answers meet no rule.
    const { protocol, sourcePort, destinationPort } = probe;
    if (source === probe.destination && sourcePort === destinationPort && protocol !== ICMP) {
      return { at: probe.from, source, destination: receiver.instance.PrivateIpAddress, why: 'an answer to itself' };
    }
    return ingress(receiver, probe, source);
  };

  return (probe) => {
    const { source, destination, protocol, destinationPort } = probe;
    if (probe.from === 'internet') {
      // X2
      if (source !== INTERNET) return refused('a foreign source from outside');
      return toPublic(probe, INTERNET);
    }
    const sender = hosts.get(probe.from);
    if (sender === undefined) return refused('the sender does not run');
    if (source !== sender.instance.PrivateIpAddress) return refused('a foreign source');

    // The router of the network answers for itself, and no rule is asked.
    if (gateways.has(`${sender.vpc} ${destination}`)) {
      return protocol === ICMP ? router(probe) : refused('a gateway answers only ping');
    }
    if (RESOLVERS.includes(destination)) {
      const asked = (protocol === TCP || protocol === UDP) && destinationPort === 53;
      return asked ? router(probe) : refused('a resolver answers only questions');
    }
    const vpcBlock = blockOfVpc.get(sender.vpc);
    if (vpcBlock === undefined) throw new Error(`no VPC ${sender.vpc}`);
    if (ipaddr.IPv4.parse(destination).match(vpcBlock)) {
      // N2: the addresses of its own network are all that it can mean.
      const receiver = byPrivate.get(`${sender.vpc} ${destination}`);
      if (receiver === undefined) return refused('nobody who runs has the private address');
      return egress(sender, probe) ?? ingress(receiver, probe, source);
    }
    // F12: without a public address there is no way out.
    if (sender.eip === undefined) return refused('the sender has no public address');
    return egress(sender, probe) ?? toPublic(probe, sender.eip);
  };
}

function refused(why: string): Verdict {
  return { at: undefined, why };
}

function router({ source, destination }: Probe): Verdict {
  return { at: 'router', source, destination, why: 'the router answers' };
}

/** The sender's gate: it sees its own private address, and the receiver's as it was asked for. */
function egress(sender: Host, probe: Probe): Verdict | undefined {
  const peer = probe.destination;
  const why = gate(sender, 'egress', peer, probe, sender.outboundOpen);
  return why.accepts ? undefined : refused(`egress: ${why.words}`);
}

/** The receiver's gate: it sees its own private address, and the sender's public one if that is what it comes by. */
function ingress(receiver: Host, probe: Probe, peer: string): Verdict {
  const why = gate(receiver, 'ingress', peer, probe, false);
  if (!why.accepts) return refused(`ingress: ${why.words}`);
  const { name, PrivateIpAddress } = receiver.instance;
  return { at: name, source: peer, destination: PrivateIpAddress, why: `ingress: ${why.words}` };
}

/** N9: inner access, then rules by priority over all groups, drop before accept at equal priority, then the default. */
function gate(
  host: Host,
  direction: Rule['direction'],
  peer: string,
  probe: Probe,
  open: boolean,
): { readonly accepts: boolean; readonly words: string } {
  if (host.inner.has(peer)) return { accepts: true, words: 'inner access' };
  const asked = host.rules.filter(
    (rule) => rule.direction === direction && matches(rule, host.instance.PrivateIpAddress, peer, probe),
  );
  if (asked.length === 0) return { accepts: open, words: 'by default' };
  const first = Math.min(...asked.map((rule) => rule.priority));
  const accepts = asked.every((rule) => rule.priority > first || rule.accepts);
  return { accepts, words: `priority ${first}` };
}

function matches(rule: ReadRule, own: string, peer: string, probe: Probe): boolean {
  if (rule.protocol !== undefined && rule.protocol !== probe.protocol) return false;
  if (!within(rule.ports, probe.destinationPort) || !within(rule.sourcePorts, probe.sourcePort)) return false;
  if (rule.own && !lies(own, rule.own)) return false;
  return 'members' in rule.peer ? rule.peer.members.has(peer) : rule.peer.some((block) => lies(peer, block));
}

/** −1/−1 is every port. */
function within([from, to]: readonly [number, number], port: number): boolean {
  return from === -1 || (from <= port && port <= to);
}

const parsed = new Map<string, ipaddr.IPv4>();

function lies(address: string, block: Block): boolean {
  let read = parsed.get(address);
  if (read === undefined) {
    read = ipaddr.IPv4.parse(address);
    parsed.set(address, read);
  }
  return read.match(block[0], block[1]);
}

function readRule(
  rule: Rule,
  membersOf: ReadonlyMap<string, ReadonlySet<string>>,
  lists: ReadonlyMap<string, readonly Block[]>,
): ReadRule {
  const inbound = rule.direction === 'ingress';
  const peerBlock = inbound ? rule.SourceCidrIp : rule.DestCidrIp;
  const peerGroup = inbound ? rule.SourceGroupId : rule.DestGroupId;
  const peerList = inbound ? rule.SourcePrefixListId : rule.DestPrefixListId;
  const ownBlock = inbound ? rule.DestCidrIp : rule.SourceCidrIp;
  const byName = () => lists.get(peerList ?? '') ?? { members: membersOf.get(peerGroup ?? '') ?? new Set<string>() };
  return {
    group: rule.group,
    direction: rule.direction,
    accepts: rule.Policy === 'accept',
    priority: rule.Priority,
    protocol: rule.IpProtocol === 'ALL' ? undefined : NUMBERS[rule.IpProtocol],
    ports: readRange(rule.PortRange),
    sourcePorts: readRange(rule.SourcePortRange ?? '-1/-1'),
    // A block wins over a group that is given too.
    peer: peerBlock === undefined ? byName() : [readBlock(peerBlock)],
    own: ownBlock === undefined ? undefined : readBlock(ownBlock),
  };
}

function readRange(text: string): readonly [number, number] {
  const [from = '', to = ''] = text.split('/');
  return [Number(from), Number(to)];
}

function readBlock(text: string): Block {
  return text.includes('/') ? ipaddr.IPv4.parseCIDR(text) : [ipaddr.IPv4.parse(text), 32];
}
