/**
 * Makes reality follow the store. Woken by commits and by a timer, it takes no input: each pass asks the store what is
 * behind and starts one piece of work for each network and instance that has none under way. A failure is written down
 * and tried again later; nothing is remembered that the store or the driver could not tell.
 *
 * Interleaving: pieces of work of different networks and instances run side by side; one network (or instance) never
 * has two. Requests commit at any time between; every write here is guarded by the row it read, so the later commit
 * wins and its wake-up starts the next pass.
 */
import type { Store } from '../store/port.ts';
import type { Tables } from '../store/schema.ts';
import { type Clock, steadyClock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';
import { DEFAULT_PUBLIC_EDGE, EDGE, type PublicEdge } from '../values/public-edge.ts';
import type { Driver } from './driver.ts';
import { AppliedAddresses, arrivedAddresses, realizeEdge, settleAddresses } from './edge.ts';
import { instancesToMove, moveInstance, recordInstanceFailure } from './instances.ts';
import { realizeNetwork, recordNetworkFailure } from './networks.ts';
import { RetryTimes } from './retry.ts';

export interface ReconcilerParts {
  readonly store: Store;
  readonly driver: Driver;
  /** The defaults when absent. */
  readonly publicEdge?: PublicEdge;
  /** Real time; waiting times do not follow a moved clock. */
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds between passes that nobody asked for. */
  readonly interval?: number;
  /** Milliseconds in which each network is looked at once for what somebody else has changed in it. */
  readonly verifyInterval?: number;
  /** Told of each piece of work that has ended, for whoever counts. */
  readonly worked?: ((work: Work) => void) | undefined;
}

/** A piece of work that has ended; `public addresses` are settled for all networks together. */
export interface Work {
  readonly kind: 'network' | 'instance' | 'public addresses';
  readonly milliseconds: number;
  readonly failed: boolean;
}

const VERIFY_INTERVAL = 30_000;

/** Instances that boot or end at the same time; more only contend for the machine. */
const INSTANCES_AT_ONCE = 8;

export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #retry = new RetryTimes();
  /** Interfaces that the last applied program of a network plugged. */
  readonly #plugged = new Map<string, ReadonlySet<string>>();
  /**
   * Networks whose reality is unknown, whatever the store says: those of an earlier process that this one has not
   * applied yet, and those that somebody else has changed.
   */
  readonly #unknown = new Set<string>();
  /** Networks at which the driver has asked for a look that has not begun: they may have work under way. */
  readonly #doubted = new Set<string>();
  readonly #addresses = new AppliedAddresses();
  /** Networks that are still to be looked at in this round, and the time between two. */
  #round: string[] = [];
  #pause = 0;
  #timer: NodeJS.Timeout | undefined;
  #verifyTimer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #asked = false;
  #passing = false;
  #stopped = false;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  /** Adopts what an earlier process left, then follows the store until `stop`. */
  async start(): Promise<void> {
    await this.#adopt();
    await this.#sweep();
    this.#unsubscribe = this.#parts.store.onCommit(() => this.wake());
    this.#timer = setInterval(() => {
      void this.#sweep();
      this.wake();
    }, this.#parts.interval ?? 5000);
    this.#parts.driver.network.onDoubt((networkId) => {
      this.#doubted.add(networkId);
      this.wake();
    });
    this.#verifyLater(this.#parts.verifyInterval ?? VERIFY_INTERVAL);
    this.wake();
  }

  /** Resolves when no piece of work is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#verifyTimer);
    this.#unsubscribe?.();
    await Promise.all(this.#busy.values());
  }

  /** Resolves when a pass finds nothing to do and nothing is under way; for tests and an orderly end. */
  async settled(): Promise<void> {
    do {
      await Promise.all(this.#busy.values());
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#busy.size > 0 || this.#passing || this.#asked);
  }

  /** Asks for a pass; many calls before it begins are one. */
  wake(): void {
    this.#asked = true;
    if (this.#passing || this.#stopped) return;
    this.#passing = true;
    setImmediate(() => void this.#passes());
  }

  async #passes(): Promise<void> {
    while (this.#asked && !this.#stopped) {
      this.#asked = false;
      try {
        await this.#pass();
      } catch (error) {
        this.#parts.log.error({ error }, 'a reconciler pass failed');
      }
    }
    this.#passing = false;
  }

  async #pass(): Promise<void> {
    const { store } = this.#parts;
    const behind = (await store.read((reader) => reader.behind())).map((state) => state.network_id);
    for (const id of new Set([...behind, ...this.#unknown])) {
      this.#begin(`network ${id}`, () => (id === EDGE ? this.#edge() : this.#network(id)));
    }
    for (const id of this.#doubted) this.#verify(id);
    const arrived = await arrivedAddresses(store, this.#addresses);
    if (arrived.length > 0) this.#begin('public addresses', () => this.#settle(arrived));
    for (const instance of await instancesToMove(store)) {
      if (this.#instancesBusy() >= INSTANCES_AT_ONCE) break;
      if (this.#unknown.has(instance.vpc_id) && instance.status !== 'Stopping') continue;
      this.#begin(`instance ${instance.id}`, () => this.#instance(instance.id));
    }
  }

  /**
   * Starts a piece of work unless it is under way or waits after a failure. The work tells whether it changed anything:
   * then its end asks for the next pass; work that could only wait is asked again by whatever it waits for.
   */
  #begin(key: string, work: () => Promise<boolean>): void {
    if (this.#busy.has(key) || this.#stopped || !this.#retry.due(key)) return;
    const began = steadyClock.now();
    const running = work()
      .then((changed) => {
        this.#retry.succeeded(key);
        this.#worked(key, began, false);
        return changed;
      })
      .catch((error: unknown) => {
        const wait = this.#retry.failed(key);
        this.#worked(key, began, true);
        this.#parts.log.error({ error, work: key, retryInMilliseconds: wait }, 'reconciling failed');
        setTimeout(() => {
          this.#retry.waited(key);
          this.wake();
        }, wait).unref();
        return false;
      })
      .then((changed) => {
        // In one step: whoever sees that nothing is under way must see that another pass was asked for.
        this.#busy.delete(key);
        if (changed) this.wake();
      });
    this.#busy.set(key, running);
  }

  #worked(key: string, began: number, failed: boolean): void {
    const kind = key.startsWith('network ') ? 'network' : key.startsWith('instance ') ? 'instance' : 'public addresses';
    this.#parts.worked?.({ kind, milliseconds: steadyClock.now() - began, failed });
  }

  async #network(networkId: string): Promise<boolean> {
    const { store, driver } = this.#parts;
    try {
      const realized = await realizeNetwork(networkId, { store, driver: driver.network });
      if (realized) {
        this.#plugged.set(networkId, new Set(realized.program.ports.map((port) => port.id)));
        this.#addresses.applied(networkId, realized.snapshot.eips);
      } else {
        this.#plugged.delete(networkId);
        this.#addresses.removed(networkId);
      }
      this.#unknown.delete(networkId);
      return true;
    } catch (error) {
      await recordNetworkFailure(store, networkId, wordsOf(error));
      throw error;
    }
  }

  async #edge(): Promise<boolean> {
    const { store, driver, publicEdge = DEFAULT_PUBLIC_EDGE } = this.#parts;
    try {
      this.#addresses.applied(EDGE, await realizeEdge({ store, driver: driver.network, publicEdge }));
      this.#unknown.delete(EDGE);
      return true;
    } catch (error) {
      await recordNetworkFailure(store, EDGE, wordsOf(error));
      throw error;
    }
  }

  #verifyLater(wait: number): void {
    this.#verifyTimer = setTimeout(() => void this.#verifyNext(), wait);
  }

  /** Looks at one network after the other, the edge first, spread over the interval; then begins again. */
  async #verifyNext(): Promise<void> {
    const { store, verifyInterval = VERIFY_INTERVAL, log } = this.#parts;
    try {
      if (this.#round.length === 0) {
        const states = await store.read((reader) => reader.find('network_state', { deleted: false }));
        this.#round = [...new Set([EDGE, ...states.map((state) => state.network_id)])];
        this.#pause = verifyInterval / this.#round.length;
      }
      const next = this.#round.shift();
      if (next !== undefined) this.#verify(next);
    } catch (error) {
      if (!this.#stopped) log.error({ error }, 'the networks to look at could not be read');
    }
    if (!this.#stopped) this.#verifyLater(this.#pause);
  }

  /**
   * Has a network applied again when it is not what was applied. A look is work on the network like applying: they
   * never meet. Work that found the network busy with a look is asked for again at its end.
   */
  #verify(networkId: string): void {
    if (this.#unknown.has(networkId)) return;
    this.#begin(`network ${networkId}`, async () => {
      // Now, so that one which comes during the look is not taken for answered by it.
      const doubted = this.#doubted.delete(networkId);
      try {
        if (!(await this.#parts.driver.network.verify(networkId))) this.#unknown.add(networkId);
      } catch (error) {
        if (doubted) this.#doubted.add(networkId);
        throw error;
      }
      return true;
    });
  }

  async #settle(arrived: readonly Tables['eip'][]): Promise<boolean> {
    await settleAddresses(this.#parts.store, arrived);
    return true;
  }

  async #instance(instanceId: string): Promise<boolean> {
    const { store, driver, clock } = this.#parts;
    try {
      const cards = await store.read((reader) => reader.find('network_interface', { instance_id: instanceId }));
      const moved = await moveInstance(instanceId, {
        store,
        clock,
        compute: driver.compute,
        plugged: (instance) => this.#isPlugged(instance, cards),
      });
      const left = await store.read((reader) => reader.get('instance', { id: instanceId }));
      if (!left) await driver.compute.destroy(instanceId);
      return moved;
    } catch (error) {
      await recordInstanceFailure({ store, clock }, instanceId, wordsOf(error));
      throw error;
    }
  }

  #isPlugged(instance: Tables['instance'], cards: readonly Tables['network_interface'][]): boolean {
    const plugged = this.#plugged.get(instance.vpc_id);
    const unplugged = instance.status === 'Stopped';
    return unplugged
      ? cards.some((card) => plugged?.has(card.id) ?? true)
      : cards.length > 0 && cards.every((card) => plugged?.has(card.id) ?? false);
  }

  #instancesBusy(): number {
    return [...this.#busy.keys()].filter((key) => key.startsWith('instance ')).length;
  }

  /**
   * At start, and after everything was lost: what runs is taken over; an instance that should run but does not (the machine was restarted, or `down`
   * ended it) starts again from its disk; guests that nobody knows any more are ended.
   */
  async #adopt(): Promise<void> {
    const { store, driver } = this.#parts;
    const running = new Set(await driver.compute.running());
    const rows = await store.read((reader) => reader.find('instance', {}));
    const lost = rows.filter((row) => row.status === 'Running' && !running.has(row.id));
    for (const row of lost) {
      await store.write({ scope: [row.vpc_id] }, (writer) =>
        writer.update('instance', { id: row.id, status: 'Running' }, { status: 'Starting' }),
      );
    }
    const wanted = new Set(rows.filter((row) => row.status !== 'Stopped').map((row) => row.id));
    for (const id of running) if (!wanted.has(id)) await driver.compute.stop(id, { force: true });
    for (const state of await store.read((reader) => reader.find('network_state', {})))
      this.#unknown.add(state.network_id);
    // The edge is there from the start, so that the host outside is.
    this.#unknown.add(EDGE);
    for (const id of await driver.network.networks()) if (!this.#unknown.has(id)) await driver.network.remove(id);
  }

  /** Begins again as after a restart of the machine when the driver has lost everything. */
  async #revive(): Promise<boolean> {
    if (!(await this.#parts.driver.revive?.())) return false;
    await this.#adopt();
    this.wake();
    return true;
  }

  /**
   * Notices instances that ended by themselves (their init exited) and removes disks that no instance owns. Disks and
   * guests are listed before the rows are read: a disk is made only after its row, so a disk without a row then is one
   * whose instance was deleted.
   */
  async #sweep(): Promise<void> {
    const { store, driver, log } = this.#parts;
    try {
      await this.#revive();
      const candidates = await store.read((reader) => reader.find('instance', { status: 'Running' }));
      const running = new Set(await driver.compute.running());
      const disks = await driver.compute.disks();
      // If none runs because all were lost meanwhile, they did not end by themselves.
      if (await this.#revive()) return;
      const rows = new Set((await store.read((reader) => reader.find('instance', {}))).map((row) => row.id));
      for (const row of candidates) {
        if (running.has(row.id) || this.#busy.has(`instance ${row.id}`)) continue;
        log.warn({ instance: row.id }, 'an instance ended by itself');
        await store.write({ scope: [row.vpc_id] }, async (writer) => {
          const guard = { id: row.id, status: 'Running' as const, boot_realized: row.boot_realized };
          const changed = await writer.update('instance', guard, { status: 'Stopped', wanted: 'Stopped' });
          if (changed > 0) await writer.touch(row.vpc_id, row.region_id);
        });
      }
      for (const id of disks) {
        if (!rows.has(id) && !this.#busy.has(`instance ${id}`)) await driver.compute.destroy(id);
      }
    } catch (error) {
      log.error({ error }, 'the sweep failed');
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
