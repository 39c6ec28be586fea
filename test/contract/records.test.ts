/** What the gateway tells of every request that has ended, whatever became of it. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { refuse } from '../../src/contract/errors.ts';
import type { GatewayOptions } from '../../src/gateway/server.ts';
import type { RequestRecord } from '../../src/values/request-record.ts';
import { CALLER, KEY, type TestGateway, testGateway } from './gateway-for-test.ts';
import { inject, signed } from './signed.ts';

const servers: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(({ gateway }) => gateway.close()));
});

/** A gateway and the records it gave. */
function watched(options: Partial<GatewayOptions> = {}) {
  const records: RequestRecord[] = [];
  const server = testGateway({ ...options, concluded: (record) => records.push(record) });
  servers.push(server);
  return { ...server, records };
}

const VPC = { RegionId: 'cn-beijing' };

describe('the record of a request', () => {
  it('tells of an action who called it, where, and how it ended', async () => {
    let now = Date.now();
    const { gateway, records } = watched({
      clock: { now: () => now },
      dispatch: async () => {
        now += 25;
        return {};
      },
    });
    const at = now;
    const { body } = await inject(gateway, signed('Vpc', 'CreateVpc', VPC, { time: now }));
    expect(records).toEqual([
      {
        requestId: body['RequestId'],
        at,
        accountId: CALLER.accountId,
        accessKeyId: KEY.accessKeyId,
        action: 'Vpc.CreateVpc',
        regionId: 'cn-beijing',
        code: 'OK',
        status: 200,
        remote: '127.0.0.1',
        milliseconds: 25,
      },
    ]);
  });

  it.each<[string, Partial<GatewayOptions>, Parameters<typeof signed>, Partial<RequestRecord>]>([
    [
      'a refusal',
      { dispatch: async () => refuse('InvalidVpcId.NotFound') },
      ['Vpc', 'DeleteVpc', { VpcId: 'v' }],
      { code: 'InvalidVpcId.NotFound', status: 404, accountId: CALLER.accountId },
    ],
    [
      'a failure',
      { dispatch: () => Promise.reject(new Error('ours')) },
      ['Vpc', 'DeleteVpc', { VpcId: 'v' }],
      { code: 'InternalError', status: 500, action: 'Vpc.DeleteVpc' },
    ],
    [
      'a forged signature',
      {},
      ['Vpc', 'CreateVpc', VPC, { key: { ...KEY, secret: 'guess' } }],
      {
        code: 'SignatureDoesNotMatch',
        status: 400,
        action: 'Vpc.CreateVpc',
        accountId: undefined,
        accessKeyId: undefined,
      },
    ],
    [
      'a throttled call',
      { rates: { each: 1, actions: new Map([['Vpc.CreateVpc', 0.0001]]) } },
      ['Vpc', 'CreateVpc', VPC],
      { code: 'Throttling', status: 400, accountId: CALLER.accountId },
    ],
    [
      'an unknown action',
      {},
      ['Vpc', 'CreateMoon', {}],
      { code: 'InvalidAction.NotFound', status: 404, action: undefined },
    ],
  ])('tells of %s', async (_name, options, request, expected) => {
    const { gateway, records } = watched(options);
    const { body } = await inject(gateway, signed(...request));
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ requestId: body['RequestId'], ...expected });
  });

  it('tells of what could not be read as a request', async () => {
    const { gateway, records, listen } = watched({ limits: { bodyBytes: 10 } });
    const large = { method: 'POST', url: '/', headers: { host: 'localhost' }, payload: 'x'.repeat(20) } as const;
    const { RequestId } = JSON.parse((await gateway.inject(large)).body);
    expect(records).toMatchObject([{ requestId: RequestId, code: 'RequestTooLarge', status: 413, action: undefined }]);
    const { port } = await listen();
    const socket = connect(port, '127.0.0.1').resume();
    socket.write('noise\r\n\r\n');
    await once(socket, 'close');
    expect(records[1]).toMatchObject({ code: 'InvalidParameter', status: 400, remote: '127.0.0.1' });
  });

  it('tells nothing of pages', async () => {
    const { gateway, records } = watched({ statusPage: () => 'page' });
    for (const url of ['/console/', '/docs/errors', '/nowhere']) {
      await gateway.inject({ url, headers: { host: 'localhost' } });
    }
    expect(records).toEqual([]);
  });

  it('tells of a stream when it begins, once', async () => {
    const ended = Promise.withResolvers<void>();
    const { records, listen } = watched({
      stream: async (_key, _facts, _input, open) => {
        open();
        await ended.promise;
        return { code: 0 };
      },
    });
    const { endpoint } = await listen();
    const { url, method, headers } = signed(
      'Yunlan',
      'ExecInstance',
      { Instance: 'i', 'Command.1': 'sh' },
      { endpoint, place: 'query' },
    );
    const upgrade = { connection: 'Upgrade', upgrade: 'yunlan-exec', 'content-length': '0' };
    const request = httpRequest(url, { method, headers: { ...headers, ...upgrade } }).end();
    const [, socket] = (await once(request, 'upgrade')) as [unknown, Socket];
    expect(records).toMatchObject([
      { action: 'Yunlan.ExecInstance', code: 'OK', status: 101, accountId: CALLER.accountId },
    ]);
    socket.resume();
    ended.resolve();
    await once(socket, 'end');
    expect(records).toHaveLength(1);
    socket.destroy();
  });
});
