/** Requests made from the contract: right ones, ones with a fault or two, and wild ones. */
import fc from 'fast-check';
import { type Action, type ActionKey, keyOf } from '../../src/contract/action.ts';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import type { Parameter, Parameters } from '../../src/contract/parameter.ts';
import { hostileName, hostileNumber, hostileText, itemNumber, type Raw } from './hostile.ts';
import { type IdKind, idKindsOf } from './id-parameters.ts';
import { samplesOf, TYPE_NAMES } from './samples.ts';

/** An id that is chosen when the request is sent, from what there is then. */
export interface IdRef {
  readonly kind: IdKind;
  /** `none`: of the right form, and nobody's. */
  readonly whose: 'own' | 'other' | 'none';
  readonly nth: number;
}

/** Several texts in one value. */
export interface Joined {
  readonly join: 'json' | 'comma';
  readonly of: readonly (string | IdRef)[];
}

export type Value = string | Raw | IdRef | Joined;
export type Pair = readonly [name: string, value: Value];

/** How a request travels. */
export interface Way {
  readonly algorithm: 'ACS3-HMAC-SHA256' | 'HMAC-SHA1';
  readonly method: 'GET' | 'POST';
  /** Of every parameter in turn, over and over: whether it goes into the query of a POST. */
  readonly inQuery: readonly boolean[];
  /** Value of the parameter Format. */
  readonly format: string | undefined;
  readonly accept: string | undefined;
}

export interface Draft {
  readonly action: ActionKey;
  readonly signer: 'own' | 'other' | 'session' | 'administrator';
  readonly pairs: readonly Pair[];
  readonly way: Way;
}

const idRef = (kinds: readonly IdKind[], strange: number): fc.Arbitrary<IdRef> =>
  fc.record({
    // The kind that is named first is what is mostly meant.
    kind: fc.constantFrom(...Array.from({ length: 6 }, () => kinds[0]!), ...kinds.slice(1)),
    whose: fc.oneof(
      { weight: 20, arbitrary: fc.constant('own' as const) },
      { weight: strange, arbitrary: fc.constant('other' as const) },
      { weight: strange, arbitrary: fc.constant('none' as const) },
    ),
    // The first of a kind is of the same network as the first of another one.
    nth: fc.oneof(fc.constant(0), fc.nat(15)),
  });

/** A value that should do. */
function rightValue(path: string, parameter: Parameter): fc.Arbitrary<Value> {
  const kinds = idKindsOf(path, parameter);
  if (parameter.kind === 'json-list' || parameter.kind === 'comma-list') {
    const samples = samplesOf(path, parameter) ?? ['one'];
    const item: fc.Arbitrary<string | IdRef> = kinds ? idRef(kinds, 1) : fc.constantFrom(...samples);
    const join = parameter.kind === 'json-list' ? ('json' as const) : ('comma' as const);
    return fc.array(item, { minLength: 1, maxLength: 3 }).map((of) => ({ join, of }));
  }
  if (kinds) return idRef(kinds, 1);
  if (/RoleArn$/.test(path)) return fc.constant('acs:ram::{account}:role/fuzz');
  const samples = samplesOf(path, parameter);
  if (samples) return fc.constantFrom(...samples);
  if (parameter.kind !== 'text') return fc.constant('1');
  return (matching(parameter.pattern) ?? fc.constantFrom('one', 'some-text', 'a')).map((text) =>
    fitting(text, parameter.length),
  );
}

/** Texts of this form; undefined where the library cannot make them. */
function matching(pattern: string | undefined): fc.Arbitrary<string> | undefined {
  if (pattern === undefined) return undefined;
  try {
    return fc.stringMatching(new RegExp(`^(?:${pattern})$`, 'u'), { size: 'small' });
  } catch {
    return undefined;
  }
}

function fitting(text: string, length: readonly [number, number] | undefined): string {
  return length ? text.padEnd(length[0], 'a').slice(0, Math.max(length[1], 1)) : text;
}

