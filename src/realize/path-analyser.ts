/** Answers questions about packets from what the store wants now: reads what they can cross, then traces. */
import type { Store } from '../store/port.ts';
import { steadyClock } from '../values/clock.ts';
import { EDGE, type PublicEdge } from '../values/public-edge.ts';
import { compileGates } from './compile/network.ts';
import { type EffectiveRules, effectiveRules, rulesOfPolicy } from './path/effective-rules.ts';
import type { Packet, Path, Start } from './path/path.ts';
import { indexOf } from './path/program-index.ts';
import { tracePath } from './path/trace.ts';
import { readSnapshot } from './snapshot.ts';
import { CompiledPrograms, readWorld } from './world.ts';

export interface PathAnswer {
  /** The way of the packet in the networks as they are wanted. */
  readonly path: Path;
  /** Ids of the networks on it (`edge` is one) whose reality is behind what is wanted: there it may differ yet. Sorted. */
  readonly behind: readonly string[];
}

export interface PathAnalyser {
  /** Follows the first packet of a flow. A start that does not exist is as one that is not plugged. */
  trace(start: Start, packet: Packet): Promise<PathAnswer>;
  /** The same as soon as nothing on the way is behind; as it is after `patience` milliseconds at the latest. */
  traceRealised(start: Start, packet: Packet, patience: number): Promise<PathAnswer>;
  /** What the gates of an interface ask, plugged or not; undefined when it does not exist. */
  effectiveRules(networkInterfaceId: string): Promise<EffectiveRules | undefined>;
}

export interface PathAnalyserParts {
  readonly store: Store;
  readonly publicEdge: PublicEdge;
  /** Whether the machine is linked to the edge. */
  readonly uplink: boolean;
}

export function createPathAnalyser({ store, publicEdge, uplink }: PathAnalyserParts): PathAnalyser {
  const programs = new CompiledPrograms(publicEdge);
  async function trace(start: Start, packet: Packet): Promise<PathAnswer> {
    const { world, behind } = await store.read((reader) =>
      readWorld(reader, start, packet.destination, { programs, uplink }),
    );
    const path = tracePath(world, start, packet);
    const onTheWay = new Set(start === 'outside' ? [] : [start.networkId]);
    for (const hop of path.hops) {
      if (hop.kind === 'edge') onTheWay.add(EDGE);
      // A network that a public address leads to has its say also when it is not linked to the edge.
      if (hop.kind === 'edge' && hop.next === 'nowhere') for (const id of behind) onTheWay.add(id);
      if ('networkId' in hop) onTheWay.add(hop.networkId);
    }
    return { path, behind: [...behind].filter((id) => onTheWay.has(id)).sort() };
  }

  return {
    trace,

    async traceRealised(start, packet, patience) {
      const end = steadyClock.now() + patience;
      const commits = new CommitsSeen(store);
      try {
        for (;;) {
          const answer = await trace(start, packet);
          const left = end - steadyClock.now();
          if (answer.behind.length === 0 || left <= 0) return answer;
          await commits.next(left);
        }
      } finally {
        commits.end();
      }
    },

    effectiveRules: (networkInterfaceId) =>
      store.read(async (reader) => {
        const row = await reader.get('network_interface', { id: networkInterfaceId });
        const network = row && (await programs.network(reader, row.vpc_id));
        if (!network) return undefined;
        const { program } = network;
        if (indexOf(program).portById.has(row.id)) return effectiveRules(program, row.id);
        // Programs know only what is plugged.
        const snapshot = await readSnapshot(reader, row.vpc_id);
        const gates = snapshot && compileGates(snapshot, [row]);
        const [policy] = gates?.policies ?? [];
        return gates && policy && rulesOfPolicy(policy, gates.groups);
      }),
  };
}

/** Tells of commits, also of one that came while nobody waited. */
class CommitsSeen {
  readonly end: () => void;
  #seen = false;
  #wake: (() => void) | undefined;

  constructor(store: Store) {
    this.end = store.onCommit(() => {
      this.#seen = true;
      this.#wake?.();
    });
  }

  /** Resolves at a commit since the last call, or after so many milliseconds. */
  async next(most: number): Promise<void> {
    if (!this.#seen) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, most);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#seen = false;
  }
}
