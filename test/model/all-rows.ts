/** Every row of a store, read at one moment; not the records of requests, which every request adds to. */

import { TABLE_NAMES } from '../../src/store/columns.ts';
import type { Store } from '../../src/store/port.ts';
import type { TableName, Tables } from '../../src/store/schema.ts';

type Table = Exclude<TableName, 'request'>;

export type AllRows = { [T in Table]: Tables[T][] };

const TABLES = TABLE_NAMES.filter((table): table is Table => table !== 'request');

export async function readAllRows(store: Store): Promise<AllRows> {
  return store.read(async (reader) => {
    const rows: Partial<Record<Table, unknown>> = {};
    for (const table of TABLES) rows[table] = await reader.find(table, {});
    return rows as AllRows;
  });
}
