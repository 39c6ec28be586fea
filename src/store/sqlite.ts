/** SQLite through the runtime's own module: connections, cached statements, and its errors in our words. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { Bindable, Connection, EngineRow, Violation, Wording } from './engine.ts';
import { type UnavailableReason, unavailable } from './unavailable.ts';

/** FULL: an answered write survives loss of power. NORMAL: it survives the end of the process only (for labs). */
export type Synchronous = 'FULL' | 'NORMAL';

export interface SqliteOptions {
  readonly path: string;
  readonly synchronous: Synchronous;
  /** Milliseconds a statement may wait, blocking, for a lock that another process holds. */
  readonly patience: number;
  readonly readOnly: boolean;
}

/** Statements kept prepared on a connection; what is written in code has far fewer shapes than that. */
const MOST_STATEMENTS = 1000;

/** Primary result codes of SQLite (the low byte of an extended one). */
const CODE = {
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  CONSTRAINT: 19,
  NOTADB: 26,
};

const REASONS: ReadonlyMap<number, UnavailableReason> = new Map([
  [CODE.BUSY, 'locked'],
  [CODE.LOCKED, 'locked'],
  [CODE.READONLY, 'read-only'],
  [CODE.IOERR, 'input-output'],
  [CODE.CORRUPT, 'corrupt'],
  [CODE.FULL, 'full'],
  [CODE.CANTOPEN, 'cannot-open'],
  [CODE.NOTADB, 'corrupt'],
]);

/** Extended codes of broken constraints. */
const CONSTRAINT = { FOREIGN_KEY: 787, PRIMARY_KEY: 1555, TRIGGER: 1811, UNIQUE: 2067 };

/** The extended result code of an error of SQLite; undefined for any other error. */
function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** `error` in the store's words when it says that the database cannot be used; else `error` itself. */
export function inStoreWords(error: unknown, path: string): unknown {
  const code = codeOf(error);
  const reason = code === undefined ? undefined : REASONS.get(code & 0xff);
  return reason ? unavailable(reason, path, error) : error;
}

/** Which constraint an error tells of; undefined when it is about something else. */
export function sqliteViolation(error: unknown): Violation | undefined {
  const code = codeOf(error);
  if (code === undefined || (code & 0xff) !== CODE.CONSTRAINT) return undefined;
  switch (code) {
    case CONSTRAINT.PRIMARY_KEY:
    case CONSTRAINT.UNIQUE:
      return { kind: 'unique', columns: (error as Error).message.replace(/^UNIQUE constraint failed: /, '') };
    case CONSTRAINT.FOREIGN_KEY:
      return { kind: 'reference', restrict: false };
    case CONSTRAINT.TRIGGER: // how SQLite carries out ON DELETE RESTRICT
      return { kind: 'reference', restrict: true };
    default:
      return { kind: 'value' };
  }
}

export class SqliteConnection implements Connection {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens the file, made when absent. Throws StoreUnavailable. */
  constructor(options: SqliteOptions) {
    this.path = options.path;
    try {
      this.#database = new DatabaseSync(options.path, { timeout: options.patience, enableForeignKeyConstraints: true });
    } catch (error) {
      throw inStoreWords(error, this.path);
    }
    try {
      this.execute(`pragma synchronous = ${options.synchronous}`);
      if (options.readOnly) this.execute('pragma query_only = on');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Runs statements that give no rows and take no parameters. */
  execute(text: string): void {
    try {
      this.#database.exec(text);
    } catch (error) {
      throw inStoreWords(error, this.path);
    }
  }

  /** Begins or ends a transaction or a savepoint. */
  control(text: string): void {
    try {
      this.#statement(text).run();
    } catch (error) {
      throw inStoreWords(error, this.path);
    }
  }

  /** The single value that a statement gives. */
  value(text: string): Bindable {
    try {
      const row = this.#statement(text).get() as EngineRow | undefined;
      return (row && Object.values(row)[0]) ?? null;
    } catch (error) {
      throw inStoreWords(error, this.path);
    }
  }

  async rows(text: string, parameters: readonly Bindable[]): Promise<readonly EngineRow[]> {
    try {
      return this.#statement(text).all(...parameters) as EngineRow[];
    } catch (error) {
      throw inStoreWords(error, this.path);
    }
  }

  async change(text: string, parameters: readonly Bindable[]): Promise<number> {
    try {
      return Number(this.#statement(text).run(...parameters).changes);
    } catch (error) {
      throw inStoreWords(error, this.path);
    }
  }

  /** Whether a transaction is open. SQLite ends one by itself after some failures (a full disk). */
  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known) return known;
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    const statement = this.#database.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }
}

/** How SQLite words what engines word differently. */
export const sqliteWording: Wording = {
  engine: 'sqlite',
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  // GLOB, because SQLite's LIKE takes upper and lower case for the same.
  like: (column, pattern) => sql`${column} glob ${pattern}`,
  pattern: (text) => text.replace(/[?[\]]/g, '[$&]').replace(/\*+/g, '*'),
  among: (column, list) => sql`${column} in (select value from json_each(${list}))`,
  list: (values) => JSON.stringify(values),
};
