/** Streamed actions over real sockets: frames, back pressure, aborts. */
import { EventEmitter, once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough, type Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { refuse } from '../../src/contract/errors.ts';
import type { DuplexStreams, GatewayOptions } from '../../src/gateway/server.ts';
import { type ExecOutcome, runExecClient } from '../../src/wire/exec-client.ts';
import { encodeBytes, encodeFrame, FIRST_WINDOW, FRAME, FrameDecoder } from '../../src/wire/exec-frames.ts';
import { type TestGateway, testGateway } from './gateway-for-test.ts';
import { signed } from './signed.ts';

const servers: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(({ gateway }) => gateway.close()));
});

async function serve(stream: GatewayOptions['stream']): Promise<string> {
  const server = testGateway({ stream, limits: { closeMs: 100 } });
  servers.push(server);
  return (await server.listen()).endpoint;
}

const PARAMETERS = { Instance: 'i-1', 'Command.1': 'cat', 'Command.2': '' };

function ask(endpoint: string, parameters: Record<string, string> = PARAMETERS, product: 'Yunlan' | 'Vpc' = 'Yunlan') {
  const action = product === 'Yunlan' ? 'ExecInstance' : 'DescribeVpcs';
  const { url, method, headers } = signed(product, action, parameters, { endpoint, place: 'query' });
  const request = httpRequest(url, {
    method,
    headers: { ...headers, connection: 'Upgrade', upgrade: 'yunlan-exec', 'content-length': '0' },
  });
  request.end();
  return new Promise<
    | { readonly upgraded: true; readonly socket: Socket; readonly head: Buffer; readonly answer: IncomingMessage }
    | { readonly upgraded: false; readonly status: number; readonly body: Record<string, unknown> }
  >((resolve, reject) => {
    request.on('error', reject);
    request.on('upgrade', (answer, socket: Socket, head) => resolve({ upgraded: true, socket, head, answer }));
    request.on('response', (response) => {
      void buffer(response).then((bytes) =>
        resolve({ upgraded: false, status: response.statusCode!, body: JSON.parse(bytes.toString()) }),
      );
    });
  });
}

async function upgrade(endpoint: string) {
  const answer = await ask(endpoint);
  if (!answer.upgraded) throw new Error(JSON.stringify(answer.body));
  return answer;
}

interface Client {
  readonly stdin: PassThrough;
  readonly stdout: Promise<Buffer>;
  readonly stderr: Promise<Buffer>;
  readonly outcome: Promise<ExecOutcome>;
  readonly abort: AbortController;
  readonly socket: Socket;
}

async function run(endpoint: string): Promise<Client> {
  const { socket, head } = await upgrade(endpoint);
  const [stdin, stdout, stderr, abort] = [
    new PassThrough(),
    new PassThrough(),
    new PassThrough(),
    new AbortController(),
  ];
  const outcome = runExecClient({ socket, head, stdin, stdout, stderr, signal: abort.signal });
  void outcome.then(() => [stdout, stderr].map((output) => output.end()));
  return { stdin, stdout: buffer(stdout), stderr: buffer(stderr), outcome, abort, socket };
}

const aborted = (streams: DuplexStreams): Promise<void> =>
  new Promise((resolve) => {
    if (streams.abort.aborted) resolve();
    else streams.abort.addEventListener('abort', () => resolve());
  });

