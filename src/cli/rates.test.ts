import { describe, expect, it } from 'vitest';
import { readRates } from './rates.ts';

describe('--throttle', () => {
  it('reads a rate for each action and for single ones', () => {
    expect(readRates([])).toBeUndefined();
    expect(readRates(['600'])).toEqual({ each: 600, actions: new Map() });
    expect(readRates(['off'])).toEqual({ each: undefined, actions: new Map() });
    expect(readRates(['5', 'Ecs.RunInstances=60', 'Vpc.DescribeVpcs=1', '7', 'Ecs.RunInstances=61'])).toEqual({
      each: 7,
      actions: new Map([
        ['Ecs.RunInstances', 61],
        ['Vpc.DescribeVpcs', 1],
      ]),
    });
  });

  it.each([
    ['0', 'write calls a minute, 1 or more, or off'],
    ['1.5', 'write calls a minute'],
    ['-1', 'write calls a minute'],
    ['Ecs.RunInstances=', 'write calls a minute'],
    ['Ecs.RunInstances=0', 'write calls a minute'],
    ['Ecs.RunInstance=5', 'did you mean Ecs.RunInstances?'],
    ['RunInstances=5', 'no such action'],
    ['=5', 'no such action'],
  ])('refuses %s', (word, message) => {
    expect(() => readRates([word])).toThrow(message);
  });
});
