/**
 * Calls that are safe to repeat. The reply is stored in the transaction of its effect: a second call with the same token
 * either finds it (and gets the same answer) or finds nothing (and does the work), also after a crash. Only successes
 * are stored, so a refused call may be repeated with its token once its cause is gone.
 */
import type { Bindable, Connection } from './engine.ts';
import type { Once } from './port.ts';

/** How long a reply is kept. The official lifetime of tokens is not documented; a day is what clients can rely on. */
export const REPLY_KEPT = 24 * 60 * 60 * 1000;

const FIND = `select request_hash, reply from once
where account_id = ? and region_id = ? and action = ? and token = ? and created_at > ?`;
const KEEP = `insert into once (account_id, region_id, action, token, request_hash, reply, created_at)
values (?, ?, ?, ?, ?, ?, ?)
on conflict (account_id, region_id, action, token) do update
set request_hash = excluded.request_hash, reply = excluded.reply, created_at = excluded.created_at`;
const FORGET = 'delete from once where created_at <= ?';

export type Earlier<R> =
  | { readonly kind: 'none' }
  | { readonly kind: 'repeated'; readonly value: R }
  | { readonly kind: 'mismatch' };

/** What an earlier call with this token left. */
export async function earlierReply<R>(connection: Connection, once: Once): Promise<Earlier<R>> {
  const [row] = await connection.rows(FIND, [...keyOf(once), once.now - REPLY_KEPT]);
  if (!row) return { kind: 'none' };
  if (row['request_hash'] !== once.requestHash) return { kind: 'mismatch' };
  return { kind: 'repeated', value: JSON.parse(String(row['reply'])) as R };
}

/** Stores a reply, and forgets those that are too old. */
export async function keepReply(connection: Connection, once: Once, value: unknown): Promise<void> {
  await connection.change(FORGET, [once.now - REPLY_KEPT]);
  await connection.change(KEEP, [...keyOf(once), once.requestHash, JSON.stringify(value ?? null), once.now]);
}

function keyOf(once: Once): Bindable[] {
  return [once.accountId, once.regionId, once.action, once.token];
}
