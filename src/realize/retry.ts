/** Waiting times of work that failed: 250 ms, doubled up to 30 s; forgotten after a success. */

const FIRST = 250;
const LONGEST = 30_000;

/**
 * Which work waits, and for how long. The one timer that ends a wait also lets the work through: two clocks that a timer
 * and a comparison each asked could disagree by a millisecond, and the work would be left until somebody else wakes.
 */
export class RetryTimes {
  readonly #failures = new Map<string, { count: number; waiting: boolean }>();

  /** Whether the work may be tried. */
  due(key: string): boolean {
    return !this.#failures.get(key)?.waiting;
  }

  /** Notes a failure and returns the milliseconds to wait before {@link waited}. */
  failed(key: string): number {
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    this.#failures.set(key, { count, waiting: true });
    return Math.min(FIRST * 2 ** (count - 1), LONGEST);
  }

  waited(key: string): void {
    const failure = this.#failures.get(key);
    if (failure) failure.waiting = false;
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }
}
