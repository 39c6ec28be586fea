import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/store/engine.ts';
import { leaseNext } from '../../src/store/lease.ts';
import type { LeaseRequest, Store, Writer } from '../../src/store/port.ts';
import { type Ipv4, ipv4FromNumber, parseIpv4, sortableIpv4 } from '../../src/values/ip.ts';
import { make, populate } from './rows.ts';
import { temporaryStore, write } from './world.ts';

const BASE = parseIpv4('10.0.0.0')!;
const at = (number: number): Ipv4 => ipv4FromNumber(BASE + number);
const lease: LeaseRequest = {
  networkId: 'vpc-a',
  vswitchId: 'vsw-a',
  purpose: 'secondary',
  networkInterfaceId: null,
};

async function storeWithVSwitch(cursor = 0): Promise<Store> {
  const store = await temporaryStore();
  await write(store, async (tx) => {
    await tx.insert('vpc', make.vpc());
    await tx.insert('vswitch', make.vswitch({ cursor: sortableIpv4(at(cursor)) }));
    await tx.insert('vswitch', make.vswitch({ id: 'vsw-b', cursor: '' }));
  });
  return store;
}

const next = (tx: Writer, first: number, last: number) => tx.leaseNext({ ...lease, first: at(first), last: at(last) });
const release = (tx: Writer, number: number) =>
  tx.remove('address_lease', { network_id: 'vpc-a', address: sortableIpv4(at(number)) });

/** What leasing means, without a database. */
class Model {
  readonly taken = new Set<number>();
  cursor: number;

  constructor(cursor: number) {
    this.cursor = cursor;
  }

  next(first: number, last: number): number | undefined {
    if (first > last) return undefined;
    const size = last - first + 1;
    const start = this.cursor < first || this.cursor > last ? first : this.cursor;
    for (let step = 0; step < size; step++) {
      const number = first + ((start - first + step) % size);
      if (this.taken.has(number)) continue;
      this.taken.add(number);
      this.cursor = number === last ? first : number + 1;
      return number;
    }
    return undefined;
  }
}

describe('leases', () => {
  it('follow the model: next from the cursor, round once, exact ones, releases, any bounds', async () => {
    const number = fc.integer({ min: 0, max: 40 });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('next' as const), first: number, last: number }) },
      { weight: 6, arbitrary: fc.constant({ kind: 'next' as const, first: 4, last: 20 }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('exact' as const), number }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('release' as const), number }) },
    );
    await fc.assert(
      fc.asyncProperty(number, fc.array(step, { maxLength: 80 }), async (cursor, steps) => {
        const store = await storeWithVSwitch(cursor);
        const model = new Model(cursor);
        await write(store, async (tx) => {
          for (const step of steps) {
            if (step.kind === 'next') {
              const right = model.next(step.first, step.last);
              expect(await next(tx, step.first, step.last)).toBe(right === undefined ? undefined : at(right));
            } else if (step.kind === 'exact') {
              const free = !model.taken.has(step.number);
              model.taken.add(step.number);
              expect(await tx.leaseExact({ ...lease, address: at(step.number) })).toBe(free);
            } else {
              expect(await release(tx, step.number)).toBe(model.taken.delete(step.number) ? 1 : 0);
            }
          }
        });
        const held = await store.read((reader) => reader.find('address_lease', {}));
        const right = [...model.taken].sort((a, b) => a - b).map((number) => sortableIpv4(at(number)));
        expect(held.map((row) => row.address)).toEqual(right);
        await store.close();
      }),
      { numRuns: 150 },
    );
  });

  it('never pass the ends of the address space', async () => {
    const store = await storeWithVSwitch();
    const top = ipv4FromNumber(0xffffffff);
    await write(store, async (tx) => {
      const all = { ...lease, first: ipv4FromNumber(0xfffffffe), last: top };
      expect(await tx.leaseNext(all)).toBe(0xfffffffe);
      expect(await tx.leaseNext(all)).toBe(0xffffffff);
      expect(await tx.leaseNext(all)).toBeUndefined();
    });
  });

  it('hold for the network, not the VSwitch alone', async () => {
    const store = await storeWithVSwitch();
    await write(store, async (tx) => {
      expect(await tx.leaseExact({ ...lease, address: at(5) })).toBe(true);
      expect(await tx.leaseExact({ ...lease, vswitchId: 'vsw-b', address: at(5) })).toBe(false);
      await tx.insert('vpc', make.vpc({ id: 'vpc-b' }));
      expect(await tx.leaseExact({ ...lease, networkId: 'vpc-b', address: at(5) })).toBe(true);
    });
  });

  it('reserved addresses are leases too', async () => {
    const store = await storeWithVSwitch();
    await write(store, async (tx) => {
      for (const number of [0, 2, 3]) {
        await tx.leaseExact({ ...lease, purpose: 'reserved', address: at(number) });
      }
      expect([await next(tx, 0, 5), await next(tx, 0, 5), await next(tx, 0, 5), await next(tx, 0, 5)]).toEqual([
        at(1),
        at(4),
        at(5),
        undefined,
      ]);
    });
  });

  it('tell whose they are', async () => {
    const store = await temporaryStore();
    await write(store, async (tx) => {
      await populate(tx);
      await tx.leaseExact({ ...lease, networkInterfaceId: 'eni-a', address: at(9) });
    });
    const row = await store.read((reader) => reader.get('address_lease', { address: sortableIpv4(at(9)) }));
    expect(row).toEqual(
      make.address_lease({ address: sortableIpv4(at(9)), purpose: 'secondary', network_interface_id: 'eni-a' }),
    );
  });

  it('a lease of a VSwitch that is not there is named', async () => {
    const store = await temporaryStore();
    const take = write(store, (tx) => tx.leaseExact({ ...lease, address: at(1) }));
    await expect(take).rejects.toMatchObject({ constraint: 'address_lease_parent_missing' });
  });

  it('are given in a nearly full /16: every address once, also after the cursor went round', async () => {
    const store = await storeWithVSwitch();
    const size = 65_000;
    const given = new Set<number>();
    await write(store, async (tx) => {
      for (let index = 0; index < size; index++) given.add((await next(tx, 1, size))!);
    });
    expect(given.size).toBe(size);
    await write(store, async (tx) => {
      expect(await next(tx, 1, size)).toBeUndefined();
      // Two holes, far from the cursor (which is back at the start) on both sides.
      await release(tx, 40_000);
      await release(tx, 64_999);
      expect(await next(tx, 1, size)).toBe(at(40_000));
      await release(tx, 7);
      expect(await next(tx, 1, size)).toBe(at(64_999));
      expect(await next(tx, 1, size)).toBe(at(7));
      expect(await next(tx, 1, size)).toBeUndefined();
    });
  });

  it('with room after the cursor no other lease is looked at', async () => {
    const ran: string[] = [];
    const connection: Connection = {
      rows: async (sql) => {
        ran.push(sql);
        return [{ cursor: sortableIpv4(at(60_001)) }];
      },
      change: async (sql) => {
        ran.push(sql);
        return 1;
      },
    };
    expect(await leaseNext(connection, { ...lease, first: at(1), last: at(65_000) })).toBe(at(60_001));
    expect(ran.map((sql) => sql.split(' ').slice(0, 3).join(' '))).toEqual([
      'select cursor from',
      'insert into address_lease',
      'update vswitch set',
    ]);
  });
});
