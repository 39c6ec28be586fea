/** Random packets for a topology, aimed at the edges of its rules. */
import { addToIpv4, formatIpv4, parseIpv4 } from '../../src/values/ip.ts';
import type { Chooser } from '../model/seeded.ts';
import { INTERNET } from './generate.ts';
import type { Probe } from './oracle.ts';
import { type Instance, type Rule, type Topology, vpcOf } from './topology.ts';

const [ICMP, TCP, UDP, GRE] = [1, 6, 17, 47];
/** ESP, OSPF and one for experiments: only rules for every protocol are about them. */
const OTHERS = [50, 89, 253];
const NUMBERS: { readonly [protocol: string]: number } = { ICMP, TCP, UDP, GRE };
const PORTS = [1, 2, 22, 23, 53, 79, 80, 81, 90, 91, 443, 1023, 1024, 8080, 65_534, 65_535];
/** The edge's own address. */
const EDGE_ROUTER = '192.0.2.11';
const RESOLVERS = ['100.100.2.136', '100.100.2.138'];
/** Addresses that nobody has, and some that are none of a single host. */
const NOWHERE = [
  '8.8.8.8',
  '203.0.113.9',
  '100.64.0.1',
  '192.0.0.8',
  '198.18.0.99',
  '198.19.255.254',
  '10.255.255.254',
  EDGE_ROUTER,
];
const NOBODY = ['255.255.255.255', '224.0.0.5', '0.0.0.0'];

/** How often another packet is tried when one would meet the flow of an earlier one. */
const MOST_TRIES = 100;

/** How far packets reach that have different flows: fewer than `count` when the topology is too small for more. */
export function generateProbes(choose: Chooser, topology: Topology, count: number): Probe[] {
  const aims = new Aims(topology);
  const book = new FlowBook(topology);
  const probes: Probe[] = [];
  for (let tries = 0; probes.length < count && tries < MOST_TRIES; tries += 1) {
    const probe = aims.probe(choose);
    if (!book.take(probe)) continue;
    probes.push(probe);
    tries = 0;
  }
  return probes;
}

class Aims {
  readonly #topology: Topology;
  readonly #running: readonly Instance[];
  readonly #stopped: readonly Instance[];
  readonly #peers: ReadonlyMap<string, { readonly same: readonly Instance[]; readonly other: readonly Instance[] }>;
  readonly #gateways: readonly string[];

