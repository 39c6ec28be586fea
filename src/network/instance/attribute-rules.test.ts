import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInstanceType } from '../instance-type/catalogue.ts';
import { primaryQueues } from '../instance-type/rules.ts';
import type { JoinedGroup } from '../security-group/rules.ts';
import {
  acceptQueues,
  mayChange,
  mayChangeLogon,
  mayHaveCredits,
  mayMoveTo,
  mayProtect,
  mustDiffer,
} from './attribute-rules.ts';
import type { InstanceState } from './rules.ts';

const STATUSES = ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'] as const;
const LIMITS = {
  rulesPerInterface: 10,
  securityGroupsPerInterface: 3,
  addressesPerBasicGroup: 5,
  addressesPerAdvancedGroup: 9,
};

const instance = (facts: Partial<InstanceState> = {}): InstanceState => ({
  id: 'i-1',
  status: 'Stopped',
  wanted: 'Stopped',
  ...facts,
});
const group = (id: string, facts: Partial<JoinedGroup> = {}): JoinedGroup => ({
  id,
  vpc_id: 'vpc-1',
  kind: 'normal',
  addresses: 0,
  rules: 0,
  ...facts,
});

describe('states', () => {
  const allowed = (rule: (state: InstanceState) => unknown) =>
    STATUSES.filter((status) => rule(instance({ status })) === undefined);

  it('texts change at any time, what a start reads not during one', () => {
    expect(allowed(mayChange)).toEqual(STATUSES);
    expect(allowed(mayChangeLogon)).toEqual(['Running', 'Stopping', 'Stopped']);
  });

  it('nothing changes of an instance that is being released', () => {
    for (const rule of [mayChange, mayChangeLogon]) {
      expect(rule(instance({ wanted: 'Deleted' }))).toMatchObject({ code: 'IncorrectInstanceStatus' });
    }
  });
});

describe('protection and credits', () => {
  it('a subscription is protected by itself', () => {
    expect(mayProtect(true, undefined)).toBeUndefined();
    expect(mayProtect(false, 1000)).toBeUndefined();
    expect(mayProtect(true, 1000)).toMatchObject({ code: 'ChargeTypeViolation', status: 400 });
  });

  it('only burstable types have credits', () => {
    expect(mayHaveCredits(findInstanceType('ecs.t5-lc1m2.large'))).toBeUndefined();
    for (const type of [findInstanceType('ecs.g6.large'), undefined]) {
      expect(mayHaveCredits(type)).toMatchObject({ code: 'InvalidParameter.CreditSpecification' });
    }
  });
});

describe('queues', () => {
  const type = findInstanceType('ecs.g6.2xlarge')!;
  const most = primaryQueues(type);

  it('are as many as asked for, up to what the type gives; -1 is that', () => {
    for (let asked = 1; asked <= most; asked++) expect(acceptQueues(asked, type, instance())).toBe(asked);
    expect(acceptQueues(-1, type, instance())).toBe(most);
    expect(acceptQueues(most + 1, type, instance())).toMatchObject({
      code: 'InvalidOperation.MaxEniQueueNumberExceeded',
    });
    expect(acceptQueues(0, type, instance())).toMatchObject({ code: 'InvalidParameter.InvalidEniQueueNumber' });
  });

  it('change only while it is stopped', () => {
    for (const status of STATUSES.filter((each) => each !== 'Stopped')) {
      expect(acceptQueues(1, type, instance({ status }))).toMatchObject({ code: 'InvalidStatus.StoppedRequired' });
    }
  });
});

describe('groups', () => {
  const code = (groups: JoinedGroup[], present: string[] = [], addresses = 1) =>
    mayMoveTo(groups, present, 'vpc-1', addresses, LIMITS)?.code;

  it('are of its VPC, of one kind and not too many', () => {
    expect(code([group('a'), group('b')])).toBeUndefined();
    expect(code([group('a'), group('b', { vpc_id: 'vpc-2' })])).toBe('InvalidSecurityGroupVpc.NotBelongToOneVpc');
    expect(code([group('a'), group('b', { kind: 'enterprise' })])).toBe('EnterpriseGroupLimited.MutliGroupType');
    expect(code(['a', 'b', 'c'].map((id) => group(id)))).toBeUndefined();
    expect(code(['a', 'b', 'c', 'd'].map((id) => group(id)))).toBe('JoinedGroupLimitExceed');
    expect(code([group('a', { rules: 6 }), group('b', { rules: 5 })])).toBe('AclLimitExceed');
  });

  it('have room for all its addresses, unless it is in them already', () => {
    expect(code([group('a', { addresses: 4 })])).toBeUndefined();
    expect(code([group('a', { addresses: 4 })], [], 2)).toBe('SecurityGroupInstanceLimitExceed');
    expect(code([group('a', { addresses: 4 })], ['a'], 2)).toBeUndefined();
    expect(code([group('a', { addresses: 5, kind: 'enterprise' })], [], 4)).toBeUndefined();
  });

  it('may always stay as they are', () => {
    const kinds = fc.constantFrom<JoinedGroup['kind']>('normal', 'enterprise');
    fc.assert(
      fc.property(kinds, fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 3 }), (kind, addresses) => {
        const groups = addresses.map((count, index) => group(`sg-${index}`, { kind, addresses: count }));
        const ids = groups.map((each) => each.id);
        expect(code(groups, ids, 9)).toBeUndefined();
      }),
    );
  });

  it('are each given once', () => {
    expect(mustDiffer(['a', 'b'])).toBeUndefined();
    expect(mustDiffer(['a', 'b', 'a'])).toMatchObject({
      code: 'InvalidParameter.SecurityGroupIdRepeated',
      parameter: 'SecurityGroupIds.3',
    });
  });
});
