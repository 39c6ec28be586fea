import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../values/refusal.ts';
import {
  type ClockMove,
  mayAssumeRoleOf,
  mayDeleteAccount,
  mayDeleteKey,
  mayDisableAccount,
  mayDisableKey,
  mayHandleKeysOf,
  movedOffset,
  sessionEnd,
} from './rules.ts';

describe('mayHandleKeysOf', () => {
  const user = { administrator: false, accountName: 'one' };

  it('lets everybody handle his own keys and the administrator all', () => {
    expect(mayHandleKeysOf(user, 'one')).toBeUndefined();
    expect(mayHandleKeysOf({ administrator: true, accountName: 'admin' }, 'one')).toBeUndefined();
  });

  it('refuses those of others', () => {
    expect(mayHandleKeysOf(user, 'two')).toMatchObject({ code: 'Forbidden.RAM', parameter: 'AccountName' });
  });
});

describe('mayDisableKey', () => {
  it('keeps the last active key of the administrator', () => {
    const denied = { code: 'OperationDenied', status: 403, parameter: 'UserAccessKeyId' };
    expect(mayDisableKey({ administrator: true }, { status: 'Active' }, 1)).toMatchObject(denied);
    expect(mayDisableKey({ administrator: true }, { status: 'Active' }, 2)).toBeUndefined();
    expect(mayDisableKey({ administrator: true }, { status: 'Inactive' }, 1)).toBeUndefined();
    expect(mayDisableKey({ administrator: false }, { status: 'Active' }, 1)).toBeUndefined();
  });
});

describe('mayDeleteKey', () => {
  it('wants it disabled first', () => {
    expect(mayDeleteKey({ status: 'Active' })).toMatchObject({ code: 'OperationDenied', parameter: 'UserAccessKeyId' });
    expect(mayDeleteKey({ status: 'Inactive' })).toBeUndefined();
  });
});

describe('accounts', () => {
  const user = { administrator: false };

  it('of the administrator are neither disabled nor deleted', () => {
    const denied = { code: 'OperationDenied', parameter: 'AccountName' };
    expect(mayDisableAccount({ administrator: true })).toMatchObject(denied);
    expect(mayDeleteAccount({ administrator: true }, new Map())).toMatchObject(denied);
    expect(mayDisableAccount(user)).toBeUndefined();
  });

  it('are deleted when they have nothing but keys and history', () => {
    const history = [
      ['access_key', 2],
      ['once', 1],
      ['journal', 9],
      ['request', 99],
      ['vpc', 0],
    ] as const;
    expect(mayDeleteAccount(user, new Map(history))).toBeUndefined();
    const refused = mayDeleteAccount(user, new Map([...history, ['network_interface', 3], ['eip', 1]]));
    expect(refused).toMatchObject({ code: 'DependencyViolation', parameter: 'AccountName' });
    expect(refused?.message).toContain('It still has: network interface 3, eip 1.');
  });
});

describe('roles', () => {
  it('are one’s own; the administrator’s are all', () => {
    expect(mayAssumeRoleOf({ administrator: false, accountId: '1' }, '1')).toBeUndefined();
    expect(mayAssumeRoleOf({ administrator: true, accountId: '1' }, '2')).toBeUndefined();
    expect(mayAssumeRoleOf({ administrator: false, accountId: '1' }, '2')).toMatchObject({ code: 'NoPermission' });
  });

  it('last as long as asked, to the second, and never longer than who asks', () => {
    expect(sessionEnd({}, 1_000_999, 900)).toBe(1_900_000);
    const session = { role: 'r', name: 'n', issuedTo: 'k', expiresAt: 1_500_000 };
    expect(sessionEnd({ session }, 1_000_999, 900)).toBe(1_500_000);
    expect(sessionEnd({ session }, 1_000_999, 100)).toBe(1_100_000);
  });
});

describe('movedOffset', () => {
  const NOW = Date.UTC(2026, 10, 1);
  const move = (asked: ClockMove, offset = 0) => movedOffset(asked, NOW, offset);
  const refusal = (asked: ClockMove, offset = 0) => {
    const moved = move(asked, offset);
    return isRefusal(moved) ? `${moved.code} ${moved.parameter}` : moved;
  };

  it('moves to a time, whatever the clock showed', () => {
    expect(move({ Time: '2026-11-01T00:00:10Z' })).toBe(10_000);
    expect(move({ Time: '2026-11-01T00:00:10Z' }, 5_000_000)).toBe(10_000);
    expect(move({ Time: '2025-11-01T00:00:00Z' })).toBe(-365 * 86_400_000);
  });

  it('moves on from where it is', () => {
    expect(move({ Seconds: 60 }, 1_000)).toBe(61_000);
    expect(move({ Seconds: -60 }, 1_000)).toBe(-59_000);
    expect(move({ Seconds: 0 }, 1_000)).toBe(1_000);
  });

  it('goes back to the real time', () => {
    expect(move({ Reset: true }, 1_000)).toBe(0);
    expect(move({ Reset: false, Seconds: 1 }, 1_000)).toBe(2_000);
  });

  it('refuses nothing, two things and times that cannot be', () => {
    expect(refusal({})).toBe('MissingParameter Time');
    expect(refusal({ Reset: false })).toBe('MissingParameter Time');
    expect(refusal({ Time: '2026-11-01T00:00:10Z', Seconds: 1 })).toBe('InvalidParameter.Conflict Time');
    expect(refusal({ Time: '2026-11-01T00:00:10Z', Reset: true })).toBe('InvalidParameter.Conflict Time');
    expect(refusal({ Seconds: 1, Reset: true })).toBe('InvalidParameter.Conflict Seconds');
    for (const Time of ['', 'now', '2026-02-30T00:00:00Z', '2026-11-01 00:00:00', '1969-12-31T23:59:59Z']) {
      expect(refusal({ Time }), Time).toBe('InvalidClock.Malformed Time');
    }
  });

  it('keeps the clock within the times that answers can spell', () => {
    expect(refusal({ Seconds: -NOW / 1000 })).toBe(-NOW);
    expect(refusal({ Seconds: -NOW / 1000 - 1 })).toBe('InvalidClock.Malformed Seconds');
    const last = Date.UTC(9999, 11, 31, 23, 59, 59) - NOW;
    expect(refusal({ Seconds: 1 }, last - 1_000)).toBe(last);
    expect(refusal({ Seconds: 1 }, last)).toBe('InvalidClock.Malformed Seconds');
  });
});
