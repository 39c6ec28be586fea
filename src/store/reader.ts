/** Reads over one connection; what they see is the business of the transaction around them. */
import { columnsOf, TABLE_NAMES } from './columns.ts';
import type { Connection } from './engine.ts';
import type { Page, Reader, Where } from './port.ts';
import { decodeRow } from './rows.ts';
import type { TableName, Tables } from './schema.ts';
import type { Statements } from './statements.ts';

const ONE_ROW = { limit: 1 };
const OWNED = TABLE_NAMES.filter((table) => 'account_id' in columnsOf(table));
const BEHIND = `select network_id, region_id, wanted, realized, deleted, failure from network_state
where wanted <> realized order by network_id`;

export class ConnectionReader implements Reader {
  readonly #connection: Connection;
  readonly #statements: Statements;
  #open = true;

  constructor(connection: Connection, statements: Statements) {
    this.#connection = connection;
    this.#statements = statements;
  }

  async get<T extends TableName>(table: T, where: Where<Tables[T]>): Promise<Tables[T] | undefined> {
    const [row] = await this.find(table, where, ONE_ROW);
    return row;
  }

  async find<T extends TableName>(table: T, where: Where<Tables[T]>, page?: Page<Tables[T]>): Promise<Tables[T][]> {
    const { sql, parameters } = this.#statements.find(table, where, page);
    const rows = await this.connection.rows(sql, parameters);
    return rows.map((row) => decodeRow(table, row));
  }

  async count<T extends TableName>(table: T, where: Where<Tables[T]>): Promise<number> {
    const { sql, parameters } = this.#statements.count(table, where);
    const [row] = await this.connection.rows(sql, parameters);
    return Number(row!['count']);
  }

  async behind(): Promise<Tables['network_state'][]> {
    const rows = await this.connection.rows(BEHIND, []);
    return rows.map((row) => decodeRow('network_state', row));
  }

  async owned(accountId: string): Promise<ReadonlyMap<TableName, number>> {
    const counts = new Map<TableName, number>();
    for (const table of OWNED)
      counts.set(table, await this.count(table, { account_id: accountId } as Where<Tables[TableName]>));
    return counts;
  }

  /** Ends this reader with its transaction: one that was kept would read or write in somebody else's. */
  end(): void {
    this.#open = false;
  }

  protected get connection(): Connection {
    if (!this.#open) throw new Error('the transaction of this reader is over');
    return this.#connection;
  }

  protected get statements(): Statements {
    return this.#statements;
  }
}
