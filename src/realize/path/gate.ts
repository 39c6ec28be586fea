/** One gate: which entry of a policy decides about a packet. Pure; the compiler's order is all there is to it. */
import { cidrContainsAddress } from '../../values/cidr.ts';
import type { Ipv4 } from '../../values/ip.ts';
import type { Match, PolicyEntry } from '../program.ts';

/** IP protocol numbers of the names that rules use. */
export const PROTOCOL_NUMBER = { icmp: 1, tcp: 6, udp: 17, gre: 47 } as const;

/** A packet as one gate sees it. */
export interface GatePacket {
  /** IP protocol number. */
  readonly protocol: number;
  /** 0 where the protocol has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The other side: the sender at an ingress gate, the receiver at an egress gate. */
  readonly peer: Ipv4;
  /** This side's own address. */
  readonly local: Ipv4;
}

/** The first entry that matches; policies end with a default, so there is always one. */
export function decidingEntry(
  entries: readonly PolicyEntry[],
  packet: GatePacket,
  isMember: (groupId: string, address: Ipv4) => boolean,
): PolicyEntry {
  const entry = entries.find(({ match }) => matches(match, packet, isMember));
  if (!entry) throw new Error('a policy without a default');
  return entry;
}

function matches(match: Match, packet: GatePacket, isMember: (groupId: string, address: Ipv4) => boolean): boolean {
  if (match.protocol !== undefined && PROTOCOL_NUMBER[match.protocol] !== packet.protocol) return false;
  if (match.ports && !within(match.ports, packet.destinationPort)) return false;
  if (match.sourcePorts && !within(match.sourcePorts, packet.sourcePort)) return false;
  if (match.local && !cidrContainsAddress(match.local, packet.local)) return false;
  if (!match.peer) return true;
  return 'groupId' in match.peer
    ? isMember(match.peer.groupId, packet.peer)
    : cidrContainsAddress(match.peer.cidr, packet.peer);
}

function within(range: { readonly from: number; readonly to: number }, port: number): boolean {
  return port >= range.from && port <= range.to;
}
