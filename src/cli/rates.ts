/** `--throttle`: how often an account may call an action. */

import { type ActionKey, keyOf } from '../contract/action.ts';
import { ACTIONS, findAction } from '../contract/catalogue.ts';
import { Failure } from '../daemon/failure.ts';
import { nearest } from './nearest.ts';

/** Calls a minute; undefined: as many as come. */
export interface Rates {
  readonly each?: number | undefined;
  readonly actions: ReadonlyMap<string, number>;
}

/**
 * The rates that words such as `600`, `Ecs.RunInstances=60` and `off` ask for, the last of equal ones; undefined when
 * there are none. Throws a Failure.
 */
export function readRates(words: readonly string[] = []): Rates | undefined {
  if (words.length === 0) return undefined;
  let each: number | undefined;
  const actions = new Map<string, number>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (word === 'off') each = undefined;
    else if (equals < 0) each = callsAMinute(word, word);
    else actions.set(knownAction(word.slice(0, equals)), callsAMinute(word.slice(equals + 1), word));
  }
  return { each, actions };
}

function callsAMinute(text: string, word: string): number {
  const calls = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (calls === 0) throw new Failure(`--throttle ${word}: write calls a minute, 1 or more, or off`);
  return calls;
}

function knownAction(name: string): ActionKey {
  const action = findAction(name as ActionKey);
  if (action) return keyOf(action);
  const meant = nearest(name, ACTIONS.map(keyOf));
  const hint = meant === undefined ? 'write PRODUCT.ACTION, such as Ecs.RunInstances' : `did you mean ${meant}?`;
  throw new Failure(`--throttle ${name}: there is no such action: ${hint}`);
}
