/** Nested input to the flat names of the wire: `Tag.1.Key`, `NetworkInterface.1.SecurityGroupIds.2`. */
import type { Parameter, Parameters } from '../contract/parameter.ts';

/** What callers write: lists, structs and plain values; undefined and null mean "not given". */
export type Nested =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly Nested[]
  | { readonly [name: string]: Nested };

/**
 * Flat names and texts. With a contract, lists that travel in one value (JSON text, comma list) are written that way;
 * without one every list becomes `Name.N`. Empty lists and absent values are not sent, as the official clients do.
 */
export function flatten(input: { readonly [name: string]: Nested }, contract?: Parameters): Record<string, string> {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(input)) put(flat, name, value, own(contract, name));
  return flat;
}

function put(flat: Record<string, string>, name: string, value: Nested, parameter: Parameter | undefined): void {
  if (value === undefined || value === null) return;
  if (isList(value)) {
    if (parameter?.kind === 'json-list') flat[name] = JSON.stringify(value);
    else if (parameter?.kind === 'comma-list') flat[name] = value.join(',');
    else {
      const of = parameter?.kind === 'list' ? parameter.of : undefined;
      value.forEach((item, index) => {
        put(flat, `${name}.${index + 1}`, item, of);
      });
    }
  } else if (typeof value === 'object') {
    const fields = parameter?.kind === 'struct' ? parameter.fields : undefined;
    for (const [field, inner] of Object.entries(value)) put(flat, `${name}.${field}`, inner, own(fields, field));
  } else {
    flat[name] = String(value);
  }
}

function isList(value: Nested): value is readonly Nested[] {
  return Array.isArray(value);
}

function own(parameters: Parameters | undefined, name: string): Parameter | undefined {
  return parameters && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}
