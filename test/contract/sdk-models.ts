/**
 * The vendor's own model tables against our contract, for any of its packages: the shapes of requests and answers are
 * read out of the classes (`names()`, `types()`), compared in both directions, and held against answers as they came
 * over the wire.
 *
 *     const differences = requestDifferences(sdk, action)      // [] = the same
 *     expect(unexplained(differences, EXPLAINED)).toEqual(NOTHING_UNEXPLAINED)
 */
import type { Action, AnswerShape } from '../../src/contract/action.ts';
import type { Parameter, Parameters } from '../../src/contract/parameter.ts';

/** The module of an SDK package (`import * as Ecs from '@alicloud/ecs20140526'`). */
export type SdkPackage = { readonly [exported: string]: unknown };

/** A class of the SDK that describes its fields. */
export interface ModelClass {
  new (fields?: object): object;
  names(): { readonly [field: string]: string };
  types(): { readonly [field: string]: unknown };
}

/** A type of the SDK; the fields of a struct by their names on the wire. */
export type SdkType =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'any' }
  | { readonly kind: 'list'; readonly of: SdkType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, SdkType> };

export type SdkStruct = Extract<SdkType, { kind: 'struct' }>;

/** The class of a request, e.g. `RunInstancesRequest`; undefined when the package has none. */
export function requestClass(sdk: SdkPackage, action: string): ModelClass | undefined {
  return asModelClass(sdk[`${action}Request`]);
}

/** What an answer of this action may hold; undefined when the package does not know the action. */
export function answerModel(sdk: SdkPackage, action: string): SdkStruct | undefined {
  const model = asModelClass(sdk[`${action}ResponseBody`]);
  return model && structOf(model);
}

function asModelClass(exported: unknown): ModelClass | undefined {
  return typeof exported === 'function' && 'names' in exported && 'types' in exported
    ? (exported as unknown as ModelClass)
    : undefined;
}

export function structOf(model: ModelClass): SdkStruct {
  const names = model.names();
  const types = model.types();
  return { kind: 'struct', fields: new Map(Object.keys(names).map((field) => [names[field]!, typeOf(types[field])])) };
}

function typeOf(type: unknown): SdkType {
  if (type === 'string' || type === 'number' || type === 'boolean') return { kind: type };
  const model = asModelClass(type);
  if (model) return structOf(model);
  const { type: container, itemType } = type as { type?: string; itemType?: unknown };
  return container === 'array' ? { kind: 'list', of: typeOf(itemType) } : { kind: 'any' };
}

/**
 * Where the parameters of the contract and of the SDK's request differ: `ACTION.PATH: what`. A list item is written
 * `[]`. A struct that only one side knows is one difference.
 */
export function requestDifferences(sdk: SdkPackage, action: Action): string[] {
  const model = requestClass(sdk, action.name);
  if (!model) return [`${action.name}: no request model`];
  return compareParameters(action.name, action.parameters, structOf(model));
}

function compareParameters(path: string, ours: Parameters, theirs: SdkStruct): string[] {
  return bothWays(path, new Map(Object.entries(ours)), theirs.fields, compareParameter);
}

function compareParameter(path: string, ours: Parameter, theirs: SdkType): string[] {
  switch (ours.kind) {
    case 'text':
    case 'json-list':
    case 'comma-list':
      return sameKind(path, 'string', theirs);
    case 'integer':
    case 'float':
      return sameKind(path, 'number', theirs);
    case 'boolean':
      return sameKind(path, 'boolean', theirs);
    case 'list':
      return theirs.kind === 'list'
        ? compareParameter(`${path}[]`, ours.of, theirs.of)
        : sameKind(path, 'list', theirs);
    case 'struct':
      return theirs.kind === 'struct' ? compareParameters(path, ours.fields, theirs) : sameKind(path, 'struct', theirs);
  }
}

/** Where the answer of the contract and the SDK's differ, in the same words. */
export function answerDifferences(sdk: SdkPackage, action: Action): string[] {
  const model = answerModel(sdk, action.name);
  if (!model) return [`${action.name}: no answer model`];
  // The gateway adds RequestId to every answer, so no contract has it.
  const fields = new Map([...model.fields].filter(([name]) => name !== 'RequestId'));
  return compareShape(`${action.name} answers`, action.answer, { kind: 'struct', fields });
}

