/** Answers questions about packets from what the store wants now: reads what they cross, then traces. */
import type { Store } from '../store/port.ts';
import type { PublicEdge } from '../values/public-edge.ts';
import type { EffectiveRules } from './path/effective-rules.ts';
import type { Packet, Path, Start } from './path/path.ts';

export interface PathAnswer {
  /** The way of the packet in the networks as they are wanted. */
  readonly path: Path;
  /** Ids of the networks on it (`edge` is one) whose reality is behind what is wanted: there it may differ yet. */
  readonly behind: readonly string[];
}

export interface PathAnalyser {
  /** Follows the first packet of a flow. A start that does not exist is as one that is not plugged. */
  trace(start: Start, packet: Packet): Promise<PathAnswer>;
  /** What the gates of an interface ask, plugged or not; undefined when it does not exist. */
  effectiveRules(networkInterfaceId: string): Promise<EffectiveRules | undefined>;
}

export interface PathAnalyserParts {
  readonly store: Store;
  readonly publicEdge: PublicEdge;
  /** Whether the machine is linked to the edge. */
  readonly uplink: boolean;
}

export function createPathAnalyser(_parts: PathAnalyserParts): PathAnalyser {
  throw new Error('not written yet');
}
