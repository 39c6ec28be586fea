/**
 * Paths and probes as answers show them. What lies in a network of another account is withheld: not its rules, ids or
 * private addresses, nor why it refuses a packet; only that it takes it or not, which a packet tells everybody.
 */
import { formatIpv4 } from '../../values/ip.ts';
import { EDGE } from '../../values/public-edge.ts';
import { agreementOf } from './agreement.ts';
import { shownEntry } from './entry-view.ts';
import type { Mentioned, Names } from './names.ts';
import type { Analysed, Hop, Packet, Path, Paths, Seen, SeenEnd, SeenPlace, SeenStep } from './port.ts';
import { nameOfProtocol } from './rules.ts';

/** In place of all that lies in a network of another account. */
const WITHHELD = { Kind: 'Withheld' } as const;

const WITHHELD_REASON = {
  Reason: 'RefusedByOtherAccount',
  Meaning: 'A network of another account refuses it; why is known to that account alone.',
} as const;

/** Everything that an answer may name. */
export function mentionedIn(path: Path, behind: readonly string[], seen?: Seen): Mentioned {
  const places: (Hop | SeenPlace)[] = [...path.hops, ...(seen?.steps ?? [])];
  if (seen?.end.kind === 'refused') places.push(seen.end.place);
  const networkIds = places.flatMap(({ networkId }) => networkId ?? []);
  const arrived = seen?.end.kind === 'arrived' && seen.end.at !== 'outside' ? [seen.end.at] : [];
  return {
    networkIds: [...networkIds, ...behind, ...(path.elsewhere ?? []), ...arrived.map(({ networkId }) => networkId)],
    networkInterfaceIds: [...places, ...arrived].flatMap(({ portId }) => portId ?? []),
    entries: places.flatMap(({ entry }) => entry ?? []),
  };
}

interface Answered extends Analysed {
  readonly packet: Packet;
  readonly reasons: Paths['reasons'];
}

/** The answer of AnalyzePath. */
export function shownAnalysis({ packet, path, behind, reasons }: Answered, names: Names) {
  const last = path.hops.at(-1);
  const hidden = path.verdict === 'refused' && last?.networkId !== undefined && !names.isOpen(last.networkId);
  const known = { Reason: path.reason, Meaning: reasons[path.reason]?.meaning ?? '' };
  return {
    Verdict: path.verdict === 'delivered' ? 'Delivered' : 'Refused',
    ...(hidden ? WITHHELD_REASON : known),
    Packet: shownPacket(packet),
    Hops: { Hop: withheldOnce(path.hops, names, (hop) => shownHop(hop, names)) },
    ElsewhereVpcIds: (path.elsewhere ?? []).filter((id) => names.isOpen(id)),
    Behind: behind.filter((id) => names.isOpen(id)),
  };
}

/** Places one by one; those in a row that lie in networks of others as one. */
function withheldOnce<P extends { readonly networkId?: string }, S extends object>(
  places: readonly P[],
  names: Names,
  show: (place: P) => S,
): (S | typeof WITHHELD)[] {
  const shown: (S | typeof WITHHELD)[] = [];
  for (const place of places) {
    if (place.networkId === undefined || names.isOpen(place.networkId)) shown.push(show(place));
    else if (shown.at(-1) !== WITHHELD) shown.push(WITHHELD);
  }
  return shown;
}

export function shownPacket(packet: Packet) {
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  return {
    IpProtocol: nameOfProtocol(protocol),
    SourceAddress: formatIpv4(source),
    ...(sourcePort === 0 ? {} : { SourcePort: sourcePort }),
    DestinationAddress: formatIpv4(destination),
    ...(destinationPort === 0 ? {} : { DestinationPort: destinationPort }),
  };
}

const HOP_KINDS: { readonly [K in Hop['kind'] | SeenPlace['kind']]: string } = {
  port: 'Card',
  'source-check': 'SourceCheck',
  gate: 'Gate',
  router: 'Router',
  translation: 'Translation',
  cap: 'Cap',
  edge: 'Edge',
  outside: 'Outside',
};

function shownHop(hop: Hop, names: Names) {
  const passed = hop.kind === 'gate' ? hop.entry?.verdict === 'accept' : hop.passed;
  return {
    ...shownPlace(hop, names),
    ...(passed === undefined ? {} : { Passed: passed }),
    ...shownNext(hop, names),
    ...(hop.changes === undefined
      ? {}
      : { Changes: hop.changes === 'source' ? 'Source' : 'Destination', AllocationId: hop.mappingId ?? '' }),
    Packet: shownPacket(hop.packet),
  };
}

