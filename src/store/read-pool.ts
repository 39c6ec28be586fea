/**
 * Reads, each on a connection of its own for as long as it runs, so that it sees one snapshot whatever is written
 * meanwhile. Connections are kept for the next read. Their number is not bounded, lest reads within reads wait for
 * each other.
 */
import type { Reader } from './port.ts';
import { ConnectionReader } from './reader.ts';
import type { SqliteConnection } from './sqlite.ts';
import type { Statements } from './statements.ts';
import { unavailable } from './unavailable.ts';

/** Idle connections that are kept open. */
const MOST_IDLE = 8;

export class ReadPool {
  readonly #path: string;
  readonly #connect: () => SqliteConnection;
  readonly #statements: Statements;
  readonly #idle: SqliteConnection[] = [];
  #running = 0;
  #closed = false;
  #drained: (() => void) | undefined;

  constructor(path: string, connect: () => SqliteConnection, statements: Statements) {
    this.#path = path;
    this.#connect = connect;
    this.#statements = statements;
  }

  async read<R>(work: (reader: Reader) => Promise<R>): Promise<R> {
    if (this.#closed) throw unavailable('closed', this.#path);
    const connection = this.#idle.pop() ?? this.#connect();
    const reader = new ConnectionReader(connection, this.#statements);
    this.#running++;
    try {
      connection.control('begin');
      return await work(reader);
    } finally {
      reader.end();
      this.#running--;
      this.#release(connection);
    }
  }

  /** Takes no more reads; resolves when those that run are done and the connections closed. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  #release(connection: SqliteConnection): void {
    let usable = this.#idle.length < MOST_IDLE;
    try {
      if (connection.inTransaction) connection.control('rollback');
    } catch {
      usable = false; // the error that made the read fail is the one to tell
    }
    if (usable) this.#idle.push(connection);
    else connection.close();
    if (this.#closed && this.#running === 0) this.#drained?.();
  }
}
