import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition, Page, Range, Store, Where } from '../../src/store/port.ts';
import type { Tables } from '../../src/store/schema.ts';
import { make, populate } from './rows.ts';
import { temporaryStore, write } from './world.ts';

type Tag = Tables['tag'];
type Interface = Tables['network_interface'];

async function storeOfTags(tags: readonly Partial<Tag>[]): Promise<Store> {
  const store = await temporaryStore();
  await write(store, async (tx) => {
    for (const tag of tags) await tx.insert('tag', make.tag(tag));
  });
  return store;
}

/** Whether a text is the parts of a pattern in order, with any text at each star. */
function isLike(value: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return value === pattern;
  if (!value.startsWith(pattern.slice(0, star))) return false;
  const rest = pattern.slice(star + 1);
  return Array.from({ length: value.length - star + 1 }, (_, skipped) => value.slice(star + skipped)).some((tail) =>
    isLike(tail, rest),
  );
}

/** What a condition means, without a database. */
function satisfies<V>(value: V, condition: Condition<V>): boolean {
  if (Array.isArray(condition)) return condition.includes(value);
  if (typeof condition === 'object' && condition !== null && 'like' in condition) {
    return typeof value === 'string' && isLike(value, (condition as { like: string }).like);
  }
  if (typeof condition === 'object' && condition !== null) {
    const { from, before } = condition as Range<string>;
    return (from === undefined || String(value) >= from) && (before === undefined || String(value) < before);
  }
  return value === condition;
}

function expected<R extends object>(rows: readonly R[], where: Where<R>): R[] {
  return rows.filter((row) =>
    Object.entries(where).every(
      ([column, condition]) =>
        condition === undefined ||
        satisfies((row as { [c: string]: unknown })[column], condition as Condition<unknown>),
    ),
  );
}

// Characters that are special in some pattern language, and such as differ only by case.
const SPECIAL = ['a', 'A', 'é', '%', '_', '?', '[', ']', '^', '-', '\\', '云'];
const text = fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 4 });
const pattern = fc.string({
  unit: fc.constantFrom('a', 'A', '?', '[', ']', '*', '%', '_', '^', '-', '\\'),
  maxLength: 5,
});
const condition = fc.oneof(
  text,
  fc.array(text, { maxLength: 4 }),
  fc.record({ like: pattern }),
  fc.record({ from: fc.option(text, { nil: undefined }), before: fc.option(text, { nil: undefined }) }),
  fc.constant(undefined),
) as fc.Arbitrary<Condition<string> | undefined>;

