/**
 * The port that drivers implement. Narrow on purpose: a program is applied whole, comparing and batching is the
 * driver's business. Calling anything here twice with the same arguments changes nothing the second time.
 */
import type { Socket as UdpSocket } from 'node:dgram';
import type { Server as TcpServer } from 'node:net';
import type { EdgeProgram, NetworkProgram } from './program.ts';

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

/** A way to realise networks and guests. */
export interface Driver {
  readonly name: 'linux' | 'simulated';
  /** False when no packet moves; said wherever it matters. */
  readonly realPackets: boolean;
  readonly network: NetworkDriver;
  readonly compute: Compute;
  /** Absent where no packet could come through. */
  readonly doors?: Doors;
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
