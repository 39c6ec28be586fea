/**
 * From `--Name value` words to the flat names of the wire. Three spellings of a list are understood: numbered
 * (`--Tag.1.Key a`), repeated (`--SecurityGroupIds a --SecurityGroupIds b`) and JSON (`--Tag '[{"Key":"a"}]'`).
 * Names are checked against the contract, since the API ignores what it does not know; values are the server's to judge.
 */
import type { Action } from '../../contract/action.ts';
import type { Parameter, Parameters } from '../../contract/parameter.ts';
import { Failure } from '../../daemon/failure.ts';
import { flatten, type Nested } from '../../wire/flatten.ts';
import { nearest } from '../nearest.ts';

/** Parameters that every action takes, whether its contract names them or not. */
const COMMON: Parameters = {
  RegionId: { kind: 'text', fate: 'realised', help: 'Region of the call.' },
};

export function parameterOf(action: Action, name: string): Parameter | undefined {
  if (Object.hasOwn(action.parameters, name)) return action.parameters[name];
  return Object.hasOwn(COMMON, name) ? COMMON[name] : undefined;
}

/** Throws a Failure that names the word at fault. */
export function readArguments(action: Action, words: readonly string[]): Record<string, string> {
  const flat: Record<string, string> = {};
  /** Values of lists written without numbers, in their order. */
  const lists = new Map<string, string[]>();
  for (const [name, value] of pairs(action, words)) {
    const parameter = resolve(action, name);
    if (parameter.kind === 'json-list' || parameter.kind === 'comma-list' || parameter.kind === 'list') {
      lists.set(name, [...(lists.get(name) ?? []), value]);
    } else if (parameter.kind === 'struct') {
      put(flat, action, flatten({ [name]: json(action, name, value) }, action.parameters));
    } else {
      put(flat, action, { [name]: value });
    }
  }
  for (const [name, values] of lists) put(flat, action, listed(action, name, values));
  return flat;
}

function* pairs(action: Action, words: readonly string[]): Generator<readonly [name: string, value: string]> {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (!word.startsWith('--') || word === '--') {
      throw new Failure(`unexpected word '${word}': parameters of ${action.name} are written --Name value`);
    }
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    resolve(action, name);
    if (equals < 0) at += 1;
    const value = equals < 0 ? words[at] : word.slice(equals + 1);
    if (value === undefined) throw new Failure(`--${name} needs a value`);
    yield [name, value];
  }
}

/** The description of a name such as `Tag.1.Key`. */
function resolve(action: Action, name: string): Parameter {
  const [first = '', ...rest] = name.split('.');
  let parameter = parameterOf(action, first);
  if (!parameter) throw unknown(action, name, first, Object.keys(action.parameters), '');
  let path = first;
  for (const segment of rest) {
    if (parameter.kind === 'list') {
      if (!/^[1-9]\d*$/.test(segment)) {
        throw new Failure(`--${name}: ${path} is a list, its items are --${path}.1, --${path}.2 …`);
      }
      parameter = parameter.of;
    } else if (parameter.kind === 'struct') {
      const field: Parameter | undefined = Object.hasOwn(parameter.fields, segment)
        ? parameter.fields[segment]
        : undefined;
      if (!field) throw unknown(action, name, segment, Object.keys(parameter.fields), `${path}.`);
      parameter = field;
    } else {
      throw new Failure(`--${name}: ${path} is a single value of type ${typeName(parameter)}`);
    }
    path += `.${segment}`;
  }
  return parameter;
}

function unknown(action: Action, name: string, word: string, candidates: readonly string[], before: string): Failure {
  const meant = nearest(word, candidates);
  const hint = meant === undefined ? `see --help for those it has` : `did you mean --${before}${meant}?`;
  return new Failure(`${action.name} has no parameter --${name}: ${hint}`);
}

function listed(action: Action, name: string, values: readonly string[]): Record<string, string> {
  const parameter = resolve(action, name);
  if (parameter.kind === 'list') {
    const items = values.flatMap((value): Nested[] => {
      if (parameter.of.kind !== 'struct' && !value.startsWith('[')) return [value];
      const given = json(action, name, value);
      return Array.isArray(given) ? given : [given];
    });
    return flatten({ [name]: items });
  }
  // One value that is a list already goes as it is, malformed or not: the server names its fault.
  if (values.length === 1 && (parameter.kind === 'comma-list' || values[0]!.startsWith('[')))
    return { [name]: values[0]! };
  return { [name]: parameter.kind === 'comma-list' ? values.join(',') : JSON.stringify(values) };
}

function json(action: Action, name: string, value: string): Nested {
  try {
    const given: unknown = JSON.parse(value);
    if (typeof given === 'object' && given !== null) return given as Nested;
  } catch {
    // said below
  }
  throw new Failure(`--${name} of ${action.name} has fields: write --${name}… with their names, or JSON`);
}

function put(flat: Record<string, string>, action: Action, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    resolve(action, name);
    if (Object.hasOwn(flat, name)) throw new Failure(`--${name} is given twice`);
    flat[name] = value;
  }
}

/** The type of a parameter in words. */
export function typeName(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'json-list':
      return 'JSON list of text';
    case 'comma-list':
      return 'comma list of text';
    case 'list':
      return `list of ${typeName(parameter.of)}`;
    case 'struct':
      return 'fields';
    default:
      return parameter.kind;
  }
}
