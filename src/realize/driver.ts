/**
 * The port that drivers implement. Narrow on purpose: a program is applied whole, comparing and batching is the
 * driver's business. Calling anything here twice with the same arguments changes nothing the second time.
 */
import type { Socket as UdpSocket } from 'node:dgram';
import type { Server as TcpServer } from 'node:net';
import type { TerminalSize } from '../values/terminal.ts';
import type { Packet, Start } from './path/path.ts';
import type { EdgeProgram, NetworkProgram, PolicyEntry } from './program.ts';

export type { Packet, Start };

/** Carries packets. */
export interface NetworkDriver {
  /** Makes reality equal to the program. Rejects with the driver's words when it could not; may be called again. */
  apply(program: NetworkProgram): Promise<void>;
  /**
   * Makes the public edge equal to the program: its routes, its pool, the host outside. A route may name a network that
   * is not there yet or any more; the address is unreachable then, until that network is applied.
   */
  applyEdge(program: EdgeProgram): Promise<void>;
  /**
   * Whether reality still is what was last applied to the network (or edge); false also when nothing was. Changes
   * nothing that carries packets: what somebody else has changed is put right by applying again.
   */
  verify(networkId: string): Promise<boolean>;
  /** Has the listener told of each network about which a look is due at once. One listener. */
  onDoubt(listener: (networkId: string) => void): void;
  /** Removes a network and everything in it; no error when it does not exist. */
  remove(networkId: string): Promise<void>;
  /** Ids of the networks that exist in reality; the public edge is not among them. */
  networks(): Promise<readonly string[]>;
}

/** One network card of a guest. */
export interface GuestCard {
  readonly networkInterfaceId: string;
  readonly deviceIndex: number;
  readonly mac: string;
}

export interface GuestSpec {
  /** Instance id. */
  readonly id: string;
  readonly hostName: string;
  readonly cards: readonly GuestCard[];
  /** Script or text for the first boot, decoded; '' when none. */
  readonly userData: string;
  /** Lines for /etc/hosts and the like. */
  readonly primaryAddress: string;
}

/** How a command in a guest ended. */
export type ExecEnd = { readonly code: number } | { readonly signal: string };

export interface ExecStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborting ends the command and everything it started. */
  readonly abort: AbortSignal;
  /**
   * Gives the command a terminal of its guest, which `stdin` types on and `stdout` shows; `stderr` tells only why there
   * is none. The end of `stdin` types the end-of-file character. An abort hangs the terminal up first, so that programs
   * can save what they hold; who is there a second later is killed.
   */
  readonly terminal?: Terminal | undefined;
}

export interface Terminal {
  readonly size: TerminalSize;
  /** Its kind by the name that terminfo has for it, such as xterm-256color. */
  readonly type: string;
  /** Has the listener told of every new size, at once of one told before. One listener. */
  onResize(listener: (size: TerminalSize) => void): void;
}

/** Runs guests. Their network cards are plugged by the network driver before `start`. */
export interface Compute {
  /** Boots the guest from its own disk (made at the first start). Resolves when it runs. */
  start(guest: GuestSpec): Promise<void>;
  /** Ends all processes of the guest; the disk stays. `force` skips the orderly end. */
  stop(guestId: string, options: { readonly force: boolean }): Promise<void>;
  /** Stops the guest and removes its disk and log. */
  destroy(guestId: string): Promise<void>;
  /** Ids of guests with processes. */
  running(): Promise<readonly string[]>;
  /** Ids of guests that have a disk. */
  disks(): Promise<readonly string[]>;
  /** Resolves when the command has ended and its output is written. */
  exec(guestId: string, command: readonly string[], streams: ExecStreams): Promise<ExecEnd>;
  /** Last `bytes` of the console. */
  log(guestId: string, bytes: number): Promise<string>;
}

/** A socket of ours whose other side is a network. */
export type Door = { readonly udp: UdpSocket } | { readonly tcp: TcpServer };

export interface DoorWanted {
  readonly kind: 'udp' | 'tcp';
  /** An address of the network's router, dotted. */
  readonly address: string;
  readonly port: number;
}

