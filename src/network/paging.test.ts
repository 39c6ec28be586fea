import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOfList, startOfToken, tokenFor } from './paging.ts';

describe('lists in parts', () => {
  it('give every item once, in order, page by page', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), (length, PageSize) => {
        const list = Array.from({ length }, (_, index) => index);
        const seen: number[] = [];
        for (let PageNumber = 1; ; PageNumber++) {
          const { rows, facts } = pageOfList(list, { PageNumber, PageSize });
          expect(facts).toEqual({ PageNumber, PageSize, TotalCount: length });
          seen.push(...rows);
          if (rows.length < PageSize) break;
        }
        expect(seen).toEqual(list);
      }),
    );
  });

  it('give every item once, token by token', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), (length, size) => {
        const starts: number[] = [];
        let token: string | undefined;
        do {
          const start = startOfToken(token);
          if (typeof start !== 'number') throw new Error('an own token was refused');
          starts.push(start);
          token = tokenFor(start + size, length);
        } while (token !== '');
        expect(starts).toEqual(
          Array.from({ length: Math.max(1, Math.ceil(length / size)) }, (_, index) => index * size),
        );
      }),
    );
  });

  it.each(['abc', '-1', 'n', 'n1.5', 'nZZ', 'n99999999999'])('refuse the foreign token %j', (token) => {
    expect(startOfToken(token)).toMatchObject({ code: 'InvalidParameter', parameter: 'NextToken' });
  });
});
