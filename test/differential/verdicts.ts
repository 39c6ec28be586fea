/**
 * The three verdicts about one packet in words that can be compared: what must become of it, what path analysis says, and
 * what was seen.
 */
import type { Packet, Path } from '../../src/realize/path/path.ts';
import { formatIpv4, type Ipv4, parseIpv4 } from '../../src/values/ip.ts';
import type { Probe, Verdict } from './oracle.ts';
import type { Seen } from './prober.ts';

/** Where a packet ended and bearing which addresses; `nowhere` and nothing when it did not arrive. */
export interface Outcome {
  readonly at: string;
  readonly source?: string;
  readonly destination?: string;
}

const [TCP, UDP] = [6, 17];

/** Whether rules speak of its ports. */
export function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP;
}

export function outcomeOfOracle(verdict: Verdict): Outcome {
  if (verdict.at === undefined) return { at: 'nowhere' };
  if (verdict.at === 'router') return { at: 'router' };
  return { at: verdict.at, source: verdict.source, destination: verdict.destination };
}

/** `nameOf` gives the name of an instance by its id. */
export function outcomeOfPath(path: Path, nameOf: (guestId: string) => string): Outcome {
  if (path.verdict === 'refused') return { at: 'nowhere' };
  if (path.reason === 'AnsweredByRouter') return { at: 'router' };
  const last = path.hops.at(-1);
  if (last?.kind !== 'port' && last?.kind !== 'outside') return { at: `${path.reason} at ${last?.kind}` };
  const { source, destination } = last.packet;
  const at = last.kind === 'outside' ? 'internet' : nameOf(last.guestId);
  return { at, source: formatIpv4(source), destination: formatIpv4(destination) };
}

/**
 * What was seen. A packet that arrived twice, at several places, with other ports, or whose answer did not come back to
 * its sender from where it was sent to, has an outcome that no verdict has.
 */
export function outcomeOfSeen(seen: Seen, probe: Probe, nameOf: (guestId: string) => string): Outcome {
  const { received, answeredBy, returned } = seen;
  const [first, ...more] = received;
  if (first === undefined) {
    const [router] = answeredBy;
    if (router === undefined) return { at: 'nowhere' };
    return { at: router === probe.destination && answeredBy.length === 1 ? 'router' : `answered by ${answeredBy}` };
  }
  const at = nameOf(first.guest);
  const strange: string[] = [];
  if (more.length > 0) strange.push(`also at ${more.map(({ guest }) => nameOf(guest))}`);
  if (answeredBy.length > 0) strange.push(`also answered by ${answeredBy}`);
  if (
    hasPorts(probe.protocol) &&
    (first.sourcePort !== probe.sourcePort || first.destinationPort !== probe.destinationPort)
  )
    strange.push(`with ports ${first.sourcePort} and ${first.destinationPort}`);
  const [answer] = returned;
  if (answer === undefined) strange.push('unanswered');
  else if (returned.length > 1 || nameOf(answer.guest) !== probe.from || answer.source !== probe.destination)
    strange.push(`answered to ${returned.map(({ guest, source }) => `${nameOf(guest)} from ${source}`)}`);
  const where = [at, ...strange].join(', ');
  return { at: where, source: first.source, destination: first.destination };
}

export function sameOutcome(one: Outcome, other: Outcome): boolean {
  return one.at === other.at && one.source === other.source && one.destination === other.destination;
}

/** The packet as path analysis takes it. */
export function packetOf(probe: Probe): Packet {
  const { protocol, sourcePort, destinationPort } = probe;
  return { protocol, sourcePort, destinationPort, source: ip(probe.source), destination: ip(probe.destination) };
}

function ip(text: string): Ipv4 {
  const address = parseIpv4(text);
  if (address === undefined) throw new TypeError(text);
  return address;
}
