/** Query and form body to one flat set of named texts. */
import { refuse } from '../contract/errors.ts';
import { isRefusal, type Refusal } from '../values/refusal.ts';
import { decodePairs } from '../wire/percent.ts';
import type { Limits } from './options.ts';
import type { WireRequest } from './request.ts';

export interface WireParameters {
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Of query and body together. */
  readonly all: ReadonlyMap<string, string>;
}

/**
 * A name given twice is refused: the signatures do not say in which order equal names are signed, so two readers could
 * believe different values under one signature.
 */
export function readParameters(request: WireRequest, limits: Limits): WireParameters | Refusal {
  const query = decodePairs(request.query);
  if (!query) return refuse('InvalidParameter', { detail: 'The query is not percent-encoded UTF-8.' });
  const form = readForm(request);
  if (isRefusal(form)) return form;
  if (query.length + form.length > limits.parameters) {
    return refuse('RequestTooLarge', { detail: `At most ${limits.parameters} parameters are read.` });
  }
  const all = new Map<string, string>();
  for (const [name, value] of [...query, ...form]) {
    if (all.has(name)) return refuse('InvalidParameter', { parameter: shorten(name), detail: 'It is given twice.' });
    if (value.includes('\0')) {
      return refuse('InvalidParameter', { parameter: shorten(name), detail: 'It contains the character U+0000.' });
    }
    all.set(name, value);
  }
  return { query, all };
}

function readForm({ headers, body }: WireRequest): readonly (readonly [string, string])[] | Refusal {
  if (body.length === 0) return [];
  const type = headers.first.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    return refuse('InvalidParameter', {
      parameter: 'Content-Type',
      detail: 'A body must be application/x-www-form-urlencoded.',
    });
  }
  const malformed = refuse('InvalidParameter', { detail: 'The body is not percent-encoded UTF-8.' });
  try {
    return decodePairs(new TextDecoder('utf-8', { fatal: true }).decode(body)) ?? malformed;
  } catch {
    return malformed;
  }
}

/** A name for a message: hostile ones can be as long as the request. */
export function shorten(name: string): string {
  return name.length <= 128 ? name : `${name.slice(0, 125)}...`;
}
