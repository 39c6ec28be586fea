import { describe, expect, it } from 'vitest';
import { idsInAll } from './selection.ts';

describe('ids in all lists', () => {
  it('asks for every row when no list is given', () => {
    expect(idsInAll()).toBeUndefined();
    expect(idsInAll(undefined, undefined)).toBeUndefined();
  });

  it('keeps what every given list holds, once, in the order of the first', () => {
    expect(idsInAll(['c', 'a', 'b', 'a'], undefined, ['a', 'b'])).toEqual(['a', 'b']);
    expect(idsInAll(undefined, ['b'], ['a', 'b', 'c'], ['c'])).toEqual([]);
    expect(idsInAll([], ['a'])).toEqual([]);
    expect(idsInAll(['b', 'a'])).toEqual(['b', 'a']);
  });
});
