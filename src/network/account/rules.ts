/** What accounts and their keys may do, and where the clock may be moved. */

import type { Caller } from '../../contract/call.ts';
import { refuse } from '../../contract/errors.ts';
import { parseSeconds } from '../../values/clock.ts';
import type { Refusal } from '../../values/refusal.ts';

/**
 * Whether the caller may see and make keys of the account with this name. Asked before the account is looked for, so
 * that the answer does not tell which names exist.
 */
export function mayHandleKeysOf(
  caller: Pick<Caller, 'administrator' | 'accountName'>,
  accountName: string,
): Refusal | undefined {
  return caller.administrator || accountName === caller.accountName
    ? undefined
    : refuse('Forbidden.RAM', { parameter: 'AccountName', detail: 'Keys of other accounts are the administrator’s.' });
}

/**
 * Whether the caller may have temporary credentials of an account: of its own, the administrator of any. Asked before
 * the account is looked for, so that the answer does not tell which ids exist.
 */
export function mayAssumeRoleOf(
  caller: Pick<Caller, 'administrator' | 'accountId'>,
  accountId: string,
): Refusal | undefined {
  return caller.administrator || accountId === caller.accountId
    ? undefined
    : refuse('NoPermission', { parameter: 'RoleArn', detail: 'Roles of other accounts are the administrator’s.' });
}

/** When new credentials end, to the second: never after those that ask for them. `realNow` is the real time. */
export function sessionEnd(caller: Pick<Caller, 'session'>, realNow: number, seconds: number): number {
  const end = (Math.floor(realNow / 1000) + seconds) * 1000;
  return Math.min(end, caller.session?.expiresAt ?? end);
}

/** Whether a key may be disabled. `active`: how many active keys its account has. */
export function mayDisableKey(
  account: { readonly administrator: boolean },
  key: { readonly status: 'Active' | 'Inactive' },
  active: number,
): Refusal | undefined {
  const last = account.administrator && key.status === 'Active' && active <= 1;
  return last
    ? refuse('OperationDenied', {
        parameter: 'UserAccessKeyId',
        detail: 'It is the last active key of the administrator; create another one first.',
      })
    : undefined;
}

/** Whether a key may be deleted: by then nobody should use it any more. */
export function mayDeleteKey(key: { readonly status: 'Active' | 'Inactive' }): Refusal | undefined {
  return key.status === 'Active'
    ? refuse('OperationDenied', { parameter: 'UserAccessKeyId', detail: 'It is active; disable it first.' })
    : undefined;
}

/** Whether an account may be switched off. */
export function mayDisableAccount(account: { readonly administrator: boolean }): Refusal | undefined {
  return account.administrator
    ? refuse('OperationDenied', { parameter: 'AccountName', detail: 'It administers this deployment.' })
    : undefined;
}

/** Tables whose rows go with their account or stay as history. */
const NOT_OWNED = new Set(['access_key', 'once', 'journal', 'request']);

/** Whether an account may be deleted. `owned`: rows that it has, by table. */
export function mayDeleteAccount(
  account: { readonly administrator: boolean },
  owned: ReadonlyMap<string, number>,
): Refusal | undefined {
  const denied = mayDisableAccount(account);
  if (denied) return denied;
  const left = [...owned].filter(([table, rows]) => rows > 0 && !NOT_OWNED.has(table));
  if (left.length === 0) return undefined;
  const words = left.map(([table, rows]) => `${table.replaceAll('_', ' ')} ${rows}`);
  return refuse('DependencyViolation', { parameter: 'AccountName', detail: `It still has: ${words.join(', ')}.` });
}

/** What MoveClock asks for. */
export interface ClockMove {
  readonly Time?: string | undefined;
  readonly Seconds?: number | undefined;
  readonly Reset?: boolean | undefined;
}

/** Ends of the time that answers can spell. */
const EARLIEST = 0;
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** The clock's new offset in milliseconds, or why it cannot be moved so. `realNow` is the real time. */
export function movedOffset(move: ClockMove, realNow: number, offset: number): number | Refusal {
  const asked = [move.Time !== undefined, move.Seconds !== undefined, move.Reset === true].filter(Boolean).length;
  if (asked === 0) {
    return refuse('MissingParameter', { parameter: 'Time', detail: 'One of Time, Seconds and Reset is needed.' });
  }
  if (asked > 1) {
    return refuse('InvalidParameter.Conflict', {
      parameter: move.Time === undefined ? 'Seconds' : 'Time',
      detail: 'Only one of Time, Seconds and Reset can be given.',
    });
  }
  if (move.Reset) return 0;
  if (move.Time !== undefined) {
    const time = parseSeconds(move.Time);
    if (time === undefined || time < EARLIEST) {
      const detail = `'${move.Time}' is no time YYYY-MM-DDThh:mm:ssZ of 1970 or later.`;
      return refuse('InvalidClock.Malformed', { parameter: 'Time', detail });
    }
    return time - realNow;
  }
  const next = offset + (move.Seconds ?? 0) * 1000;
  return realNow + next < EARLIEST || realNow + next > LATEST
    ? refuse('InvalidClock.Malformed', { parameter: 'Seconds', detail: 'The clock stays within 1970 to 9999.' })
    : next;
}
