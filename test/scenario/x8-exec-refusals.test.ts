/** X8: commands that are refused before anything is streamed: over the connection that was to be upgraded. */
import { request as httpRequest } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/values/clock.ts';
import { randomUuid, systemRandom } from '../../src/values/random.ts';
import { signRequest } from '../../src/wire/sign-request.ts';
import { type Client, type Region, startRegion } from './harness.ts';

describe('X8 commands that are refused', () => {
  let region: Region;
  let stranger: Client;
  const ids = { running: '', stopped: '', foreign: '' };

  beforeAll(async () => {
    region = await startRegion();
    stranger = await region.account('stranger');
    const place = async (client: Client) => {
      const vpc = await client.vpc();
      return { vswitch: await client.vswitch(vpc, '10.0.1.0/24'), group: await client.group(vpc) };
    };
    const own = await place(region);
    const theirs = await place(stranger);
    [ids.running = ''] = await region.run(own.vswitch, own.group);
    [ids.stopped = ''] = await region.run(own.vswitch, own.group);
    [ids.foreign = ''] = await stranger.run(theirs.vswitch, theirs.group, { InstanceName: 'theirs' });
    await region.ok('Ecs', 'StopInstance', { InstanceId: ids.stopped });
    await region.reach([ids.stopped], 'Stopped');
  });
  afterAll(() => region.close());

  /** The answer to a request to upgrade; fails when it was upgraded. */
  function ask(parameters: Record<string, string>): Promise<{ status: number; Code: string; Message: string }> {
    const { url, method, headers } = signRequest({
      product: 'Yunlan',
      action: 'ExecInstance',
      parameters,
      key: { accessKeyId: region.key.accessKeyId, secret: region.key.accessKeySecret },
      endpoint: region.endpoint,
      time: systemClock.now(),
      nonce: randomUuid(systemRandom),
      place: 'query',
    });
    const upgrade = { connection: 'Upgrade', upgrade: 'yunlan-exec', 'content-length': '0' };
    return new Promise((resolve, reject) => {
      const request = httpRequest(url, { method, headers: { ...headers, ...upgrade } });
      request.once('error', reject);
      request.once('upgrade', (_answer, socket) => {
        socket.destroy();
        reject(new Error('the command was let in'));
      });
      request.once('response', (response) => {
        json(response).then((body) => {
          const { Code, Message } = body as { readonly Code: string; readonly Message: string };
          resolve({ status: response.statusCode!, Code, Message });
        }, reject);
      });
      request.end();
    });
  }

  it.each<[string, () => Record<string, string>, number, string, string]>([
    ['no instance', () => ({ 'Command.1': 'true' }), 400, 'MissingParameter', 'Instance'],
    ['no command', () => ({ Instance: ids.running }), 400, 'MissingParameter', 'Command'],
    [
      'an empty program',
      () => ({ Instance: ids.running, 'Command.1': '' }),
      400,
      'InvalidCommand.Malformed',
      'Command',
    ],
    [
      'a stopped instance',
      () => ({ Instance: ids.stopped, 'Command.1': 'true' }),
      403,
      'IncorrectInstanceStatus',
      'Instance',
    ],
    [
      'a terminal without columns',
      () => ({ Instance: ids.running, 'Command.1': 'sh', 'Terminal.Rows': '24' }),
      400,
      'MissingParameter',
      'Terminal.Columns',
    ],
  ])('%s', async (_name, parameters, status, code, parameter) => {
    const answer = await ask(parameters());
    expect([answer.status, answer.Code]).toEqual([status, code]);
    expect(answer.Message).toContain(parameter);
  });

  it('another account’s instance is as good as none, by id and by name', async () => {
    const answers = [];
    for (const Instance of ['i-bp0nobodys0000000001', ids.foreign, 'nobodys-name', 'theirs']) {
      const { status, Code, Message } = await ask({ Instance, 'Command.1': 'true' });
      answers.push({ status, Code, Message: Message.replaceAll(Instance, 'IT') });
    }
    expect(answers[0]).toMatchObject({ status: 404, Code: 'InvalidInstanceId.NotFound' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});
