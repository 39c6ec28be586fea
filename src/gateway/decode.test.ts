import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameter, Parameters } from '../contract/parameter.ts';
import { boolean, commaList, float, integer, jsonList, list, struct, text } from '../contract/parameter.ts';
import { isRefusal } from '../values/refusal.ts';
import { flatten, type Nested } from '../wire/flatten.ts';
import { decodeInput } from './decode.ts';

const R = { fate: 'realised', help: '' } as const;

function decode(contract: Parameters, flat: Record<string, string>) {
  const input = decodeInput(contract, new Map(Object.entries(flat)));
  return isRefusal(input) ? { code: input.code, parameter: input.parameter, message: input.message } : input;
}

describe('decodeInput', () => {
  const CONTRACT = {
    Name: text({ ...R, length: [2, 4] }),
    Kind: text({ ...R, enum: ['Basic', 'Advanced'], anyCase: true, default: 'Basic' }),
    Mode: text({ ...R, enum: ['on', 'off'] }),
    Code: text({ ...R, pattern: '[a-z]+', invalid: 'InvalidAccountName.Malformed' }),
    Size: integer({ ...R, range: [1, 50], default: 10 }),
    Most: integer({ ...R, range: [1, 100], clamp: true }),
    Big: integer(R),
    Price: float({ ...R, range: [0, 2] }),
    Dry: boolean(R),
    Ids: jsonList({ ...R, most: 3 }),
    Some: commaList({ ...R, most: 2 }),
    Words: list({ ...R, most: 3, of: text({ ...R, keepEmpty: true }) }),
    Group: list({ ...R, most: 2, of: text(R), invalid: 'InvalidSecurityGroupId.Malformed' }),
    Card: list({
      ...R,
      most: 2,
      of: struct({
        ...R,
        fields: {
          Mac: text({ ...R, required: true }),
          Index: integer({ ...R, default: 0 }),
          Group: list({ ...R, most: 5, of: text(R) }),
        },
      }),
    }),
    Disk: struct({ ...R, fields: { Size: integer(R), Kind: text({ ...R, default: 'ssd' }) } }),
    Old: text({ fate: 'refused', help: '', default: 'none' }),
    Ipv6: boolean({ fate: 'refused', help: '' }),
    Spot: list({ fate: 'refused', help: '', most: 5, of: struct({ ...R, fields: { Price: text(R) } }) }),
  } satisfies Parameters;
  const DEFAULTS = { Kind: 'Basic', Size: 10, Old: 'none' };

  it.each<[Record<string, string>, object]>([
    [{}, {}],
    [
      { Name: '', Kind: '', Size: '', Dry: '', Ids: '', Some: '', 'Card.1.Mac': '', 'Group.1': '', 'Spot.1.Price': '' },
      {},
    ],
    [{ Name: 'äöü😀' }, { Name: 'äöü😀' }],
    [{ Kind: 'aDVANCED' }, { Kind: 'Advanced' }],
    [
      { Size: '50', Most: '5000', Big: '-9007199254740991' },
      { Size: 50, Most: 100, Big: -9007199254740991 },
    ],
    [
      { Price: '1.5', Dry: 'TRUE' },
      { Price: 1.5, Dry: true },
    ],
    [
      { Ids: '["a","b"]', Some: 'a, b' },
      { Ids: ['a', 'b'], Some: ['a', 'b'] },
    ],
    [{ 'Group.7': 'b', 'Group.2': 'a' }, { Group: ['a', 'b'] }],
    [{ 'Group.10': 'b', 'Group.9': 'a' }, { Group: ['a', 'b'] }],
    [{ 'Group.99999999': 'a' }, { Group: ['a'] }],
    [{ 'Words.1': 'sh', 'Words.2': '', 'Words.3': 'x' }, { Words: ['sh', '', 'x'] }],
    [
      { 'Card.1.Mac': 'm', 'Card.1.Group.2': 'g', 'Card.1.Unheard': 'of' },
      { Card: [{ Mac: 'm', Index: 0, Group: ['g'] }] },
    ],
    [{ 'Disk.Size': '3' }, { Disk: { Size: 3, Kind: 'ssd' } }],
    [{ Unheard: 'of', 'Name.1': 'x', 'Name.Deep.er': 'x', toString: 'x', constructor: 'x' }, {}],
    [{ '__proto__.Size': '1', 'Disk.__proto__.Size': '1', 'Disk.constructor.prototype.x': '1' }, {}],
    [{ Old: 'none', Ipv6: 'false' }, { Ipv6: false }],
  ])('%j', (flat, expected) => {
    expect(decode(CONTRACT, flat)).toEqual({ ...DEFAULTS, ...expected });
  });

  it.each<[Record<string, string>, string, string]>([
    [{ Name: 'a' }, 'InvalidParameter', 'Name'],
    [{ Name: '😀😀😀😀😀' }, 'InvalidParameter', 'Name'],
    [{ Name: 'x'.repeat(1_000_000) }, 'InvalidParameter', 'Name'],
    [{ Kind: 'Other' }, 'InvalidParameter', 'Kind'],
    [{ Mode: 'ON' }, 'InvalidParameter', 'Mode'],
    [{ Code: 'abc\n' }, 'InvalidAccountName.Malformed', 'Code'],
    ...['0', '51', '1.0', '+1', '01', '1e1', '0x1', ' 1', '١', '-0', 'NaN'].map(
      (value): [Record<string, string>, string, string] => [{ Size: value }, 'InvalidParameter', 'Size'],
    ),
    [{ Most: '0' }, 'InvalidParameter', 'Most'],
    [{ Big: '9007199254740992' }, 'InvalidParameter', 'Big'],
    ...['3', 'Infinity', '1,5', '.5', '1.'].map((value): [Record<string, string>, string, string] => [
      { Price: value },
      'InvalidParameter',
      'Price',
    ]),
    ...['1', 'yes', 'truex', ' true'].map((value): [Record<string, string>, string, string] => [
      { Dry: value },
      'InvalidParameter',
      'Dry',
    ]),
    ...['a', '{}', '[1]', '["a","b","c","d"]', '["a"'].map((value): [Record<string, string>, string, string] => [
      { Ids: value },
      'InvalidParameter',
      'Ids',
    ]),
    [{ Some: 'a,b,c' }, 'InvalidParameter', 'Some'],
    [{ Some: ',' }, 'InvalidParameter', 'Some'],
    [{ Group: 'sg-1' }, 'InvalidSecurityGroupId.Malformed', 'Group'],
    [{ 'Group.0': 'a' }, 'InvalidSecurityGroupId.Malformed', 'Group.0'],
    [{ 'Group.01': 'a' }, 'InvalidSecurityGroupId.Malformed', 'Group.01'],
    [{ 'Group.x': 'a' }, 'InvalidSecurityGroupId.Malformed', 'Group.x'],
    [{ 'Group.1': 'a', 'Group.2': 'b', 'Group.3': 'c' }, 'InvalidSecurityGroupId.Malformed', 'Group'],
    [{ 'Card.2.Index': '1' }, 'MissingParameter', 'Card.2.Mac'],
    [{ 'Card.2.Mac': 'm', 'Card.2.Index': 'x' }, 'InvalidParameter', 'Card.2.Index'],
    [{ 'Card.1': 'm' }, 'InvalidParameter', 'Card.1'],
    [{ Disk: '3' }, 'InvalidParameter', 'Disk'],
    [{ Old: 'something' }, 'UnsupportedParameter', 'Old'],
    [{ Ipv6: 'true' }, 'UnsupportedParameter', 'Ipv6'],
    [{ Ipv6: 'perhaps' }, 'UnsupportedParameter', 'Ipv6'],
    [{ 'Spot.3.Price': '1' }, 'UnsupportedParameter', 'Spot.3.Price'],
  ])('refuses %j', (flat, code, parameter) => {
    const refusal = decode(CONTRACT, flat);
    expect(refusal).toMatchObject({ code, parameter });
    expect((refusal as { message: string }).message).toContain(parameter);
    expect((refusal as { message: string }).message.length).toBeLessThan(400);
  });

  it('does not touch the prototype of objects', () => {
    decode(CONTRACT, { '__proto__.polluted': '1', 'Card.__proto__.polluted': '1', 'Disk.__proto__.polluted': '1' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('reads ten thousand hostile names in no time to speak of', () => {
    const flat = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`Card.${index + 1}${'.Group.1'.repeat(index % 40)}`, 'x']),
    );
    expect(decode(CONTRACT, flat)).toMatchObject({ parameter: expect.stringMatching(/^Card/) });
  });
});

/** Contracts and inputs that fit them, so that what is flattened must come back as it was. */
const NAME = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,8}$/);
const WORD = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });

