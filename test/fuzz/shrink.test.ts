import { describe, expect, it } from 'vitest';
import type { Draft, Pair } from './requests.ts';
import { shrink } from './shrink.ts';

const draft = (name: string, method: 'GET' | 'POST' = 'GET'): Draft => ({
  action: 'Vpc.CreateVpc',
  signer: 'own',
  pairs: Array.from({ length: 9 }, (_, index): Pair => [`${name}${index}`, 'x']),
  way: { algorithm: 'HMAC-SHA1', method, inQuery: [true], format: 'XML', accept: undefined },
});

const has = (drafts: readonly Draft[], name: string) =>
  drafts.some(({ pairs }) => pairs.some(([called]) => called === name));
const names = (drafts: readonly Draft[]) => drafts.map(({ pairs }) => pairs.map(([name]) => name));

describe('making a request smaller', () => {
  it('leaves the one parameter that does it, plainly sent', async () => {
    const small = await shrink([draft('a'), draft('b'), draft('c')], async (drafts) => has(drafts, 'b4'));
    expect(names(small)).toEqual([['b4']]);
    expect(small[0]!.way).toMatchObject({ algorithm: 'ACS3-HMAC-SHA256', method: 'POST', format: undefined });
  });

  it('leaves both of two that do it together', async () => {
    const wrong = async (drafts: readonly Draft[]) => has(drafts, 'a0') && has(drafts, 'c8');
    expect(names(await shrink([draft('a'), draft('b'), draft('c')], wrong))).toEqual([['a0'], ['c8']]);
  });

  it('leaves the way when it is what does it', async () => {
    const small = await shrink([draft('a'), draft('b', 'POST')], async (drafts) =>
      drafts.some(({ way }) => way.method === 'GET'),
    );
    expect(names(small)).toEqual([[]]);
    expect(small[0]!.way).toMatchObject({ method: 'GET', format: 'XML' });
  });

  it('leaves everything when it does not happen again', async () => {
    const drafts = [draft('a'), draft('b')];
    expect(await shrink(drafts, async () => false)).toEqual(drafts);
  });
});
