/**
 * Leases of private addresses. The next address of a VSwitch is looked for from its cursor on, and round once: a freed
 * address comes back late, and as long as there is room after the cursor the search is one attempt to insert. What the
 * search proposes the table's key (network, address) proves, whoever else is leasing.
 */
import { addToIpv4, fromSortableIpv4, type Ipv4, sortableIpv4 } from '../values/ip.ts';
import type { Connection, EngineRow } from './engine.ts';
import type { LeaseRequest } from './port.ts';

type Range = { readonly first: Ipv4; readonly last: Ipv4 };

const CURSOR = 'select cursor from vswitch where id = ?';
const MOVE_CURSOR = 'update vswitch set cursor = ? where id = ?';
const TAKE = `insert into address_lease (network_id, address, vswitch_id, purpose, network_interface_id)
values (?, ?, ?, ?, ?)
on conflict (network_id, address) do nothing`;
const TAKEN = `select address from address_lease where network_id = ? and address between ? and ?
order by address limit ?`;

/** Leases looked at at once where addresses after the cursor are taken: little for a short run, then more. */
const FIRST_LOOK = 16;
const LONGEST_LOOK = 4096;

/** Leases exactly this address; false when it is taken. */
export async function leaseExact(connection: Connection, lease: LeaseRequest, address: Ipv4): Promise<boolean> {
  const parameters = [lease.networkId, sortableIpv4(address), lease.vswitchId, lease.purpose, lease.networkInterfaceId];
  return (await connection.change(TAKE, parameters)) === 1;
}

/** Leases the first free address from the VSwitch's cursor on, within `first` to `last`. Undefined when none is. */
export async function leaseNext(connection: Connection, lease: LeaseRequest & Range): Promise<Ipv4 | undefined> {
  const { first, last } = lease;
  if (first > last) return undefined;
  const start = await cursorWithin(connection, lease);
  const address =
    (await leaseFrom(connection, lease, { first: start, last })) ??
    (start > first ? await leaseFrom(connection, lease, { first, last: addToIpv4(start, -1) }) : undefined);
  if (address === undefined) return undefined;
  const cursor = address === last ? first : addToIpv4(address, 1);
  await connection.change(MOVE_CURSOR, [sortableIpv4(cursor), lease.vswitchId]);
  return address;
}

/** Where the search starts: the cursor, or the first address when the cursor lies outside the range. */
async function cursorWithin(connection: Connection, { vswitchId, first, last }: LeaseRequest & Range): Promise<Ipv4> {
  const [row] = await connection.rows(CURSOR, [vswitchId]);
  const text = row?.['cursor'];
  if (typeof text !== 'string' || !/^[0-9a-f]{8}$/.test(text)) return first;
  const cursor = fromSortableIpv4(text);
  return cursor < first || cursor > last ? first : cursor;
}

/** Leases the lowest free address of a range. */
async function leaseFrom(connection: Connection, lease: LeaseRequest, range: Range): Promise<Ipv4 | undefined> {
  // Nearly always the first address is free: then no look is needed.
  if (await leaseExact(connection, lease, range.first)) return range.first;
  const free = await firstFree(connection, lease.networkId, range);
  // Only a writer beside this transaction could have taken it in between, and writers of a network exclude each other.
  return free !== undefined && (await leaseExact(connection, lease, free)) ? free : undefined;
}

/** The lowest address of a range that is not leased. */
function firstFree(connection: Connection, networkId: string, { first, last }: Range): Promise<Ipv4 | undefined> {
  return firstGap(first, last, (from, limit) =>
    connection.rows(TAKEN, [networkId, sortableIpv4(from), sortableIpv4(last), limit]),
  );
}

/**
 * The lowest address of `first` to `last` that `taken` does not tell. `taken` gives at most `limit` rows from an address
 * on, with `address` in sortable form and order.
 */
export async function firstGap(
  first: Ipv4,
  last: Ipv4,
  taken: (from: Ipv4, limit: number) => Promise<readonly EngineRow[]>,
): Promise<Ipv4 | undefined> {
  let expected = first;
  for (let look = FIRST_LOOK; ; look = Math.min(look * 4, LONGEST_LOOK)) {
    const rows = await taken(expected, look);
    for (const row of rows) {
      if (row['address'] !== sortableIpv4(expected)) return expected;
      if (expected === last) return undefined;
      expected = addToIpv4(expected, 1);
    }
    if (rows.length < look) return expected;
  }
}
