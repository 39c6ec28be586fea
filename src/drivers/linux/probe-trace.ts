/**
 * What the kernel tells of a traced packet (NFT_MSG_TRACE of nfnetlink), read and put in order. Pure.
 *
 * A base chain that the kernel enters tells with its first rule that matches the headers of the packet as it comes there,
 * then each other rule that does, and at last what decided. One walk through the base chains of a network, from prerouting on, is a visit; a packet may
 * visit a network twice. Visits are told apart by the time to live, of which every router takes one.
 */
import { type Headers, readHeaders } from './probe-frame.ts';

/** One message about a traced packet. */
export interface TraceEvent {
  readonly table: string;
  readonly chain: string;
  /** Tells the packets of one network apart; not the same for one packet everywhere. */
  readonly packetId: number;
  /** A rule that matched, or the policy of the base chain that decided. */
  readonly by: { readonly handle: number } | 'policy' | 'return';
  readonly verdict: Verdict;
  /** Told by the first rule that matches in a base chain. */
  readonly headers?: Headers;
  readonly inLink?: number;
  readonly outLink?: number;
}

type Verdict = 'accept' | 'drop' | 'continue' | 'other';

/** Type of the message: subsystem nftables (10), NFT_MSG_TRACE (17). */
const TRACE_MESSAGE = (10 << 8) | 17;
const [NETLINK_HEADER, NETFILTER_HEADER, ATTRIBUTE_HEADER] = [16, 4, 4];

/** Attributes NFTA_TRACE_…, by number. */
const ATTRIBUTE = {
  table: 1,
  chain: 2,
  ruleHandle: 3,
  type: 4,
  verdict: 5,
  id: 6,
  networkHeader: 8,
  transportHeader: 9,
  inLink: 10,
  outLink: 12,
  policy: 16,
} as const;
/** NFTA_VERDICT_CODE */
const VERDICT_CODE = 1;
/** NFT_TRACETYPE_… */
const [TYPE_POLICY, TYPE_RETURN, TYPE_RULE] = [1, 2, 3];

/** The trace messages in what a netlink socket has received; others are left out. */
export function readTrace(bytes: Uint8Array): TraceEvent[] {
  const events: TraceEvent[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Headers of netlink are in the machine's order, which is little-endian wherever Node runs; values are not.
  for (let at = 0; at + NETLINK_HEADER <= bytes.length; ) {
    const length = view.getUint32(at, true);
    if (length < NETLINK_HEADER || at + length > bytes.length) break;
    if (view.getUint16(at + 4, true) === TRACE_MESSAGE) {
      const event = readEvent(bytes.subarray(at + NETLINK_HEADER + NETFILTER_HEADER, at + length));
      if (event) events.push(event);
    }
    at += aligned(length);
  }
  return events;
}

function readEvent(bytes: Uint8Array): TraceEvent | undefined {
  const attributes = readAttributes(bytes);
  const text = (type: number) => new TextDecoder().decode(attributes.get(type) ?? new Uint8Array()).replace(/\0$/, '');
  const number = (type: number) => {
    const value = attributes.get(type);
    return value && value.length >= 4 ? viewOf(value).getUint32(0) : undefined;
  };
  const [type, packetId] = [number(ATTRIBUTE.type), number(ATTRIBUTE.id)];
  if (packetId === undefined) return undefined;
  const header = attributes.get(ATTRIBUTE.networkHeader);
  const headers = header && readHeaders(header, attributes.get(ATTRIBUTE.transportHeader));
  const [inLink, outLink] = [number(ATTRIBUTE.inLink), number(ATTRIBUTE.outLink)];
  const common = {
    table: text(ATTRIBUTE.table),
    chain: text(ATTRIBUTE.chain),
    packetId,
    ...(headers ? { headers } : {}),
    ...(inLink === undefined ? {} : { inLink }),
    ...(outLink === undefined ? {} : { outLink }),
  };
  if (type === TYPE_POLICY) return { ...common, by: 'policy', verdict: verdictOf(number(ATTRIBUTE.policy)) };
  const code = readAttributes(attributes.get(ATTRIBUTE.verdict) ?? new Uint8Array()).get(VERDICT_CODE);
  const verdict = verdictOf(code && viewOf(code).getUint32(0));
  if (type === TYPE_RETURN) return { ...common, by: 'return', verdict };
  const handle = attributes.get(ATTRIBUTE.ruleHandle);
  if (type !== TYPE_RULE || handle?.length !== 8) return undefined;
  return { ...common, by: { handle: Number(viewOf(handle).getBigUint64(0)) }, verdict };
}

function readAttributes(bytes: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  const view = viewOf(bytes);
  for (let at = 0; at + ATTRIBUTE_HEADER <= bytes.length; ) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER || at + length > bytes.length) break;
    // The two highest bits say how the value is held.
    found.set(view.getUint16(at + 2, true) & 0x3fff, bytes.subarray(at + ATTRIBUTE_HEADER, at + length));
    at += aligned(length);
  }
  return found;
}

