import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuse } from '../../src/contract/errors.ts';
import { REPLY_KEPT } from '../../src/store/once.ts';
import type { Store, Transaction, Writer } from '../../src/store/port.ts';
import { make, once } from './rows.ts';
import { temporaryDirectory, temporaryStore, write } from './world.ts';

const scope = ['test'];
const names = (store: Store) =>
  store.read(async (reader) => (await reader.find('account', {})).map((row) => row.name).sort());
const add = (name: string) => (tx: Writer) => tx.insert('account', make.account({ id: name, name }));

/** A promise and what settles it: lets a test decide when a transaction goes on. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe('a write', () => {
  it('changes nothing when it refuses, throws or is a dry run', async () => {
    const store = await temporaryStore();
    const refusal = refuse('OperationDenied');
    const refused = await store.write({ scope }, async (tx) => {
      await add('a')(tx);
      return refusal;
    });
    expect(refused).toEqual({ kind: 'refused', refusal });
    await expect(
      store.write({ scope }, async (tx) => {
        await add('b')(tx);
        throw new Error('a bug');
      }),
    ).rejects.toThrow('a bug');
    expect(await store.write({ scope, dryRun: true }, add('c'))).toEqual({ kind: 'dry' });
    expect(await names(store)).toEqual([]);
    expect(await store.write({ scope }, add('d'))).toEqual({ kind: 'done', value: undefined });
    expect(await names(store)).toEqual(['d']);
  });

  it('sees what it wrote, and what the write before it wrote', async () => {
    const store = await temporaryStore();
    const counts = await Promise.all(
      Array.from({ length: 150 }, (_, index) =>
        write(store, async (tx) => {
          await add(String(index))(tx);
          return tx.count('account', {});
        }),
      ),
    );
    expect(counts).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
  });

  it('keeps to itself what goes wrong in it, whatever shares its transaction', async () => {
    const store = await temporaryStore();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        store.write({ scope, dryRun: index % 5 === 3 }, async (tx) => {
          await add(`w${index}`)(tx);
          if (index % 5 === 1) return refuse('OperationDenied');
          if (index % 5 === 2) throw new Error('a bug');
          if (index % 5 === 4) await add(`w${index}`)(tx);
          return index;
        }),
      ),
    );
    const kinds = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.kind : 'thrown'));
    expect(kinds).toEqual(Array.from({ length: 40 }, (_, i) => ['done', 'refused', 'thrown', 'dry', 'thrown'][i % 5]));
    expect(await names(store)).toEqual([0, 5, 10, 15, 20, 25, 30, 35].map((index) => `w${index}`).sort());
  });

  it('goes on after a constraint that it expected', async () => {
    const store = await temporaryStore();
    await write(store, add('a'));
    await Promise.all([
      write(store, async (tx) => {
        await tx.insert('account', make.account({ id: 'x', name: 'a' })).catch(() => {});
        await add('b')(tx);
      }),
      write(store, add('c')),
    ]);
    expect(await names(store)).toEqual(['a', 'b', 'c']);
  });

  it('cannot be written to after its end', async () => {
    const store = await temporaryStore();
    const kept = await write(store, async (tx) => tx);
    await expect(add('late')(kept)).rejects.toThrow('the transaction of this reader is over');
    const reader = await store.read(async (reader) => reader);
    await expect(reader.count('account', {})).rejects.toThrow('the transaction of this reader is over');
    expect(await names(store)).toEqual([]);
  });
});

describe('a read', () => {
  it('sees one snapshot, whatever is written meanwhile', async () => {
    const store = await temporaryStore();
    await write(store, add('a'));
    const begun = gate();
    const goOn = gate();
    const reading = store.read(async (reader) => {
      const first = await reader.count('account', {});
      begun.open();
      await goOn.opened;
      return [first, await reader.count('account', {})];
    });
    await begun.opened;
    await write(store, add('b'));
    expect(await names(store)).toEqual(['a', 'b']);
    goOn.open();
    expect(await reading).toEqual([1, 1]);
    expect(await names(store)).toEqual(['a', 'b']);
  });

  it('never sees a write that is not committed', async () => {
    const store = await temporaryStore();
    const wrote = gate();
    const goOn = gate();
    const writing = write(store, async (tx) => {
      await add('a')(tx);
      wrote.open();
      await goOn.opened;
    });
    await wrote.opened;
    expect(await names(store)).toEqual([]);
    goOn.open();
    await writing;
    expect(await names(store)).toEqual(['a']);
  });

  it('does not wait for other reads, also within one', async () => {
    const store = await temporaryStore();
    const nested = (depth: number): Promise<number> =>
      store.read(async (reader) => (depth === 0 ? reader.count('account', {}) : nested(depth - 1)));
    expect(await nested(30)).toBe(0);
  });

  it('cannot write', async () => {
    const store = await temporaryStore();
    await expect(store.read((reader) => add('a')(reader as Writer))).rejects.toThrow();
    expect(await names(store)).toEqual([]);
  });
});

describe('once', () => {
  it('gives the second call the reply of the first and does nothing again', async () => {
    const store = await temporaryStore();
    const reply = { VpcId: 'vpc-a', Sets: ['x', { y: 1 }], none: null };
    const first = await store.write({ scope, once: once('t') }, async (tx) => {
      await add('a')(tx);
      return reply;
    });
    expect(first).toEqual({ kind: 'done', value: reply });
    const second = await store.write({ scope, once: once('t') }, async () => {
      throw new Error('ran again');
    });
    expect(second).toEqual({ kind: 'repeated', value: reply });
    expect(await names(store)).toEqual(['a']);
  });

  it('holds for calls at the same time', async () => {
    const store = await temporaryStore();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.write({ scope, once: once('t') }, async (tx) => {
          await add(`a${index}`)(tx);
          return index;
        }),
      ),
    );
    expect(outcomes[0]).toEqual({ kind: 'done', value: 0 });
    for (const outcome of outcomes.slice(1)) expect(outcome).toEqual({ kind: 'repeated', value: 0 });
    expect(await names(store)).toEqual(['a0']);
  });

  it('tells other parameters from the same', async () => {
    const store = await temporaryStore();
    await store.write({ scope, once: once('t') }, add('a'));
    const other = await store.write({ scope, once: once('t', { requestHash: 'other' }) }, add('b'));
    expect(other).toEqual({ kind: 'mismatch' });
    expect(await names(store)).toEqual(['a']);
  });

  it.each([
    ['accountId', { accountId: '2' }],
    ['regionId', { regionId: 'cn-beijing' }],
    ['action', { action: 'Vpc.CreateVSwitch' }],
  ])('a token belongs to one %s', async (_what, more) => {
    const store = await temporaryStore();
    await store.write({ scope, once: once('t') }, add('a'));
    expect(await store.write({ scope, once: once('t', more) }, add('b'))).toMatchObject({ kind: 'done' });
  });

  it('stores successes only', async () => {
    const store = await temporaryStore();
    const tries = [
      store.write({ scope, once: once('t') }, async () => refuse('OperationDenied')),
      store.write({ scope, once: once('t') }, async () => Promise.reject(new Error('a bug'))).catch(() => {}),
      store.write({ scope, once: once('t'), dryRun: true }, add('a')),
    ];
    await Promise.all(tries);
    expect(await store.write({ scope, once: once('t') }, add('b'))).toMatchObject({ kind: 'done' });
    expect(await names(store)).toEqual(['b']);
  });

  it('a dry run asks anew whether the call would pass', async () => {
    const store = await temporaryStore();
    await store.write({ scope, once: once('t') }, add('a'));
    const dry = await store.write({ scope, once: once('t', { requestHash: 'dry' }), dryRun: true }, add('b'));
    expect(dry).toEqual({ kind: 'dry' });
  });

  it('forgets after a day', async () => {
    const store = await temporaryStore();
    await store.write({ scope, once: once('t', { now: 0 }) }, async () => 1);
    const before = await store.write({ scope, once: once('t', { now: REPLY_KEPT - 1 }) }, async () => 2);
    expect(before).toEqual({ kind: 'repeated', value: 1 });
    const after = await store.write({ scope, once: once('t', { now: REPLY_KEPT }) }, async () => 3);
    expect(after).toEqual({ kind: 'done', value: 3 });
    await store.write({ scope, once: once('u', { now: 3 * REPLY_KEPT }) }, async () => 4);
    expect(await store.read((reader) => reader.count('once', {}))).toBe(1);
  });

  it('survives a restart', async () => {
    const path = join(temporaryDirectory(), 'test.db');
    const before = await temporaryStore(path);
    await before.write({ scope, once: once('t') }, async () => ({ n: 1 }));
    await before.close();
    const after = await temporaryStore(path);
    expect(await after.write({ scope, once: once('t') }, async () => ({ n: 2 }))).toEqual({
      kind: 'repeated',
      value: { n: 1 },
    });
  });
});

describe('touch and onCommit', () => {
  it('raises the wanted generation and wakes after the commit, once', async () => {
    const store = await temporaryStore();
    const seen: number[] = [];
    const woken = gate();
    const end = store.onCommit(() => {
      seen.push(1);
      woken.open();
    });
    expect(await write(store, (tx) => tx.touch('vpc-a', 'cn-hangzhou'))).toBe(1);
    await woken.opened;
    const second = await write(store, async (tx) => [await tx.touch('vpc-a', 'x'), await tx.touch('vpc-b', 'x')]);
    expect(second).toEqual([2, 1]);
    expect(seen).toHaveLength(2);
    end();
    await write(store, (tx) => tx.touch('vpc-a', 'cn-hangzhou'));
    expect(seen).toHaveLength(2);
    expect(await store.read((reader) => reader.get('network_state', { network_id: 'vpc-a' }))).toEqual({
      network_id: 'vpc-a',
      region_id: 'cn-hangzhou',
      wanted: 3,
      realized: 0,
      deleted: false,
      failure: '',
    });
  });

  it('does not wake for what was rolled back, repeated or touches nothing', async () => {
    const store = await temporaryStore();
    let woken = 0;
    store.onCommit(() => woken++);
    const touch = (tx: Writer) => tx.touch('vpc-a', 'r');
    await write(store, add('a'));
    await store.write({ scope, dryRun: true }, touch);
    await store.write({ scope }, async (tx) => {
      await touch(tx);
      return refuse('OperationDenied');
    });
    expect(woken).toBe(0);
    await store.write({ scope, once: once('t') }, touch);
    await store.write({ scope, once: once('t') }, touch);
    expect(woken).toBe(1);
    expect(await store.read((reader) => reader.get('network_state', {}))).toMatchObject({ wanted: 1 });
  });

  it('a subscription ends alone, also of a listener that subscribed twice', async () => {
    const store = await temporaryStore();
    let woken = 0;
    const listener = (): void => {
      woken++;
    };
    const end = store.onCommit(listener);
    store.onCommit(listener);
    end();
    await write(store, (tx) => tx.touch('vpc-a', 'r'));
    expect(woken).toBe(1);
  });

  it('behind tells the networks whose reality lags', async () => {
    const store = await temporaryStore();
    await write(store, async (tx) => {
      await tx.insert('network_state', make.network_state({ network_id: 'vpc-a', wanted: 2, realized: 2 }));
      await tx.insert('network_state', make.network_state({ network_id: 'vpc-b', wanted: 3, realized: 2 }));
    });
    expect(await store.read((reader) => reader.behind())).toEqual([
      make.network_state({ network_id: 'vpc-b', wanted: 3, realized: 2 }),
    ]);
  });
});

describe('journal', () => {
  it('numbers its lines', async () => {
    const store = await temporaryStore();
    const { sequence: _, ...entry } = make.journal();
    await write(store, async (tx) => {
      await tx.journal(entry);
      await tx.journal({ ...entry, resource_id: 'vpc-b' });
    });
    const lines = await store.read((reader) => reader.find('journal', {}));
    expect(lines.map((line) => [line.sequence, line.resource_id])).toEqual([
      [1, 'vpc-a'],
      [2, 'vpc-b'],
    ]);
  });
});

describe('onTransaction', () => {
  it('tells of each transaction that was made durable how long that took and for how many writes', async () => {
    const store = await temporaryStore();
    const seen: Transaction[] = [];
    const end = store.onTransaction((transaction) => seen.push(transaction));
    await Promise.all([write(store, add('a')), write(store, add('b')), write(store, add('c'))]);
    await write(store, add('d'));
    expect(seen.map(({ writes }) => writes)).toEqual([3, 1]);
    expect(seen.every(({ milliseconds }) => milliseconds > 0 && milliseconds < 60_000)).toBe(true);
    end();
    await write(store, add('e'));
    expect(seen).toHaveLength(2);
  });
});

describe('requests', () => {
  it('are numbered in the order they are recorded, also when old ones are removed', async () => {
    const store = await temporaryStore();
    const { sequence: _, ...entry } = make.request();
    const record = (request_id: string) => write(store, (tx) => tx.request({ ...entry, request_id }));
    await record('a');
    await record('b');
    await write(store, (tx) => tx.remove('request', { sequence: { before: 2 } }));
    await record('c');
    const rows = await store.read((reader) => reader.find('request', {}));
    expect(rows.map((row) => [row.sequence, row.request_id])).toEqual([
      [2, 'b'],
      [3, 'c'],
    ]);
  });
});

describe('close', () => {
  it('answers what was asked before, and nothing after', async () => {
    const store = await temporaryStore();
    const asked = [write(store, add('a')), write(store, add('b')), names(store)];
    const closing = store.close();
    await expect(write(store, add('c'))).rejects.toThrow('is closed');
    expect(await Promise.all(asked)).toHaveLength(3);
    await closing;
    await expect(names(store)).rejects.toThrow('is closed');
    await store.close();
  });
});
