/** Which images a request asks for. */
import { refuse } from '../../contract/errors.ts';
import { parseSeconds } from '../../values/clock.ts';
import type { Refusal } from '../../values/refusal.ts';
import { CATALOGUE_TIME, type Image } from './catalogue.ts';

/** Conditions on images; an absent one holds. */
export interface ImageConditions {
  readonly id?: string | undefined;
  readonly family?: string | undefined;
  /** Part of the name; * stands for any text. */
  readonly name?: string | undefined;
  readonly osType?: string | undefined;
  readonly architecture?: string | undefined;
}

export function satisfies(image: Image, asked: ImageConditions): boolean {
  return (
    (asked.id === undefined || asked.id === image.id) &&
    (asked.family === undefined || asked.family === image.family) &&
    (asked.name === undefined || containsText(image.id, asked.name)) &&
    (asked.osType === undefined || asked.osType === image.osType) &&
    (asked.architecture === undefined || asked.architecture === image.architecture)
  );
}

/** Whether the parts of `text` between its stars stand in `name`, in this order. */
function containsText(name: string, text: string): boolean {
  let from = 0;
  for (const part of text.split('*')) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

interface Filter {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

const STATUSES = ['Creating', 'Waiting', 'Available', 'UnAvailable', 'CreateFailed', 'Deprecated'];

/** Whether images, which are all Available, are in one of the states that are asked for. */
export function acceptStatuses(asked: readonly string[] = ['Available']): boolean | Refusal {
  if (asked.length === 1 && asked[0] === 'ALL') return true;
  const unknown = asked.find((status) => !STATUSES.includes(status));
  if (unknown === undefined) return asked.includes('Available');
  return refuse('InvalidParameter', {
    parameter: 'Status',
    detail: unknown === 'ALL' ? 'ALL stands alone.' : `It is one or more of: ${STATUSES.join(', ')}; or ALL.`,
  });
}

const HOT_PLUG = new Set(['CpuOnlineUpgrade', 'CpuOnlineDowngrade', 'MemoryOnlineUpgrade', 'MemoryOnlineDowngrade']);

/** Whether images can pass all `Filter.N` conditions: they are alike in everything these ask. */
export function passesFilters(filters: readonly Filter[] | undefined): boolean | Refusal {
  let passes = true;
  for (const [index, { Key, Value }] of (filters ?? []).entries()) {
    const parameter = `Filter.${index + 1}`;
    if (Key === 'CreationStartTime' || Key === 'CreationEndTime') {
      const time = parseSeconds((Value ?? '').replace(/Z$/, ':00Z'));
      if (time === undefined) return malformed(parameter, 'It is not a time as YYYY-MM-DDThh:mmZ.');
      passes &&= Key === 'CreationStartTime' ? CATALOGUE_TIME >= time : CATALOGUE_TIME <= time;
    } else if (Key === 'NetworkType') {
      if (Value !== 'vpc' && Value !== 'classic') return malformed(parameter, 'It is neither vpc nor classic.');
      passes &&= Value === 'vpc';
    } else if (Key !== undefined && HOT_PLUG.has(Key)) {
      if (Value !== 'supported' && Value !== 'unsupported')
        return malformed(parameter, 'It is neither supported nor unsupported.');
      passes &&= Value === 'unsupported';
    } else {
      return refuse('InvalidFilterKey.NotFound', {
        parameter: `${parameter}.Key`,
        detail: `'${Key ?? ''}' is not a filter.`,
      });
    }
  }
  return passes;
}

function malformed(parameter: string, detail: string): Refusal {
  return refuse('InvalidParameter', { parameter: `${parameter}.Value`, detail });
}
