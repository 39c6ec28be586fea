/** `--wait`: what has to be seen before the work that an action has begun is done. */
import { type Action, type ActionKey, keyOf } from '../../contract/action.ts';
import { Failure } from '../../daemon/failure.ts';
import { steadyClock } from '../../values/clock.ts';
import type { Answer } from '../client.ts';
import { isTrue, type Query, readQuery } from './query.ts';

type Given = Readonly<Record<string, string>>;

/** What is asked again and again, and the JMESPath expression that holds at the end. */
interface Watch {
  readonly action: string;
  readonly parameters: Given;
  readonly until: string;
}

type Waiter = (given: Given, answer: Answer) => Watch;

/** What a list of an answer or the numbered values of a request name. */
const textsOf = (answer: Answer, list: string, item: string): string[] => {
  const inner = answer[list];
  const found = typeof inner === 'object' && inner !== null ? (inner as Answer)[item] : undefined;
  return Array.isArray(found) ? found.map(String) : [];
};
const numbered = (given: Given, name: string): string[] =>
  Object.entries(given)
    .filter(([key]) => key === name || key.startsWith(`${name}.`))
    .map(([, value]) => value);

const instancesAre = (ids: readonly string[], status: string): Watch => ({
  action: 'DescribeInstances',
  parameters: { InstanceIds: JSON.stringify(ids), PageSize: '100' },
  until: `length(Instances.Instance[?Status=='${status}']) == \`${ids.length}\``,
});
const instancesAreGone = (ids: readonly string[]): Watch => ({
  ...instancesAre(ids, ''),
  until: 'TotalCount == `0`',
});
const one =
  (action: string, name: string, until: string): Waiter =>
  (given, answer) => ({ action, parameters: { [name]: String(answer[name] ?? given[name]) }, until });
const named =
  (status: string): Waiter =>
  (given) =>
    instancesAre(numbered(given, 'InstanceId'), status);

const WAITERS: { readonly [key in ActionKey]?: Waiter } = {
  'Vpc.CreateVpc': one('DescribeVpcAttribute', 'VpcId', "Status == 'Available'"),
  'Vpc.CreateVSwitch': one('DescribeVSwitchAttributes', 'VSwitchId', "Status == 'Available'"),
  'Vpc.AssociateEipAddress': one(
    'DescribeEipAddresses',
    'AllocationId',
    "EipAddresses.EipAddress[0].Status == 'InUse'",
  ),
  'Vpc.UnassociateEipAddress': one(
    'DescribeEipAddresses',
    'AllocationId',
    "EipAddresses.EipAddress[0].Status == 'Available'",
  ),
  'Ecs.RunInstances': (_given, answer) => instancesAre(textsOf(answer, 'InstanceIdSets', 'InstanceIdSet'), 'Running'),
  'Ecs.CreateInstance': (_given, answer) => instancesAre([String(answer['InstanceId'])], 'Stopped'),
  'Ecs.StartInstance': named('Running'),
  'Ecs.StartInstances': named('Running'),
  'Ecs.RebootInstance': named('Running'),
  'Ecs.RebootInstances': named('Running'),
  'Ecs.StopInstance': named('Stopped'),
  'Ecs.StopInstances': named('Stopped'),
  'Ecs.DeleteInstance': (given) => instancesAreGone(numbered(given, 'InstanceId')),
  'Ecs.DeleteInstances': (given) => instancesAreGone(numbered(given, 'InstanceId')),
};

/** Words of the command line that tell to wait. */
export interface Waiting {
  /** `--wait`: until what the action began is done. */
  readonly wait: boolean;
  /** `--until EXPRESSION`: ask again until it holds. Only for actions that change nothing. */
  readonly until: Query | undefined;
  /** `--timeout SECONDS`. Milliseconds. */
  readonly patience: number;
}

const PATIENCE = 300;
/** Time between two looks: short at first, since most things here take less than a second. Milliseconds. */
const PAUSES = [50, 100, 200, 500, 1000] as const;

/** Takes these words out of those of an action. Throws a Failure when they make no sense for it. */
export function takeWaiting(action: Action, words: readonly string[]): { waiting: Waiting; rest: string[] } {
  const rest: string[] = [];
  const queue = [...words];
  let [wait, until, seconds]: [boolean, string | undefined, string | undefined] = [false, undefined, undefined];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const [flag = '', inline] = word.split(/=(.*)/s, 2);
    if (word === '--wait') {
      wait = true;
    } else if (flag === '--until' || flag === '--timeout') {
      const value = inline ?? queue.shift();
      if (value === undefined) throw new Failure(`${flag} needs a value`);
      if (flag === '--until') until = value;
      else seconds = value;
    } else {
      rest.push(word);
      // The value of a parameter is not ours, whatever it looks like.
      if (/^--[A-Z]/.test(word) && inline === undefined) rest.push(...queue.splice(0, 1));
    }
  }
  if (seconds !== undefined && !/^\d{1,6}$/.test(seconds)) throw new Failure('--timeout is a number of seconds');
  if (until !== undefined && action.effect !== 'read') {
    throw new Failure(`--until repeats an action, and ${action.name} changes something: use it with one that reads`);
  }
  if (wait && WAITERS[keyOf(action)] === undefined) {
    throw new Failure(`nothing of ${action.name} has to be waited for, or it reads: use --until with one that reads`);
  }
  const query = until === undefined ? undefined : readQuery('--until', until);
  return { waiting: { wait, until: query, patience: Number(seconds ?? PATIENCE) * 1000 }, rest };
}

/**
 * Asks until the expression holds and answers what was seen last. Rejects with a Failure when it does not in time, and
 * with the refusal when the question itself is refused.
 */
export async function askUntil(
  ask: () => Promise<Answer>,
  holds: Query,
  { what, patience }: { readonly what: string; readonly patience: number },
): Promise<Answer> {
  const end = steadyClock.now() + patience;
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (isTrue(holds(answer))) return answer;
    const left = end - steadyClock.now();
    if (left <= 0) throw new Failure(`${what}: not within ${patience / 1000} seconds`);
    const pause = PAUSES[Math.min(tries, PAUSES.length - 1)]!;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
  }
}

/** After an action that was answered: returns when what it began is done. */
export async function waitFor(
  action: Action,
  given: Given,
  answer: Answer,
  parts: {
    readonly ask: (action: string, parameters: Given) => Promise<Answer>;
    readonly patience: number;
  },
): Promise<void> {
  const waiter = WAITERS[keyOf(action)];
  if (!waiter) return;
  const watch = waiter(given, answer);
  const region = given['RegionId'];
  const parameters = { ...watch.parameters, ...(region === undefined ? {} : { RegionId: region }) };
  await askUntil(() => parts.ask(watch.action, parameters), readQuery('--wait', watch.until), {
    what: `${action.name} was answered, but what it began is not done (${watch.action}: ${watch.until})`,
    patience: parts.patience,
  });
}
