/** What may be asked of new instances, apart from names, networks and groups. */
import { refuse } from '../../contract/errors.ts';
import { addMonths } from '../../values/clock.ts';
import type { Refusal } from '../../values/refusal.ts';

/** How many instances are wanted and how few will do. */
export interface Amounts {
  readonly most: number;
  readonly least: number;
}

export function acceptAmounts(amount: number, minAmount: number | undefined): Amounts | Refusal {
  if (minAmount !== undefined && minAmount > amount) {
    return refuse('InvalidMinAmount.Malformed', {
      parameter: 'MinAmount',
      detail: `It is ${minAmount}, Amount is ${amount}.`,
    });
  }
  return { most: amount, least: minAmount ?? amount };
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const USER_DATA_BYTES = 16 * 1024;

/** The text that `encoded` holds, or why it is refused. Line breaks in the Base64 are allowed. */
export function acceptUserData(encoded: string | undefined): string | Refusal {
  const compact = (encoded ?? '').replace(/[\r\n]/g, '');
  const parameter = 'UserData';
  const malformed = refuse('InvalidUserData.Base64FormatInvalid', { parameter });
  if (!BASE64.test(compact) || compact.length % 4 !== 0) return malformed;
  if ((compact.length / 4) * 3 > USER_DATA_BYTES + 2) return refuse('InvalidUserData.SizeExceeded', { parameter });
  const bytes = Uint8Array.from(atob(compact), (character) => character.charCodeAt(0));
  if (bytes.length > USER_DATA_BYTES) return refuse('InvalidUserData.SizeExceeded', { parameter });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return malformed;
  }
}

const PASSWORD_KINDS = [/[a-z]/, /[A-Z]/, /[0-9]/, /[()`~!@#$%^&*_+=|{}[\]:;'<>,.?/\\"-]/];
const PASSWORD_CHARACTERS = /^[A-Za-z0-9()`~!@#$%^&*_+=|{}[\]:;'<>,.?/\\"-]{8,30}$/;
const LEAST_KINDS = 3;

/** Whether a password would do. It is kept nowhere. */
export function mayBePassword(password: string | undefined): Refusal | undefined {
  if (password === undefined) return undefined;
  const kinds = PASSWORD_KINDS.filter((kind) => kind.test(password)).length;
  if (PASSWORD_CHARACTERS.test(password) && kinds >= LEAST_KINDS) return undefined;
  return refuse('InvalidPassword.Malformed', {
    parameter: 'Password',
    detail: '8 to 30 characters, of at least three kinds: lower case, upper case, digits, signs.',
  });
}

/** Public addresses at creation are not served yet. */
export function mayHaveBandwidth(out: number): Refusal | undefined {
  return out === 0
    ? undefined
    : refuse('UnsupportedParameter', {
        parameter: 'InternetMaxBandwidthOut',
        detail: 'Only 0 is served: instances have no public address yet.',
      });
}

const WEEKS = [1, 2, 3, 4];
const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36, 48, 60];
const WEEK = 7 * 24 * 3600 * 1000;

/** What of a subscription is asked for. */
export interface SubscriptionAsked {
  readonly InstanceChargeType: 'PrePaid' | 'PostPaid';
  readonly Period?: number | undefined;
  readonly PeriodUnit: 'Week' | 'Month';
}

/** When a new instance's subscription ends; undefined for pay-as-you-go. */
export function acceptSubscription(asked: SubscriptionAsked, now: number): number | undefined | Refusal {
  const { InstanceChargeType, Period, PeriodUnit } = asked;
  if (InstanceChargeType === 'PostPaid') return undefined;
  if (Period === undefined) return refuse('MissingParameter', { parameter: 'Period', detail: 'PrePaid needs it.' });
  const allowed = PeriodUnit === 'Week' ? WEEKS : MONTHS;
  if (!allowed.includes(Period)) {
    return refuse('InvalidParameter', {
      parameter: 'Period',
      detail: `With PeriodUnit ${PeriodUnit} it is one of ${allowed.join(', ')}.`,
    });
  }
  return PeriodUnit === 'Week' ? now + Period * WEEK : addMonths(now, Period);
}

/** Whether the instance type gives its primary interface so many queues. */
export function mayHaveQueues(asked: number, most: number, parameter: string): Refusal | undefined {
  return asked <= most
    ? undefined
    : refuse('InvalidOperation.MaxEniQueueNumberExceeded', {
        parameter,
        detail: `${asked} are asked for, the type has ${most}.`,
      });
}
