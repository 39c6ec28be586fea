/** What a client may take of the server: bytes, time, connections. Real sockets. */
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../src/gateway/server.ts';
import { type TestGateway, testGateway } from './gateway-for-test.ts';
import { signed } from './signed.ts';

const servers: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(({ gateway }) => gateway.close()));
});

async function serve(options: Partial<GatewayOptions> = {}) {
  const server = testGateway(options);
  servers.push(server);
  return { ...server, ...(await server.listen()) };
}

/** Sends bytes, reads until the server closes. */
async function exchange(
  port: number,
  bytes: string | Buffer,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  return parse((await buffer(socket)).toString());
}

function parse(answer: string) {
  const [head, body] = answer.split('\r\n\r\n') as [string, string];
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) };
}

describe('size', () => {
  it('a body that is too large by its length is refused unread', async () => {
    const { port } = await serve();
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n';
    const { status, body } = await exchange(port, `${head}Content-Length: 1048577\r\n\r\nAction=`);
    expect([status, body['Code']]).toEqual([413, 'RequestTooLarge']);
    expect(body['RequestId']).toMatch(/^[0-9A-F-]{36}$/);
  });

  it('a chunked body is refused as soon as it is too large', async () => {
    const { endpoint } = await serve({ limits: { bodyBytes: 10_000 } });
    const request = httpRequest(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'transfer-encoding': 'chunked' },
    });
    request.on('error', () => {});
    request.write(`A=${'x'.repeat(20_000)}`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect([response.statusCode, JSON.parse(await text(response)).Code]).toEqual([413, 'RequestTooLarge']);
    request.destroy();
  });

  it('a URL or header that is too large', async () => {
    const { port } = await serve({ limits: { headerBytes: 20_000 } });
    for (const request of [
      `GET /?A=${'x'.repeat(30_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: localhost\r\nA: ${'x'.repeat(30_000)}\r\n\r\n`,
    ]) {
      const { status, body } = await exchange(port, request);
      expect([status, body['Code']]).toEqual([413, 'RequestTooLarge']);
    }
  });

  it('a URL as long as the official clients make it', async () => {
    const { endpoint, calls } = await serve();
    const UserData = 'A+/='.repeat(8_192);
    const { url, headers } = signed('Ecs', 'RunInstances', { RegionId: 'r', UserData }, { endpoint, method: 'GET' });
    expect(url.length).toBeGreaterThan(60_000);
    const [response] = (await once(httpRequest(url, { headers }).end(), 'response')) as [IncomingMessage];
    expect(JSON.parse(await text(response)).Code).not.toBe('RequestTooLarge');
    expect(calls.length === 0 || (calls[0]!.input as { UserData: string }).UserData === UserData).toBe(true);
  });
});

describe('time', () => {
  const limits = { headersMs: 150, requestMs: 300 };

  it.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: localh'],
    [
      'a body',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nA',
    ],
  ])('%s that does not come to its end', async (_name, start) => {
    const { port, calls } = await serve({ limits });
    const { status, body } = await exchange(port, start);
    expect([status, body['Code']]).toEqual([408, 'RequestTimeout']);
    expect(calls).toHaveLength(0);
  });

  it('one byte at a time does not buy more of it', async () => {
    const { port } = await serve({ limits });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    const drip = setInterval(() => socket.writable && socket.write('a'), 20);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    const { body } = parse((await buffer(socket)).toString());
    clearInterval(drip);
    expect(body['Code']).toBe('RequestTimeout');
  });
});