function compareShape(path: string, ours: AnswerShape, theirs: SdkType): string[] {
  if (typeof ours === 'string') {
    return sameKind(path, ours === 'string' || ours === 'boolean' ? ours : 'number', theirs);
  }
  if (isList(ours)) {
    return theirs.kind === 'list' ? compareShape(`${path}[]`, ours[0], theirs.of) : sameKind(path, 'list', theirs);
  }
  if (theirs.kind !== 'struct') return sameKind(path, 'struct', theirs);
  return bothWays(path, new Map(Object.entries(ours)), theirs.fields, compareShape);
}

function isList(shape: AnswerShape): shape is readonly [AnswerShape] {
  return Array.isArray(shape);
}

function bothWays<O, T>(
  path: string,
  ours: ReadonlyMap<string, O>,
  theirs: ReadonlyMap<string, T>,
  compare: (path: string, ours: O, theirs: T) => string[],
): string[] {
  const found: string[] = [];
  for (const [name, own] of ours) {
    const other = theirs.get(name);
    if (other === undefined) found.push(`${path}.${name}: only ours`);
    else found.push(...compare(`${path}.${name}`, own, other));
  }
  for (const name of theirs.keys()) if (!ours.has(name)) found.push(`${path}.${name}: only theirs`);
  return found;
}

function sameKind(path: string, ours: SdkType['kind'], theirs: SdkType): string[] {
  return theirs.kind === ours ? [] : [`${path}: ours ${ours}, theirs ${theirs.kind}`];
}

/** What an answer has that the SDK's model does not allow, and what the model has and the answer leaves out. */
export interface AnswerFaults {
  /** Fields the model has not, and values of another type: `ACTION.PATH: what`. */
  readonly wrong: readonly string[];
  /** Fields of the model that an object of the answer lacks, each path once: `ACTION.PATH`. */
  readonly missing: readonly string[];
}

/** Holds an answer, as it came over the wire, against the model. */
export function answerFaults(sdk: SdkPackage, action: string, body: unknown): AnswerFaults {
  const model = answerModel(sdk, action);
  if (!model) return { wrong: [`${action}: no answer model`], missing: [] };
  const wrong = new Set<string>();
  const missing = new Set<string>();
  look(action, model, body, wrong, missing);
  return { wrong: [...wrong], missing: [...missing] };
}

function look(path: string, type: SdkType, value: unknown, wrong: Set<string>, missing: Set<string>): void {
  switch (type.kind) {
    case 'any':
      return;
    case 'list':
      if (!Array.isArray(value)) wrong.add(`${path}: ${described(value)} for a list`);
      else for (const item of value) look(`${path}[]`, type.of, item, wrong, missing);
      return;
    case 'struct': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        wrong.add(`${path}: ${described(value)} for an object`);
        return;
      }
      for (const [name, field] of type.fields) {
        if (Object.hasOwn(value, name)) {
          look(`${path}.${name}`, field, (value as { [n: string]: unknown })[name], wrong, missing);
        } else missing.add(`${path}.${name}`);
      }
      for (const name of Object.keys(value)) if (!type.fields.has(name)) wrong.add(`${path}.${name}: unknown`);
      return;
    }
    default:
      if (typeof value !== type.kind) wrong.add(`${path}: ${described(value)} for a ${type.kind}`);
  }
}

function described(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Reasons by difference (or missing field). A key that ends in `*` speaks for all that start so. */
export type Explained = { readonly [difference: string]: string };

/** Differences without a reason, and reasons without a difference: both must be empty, so that the list only shrinks. */
export function unexplained(found: readonly string[], explained: Explained) {
  const keys = Object.keys(explained);
  const speaksFor = (key: string, difference: string) =>
    key.endsWith('*') ? difference.startsWith(key.slice(0, -1)) : difference === key;
  return {
    unexplained: found.filter((difference) => !keys.some((key) => speaksFor(key, difference))),
    stale: keys.filter((key) => !found.some((difference) => speaksFor(key, difference))),
  };
}

export const NOTHING_UNEXPLAINED = { unexplained: [], stale: [] };
