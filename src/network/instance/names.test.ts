import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../values/refusal.ts';
import { acceptHostNames, acceptInstanceNames, numbered } from './names.ts';

describe('names in a row', () => {
  it('are numbered by PREFIX[BEGIN,DIGITS]SUFFIX', () => {
    expect(numbered('web[8,3]-x', 3, false)).toEqual(['web008-x', 'web009-x', 'web010-x']);
    expect(numbered('web[1,4]', 2, false)).toEqual(['web0001', 'web0002']);
    expect(numbered('web[,]', 2, false)).toEqual(['web000000', 'web000001']);
    expect(numbered('web[7,]', 1, false)).toEqual(['web000007']);
    expect(numbered('web[99,1]', 2, false)).toEqual(['web99', 'web100']);
  });

  it('are taken literally when the brackets hold something else', () => {
    for (const text of ['web[]', 'web[a,1]', 'web[1,7]', 'web[1;2]', 'web[1, 2]']) {
      expect(numbered(text, 2, false)).toEqual([text, text]);
    }
  });

  it('end in 001, 002 … with UniqueSuffix, unless they end in numbers already', () => {
    expect(numbered('web', 2, true)).toEqual(['web001', 'web002']);
    expect(numbered('web', 1, true)).toEqual(['web']);
    expect(numbered('web[5,2]', 2, true)).toEqual(['web05', 'web06']);
    expect(numbered('web[5,2]x', 2, true)).toEqual(['web05x001', 'web06x002']);
  });

  it('stop at 999999', () => {
    expect(numbered('w[999998,6]', 2, false)).toEqual(['w999998', 'w999999']);
    expect(numbered('w[999999,6]', 2, false)).toBeUndefined();
  });

  it('are all different when they are numbered', () => {
    fc.assert(
      fc.property(
        fc.nat(900_000),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 100 }),
        (begin, digits, n) => {
          expect(new Set(numbered(`w[${begin},${digits}]`, n, false)).size).toBe(n);
        },
      ),
    );
  });
});

describe('names of instances', () => {
  it('have 2 to 128 letters, digits and . _ : -, the first a letter', () => {
    for (const name of ['ab', '网络-1', 'a.b_c:d-e', `a${'b'.repeat(127)}`]) {
      expect(acceptInstanceNames(name, 1, false)).toEqual([name]);
    }
    for (const name of ['a', '1a', 'a b', 'http://x', 'a[', `a${'b'.repeat(128)}`]) {
      expect(acceptInstanceNames(name, 1, false)).toMatchObject({ code: 'InvalidInstanceName.Malformed' });
    }
  });

  it('count the numbers into the length', () => {
    const longest = `${'a'.repeat(122)}[0,6]`;
    expect(acceptInstanceNames(longest, 1, false)).toEqual([`${'a'.repeat(122)}000000`]);
    expect(isRefusal(acceptInstanceNames(`a${longest}`, 1, false))).toBe(true);
  });
});

describe('host names', () => {
  const ask = (asked: { HostName?: string; HostNames?: string[] }, ids: string[], platform: 'linux' | 'windows') =>
    acceptHostNames({ UniqueSuffix: false, ...asked }, ids, platform);

  it('come from the id when none is given', () => {
    expect(ask({}, ['i-bp1x'], 'linux')).toEqual(['iZbp1xZ']);
    expect(ask({ HostNames: [] }, ['i-bp1x'], 'linux')).toEqual(['iZbp1xZ']);
  });

  it('hold the id where it is asked for', () => {
    const place = ['$', '{instance_id}'].join('');
    expect(ask({ HostName: `k8s-${place}` }, ['i-1', 'i-2'], 'linux')).toEqual(['k8s-i-1', 'k8s-i-2']);
  });

  it('are labels between dots on Linux and one short label on Windows', () => {
    for (const name of ['a.b', 'a-b.c1', 'x'.repeat(64), '12'])
      expect(ask({ HostName: name }, ['i-1'], 'linux')).toEqual([name]);
    for (const name of ['a', '-a', 'a-', 'a..b', 'a--b', '.a', 'a_b', 'x'.repeat(65), '网络']) {
      expect(ask({ HostName: name }, ['i-1'], 'linux')).toMatchObject({
        code: 'InvalidHostName.Malformed',
        parameter: 'HostName',
      });
    }
    expect(ask({ HostName: 'WEB-1' }, ['i-1'], 'windows')).toEqual(['WEB-1']);
    for (const name of ['a.b', '123', 'x'.repeat(16)])
      expect(isRefusal(ask({ HostName: name }, ['i-1'], 'windows'))).toBe(true);
  });

  it('are as many as the instances, and name the one at fault', () => {
    expect(ask({ HostNames: ['ab', 'cd'] }, ['i-1', 'i-2'], 'linux')).toEqual(['ab', 'cd']);
    expect(ask({ HostNames: ['ab'] }, ['i-1', 'i-2'], 'linux')).toMatchObject({ code: 'InvalidParameter' });
    expect(ask({ HostNames: ['ab', '-'] }, ['i-1', 'i-2'], 'linux')).toMatchObject({ parameter: 'HostNames.2' });
    expect(ask({ HostName: 'ab', HostNames: ['cd'] }, ['i-1'], 'linux')).toMatchObject({
      code: 'InvalidParameter.Conflict',
    });
  });
});
