/** Waiting times of work that failed: 250 ms, doubled up to 30 s; forgotten after a success. */

const FIRST = 250;
const LONGEST = 30_000;

export class RetryTimes {
  readonly #failures = new Map<string, { count: number; notBefore: number }>();

  /** Whether the work may be tried at `now` (milliseconds). */
  due(key: string, now: number): boolean {
    return (this.#failures.get(key)?.notBefore ?? 0) <= now;
  }

  /** Notes a failure and returns the milliseconds to wait. */
  failed(key: string, now: number): number {
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    const wait = Math.min(FIRST * 2 ** (count - 1), LONGEST);
    this.#failures.set(key, { count, notBefore: now + wait });
    return wait;
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }
}
