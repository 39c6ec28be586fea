import { describe, expect, it } from 'vitest';
import { parseDuration } from './own.ts';

describe('durations', () => {
  it.each([
    ['90', 90],
    ['-90', -90],
    ['30m', 1800],
    ['1d12h', 129_600],
    ['-2h', -7200],
    ['+1d', 86_400],
  ])('%s', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', 'h', '1.5h', '1w', '1h x', '--1', '1e3'])("'%s' is none", (text) => {
    expect(() => parseDuration(text)).toThrow('is no duration');
  });
});
