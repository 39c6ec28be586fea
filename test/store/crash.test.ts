import { type ChildProcess, spawn } from 'node:child_process';
import { once as event } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { seededRandom } from '../../src/values/random.ts';
import { temporaryDirectory } from './world.ts';

const CHILD = join(import.meta.dirname, 'committing-child.ts');

/** What a child printed: each number with the generation that its write gave. */
type Answered = Map<number, number>;

/** Lets a child write until it has printed `lines` lines and kills it `late` turns of the event loop afterwards. */
async function writeAndKill(path: string, first: number, lines: number, late: number): Promise<Answered> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, path, String(first)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let printed = '';
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const enough = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk;
      if (printed.split('\n').length > lines) resolve();
    });
  });
  const ended = event(child, 'close');
  await Promise.race([enough, ended]);
  expect(said).toBe('');
  for (let turn = 0; turn < late; turn++) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
  // The last line may have been cut by the kill; such a number was not told.
  const whole = printed.slice(0, printed.lastIndexOf('\n')).split('\n');
  return new Map(whole.map((line) => line.split(' ').map(Number) as [number, number]));
}

const first = <V>(values: readonly V[]): readonly V[] => values.slice(0, 5);

describe('a process that is killed while it writes', () => {
  it('loses nothing that was answered, and leaves nothing half done', async () => {
    const path = join(temporaryDirectory(), 'test.db');
    const random = seededRandom(20261101);
    const answered: Answered = new Map();
    for (let round = 0; round < 8; round++) {
      const [lines, late] = random.bytes(2) as unknown as [number, number];
      for (const entry of await writeAndKill(path, round * 1_000_000, lines, late)) answered.set(...entry);

      const store = await openStore({ path });
      const found = await store.read(async (reader) => ({
        accounts: new Set((await reader.find('account', {})).map((row) => row.name)),
        settings: new Map((await reader.find('setting', {})).map((row) => [row.name, Number(row.value)])),
        replies: new Map((await reader.find('once', {})).map((row) => [row.token, Number(row.reply)])),
        wanted: (await reader.get('network_state', { network_id: 'vpc-a' }))?.wanted,
      }));
      await store.close();

      // Differences, not whole sets: a failure that prints tens of thousands of numbers would never end.
      expect(first([...answered].filter(([number, value]) => found.settings.get(`n${number}`) !== value))).toEqual([]);
      // Of each write that was not told all is there or nothing.
      const names = new Set([...found.accounts, ...found.settings.keys(), ...found.replies.keys()]);
      const half = [...names].filter(
        (name) =>
          !found.accounts.has(name) ||
          found.settings.get(name) === undefined ||
          found.settings.get(name) !== found.replies.get(name),
      );
      expect(first(half)).toEqual([]);
      expect(found.wanted).toBe(found.settings.size);
      expect(new Set(found.settings.values()).size).toBe(found.settings.size);
    }
    expect(answered.size).toBeGreaterThan(100);
    const database = new DatabaseSync(path);
    expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(database.prepare('pragma foreign_key_check').all()).toEqual([]);
    database.close();
  }, 60_000);
});
