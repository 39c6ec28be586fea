/** Stores that go with their test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store, WriteOutcome, Writer } from '../../src/store/port.ts';

/** A directory that goes with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'yunlan-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A store that is closed and removed with the test. */
export async function temporaryStore(path = join(temporaryDirectory(), 'test.db')): Promise<Store> {
  const store = await openStore({ path, synchronous: 'NORMAL' });
  onTestFinished(() => store.close());
  return store;
}

/** Writes that must succeed; gives their value. */
export async function write<R>(store: Store, work: (tx: Writer) => Promise<R>): Promise<R> {
  const outcome: WriteOutcome<R> = await store.write({ scope: ['test'] }, work);
  if (outcome.kind !== 'done') throw new Error(`the write was ${outcome.kind}`);
  return outcome.value;
}