describe('a streamed action', () => {
  it('carries input, both outputs and the exit status, megabytes both ways', async () => {
    const endpoint = await serve(async (key, facts, input, open) => {
      expect([key, input, facts.regionId]).toEqual([
        'Yunlan.ExecInstance',
        { Instance: 'i-1', Command: ['cat', ''] },
        'cn-hangzhou',
      ]);
      const { stdin, stdout, stderr } = open();
      stderr.write('warned');
      await pipeline(stdin, stdout);
      return { code: 7 };
    });
    const client = await run(endpoint);
    const bytes = Buffer.alloc(5_000_000, 'yunlan ');
    client.stdin.end(bytes);
    expect(await client.outcome).toEqual({ kind: 'ended', end: { code: 7 } });
    expect((await client.stdout).equals(bytes)).toBe(true);
    expect((await client.stderr).toString()).toBe('warned');
  });

  it('ends by a signal, without a word of output, before its input ended', async () => {
    const client = await run(await serve(async () => ({ signal: 'SIGKILL' })));
    expect(await client.outcome).toEqual({ kind: 'ended', end: { signal: 'SIGKILL' } });
  });

  it('refuses like any action as long as nothing was opened', async () => {
    const endpoint = await serve(async () => refuse('InvalidInstanceId.NotFound', { parameter: 'Instance' }));
    const answer = await ask(endpoint);
    expect(answer).toMatchObject({ upgraded: false, status: 404, body: { Code: 'InvalidInstanceId.NotFound' } });
  });

  it('is refused for what any request is refused for', async () => {
    const endpoint = await serve(async () => ({ code: 0 }));
    expect(await ask(endpoint, { Instance: 'i-1' })).toMatchObject({ status: 400, body: { Code: 'MissingParameter' } });
    expect(await ask(endpoint, { RegionId: 'cn-hangzhou' }, 'Vpc')).toMatchObject({
      status: 400,
      body: { Code: 'InvalidParameter', Message: expect.stringContaining('Upgrade') },
    });
  });

  it('answers other upgrades as if they had not been asked for', async () => {
    const endpoint = await serve(async () => ({ code: 0 }));
    const { url, headers } = signed('Vpc', 'DescribeVpcs', { RegionId: 'r' }, { endpoint, method: 'GET' });
    const request = httpRequest(url, {
      headers: { ...headers, connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' },
    });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    await buffer(response);
  });

  it('tells of a failure inside by RequestId', async () => {
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      open().stdout.write('half');
      throw new Error('holder gone');
    });
    const client = await run(endpoint);
    const outcome = await client.outcome;
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'InternalError' } });
    expect(JSON.stringify(outcome)).not.toContain('holder');
    const before = await serve(() => Promise.reject(new Error('holder gone')));
    expect(await ask(before)).toMatchObject({ status: 500, body: { Code: 'InternalError' } });
  });
});

describe('a streamed action with a terminal', () => {
  const terminal = (more: Record<string, string>) => ({ ...PARAMETERS, 'Terminal.Rows': '24', ...more });

  it('hears its first size and kind, and then every other', async () => {
    const heard: object[] = [];
    const all = Promise.withResolvers<void>();
    const endpoint = await serve(async (_key, _facts, input, open) => {
      heard.push(input.Terminal!);
      const streams = open();
      // What comes before anybody listens is told then.
      while ((streams.stdin as Readable).readableLength === 0) await new Promise((resolve) => setImmediate(resolve));
      streams.onResize((size) => {
        if (heard.push(size) === 4) all.resolve();
      });
      streams.stdout.write('on');
      await all.promise;
      return { code: 0 };
    });
    const answer = await ask(endpoint, terminal({ 'Terminal.Columns': '80', 'Terminal.Type': 'vt100' }));
    if (!answer.upgraded) throw new Error(JSON.stringify(answer.body));
    const { socket, head } = answer;
    const screen = Object.assign(new EventEmitter(), { rows: 25, columns: 81 });
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    const outcome = runExecClient({ socket, head, stdin, stdout, stderr: new PassThrough(), screen });
    stdin.write('x');
    await once(stdout, 'data');
    for (const [rows, columns] of [
      [4096, 1],
      [0, 0],
      [4097, 80],
      [1, 4096],
    ] as const) {
      Object.assign(screen, { rows, columns }).emit('resize');
    }
    expect(await outcome).toEqual({ kind: 'ended', end: { code: 0 } });
    expect(screen.listenerCount('resize')).toBe(0);
    expect(heard).toEqual([
      { Rows: 24, Columns: 80, Type: 'vt100' },
      { rows: 25, columns: 81 },
      { rows: 4096, columns: 1 },
      { rows: 1, columns: 4096 },
    ]);
  });

  it.each([
    [{ 'Terminal.Columns': '0' }, 'InvalidParameter', 'Terminal.Columns'],
    [{ 'Terminal.Columns': '4097' }, 'InvalidParameter', 'Terminal.Columns'],
    [{ 'Terminal.Columns': '80', 'Terminal.Rows': '-1' }, 'InvalidParameter', 'Terminal.Rows'],
    [{ 'Terminal.Columns': 'wide' }, 'InvalidParameter', 'Terminal.Columns'],
    [{}, 'MissingParameter', 'Terminal.Columns'],
    [{ 'Terminal.Columns': '80', 'Terminal.Rows': '' }, 'MissingParameter', 'Terminal.Rows'],
    [{ 'Terminal.Columns': '80', 'Terminal.Type': '../../etc/passwd' }, 'InvalidParameter', 'Terminal.Type'],
    [{ 'Terminal.Columns': '80', 'Terminal.Type': 'x'.repeat(64) }, 'InvalidParameter', 'Terminal.Type'],
    [{ 'Terminal.Columns': '80', 'Terminal.Type': 'a b' }, 'InvalidParameter', 'Terminal.Type'],
  ] as const)('is refused with %j', async (more, code, parameter) => {
    const endpoint = await serve(async () => ({ code: 0 }));
    expect(await ask(endpoint, terminal(more))).toMatchObject({
      upgraded: false,
      status: 400,
      body: { Code: code, Message: expect.stringContaining(parameter) },
    });
  });
});

