/** What handlers may ask about packets. The types are those of path analysis as far as answers need them. */
import type { Cidr } from '../../values/cidr.ts';
import type { Ipv4 } from '../../values/ip.ts';

export interface Packet {
  /** IP protocol number. */
  readonly protocol: number;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  /** 0 where the protocol has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** An interface, or the host beyond the public edge. */
export type Start = { readonly networkId: string; readonly portId: string } | 'outside';

export type Direction = 'egress' | 'ingress';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** One entry of merged rules. */
export interface Entry {
  readonly match: {
    readonly protocol?: string;
    readonly ports?: Range;
    readonly sourcePorts?: Range;
    readonly peer?: { readonly cidr: Cidr } | { readonly groupId: string };
    readonly local?: Cidr;
  };
  readonly verdict: 'accept' | 'drop';
  readonly origin:
    | { readonly kind: 'rule'; readonly groupId: string; readonly ruleId: string; readonly priority: number }
    | { readonly kind: 'inner-access'; readonly groupId: string }
    | { readonly kind: 'default' };
}

/** A place of the way; which fields there are depends on its kind. */
export interface Hop {
  readonly kind: 'port' | 'source-check' | 'gate' | 'router' | 'translation' | 'edge' | 'outside';
  readonly networkId?: string;
  readonly portId?: string;
  readonly guestId?: string;
  readonly passed?: boolean;
  readonly direction?: Direction;
  readonly position?: number;
  readonly entry?: Entry;
  readonly next?: string | { readonly networkId: string };
  readonly mappingId?: string;
  readonly changes?: 'source' | 'destination';
  readonly packet: Packet;
}

export interface Path {
  readonly verdict: 'delivered' | 'refused';
  readonly reason: string;
  readonly hops: readonly Hop[];
  /** Networks in which the destination may be meant. */
  readonly elsewhere?: readonly string[];
}

export interface EffectiveEntry extends Entry {
  readonly position: number;
  readonly members?: readonly Ipv4[];
}

export interface EffectiveRules {
  readonly groupIds: readonly string[];
  readonly ingress: readonly EffectiveEntry[];
  readonly egress: readonly EffectiveEntry[];
}

/** Where a packet was judged that was sent for real. */
export interface SeenPlace {
  /** `edge` for the public edge. */
  readonly networkId: string;
  readonly kind: 'source-check' | 'gate' | 'translation' | 'cap' | 'router' | 'edge';
  readonly direction?: Direction;
  readonly portId?: string;
  readonly position?: number;
  readonly entry?: Entry;
}

export interface SeenStep extends SeenPlace {
  readonly packet: Packet;
  readonly chain: string;
  readonly rule: string;
  readonly verdict: 'accept' | 'drop';
}

export type SeenEnd =
  | { readonly kind: 'arrived'; readonly at: { readonly networkId: string; readonly portId: string } | 'outside' }
  | { readonly kind: 'answered'; readonly networkId: string }
  | { readonly kind: 'left' }
  | { readonly kind: 'refused'; readonly place: SeenPlace }
  | {
      readonly kind: 'unsent';
      readonly why: 'not-plugged' | 'itself' | 'known-flow' | 'not-realised' | 'no-card' | 'beyond';
    }
  | { readonly kind: 'unknown' };

export type SeenAnswer =
  | 'echo-reply'
  | 'syn-ack'
  | 'reset'
  | 'data'
  | 'network-unreachable'
  | 'host-unreachable'
  | 'protocol-unreachable'
  | 'port-unreachable'
  | 'unreachable';

export interface Seen {
  readonly end: SeenEnd;
  readonly steps: readonly SeenStep[];
  readonly answer?: SeenAnswer;
}

export interface Analysed {
  /** The way in the networks as they are wanted. */
  readonly path: Path;
  /** Networks (`edge`) on the way whose reality may differ yet. */
  readonly behind: readonly string[];
}

/** The injected part. */
export interface Paths {
  /** Follows the first packet of a flow. */
  trace(start: Start, packet: Packet): Promise<Analysed>;
  /** The same as soon as nothing on the way is behind; as it is after `patience` milliseconds at the latest. */
  traceRealised(start: Start, packet: Packet, patience: number): Promise<Analysed>;
  /** Undefined when there is no such interface. */
  effectiveRules(networkInterfaceId: string): Promise<EffectiveRules | undefined>;
  /** What reasons mean, by reason. */
  readonly reasons: { readonly [reason: string]: { readonly meaning: string } };
  /** Absent where no packet moves. */
  readonly prober?: {
    obstacle(): string | undefined;
    probe(wanted: { readonly start: Start; readonly packet: Packet }): Promise<Seen>;
  };
}
