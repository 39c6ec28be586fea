/** What a packet can cross, read from the store at one moment: the programs of at most two networks, and the edge's. */
import type { Reader } from '../store/port.ts';
import { cidrContainsAddress, parseCidr } from '../values/cidr.ts';
import type { Ipv4 } from '../values/ip.ts';
import { EDGE, type PublicEdge } from '../values/public-edge.ts';
import { compileEdge } from './compile/edge.ts';
import { compileNetwork } from './compile/network.ts';
import type { Start, World } from './path/path.ts';
import { isInside, routeAtEdge } from './path/program-index.ts';
import type { EdgeProgram, NetworkProgram } from './program.ts';
import { readEdgeSnapshot, readSnapshot } from './snapshot.ts';

/** What compiled programs that are kept may hold together: ports, members and entries. Some 100 MB at worst. */
const MOST_KEPT = 200_000;

/** A program, and whether what it wants was realised when it was read. */
interface Wanted<Program> {
  readonly program: Program;
  readonly behind: boolean;
}

/**
 * Programs compiled once for each wanted generation: a commit that matters to packets raises it, so within one a program
 * stays what it is. The ones asked for last are kept.
 */
export class CompiledPrograms {
  readonly #publicEdge: PublicEdge;
  readonly #most: number;
  readonly #networks = new Map<string, NetworkProgram>();
  #edge: EdgeProgram | undefined;
  #kept = 0;

  /** `most`: what all programs that are kept may hold together; one is kept always. */
  constructor(publicEdge: PublicEdge, most = MOST_KEPT) {
    this.#publicEdge = publicEdge;
    this.#most = most;
  }

  /** Undefined when there is no such network. */
  async network(reader: Reader, networkId: string): Promise<Wanted<NetworkProgram> | undefined> {
    const state = await reader.get('network_state', { network_id: networkId });
    if (!state || state.deleted) return undefined;
    const behind = state.realized < state.wanted;
    const known = this.#networks.get(networkId);
    if (known?.generation === state.wanted) {
      this.#keep(known);
      return { program: known, behind };
    }
    const snapshot = await readSnapshot(reader, networkId);
    if (!snapshot) return undefined;
    const program = compileNetwork(snapshot);
    this.#keep(program);
    return { program, behind };
  }

  async edge(reader: Reader): Promise<Wanted<EdgeProgram>> {
    const state = await reader.get('network_state', { network_id: EDGE });
    const behind = state !== undefined && state.realized < state.wanted;
    if (this.#edge?.generation !== (state?.wanted ?? 0)) {
      this.#edge = compileEdge(await readEdgeSnapshot(reader), this.#publicEdge);
    }
    return { program: this.#edge, behind };
  }

  /** Keeps a program as the one asked for last; what was not asked for longest goes when there is no room. */
  #keep(program: NetworkProgram): void {
    this.#drop(program.networkId);
    this.#networks.set(program.networkId, program);
    this.#kept += sizeOf(program);
    for (const networkId of this.#networks.keys()) {
      if (this.#kept <= this.#most || this.#networks.size === 1) return;
      this.#drop(networkId);
    }
  }

  #drop(networkId: string): void {
    const program = this.#networks.get(networkId);
    if (!program) return;
    this.#networks.delete(networkId);
    this.#kept -= sizeOf(program);
  }
}

/** What a program holds, roughly; never 0. */
function sizeOf({ ports, groups, policies }: NetworkProgram): number {
  const members = groups.reduce((sum, group) => sum + group.members.length, 0);
  const entries = policies.reduce((sum, { ingress, egress }) => sum + ingress.length + egress.length, 0);
  return 1 + ports.length + members + entries;
}

/** A world, and which of its networks (the edge is one) are behind what is wanted of them. */
export interface WantedWorld {
  readonly world: World;
  readonly behind: ReadonlySet<string>;
}

/** Reads what a packet from `start` to `destination` can cross. */
export async function readWorld(
  reader: Reader,
  start: Start,
  destination: Ipv4,
  { programs, uplink }: { readonly programs: CompiledPrograms; readonly uplink: boolean },
): Promise<WantedWorld> {
  const behind = new Set<string>();
  const networks = new Map<string, NetworkProgram>();
  const edge = await programs.edge(reader);
  if (edge.behind) behind.add(EDGE);
  const sender = start === 'outside' ? undefined : start.networkId;
  for (const networkId of new Set([sender, routeAtEdge(edge.program, destination)])) {
    const network = networkId === undefined ? undefined : await programs.network(reader, networkId);
    if (!network) continue;
    networks.set(network.program.networkId, network.program);
    if (network.behind) behind.add(network.program.networkId);
  }
  const from = sender === undefined ? undefined : networks.get(sender);
  const elsewhere = from && !isInside(from, destination) ? await networksWith(reader, from.networkId, destination) : [];
  return {
    world: {
      edge: edge.program,
      uplink,
      network: (networkId) => networks.get(networkId),
      elsewhere: (address) => (address === destination ? elsewhere : []),
    },
    behind,
  };
}

/** Ids of VPCs of the owner of this one whose block holds the address, in order. */
async function networksWith(reader: Reader, networkId: string, address: Ipv4): Promise<readonly string[]> {
  const own = await reader.get('vpc', { id: networkId });
  if (!own) return [];
  const all = await reader.find('vpc', { account_id: own.account_id });
  return all
    .filter((vpc) => {
      const block = parseCidr(vpc.cidr);
      return block !== undefined && cidrContainsAddress(block, address);
    })
    .map((vpc) => vpc.id)
    .sort();
}
