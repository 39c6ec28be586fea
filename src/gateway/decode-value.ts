/** One text of the wire to one value. Messages say what is allowed and never repeat what was sent. */
import type { ListParameter, Parameter, StructParameter, TextParameter } from '../contract/parameter.ts';

type Single = Exclude<Parameter, ListParameter | StructParameter>;

export type Decoded =
  | { readonly ok: true; readonly value: string | number | boolean | readonly string[] }
  | { readonly ok: false; readonly why: string };

const JSON_LIST_MOST = 100;

export function decodeValue(parameter: Single, text: string): Decoded {
  switch (parameter.kind) {
    case 'text':
      return decodeText(parameter, text);
    case 'boolean': {
      const lower = text.toLowerCase();
      if (lower === 'true' || lower === 'false') return good(lower === 'true');
      return bad('It is true or false.');
    }
    case 'integer': {
      const value = Number(text);
      if (!/^(?:0|-?[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(value)) return bad('It is a decimal integer.');
      if (!parameter.range) return good(value);
      const [least, most] = parameter.range;
      if (value > most && parameter.clamp) return good(most);
      return value < least || value > most ? bad(`It is an integer of ${least} to ${most}.`) : good(value);
    }
    case 'float': {
      if (!/^-?\d{1,16}(?:\.\d{1,16})?$/.test(text)) return bad('It is a decimal number.');
      const value = Number(text);
      if (!parameter.range) return good(value);
      const [least, most] = parameter.range;
      return value < least || value > most ? bad(`It is a number of ${least} to ${most}.`) : good(value);
    }
    case 'json-list': {
      const most = parameter.most ?? JSON_LIST_MOST;
      const items = jsonTexts(text);
      if (!items) return bad('It is a JSON array of texts.');
      return items.length > most ? bad(`At most ${most} items.`) : good(items);
    }
    case 'comma-list': {
      const items = text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      if (items.length === 0) return bad('It is a list of texts separated by commas.');
      return items.length > parameter.most ? bad(`At most ${parameter.most} items.`) : good(items);
    }
  }
}

function decodeText(parameter: TextParameter, text: string): Decoded {
  if (parameter.enum) {
    const value = parameter.anyCase
      ? parameter.enum.find((one) => one.toLowerCase() === text.toLowerCase())
      : parameter.enum.find((one) => one === text);
    return value === undefined ? bad(`It is one of: ${parameter.enum.join(', ')}.`) : good(value);
  }
  if (parameter.length) {
    const [least, most] = parameter.length;
    // Code points, so that a character outside the basic plane counts once.
    const characters = text.length <= 2 * most ? [...text].length : text.length;
    if (characters < least || characters > most) return bad(`It has ${least} to ${most} characters.`);
  }
  if (parameter.pattern !== undefined && !compiled(parameter.pattern).test(text)) {
    return bad('It is not of the form that is allowed.');
  }
  return good(text);
}

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  let regExp = patterns.get(pattern);
  if (!regExp) {
    regExp = new RegExp(`^(?:${pattern})$`, 'u');
    patterns.set(pattern, regExp);
  }
  return regExp;
}

function jsonTexts(text: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

function good(value: string | number | boolean | readonly string[]): Decoded {
  return { ok: true, value };
}

function bad(why: string): Decoded {
  return { ok: false, why };
}
