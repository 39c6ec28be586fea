/** Rows and values as code has them, and as the database holds them. */
import { columnsOf, TABLE_NAMES } from './columns.ts';
import type { Bindable, EngineRow } from './engine.ts';
import type { TableName, Tables } from './schema.ts';

/** A value of a column as the database holds it. Throws on a column or a value that cannot be held: our bug. */
export function encodeValue(table: TableName, column: string, value: unknown): Bindable {
  if (value === null) return null;
  switch (columnsOf(table)[column]) {
    case 'boolean':
      if (typeof value === 'boolean') return value ? 1 : 0;
      break;
    case 'json':
      if (value !== undefined) return JSON.stringify(value);
      break;
    case 'text':
      if (typeof value === 'string') return value;
      break;
    case 'integer':
      if (Number.isSafeInteger(value)) return value as number;
      break;
    case undefined:
      throw new TypeError(`table ${table} has no column ${column}`);
  }
  throw new TypeError(`${table}.${column} cannot hold ${typeof value} ${String(value)}`);
}

/** The columns of each table that are not held as they are. */
const CONVERTED = new Map(
  TABLE_NAMES.map((table) => [
    table,
    Object.entries(columnsOf(table)).filter(([, kind]) => kind === 'boolean' || kind === 'json'),
  ]),
);

/** A row as code has it. */
export function decodeRow<T extends TableName>(table: T, held: EngineRow): Tables[T] {
  const row: { [column: string]: unknown } = { ...held };
  for (const [column, kind] of CONVERTED.get(table)!) {
    row[column] = kind === 'boolean' ? row[column] === 1 : JSON.parse(row[column] as string);
  }
  return row as unknown as Tables[T];
}
