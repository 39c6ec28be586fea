import { describe, expect, it } from 'vitest';
import { formatTable } from './table.ts';

const WIDE = Number.POSITIVE_INFINITY;

describe('answers as tables', () => {
  it('show the list of an answer as rows, without empty columns', () => {
    const answer = {
      RequestId: 'R',
      TotalCount: 2,
      Vpcs: {
        Vpc: [
          { VpcId: 'vpc-1', Name: '', Tags: { Tag: [{ Key: 'a', Value: 'b' }] }, Ids: { Id: ['x', 'y'] } },
          { VpcId: 'vpc-22', Name: '', Default: false },
        ],
      },
    };
    expect(formatTable(answer, WIDE).split('\n')).toEqual([
      'VpcId   Tags           Ids  Default',
      'vpc-1   Key=a,Value=b  x y',
      'vpc-22                      false',
      '',
    ]);
  });

  it('show one thing as fields', () => {
    expect(formatTable({ RequestId: 'R', VpcId: 'v', Status: 'Pending' }, WIDE)).toBe('VpcId   v\nStatus  Pending\n');
  });

  it('say when there is nothing', () => {
    expect(formatTable({ RequestId: 'R', Vpcs: { Vpc: [] } }, WIDE)).toBe('none\n');
  });

  it('narrow the widest columns to the screen', () => {
    const answer = { Things: { Thing: [{ Id: 'short', Text: 'x'.repeat(80) }] } };
    const lines = formatTable(answer, 40).trimEnd().split('\n');
    expect(lines[1]).toHaveLength(40);
    expect(lines[1]).toMatch(/^short {2}x+…$/);
  });
});
