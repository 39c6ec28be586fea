/**
 * What path analysis says about a packet: the first one of a flow, as nothing is remembered here. Answers are checked
 * flow state in reality, not judged anew. Plain data.
 */
import type { Ipv4 } from '../../values/ip.ts';
import type { EdgeProgram, NetworkProgram, PolicyEntry } from '../program.ts';

/** A packet at one place of its way. ICMP stands for an echo request. */
export interface Packet {
  /** IP protocol number. */
  readonly protocol: number;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  /** 0 where the protocol has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/**
 * Where a packet comes from: an interface, plugged or not, or beyond the edge, which is the host outside and, with an
 * uplink, everybody else whose address is not at home here.
 */
export type Start = { readonly networkId: string; readonly portId: string } | 'outside';

/** All that packets can cross. */
export interface World {
  readonly edge: EdgeProgram;
  /** Whether the machine itself is linked to the edge, and what lies beyond it reachable. */
  readonly uplink: boolean;
  /** Undefined for a network that does not exist. */
  network(networkId: string): NetworkProgram | undefined;
  /** Ids of the networks besides the sender's, of the same owner, with this address in their blocks; none when absent. */
  elsewhere?(address: Ipv4): readonly string[];
}

/** Why a packet arrives or does not. One line of meaning for each stands in {@link REASONS}. */
export type Reason = keyof typeof REASONS;

/** Every reason with the verdict it belongs to and what it means. Codes are stable: people match on them. */
export const REASONS = {
  Delivered: { verdict: 'delivered', meaning: 'The packet reaches the destination’s network card.' },
  AnsweredByRouter: {
    verdict: 'delivered',
    meaning: 'A router itself answers: ping of a gateway or of the edge, or the name service.',
  },
  LeavesByUplink: {
    verdict: 'delivered',
    meaning: 'The packet leaves the edge through the machine’s own network; what happens there is not known.',
  },
  SenderItself: {
    verdict: 'delivered',
    meaning: 'The destination is the sender itself: the packet never leaves it, and no rule is asked.',
  },
  SenderNotPlugged: { verdict: 'refused', meaning: 'The sender’s interface is plugged into no running instance.' },
  SpoofedSource: { verdict: 'refused', meaning: 'The source address does not belong to the interface that sends it.' },
  EgressDeniedByRule: { verdict: 'refused', meaning: 'A drop rule of the sender’s groups matches.' },
  EgressDeniedByDefault: {
    verdict: 'refused',
    meaning: 'No rule of the sender’s groups accepts it, and outbound traffic is denied by default.',
  },
  IngressDeniedByRule: { verdict: 'refused', meaning: 'A drop rule of the receiver’s groups matches.' },
  IngressDeniedByDefault: {
    verdict: 'refused',
    meaning: 'No rule of the receiver’s groups accepts it; inbound traffic is denied by default.',
  },
  AddressUnassigned: {
    verdict: 'refused',
    meaning: 'The destination lies in a block of the network, and no plugged interface has it.',
  },
  NotRouted: {
    verdict: 'refused',
    meaning: 'The destination is a broadcast or multicast address or none; only packets to one receiver are carried.',
  },
  NoRoute: { verdict: 'refused', meaning: 'No route leads to the destination.' },
  OtherNetwork: {
    verdict: 'refused',
    meaning: 'The destination is a private address of another network; networks meet only through public addresses.',
  },
  NoPublicAddress: {
    verdict: 'refused',
    meaning: 'The destination lies outside the network, and the source has no public address.',
  },
  PublicAddressUnassigned: {
    verdict: 'refused',
    meaning: 'The destination belongs to the public pool and leads to no plugged interface.',
  },
  PrivateSourceFromOutside: {
    verdict: 'refused',
    meaning: 'A packet from outside bears a source that is at home inside.',
  },
  RouterClosed: {
    verdict: 'refused',
    meaning: 'The destination is a router itself, which answers only ping of its gateways and name service.',
  },
} as const satisfies {
  readonly [code: string]: { readonly verdict: 'delivered' | 'refused'; readonly meaning: string };
};

/** One place of the way, with the packet as it is seen there. */
export type Hop =
  /** It leaves or reaches a network card. */
  | {
      readonly kind: 'port';
      readonly networkId: string;
      readonly portId: string;
      readonly guestId: string;
      readonly packet: Packet;
    }
  /** Link, MAC and source address are compared: only a card's own addresses pass. */
  | {
      readonly kind: 'source-check';
      readonly networkId: string;
      readonly portId: string;
      readonly passed: boolean;
      readonly packet: Packet;
    }
  /** A gate asks the merged rules of the port's groups; `entry` decided, the `position`-th from 0 of its direction. */
  | {
      readonly kind: 'gate';
      readonly networkId: string;
      readonly portId: string;
      readonly direction: 'egress' | 'ingress';
      readonly policyId: string;
      readonly position: number;
      readonly entry: PolicyEntry;
      readonly packet: Packet;
    }
  /** The router looks where the destination lies. */
  | {
      readonly kind: 'router';
      readonly networkId: string;
      readonly next: 'port' | 'edge' | 'itself' | 'nowhere';
      readonly packet: Packet;
    }
  /** A public mapping changes an address; `packet` is the one after it. */
  | {
      readonly kind: 'translation';
      readonly networkId: string;
      readonly mappingId: string;
      readonly changes: 'source' | 'destination';
      readonly packet: Packet;
    }
  /** The public edge looks which network a public address leads to. */
  | {
      readonly kind: 'edge';
      readonly next: { readonly networkId: string } | 'outside' | 'uplink' | 'itself' | 'nowhere';
      readonly packet: Packet;
    }
  /** The host beyond the edge sends or receives. */
  | { readonly kind: 'outside'; readonly packet: Packet };

export interface Path {
  readonly verdict: 'delivered' | 'refused';
  readonly reason: Reason;
  /** In the order in which the packet crosses them; the last one decided when it is refused. */
  readonly hops: readonly Hop[];
  /** With `OtherNetwork`: ids of the networks that the destination may be meant in. */
  readonly elsewhere?: readonly string[];
}
