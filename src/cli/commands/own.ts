/** Commands that are one call of our own product each: accounts, keys, the clock. */
import type { Product } from '../../contract/action.ts';
import { Failure } from '../../daemon/failure.ts';
import { call } from '../client.ts';
import { printAnswer } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

const PRODUCT: Product = 'Yunlan';

export async function callOwn(
  action: string,
  parameters: { readonly [name: string]: string | undefined },
  shared: SharedOptions,
): Promise<number> {
  const given = Object.entries(parameters).filter((each): each is [string, string] => each[1] !== undefined);
  printAnswer(await call(findTarget(shared), PRODUCT, action, Object.fromEntries(given)), shared);
  return 0;
}

const SECONDS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration such as `90`, `30m`, `1d12h`, `-2h`. Throws a Failure when it is none. */
export function parseDuration(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const rest = text.replace(/^[-+]/, '');
  if (/^\d{1,10}$/.test(rest)) return sign * Number(rest);
  if (!/^(\d{1,10}[dhms])+$/.test(rest)) {
    throw new Failure(`'${text}' is no duration: write seconds, or numbers with d, h, m, s such as 1d12h`);
  }
  let seconds = 0;
  for (const [, count, unit] of rest.matchAll(/(\d+)([dhms])/g)) seconds += Number(count) * SECONDS[unit!]!;
  return sign * seconds;
}