describe('conditions', () => {
  it('mean the same as over plain rows, whatever the texts', async () => {
    const rows = fc.uniqueArray(fc.record({ key: text, value: text }), { maxLength: 12, selector: (row) => row.key });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.array(fc.record({ key: condition, value: condition }), { minLength: 5, maxLength: 5 }),
        async (tags, wheres) => {
          const store = await storeOfTags(tags);
          const held = tags.map((tag) => make.tag(tag));
          for (const where of wheres) {
            const found = await store.read((reader) => reader.find('tag', where));
            const right = expected(held, where);
            expect(new Set(found.map((row) => row.key))).toEqual(new Set(right.map((row) => row.key)));
            expect(found).toHaveLength(right.length);
            expect(await store.read((reader) => reader.count('tag', where))).toBe(right.length);
          }
          await store.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('every short pattern fits the short texts that it should', async () => {
    const upToTwo = (letters: readonly string[]) => [
      '',
      ...letters,
      ...letters.flatMap((one) => letters.map((two) => one + two)),
    ];
    const texts = upToTwo(SPECIAL);
    const store = await storeOfTags(texts.map((key) => ({ key })));
    await store.read(async (reader) => {
      for (const like of upToTwo(['*', ...SPECIAL])) {
        const found = await reader.find('tag', { key: { like } });
        expect(found.map((row) => row.key).sort(), like).toEqual(texts.filter((key) => isLike(key, like)).sort());
      }
    });
  });

  it('null asks for rows without a value, alone and in a list', async () => {
    const store = await temporaryStore();
    await write(store, async (tx) => {
      await populate(tx);
      const loose: Partial<Interface> = { kind: 'Secondary', instance_id: null, device_index: null };
      await tx.insert('network_interface', make.network_interface({ ...loose, id: 'eni-b', mac: 'b' }));
    });
    const ids = (where: Where<Interface>) =>
      store.read(async (reader) => (await reader.find('network_interface', where)).map((row) => row.id));
    expect(await ids({ instance_id: null })).toEqual(['eni-b']);
    expect(await ids({ instance_id: ['i-a', null] })).toEqual(['eni-a', 'eni-b']);
    expect(await ids({ instance_id: [null] })).toEqual(['eni-b']);
    expect(await ids({ instance_id: ['i-a'] })).toEqual(['eni-a']);
    expect(await ids({ device_index: 0 })).toEqual(['eni-a']);
    expect(await ids({ device_index: [0, 1, null] })).toEqual(['eni-a', 'eni-b']);
    expect(await ids({ delete_on_release: true })).toEqual(['eni-a', 'eni-b']);
    expect(await ids({ delete_on_release: [false] })).toEqual([]);
    expect(await ids({ instance_id: undefined, id: 'eni-a' })).toEqual(['eni-a']);
  });

  it('ranges have their first end and not their last', async () => {
    const store = await temporaryStore();
    await write(store, async (tx) => {
      for (let at = 1; at <= 5; at += 1) await tx.insert('request', make.request({ sequence: at, at }));
    });
    const found = (at: Range<number>) =>
      store.read(async (reader) => (await reader.find('request', { at })).map((row) => row.at));
    expect(await found({ from: 2, before: 4 })).toEqual([2, 3]);
    expect(await found({ from: 4 })).toEqual([4, 5]);
    expect(await found({ before: 2 })).toEqual([1]);
    expect(await found({ from: undefined, before: undefined })).toEqual([1, 2, 3, 4, 5]);
    expect(await write(store, (tx) => tx.remove('request', { at: { before: 3 } }))).toBe(2);
    await expect(write(store, (tx) => tx.remove('request', { at: {} }))).rejects.toThrow();
    await expect(write(store, (tx) => tx.remove('request', { at: { before: undefined } }))).rejects.toThrow(
      /without a condition/,
    );
    expect(await found({ from: undefined })).toEqual([3, 4, 5]);
  });

  it('a text that looks like SQL is a text', async () => {
    const nasty = `' or 1=1; drop table tag; --`;
    const store = await storeOfTags([{ key: nasty }, { key: 'other' }]);
    const found = await store.read((reader) => reader.find('tag', { key: nasty }));
    expect(found.map((row) => row.key)).toEqual([nasty]);
    await expect(store.read((reader) => reader.find('tag', { [`"key" = 'x' or 1`]: 'a' } as never))).rejects.toThrow(
      /has no column/,
    );
  });

  it('a list may be long', async () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `k${index}`);
    const store = await storeOfTags([{ key: 'k4999' }, { key: 'x' }]);
    expect(await store.read((reader) => reader.count('tag', { key: keys }))).toBe(1);
  });

  it('a change without a condition is refused, and so is one whose conditions are all undefined', async () => {
    const store = await storeOfTags([{ key: 'a' }]);
    await expect(write(store, (tx) => tx.remove('tag', {}))).rejects.toThrow('a change of tag without a condition');
    await expect(write(store, (tx) => tx.update('tag', { key: undefined }, { value: 'x' }))).rejects.toThrow(
      'a change of tag without a condition',
    );
    expect(await store.read((reader) => reader.count('tag', {}))).toBe(1);
  });
});

describe('order and pages', () => {
  const tags: Partial<Tag>[] = ['b', 'a', 'd', 'c', 'B'].map((key, index) => ({ key, value: index < 3 ? '1' : '2' }));
  const keys = async (page?: Page<Tag>, where: Where<Tag> = {}) => {
    const store = await storeOfTags(tags);
    return store.read(async (reader) => (await reader.find('tag', where, page)).map((row) => row.key).join(''));
  };

  it('is the order of keys where none is asked for', async () => {
    expect(await keys()).toBe('Babcd');
  });

  it('is the order asked for, then that of keys', async () => {
    expect(await keys({ orderBy: ['-value'] })).toBe('Bcabd');
    expect(await keys({ orderBy: ['value', '-key'] })).toBe('dbacB');
    expect(await keys({ orderBy: ['-key'] })).toBe('dcbaB');
  });

  it('cuts pages out of the order', async () => {
    expect(await keys({ limit: 2 })).toBe('Ba');
    expect(await keys({ limit: 2, offset: 1 })).toBe('ab');
    expect(await keys({ offset: 3 })).toBe('cd');
    expect(await keys({ limit: 0 })).toBe('');
    expect(await keys({ limit: 10, offset: 5 })).toBe('');
    expect(await keys({ limit: 1, offset: 1 }, { value: '2' })).toBe('c');
  });
});

describe('rows', () => {
  it('come back as they were put in', async () => {
    const store = await temporaryStore();
    const echoed = { InstanceChargeType: 'PostPaid', Period: 1, nested: true, text: 'naïve "quoted" 云\u0000end' };
    const row = make.instance({ echoed, deletion_protection: true, started_at: Number.MAX_SAFE_INTEGER });
    await write(store, async (tx) => {
      await tx.insert('vpc', make.vpc());
      await tx.insert('vswitch', make.vswitch());
      await tx.insert('instance', row);
    });
    expect(await store.read((reader) => reader.get('instance', { id: row.id }))).toStrictEqual(row);
  });

  it('changes tell how many rows they concerned', async () => {
    const store = await storeOfTags([{ key: 'a' }, { key: 'b' }]);
    expect(await write(store, (tx) => tx.update('tag', { resource_id: 'vpc-a' }, { value: 'x' }))).toBe(2);
    expect(await write(store, (tx) => tx.update('tag', { key: 'a' }, {}))).toBe(0);
    expect(await write(store, (tx) => tx.update('tag', { key: 'none' }, { value: 'x' }))).toBe(0);
    expect(await write(store, (tx) => tx.remove('tag', { key: ['a', 'none'] }))).toBe(1);
    expect(await store.read((reader) => reader.get('tag', { key: 'b' }))).toMatchObject({ value: 'x' });
    expect(await store.read((reader) => reader.get('tag', { key: 'a' }))).toBeUndefined();
  });
});
