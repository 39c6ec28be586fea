/** Conditions of DescribeInstances that are asked of the row itself: times of creation, and what is only kept as given. */
import { refuse } from '../../contract/errors.ts';
import type { Tables } from '../../store/schema.ts';
import { formatMinutes, parseMinutes } from '../../values/clock.ts';
import type { Refusal } from '../../values/refusal.ts';
import { type Echo, readEcho } from './echo.ts';

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
    if (Key !== 'CreationStartTime' && Key !== 'CreationEndTime') {
      return refuse('InvalidFilterKey.NotFound', { parameter: `${parameter}.Key` });
    }
    const time = parseMinutes(Value ?? '');
    if (time === undefined) {
      return refuse('InvalidFilterValue', {
        parameter: `${parameter}.Value`,
        detail: 'It is a time in the form yyyy-MM-ddTHH:mmZ.',
      });
    }
    // Answers show minutes, so a time of creation counts as its minute.
    const created: (row: Tables['instance']) => number = (row) => parseMinutes(formatMinutes(row.created_at)) ?? 0;
    conditions.push(Key === 'CreationStartTime' ? (row) => created(row) >= time : (row) => created(row) <= time);
  }
  return conditions;
}

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
