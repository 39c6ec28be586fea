import { describe, expect, it } from 'vitest';
import { formatSelected, isTrue, readQuery } from './query.ts';

const ANSWER = {
  RequestId: 'r',
  TotalCount: 2,
  Vpcs: {
    Vpc: [
      { VpcId: 'vpc-a', VpcName: 'one', IsDefault: false },
      { VpcId: 'vpc-b', VpcName: 'two', IsDefault: true },
    ],
  },
};
const selected = (expression: string) => formatSelected(readQuery('--query', expression)(ANSWER));

describe('--query', () => {
  it('prints a plain value as it is, and a list of them one a line', () => {
    expect(selected('TotalCount')).toBe('2\n');
    expect(selected('Vpcs.Vpc[0].VpcId')).toBe('vpc-a\n');
    expect(selected('Vpcs.Vpc[].VpcName')).toBe('one\ntwo\n');
    expect(selected('Vpcs.Vpc[?IsDefault].VpcId')).toBe('vpc-b\n');
    expect(selected('Vpcs.Vpc[1].IsDefault')).toBe('true\n');
  });

  it('prints nothing where nothing is selected, and the rest as JSON', () => {
    expect(selected('Absent.Field')).toBe('');
    expect(JSON.parse(selected('Vpcs.Vpc[0]'))).toEqual(ANSWER.Vpcs.Vpc[0]);
    expect(JSON.parse(selected('Vpcs.Vpc[].[VpcId, VpcName]'))).toEqual([
      ['vpc-a', 'one'],
      ['vpc-b', 'two'],
    ]);
    expect(JSON.parse(selected("Vpcs.Vpc[?VpcId == 'x']"))).toEqual([]);
  });

  it('names the option and the expression that cannot be read', () => {
    expect(() => readQuery('--query', 'Vpcs.[')).toThrow(/^--query 'Vpcs\.\['/);
    expect(() => readQuery('--until', 'nofunction(@)')(ANSWER)).toThrow(/^--until 'nofunction\(@\)'/);
  });
});

describe('truth', () => {
  it('is what JMESPath takes for it', () => {
    for (const value of [true, 0, 1, 'x', ['x'], { x: null }]) expect([value, isTrue(value)]).toEqual([value, true]);
    for (const value of [false, null, undefined, '', [], {}]) expect([value, isTrue(value)]).toEqual([value, false]);
  });
});
