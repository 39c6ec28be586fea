/**
 * Free public addresses of the deployment, found like private ones: from a cursor on and round once, so that a released
 * address comes back late. The cursor is a setting; the unique index on the addresses proves what the search proposes.
 */
import { addToIpv4, fromSortableIpv4, type Ipv4, sortableIpv4 } from '../values/ip.ts';
import type { Connection } from './engine.ts';
import { firstGap } from './lease.ts';
import type { PublicRange } from './port.ts';

const CURSOR_NAME = 'public_address_cursor';
const CURSOR = 'select value from setting where name = ?';
const MOVE_CURSOR = `insert into setting (name, value) values (?, ?)
on conflict (name) do update set value = excluded.value`;
const TAKEN = 'select address from eip where address between ? and ? order by address limit ?';

/** The next free address of the ranges, which are not empty and do not overlap. Undefined when none is free. */
export async function nextPublicAddress(
  connection: Connection,
  ranges: readonly PublicRange[],
): Promise<Ipv4 | undefined> {
  const cursor = await readCursor(connection);
  for (const { first, last } of fromCursor(ranges, cursor)) {
    const free = await firstGap(first, last, (from, limit) =>
      connection.rows(TAKEN, [sortableIpv4(from), sortableIpv4(last), limit]),
    );
    if (free === undefined) continue;
    await connection.change(MOVE_CURSOR, [CURSOR_NAME, sortableIpv4(free)]);
    return free;
  }
  return undefined;
}

/** The ranges in the order of the search: what follows the address given out last, the others, what is before it. */
function fromCursor(ranges: readonly PublicRange[], cursor: Ipv4 | undefined): PublicRange[] {
  const at = cursor === undefined ? -1 : ranges.findIndex(({ first, last }) => first <= cursor && cursor <= last);
  const range = ranges[at];
  if (!range || cursor === undefined) return [...ranges];
  const after = cursor < range.last ? [{ first: addToIpv4(cursor, 1), last: range.last }] : [];
  return [...after, ...ranges.slice(at + 1), ...ranges.slice(0, at), { first: range.first, last: cursor }];
}

/** The address given out last. */
async function readCursor(connection: Connection): Promise<Ipv4 | undefined> {
  const [row] = await connection.rows(CURSOR, [CURSOR_NAME]);
  const text = row?.['value'];
  return typeof text === 'string' && /^[0-9a-f]{8}$/.test(text) ? fromSortableIpv4(text) : undefined;
}
