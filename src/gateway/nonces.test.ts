import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNonceJournal } from './nonce-journal.ts';
import { type NonceMemory, RecentNonces, SIGNATURE_WINDOW_MS } from './nonces.ts';

const T = 1_800_000_000_000;
const W = SIGNATURE_WINDOW_MS;

describe('RecentNonces', () => {
  it('accepts a nonce once for each key', () => {
    const nonces = new RecentNonces();
    expect(nonces.use('a', '1', T, T)).toBe('fresh');
    expect(nonces.use('a', '1', T, T)).toBe('used');
    expect(nonces.use('b', '1', T, T)).toBe('fresh');
    expect(nonces.use('a', '2', T, T)).toBe('fresh');
  });

  it('keeps nothing of the request that a nonce was cut out of', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const inUse = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const nonces = new RecentNonces();
    const before = inUse();
    for (let index = 0; index < 100; index += 1) {
      const nonce = String(index).padStart(36, 'n');
      const request = Buffer.from(`${nonce}${'x'.repeat(1_000_000)}`).toString('latin1');
      expect(nonces.use('a', request.slice(0, 36), T, T)).toBe('fresh');
    }
    expect(inUse() - before).toBeLessThan(30_000_000);
    expect(nonces.size).toBe(100);
  });

  it('forgets what is older than the window, and no longer vouches for it', () => {
    const nonces = new RecentNonces();
    nonces.use('a', '1', T, T);
    expect(nonces.use('a', '1', T, T + W)).toBe('used');
    expect(nonces.use('b', '2', T + W + 1000, T + W + 1000)).toBe('fresh');
    expect(nonces.size).toBe(1);
    // The clock was set back: the old request must not pass as new.
    expect(nonces.use('a', '1', T, T)).toBe('forgotten');
  });

  it('drops the oldest seconds of a key that uses too many, and refuses those seconds from then on', () => {
    const nonces = new RecentNonces(10);
    for (let index = 0; index < 20; index += 1) nonces.use('busy', `${index}`, T + index * 1000, T + index * 1000);
    expect(nonces.size).toBe(10);
    expect(nonces.use('busy', '3', T + 3000, T + 20_000)).toBe('forgotten');
    expect(nonces.use('busy', '15', T + 15_000, T + 20_000)).toBe('used');
    expect(nonces.use('other', '3', T + 3000, T + 20_000)).toBe('fresh');
  });

  it('never accepts a request twice, however times and clocks go', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b'),
      nonce: fc.integer({ min: 0, max: 3 }),
      /** Seconds from the server's clock. */
      skew: fc.integer({ min: -W / 1000, max: W / 1000 }),
      /** Seconds the clock moves before, now and then backwards. */
      moves: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: -2000, max: 2000 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (steps, most) => {
        const nonces = new RecentNonces(most);
        const accepted = new Set<string>();
        let now = T;
        for (const { key, nonce, skew, moves } of steps) {
          now += moves * 1000;
          const time = now + skew * 1000;
          const request = `${key} ${nonce} ${time}`;
          for (let times = 0; times < 2; times += 1) {
            if (nonces.use(key, String(nonce), time, now) !== 'fresh') continue;
            expect(accepted).not.toContain(request);
            accepted.add(request);
          }
        }
        expect(nonces.size).toBeLessThanOrEqual(2 * most);
      }),
    );
  });
});

describe('openNonceJournal', () => {
  let directory: string;
  let path: string;
  const opened: NonceMemory[] = [];
  const open = (now = T, slack?: number) => {
    const journal = openNonceJournal({ path, now, ...(slack === undefined ? {} : { slack }) });
    opened.push(journal);
    return journal;
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'yunlan-nonces-'));
    path = join(directory, 'nonces');
  });
  afterEach(async () => {
    for (const journal of opened.splice(0)) await journal.close();
    rmSync(directory, { recursive: true });
  });

  it('knows after a crash what was used before it', () => {
    const before = open();
    before.use('a', 'odd "\n nonce', T, T);
    before.use('b', '1', T + 5000, T);
    // Not closed: as if killed.
    const after = open(T + 1000);
    expect(after.use('a', 'odd "\n nonce', T, T + 1000)).toBe('used');
    expect(after.use('b', '1', T + 5000, T + 1000)).toBe('used');
    expect(after.use('a', 'another', T, T + 1000)).toBe('fresh');
  });

  it('passes over a line that a crash cut short, and lines of noise', () => {
    open().use('a', '1', T, T);
    appendFileSync(path, 'noise\n{}\n[1,2,3]\n["a",1]\n["a",180000');
    const after = open();
    expect(after.use('a', '1', T, T)).toBe('used');
    expect(after.use('a', '2', T, T)).toBe('fresh');
    expect(open().use('a', '2', T, T)).toBe('used');
  });

  it('does not grow beyond what it must remember', () => {
    const journal = open(T, 10);
    for (let index = 0; index < 1000; index += 1) {
      const now = T + index * 60_000;
      journal.use('a', `${index}`, now, now);
    }
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(60);
    const end = T + 999 * 60_000;
    expect(open(end).use('a', '999', end, end)).toBe('used');
  });

  it('keeps the seconds that a key is not vouched for', () => {
    writeFileSync(path, `${JSON.stringify(['a', T / 1000])}\n`);
    const journal = open();
    expect(journal.use('a', '1', T, T)).toBe('forgotten');
    expect(journal.use('a', '1', T + 1000, T)).toBe('fresh');
    expect(open().use('a', '2', T, T)).toBe('forgotten');
  });

  it('is readable by its owner alone', () => {
    open();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
