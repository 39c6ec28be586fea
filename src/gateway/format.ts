/** Whether an answer is wanted as JSON or as XML. */
import { refuse } from '../contract/errors.ts';
import type { Refusal } from '../values/refusal.ts';
import type { WireHeaders } from './request.ts';

export type Format = 'JSON' | 'XML';

const OF_TYPE: { readonly [type: string]: Format } = {
  'application/json': 'JSON',
  'application/xml': 'XML',
  'text/xml': 'XML',
};

/** The format that the Accept header prefers of the two; JSON when it prefers none. */
export function acceptedFormat({ first }: WireHeaders): Format {
  let best: Format = 'JSON';
  let weight = 0;
  for (const range of (first.get('accept') ?? '').split(',')) {
    const [type = '', ...options] = range.split(';').map((part) => part.trim().toLowerCase());
    const format = OF_TYPE[type];
    const quality = options.find((option) => option.startsWith('q='));
    const q = quality === undefined ? 1 : Number(quality.slice(2));
    if (format !== undefined && q > weight) {
      best = format;
      weight = q;
    }
  }
  return best;
}

/** The parameter Format decides, else the Accept header. A format that there is not is refused. */
export function askedFormat(headers: WireHeaders, all: ReadonlyMap<string, string>): Format | Refusal {
  const named = all.get('Format');
  if (!named) return acceptedFormat(headers);
  const format = named.toUpperCase();
  if (format === 'JSON' || format === 'XML') return format;
  return refuse('InvalidParameter', { parameter: 'Format', detail: 'It is JSON or XML.' });
}
