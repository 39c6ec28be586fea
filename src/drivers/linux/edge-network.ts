/**
 * The public edge as one more namespace, and the links of networks to it. All of it happens in the edge's turn: no link
 * comes or goes while the edge's routes change.
 */
import { EDGE, type EdgeProgram } from '../../realize/program.ts';
import { renderEdge } from './edge.ts';
import { findEdgeEnds } from './found.ts';
import type { Links } from './links.ts';
import type { Ruleset } from './ruleset.ts';
import type { ShellTool, ToolRefused } from './tools.ts';
import { edgeEndName, UPLINK, UPLINK_MADE, uplinkCommands } from './uplink.ts';

/** What the edge needs of those who keep namespaces. */
export interface EdgeGround {
  /** Runs `work` after all that was asked of the edge before. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Makes the edge's namespace. */
  prepare(): Promise<void>;
  /** Whether it was ever made. */
  exists(): Promise<boolean>;
  shellOf(networkId: string): ShellTool;
  /** Makes the edge's namespace hold this. */
  realise(wanted: { readonly generation: number; readonly ruleset: Ruleset; readonly links: Links }): Promise<void>;
  /** A link of the edge's namespace is gone, and its routes with it. */
  lost(name: string): void;
  /** These networks are linked and no others: told each time when somebody has looked. */
  found(networkIds: ReadonlySet<string>): void;
}

export class EdgeNetwork {
  readonly #ground: EdgeGround;
  readonly #world: boolean;
  /** Name of the edge's end → network; undefined until somebody looked. */
  #ends: Map<string, string> | undefined;
  #program: EdgeProgram | undefined;

  /** `world`: whether the machine is linked to the edge. */
  constructor(ground: EdgeGround, world: boolean) {
    this.#ground = ground;
    this.#world = world;
  }

  apply(program: EdgeProgram): Promise<void> {
    return this.#inTurn(async () => {
      await this.#open();
      this.#program = program;
      await this.#realise();
    });
  }

  /** Links a network to the edge; `whole` tells that its end is there already. */
  link(networkId: string, whole: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const ends = await this.#open();
      const name = edgeEndName(networkId, ends);
      if (whole && ends.get(name) === networkId) return;
      const [network, edge] = [this.#ground.shellOf(networkId), this.#ground.shellOf(EDGE)];
      await this.#cut(name);
      await network.ip([`link delete dev ${UPLINK}`], isGone);
      await network.ip(uplinkCommands(name));
      // Routers of other networks send errors under the same address as ours.
      await network.run(`echo 1 >/proc/sys/net/ipv4/conf/${UPLINK}/accept_local`);
      await edge.ip([`link set dev ${name} addrgenmode none up`, `link set dev ${name} alias ${networkId}`]);
      ends.set(name, networkId);
      await this.#realise();
      await network.ip([`link set dev ${UPLINK} alias ${UPLINK_MADE}`]);
    });
  }

  /** Ends the link of a network with the edge; no error when there is none. */
  unlink(networkId: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!(await this.#ground.exists())) return;
      const ends = await this.#open();
      const name = edgeEndName(networkId, ends);
      const known = ends.has(name);
      await this.#cut(name);
      if (known) await this.#realise();
    });
  }

  /** What was asked for last. */
  get program(): EdgeProgram | undefined {
    return this.#program;
  }

  /** Whether a network is linked, as far as it is known. */
  leadsTo(networkId: string): boolean {
    return this.#ends === undefined || [...this.#ends.values()].includes(networkId);
  }

  /** Looks again which links there are before they are needed next. In the edge's turn. */
  forget(): void {
    this.#ends = undefined;
  }

  /** After work that failed nobody knows which links there are: they may have been what it failed at. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#ground.inTurn(async () => {
      try {
        return await work();
      } catch (error) {
        this.forget();
        throw error;
      }
    });
  }

  async #open(): Promise<Map<string, string>> {
    if (this.#ends) return this.#ends;
    await this.#ground.prepare();
    this.#ends = await findEdgeEnds(this.#ground.shellOf(EDGE));
    this.#ground.found(new Set(this.#ends.values()));
    return this.#ends;
  }

  /** Makes the edge what the last program wants with the links that there are now. */
  async #realise(): Promise<void> {
    if (this.#program === undefined) return;
    const uplinks = new Map(Array.from(this.#ends ?? [], ([name, networkId]) => [networkId, name]));
    await this.#ground.realise({
      generation: this.#program.generation,
      ...renderEdge(this.#program, uplinks, this.#world),
    });
  }

  /** Removes the edge's end of a link and with it the network's. */
  async #cut(name: string): Promise<void> {
    this.#ends?.delete(name);
    await this.#ground.shellOf(EDGE).ip([`link delete dev ${name}`], isGone);
    this.#ground.lost(name);
  }
}

function isGone(refusal: ToolRefused): boolean {
  return refusal.words.includes('Cannot find device');
}
