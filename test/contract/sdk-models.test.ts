/** The comparison of models finds what it is there for: it is shown contracts and answers that are wrong. */
import { describe, expect, it } from 'vitest';
import { type Action, action } from '../../src/contract/action.ts';
import { boolean, integer, jsonList, list, struct, text } from '../../src/contract/parameter.ts';
import {
  answerDifferences,
  answerFaults,
  NOTHING_UNEXPLAINED,
  requestDifferences,
  type SdkPackage,
  unexplained,
} from './sdk-models.ts';

/** A class as the vendor generates it. */
function model(fields: { readonly [wire: string]: unknown }) {
  const field = (wire: string) => wire[0]!.toLowerCase() + wire.slice(1);
  // biome-ignore lint/complexity/noStaticOnlyClass: what is read are statics of classes
  return class {
    static names() {
      return Object.fromEntries(Object.keys(fields).map((wire) => [field(wire), wire]));
    }
    static types() {
      return Object.fromEntries(Object.entries(fields).map(([wire, type]) => [field(wire), type]));
    }
  };
}
const listOf = (itemType: unknown) => ({ type: 'array', itemType });

const SDK: SdkPackage = {
  DoThingRequest: model({
    Name: 'string',
    Ids: 'string',
    Size: 'number',
    Dry: 'boolean',
    Words: listOf('string'),
    Disk: model({ Size: 'number' }),
    Card: listOf(model({ Mac: 'string' })),
  }),
  DoThingResponseBody: model({
    RequestId: 'string',
    Count: 'number',
    Things: model({ Thing: listOf(model({ Id: 'string', Ready: 'boolean' })) }),
  }),
};

const R = { fate: 'realised', help: '' } as const;
const GOOD = action({
  product: 'Ecs',
  name: 'DoThing',
  summary: '',
  effect: 'read',
  parameters: {
    Name: text(R),
    Ids: jsonList(R),
    Size: integer(R),
    Dry: boolean(R),
    Words: list({ ...R, most: 2, of: text(R) }),
    Disk: struct({ ...R, fields: { Size: integer(R) } }),
    Card: list({ ...R, most: 2, of: struct({ ...R, fields: { Mac: text(R) } }) }),
  },
  answer: { Count: 'integer', Things: { Thing: [{ Id: 'string', Ready: 'boolean' }] } },
  errors: [],
});

describe('parameters', () => {
  const differences = (change: Action['parameters']) =>
    requestDifferences(SDK, { ...GOOD, parameters: { ...GOOD.parameters, ...change } });

  it('that are the same have no difference', () => expect(requestDifferences(SDK, GOOD)).toEqual([]));

  it.each<[Action['parameters'], string]>([
    [{ Extra: text(R) }, 'DoThing.Extra: only ours'],
    [{ Name: integer(R) }, 'DoThing.Name: ours number, theirs string'],
    [{ Size: text(R) }, 'DoThing.Size: ours string, theirs number'],
    [{ Words: text(R) }, 'DoThing.Words: ours string, theirs list'],
    [{ Words: list({ ...R, most: 2, of: integer(R) }) }, 'DoThing.Words[]: ours number, theirs string'],
    [{ Disk: struct({ ...R, fields: {} }) }, 'DoThing.Disk.Size: only theirs'],
    [
      { Card: list({ ...R, most: 2, of: struct({ ...R, fields: { Mac: text(R), Ip: text(R) } }) }) },
      'DoThing.Card[].Ip: only ours',
    ],
  ])('%j differ', (change, difference) => expect(differences(change)).toEqual([difference]));

  it('that the contract lacks, and requests that the SDK lacks, are found', () => {
    const { Dry: _gone, ...parameters } = GOOD.parameters;
    expect(requestDifferences(SDK, { ...GOOD, parameters })).toEqual(['DoThing.Dry: only theirs']);
    expect(requestDifferences({}, GOOD)).toEqual(['DoThing: no request model']);
  });
});

describe('answers of the contract', () => {
  it.each<[Action['answer'], string[]]>([
    [GOOD.answer, []],
    [{ ...GOOD.answer, More: 'string' }, ['DoThing answers.More: only ours']],
    [{ Count: 'integer' }, ['DoThing answers.Things: only theirs']],
    [{ ...GOOD.answer, Count: 'string' }, ['DoThing answers.Count: ours string, theirs number']],
    [
      { Count: 'long', Things: { Thing: [{ Id: 'string', Ready: 'string' }] } },
      ['DoThing answers.Things.Thing[].Ready: ours string, theirs boolean'],
    ],
    [{ Count: 'float', Things: { Thing: ['string'] } }, ['DoThing answers.Things.Thing[]: ours string, theirs struct']],
  ])('%j', (answer, expected) => expect(answerDifferences(SDK, { ...GOOD, answer })).toEqual(expected));
});

describe('answers as they came', () => {
  const good = { RequestId: 'r', Count: 1, Things: { Thing: [{ Id: 'a', Ready: true }] } };

  it.each<[object, string[], string[]]>([
    [good, [], []],
    [{ ...good, Things: { Thing: [] } }, [], []],
    [{ ...good, Count: '1' }, ['DoThing.Count: a string for a number'], []],
    [{ ...good, Count: null }, ['DoThing.Count: null for a number'], []],
    [{ ...good, More: 1 }, ['DoThing.More: unknown'], []],
    [{ RequestId: 'r', Count: 1 }, [], ['DoThing.Things']],
    [
      { ...good, Things: { Thing: [{ Id: 'a' }, { Id: 'b' }, { Ready: 1 }] } },
      ['DoThing.Things.Thing[].Ready: a number for a boolean'],
      ['DoThing.Things.Thing[].Ready', 'DoThing.Things.Thing[].Id'],
    ],
    [{ ...good, Things: [] }, ['DoThing.Things: a list for an object'], []],
    [{ ...good, Things: { Thing: {} } }, ['DoThing.Things.Thing: an object for a list'], []],
  ])('%j', (body, wrong, missing) => expect(answerFaults(SDK, 'DoThing', body)).toEqual({ wrong, missing }));

  it('of an action that the SDK does not know are wrong', () => {
    expect(answerFaults({}, 'DoThing', {}).wrong).toEqual(['DoThing: no answer model']);
  });
});

describe('reasons', () => {
  it('speak for a difference or for all that start so; each must be needed', () => {
    expect(unexplained(['a.b: x', 'a.c: x'], { 'a.*': 'why' })).toEqual(NOTHING_UNEXPLAINED);
    expect(unexplained(['a.b: x', 'd'], { 'a.b: x': 'why', 'a.b': 'no longer' })).toEqual({
      unexplained: ['d'],
      stale: ['a.b'],
    });
  });
});
