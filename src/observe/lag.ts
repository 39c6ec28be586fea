/**
 * For how long reality has been behind what is wanted. The store tells which networks are behind and not since when, so
 * this remembers; a network that got somewhere meanwhile begins anew.
 */

/** A network that is behind, as the store tells it. */
interface Behind {
  readonly network_id: string;
  readonly realized: number;
}

export class Lag {
  readonly #since = new Map<string, { readonly realized: number; readonly at: number }>();

  /** Takes what is behind at this moment, in milliseconds of any clock that is not set back. */
  look(behind: readonly Behind[], now: number): void {
    const ids = new Set(behind.map((network) => network.network_id));
    for (const id of this.#since.keys()) if (!ids.has(id)) this.#since.delete(id);
    for (const { network_id, realized } of behind) {
      const known = this.#since.get(network_id);
      if (known?.realized !== realized) this.#since.set(network_id, { realized, at: now });
    }
  }

  /** Milliseconds since the network that waits longest got anywhere; 0 when none is behind. */
  longest(now: number): number {
    let longest = 0;
    for (const { at } of this.#since.values()) longest = Math.max(longest, now - at);
    return longest;
  }
}
