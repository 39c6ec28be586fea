import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { make, populate } from './rows.ts';
import { temporaryDirectory, temporaryStore, write } from './world.ts';

const oneLine = /^[^\n]{20,400}$/;

describe('a store that cannot be opened', () => {
  it('says that its directory is missing', async () => {
    const path = join(temporaryDirectory(), 'none', 'test.db');
    await expect(openStore({ path })).rejects.toMatchObject({
      name: 'StoreUnavailable',
      reason: 'cannot-open',
      message: expect.stringMatching(oneLine),
    });
  });

  it('says that a directory lies where its file should', async () => {
    const path = join(temporaryDirectory(), 'test.db');
    mkdirSync(path);
    await expect(openStore({ path })).rejects.toMatchObject({ reason: 'cannot-open' });
  });

  it('says that another process has it, until that ends', async () => {
    const path = join(temporaryDirectory(), 'test.db');
    const first = await openStore({ path });
    await write(first, populate);
    await expect(openStore({ path })).rejects.toMatchObject({
      reason: 'locked',
      message: `The database ${path} is in use by another process. Is this data directory served already?`,
    });
    expect(await first.read((reader) => reader.count('vpc', {}))).toBe(1);
    await first.close();
    const second = await temporaryStore(path);
    expect(await second.read((reader) => reader.count('vpc', {}))).toBe(1);
  });

  it('says that the file is no database', async () => {
    const path = join(temporaryDirectory(), 'test.db');
    writeFileSync(path, 'not a database at all, but long enough to be taken for the header of one.'.repeat(20));
    const before = readFileSync(path);
    await expect(openStore({ path })).rejects.toMatchObject({
      reason: 'corrupt',
      message: expect.stringMatching(/is damaged \(file is not a database\)/),
    });
    expect(readFileSync(path)).toEqual(before);
  });
});

describe('a store that fails while it is open', () => {
  it('says that another process holds the database, and goes on afterwards', async () => {
    const path = join(temporaryDirectory(), 'test.db');
    const store = await temporaryStore(path);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('begin immediate');
    const blocked = write(store, (tx) => tx.insert('account', make.account()));
    await expect(blocked).rejects.toMatchObject({ reason: 'locked' });
    expect(await store.read((reader) => reader.count('account', {}))).toBe(0);
    other.exec('rollback');
    await write(store, (tx) => tx.insert('account', make.account()));
    expect(await store.read((reader) => reader.count('account', {}))).toBe(1);
  });

  it('waits while another process holds the database for a moment', async () => {
    const path = join(temporaryDirectory(), 'test.db');
    const store = await temporaryStore(path);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('begin immediate');
    const waiting = write(store, (tx) => tx.insert('account', make.account()));
    setTimeout(() => other.exec('rollback'), 50);
    await waiting;
    expect(await store.read((reader) => reader.count('account', {}))).toBe(1);
  });

  it('says that a page is damaged', async () => {
    const path = join(temporaryDirectory(), 'test.db');
    await (await openStore({ path })).close();
    const empty = readFileSync(path).length; // the pages of the tables themselves come first
    const store = await openStore({ path });
    await write(store, async (tx) => {
      for (let index = 0; index < 2000; index++) {
        await tx.insert('tag', make.tag({ key: `k${index}`, value: 'v'.repeat(50) }));
      }
    });
    await store.close();
    const size = readFileSync(path).length;
    const file = openSync(path, 'r+');
    for (let at = empty; at < size; at += 4096) writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, at);
    closeSync(file);
    const damaged = await temporaryStore(path);
    await expect(damaged.read((reader) => reader.find('tag', {}))).rejects.toMatchObject({ reason: 'corrupt' });
  });
});

/**
 * Runs a script that has a small or read-only disk of its own, in namespaces that end with it: what is tested is the
 * real failure of a real file system.
 */
function onDisk(prepare: string, script: string): string {
  const root = join(import.meta.dirname, '..', '..');
  const directory = temporaryDirectory();
  const program = join(directory, 'program.ts');
  mkdirSync(join(directory, 'disk'));
  writeFileSync(
    program,
    `import { openStore } from '${root}/src/store/open.ts';
     import { make } from '${root}/test/store/rows.ts';
     import { rmSync, writeFileSync } from 'node:fs';
     const disk = '${directory}/disk';
     const path = disk + '/test.db';
     ${script}`,
  );
  const shell = `${prepare.replaceAll('DISK', `'${directory}/disk'`)} && exec '${process.execPath}' '${program}'`;
  return execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', shell], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('a store on a bad disk', () => {
  it('says that the disk is full, loses nothing that was answered, and goes on when there is room', () => {
    const printed = onDisk(
      'mount -t tmpfs -o size=4m tmpfs DISK',
      `const store = await openStore({ path });
       writeFileSync(disk + '/filler', Buffer.alloc(2_500_000));
       let answered = 0;
       let failure;
       while (!failure && answered < 100_000) {
         await store.write({ scope: [] }, (tx) => tx.insert('tag', make.tag({ key: String(answered), value: 'v'.repeat(2000) })))
           .then(() => { answered++; }, (error) => { failure = error; });
       }
       const kept = await store.read((reader) => reader.count('tag', {}));
       rmSync(disk + '/filler');
       await store.write({ scope: [] }, (tx) => tx.insert('tag', make.tag({ key: 'after' })));
       await store.close();
       const again = await openStore({ path });
       const found = await again.read((reader) => reader.count('tag', {}));
       console.log(JSON.stringify({ reason: failure.reason, message: failure.message, path, answered, kept, found }));`,
    );
    const { reason, message, path, answered, kept, found } = JSON.parse(printed);
    expect(reason).toBe('full');
    expect(message).toBe(`The disk that holds ${path} is full. Nothing was stored; free some space and try again.`);
    expect(answered).toBeGreaterThan(10);
    expect(kept).toBe(answered);
    expect(found).toBe(answered + 1);
  });

  it('fails the writes that shared the transaction which did not fit, and goes on with the others', () => {
    // Rows so large that the transaction leaves memory before its commit: SQLite then ends it in the middle.
    const printed = onDisk(
      'mount -t tmpfs -o size=4m tmpfs DISK',
      `const store = await openStore({ path });
       const large = (key) => store.write({ scope: [] }, (tx) => tx.insert('tag', make.tag({ key, value: 'v'.repeat(100_000) })));
       const outcomes = await Promise.allSettled(Array.from({ length: 64 }, (_, index) => large('k' + index)));
       const answered = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? ['k' + index] : []));
       const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.reason] : []));
       const kept = await store.read(async (reader) => (await reader.find('tag', {})).map((row) => row.key));
       await store.close();
       console.log(JSON.stringify({ answered: answered.sort(), kept: kept.sort(), reasons: [...new Set(reasons)] }));`,
    );
    const { answered, kept, reasons } = JSON.parse(printed);
    expect(reasons).toEqual(['full']);
    expect(kept).toEqual(answered);
    expect(answered.length).toBeGreaterThan(0);
  });

  it('says at its opening that the disk is full', () => {
    const printed = onDisk(
      'mount -t tmpfs -o size=64k tmpfs DISK',
      `await openStore({ path }).catch((error) => console.log(error.reason));`,
    );
    expect(printed.trim()).toBe('full');
  });

  it('says that it is read-only', () => {
    const printed = onDisk(
      'mount -t tmpfs -o ro tmpfs DISK',
      `await openStore({ path }).catch((error) => console.log(error.reason + ' ' + error.message));`,
    );
    expect(printed.trim()).toMatch(/^read-only The database .* cannot be written: .* read-only for this user\.$/);
  });
});
