/** What was asked of the server, by whom and with which outcome. */
import { refuse } from '../../contract/errors.ts';
import type { listRequests } from '../../contract/yunlan.ts';
import type { Condition } from '../../store/port.ts';
import { parseSeconds } from '../../values/clock.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { startOfToken, tokenFor } from '../paging.ts';
import { accountNamed } from './keys.ts';
import { listedRequest } from './view.ts';

export type RequestAction = typeof listRequests;

export const requestHandlers: HandlersOf<RequestAction> = {
  async 'Yunlan.ListRequests'(call, input) {
    const [from, before] = [timeOf('Since', input.Since), timeOf('Until', input.Until)];
    if (isRefusal(from)) return from;
    if (isRefusal(before)) return before;
    const start = startOfToken(input.NextToken);
    if (isRefusal(start)) return start;
    // What was answered before this question is part of the answer to it.
    await call.requests?.flush();
    return call.read(async (reader) => {
      // Without a name the administrator sees all, those that nobody signed among them.
      const all = call.caller.administrator && input.AccountName === undefined;
      const account = all ? undefined : await accountNamed(call, reader, input.AccountName);
      if (isRefusal(account)) return account;
      const where = {
        account_id: account?.id,
        action: input.ActionName === undefined ? undefined : actionLike(input.ActionName),
        ...outcomeLike(input.Outcome),
        at: { from, before },
        request_id: input.RequestId?.toUpperCase(),
        sequence: start === 0 ? undefined : { before: start },
      };
      const order = { orderBy: ['-sequence'], limit: input.MaxResults + 1 } as const;
      const found = await reader.find('request', where, order);
      const rows = found.slice(0, input.MaxResults);
      // One more was asked for only to know whether any is left.
      const left = found.length > rows.length;
      return {
        Requests: { Request: rows.map(listedRequest) },
        MaxResults: input.MaxResults,
        NextToken: left ? tokenFor(rows.at(-1)!.sequence, Number.MAX_SAFE_INTEGER) : '',
      };
    });
  },
};

function timeOf(parameter: string, text: string | undefined): number | undefined | Refusal {
  if (text === undefined) return undefined;
  return parseSeconds(text) ?? refuse('InvalidTime.Malformed', { parameter });
}

/** A name without a product is that of any product. */
function actionLike(name: string): Condition<string> {
  return name.includes('.') ? name : { like: `*.${name}` };
}

function outcomeLike(outcome: string | undefined): { code?: string; status?: Condition<number> } {
  if (outcome === undefined) return {};
  return outcome === 'Refused' ? { status: { from: 400 } } : { code: outcome };
}