/** A value at a bound or over it, of another type, or of none. */
function strangeValue(path: string, parameter: Parameter): fc.Arbitrary<Value> {
  const bounds = boundsOf(parameter);
  return fc.oneof(
    { weight: 4, arbitrary: hostileText as fc.Arbitrary<Value> },
    { weight: 2, arbitrary: hostileNumber },
    { weight: 2, arbitrary: idRef(idKindsOf(path, parameter) ?? ['instance', 'vpc', 'securityGroup'], 20) },
    ...(bounds.length > 0 ? [{ weight: 6, arbitrary: fc.constantFrom(...bounds) }] : []),
  );
}

function boundsOf(parameter: Parameter): Value[] {
  switch (parameter.kind) {
    case 'text': {
      if (parameter.enum) return parameter.enum.slice(0, 3).flatMap((one) => [one.toUpperCase(), ` ${one}`, `${one}x`]);
      const [least, most] = parameter.length ?? [1, 128];
      const sizes = [least - 1, least, most, most + 1].filter((size) => size >= 0 && size <= 70_000);
      return sizes.flatMap((size) => ['a'.repeat(size), '名'.repeat(Math.min(size, 2_000))]);
    }
    case 'integer':
    case 'float': {
      const [least, most] = parameter.range ?? [0, 2 ** 31];
      return [least - 1, least, most, most + 1, -most].map(String);
    }
    case 'boolean':
      return ['TRUE', 'False', '1', '0'];
    case 'json-list':
      return [0, 1, parameter.most ?? 100, (parameter.most ?? 100) + 1].map((size) => join('json', size));
    case 'comma-list':
      return [0, 1, parameter.most, parameter.most + 1].map((size) => join('comma', size));
    default:
      return [];
  }
}

const join = (how: 'json' | 'comma', size: number): Joined => ({
  join: how,
  of: Array.from({ length: size }, (_, index) => `i-${index}`),
});

/** What is sent for a parameter when it should do. `path`: its wire name with N, `name`: with numbers. */
function rightPairs(path: string, name: string, parameter: Parameter): fc.Arbitrary<Pair[]> {
  switch (parameter.kind) {
    case 'list': {
      const items = Array.from({ length: Math.min(3, parameter.most) }, (_, index) =>
        rightPairs(`${path}.N`, `${name}.${index + 1}`, parameter.of),
      );
      return fc
        .tuple(fc.integer({ min: 1, max: items.length }), fc.tuple(...items))
        .map(([count, made]) => made.slice(0, count).flat());
    }
    case 'struct':
      return fieldPairs(path, name, parameter.fields);
    default:
      return rightValue(path, parameter).map((value) => [[name, value]]);
  }
}

function fieldPairs(path: string, name: string, fields: Parameters): fc.Arbitrary<Pair[]> {
  const each = Object.entries(fields).map(([field, parameter]) => {
    const pairs = rightPairs(`${path}.${field}`, `${name}.${field}`, parameter);
    if (parameter.required) return pairs;
    return parameter.fate === 'refused' ? seldom(pairs, 1, 600) : seldom(pairs, 24, 16);
  });
  return fc.tuple(...each).map((all) => all.flat());
}

/** Mostly nothing. */
function seldom(pairs: fc.Arbitrary<Pair[]>, share: number, rest: number): fc.Arbitrary<Pair[]> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: rest, arbitrary: fc.constant<Pair[]>([]) },
    { weight: share, arbitrary: pairs },
  );
}