describe('leaving a streamed action', () => {
  const leaving: [string, (client: Client) => void][] = [
    ['abort', (client) => client.abort.abort()],
    ['ending the connection', (client) => client.socket.end()],
    ['losing the connection', (client) => client.socket.resetAndDestroy()],
  ];
  it.each(leaving)('%s ends the command', async (_name, leave) => {
    const opened = Promise.withResolvers<DuplexStreams>();
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      const streams = open();
      opened.resolve(streams);
      await aborted(streams);
      // Written after the client has left: must neither fail nor hang.
      streams.stdout.write(Buffer.alloc(1_000_000));
      return { signal: 'SIGKILL' };
    });
    const client = await run(endpoint);
    const streams = await opened.promise;
    leave(client);
    await aborted(streams);
    expect((await client.outcome).kind).not.toBe('failed');
  });

  it('is seen although the command reads none of its input', async () => {
    const opened = Promise.withResolvers<DuplexStreams>();
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      const streams = open();
      opened.resolve(streams);
      await aborted(streams);
      return { signal: 'SIGKILL' };
    });
    const client = await run(endpoint);
    const streams = await opened.promise;
    client.stdin.write(Buffer.alloc(4 * FIRST_WINDOW));
    // The client has used up its window: it holds the rest, the gateway no more than the window.
    while ((streams.stdin as Readable).readableLength < FIRST_WINDOW)
      await new Promise((resolve) => setImmediate(resolve));
    client.abort.abort();
    await aborted(streams);
    expect((streams.stdin as Readable).readableLength).toBe(FIRST_WINDOW);
  });

  it('closing the gateway ends the command', async () => {
    const opened = Promise.withResolvers<DuplexStreams>();
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      const streams = open();
      opened.resolve(streams);
      await aborted(streams);
      return { signal: 'SIGTERM' };
    });
    const client = await run(endpoint);
    await opened.promise;
    await servers.pop()!.gateway.close();
    expect(await client.outcome).toEqual({ kind: 'ended', end: { signal: 'SIGTERM' } });
  });

  it.each([
    ['more input than was granted', encodeBytes(FRAME.stdin, new Uint8Array(FIRST_WINDOW + 1))],
    ['a frame that is too long', Uint8Array.of(1, 255, 255, 255, 255)],
    ['a frame of no type', Uint8Array.of(99, 0, 0, 0, 0)],
    ['a frame that only the server sends', encodeFrame(FRAME.exit)],
    ['a size that is none', encodeFrame(FRAME.resize, Uint8Array.of(0, 0, 0, 80))],
    ['a size that is cut short', encodeFrame(FRAME.resize, Uint8Array.of(0, 24, 0))],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('%s cuts the connection', async (_name, bytes) => {
    const opened = Promise.withResolvers<DuplexStreams>();
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      const streams = open();
      opened.resolve(streams);
      await aborted(streams);
      return { code: 0 };
    });
    const { socket } = await upgrade(endpoint);
    socket.on('error', () => {});
    socket.resume();
    const closed = once(socket, 'close');
    socket.write(bytes);
    await aborted(await opened.promise);
    await closed;
  });
});

