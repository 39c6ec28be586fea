import { describe, expect, it } from 'vitest';
import { type Action, keyOf } from '../../contract/action.ts';
import { ACTIONS } from '../../contract/catalogue.ts';
import type { Answer } from '../client.ts';
import { askUntil, takeWaiting, waitFor } from './waiters.ts';

const actionOf = (key: string): Action => {
  const action = ACTIONS.find((each) => keyOf(each) === key);
  if (!action) throw new Error(`${key} is not served`);
  return action;
};
const [run, list, stop] = ['Ecs.RunInstances', 'Ecs.DescribeInstances', 'Ecs.StopInstance'].map(actionOf) as [
  Action,
  Action,
  Action,
];

describe('words that tell to wait', () => {
  it('are taken out; those of the action stay, whatever their values look like', () => {
    const { waiting, rest } = takeWaiting(run, ['--Amount', '2', '--wait', '--Description', '--wait', '--timeout=5']);
    expect(rest).toEqual(['--Amount', '2', '--Description', '--wait']);
    expect(waiting).toMatchObject({ wait: true, patience: 5000 });
    expect(takeWaiting(list, ['--InstanceName=--until']).waiting.until).toBeUndefined();
  });

  it('are refused where they make no sense', () => {
    expect(() => takeWaiting(run, ['--until', 'TotalCount'])).toThrow('RunInstances changes something');
    expect(() => takeWaiting(list, ['--wait'])).toThrow('--until');
    expect(() => takeWaiting(list, ['--until'])).toThrow('--until needs a value');
    expect(() => takeWaiting(list, ['--until', '['])).toThrow(/^--until/);
    expect(() => takeWaiting(list, ['--timeout', 'soon'])).toThrow('--timeout');
  });
});

describe('waiting', () => {
  it('asks until the expression holds, and gives up in time', async () => {
    let asked = 0;
    const ask = async () => {
      asked += 1;
      return { TotalCount: asked };
    };
    const holds = (answer: Answer) => answer['TotalCount'] === 3;
    expect(await askUntil(ask, holds, { what: 'x', patience: 10_000 })).toEqual({ TotalCount: 3 });
    await expect(askUntil(ask, holds, { what: 'x', patience: 0 })).rejects.toThrow('x: not within 0 seconds');
  });

  it('watches what the action began', async () => {
    const asked: unknown[] = [];
    const statuses = ['Pending', 'Running'];
    const ask = async (action: string, parameters: object) => {
      asked.push([action, parameters]);
      const Status = statuses.shift();
      return { Instances: { Instance: [{ Status }, { Status: 'Running' }] } };
    };
    const answer = { InstanceIdSets: { InstanceIdSet: ['i-a', 'i-b'] } };
    await waitFor(run, { RegionId: 'cn-beijing' }, answer, { ask, patience: 10_000 });
    const parameters = { InstanceIds: '["i-a","i-b"]', PageSize: '100', RegionId: 'cn-beijing' };
    expect(asked).toEqual(Array(2).fill(['DescribeInstances', parameters]));
  });

  it('takes the id from the request where the answer has none', async () => {
    let parameters: object = {};
    const ask = async (_action: string, about: object) => {
      parameters = about;
      return { Instances: { Instance: [{ Status: 'Stopped' }] } };
    };
    await waitFor(stop, { InstanceId: 'i-a' }, { RequestId: 'r' }, { ask, patience: 0 });
    expect(parameters).toMatchObject({ InstanceIds: '["i-a"]' });
  });
});
