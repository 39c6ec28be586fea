import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalPairs, decodePairs, percentDecode, percentEncode } from './percent.ts';

describe('percentEncode', () => {
  it.each([
    ['aZ09-_.~', 'aZ09-_.~'],
    [" *!'()", '%20%2A%21%27%28%29'],
    ['/?&=+%', '%2F%3F%26%3D%2B%25'],
    ['中😀', '%E4%B8%AD%F0%9F%98%80'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j', (text, encoded) => {
    expect(percentEncode(text)).toBe(encoded);
  });

  it('is undone by percentDecode', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(percentDecode(percentEncode(text))).toBe(text);
      }),
    );
  });
});

describe('decodePairs', () => {
  it.each<[string, [string, string][] | undefined]>([
    ['', []],
    [
      '&a=1&&b=2&',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a', [['a', '']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a+b=c+d%2B', [['a b', 'c d+']]],
    ['a=%', undefined],
    ['a=%C3', undefined],
    ['%zz=1', undefined],
  ])('%j', (text, pairs) => {
    expect(decodePairs(text)).toEqual(pairs);
  });

  it('undoes canonicalPairs', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (dictionary) => {
        expect(new Map(decodePairs(canonicalPairs(Object.entries(dictionary))))).toEqual(
          new Map(Object.entries(dictionary)),
        );
      }),
    );
  });
});

describe('canonicalPairs', () => {
  it('sorts by the names as they are, not as they are encoded', () => {
    expect(
      canonicalPairs([
        ['b', '2'],
        ['a.1', ''],
        ['a', ' '],
        ['Z', '*'],
        ['a~', '1'],
      ]),
    ).toBe('Z=%2A&a=%20&a.1=&a~=1&b=2');
  });
});