interface Case {
  readonly parameter: Parameter;
  readonly value: Nested;
}

const single: fc.Arbitrary<Case> = fc.oneof(
  WORD.map((value) => ({ parameter: text(R), value })),
  fc.maxSafeInteger().map((value) => ({ parameter: integer(R), value })),
  fc.boolean().map((value) => ({ parameter: boolean(R), value })),
  fc.array(WORD, { minLength: 1, maxLength: 5 }).map((value) => ({ parameter: jsonList(R), value })),
  fc
    .array(fc.stringMatching(/^[a-z-]{1,8}$/), { minLength: 1, maxLength: 5 })
    .map((value) => ({ parameter: commaList({ ...R, most: 5 }), value })),
);

const fields = (of: fc.Arbitrary<Case>): fc.Arbitrary<{ parameters: Parameters; value: Record<string, Nested> }> =>
  fc.uniqueArray(fc.tuple(NAME, of), { minLength: 1, maxLength: 5, selector: ([name]) => name }).map((entries) => ({
    parameters: Object.fromEntries(entries.map(([name, { parameter }]) => [name, parameter])),
    value: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
  }));

const { tree } = fc.letrec<{ tree: Case }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    single,
    fc.array(WORD, { minLength: 1, maxLength: 12 }).map((value) => ({
      parameter: list({ ...R, most: 12, of: text(R) }),
      value,
    })),
    fields(tie('tree')).map(({ parameters, value }) => ({ parameter: struct({ ...R, fields: parameters }), value })),
    fields(tie('tree')).map(({ parameters, value }) => ({
      parameter: list({ ...R, most: 3, of: struct({ ...R, fields: parameters }) }),
      value: [value, value],
    })),
  ),
}));

