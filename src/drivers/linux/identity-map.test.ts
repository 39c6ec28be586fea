import { describe, expect, it } from 'vitest';
import { subordinate } from './identity-map.ts';

describe('subordinate users', () => {
  const file = 'root:100000:65536\nalice:200000:65536\n1001:300000:131072\nbob:400000:10\nbroken\n:::\neve:x:65536\n';

  it('are found by name or number, and taken beside root', () => {
    expect(subordinate(file, ['1000', 'alice'])).toEqual(['200000', '65535']);
    expect(subordinate(file, ['1001', ''])).toEqual(['300000', '65535']);
    expect(subordinate('alice:200000:5000', ['1000', 'alice'])).toEqual(['200000', '5000']);
  });

  it('are none without an entry, with a broken one, or with too few for a system', () => {
    expect(subordinate(file, ['1002', 'carol'])).toBeUndefined();
    expect(subordinate('', ['1000', 'alice'])).toBeUndefined();
    expect(subordinate(file, ['1003', 'bob'])).toBeUndefined();
    expect(subordinate(file, ['1004', 'eve'])).toBeUndefined();
  });
});
