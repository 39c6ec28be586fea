import { describe, expect, it } from 'vitest';
import { takeSharedOptions } from './shared-options.ts';

const take = (words: string[], environment: Record<string, string> = {}) =>
  takeSharedOptions(words, environment, '/home/me');

describe('options that every command takes', () => {
  it('come before and after the words of a command', () => {
    for (const words of [
      ['--data', 'd', 'exec', 'web'],
      ['exec', '--data', 'd', 'web'],
      ['exec', 'web', '--data=d'],
    ]) {
      expect(take(words)).toEqual({ options: { data: '/home/me/d' }, rest: ['exec', 'web'] });
    }
  });

  it('leave everything after -- alone', () => {
    const { options, rest } = take(['exec', '--data', '/d', 'web', '--', 'tar', '--data', 'x', '--', '--region']);
    expect(options).toEqual({ data: '/d' });
    expect(rest).toEqual(['exec', 'web', '--', 'tar', '--data', 'x', '--', '--region']);
  });

  it('are not taken out of the values of API parameters', () => {
    const { options, rest } = take(['ecs', 'A', '--Description', '--data', '--Name=--region', '--region', 'r']);
    expect(rest).toEqual(['ecs', 'A', '--Description', '--data', '--Name=--region']);
    expect(options).toEqual({ data: '/home/me/.yunlan', region: 'r' });
  });

  it('fall back to the environment, and a word wins over it', () => {
    const environment = { YUNLAN_DATA: '/env', YUNLAN_ACCESS_KEY_ID: 'LTAI', YUNLAN_REGION: '' };
    expect(take(['status'], environment).options).toEqual({ data: '/env', accessKeyId: 'LTAI' });
    expect(take(['status', '--data', '/word'], environment).options.data).toBe('/word');
  });

  it('are refused without a value', () => {
    expect(() => take(['status', '--data'])).toThrow('--data needs a value: --data DIR');
    expect(() => take(['status', '--data='])).toThrow('--data needs a value');
    expect(() => take(['exec', '--data', '--', 'x'])).toThrow('--data needs a value');
    expect(() => take(['ecs', 'A', '--output', 'xml'])).toThrow('--output is json or table, not xml');
  });
});
