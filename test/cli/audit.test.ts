/** The record of requests from the command line. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

describe('audit', () => {
  it('lists requests by action, outcome, time, request and account, over restarts', async () => {
    const data = join(scratch(), 'data');
    await up(data);
    const ask = async (...words: string[]) => {
      const { code, stdout, stderr } = await yunlan([...words, '--data', data]);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };
    const list = async (...words: string[]) => (await ask('audit', ...words)).Requests.Request;
    const { RequestId } = await ask('vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/16');
    await ask('account', 'create', 'alice');
    const wrong = await yunlan(['vpc', 'DeleteVpc', '--VpcId', 'vpc-none', '--data', data]);
    const refusedId = /RequestId ([0-9A-F-]+)/.exec(wrong.stderr)![1];

    expect(await list('--request-id', RequestId)).toMatchObject([{ Action: 'Vpc.CreateVpc', Outcome: 'OK' }]);
    expect(await list('--outcome', 'Refused')).toMatchObject([
      { RequestId: refusedId, Outcome: 'InvalidVpcId.NotFound' },
    ]);
    expect(await list('--action', 'CreateVpc', '--since', '1h')).toHaveLength(1);
    expect(await list('--action', 'CreateVpc', '--until', '1h')).toEqual([]);
    expect(await list('--account', 'alice')).toEqual([]);
    for (let call = 0; call < 3; call += 1) await ask('clock', 'get');
    expect(await list('--action', 'GetClock', '--limit', '2')).toHaveLength(2);
    const table = await yunlan(['audit', '--action', 'CreateVpc', '--output', 'table', '--data', data]);
    expect(table.stdout).toContain(RequestId);

    await yunlan(['down', '--data', data]);
    await up(data);
    expect(await list('--action', 'GetClock')).toHaveLength(3);
  });

  it('says what it does not understand', async () => {
    const data = join(scratch(), 'data');
    await up(data);
    for (const [words, message] of [
      [['--since', 'soon'], "yunlan: 'soon' is no duration"],
      [['--since=-5m'], "yunlan: '-5m': write how long ago without a sign"],
      [['--since', '2026-02-30'], 'InvalidTime.Malformed: '],
      [['--limit', '0'], 'write a number from 1'],
    ] as const) {
      const { code, stdout, stderr } = await yunlan(['audit', ...words, '--data', data]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(message);
    }
  });
});
