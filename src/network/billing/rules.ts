/** What the account has bought, and which of it a list asks for. */
import { refuse } from '../../contract/errors.ts';
import type { Tables } from '../../store/schema.ts';
import { parseSeconds } from '../../values/clock.ts';
import type { Refusal } from '../../values/refusal.ts';
import { readEcho } from '../instance/echo.ts';

/** A resource with its terms. Times in milliseconds since 1970. */
export interface Bought {
  readonly id: string;
  readonly regionId: string;
  readonly productCode: 'ecs' | 'eip';
  readonly boughtAt: number;
  /** End of the subscription; undefined for pay-as-you-go. */
  readonly endsAt: number | undefined;
  /** What happens at that end, and for how long it is renewed; '' for pay-as-you-go. */
  readonly renewStatus: 'AutoRenewal' | 'ManualRenewal' | '';
  readonly renewalDuration: number;
  readonly renewalUnit: string;
}

export function boughtInstance(row: Tables['instance']): Bought {
  const { ExpiresAt, AutoRenew, AutoRenewPeriod, PeriodUnit } = readEcho(row);
  return {
    id: row.id,
    regionId: row.region_id,
    productCode: 'ecs',
    boughtAt: row.created_at,
    endsAt: ExpiresAt,
    renewStatus: ExpiresAt === undefined ? '' : AutoRenew ? 'AutoRenewal' : 'ManualRenewal',
    renewalDuration: AutoRenew ? (AutoRenewPeriod ?? 0) : 0,
    // D, W, M, Y: the first letter of the unit.
    renewalUnit: AutoRenew ? (PeriodUnit ?? '').slice(0, 1) : '',
  };
}

export function boughtEip(row: Tables['eip']): Bought {
  return {
    id: row.id,
    regionId: row.region_id,
    productCode: 'eip',
    boughtAt: row.created_at,
    endsAt: row.expires_at ?? undefined,
    renewStatus: row.expires_at === null ? '' : 'ManualRenewal',
    renewalDuration: 0,
    renewalUnit: '',
  };
}

export interface Asked {
  readonly CreateTimeStart?: string | undefined;
  readonly CreateTimeEnd?: string | undefined;
  readonly EndTimeStart?: string | undefined;
  readonly EndTimeEnd?: string | undefined;
  readonly InstanceIDs?: readonly string[] | undefined;
  readonly ProductCode?: string | undefined;
  readonly ProductType?: string | undefined;
  readonly Region?: string | undefined;
  readonly RenewStatus?: string | undefined;
  readonly SubscriptionType?: string | undefined;
}

/** Whether something is asked for, as a function; a time that is none is refused. */
export function acceptAsked(input: Asked): ((bought: Bought) => boolean) | Refusal {
  const times: { [name: string]: number } = {};
  for (const name of ['CreateTimeStart', 'CreateTimeEnd', 'EndTimeStart', 'EndTimeEnd'] as const) {
    const text = input[name];
    if (text === undefined) continue;
    const time = parseSeconds(text);
    if (time === undefined) return refuse('InvalidParameter', { parameter: name, detail: `'${text}' is no time.` });
    times[name] = time;
  }
  const within = (time: number | undefined, from: number | undefined, to: number | undefined) =>
    (from === undefined && to === undefined) || (time !== undefined && time >= (from ?? time) && time <= (to ?? time));
  return (bought) =>
    within(bought.boughtAt, times['CreateTimeStart'], times['CreateTimeEnd']) &&
    within(bought.endsAt, times['EndTimeStart'], times['EndTimeEnd']) &&
    (input.InstanceIDs?.includes(bought.id) ?? true) &&
    (input.ProductCode ?? bought.productCode) === bought.productCode &&
    !input.ProductType &&
    (input.Region ?? bought.regionId) === bought.regionId &&
    (input.RenewStatus ?? bought.renewStatus) === bought.renewStatus &&
    (input.SubscriptionType ?? subscriptionTypeOf(bought)) === subscriptionTypeOf(bought);
}

export function subscriptionTypeOf({ endsAt }: Bought): 'Subscription' | 'PayAsYouGo' {
  return endsAt === undefined ? 'PayAsYouGo' : 'Subscription';
}
