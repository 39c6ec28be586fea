/**
 * How often an account may call an action. A bucket for each account and action holds a minute's worth of calls and
 * fills evenly; a call takes one, and one that finds none is refused and told when the next will be there. So a burst up
 * to a minute's worth passes at once, nobody is held up by another account, and a client that waits as told is served.
 */
import type { ActionKey } from '../contract/action.ts';

/** Calls a minute. */
export interface Rates {
  /** Of each action that has none of its own; undefined: as many as come. */
  readonly each?: number | undefined;
  /** By `PRODUCT.ACTION`. */
  readonly actions?: ReadonlyMap<string, number>;
}

/** Far beyond what tools do; keeps a client that went wild from taking the whole server. */
export const DEFAULT_RATES: Rates = { each: 60_000 };

interface Bucket {
  /** In parts of which a call takes {@link CALL}: a millisecond brings as many as the rate, so nothing is rounded. */
  parts: number;
  /** Milliseconds when that was counted. */
  at: number;
}

const MINUTE = 60_000;
/** Parts of a call. */
const CALL = MINUTE;

export class Throttle {
  readonly #rates: Rates;
  readonly #buckets = new Map<string, Bucket>();
  #swept = 0;

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  /** Calls a minute that an account may make of the action; undefined: as many as come. */
  rateOf(action: ActionKey): number | undefined {
    return this.#rates.actions?.get(action) ?? this.#rates.each;
  }

  /** 0 when the call may go on; else the milliseconds until one may. A refused call takes nothing. */
  take(accountId: string, action: ActionKey, now: number): number {
    const rate = this.rateOf(action);
    if (rate === undefined) return 0;
    this.#sweep(now);
    const key = `${accountId} ${action}`;
    const bucket = this.#buckets.get(key);
    // A clock that was set back neither fills nor empties a bucket.
    const filled = bucket ? bucket.parts + Math.max(0, now - bucket.at) * rate : rate * CALL;
    const parts = Math.min(rate * CALL, filled);
    const served = parts >= CALL;
    this.#buckets.set(key, { parts: served ? parts - CALL : parts, at: now });
    return served ? 0 : Math.ceil((CALL - parts) / rate);
  }

  /** Buckets kept now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Forgets, once a minute, the buckets that are full by now: an absent one is full. */
  #sweep(now: number): void {
    if (Math.abs(now - this.#swept) < MINUTE) return;
    this.#swept = now;
    for (const [key, { at }] of this.#buckets) if (now - at >= MINUTE) this.#buckets.delete(key);
  }
}
