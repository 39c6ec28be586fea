/**
 * What became of a probe, concluded from what was seen of it. Pure.
 *
 * A packet that is dropped by a rule is seen to be dropped; one that a card has received is seen there; one that a
 * router keeps for itself passes its input chain. What the kernel's routing throws away leaves no trace of its own: its
 * router tells the sender (ICMP), or, when it has told it too often of late, says so when asked for the route.
 */
import type { Packet, ProbeAnswer, ProbeEnd, ProbePlace, ProbeStep } from '../../realize/driver.ts';
import { EDGE, type NetworkProgram, type PolicyEntry } from '../../realize/program.ts';
import { WORLD_LINK } from './edge.ts';
import { PROBE_TABLE } from './found.ts';
import { hostNames } from './links.ts';
import { type Headers, type Probe, readAnswer, readFrame } from './probe-frame.ts';
import { type ChainPassed, TraceBook, type TraceEvent, type Visit } from './probe-trace.ts';

/** Base chains of the table that marks the probe: the first that is entered in a network and the last. */
export const [BEGINS, ENDS] = ['begins', 'ends'];

/** Names of links by their numbers, by network. */
export type LinkNames = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Somebody whose card the probe may come to. */
export type Receiver = Extract<ProbeEnd, { kind: 'arrived' }>['at'];

/** The end as far as evidence tells it; what dropped it is named once the words of rules are known. */
export type EarlyEnd =
  | Exclude<ProbeEnd, { kind: 'refused' | 'unsent' | 'unknown' }>
  | { readonly kind: 'dropped'; readonly networkId: string; readonly by: ChainPassed }
  | Lost;

/** Thrown away by routing, as far as it was followed. */
export interface Lost {
  readonly kind: 'lost';
  readonly networkId: string;
  /** The link that it came by. */
  readonly inLink: string | undefined;
  readonly packet: Packet;
}

export class Evidence {
  readonly #probe: Probe;
  readonly #links: LinkNames;
  readonly #book: TraceBook;
  #arrivedAt: Receiver | undefined;
  #answer: ProbeAnswer | undefined;

  constructor(probe: Probe, links: LinkNames) {
    this.#probe = probe;
    this.#links = links;
    this.#book = new TraceBook((headers) => this.#isOurs(headers));
  }

  /** Each tells whether it was about the probe. */
  trace(networkId: string, event: TraceEvent): boolean {
    return this.#book.note(networkId, event);
  }

