/**
 * The seam between the store and a database engine: what the rest of this folder needs of one. `sqlite.ts` is the one
 * that exists; `docs/decisions/0002-store.md` says how PostgreSQL fits behind it.
 */
import type { Dialect, Expression, RawBuilder, SqlBool } from 'kysely';

/** A value as an engine binds it. Booleans and JSON are encoded before (`rows.ts`). */
export type Bindable = string | number | null;

/** A row as an engine gives it. */
export type EngineRow = { readonly [column: string]: Bindable };

/** One connection: statements run on it one after another. */
export interface Connection {
  /** Runs a statement that gives rows. */
  rows(sql: string, parameters: readonly Bindable[]): Promise<readonly EngineRow[]>;
  /** Runs a statement that changes rows and returns how many. */
  change(sql: string, parameters: readonly Bindable[]): Promise<number>;
}

/** Where engines spell the same thing differently. */
export interface Wording {
  /** Names the engine in caches. */
  readonly engine: 'sqlite' | 'postgresql';
  /** How queries are put into words; it never runs one. */
  readonly dialect: Dialect;
  /** Whether `column` is like the (already worded) pattern, case-sensitively. */
  like(column: RawBuilder<unknown>, pattern: Expression<unknown>): RawBuilder<SqlBool>;
  /** The pattern of this engine for a text in which only * is special. */
  pattern(text: string): string;
  /** Whether `column` is one of the values of the (already encoded) list: one statement for lists of any length. */
  among(column: RawBuilder<unknown>, list: Expression<unknown>): RawBuilder<SqlBool>;
  /** Encodes a list for {@link among}. */
  list(values: readonly Bindable[]): Bindable;
}

/** What an engine says of a broken constraint. */
export type Violation =
  /** SQLite: the columns of a unique index or primary key, as it words them: `table.column, table.column`. */
  | { readonly kind: 'unique'; readonly columns: string }
  /** PostgreSQL: the constraint's or index's own name, of any kind. */
  | { readonly kind: 'named'; readonly name: string }
  /** SQLite: some foreign key; `restrict` when a row that others refer to was removed. */
  | { readonly kind: 'reference'; readonly restrict: boolean }
  /** A value the table never holds: our bug. */
  | { readonly kind: 'value' };