  constructor(topology: Topology) {
    this.#topology = topology;
    this.#running = topology.instances.filter((each) => each.Status === 'Running');
    this.#stopped = topology.instances.filter((each) => each.Status === 'Stopped');
    this.#peers = new Map(
      topology.instances.map((each) => {
        const vpc = vpcOf(topology, each);
        const same = this.#running.filter((one) => one.name !== each.name && vpcOf(topology, one) === vpc);
        return [each.name, { same, other: topology.instances.filter((one) => vpcOf(topology, one) !== vpc) }];
      }),
    );
    this.#gateways = topology.vswitches.map(({ CidrBlock }) => fromEnd(CidrBlock, 2));
  }

  probe(choose: Chooser): Probe {
    const sender = this.#sender(choose);
    const source = this.#source(choose, sender);
    const [destination, receiver] = this.#destination(choose, sender);
    const rule = this.#rule(choose, sender, receiver);
    const protocol = this.#protocol(choose, rule, destination);
    const ported = protocol === TCP || protocol === UDP;
    return {
      from: sender?.name ?? 'internet',
      protocol,
      source,
      destination,
      sourcePort: ported ? port(choose, rule?.SourcePortRange, () => 1 + choose.below(65_535)) : 0,
      destinationPort: ported ? this.#port(choose, rule, destination) : 0,
    };
  }

  #port(choose: Chooser, rule: Rule | undefined, destination: string): number {
    if (RESOLVERS.includes(destination) && choose.oneIn(2)) return 53;
    return port(choose, rule?.PortRange, () => choose.of(PORTS));
  }

  /** Undefined: the host beyond the edge. */
  #sender(choose: Chooser): Instance | undefined {
    if (choose.oneIn(7) || this.#running.length === 0) return undefined;
    if (this.#stopped.length > 0 && choose.oneIn(100)) return choose.of(this.#stopped);
    // Others have no way out.
    const able = this.#running.filter((each) => this.#topology.eips.some((eip) => eip.instance === each.name));
    return choose.of(able.length > 0 && choose.oneIn(3) ? able : this.#running);
  }

  #source(choose: Chooser, sender: Instance | undefined): string {
    const own = sender?.PrivateIpAddress ?? INTERNET;
    if (!choose.oneIn(24)) return own;
    return choose.of([
      ...this.#topology.instances.map((each) => each.PrivateIpAddress),
      ...this.#topology.eips.map((each) => each.IpAddress),
      ...this.#gateways,
      ...NOWHERE,
      INTERNET,
    ]);
  }

  /** The address, and whose it is when it may be reached by it. */
  #destination(choose: Chooser, sender: Instance | undefined): readonly [string, Instance | undefined] {
    const { eips, vswitches, instances } = this.#topology;
    const lot = choose.below(100);
    const inPublic = (): readonly [string, Instance | undefined] => {
      const leading = eips.filter((each) => each.instance !== undefined);
      const eip = choose.of(leading.length > 0 && !choose.oneIn(8) ? leading : eips);
      return [eip.IpAddress, instances.find((each) => each.name === eip.instance)];
    };
    if (sender === undefined) {
      if (lot < 80) return inPublic();
      if (lot < 90) return [choose.of(instances).PrivateIpAddress, undefined];
      return [choose.of([...NOWHERE, ...NOBODY, ...this.#gateways]), undefined];
    }
    const { same = [], other = [] } = this.#peers.get(sender.name) ?? {};
    const inPrivate = (): readonly [string, Instance] => {
      const receiver = choose.of(same);
      return [receiver.PrivateIpAddress, receiver];
    };
    if (lot < 50 && same.length > 0) return inPrivate();
    if (lot < 53 && this.#stopped.length > 0) return this.#notItself(choose.of(this.#stopped).PrivateIpAddress, sender);
    if (lot < 57 && other.length > 0) return this.#notItself(choose.of(other).PrivateIpAddress, sender);
    if (lot < 80) return inPublic();
    if (lot < 88) return [INTERNET, undefined];
    if (lot < 92) return [choose.of(this.#gateways), undefined];
    if (lot < 96)
      return this.#notItself(choose.of(vswitches.flatMap(({ CidrBlock }) => unassigned(CidrBlock))), sender);
    if (lot < 98) return [choose.of(RESOLVERS), undefined];
    return [choose.of([...NOWHERE, ...NOBODY]), undefined];
  }

  /** What somebody sends to himself by his private address never leaves him. */
  #notItself(address: string, sender: Instance): readonly [string, undefined] {
    return [address === sender.PrivateIpAddress ? INTERNET : address, undefined];
  }

  /** A rule that may be asked about the packet. */
  #rule(choose: Chooser, sender: Instance | undefined, receiver: Instance | undefined): Rule | undefined {
    if (choose.oneIn(4)) return undefined;
    const asked = this.#topology.rules.filter(
      ({ group, direction }) =>
        (direction === 'egress' && sender?.groups.includes(group)) ||
        (direction === 'ingress' && receiver?.groups.includes(group)),
    );
    return asked.length > 0 ? choose.of(asked) : undefined;
  }

  #protocol(choose: Chooser, rule: Rule | undefined, destination: string): number {
    // Questions over UDP are limited in number, so whether one more is answered is not a matter of rules.
    if (RESOLVERS.includes(destination)) return choose.of([TCP, TCP, ICMP]);
    if (this.#gateways.includes(destination) && choose.oneIn(2)) return ICMP;
    const number = rule && !choose.oneIn(8) ? NUMBERS[rule.IpProtocol] : undefined;
    return number ?? choose.of([TCP, TCP, TCP, UDP, UDP, ICMP, GRE, ...OTHERS]);
  }
}

/** At an edge of the range, or one beyond; else whatever `free` gives. */
function port(choose: Chooser, range: string | undefined, free: () => number): number {
  const [from = -1, to = -1] = (range ?? '').split('/').map(Number);
  if (from < 1 || choose.oneIn(3)) return free();
  const edge = choose.of([from - 1, from, to, to + 1]);
  return edge < 1 || edge > 65_535 ? from : edge;
}

/**
 * Keeps packets of a batch from meeting each other's flows: the second packet of a flow, or one that runs against it,
 * passes without asking any rule, and so says nothing about them.
 */
class FlowBook {
  readonly #taken = new Set<string>();
  readonly #ownerOf = new Map<string, string>();
  readonly #vpcOf = new Map<string, string>();

  constructor(topology: Topology) {
    this.#ownerOf.set(INTERNET, 'internet');
    for (const instance of topology.instances) {
      const vpc = vpcOf(topology, instance);
      this.#vpcOf.set(instance.name, vpc);
      this.#ownerOf.set(`${vpc} ${instance.PrivateIpAddress}`, instance.name);
    }
    for (const { IpAddress, instance } of topology.eips) {
      if (instance === undefined) continue;
      this.#ownerOf.set(IpAddress, instance);
    }
  }

  /** False when the packet would meet an earlier one; else it is noted. */
  take(probe: Probe): boolean {
    const { from, protocol, source, destination, sourcePort, destinationPort } = probe;
    const exact = [from, protocol, source, destination, sourcePort, destinationPort].join(' ');
    const ported = sourcePort !== 0;
    const to =
      this.#ownerOf.get(destination) ?? this.#ownerOf.get(`${this.#vpcOf.get(from)} ${destination}`) ?? destination;
    // Who talks to himself so that both directions look the same gets no answer that could be told from the question.
    if (to === from && sourcePort === destinationPort && protocol !== ICMP) return false;
    // Which address it goes to does not matter here: translation may make two the same.
    const [there, back] = ported
      ? [`${protocol} ${sourcePort}>${destinationPort}`, `${protocol} ${destinationPort}>${sourcePort}`]
      : [`${protocol} ${from}>${to}`, `${protocol} ${to}>${from}`];
    // An echo request is no answer to another.
    if (this.#taken.has(exact) || (protocol !== ICMP && this.#taken.has(back))) return false;
    this.#taken.add(exact);
    this.#taken.add(there);
    return true;
  }
}

/** First, some and last addresses of a block that no instance has. */
function unassigned(CidrBlock: string): string[] {
  const [base = ''] = CidrBlock.split('/');
  const first = parseIpv4(base);
  if (first === undefined) throw new TypeError(CidrBlock);
  const between = [0, 5].map((count) => formatIpv4(addToIpv4(first, count)));
  return [...between, fromEnd(CidrBlock, 0), fromEnd(CidrBlock, 1)];
}

/** The address so many before the last of the block. */
function fromEnd(CidrBlock: string, count: number): string {
  const [base = '', prefix] = CidrBlock.split('/');
  const first = parseIpv4(base);
  if (first === undefined) throw new TypeError(CidrBlock);
  return formatIpv4(addToIpv4(first, 2 ** (32 - Number(prefix)) - 1 - count));
}
