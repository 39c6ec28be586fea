/**
 * What a process that is killed leaves behind: the files of its data directory and what the driver had made. A witness
 * stands between server, store and driver and keeps a copy of both at every moment at which something was about to
 * change or has just changed. Each copy is a world in which the process was killed right then: nothing of it acts on
 * there. Moments that leave the same world for the same client are kept once.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatedMoment, SimulatedReality } from '../../src/drivers/simulated/driver.ts';
import type { Store } from '../../src/store/port.ts';

/** What is left when the process is killed at one moment. */
export interface World<Told> {
  /** Counts the moments of a run, from 1. */
  readonly point: number;
  /** The moment in words: `after apply vpc-…`. */
  readonly moment: string;
  readonly dataDir: string;
  readonly reality: SimulatedReality;
  /** What its client knew. */
  readonly client: Told;
}

export interface WitnessOptions<Told> {
  /** The data directory that is watched. */
  readonly dataDir: string;
  readonly reality: SimulatedReality;
  /** Where copies are put. */
  readonly copies: string;
  /** What the client knows now, and a text that is equal for equal knowledge. */
  readonly client: () => { readonly told: Told; readonly key: string };
  /** Only this moment is kept when given. */
  readonly only?: number;
}

export class Witness<Told> {
  readonly worlds: World<Told>[] = [];
  /** All moments seen, in words. */
  readonly moments: string[] = [];
  #options: WitnessOptions<Told>;
  readonly #copies = new Map<string, string>();
  readonly #kept = new Set<string>();
  #ended = false;

  constructor(options: WitnessOptions<Told>) {
    this.#options = options;
  }

  /** The store, watched: before each commit (its work is done, nothing is durable) and right after it. */
  watch(store: Store): Store {
    return {
      read: (work) => store.read(work),
      onCommit: (listener) => store.onCommit(listener),
      onTransaction: (listener) => store.onTransaction(listener),
      close: () => store.close(),
      write: async (options, work) => {
        const what = options.once ? `${options.once.action} ${options.once.token}` : `[${options.scope}]`;
        const outcome = await store.write(options, async (writer) => {
          const value = await work(writer);
          this.see(`before the commit of ${what}`);
          return value;
        });
        this.see(`after the commit of ${what}`);
        return outcome;
      },
    };
  }

  /** For the driver's steps. */
  readonly step = (operation: string, id: string, moment: SimulatedMoment): void =>
    this.see(`${moment} ${operation} ${id}`);

  /** Sees no more. */
  end(): void {
    this.#ended = true;
  }

  see(moment: string): void {
    if (this.#ended) return;
    this.moments.push(moment);
    const point = this.moments.length;
    const { reality, client, only } = this.#options;
    if (only !== undefined && only !== point) return;
    const { told, key } = client();
    const files = this.#files();
    const world = createHash('sha256')
      .update(`${files} ${key} ${textOf(reality)}`)
      .digest('hex');
    if (this.#kept.has(world)) return;
    this.#kept.add(world);
    this.worlds.push({
      point,
      moment,
      dataDir: this.#copyOf(files),
      reality: structuredClone(reality),
      client: told,
    });
  }

  /** A digest of the files that hold the state. */
  #files(): string {
    const { dataDir } = this.#options;
    const digest = createHash('sha256');
    for (const name of readdirSync(dataDir).sort()) {
      if (!/-shm$/.test(name)) digest.update(name).update(readFileSync(join(dataDir, name)));
    }
    return digest.digest('hex');
  }

  #copyOf(files: string): string {
    const known = this.#copies.get(files);
    if (known) return known;
    const copy = join(this.#options.copies, `world-${this.moments.length}`);
    mkdirSync(this.#options.copies, { recursive: true });
    cpSync(this.#options.dataDir, copy, { recursive: true });
    this.#copies.set(files, copy);
    return copy;
  }
}

function textOf(reality: SimulatedReality): string {
  return JSON.stringify(Object.values(reality).map((part) => (part instanceof Map ? [...part] : part)));
}
