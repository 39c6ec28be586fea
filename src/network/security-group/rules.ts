/** What security groups may be, what may be in them and when they may go. */
import { refuse } from '../../contract/errors.ts';
import { looksLikeId } from '../../values/id.ts';
import type { Refusal } from '../../values/refusal.ts';
import { usedBy } from '../dependency.ts';
import type { Direction } from './permission.ts';

export interface Group {
  readonly id: string;
  readonly vpc_id: string;
  /** normal = basic, enterprise = advanced. */
  readonly kind: 'normal' | 'enterprise';
}

/** What a group and the interfaces in it can hold. */
export interface GroupLimits {
  readonly rulesPerInterface: number;
  readonly securityGroupsPerInterface: number;
  readonly addressesPerBasicGroup: number;
  readonly addressesPerAdvancedGroup: number;
}

const NAME = /^\p{L}[\p{L}\p{N}._:-]*$/u;
const LINK = /^https?:\/\//i;

/** Whether a group may have this name; the contract holds its length. */
export function mayBeGroupName(name: string): Refusal | undefined {
  if (NAME.test(name) && !LINK.test(name)) return undefined;
  return refuse('InvalidSecurityGroupName.Malformed', {
    parameter: 'SecurityGroupName',
    detail: 'It starts with a letter and has letters, digits, and . _ : - after it.',
  });
}

export function mayAddGroup(present: number, quota: number): Refusal | undefined {
  return present < quota
    ? undefined
    : refuse('QuotaExceed.SecurityGroup', { detail: `There are ${present} of at most ${quota} groups.` });
}

/** The same refusal for a group that is nowhere, in another region or another account's. */
export function groupNotFound(id: string, parameter: string): Refusal {
  return refuse('InvalidSecurityGroupId.NotFound', {
    parameter,
    detail: `'${id}' is not a security group of this account here.`,
  });
}

/** For actions that tell malformed ids from unknown ones. */
export function mustBeGroupId(id: string, parameter = 'SecurityGroupId'): Refusal | undefined {
  return looksLikeId('securityGroup', id) ? undefined : refuse('InvalidSecurityGroupId.Malformed', { parameter });
}

/** Whether a rule of `group` may name `peer`, the group found under the id that was given. */
export function mayNamePeer(
  direction: Direction,
  group: Group,
  peerId: string,
  peer: Group | undefined,
  parameter: string,
): Refusal | undefined {
  const ingress = direction === 'ingress';
  if (peerId === group.id) {
    return refuse(ingress ? 'InvalidParamter.Conflict' : 'InvalidSecurityGroup.IsSame', { parameter });
  }
  if (!peer) {
    return refuse(ingress ? 'InvalidSourceGroupId.NotFound' : 'InvalidDestGroupId.NotFound', {
      parameter,
      detail: `'${peerId}' is not a security group of this account here.`,
    });
  }
  if (peer.vpc_id !== group.vpc_id) {
    return refuse(ingress ? 'InvalidSourceGroupId.Mismatch' : 'InvalidDestGroupId.Mismatch', { parameter });
  }
  if (group.kind === 'enterprise' || peer.kind === 'enterprise') {
    return refuse('OperationDenied', { parameter, detail: 'Rules name groups only among basic groups.' });
  }
  return undefined;
}

export function mayAddRules(present: number, added: number, quota: number): Refusal | undefined {
  return present + added <= quota
    ? undefined
    : refuse('AuthorizationLimitExceed', {
        detail: `There are ${present} of at most ${quota} rules; ${added} more are asked for.`,
      });
}

export function mayChangeInnerAccess(group: Group): Refusal | undefined {
  return group.kind === 'normal'
    ? undefined
    : refuse('OperationDenied', {
        parameter: 'SecurityGroupId',
        detail: 'Members of an advanced group are always apart.',
      });
}

