/**
 * Which nonces were used. A signed request may be accepted once, whatever happens in between; docs/decisions/0003 has
 * the reasoning. The invariant: every nonce of an accepted request is remembered as long as its timestamp would still
 * be accepted; what memory has to drop is no longer accepted at all.
 */

/** How far a signed time may be from the server's clock, either way. */
export const SIGNATURE_WINDOW_MS = 15 * 60_000;

/** Nonces remembered for one key; beyond it the oldest seconds are dropped and no longer accepted. */
const MOST_PER_KEY = 262_144;

export interface NonceMemory {
  /**
   * Uses up a nonce. `time`: when the request says it was signed, `now`: the server's clock, both in milliseconds.
   * `forgotten`: nonces of that time are not remembered (any more), so the request cannot be told from a replay.
   */
  use(accessKeyId: string, nonce: string, time: number, now: number): 'fresh' | 'used' | 'forgotten';
  close(): Promise<void>;
}

interface KeyMemory {
  /** Nonces by the second of their timestamp. */
  readonly seconds: Map<number, Set<string>>;
  count: number;
  /** Timestamps up to this second are not vouched for. */
  floor: number;
}

/** Remembers within this process. */
export class RecentNonces implements NonceMemory {
  readonly #keys = new Map<string, KeyMemory>();
  readonly #most: number;
  /** Everything up to this second was dropped because of its age; stands even when the clock is set back. */
  #floor = Number.NEGATIVE_INFINITY;
  #swept = Number.NEGATIVE_INFINITY;

  constructor(most: number = MOST_PER_KEY) {
    this.#most = most;
  }

  use(accessKeyId: string, nonce: string, time: number, now: number): 'fresh' | 'used' | 'forgotten' {
    this.#sweep(now);
    const second = Math.floor(time / 1000);
    let key = this.#keys.get(accessKeyId);
    if (second <= Math.max(this.#floor, key?.floor ?? this.#floor)) return 'forgotten';
    if (!key) {
      key = { seconds: new Map(), count: 0, floor: this.#floor };
      this.#keys.set(ownCopy(accessKeyId), key);
    }
    let nonces = key.seconds.get(second);
    if (!nonces) {
      nonces = new Set();
      key.seconds.set(second, nonces);
    } else if (nonces.has(nonce)) return 'used';
    nonces.add(ownCopy(nonce));
    key.count += 1;
    while (key.count > this.#most) this.#drop(key, Math.min(...key.seconds.keys()));
    return 'fresh';
  }

  async close(): Promise<void> {}

  /** Nonces remembered now. */
  get size(): number {
    let size = 0;
    for (const key of this.#keys.values()) size += key.count;
    return size;
  }

  /** What a later process must know: the nonces with the second they belong to, and the seconds not vouched for. */
  *entries(): Generator<{ accessKeyId: string; second: number; nonces: Iterable<string> } | Floor> {
    for (const [accessKeyId, key] of this.#keys) {
      if (key.floor > this.#floor) yield { accessKeyId, floor: key.floor };
      for (const [second, nonces] of key.seconds) yield { accessKeyId, second, nonces };
    }
  }

  /** Takes over a floor of an earlier process. */
  raise({ accessKeyId, floor }: Floor): void {
    const key = this.#keys.get(accessKeyId);
    if (!key) this.#keys.set(accessKeyId, { seconds: new Map(), count: 0, floor });
    else key.floor = Math.max(key.floor, floor);
  }

  /** Drops what is too old to be accepted, at most once a second. */
  #sweep(now: number): void {
    const second = Math.floor(now / 1000);
    if (second <= this.#swept) return;
    // The floor only rises, since a clock that was set back is not later than what was swept.
    this.#swept = second;
    // A timestamp of exactly the window's age is still accepted, so its second is kept.
    this.#floor = Math.ceil((now - SIGNATURE_WINDOW_MS) / 1000) - 1;
    for (const [accessKeyId, key] of this.#keys) {
      for (const old of key.seconds.keys()) {
        if (old <= this.#floor) this.#drop(key, old);
      }
      if (key.count === 0 && key.floor <= this.#floor) this.#keys.delete(accessKeyId);
    }
  }

  #drop(key: KeyMemory, second: number): void {
    key.count -= key.seconds.get(second)?.size ?? 0;
    key.seconds.delete(second);
    key.floor = Math.max(key.floor, second);
  }
}

/** The engine lets a text that was cut out of a request keep the whole request, however large, in memory. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

export interface Floor {
  readonly accessKeyId: string;
  /** Timestamps up to this second are refused. */
  readonly floor: number;
}
