/**
 * The claim on a data directory: at most one process serves it. An exclusive SQLite transaction on an empty database is
 * a lock of the kernel on the file: it ends with the process however that ends, survives no reboot, and is not handed
 * on to children that outlive us. A file with a process id would have to be guessed about after a crash.
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export interface Claim {
  release(): void;
}

const SQLITE_BUSY = 5;

/** Undefined when another process holds it. Throws when the file cannot be made or opened. */
export function claimFile(path: string): Claim | undefined {
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Nothing is ever written to it.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
