/** Every row of a store, read at one moment. */

import { TABLE_NAMES } from '../../src/store/columns.ts';
import type { Store } from '../../src/store/port.ts';
import type { TableName, Tables } from '../../src/store/schema.ts';

export type AllRows = { [T in TableName]: Tables[T][] };

export async function readAllRows(store: Store): Promise<AllRows> {
  return store.read(async (reader) => {
    const rows: Partial<Record<TableName, unknown>> = {};
    for (const table of TABLE_NAMES) rows[table] = await reader.find(table, {});
    return rows as AllRows;
  });
}
