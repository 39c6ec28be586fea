/**
 * Flat texts of the wire to the typed input of a handler, by the contract. Names that the contract doesn't know are
 * ignored, as the official API does; a known name with an unusable value is refused under its full wire name.
 */
import type { ErrorCode } from '../contract/errors.ts';
import { refuse } from '../contract/errors.ts';
import type { ListParameter, Parameter, Parameters, StructParameter } from '../contract/parameter.ts';
import { isRefusal, type Refusal } from '../values/refusal.ts';
import { decodeValue } from './decode-value.ts';
import { shorten } from './parameters.ts';

/** Names deeper than this belong to no parameter of any contract. */
const DEEPEST = 8;

/** A name's part and what is below it. Maps, so that `__proto__` is a name like any other. */
interface Branch {
  /** Undefined or '' = nothing given: clients send empty texts for what their user left out. */
  text: string | undefined;
  readonly below: Map<string, Branch>;
}

/** The input of a handler: its own object for every struct, arrays for lists, absent names left out. */
export function decodeInput(contract: Parameters, flat: ReadonlyMap<string, string>): object | Refusal {
  const root = grow(contract, flat);
  return decodeFields(contract, root, '');
}

function grow(contract: Parameters, flat: ReadonlyMap<string, string>): Branch {
  const root: Branch = { text: undefined, below: new Map() };
  for (const [name, value] of flat) {
    const dot = name.indexOf('.');
    if (!Object.hasOwn(contract, dot < 0 ? name : name.slice(0, dot))) continue;
    const parts = name.split('.', DEEPEST + 1);
    if (parts.length > DEEPEST) continue;
    let branch = root;
    for (const part of parts) {
      let next = branch.below.get(part);
      if (!next) {
        next = { text: undefined, below: new Map() };
        branch.below.set(part, next);
      }
      branch = next;
    }
    branch.text = value;
  }
  return root;
}

function decodeFields(contract: Parameters, branch: Branch | undefined, prefix: string): object | Refusal {
  const input: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(contract)) {
    const value = decode(parameter, branch?.below.get(name), prefix + name);
    if (isRefusal(value)) return value;
    if (value !== undefined) input[name] = value;
  }
  return input;
}

/** A value, undefined when nothing is given and there is no default, or why it is refused. */
function decode(parameter: Parameter, branch: Branch | undefined, name: string): unknown {
  const given = branch && firstGiven(parameter, branch, name);
  if (given === undefined) {
    if (parameter.required) return refuse(parameter.missing ?? 'MissingParameter', { parameter: name });
    return 'default' in parameter ? parameter.default : undefined;
  }
  if (parameter.fate === 'refused' && !asksForNothing(parameter, branch!)) {
    return refuse(parameter.invalid ?? 'UnsupportedParameter', { parameter: shorten(given) });
  }
  switch (parameter.kind) {
    case 'list':
      return decodeList(parameter, branch!, name);
    case 'struct':
      return decodeStruct(parameter, branch!, name);
    default: {
      const value = decodeValue(parameter, branch!.text ?? '');
      return value.ok ? value.value : invalid(parameter.invalid, name, value.why);
    }
  }
}

/** The wire name of the first thing given for this parameter, itself or below. Undefined = nothing. */
function firstGiven(parameter: Parameter, branch: Branch, name: string): string | undefined {
  if (branch.text !== undefined && (branch.text !== '' || keepsEmpty(parameter))) return name;
  if (parameter.kind !== 'list' && parameter.kind !== 'struct') return undefined;
  for (const [part, inner] of branch.below) {
    const below = parameter.kind === 'list' ? parameter.of : fieldOf(parameter, part);
    const given = below && firstGiven(below, inner, `${name}.${part}`);
    if (given !== undefined) return given;
  }
  return undefined;
}

function fieldOf({ fields }: StructParameter, name: string): Parameter | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function keepsEmpty(parameter: Parameter): boolean {
  return parameter.kind === 'text' && parameter.keepEmpty === true;
}

/** A refused parameter may say what holds anyway: its default, or false where there is none. */
function asksForNothing(parameter: Parameter, { text }: Branch): boolean {
  if (parameter.kind === 'list' || parameter.kind === 'struct' || text === undefined) return false;
  const value = decodeValue(parameter, text);
  if (!value.ok) return false;
  return 'default' in parameter && parameter.default !== undefined
    ? value.value === parameter.default
    : value.value === false;
}

function decodeList(parameter: ListParameter, branch: Branch, name: string): unknown {
  if (branch.text) return invalid(parameter.invalid, name, `It is a list: give ${name}.1, ${name}.2 and so on.`);
  const numbered: [number: number, item: Branch][] = [];
  for (const [part, item] of branch.below) {
    if (firstGiven(parameter.of, item, name) === undefined) continue;
    if (!/^[1-9]\d{0,8}$/.test(part)) {
      return invalid(parameter.invalid, shorten(`${name}.${part}`), 'Items are numbered from 1.');
    }
    numbered.push([Number(part), item]);
  }
  if (numbered.length > parameter.most) return invalid(parameter.invalid, name, `At most ${parameter.most} items.`);
  numbered.sort(([a], [b]) => a - b);
  const items: unknown[] = [];
  for (const [number, item] of numbered) {
    const value = decode(parameter.of, item, `${name}.${number}`);
    if (isRefusal(value)) return value;
    items.push(value);
  }
  return items;
}

function decodeStruct(parameter: StructParameter, branch: Branch, name: string): unknown {
  if (branch.text) {
    const field = Object.keys(parameter.fields)[0] ?? 'Field';
    return invalid(parameter.invalid, name, `It has fields: give ${name}.${field} and the like.`);
  }
  return decodeFields(parameter.fields, branch, `${name}.`);
}

function invalid(code: ErrorCode | undefined, name: string, detail: string): Refusal {
  return refuse(code ?? 'InvalidParameter', { parameter: name, detail });
}
