import { describe, expect, it } from 'vitest';
import {
  type JoinedGroup,
  mayAddRules,
  mayBeGroupName,
  mayDeleteGroup,
  mayJoin,
  mayLeave,
  mayNamePeer,
  mayStartIn,
  roomIn,
} from './rules.ts';

const LIMITS = {
  rulesPerInterface: 10,
  securityGroupsPerInterface: 2,
  addressesPerBasicGroup: 5,
  addressesPerAdvancedGroup: 50,
};

function group(id: string, facts: Partial<JoinedGroup> = {}): JoinedGroup {
  return { id, vpc_id: 'vpc-1', kind: 'normal', addresses: 0, rules: 0, ...facts };
}

describe('what may be in a security group', () => {
  it('counts room by the kind of group', () => {
    expect(roomIn(group('a', { addresses: 3 }), LIMITS)).toBe(2);
    expect(roomIn(group('a', { addresses: 3, kind: 'enterprise' }), LIMITS)).toBe(47);
  });

  it('lets something in exactly up to each limit', () => {
    const present = [group('a', { rules: 4 })];
    const join = (facts: Partial<JoinedGroup>, addresses = 1) =>
      mayJoin(group('b', facts), present, addresses, LIMITS, 'instance')?.code;
    expect(join({})).toBeUndefined();
    expect(join({ addresses: 4 })).toBeUndefined();
    expect(join({ addresses: 5 })).toBe('SecurityGroupInstanceLimitExceeded');
    expect(join({ addresses: 4 }, 2)).toBe('SecurityGroupInstanceLimitExceeded');
    expect(join({ rules: 6 })).toBeUndefined();
    expect(join({ rules: 7 })).toBe('AclLimitExceed');
    expect(join({ kind: 'enterprise' })).toBe('EnterpriseGroupLimited.MutliGroupType');
  });

  it('tells instances and interfaces apart when they are in too many groups', () => {
    const two = [group('a'), group('b')];
    expect(mayJoin(group('c'), two, 1, LIMITS, 'instance')?.code).toBe('InstanceSecurityGroupLimitExceeded');
    expect(mayJoin(group('c'), two, 1, LIMITS, 'interface')?.code).toBe('JoinedGroupLimitExceed');
    expect(mayJoin(group('b'), two, 1, LIMITS, 'interface')?.code).toBe('InvalidInstanceId.AlreadyExists');
  });

  it('lets something leave all groups but the last', () => {
    expect(mayLeave('a', [group('a'), group('b')])).toBeUndefined();
    expect(mayLeave('a', [group('a')])?.code).toBe('InstanceLastSecurityGroup');
    expect(mayLeave('c', [group('a')])?.code).toBe('InstanceNotInSecurityGroup');
  });

  it('starts an interface only in groups that go together', () => {
    const start = (...groups: JoinedGroup[]) => mayStartIn(groups, 'vpc-1', LIMITS, 'SecurityGroupIds')?.code;
    expect(start(group('a'), group('b'))).toBeUndefined();
    expect(start(group('a'), group('b', { vpc_id: 'vpc-2' }))).toBe('InvalidNetworkType.Mismatch');
    expect(start(group('a'), group('b'), group('c'))).toBe('JoinedGroupLimitExceed');
    expect(start(group('a'), group('b', { kind: 'enterprise' }))).toBe('EnterpriseGroupLimited.MutliGroupType');
    expect(start(group('a', { rules: 5 }), group('b', { rules: 5 }))).toBeUndefined();
    expect(start(group('a', { rules: 5 }), group('b', { rules: 6 }))).toBe('AclLimitExceed');
  });
});

describe('rules that name groups', () => {
  const own = group('a');
  const name = (id: string, peer: JoinedGroup | undefined, of = own) => [
    mayNamePeer('ingress', of, id, peer, 'P')?.code,
    mayNamePeer('egress', of, id, peer, 'P')?.code,
  ];

  it('name another basic group of the same VPC', () => {
    expect(name('b', group('b'))).toEqual([undefined, undefined]);
    expect(name('a', own)).toEqual(['InvalidParamter.Conflict', 'InvalidSecurityGroup.IsSame']);
    expect(name('b', undefined)).toEqual(['InvalidSourceGroupId.NotFound', 'InvalidDestGroupId.NotFound']);
    expect(name('b', group('b', { vpc_id: 'vpc-2' }))).toEqual([
      'InvalidSourceGroupId.Mismatch',
      'InvalidDestGroupId.Mismatch',
    ]);
    expect(name('b', group('b', { kind: 'enterprise' }))).toEqual(['OperationDenied', 'OperationDenied']);
    expect(name('b', group('b'), group('a', { kind: 'enterprise' }))).toEqual(['OperationDenied', 'OperationDenied']);
  });
});

describe('security groups themselves', () => {
  it('take rules up to the quota', () => {
    expect(mayAddRules(198, 2, 200)).toBeUndefined();
    expect(mayAddRules(198, 3, 200)?.code).toBe('AuthorizationLimitExceed');
  });

  it('go when nothing uses them, and else say what does', () => {
    expect(mayDeleteGroup([], [])).toBeUndefined();
    const refusal = mayDeleteGroup(['i-1'], ['sg-2']);
    expect(refusal).toMatchObject({ code: 'DependencyViolation', status: 403 });
    expect(refusal?.message).toContain('i-1, sg-2');
  });

  it('have names that start with a letter', () => {
    for (const name of ['ab', 'Web-1_a.b:c', '前端-1']) expect(mayBeGroupName(name)).toBeUndefined();
    for (const name of ['1a', '-a', 'a b', 'a/b', 'http://a', 'httpS://a'])
      expect(mayBeGroupName(name)?.code).toBe('InvalidSecurityGroupName.Malformed');
  });
});
