/** Conditions of DescribeInstances that are asked of the row itself: times of creation and expiry, and what is only kept as given. */
import { refuse } from '../../contract/errors.ts';
import type { Tables } from '../../store/schema.ts';
import { formatMinutes, parseMinutes } from '../../values/clock.ts';
import type { Refusal } from '../../values/refusal.ts';
import { type Echo, readEcho } from './echo.ts';
import { expiryShown } from './view.ts';

export type Condition = (row: Tables['instance']) => boolean;

interface Filter {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The conditions of `Filter.N`, or why they are refused. */
export function acceptFilters(filters: readonly Filter[]): readonly Condition[] | Refusal {
  const conditions: Condition[] = [];
  for (const [index, { Key, Value }] of filters.entries()) {
    const parameter = `Filter.${index + 1}`;
    const condition = CONDITIONS.get(Key ?? '');
    if (!condition) return refuse('InvalidFilterKey.NotFound', { parameter: `${parameter}.Key` });
    const time = parseMinutes(Value ?? '');
    if (time === undefined) {
      return refuse('InvalidFilterValue', {
        parameter: `${parameter}.Value`,
        detail: 'It is a time in the form yyyy-MM-ddTHH:mmZ.',
      });
    }
    conditions.push((row) => condition(row, time));
  }
  return conditions;
}

/** Answers show minutes, so a time counts as its minute. */
function minuteOf(shown: string): number {
  return parseMinutes(shown) ?? 0;
}

const created = (row: Tables['instance']) => minuteOf(formatMinutes(row.created_at));
const expired = (row: Tables['instance']) => minuteOf(expiryShown(readEcho(row).ExpiresAt));

const CONDITIONS: ReadonlyMap<string, (row: Tables['instance'], time: number) => boolean> = new Map([
  ['CreationStartTime', (row, time) => created(row) >= time],
  ['CreationEndTime', (row, time) => created(row) <= time],
  ['ExpiredStartTime', (row, time) => expired(row) >= time],
  ['ExpiredEndTime', (row, time) => expired(row) <= time],
]);

const ECHOED = ['InstanceChargeType', 'InternetChargeType', 'KeyPairName', 'HttpEndpoint', 'HttpTokens'] as const;

/** Conditions on what was given at creation and kept. */
export function conditionsOnEcho(
  asked: { readonly [N in (typeof ECHOED)[number]]?: Echo[N] | undefined },
): readonly Condition[] {
  return ECHOED.flatMap((name) => {
    const value = asked[name];
    return value === undefined ? [] : [(row: Tables['instance']) => readEcho(row)[name] === value];
  });
}
