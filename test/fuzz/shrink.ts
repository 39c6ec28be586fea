/** Makes a request that goes wrong smaller while it still does: first alone, then plainly sent, then with less in it. */
import type { Draft, Pair, Way } from './requests.ts';

/** Whether these requests, sent at once, still go wrong. */
export type GoesWrong = (drafts: readonly Draft[]) => Promise<boolean>;

const PLAIN: Way = {
  algorithm: 'ACS3-HMAC-SHA256',
  method: 'POST',
  inQuery: [false],
  format: undefined,
  accept: undefined,
};

/** The fewest and smallest of these requests that this finds; all of them when fewer do no wrong. */
export async function shrink(drafts: readonly Draft[], goesWrong: GoesWrong): Promise<readonly Draft[]> {
  const fewer = await without(drafts, goesWrong);
  const small = [...fewer];
  for (let index = 0; index < small.length; index += 1) {
    const tried = (draft: Draft) => goesWrong(small.with(index, draft));
    const plain = { ...small[index]!, way: PLAIN };
    if (await tried(plain)) small[index] = plain;
    const draft = small[index]!;
    const pairs = await without<Pair>(draft.pairs, (left) => tried({ ...draft, pairs: left }));
    small[index] = { ...draft, pairs };
  }
  return small;
}

/** What is left of a list when everything is taken out that may be: halves first, then one by one. */
async function without<T>(all: readonly T[], still: (left: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let left = all;
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const rest = left.toSpliced(at, size);
      if (rest.length < left.length && (await still(rest))) left = rest;
      else at += size;
    }
  }
  return left;
}
