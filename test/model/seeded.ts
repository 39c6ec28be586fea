/** Choices and time that repeat with their seed: what a simulation may use of either. */
import type { Clock } from '../../src/values/clock.ts';
import type { Random } from '../../src/values/random.ts';

export class Chooser {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    const [a, b, c, d] = this.#random.bytes(4);
    return (((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0) % count;
  }

  /** True in one of `count` cases. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  of<V>(values: readonly V[]): V {
    if (values.length === 0) throw new Error('nothing to choose from');
    return values[this.below(values.length)]!;
  }

  /** Up to `most` different values, at least one. */
  some<V>(values: readonly V[], most: number): V[] {
    const left = [...values];
    const chosen: V[] = [];
    const count = 1 + this.below(Math.min(most, left.length));
    while (chosen.length < count) chosen.push(...left.splice(this.below(left.length), 1));
    return chosen;
  }
}

/** A clock that moves on by a millisecond whenever it is asked, from a fixed moment on. */
export function tickingClock(start = Date.UTC(2026, 10, 1)): Clock {
  let now = start;
  return {
    now: () => {
      now += 1;
      return now;
    },
  };
}