describe('back pressure', () => {
  it('a client that does not read stops the command, not the memory', async () => {
    let written = 0;
    const stalled = Promise.withResolvers<void>();
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      const { stdout, abort } = open();
      const chunk = Buffer.alloc(65_536);
      while (!abort.aborted) {
        const more = stdout.write(chunk);
        written += chunk.length;
        if (!more) {
          const drain = once(stdout, 'drain').then(() => 'drain');
          const idle = new Promise((resolve) => setTimeout(resolve, 200, 'idle'));
          if ((await Promise.race([drain, idle])) === 'idle') {
            stalled.resolve();
            await Promise.race([drain, aborted({ abort } as DuplexStreams)]);
          }
        }
      }
      return { code: 0 };
    });
    const { socket } = await upgrade(endpoint);
    await stalled.promise;
    // What the kernel's socket buffers hold, and no more.
    expect(written).toBeLessThan(32_000_000);
    socket.destroy();
  });

  it('a reader that is slow gets everything before the end is told', async () => {
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      open().stdout.end(Buffer.alloc(2_000_000, 'z'));
      return { code: 0 };
    });
    const { socket, head } = await upgrade(endpoint);
    let taken = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        taken += chunk.length;
        setImmediate(done);
      },
    });
    const stdin = new PassThrough();
    const outcome = await runExecClient({ socket, head, stdin, stdout: slow, stderr: new PassThrough() });
    expect([outcome.kind, taken]).toEqual(['ended', 2_000_000]);
  });

  it('an output that breaks ends the command', async () => {
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      const streams = open();
      streams.stdout.write('x');
      await aborted(streams);
      return { code: 0 };
    });
    const { socket, head } = await upgrade(endpoint);
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const options = { socket, head, stdin: new PassThrough(), stdout: broken, stderr: new PassThrough() };
    expect(await runExecClient(options)).toEqual({ kind: 'lost', reason: 'the output was closed' });
  });
});

describe('the bytes of a stream', () => {
  it('start right after the answer, even when the client sent first', async () => {
    const endpoint = await serve(async (_key, _facts, _input, open) => {
      const { stdin, stdout } = open();
      stdout.write(await buffer(stdin as never));
      return { code: 0 };
    });
    const { url, headers } = signed('Yunlan', 'ExecInstance', PARAMETERS, { endpoint, method: 'GET' });
    const { port, pathname, search } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(
      Buffer.concat([
        Buffer.from(
          `GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}connection: upgrade\r\nupgrade: yunlan-exec\r\n\r\n`,
        ),
        encodeBytes(FRAME.stdin, Buffer.from('early')),
        encodeFrame(FRAME.endOfStdin),
      ]),
    );
    const all = await buffer(socket);
    const split = all.indexOf('\r\n\r\n') + 4;
    expect(all.subarray(0, split).toString()).toMatch(/^HTTP\/1.1 101 .*upgrade: yunlan-exec/s);
    const frames = new FrameDecoder().push(all.subarray(split));
    const text = frames.map(({ type, payload }) => `${type}:${Buffer.from(payload)}`);
    expect(text.filter((frame) => !frame.startsWith(`${FRAME.window}:`))).toEqual([
      `${FRAME.stdout}:early`,
      `${FRAME.exit}:{"code":0}`,
    ]);
  });
});