describe('bytes that are no request', () => {
  it.each([
    ['noise', '\x16\x03\x01\x02\x00\x01\x00', 400, 'InvalidParameter'],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'InvalidParameter'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'InvalidParameter',
    ],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'InvalidParameter',
    ],
    ['a space in a header name', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400, 'InvalidParameter'],
  ])('%s', async (_name, bytes, status, code) => {
    const { port } = await serve();
    const answer = await exchange(port, bytes);
    expect([answer.status, answer.body['Code']]).toEqual([status, code]);
  });

  it.each([
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 'Forbidden.HostNotAllowed'],
    [
      'two Hosts',
      'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n',
      'Forbidden.HostNotAllowed',
    ],
    [
      'a whole URL',
      'GET http://evil/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      'InvalidPath.NotFound',
    ],
    [
      'a garbled content type',
      'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ;;;\r\nContent-Length: 1\r\n\r\na',
      'InvalidParameter',
    ],
  ])('%s', async (_name, bytes, code) => {
    const { port } = await serve();
    expect((await exchange(port, bytes)).body['Code']).toBe(code);
  });

  it.each(['x-acs-action: DeleteVpc', 'x-acs-date: 2020-01-01T00:00:00Z', 'authorization: ACS3-HMAC-SHA256 a'])(
    'a signed request with a second %s',
    async (second) => {
      const { port, endpoint, calls } = await serve();
      const { url, headers } = signed('Vpc', 'DescribeVpcs', { RegionId: 'r' }, { endpoint, method: 'GET' });
      const { pathname, search } = new URL(url);
      const lines = [
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        second,
        'connection: close',
      ];
      const { body } = await exchange(port, `GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      expect([body['Code'], body['Message']]).toEqual(['IncompleteSignature', expect.stringContaining('twice')]);
      expect(calls).toHaveLength(0);
    },
  );

  it('a client that hangs up in the middle does no harm', async () => {
    const { port, endpoint } = await serve();
    for (const start of ['GET / HT', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nA']) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      await new Promise<void>((resolve) => socket.write(start, () => resolve()));
      socket.resetAndDestroy();
    }
    const { url, headers } = signed('Vpc', 'DescribeVpcs', { RegionId: 'r' }, { endpoint, method: 'GET' });
    expect((await fetch(url, { headers })).status).toBe(200);
  });
});

describe('Host', () => {
  it.each([
    ['127.0.0.1', 'localhost:99', 200],
    ['127.0.0.1', 'LOCALHOST.', 200],
    ['127.0.0.1', 'a.localhost', 200],
    ['127.0.0.1', '[::1]:7070', 200],
    ['127.0.0.1', '127.9.9.9', 200],
    ['127.0.0.1', 'Yunlan.example:80', 200],
    ['127.0.0.1', 'yunlan.example.evil', 403],
    ['127.0.0.1', '127.0.0.1.evil', 403],
    ['127.0.0.1', '192.0.2.1', 403],
    ['127.0.0.1', 'localhost:7070@evil', 403],
    ['127.0.0.1', '', 403],
    ['0.0.0.0', '192.0.2.1:7070', 200],
    ['0.0.0.0', '[2001:db8::1]', 200],
    ['0.0.0.0', 'evil.example', 403],
  ])('listening on %s, asked as %j', async (listening, host, status) => {
    const server = testGateway({ allowedHosts: ['yunlan.EXAMPLE'], statusPage: () => 'page' });
    servers.push(server);
    const { port } = await server.gateway.listen({ host: listening, port: 0 });
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /console/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const answer = (await buffer(socket)).toString();
    expect(Number(answer.split(' ')[1])).toBe(status);
  });

  it('lets a page of its own ask', async () => {
    const { endpoint } = await serve({ statusPage: () => 'page' });
    const response = await fetch(`${endpoint}/console/`, { headers: { origin: endpoint } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });
});

describe('closing', () => {
  it('ends idle connections at once and lets a running request end', async () => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const server = await serve({
      dispatch: async () => {
        begun.resolve();
        await gate.promise;
        return {};
      },
    });
    const idle: Socket = connect(server.port, '127.0.0.1');
    idle.resume();
    await once(idle, 'connect');
    const agent = new Agent({ keepAlive: true });
    const { url, headers } = signed(
      'Vpc',
      'DescribeVpcs',
      { RegionId: 'r' },
      { endpoint: server.endpoint, method: 'GET' },
    );
    const answered = once(httpRequest(url, { headers, agent }).end(), 'response');
    await begun.promise;
    const closing = servers.pop()!.gateway.close();
    await once(idle, 'close');
    gate.resolve();
    const [response] = (await answered) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    await buffer(response);
    await closing;
    agent.destroy();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('refuses what comes after it on a connection that is still at work', async () => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const server = await serve({
      dispatch: async () => {
        begun.resolve();
        await gate.promise;
        return {};
      },
    });
    const lines = () => {
      const { url, headers } = signed(
        'Vpc',
        'DescribeVpcs',
        { RegionId: 'r' },
        { endpoint: server.endpoint, method: 'GET' },
      );
      const { pathname, search } = new URL(url);
      const sent = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      return `GET ${pathname}${search} HTTP/1.1\r\n${sent.join('\r\n')}\r\n\r\n`;
    };
    const socket = connect(server.port, '127.0.0.1');
    const answers = buffer(socket);
    socket.write(lines());
    await begun.promise;
    const closing = servers.pop()!.gateway.close();
    await new Promise<void>((resolve) => socket.write(lines(), () => resolve()));
    gate.resolve();
    const text = (await answers).toString();
    await closing;
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    expect(text).toContain('"Code":"ServiceUnavailable"');
  });

  it('does not wait for ever for a request that hangs', async () => {
    const begun = Promise.withResolvers<void>();
    const server = await serve({
      limits: { closeMs: 50 },
      dispatch: () => {
        begun.resolve();
        return new Promise(() => {});
      },
    });
    const { url, headers } = signed(
      'Vpc',
      'DescribeVpcs',
      { RegionId: 'r' },
      { endpoint: server.endpoint, method: 'GET' },
    );
    const asked = fetch(url, { headers }).then(
      () => 'answered',
      () => 'cut',
    );
    await begun.promise;
    await servers.pop()!.gateway.close();
    expect(await asked).toBe('cut');
  });

  it('a taken port is an error of listen', async () => {
    const { port } = await serve();
    const second = testGateway();
    await expect(second.gateway.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await second.gateway.close();
  });
});
