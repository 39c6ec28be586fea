import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('nearest', () => {
  it('finds what was meant', () => {
    expect(nearest('VpdId', ['VpcId', 'VpcName', 'RegionId'])).toBe('VpcId');
    expect(nearest('vpcid', ['VpcName', 'VpcId'])).toBe('VpcId');
    expect(nearest('CreateVcp', ['CreateVpc', 'CreateVSwitch'])).toBe('CreateVpc');
  });

  it('is silent when nothing is near', () => {
    expect(nearest('Banana', ['VpcId', 'RegionId'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });

  it('counts a swap of neighbours once', () => {
    expect(editDistance('abcd', 'abdc')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('same', 'same')).toBe(0);
  });
});
