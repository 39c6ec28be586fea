import { describe, expect, it } from 'vitest';
import { type InstanceState, mayChangeGroupsOf, mayReboot, mayRelease, mayRunAt, mayStart, mayStop } from './rules.ts';

const STATUSES = ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'] as const;

function instance(facts: Partial<InstanceState>): InstanceState & { deletion_protection: boolean } {
  return { id: 'i-1', status: 'Running', wanted: 'Running', deletion_protection: false, ...facts };
}

/** States in which the rule lets an instance pass. */
function allowed(rule: (state: ReturnType<typeof instance>) => { code: string } | undefined): string[] {
  return STATUSES.filter((status) => rule(instance({ status })) === undefined);
}

describe('states', () => {
  it('allow each action where the manual does', () => {
    expect(allowed(mayStart)).toEqual(['Stopped']);
    expect(allowed(mayStop)).toEqual(['Running']);
    expect(allowed(mayReboot)).toEqual(['Running']);
    expect(allowed(mayChangeGroupsOf)).toEqual(['Running', 'Stopped']);
    for (const status of STATUSES.filter((each) => each !== 'Stopped')) {
      expect(mayStart(instance({ status }))).toMatchObject({ code: 'IncorrectInstanceStatus', status: 403 });
    }
  });

  it('allow nothing while the instance is being released', () => {
    for (const rule of [mayStart, mayStop, mayReboot, mayChangeGroupsOf]) {
      expect(allowed((state) => rule({ ...state, wanted: 'Deleted' }))).toEqual([]);
    }
  });
});

describe('release', () => {
  const asked = { force: false, terminateSubscription: false };
  const release = (facts: object, more: object = {}, expiry?: number) =>
    mayRelease({ ...instance({}), ...facts }, expiry, 1000, { ...asked, ...more })?.code;

  it('needs a stopped instance, or force', () => {
    expect(release({ status: 'Stopped', wanted: 'Stopped' })).toBeUndefined();
    expect(release({})).toBe('IncorrectInstanceStatus');
    for (const status of ['Starting', 'Running', 'Stopping'])
      expect(release({ status }, { force: true })).toBeUndefined();
  });

  it('waits for an instance that is still being made', () => {
    expect(release({ status: 'Pending' }, { force: true })).toBe('IncorrectInstanceStatus.Initializing');
  });

  it('is asked for once', () => {
    expect(release({ status: 'Stopping', wanted: 'Deleted' }, { force: true })).toBe('IncorrectInstanceStatus');
  });

  it('is refused for protected instances, whatever else', () => {
    expect(release({ status: 'Stopped', deletion_protection: true }, { force: true })).toBe(
      'InvalidOperation.DeletionProtection',
    );
  });

  it('takes subscriptions only when they have expired, and on purpose', () => {
    const stopped = { status: 'Stopped' };
    expect(release(stopped, { terminateSubscription: true }, 1001)).toBe('ChargeTypeViolation');
    expect(release(stopped, { terminateSubscription: true }, 1000)).toBeUndefined();
    expect(release(stopped, {}, 1000)).toBe('ChargeTypeViolation');
  });
});

describe('expiry', () => {
  it('keeps an instance from starting', () => {
    expect(mayRunAt(999, 1000)).toBeUndefined();
    expect(mayRunAt(1000, 1000)).toMatchObject({ code: 'InstanceExpired', status: 403 });
    expect(mayRunAt(1000, undefined)).toBeUndefined();
  });
});