  arrived(receiver: Receiver, frame: Uint8Array): boolean {
    const headers = readFrame(frame);
    if (!headers || !this.#isOurs(headers)) return false;
    this.#arrivedAt = receiver;
    return true;
  }

  heard(frame: Uint8Array): boolean {
    const answer = readAnswer(frame, this.#probe);
    // The first one counts: after a SYN-ACK the sender's own kernel ends what it never began.
    this.#answer ??= answer;
    return answer !== undefined;
  }

  get answer(): ProbeAnswer | undefined {
    return this.#answer;
  }

  /** Whether a router or the receiver has said that it cannot be delivered. */
  get toldUnreachable(): boolean {
    return this.#answer?.endsWith('unreachable') === true;
  }

  /** Where the packet has been, in order. */
  visits(): Visit[] {
    return this.#book.visits(BEGINS);
  }

  /** What is certain by now; undefined when nothing is. */
  end(): EarlyEnd | undefined {
    if (this.#arrivedAt) return { kind: 'arrived', at: this.#arrivedAt };
    for (const { networkId, passed } of this.visits()) {
      const by = passed.find((each) => each.verdict === 'drop');
      if (by) return { kind: 'dropped', networkId, by };
      const itself = passed.some(({ chains, verdict }) => chains[0] === 'router_input' && verdict === 'accept');
      if (itself) return { kind: 'answered', networkId };
      const world = passed.some((each) => each.chains[0] === ENDS && this.#nameOf(networkId, each) === WORLD_LINK);
      if (world && networkId === EDGE) return { kind: 'left' };
    }
    return undefined;
  }

  #nameOf(networkId: string, { outLink }: ChainPassed): string | undefined {
    return outLink === undefined ? undefined : this.#links.get(networkId)?.get(outLink);
  }

  /** Where routing must have thrown it away when it did: after prerouting, before anything else. */
  lost(): Lost | undefined {
    const last = this.visits().at(-1);
    const entered = last?.passed[0];
    if (!last || !entered) return undefined;
    const routed = last.passed.some(({ chains }) => PAST_ROUTING.has(chains[0] ?? ''));
    if (routed) return undefined;
    const { networkId } = last;
    const inLink = entered.inLink === undefined ? undefined : this.#links.get(networkId)?.get(entered.inLink);
    return { kind: 'lost', networkId, inLink, packet: entered.headers.packet };
  }

  #isOurs({ ident, packet }: Headers): boolean {
    const mine = this.#probe.packet;
    return (
      ident === this.#probe.ident &&
      packet.protocol === mine.protocol &&
      packet.sourcePort === mine.sourcePort &&
      packet.destinationPort === mine.destinationPort
    );
  }
}

const PAST_ROUTING = new Set(['egress_gate', 'ingress_gate', 'cap', 'leave', 'forward', 'router_input', ENDS]);

/** The words of the rules of chains, as the kernel lists them, by chain: in order, each with its handle. */
export type ListedRules = ReadonlyMap<string, readonly { readonly handle: number; readonly words: string }[]>;

/** Reads what `nft -a list chain` says of several chains of one table. */
export function readChains(listing: string): ListedRules {
  const chains = new Map<string, { handle: number; words: string }[]>();
  let current: { handle: number; words: string }[] | undefined;
  for (const line of listing.split('\n')) {
    const chain = /^\tchain (\S+) \{/.exec(line)?.[1];
    if (chain !== undefined) {
      current = [];
      chains.set(chain, current);
      continue;
    }
    const [, words = '', handle] = /^\t\t(.+) # handle (\d+)$/.exec(line) ?? [];
    if (handle !== undefined) current?.push({ handle: Number(handle), words });
  }
  return chains;
}

/** What is needed to say in the words of the program what the kernel's rules did. */
export interface Wording {
  readonly links: LinkNames;
  /** By network. */
  readonly rules: ReadonlyMap<string, ListedRules>;
  readonly programs: ReadonlyMap<string, NetworkProgram>;
}

/** What the packet met, without what let it pass unasked. */
export function stepsOf(visits: readonly Visit[], wording: Wording): ProbeStep[] {
  return visits.flatMap(({ networkId, passed }) =>
    passed
      .filter(({ table, rules, verdict }) => table !== PROBE_TABLE && (rules.length > 0 || verdict === 'drop'))
      .map((each) => stepOf(networkId, each, wording)),
  );
}

export function stepOf(networkId: string, passed: ChainPassed, wording: Wording): ProbeStep {
  const last = passed.rules.at(-1);
  const listed = wording.rules.get(networkId)?.get(last?.chain ?? '');
  const position = listed?.findIndex(({ handle }) => handle === last?.handle) ?? -1;
  const decidedByRule = last !== undefined && !(passed.verdict === 'drop' && passed.chains.at(-1) !== last.chain);
  return {
    ...placeOf(networkId, passed, position, wording),
    packet: passed.headers.packet,
    chain: passed.chains.join(' > '),
    rule: (decidedByRule ? listed?.[position]?.words : undefined) ?? `policy ${passed.verdict ?? 'accept'}`,
    verdict: passed.verdict ?? 'accept',
  };
}

/** The place in the words of path analysis. `position`: of the last rule that matched, in its chain. */
function placeOf(networkId: string, passed: ChainPassed, position: number, wording: Wording): ProbePlace {
  if (networkId === EDGE) return { networkId, kind: 'edge' };
  const links = wording.links.get(networkId);
  const program = wording.programs.get(networkId);
  const portAt = (link: number | undefined) => {
    const name = link === undefined ? undefined : links?.get(link);
    const names = hostNames(program?.ports ?? []);
    return program?.ports.find(({ id }) => names.get(id) === name);
  };
  switch (passed.chains[0]) {
    case 'spoof': {
      // From the edge it is the router that takes no private sources.
      const port = portAt(passed.inLink);
      return port ? { networkId, kind: 'source-check', portId: port.id } : { networkId, kind: 'router' };
    }
    case 'arrive':
    case 'leave':
      return { networkId, kind: 'translation' };
    case 'cap':
      return { networkId, kind: 'cap' };
    case 'egress_gate':
    case 'ingress_gate': {
      const direction = passed.chains[0] === 'egress_gate' ? 'egress' : 'ingress';
      const port = portAt(direction === 'egress' ? passed.inLink : passed.outLink);
      // Towards the edge and from it the router asks for translations, not for the rules of groups.
      if (!port) return { networkId, kind: 'router' };
      const policy = program?.policies.find(({ id }) => id === port.policyId);
      const isContent = passed.rules.at(-1)?.chain.startsWith('c_') === true;
      const entry: PolicyEntry | undefined = isContent ? policy?.[direction][position] : undefined;
      const gate = { networkId, kind: 'gate', direction, portId: port.id } as const;
      return entry ? { ...gate, position, entry } : gate;
    }
    default:
      return { networkId, kind: 'router' };
  }
}