/** Opens sockets in networks, for what is served to instances. */
export interface Doors {
  /** What tells the network from another that had its id before; undefined when there is none. */
  place(networkId: string): Promise<string | undefined>;
  /** One for each wanted, in that order. Rejects when one cannot be opened; then none is. */
  open(networkId: string, wanted: readonly DoorWanted[]): Promise<readonly Door[]>;
}

/** One packet to send for real. */
export interface ProbeWanted {
  readonly start: Start;
  /** As it leaves. Ports are 0 where the protocol has none; ICMP stands for an echo request. */
  readonly packet: Packet;
}

/** Where in the words of path analysis (the hops of path.ts) a packet was judged. */
export interface ProbePlace {
  /** `edge` for the public edge. */
  readonly networkId: string;
  readonly kind: 'source-check' | 'gate' | 'translation' | 'cap' | 'router' | 'edge';
  /** Of a gate. */
  readonly direction?: 'egress' | 'ingress';
  /** Of a gate: whose it is. */
  readonly portId?: string;
  /** Of a gate: what decided, the `position`-th from 0 of its direction. */
  readonly position?: number;
  readonly entry?: PolicyEntry;
}

/** What a packet met, in the order in which it met it. */
export interface ProbeStep extends ProbePlace {
  /** The packet as it came there. */
  readonly packet: Packet;
  /** In the driver's own words: where the rule stands, and what it says. */
  readonly chain: string;
  readonly rule: string;
  readonly verdict: 'accept' | 'drop';
}

/** What became of a packet; for each there is evidence but for `unknown`. */
export type ProbeEnd =
  /** It was seen on the receiver's card. */
  | { readonly kind: 'arrived'; readonly at: { readonly networkId: string; readonly portId: string } | 'outside' }
  /** A router has taken it for itself. */
  | { readonly kind: 'answered'; readonly networkId: string }
  /** It went out through the machine's own network. */
  | { readonly kind: 'left' }
  | { readonly kind: 'refused'; readonly place: ProbePlace }
  /**
   * It was not sent. `itself`: the sender keeps what it sends to itself; `known-flow`: it would belong to a flow that
   * is under way, and no rule be asked; `not-realised`: a network on its way is not as it should be just now;
   * `no-card`: the guest has taken its card down or away; `beyond`: it would come from beyond the machine's own network.
   */
  | {
      readonly kind: 'unsent';
      readonly why: 'not-plugged' | 'itself' | 'known-flow' | 'not-realised' | 'no-card' | 'beyond';
    }
  /** No evidence came in time. */
  | { readonly kind: 'unknown' };

/** What the sender heard in answer to its packet. */
export type ProbeAnswer =
  | 'echo-reply'
  | 'syn-ack'
  | 'reset'
  | 'data'
  | 'network-unreachable'
  | 'host-unreachable'
  | 'protocol-unreachable'
  | 'port-unreachable'
  | 'unreachable';

export interface ProbeSeen {
  readonly end: ProbeEnd;
  readonly steps: readonly ProbeStep[];
  /** Absent when it heard nothing. */
  readonly answer?: ProbeAnswer;
}

/** Sends single packets and watches what becomes of them. */
export interface Prober {
  /**
   * Why no packet can be sent here at all, as a sentence for people; undefined when they can.
   */
  obstacle(): string | undefined;
  /** Sends the packet from the sender's card, whatever the guest's own programs and rules say. */
  probe(wanted: ProbeWanted): Promise<ProbeSeen>;
}

/** A way to realise networks and guests. */
export interface Driver {
  readonly name: 'linux' | 'simulated';
  /** False when no packet moves; said wherever it matters. */
  readonly realPackets: boolean;
  readonly network: NetworkDriver;
  readonly compute: Compute;
  /** Absent where no packet could come through. */
  readonly doors?: Doors;
  /** Absent where no packet moves. */
  readonly prober?: Prober;
  /** Makes ready, adopting what an earlier process left running. */
  open(): Promise<void>;
  /**
   * Makes ready again when everything that carried packets and guests has ended under us; true when that was so. Then
   * there is no network and no guest left, only disks. Absent where it cannot happen.
   */
  revive?(): Promise<boolean>;
  /** Lets go without ending anything: guests and flows run on. */
  release(): Promise<void>;
  /** Ends every guest and network; disks stay. */
  shutdown(): Promise<void>;
}