const aligned = (length: number): number => (length + 3) & ~3;
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const CONTINUE = 0xffffffff;

function verdictOf(code: number | undefined): Verdict {
  if (code === 0) return 'drop';
  if (code === 1) return 'accept';
  return code === CONTINUE ? 'continue' : 'other';
}

/** What one base chain did with the packet. */
export interface ChainPassed {
  readonly table: string;
  /** The base chain, then those that were gone to. */
  readonly chains: readonly string[];
  readonly headers: Headers;
  readonly inLink: number | undefined;
  readonly outLink: number | undefined;
  /** Rules that matched, in order, each with its chain. */
  readonly rules: readonly { readonly chain: string; readonly handle: number }[];
  /** Undefined while the base chain has not told. */
  readonly verdict: 'accept' | 'drop' | undefined;
}

interface Passing extends ChainPassed {
  readonly chains: string[];
  readonly rules: { chain: string; handle: number }[];
  verdict: 'accept' | 'drop' | undefined;
}

/** A walk of the packet through one network. */
export interface Visit {
  readonly networkId: string;
  readonly passed: readonly ChainPassed[];
}

/** Collects events of several networks; asks `isOurs` which packets are meant. */
export class TraceBook {
  readonly #isOurs: (headers: Headers) => boolean;
  /** By network, in the order of their coming. */
  readonly #passed = new Map<string, Passing[]>();
  /** By network and packet: the base chain that it is in. */
  readonly #open = new Map<string, Passing | undefined>();

  constructor(isOurs: (headers: Headers) => boolean) {
    this.#isOurs = isOurs;
  }

  /** Whether the event was about our packet. */
  note(networkId: string, event: TraceEvent): boolean {
    const key = `${networkId} ${event.packetId}`;
    const before = this.#open.get(key);
    // A base chain in which no rule matches tells no headers: it has those of the one before, which has decided by then.
    if (event.headers) this.#open.set(key, this.#enter(networkId, event, event.headers));
    else if (before?.verdict) this.#open.set(key, this.#enter(networkId, { ...before, ...event }, before.headers));
    const passing = this.#open.get(key);
    if (!passing) return false;
    if (passing.chains.at(-1) !== event.chain) passing.chains.push(event.chain);
    if (typeof event.by === 'object') passing.rules.push({ chain: event.chain, handle: event.by.handle });
    if (event.verdict === 'accept' || event.verdict === 'drop') passing.verdict = event.verdict;
    return true;
  }

  #enter(
    networkId: string,
    { table, inLink, outLink }: Pick<ChainPassed, 'table' | 'inLink' | 'outLink'> | TraceEvent,
    headers: Headers,
  ): Passing | undefined {
    if (!this.#isOurs(headers)) return undefined;
    const passing: Passing = { table, chains: [], headers, inLink, outLink, rules: [], verdict: undefined };
    this.#passed.set(networkId, [...(this.#passed.get(networkId) ?? []), passing]);
    return passing;
  }

  /** The visits in the order in which they happened. `begins`: name of the base chain that is entered first. */
  visits(begins: string): Visit[] {
    const visits: { networkId: string; passed: ChainPassed[] }[] = [];
    for (const [networkId, all] of this.#passed) {
      for (const passing of all) {
        if (passing.chains[0] === begins) visits.push({ networkId, passed: [passing] });
        else visits.findLast((visit) => visit.networkId === networkId)?.passed.push(passing);
      }
    }
    const timeToLive = ({ passed }: Visit) => passed[0]?.headers.timeToLive ?? 0;
    return visits.sort((a, b) => timeToLive(b) - timeToLive(a));
  }
}
