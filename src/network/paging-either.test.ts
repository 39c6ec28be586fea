import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../values/refusal.ts';
import { partAsked, partOfList } from './paging-either.ts';

const PAGES = { PageNumber: 1, PageSize: 10 };

function partFor(input: Parameters<typeof partAsked>[0]) {
  const part = partAsked(input);
  if (isRefusal(part)) throw new Error(part.message);
  return part;
}

describe('lists in either style', () => {
  it('reads on by token until nothing is left, every entry once', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), (length, MaxResults) => {
        const list = Array.from({ length }, (_, index) => index);
        const seen: number[] = [];
        let NextToken: string | undefined;
        do {
          const { rows, facts } = partOfList(list, partFor({ ...PAGES, MaxResults, NextToken }));
          expect(facts).toMatchObject({ PageSize: MaxResults, TotalCount: length });
          seen.push(...rows);
          NextToken = facts.NextToken;
        } while (NextToken);
        expect(seen).toEqual(list);
      }),
    );
  });

  it('reads pages, without a token', () => {
    const list = ['a', 'b', 'c', 'd', 'e'];
    const { rows, facts } = partOfList(list, partFor({ PageNumber: 2, PageSize: 2 }));
    expect(rows).toEqual(['c', 'd']);
    expect(facts).toEqual({ PageNumber: 2, PageSize: 2, TotalCount: 5, NextToken: '' });
    expect(partOfList(list, partFor({ PageNumber: 9, PageSize: 2 })).rows).toEqual([]);
  });

  it('goes by token when one is given, ten at a time, whatever the page', () => {
    const list = Array.from({ length: 25 }, (_, index) => index);
    const { NextToken } = partOfList(list, partFor({ PageNumber: 3, PageSize: 5, MaxResults: 10 })).facts;
    const { rows, facts } = partOfList(list, partFor({ PageNumber: 3, PageSize: 5, NextToken }));
    expect(rows).toEqual(list.slice(10, 20));
    expect(facts.PageSize).toBe(10);
  });

  it('refuses tokens that are not its own', () => {
    expect(partAsked({ ...PAGES, NextToken: 'not mine' })).toMatchObject({
      code: 'InvalidParameter',
      parameter: 'NextToken',
    });
  });
});
