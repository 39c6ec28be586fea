import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionKey } from '../contract/action.ts';
import { Throttle } from './throttle.ts';

const CREATE: ActionKey = 'Ecs.CreateInstance';
const DESCRIBE: ActionKey = 'Ecs.DescribeInstances';

describe('a throttle', () => {
  it('lets a minute’s worth pass at once, then as many as the minute brings', () => {
    const throttle = new Throttle({ each: 60 });
    for (let call = 0; call < 60; call += 1) expect(throttle.take('a', CREATE, 0)).toBe(0);
    expect(throttle.take('a', CREATE, 0)).toBe(1000);
    expect(throttle.take('a', CREATE, 400)).toBe(600);
    expect(throttle.take('a', CREATE, 1000)).toBe(0);
    expect(throttle.take('a', CREATE, 1000)).toBe(1000);
  });

  it('counts every account and every action by itself', () => {
    const throttle = new Throttle({ each: 1 });
    expect(throttle.take('a', CREATE, 0)).toBe(0);
    expect(throttle.take('a', CREATE, 0)).toBeGreaterThan(0);
    expect(throttle.take('b', CREATE, 0)).toBe(0);
    expect(throttle.take('a', DESCRIBE, 0)).toBe(0);
  });

  it('an action’s own rate counts before the one of each', () => {
    const throttle = new Throttle({ each: 1, actions: new Map([[CREATE, 3]]) });
    expect([throttle.rateOf(CREATE), throttle.rateOf(DESCRIBE)]).toEqual([3, 1]);
    expect([1, 2, 3, 4].map(() => throttle.take('a', CREATE, 0) === 0)).toEqual([true, true, true, false]);
    const only = new Throttle({ actions: new Map([[CREATE, 1]]) });
    expect([1, 2, 3].every(() => only.take('a', DESCRIBE, 0) === 0)).toBe(true);
  });

  it('never lets more pass than the rate, whenever they come; who waits as told is served', () => {
    const rates = fc.integer({ min: 1, max: 500 });
    const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(rates, pauses, (each, waits) => {
        const throttle = new Throttle({ each });
        const passed: number[] = [];
        let now = 1_000_000;
        for (const wait of waits) {
          now += wait;
          const told = throttle.take('a', CREATE, now);
          if (told === 0) passed.push(now);
          else {
            expect(throttle.take('a', CREATE, now + told - 1)).toBeGreaterThan(0);
            now += told;
            expect(throttle.take('a', CREATE, now)).toBe(0);
            passed.push(now);
          }
        }
        for (const [first, from] of passed.entries()) {
          for (let last = first; last < passed.length; last += 1) {
            const most = each + ((passed[last]! - from) * each) / 60_000;
            expect(last - first + 1).toBeLessThanOrEqual(Math.floor(most + 1e-6));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is not confused by a clock that was set back', () => {
    const throttle = new Throttle({ each: 1 });
    expect(throttle.take('a', CREATE, 10_000_000)).toBe(0);
    expect(throttle.take('a', CREATE, 0)).toBe(60_000);
    expect(throttle.take('a', CREATE, 60_000)).toBe(0);
  });

  it('forgets who has been quiet for a minute', () => {
    const throttle = new Throttle({ each: 5 });
    for (let account = 0; account < 1000; account += 1) throttle.take(String(account), CREATE, account);
    expect(throttle.size).toBe(1000);
    throttle.take('busy', CREATE, 50_000);
    throttle.take('busy', CREATE, 70_000);
    expect(throttle.size).toBe(1);
  });
});
