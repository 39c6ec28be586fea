/** What may be changed of an instance, in which state. */
import { refuse } from '../../contract/errors.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { InstanceType } from '../instance-type/catalogue.ts';
import { levelOf, primaryQueues } from '../instance-type/rules.ts';
import { type GroupLimits, type JoinedGroup, mayCarry, mayMix, roomIn } from '../security-group/rules.ts';
import { type Expiry, type InstanceState, mayBeAsked } from './rules.ts';

/** Host name and password are read at a start, so none may be under way. */
export function mayChangeLogon(instance: InstanceState): Refusal | undefined {
  return mayBeAsked(instance, ['Running', 'Stopping', 'Stopped'], 'to change host name or password it must be');
}

/** Names, texts and switches may change at any time before the release. */
export function mayChange(instance: InstanceState): Refusal | undefined {
  return mayBeAsked(instance, ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'], 'to be changed it must be');
}

/** Protection from release is for instances without a subscription, which protects by itself. */
export function mayProtect(protection: boolean, expiry: Expiry): Refusal | undefined {
  return protection && expiry !== undefined
    ? refuse('ChargeTypeViolation', {
        parameter: 'DeletionProtection',
        status: 400,
        detail: 'Only PostPaid instances can be protected.',
      })
    : undefined;
}

/** Only burstable types have credits. */
export function mayHaveCredits(type: InstanceType | undefined): Refusal | undefined {
  return type && levelOf(type) === 'CreditEntryLevel'
    ? undefined
    : refuse('InvalidParameter.CreditSpecification', {
        parameter: 'CreditSpecification',
        detail: `${type?.id ?? 'The type'} is not burstable.`,
      });
}

/** Queues for the primary interface, or why not. −1 asks for what the type gives. */
export function acceptQueues(asked: number, type: InstanceType | undefined, instance: InstanceState): number | Refusal {
  const parameter = 'NetworkInterfaceQueueNumber';
  if (asked === 0) return refuse('InvalidParameter.InvalidEniQueueNumber', { parameter });
  if (instance.status !== 'Stopped') {
    return refuse('InvalidStatus.StoppedRequired', { parameter, detail: `${instance.id} is ${instance.status}.` });
  }
  const most = type ? primaryQueues(type) : 1;
  if (asked <= most) return asked === -1 ? most : asked;
  return refuse('InvalidOperation.MaxEniQueueNumberExceeded', {
    parameter,
    detail: `${asked} are asked for, the type has ${most}.`,
  });
}

const GROUPS = 'SecurityGroupIds';

/** A group must not be given twice. */
export function mustDiffer(groupIds: readonly string[]): Refusal | undefined {
  const repeated = groupIds.findIndex((id, index) => groupIds.indexOf(id) !== index);
  return repeated < 0
    ? undefined
    : refuse('InvalidParameter.SecurityGroupIdRepeated', { parameter: `${GROUPS}.${repeated + 1}` });
}

/**
 * Whether an instance of this VPC, now in the groups `present`, may be in exactly `groups`. `addresses`: private
 * addresses that come with it.
 */
export function mayMoveTo(
  groups: readonly JoinedGroup[],
  present: readonly string[],
  vpcId: string,
  addresses: number,
  limits: GroupLimits,
): Refusal | undefined {
  const elsewhere = groups.findIndex((group) => group.vpc_id !== vpcId);
  if (elsewhere >= 0) {
    return refuse('InvalidSecurityGroupVpc.NotBelongToOneVpc', { parameter: `${GROUPS}.${elsewhere + 1}` });
  }
  if (groups.length > limits.securityGroupsPerInterface) {
    return refuse('JoinedGroupLimitExceed', {
      parameter: GROUPS,
      detail: `${groups.length} groups are given, ${limits.securityGroupsPerInterface} are allowed.`,
    });
  }
  const mixed = mayMix(groups, GROUPS);
  if (mixed) return mixed;
  const full = groups.findIndex((group) => !present.includes(group.id) && roomIn(group, limits) < addresses);
  if (full >= 0) return refuse('SecurityGroupInstanceLimitExceed', { parameter: `${GROUPS}.${full + 1}` });
  return mayCarry(groups, limits, GROUPS);
}