/** Where it is, and what decided there. */
function shownPlace({ kind, networkId, portId, direction, position, entry }: Hop | SeenPlace, names: Names) {
  const instance = portId === undefined ? undefined : names.instanceOf(portId);
  return {
    Kind: HOP_KINDS[kind],
    ...(networkId === undefined || networkId === EDGE ? {} : { VpcId: networkId }),
    ...(portId === undefined ? {} : { NetworkInterfaceId: portId }),
    ...(instance ? { InstanceId: instance.id, InstanceName: instance.name } : {}),
    ...(direction === undefined ? {} : { Direction: direction }),
    ...(entry && direction ? { DecidedBy: shownEntry(entry, direction, position, names) } : {}),
  };
}

const NEXT: { readonly [next: string]: string } = {
  port: 'Interface',
  edge: 'Edge',
  itself: 'Itself',
  nowhere: 'Nowhere',
  outside: 'Outside',
  uplink: 'Uplink',
};

function shownNext({ next }: Hop, names: Names) {
  if (next === undefined) return {};
  if (typeof next === 'string') return { Next: NEXT[next] ?? next };
  return { Next: 'Vpc', ...(names.isOpen(next.networkId) ? { NextVpcId: next.networkId } : {}) };
}

/** What ProbePath answers beside the analysis. */
export function shownProbe(path: Path, seen: Seen, names: Names) {
  const { end, steps, answer } = seen;
  const place = end.kind === 'refused' ? end.place : undefined;
  return {
    ...outcomeOf(end, names),
    Agreement: agreementOf(path, seen),
    ...(answer === undefined ? {} : { Answer: answer.replaceAll(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase()) }),
    ...(place ? { Where: names.isOpen(place.networkId) ? shownPlace(place, names) : WITHHELD } : {}),
    Trace: { Step: withheldOnce(steps, names, (step) => shownStep(step, names)) },
  };
}

function shownStep(step: SeenStep, names: Names) {
  return {
    ...shownPlace(step, names),
    Verdict: step.verdict === 'accept' ? 'Accept' : 'Drop',
    Chain: step.chain,
    Rule: step.rule,
    Packet: shownPacket(step.packet),
  };
}

function outcomeOf(end: SeenEnd, names: Names): { readonly Outcome: string; readonly Meaning: string } {
  switch (end.kind) {
    case 'arrived':
      return { Outcome: 'Delivered', Meaning: arrival(end.at, names) };
    case 'answered':
      return { Outcome: 'Delivered', Meaning: 'A router has taken it for itself.' };
    case 'left':
      return { Outcome: 'Delivered', Meaning: 'It has left through the machine’s own network.' };
    case 'refused':
      return { Outcome: 'Refused', Meaning: refusal(end.place, names) };
    case 'unsent':
      return { Outcome: 'NotSent', Meaning: UNSENT[end.why] };
    case 'unknown':
      return { Outcome: 'Unknown', Meaning: 'It was sent, and nothing tells what has become of it.' };
  }
}

function arrival(at: Extract<SeenEnd, { kind: 'arrived' }>['at'], names: Names): string {
  if (at === 'outside') return 'The host beyond the public edge has received it.';
  if (!names.isOpen(at.networkId)) return 'A network of another account has taken it to the receiver.';
  return `The card ${at.portId}${ofInstance(at.portId, names)} has received it.`;
}

function refusal(place: SeenPlace, names: Names): string {
  if (!names.isOpen(place.networkId)) return 'A network of another account has refused it.';
  switch (place.kind) {
    case 'source-check':
      return 'The source check has dropped it.';
    case 'gate':
      return `The ${place.direction} gate of ${place.portId}${ofInstance(place.portId ?? '', names)} has dropped it.`;
    case 'edge':
      return 'The public edge has dropped it.';
    default:
      return `The router of ${place.networkId} has dropped it.`;
  }
}

function ofInstance(networkInterfaceId: string, names: Names): string {
  const instance = names.instanceOf(networkInterfaceId);
  return instance ? ` of ${instance.name} (${instance.id})` : '';
}

const UNSENT: { readonly [W in Extract<SeenEnd, { kind: 'unsent' }>['why']]: string } = {
  'not-plugged': 'There is nobody to send it: the interface is plugged into no running instance.',
  itself: 'The sender would keep it to itself.',
  'known-flow':
    'A flow with just these addresses and ports is under way: the packet would belong to it, and no rule be asked.',
  'not-realised': 'A network on its way is not as it should be at this moment: try again.',
  'no-card': 'The instance has taken its network card down or away.',
  beyond: 'It would come from beyond the machine’s own network, where nothing can be sent from here.',
};
