/**
 * What the rest of the system knows of the store: typed reads and writes, one transaction at a time. There is no SQL
 * outside this folder and no business inside it.
 */
import type { Ipv4 } from '../values/ip.ts';
import type { Refusal } from '../values/refusal.ts';
import type { TableName, Tables } from './schema.ts';

/** From `from` on, and before `before`. */
export interface Range<V> {
  readonly from?: V | undefined;
  readonly before?: V | undefined;
}

/**
 * A condition on a column: equal to a value, one of several, within a range, or `like` with * for any text
 * (case-sensitive).
 */
export type Condition<V> = V | readonly V[] | Range<V> | { readonly like: string };

/** Conditions that must all hold. A column that is undefined is not asked. */
export type Where<R> = { readonly [C in keyof R]?: Condition<R[C]> | undefined };

export interface Page<R> {
  /** Columns that give the order; the table's key order when absent. Prefix '-' = descending. */
  readonly orderBy?: readonly (Extract<keyof R, string> | `-${Extract<keyof R, string>}`)[];
  readonly limit?: number;
  readonly offset?: number;
}

/** Reads of one consistent snapshot. */
export interface Reader {
  /** The first row that satisfies `where`, or undefined. */
  get<T extends TableName>(table: T, where: Where<Tables[T]>): Promise<Tables[T] | undefined>;
  /** All rows that satisfy `where`. An empty list as a condition gives no rows. */
  find<T extends TableName>(table: T, where: Where<Tables[T]>, page?: Page<Tables[T]>): Promise<Tables[T][]>;
  count<T extends TableName>(table: T, where: Where<Tables[T]>): Promise<number>;
  /** Networks whose reality is behind what is wanted, without a look at the others. */
  behind(): Promise<Tables['network_state'][]>;
  /** How many rows of each table belong to an account, in all tables whose rows belong to one. */
  owned(accountId: string): Promise<ReadonlyMap<TableName, number>>;
}

/** Which constraint an insert or update broke. Expected only where two requests can race past a check. */
export class ConstraintBroken extends Error {
  /** Name from `CONSTRAINTS` in `store/constraints.ts`. */
  readonly constraint: string;

  constructor(constraint: string, cause: unknown) {
    super(`constraint ${constraint} is broken`, { cause });
    this.constraint = constraint;
  }
}

/** Writes; all of a transaction or nothing. */
export interface Writer extends Reader {
  insert<T extends TableName>(table: T, row: Tables[T]): Promise<void>;
  /** Number of rows changed. */
  update<T extends TableName>(table: T, where: Where<Tables[T]>, patch: Partial<Tables[T]>): Promise<number>;
  /** Number of rows removed. */
  remove<T extends TableName>(table: T, where: Where<Tables[T]>): Promise<number>;

  /**
   * Leases a free address of a VSwitch, going on from its cursor (a freed address is reused late). Undefined when none
   * is left. `first` and `last` bound the addresses that may be given.
   */
  leaseNext(lease: LeaseRequest & { readonly first: Ipv4; readonly last: Ipv4 }): Promise<Ipv4 | undefined>;
  /** Leases exactly this address; false when it is taken. */
  leaseExact(lease: LeaseRequest & { readonly address: Ipv4 }): Promise<boolean>;

  /**
   * A public address that nobody in the deployment has, going on from the one given out last (a released address is
   * reused late). Undefined when the ranges, which must not overlap, have none left. Nobody has it until its row is in.
   */
  nextPublicAddress(ranges: readonly PublicRange[]): Promise<Ipv4 | undefined>;

  /** Raises the wanted generation of a network (made when absent) and returns it; the commit wakes the reconciler. */
  touch(networkId: string, regionId: string): Promise<number>;
  /** Adds a line of history. */
  journal(entry: Omit<Tables['journal'], 'sequence'>): Promise<void>;
  /** Adds the record of a request. */
  request(entry: Omit<Tables['request'], 'sequence'>): Promise<void>;
}

/** Addresses that may be given out; both ends may. */
export interface PublicRange {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

export interface LeaseRequest {
  readonly networkId: string;
  readonly vswitchId: string;
  readonly purpose: Tables['address_lease']['purpose'];
  readonly networkInterfaceId: string | null;
}

/** Makes a call safe to repeat. */
export interface Once {
  readonly accountId: string;
  readonly regionId: string;
  readonly action: string;
  readonly token: string;
  /** Hash of the request's parameters; the same token with another hash is refused. */
  readonly requestHash: string;
  readonly now: number;
}

export interface WriteOptions {
  /**
   * What the transaction contends on (ids of networks, or `account:ID`, `region:ID`), for databases with many writers.
   * SQLite has one writer, so every write excludes every other there.
   */
  readonly scope: readonly string[];
  readonly once?: Once | undefined;
  /** Check everything, then roll back. */
  readonly dryRun?: boolean | undefined;
}

export type WriteOutcome<R> =
  | { readonly kind: 'done'; readonly value: R }
  /** The stored reply of an earlier call with the same token. */
  | { readonly kind: 'repeated'; readonly value: R }
  /** The token was used with other parameters. */
  | { readonly kind: 'mismatch' }
  /** The function refused; nothing was changed. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A dry run that would have succeeded; nothing was changed. */
  | { readonly kind: 'dry' };

/** A transaction as it was made durable. */
export interface Transaction {
  /** That the database took for it. */
  readonly milliseconds: number;
  /** Writes that were in it. */
  readonly writes: number;
}

export interface Store {
  /** Runs `fn` on one snapshot. */
  read<R>(fn: (reader: Reader) => Promise<R>): Promise<R>;
  /**
   * Runs `fn` in one transaction. A refusal, a dry run or a throw rolls back; else the transaction is durable when this
   * resolves. `fn` may run again after a conflict, so it must have no effects besides its writes. With `once` the value
   * must be plain JSON.
   */
  write<R>(options: WriteOptions, fn: (writer: Writer) => Promise<R | Refusal>): Promise<WriteOutcome<R>>;
  /** Called after a commit that touched networks. Returns a function that ends the subscription. */
  onCommit(listener: () => void): () => void;
  /** Called after each transaction was made durable. Returns a function that ends the subscription. */
  onTransaction(listener: (transaction: Transaction) => void): () => void;
  close(): Promise<void>;
}
