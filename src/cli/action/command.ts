/** `ecs`, `vpc` and the other products: any action of the API, from the contract. */
import type { Action, Product } from '../../contract/action.ts';
import { ACTIONS } from '../../contract/catalogue.ts';
import { Failure } from '../../daemon/failure.ts';
import { type Answer, call } from '../client.ts';
import { nearest } from '../nearest.ts';
import { printAnswer, screenWidth } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';
import { parameterOf, readArguments } from './arguments.ts';
import { describeAction, describeProduct } from './help.ts';
import { readQuery } from './query.ts';
import { askUntil, takeWaiting, waitFor } from './waiters.ts';

const HELP = new Set(['--help', '-h', 'help']);

export async function runProduct(
  product: Product,
  command: string,
  words: readonly string[],
  shared: SharedOptions,
): Promise<number> {
  const actions = ACTIONS.filter((action) => action.product === product);
  const [first, ...rest] = words;
  if (first === undefined || (HELP.has(first) && rest.length === 0)) {
    process.stdout.write(describeProduct(actions, command, screenWidth()));
    return first === undefined ? 1 : 0;
  }
  const name = HELP.has(first) ? rest[0]! : first;
  const action = actions.find((each) => each.name === name);
  if (!action) throw unknownAction(name, command, actions);
  if (HELP.has(first) || rest.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(describeAction(action, command, screenWidth()));
    return 0;
  }
  if (action.effect === 'stream') throw new Failure(`${name} streams: use 'yunlan exec INSTANCE -- COMMAND'`);
  const { waiting, rest: given } = takeWaiting(action, rest);
  const parameters = readArguments(action, given);
  const target = findTarget(shared);
  if (target.region !== undefined && parameters['RegionId'] === undefined && parameterOf(action, 'RegionId')) {
    parameters['RegionId'] = target.region;
  }
  // Before anything is called: a slip in it must not hide the answer of what was done.
  if (shared.query !== undefined) readQuery('--query', shared.query);
  const ask = (): Promise<Answer> => call(target, product, name, parameters);
  const { until, patience } = waiting;
  const answer = until ? await askUntil(ask, until, { what: name, patience }) : await ask();
  if (waiting.wait) {
    await waitFor(action, parameters, answer, { ask: (other, about) => call(target, product, other, about), patience });
  }
  printAnswer(answer, shared);
  return 0;
}

function unknownAction(name: string, command: string, actions: readonly Action[]): Failure {
  const elsewhere = ACTIONS.find((action) => action.name === name && action.effect !== 'stream');
  if (elsewhere) {
    return new Failure(`${name} is no action of ${command}: try 'yunlan ${elsewhere.product.toLowerCase()} ${name}'`);
  }
  const meant = nearest(
    name,
    actions.map((action) => action.name),
  );
  const hint = meant === undefined ? `'yunlan ${command} --help' lists them` : `did you mean ${meant}?`;
  return new Failure(`${command} has no action ${name}: ${hint}`);
}
