/** Writes over the writing connection, inside a transaction. */

import type { Ipv4 } from '../values/ip.ts';
import { constraintBroken } from './constraints.ts';
import type { Connection, Violation } from './engine.ts';
import { leaseExact, leaseNext } from './lease.ts';
import type { LeaseRequest, PublicRange, Where, Writer } from './port.ts';
import { nextPublicAddress } from './public-address.ts';
import { ConnectionReader } from './reader.ts';
import type { TableName, Tables } from './schema.ts';
import type { Statement, Statements } from './statements.ts';

/** Makes the row of a network when it is touched first. */
const TOUCH = `insert into network_state (network_id, region_id, wanted, realized, deleted, failure)
values (?, ?, 1, 0, 0, '')
on conflict (network_id) do update set wanted = network_state.wanted + 1
returning wanted`;

export class ConnectionWriter extends ConnectionReader implements Writer {
  readonly #violation: (error: unknown) => Violation | undefined;
  #touched = false;

  /** `violation` tells which constraint an error of the engine is about. */
  constructor(connection: Connection, statements: Statements, violation: (error: unknown) => Violation | undefined) {
    super(connection, statements);
    this.#violation = violation;
  }

  /** Whether a network was touched, so that the commit has to wake the reconciler. */
  get touched(): boolean {
    return this.#touched;
  }

  async insert<T extends TableName>(table: T, row: Tables[T]): Promise<void> {
    await this.#change(table, 'write', this.statements.insert(table, row));
  }

  async update<T extends TableName>(table: T, where: Where<Tables[T]>, patch: Partial<Tables[T]>): Promise<number> {
    const statement = this.statements.update(table, where, patch);
    return statement ? this.#change(table, 'write', statement) : 0;
  }

  async remove<T extends TableName>(table: T, where: Where<Tables[T]>): Promise<number> {
    return this.#change(table, 'remove', this.statements.remove(table, where));
  }

  async leaseNext(lease: LeaseRequest & { readonly first: Ipv4; readonly last: Ipv4 }): Promise<Ipv4 | undefined> {
    return this.#named('address_lease', 'write', () => leaseNext(this.connection, lease));
  }

  async leaseExact(lease: LeaseRequest & { readonly address: Ipv4 }): Promise<boolean> {
    return this.#named('address_lease', 'write', () => leaseExact(this.connection, lease, lease.address));
  }

  async nextPublicAddress(ranges: readonly PublicRange[]): Promise<Ipv4 | undefined> {
    return this.#named('setting', 'write', () => nextPublicAddress(this.connection, ranges));
  }

  async touch(networkId: string, regionId: string): Promise<number> {
    const [row] = await this.connection.rows(TOUCH, [networkId, regionId]);
    this.#touched = true;
    return Number(row!['wanted']);
  }

  async journal(entry: Omit<Tables['journal'], 'sequence'>): Promise<void> {
    await this.#change('journal', 'write', this.statements.insert('journal', entry));
  }

  async request(entry: Omit<Tables['request'], 'sequence'>): Promise<void> {
    await this.#change('request', 'write', this.statements.insert('request', entry));
  }

  #change(table: TableName, change: 'write' | 'remove', { sql, parameters }: Statement): Promise<number> {
    return this.#named(table, change, () => this.connection.change(sql, parameters));
  }

  /** Runs a change and names the constraint that it breaks. */
  async #named<R>(table: TableName, change: 'write' | 'remove', run: () => Promise<R>): Promise<R> {
    try {
      return await run();
    } catch (error) {
      const violation = this.#violation(error);
      throw violation ? constraintBroken(violation, table, change, error) : error;
    }
  }
}
