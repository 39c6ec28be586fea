import { describe, expect, it } from 'vitest';
import { hashInput } from './facts.ts';

describe('hashInput', () => {
  const BASE = { RegionId: 'r', Tag: [{ Key: 'a', Value: 'b' }], Size: 1 };

  it.each([
    ['the order of names, at any depth', { Size: 1, Tag: [{ Value: 'b', Key: 'a' }], RegionId: 'r' }],
    ['the token', { ...BASE, ClientToken: 'x' }],
  ])('does not depend on %s', (_name, input) => {
    expect(hashInput(input)).toBe(hashInput(BASE));
  });

  it.each([
    ['a value', { ...BASE, Size: 2 }],
    ['a type', { ...BASE, Size: '1' }],
    ['the order of a list', { ...BASE, Tag: [{ Key: 'b', Value: 'a' }] }],
    ['one name more', { ...BASE, DryRun: false }],
  ])('depends on %s', (_name, input) => {
    expect(hashInput(input)).not.toBe(hashInput(BASE));
  });
});
