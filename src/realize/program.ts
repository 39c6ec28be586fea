/**
 * The wanted network in the words of networks, not of a driver: what nftables, OVN and the path analysis all read.
 * Plain data, compiled purely from a snapshot of the store; equal programs compare equal as JSON.
 */
import type { Cidr } from '../values/cidr.ts';
import type { Ipv4 } from '../values/ip.ts';

export { EDGE } from '../values/public-edge.ts';

/** The network of one VPC: a router with its subnets, ports and policies. */
export interface NetworkProgram {
  readonly networkId: string;
  /** Wanted generation that this program realises. */
  readonly generation: number;
  /** Blocks that belong to the network; unrouted addresses of them are unreachable, never sent elsewhere. */
  readonly blocks: readonly Cidr[];
  readonly subnets: readonly SubnetProgram[];
  readonly ports: readonly PortProgram[];
  readonly groups: readonly GroupProgram[];
  readonly policies: readonly PolicyProgram[];
  /** Public addresses of plugged ports, translated where the network meets the public edge. Sorted by id. */
  readonly publicMappings: readonly PublicMapping[];
}

/**
 * A public address, 1:1 with a private one. Translation happens outside the gates: they see the private address of
 * their own side and the public one of the other. An address without a mapping has no way out.
 */
export interface PublicMapping {
  /** Id of the resource that owns the public address, e.g. an EIP. */
  readonly id: string;
  readonly portId: string;
  readonly publicAddress: Ipv4;
  readonly privateAddress: Ipv4;
  /** Caps of public traffic in bits a second, seen from the instance. Private traffic is not capped by them. */
  readonly outbound: number;
  readonly inbound: number;
}

/** Where the networks of all regions and accounts meet the outside: which public address leads to which network. */
export interface EdgeProgram {
  readonly generation: number;
  /** Blocks of public addresses; unassigned ones are unreachable. */
  readonly pool: readonly Cidr[];
  /** The host beyond the edge that stands for the internet. */
  readonly outside: Ipv4;
  /** Sorted by address; one that leads to a network without a mapping for it is unreachable there. */
  readonly routes: readonly { readonly publicAddress: Ipv4; readonly networkId: string }[];
}

export interface SubnetProgram {
  /** VSwitch id. */
  readonly id: string;
  readonly cidr: Cidr;
  /** Address of the router in this subnet (third from the end); it answers ping and ARP. */
  readonly gateway: Ipv4;
}

/** An interface that is plugged into a guest. Interfaces of stopped instances are not in the program. */
export interface PortProgram {
  /** ENI id. */
  readonly id: string;
  readonly subnetId: string;
  readonly mac: string;
  /** The primary address first. */
  readonly addresses: readonly Ipv4[];
  /** Guest that the interface is plugged into, and its place there (0 = eth0). */
  readonly guestId: string;
  readonly deviceIndex: number;
  readonly queues: number;
  /** Id of the policy that both gates of this port ask. */
  readonly policyId: string;
  /** May emit source addresses that are not its own (never foreign MACs): N7's forwarders. */
  readonly forwards: boolean;
}

/** Members of a security group, referred to by policies. */
export interface GroupProgram {
  readonly id: string;
  /** Addresses of all interfaces in the group, in this network, plugged or not. Sorted. */
  readonly members: readonly Ipv4[];
}

/** The merged rules of one distinct set of groups: what a port's two gates ask, in order; the first match decides. */
export interface PolicyProgram {
  /** Ids of the groups, sorted, joined by '+'. */
  readonly id: string;
  readonly groupIds: readonly string[];
  readonly ingress: readonly PolicyEntry[];
  readonly egress: readonly PolicyEntry[];
}

export interface PolicyEntry {
  readonly match: Match;
  readonly verdict: 'accept' | 'drop';
  readonly origin: Origin;
}

/** All conditions must hold; an absent one holds always. */
export interface Match {
  /** tcp, udp, icmp, gre; absent = every protocol. */
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | 'gre';
  /** Destination ports, inclusive; only with tcp or udp. */
  readonly ports?: PortRange;
  readonly sourcePorts?: PortRange;
  /** The other side: sender at the ingress gate, receiver at the egress gate. */
  readonly peer?: { readonly cidr: Cidr } | { readonly groupId: string };
  /** This side's own address. */
  readonly local?: Cidr;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Which rule an entry comes from, so that every verdict can be explained. */
export type Origin =
  | { readonly kind: 'rule'; readonly groupId: string; readonly ruleId: string; readonly priority: number }
  /** Members of a group reach each other (InnerAccessPolicy Accept), asked before any rule. */
  | { readonly kind: 'inner-access'; readonly groupId: string }
  /** What holds when nothing matched. */
  | { readonly kind: 'default' };
