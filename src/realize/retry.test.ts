import { describe, expect, it } from 'vitest';
import { RetryTimes } from './retry.ts';

describe('retry times', () => {
  it('wait twice as long after each failure, up to 30 seconds, and start over after a success', () => {
    const times = new RetryTimes();
    const waits = Array.from({ length: 9 }, () => times.failed('a'));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    times.succeeded('a');
    expect(times.failed('a')).toBe(250);
  });

  it('hold back the work that failed until it has waited, and no other', () => {
    const times = new RetryTimes();
    expect(times.due('a')).toBe(true);
    times.failed('a');
    expect([times.due('a'), times.due('b')]).toEqual([false, true]);
    times.waited('a');
    expect(times.due('a')).toBe(true);
    expect(times.failed('a')).toBe(500);
    times.waited('b');
    expect(times.due('b')).toBe(true);
  });
});
