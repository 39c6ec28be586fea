/** What an instance may be asked in which state. */
import { refuse } from '../../contract/errors.ts';
import { looksLikeId } from '../../values/id.ts';
import type { Refusal } from '../../values/refusal.ts';

/** The part of an instance that these rules ask. */
export interface InstanceState {
  readonly id: string;
  readonly status: 'Pending' | 'Starting' | 'Running' | 'Stopping' | 'Stopped';
  readonly wanted: 'Running' | 'Stopped' | 'Deleted';
}

export function instanceNotFound(id: string, parameter = 'InstanceId'): Refusal {
  return refuse('InvalidInstanceId.NotFound', {
    parameter,
    detail: `'${id}' is not an instance of this account here.`,
  });
}

export function mustBeInstanceId(id: string): Refusal | undefined {
  return looksLikeId('instance', id) ? undefined : refuse('InvalidInstanceId.Malformed', { parameter: 'InstanceId' });
}

/** Refuses an instance that is in none of these states, or on its way out. `doing`: what they are needed for. */
export function mayBeAsked(
  instance: InstanceState,
  allowed: readonly InstanceState['status'][],
  doing: string,
  parameter = 'InstanceId',
): Refusal | undefined {
  if (allowed.includes(instance.status) && instance.wanted !== 'Deleted') return undefined;
  const state = instance.wanted === 'Deleted' ? 'being released' : instance.status;
  return refuse('IncorrectInstanceStatus', {
    parameter,
    detail: `${instance.id} is ${state}; ${doing} ${allowed.join(' or ')}.`,
  });
}

export function mayStart(instance: InstanceState, parameter?: string): Refusal | undefined {
  return mayBeAsked(instance, ['Stopped'], 'to start it must be', parameter);
}

export function mayStop(instance: InstanceState, parameter?: string): Refusal | undefined {
  return mayBeAsked(instance, ['Running'], 'to stop it must be', parameter);
}

export function mayReboot(instance: InstanceState, parameter?: string): Refusal | undefined {
  return mayBeAsked(instance, ['Running'], 'to restart it must be', parameter);
}

export function mayChangeGroupsOf(instance: InstanceState): Refusal | undefined {
  return mayBeAsked(instance, ['Running', 'Stopped'], 'to change its groups it must be');
}

/** A subscription: until when it runs, in milliseconds since 1970; undefined for pay-as-you-go. */
export type Expiry = number | undefined;

/** Whether an instance whose subscription ends at `expiry` may run at `now`. */
export function mayRunAt(now: number, expiry: Expiry, parameter = 'InstanceId'): Refusal | undefined {
  return expiry !== undefined && now >= expiry ? refuse('InstanceExpired', { parameter }) : undefined;
}

/** How a release is asked for. */
export interface ReleaseAsked {
  /** Also when it is not stopped. */
  readonly force: boolean;
  /** Also when it is an expired subscription. */
  readonly terminateSubscription: boolean;
}

/** Whether the instance may be released at `now`. */
export function mayRelease(
  instance: InstanceState & { readonly deletion_protection: boolean },
  expiry: Expiry,
  now: number,
  asked: ReleaseAsked,
  parameter = 'InstanceId',
): Refusal | undefined {
  if (instance.deletion_protection) return refuse('InvalidOperation.DeletionProtection', { parameter });
  if (expiry !== undefined && (now < expiry || !asked.terminateSubscription)) {
    const detail = now < expiry ? 'The subscription has not expired.' : 'TerminateSubscription must be true.';
    return refuse('ChargeTypeViolation', { parameter, detail });
  }
  if (instance.status === 'Pending') return refuse('IncorrectInstanceStatus.Initializing', { parameter });
  if (asked.force && instance.wanted !== 'Deleted') return undefined;
  return mayBeAsked(instance, ['Stopped'], 'to be released without Force it must be', parameter);
}