/** What is sent for a parameter when it should not do. */
function strangePairs(path: string, name: string, parameter: Parameter): fc.Arbitrary<Pair[]> {
  const value: fc.Arbitrary<Pair[]> = strangeValue(path, parameter).map((strange) => [[name, strange]]);
  switch (parameter.kind) {
    case 'list': {
      const item = (number: string) =>
        fc.oneof(
          rightPairs(`${path}.N`, `${name}.${number}`, parameter.of),
          strangePairs(`${path}.N`, `${name}.${number}`, parameter.of),
        );
      const numbered = fc
        .array(itemNumber, { minLength: 1, maxLength: 4 })
        .chain((numbers) => fc.tuple(...numbers.map(item)).map((items) => items.flat()));
      const long = fc
        .tuple(fc.constantFrom(parameter.most, parameter.most + 1, 1_000, 5_001), item('1'))
        .map(([size, [first]]) => {
          const [, given] = first ?? [name, 'a'];
          const field = first?.[0].slice(`${name}.1`.length) ?? '';
          return Array.from({ length: size }, (_, index): Pair => [`${name}.${index + 1}${field}`, given]);
        });
      return fc.oneof(
        { weight: 6, arbitrary: numbered },
        { weight: 1, arbitrary: long },
        { weight: 1, arbitrary: value },
      );
    }
    case 'struct': {
      const fields = Object.entries(parameter.fields);
      const one = fc.oneof(
        ...fields.map(([field, inner]) => strangePairs(`${path}.${field}`, `${name}.${field}`, inner)),
      );
      const rest = fieldPairs(path, name, parameter.fields);
      return fc.oneof(
        { weight: 5, arbitrary: fc.tuple(rest, one).map(([a, b]) => [...a, ...b]) },
        { weight: 1, arbitrary: value },
      );
    }
    default:
      return value;
  }
}

/** What is given for the parameters of an action, mostly right. */
function rightGiven(action: Action, requiredWeight: number): fc.Arbitrary<Pair[]> {
  const all = Object.entries(action.parameters);
  const optional = all.filter(([, parameter]) => !parameter.required && parameter.fate !== 'refused').length;
  // About four of them are given, of very many fewer, since each may spoil the call: of 40 parts, so many against 40.
  const chance = Math.min(0.45, (optional > 40 ? 1.5 : 4) / Math.max(1, optional));
  const share = Math.max(1, Math.round((40 * chance) / (1 - chance)));
  const each = all.map(([name, parameter]) => {
    const pairs = rightPairs(name, name, parameter);
    if (parameter.required) return requiredWeight > 0 ? pairs : seldom(pairs, 9, 1);
    if (parameter.fate === 'refused') return seldom(pairs, 1, 40 * (all.length - optional));
    if (action.effect === 'write' && OFTEN.test(name)) return seldom(pairs, 34, 6);
    if (/^(ClientToken|DryRun)$/.test(name)) return seldom(pairs, 6, 34);
    // An id says which resource is meant; without one many calls have nothing to do.
    const named = idKindsOf(name, parameter.kind === 'list' ? parameter.of : parameter) !== undefined;
    return named && all.length < 40 ? seldom(pairs, 14, 26) : seldom(pairs, share, 40);
  });
  return fc.tuple(...each).map((given) => ofType(given.flat()));
}

/** Not required by the contract and yet needed by most calls that change something. */
const OFTEN =
  /^(ImageId|InstanceType|VSwitchId|SecurityGroupId|VpcId|IpProtocol|PortRange|SourceCidrIp|DestCidrIp|Tag|TagKey|InstanceId)$/;

/** ResourceType says of what kind the ids beside it are. */
function ofType(pairs: Pair[]): Pair[] {
  const type = pairs.find(([name]) => name === 'ResourceType')?.[1];
  const kind = typeof type === 'string' ? TYPE_NAMES.get(type.toLowerCase()) : undefined;
  if (!kind) return pairs;
  return pairs.map(([name, value]) =>
    /^ResourceId(\.|$)/.test(name) && typeof value === 'object' && 'kind' in value
      ? [name, { ...value, kind }]
      : [name, value],
  );
}

/** A parameter of the action, wrong. */
function oneFault({ parameters }: Action): fc.Arbitrary<Pair[]> {
  const all = Object.entries(parameters);
  if (all.length === 0) return hostilePairs('None');
  return fc.oneof(...all.map(([name, parameter]) => strangePairs(name, name, parameter)));
}

function hostilePairs(name: string): fc.Arbitrary<Pair[]> {
  return fc.array(fc.tuple(hostileName(name), hostileText), { minLength: 1, maxLength: 4 });
}

