/** `audit`: requests to the API with their outcome, the latest first. */
import { Failure } from '../../daemon/failure.ts';
import { formatSeconds, systemClock } from '../../values/clock.ts';
import { type Answer, call } from '../client.ts';
import { printAnswer } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';
import { parseDuration } from './own.ts';

export interface AuditOptions {
  readonly action?: string;
  readonly outcome?: string;
  readonly since?: string;
  readonly until?: string;
  readonly requestId?: string;
  readonly account?: string;
  readonly limit: number;
}

/** Most entries that the server gives in one answer. */
const MOST_IN_ANSWER = 100;

export async function audit(options: AuditOptions, shared: SharedOptions): Promise<number> {
  const target = findTarget(shared);
  const asked = {
    ActionName: options.action,
    Outcome: options.outcome,
    Since: timeOf(options.since),
    Until: timeOf(options.until),
    RequestId: options.requestId,
    AccountName: options.account,
  };
  const given = Object.entries(asked).filter((each): each is [string, string] => each[1] !== undefined);
  const found: unknown[] = [];
  let answer: Answer;
  let token = '';
  do {
    answer = await call(target, 'Yunlan', 'ListRequests', {
      ...Object.fromEntries(given),
      MaxResults: String(Math.min(MOST_IN_ANSWER, options.limit - found.length)),
      ...(token === '' ? {} : { NextToken: token }),
    });
    found.push(...(answer as { readonly Requests: { readonly Request: readonly unknown[] } }).Requests.Request);
    token = String(answer['NextToken'] ?? '');
  } while (token !== '' && found.length < options.limit);
  printAnswer({ Requests: { Request: found } }, shared);
  return 0;
}

/** A time as it is, or a duration back from now. */
function timeOf(text: string | undefined): string | undefined {
  if (text === undefined || /^\d{4}-/.test(text)) return text;
  const seconds = parseDuration(text);
  if (seconds < 0) throw new Failure(`'${text}': write how long ago without a sign, such as 15m`);
  return formatSeconds(systemClock.now() - seconds * 1000);
}