/** Whether a group may go. `members`: ids of interfaces or instances; `namedBy`: groups with a rule that names it. */
export function mayDeleteGroup(members: readonly string[], namedBy: readonly string[]): Refusal | undefined {
  const users = [...members, ...namedBy];
  if (users.length === 0) return undefined;
  return refuse('DependencyViolation', { parameter: 'SecurityGroupId', status: 403, detail: usedBy(users) });
}

/** A group that something joins, with what counts against its limits. */
export interface JoinedGroup extends Group {
  /** Private addresses of its members. */
  readonly addresses: number;
  readonly rules: number;
}

/** Addresses that still fit into a group. */
export function roomIn(group: JoinedGroup, limits: GroupLimits): number {
  const most = group.kind === 'normal' ? limits.addressesPerBasicGroup : limits.addressesPerAdvancedGroup;
  return most - group.addresses;
}

/**
 * Whether a new interface may be in exactly these groups, which were found and are distinct. `parameter`: where they
 * were given.
 */
export function mayStartIn(
  groups: readonly JoinedGroup[],
  vpcId: string,
  limits: GroupLimits,
  parameter: string,
): Refusal | undefined {
  const elsewhere = groups.find((group) => group.vpc_id !== vpcId);
  if (elsewhere) {
    return refuse('InvalidNetworkType.Mismatch', { parameter, detail: `${elsewhere.id} is in another VPC.` });
  }
  if (groups.length > limits.securityGroupsPerInterface) {
    return refuse('JoinedGroupLimitExceed', {
      parameter,
      detail: `${groups.length} groups are given, ${limits.securityGroupsPerInterface} are allowed.`,
    });
  }
  return mayMix(groups, parameter) ?? mayCarry(groups, limits, parameter);
}

/** Basic and advanced groups are never mixed on an instance or interface. */
export function mayMix(groups: readonly Group[], parameter: string): Refusal | undefined {
  return new Set(groups.map((group) => group.kind)).size > 1
    ? refuse('EnterpriseGroupLimited.MutliGroupType', { parameter })
    : undefined;
}

/** The rules over all groups of an interface have a limit. */
export function mayCarry(
  groups: readonly { readonly rules: number }[],
  limits: GroupLimits,
  parameter: string,
): Refusal | undefined {
  const rules = groups.reduce((sum, group) => sum + group.rules, 0);
  return rules <= limits.rulesPerInterface
    ? undefined
    : refuse('AclLimitExceed', {
        parameter,
        detail: `The groups have ${rules} rules together, ${limits.rulesPerInterface} are allowed.`,
      });
}

/** Whether something with `addresses` private addresses, in the groups `present`, may join `group` as well. */
export function mayJoin(
  group: JoinedGroup,
  present: readonly JoinedGroup[],
  addresses: number,
  limits: GroupLimits,
  joiner: 'instance' | 'interface',
): Refusal | undefined {
  const parameter = 'SecurityGroupId';
  if (present.some((each) => each.id === group.id)) return refuse('InvalidInstanceId.AlreadyExists', { parameter });
  if (present.length >= limits.securityGroupsPerInterface) {
    return refuse(joiner === 'instance' ? 'InstanceSecurityGroupLimitExceeded' : 'JoinedGroupLimitExceed', {
      parameter,
      detail: `It is in ${present.length} groups, ${limits.securityGroupsPerInterface} are allowed.`,
    });
  }
  const mixed = mayMix([...present, group], parameter);
  if (mixed) return mixed;
  if (roomIn(group, limits) < addresses) return refuse('SecurityGroupInstanceLimitExceeded', { parameter });
  return mayCarry([...present, group], limits, parameter);
}

/** Whether something in the groups `present` may leave `groupId`. */
export function mayLeave(groupId: string, present: readonly { readonly id: string }[]): Refusal | undefined {
  const parameter = 'SecurityGroupId';
  if (!present.some((each) => each.id === groupId)) return refuse('InstanceNotInSecurityGroup', { parameter });
  return present.length === 1 ? refuse('InstanceLastSecurityGroup', { parameter }) : undefined;
}