/** Parameters of any other action. */
const NAMES = [...new Set(ACTIONS.flatMap((action) => Object.keys(action.parameters)))];

const strayPairs: fc.Arbitrary<Pair[]> = fc.array(
  fc.tuple(fc.constantFrom(...NAMES), fc.oneof(fc.constantFrom('a', '1', 'true'), hostileText)),
  { minLength: 1, maxLength: 3 },
);

const WAY: fc.Arbitrary<Way> = fc.record({
  algorithm: fc.constantFrom('ACS3-HMAC-SHA256', 'HMAC-SHA1'),
  method: fc.constantFrom('POST', 'POST', 'GET'),
  inQuery: fc.oneof(fc.constant([false]), fc.constant([true]), fc.array(fc.boolean(), { minLength: 1, maxLength: 5 })),
  format: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(undefined, 'JSON', 'XML', 'json', 'xml') },
    { weight: 1, arbitrary: fc.constantFrom('', 'YAML', 'JSON ', '__proto__') },
  ),
  accept: fc.constantFrom(
    undefined,
    '*/*',
    'application/json',
    'text/xml',
    'text/xml;q=0.1, application/json;q=0.2',
    ';;;,q=x',
  ),
});

/** Later pairs replace earlier ones of the same name, so that a fault does not merely repeat a name. */
function replacing(given: readonly Pair[], fault: readonly Pair[]): Pair[] {
  const names = new Set(fault.map(([name]) => name));
  return [...given.filter(([name]) => !names.has(name)), ...fault];
}

function pairsOf(action: Action): fc.Arbitrary<Pair[]> {
  const right = rightGiven(action, 1);
  const fault = oneFault(action);
  const name = Object.keys(action.parameters)[0] ?? 'None';
  return fc.oneof(
    { weight: 10, arbitrary: right },
    { weight: 6, arbitrary: fc.tuple(right, fault).map(([given, wrong]) => replacing(given, wrong)) },
    { weight: 1, arbitrary: fc.tuple(right, strayPairs).map(([given, stray]) => replacing(given, stray)) },
    { weight: 1, arbitrary: fc.tuple(right, hostilePairs(name)).map(([given, hostile]) => [...given, ...hostile]) },
    {
      // The same name twice: alike, or not.
      weight: 1,
      arbitrary: fc
        .tuple(right, fc.nat(), fc.option(hostileText, { nil: undefined }))
        .map(([given, nth, other]) => (given.length === 0 ? [] : [...given, again(given[nth % given.length]!, other)])),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(rightGiven(action, 0), fault, fault, fc.option(hostilePairs(name), { nil: [], freq: 3 }))
        .map(([given, one, two, hostile]) => [...replacing(given, replacing(one, two)), ...hostile]),
    },
  );
}

const again = ([name, value]: Pair, other: string | Raw | undefined): Pair => [name, other ?? value];

/** Requests for this action. */
export function draftsOf(action: Action): fc.Arbitrary<Draft> {
  return fc.record({
    action: fc.constant(keyOf(action)),
    signer: action.administrator
      ? fc.constantFrom('administrator', 'administrator', 'administrator', 'own', 'session')
      : fc.constantFrom(
          ...Array.from({ length: 14 }, () => 'own' as const),
          'other',
          'session',
          'session',
          'administrator',
        ),
    pairs: pairsOf(action),
    way: WAY,
  });
}

/** Requests for any action; those that change something twice as often as those that read. */
const anyDraft: fc.Arbitrary<Draft> = fc.oneof(
  ...ACTIONS.map((action) => ({ weight: action.effect === 'write' ? 2 : 1, arbitrary: draftsOf(action) })),
);

/** Up to so many requests at once; now and then the first of them twice, as a client that heard nothing would. */
export function draftsAtOnce(most: number): fc.Arbitrary<Draft[]> {
  const several = fc.array(anyDraft, { minLength: 1, maxLength: most, size: 'max' });
  const twice = fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  return fc.tuple(several, twice).map(([drafts, again]) => (again ? [...drafts, drafts[0]!] : drafts));
}
