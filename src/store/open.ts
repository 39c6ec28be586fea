/** Opens the store of a data directory. */
import { closeSync, openSync } from 'node:fs';
import { type Claim, claimFile } from './claim.ts';
import { migrate } from './migrations/migrate.ts';
import type { Store, Transaction } from './port.ts';
import { ReadPool } from './read-pool.ts';
import { SqliteConnection, type Synchronous, sqliteWording } from './sqlite.ts';
import { Statements } from './statements.ts';
import { unavailable } from './unavailable.ts';
import { WriteQueue } from './write-queue.ts';

export interface StoreOptions {
  /** The database's file; made when absent (its directory must exist). Files beside it begin with its name. */
  readonly path: string;
  /** FULL when absent: what was answered survives loss of power. */
  readonly synchronous?: Synchronous;
}

/** Milliseconds that opening and reading wait, blocking, for another process. Writes wait without blocking. */
const PATIENCE = 100;

/**
 * Opens the store, made and migrated as needed. One process at a time: the second one is refused. Throws
 * StoreUnavailable with a line for a person.
 */
export async function openStore({ path, synchronous = 'FULL' }: StoreOptions): Promise<Store> {
  makeFile(path);
  const connect = (readOnly: boolean): SqliteConnection =>
    new SqliteConnection({ path, synchronous, patience: PATIENCE, readOnly });
  const owner = own(path);
  let writing: SqliteConnection | undefined;
  try {
    writing = connect(false);
    writing.execute('pragma journal_mode = wal');
    migrate(writing);
    writing.execute('pragma busy_timeout = 0');
  } catch (error) {
    writing?.close();
    owner.release();
    throw error;
  }
  return storeOver(path, writing, () => connect(true), owner);
}

function storeOver(path: string, writing: SqliteConnection, connect: () => SqliteConnection, owner: Claim): Store {
  const statements = new Statements(sqliteWording);
  const listeners = new Set<() => void>();
  const reads = new ReadPool(path, connect, statements);
  const watchers = new Set<(transaction: Transaction) => void>();
  const writes = new WriteQueue(
    writing,
    statements,
    () => {
      // A listener that throws is a bug of its own; the write is done and must be answered.
      for (const listener of listeners) queueMicrotask(listener);
    },
    (transaction) => {
      for (const watcher of watchers) queueMicrotask(() => watcher(transaction));
    },
  );
  let closing: Promise<void> | undefined;
  return {
    read: (work) => reads.read(work),
    write: (options, work) => writes.submit(options, work),
    onCommit(listener) {
      // A function of its own for each subscription, so that ending one does not end another of the same listener.
      const subscribed = (): void => listener();
      listeners.add(subscribed);
      return () => {
        listeners.delete(subscribed);
      };
    },
    onTransaction(listener) {
      const subscribed = (transaction: Transaction): void => listener(transaction);
      watchers.add(subscribed);
      return () => {
        watchers.delete(subscribed);
      };
    },
    close() {
      closing ??= (async () => {
        await writes.close();
        await reads.close();
        writing.close();
        owner.release();
      })();
      return closing;
    },
  };
}

/** Makes the database's file for its owner only (it holds user data); the files beside it take its mode. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') throw unavailable('read-only', path, error);
    throw unavailable(code === 'ENOSPC' || code === 'EDQUOT' ? 'full' : 'cannot-open', path, error);
  }
}

/**
 * Takes the data directory for this process, by a lock that the system releases when the process ends, however it ends.
 * Two servers over one store would each believe to know what the network looks like.
 */
function own(path: string): Claim {
  const file = `${path}-owner`;
  makeFile(file);
  const claim = claimFile(file);
  if (!claim) throw unavailable('locked', path);
  return claim;
}
