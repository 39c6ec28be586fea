import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublicRange, Writer } from '../../src/store/port.ts';
import { type Ipv4, ipv4FromNumber, parseIpv4, sortableIpv4 } from '../../src/values/ip.ts';
import { make } from './rows.ts';
import { temporaryStore, write } from './world.ts';

const BASE = parseIpv4('198.18.0.0')!;
const at = (number: number): Ipv4 => ipv4FromNumber(BASE + number);
const ranges = (...bounds: (readonly [number, number])[]): PublicRange[] =>
  bounds.map(([first, last]) => ({ first: at(first), last: at(last) }));

const FREE = {
  status: 'Available',
  instance_type: '',
  instance_id: null,
  network_interface_id: null,
  private_address: null,
  vpc_id: null,
} as const;

let serial = 0;

/** Gives the next address to a new row; its number from the base, or undefined. */
async function give(tx: Writer, among: readonly PublicRange[]): Promise<number | undefined> {
  const address = await tx.nextPublicAddress(among);
  if (address === undefined) return undefined;
  serial += 1;
  await tx.insert('eip', make.eip({ ...FREE, id: `eip-${serial}`, address: sortableIpv4(address) }));
  return address - BASE;
}

const release = (tx: Writer, number: number) => tx.remove('eip', { address: sortableIpv4(at(number)) });

describe('public addresses', () => {
  it('follow the model: from the one given last on, over every range, round once', async () => {
    const POOL = [
      [1, 6],
      [9, 9],
      [20, 24],
    ] as const;
    const all = POOL.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('next' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...all) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const store = await temporaryStore();
        const taken = new Set<number>();
        let given = -1;
        await write(store, async (tx) => {
          for (const one of steps) {
            if (one === 'next') {
              const right = [...all.slice(given + 1), ...all.slice(0, given + 1)].find((number) => !taken.has(number));
              expect(await give(tx, ranges(...POOL))).toBe(right);
              if (right === undefined) continue;
              taken.add(right);
              given = all.indexOf(right);
            } else {
              expect(await release(tx, one)).toBe(taken.delete(one) ? 1 : 0);
            }
          }
        });
        await store.close();
      }),
      { numRuns: 100 },
    );
  });

  it('start over where the address given last is in no range any more', async () => {
    const store = await temporaryStore();
    await write(store, async (tx) => {
      expect(await give(tx, ranges([50, 60]))).toBe(50);
      expect(await give(tx, ranges([1, 3], [70, 71]))).toBe(1);
      expect(await give(tx, [])).toBeUndefined();
    });
  });

  it('go on from where they were after the store was closed, and not after a write that was undone', async () => {
    const store = await temporaryStore();
    await write(store, (tx) => give(tx, ranges([1, 9])));
    const undone = store.write({ scope: ['test'], dryRun: true }, (tx) => give(tx, ranges([1, 9])));
    expect((await undone).kind).toBe('dry');
    expect(await write(store, (tx) => give(tx, ranges([1, 9])))).toBe(2);
  });

  it('five thousand in a row but for one: that one is found, then none', async () => {
    const store = await temporaryStore();
    const last = 2 ** 17 - 2;
    await write(store, async (tx) => {
      for (let number = 1; number <= 5000; number++) {
        if (number !== 4321)
          await tx.insert('eip', make.eip({ ...FREE, id: `eip-f${number}`, address: sortableIpv4(at(number)) }));
      }
      expect(await give(tx, ranges([1, 5000]))).toBe(4321);
      expect(await give(tx, ranges([1, 5000]))).toBeUndefined();
      expect(await give(tx, ranges([1, last]))).toBe(5001);
    });
  });
});