describe('flatten, then decodeInput', () => {
  it('gives back what went in, for any contract', () => {
    fc.assert(
      fc.property(fields(tree), ({ parameters, value }) => {
        const back = decodeInput(parameters, new Map(Object.entries(flatten(value, parameters))));
        expect(back).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever the names and values are', () => {
    const part = fc.oneof(
      NAME,
      fc.constantFrom('1', '0', '-1', '99999999999999999999', '__proto__', 'constructor', '', ' '),
      fc.string({ maxLength: 4 }),
    );
    const hostile = fc.dictionary(
      fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('.')),
      fc.oneof(fc.string(), fc.constantFrom('', 'true', '1', '[]', '{"__proto__":1}', 'null')),
      { maxKeys: 30, noNullPrototype: false },
    );
    fc.assert(
      fc.property(fields(tree), hostile, ({ parameters }, flat) => {
        const known = Object.keys(parameters)[0]!;
        const aimed = Object.entries(flat).map(([name, value]): [string, string] => [`${known}.${name}`, value]);
        const input = decodeInput(parameters, new Map([...Object.entries(flat), ...aimed]));
        if (!isRefusal(input)) {
          for (const name of Object.keys(input)) expect(Object.keys(parameters)).toContain(name);
        }
      }),
      { numRuns: 500 },
    );
  });
});
