/** HTTPS: the same API behind our own authority, as clients that check certificates see it. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OwnIdentity, ownIdentity } from '../../src/tls/authority.ts';
import { systemRandom } from '../../src/values/random.ts';
import { runExecClient } from '../../src/wire/exec-client.ts';
import { KEY, type TestGateway, testGateway } from './gateway-for-test.ts';
import { signed } from './signed.ts';

const folder = mkdtempSync(join(tmpdir(), 'yunlan-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const identityIn = (name: string, names: readonly string[] = []): OwnIdentity =>
  ownIdentity({ folder: join(folder, name), names, now: Date.now(), random: systemRandom });

const servers: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(({ gateway }) => gateway.close()));
});

async function serve(options: Parameters<typeof testGateway>[0] = {}) {
  const identity = identityIn('main');
  const server = testGateway({ tls: identity, dispatch: async () => ({ VpcId: 'vpc-1' }), ...options });
  servers.push(server);
  const { port } = await server.listen();
  return { ...server, port, identity, ca: readFileSync(identity.authority, 'utf8') };
}

/** A handshake; the socket, or the code of the client's refusal. */
async function shake(port: number, options: ConnectionOptions): Promise<TLSSocket | string> {
  const socket = connect({ port, host: '127.0.0.1', ...options });
  return once(socket, 'secureConnect').then(
    () => socket,
    (error: Error & { code?: string }) => String(error.code),
  );
}

async function ask(port: number, ca: string, host = 'localhost') {
  const endpoint = `https://${host}:${port}`;
  const { url, headers } = signed('Vpc', 'DescribeVpcs', { RegionId: 'r' }, { endpoint, method: 'GET' });
  const [response] = await once(httpsRequest(url, { headers, ca, agent: false }).end(), 'response');
  return { status: response.statusCode as number, body: JSON.parse(await text(response)) };
}

describe('HTTPS', () => {
  it.each(['localhost', '127.0.0.1'])('answers as %s to who trusts the authority', async (host) => {
    const { port, ca, calls } = await serve();
    expect(await ask(port, ca, host)).toMatchObject({ status: 200, body: { VpcId: 'vpc-1' } });
    expect(calls[0]!.facts).toMatchObject({ secure: true, host: `${host}:${port}` });
  });

  it('names itself by https in refusals', async () => {
    const { port, ca } = await serve({ findKey: async () => undefined });
    const { status, body } = await ask(port, ca);
    expect([status, body.Code]).toEqual([404, 'InvalidAccessKeyId.NotFound']);
    expect(body.Recommend).toMatch(new RegExp(`^https://localhost:${port}/docs/errors`));
  });

  it('carries streams', async () => {
    const { port, ca } = await serve({
      stream: async (_key, _facts, _input, open) => {
        const { stdin, stdout } = open();
        await pipeline(stdin, stdout);
        return { code: 7 };
      },
    });
    const parameters = { Instance: 'i', 'Command.1': 'cat' };
    const endpoint = `https://localhost:${port}`;
    const { url, method, headers } = signed('Yunlan', 'ExecInstance', parameters, { endpoint, place: 'query' });
    const upgrade = { connection: 'Upgrade', upgrade: 'yunlan-exec', 'content-length': '0' };
    const request = httpsRequest(url, { method, headers: { ...headers, ...upgrade }, ca, agent: false }).end();
    const [, socket, head] = (await once(request, 'upgrade')) as [unknown, TLSSocket, Buffer];
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const said = text(stdout);
    stdin.end('through TLS'.repeat(20_000));
    const outcome = await runExecClient({ socket, head, stdin, stdout, stderr });
    stdout.end();
    expect(outcome).toMatchObject({ kind: 'ended', end: { code: 7 } });
    expect(await said).toBe('through TLS'.repeat(20_000));
  });

  it('is not believed without the authority, under another one, or by a name it has not', async () => {
    const { port, ca } = await serve();
    expect(await shake(port, { ca: [] })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    const other = readFileSync(identityIn('other').authority, 'utf8');
    expect(await shake(port, { ca: other })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await shake(port, { ca, servername: 'example.com' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('speaks TLS 1.2 and 1.3, nothing older, and no plain HTTP', async () => {
    const { port, ca } = await serve();
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = (await shake(port, { ca, maxVersion: version })) as TLSSocket;
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    const old = { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    expect(await shake(port, old)).toMatch(/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
    const plain = connectPlain(port, '127.0.0.1');
    plain.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    plain.on('error', () => {});
    expect(await text(plain).catch(() => '')).not.toContain('HTTP/1.1');
    expect((await ask(port, ca)).status).toBe(200);
  });

  it('shows a new identity to new connections while old ones go on', async () => {
    const { port, ca, gateway, identity } = await serve();
    const before = (await shake(port, { ca })) as TLSSocket;
    const next = identityIn('next');
    gateway.renewTls(next);
    const nextCa = readFileSync(next.authority, 'utf8');
    const after = (await shake(port, { ca: nextCa })) as TLSSocket;
    const shown = (socket: TLSSocket) => socket.getPeerX509Certificate()!.fingerprint256;
    expect(shown(before)).toBe(new X509Certificate(identity.certificate).fingerprint256);
    expect(shown(after)).toBe(new X509Certificate(next.certificate).fingerprint256);
    before.write('GET /console/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await text(before)).toContain('HTTP/1.1 404');
    after.destroy();
    expect(() => gateway.renewTls({ certificate: 'no', privateKey: 'no' })).toThrow();
    expect((await ask(port, nextCa)).status).toBe(200);
  });

  it('ends at once with connections that are silent, before and after the handshake', async () => {
    const { port, ca, gateway } = await serve({ limits: { closeMs: 60_000 } });
    const silent = connectPlain(port, '127.0.0.1').resume();
    await once(silent, 'connect');
    const shaken = ((await shake(port, { ca })) as TLSSocket).resume();
    servers.pop();
    await Promise.all([once(silent, 'close'), once(shaken, 'close'), gateway.close()]);
  });

  it('cuts a handshake that does not come to its end', async () => {
    const { port } = await serve({ limits: { headersMs: 100 } });
    const slow = connectPlain(port, '127.0.0.1').resume();
    slow.on('error', () => {});
    slow.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
    await once(slow, 'close');
  });

  it('a plain server has no identity to renew', () => {
    expect(() => testGateway().gateway.renewTls(identityIn('main'))).toThrow('plain HTTP');
  });
});

/** Clients in processes of their own, as they are: they must find the authority by themselves. */
describe('other clients over TLS', () => {
  const run = promisify(execFile);
  let port: number;
  let identity: OwnIdentity;
  let server: TestGateway;
  beforeAll(async () => {
    identity = identityIn('main');
    server = testGateway({ tls: identity, dispatch: async () => ({ Regions: { Region: [{ RegionId: 'cn-x' }] } }) });
    ({ port } = await server.listen());
  });
  afterAll(() => server.gateway.close());

  it('the vendor’s SDK, with NODE_EXTRA_CA_CERTS', async () => {
    const code = `
      import * as Ecs from '@alicloud/ecs20140526';
      const Client = typeof Ecs.default === 'function' ? Ecs.default : Ecs.default.default;
      const client = new Client({ accessKeyId: '${KEY.accessKeyId}', accessKeySecret: '${KEY.secret}',
        endpoint: 'localhost:${port}', regionId: 'cn-hangzhou' });
      const { body } = await client.describeRegions(new Ecs.DescribeRegionsRequest({}));
      console.log(body.regions.region[0].regionId);`;
    const argv = ['--input-type=module', '--eval', code];
    const cwd = join(import.meta.dirname, '..', '..');
    const { PATH } = process.env;
    const trusting = run(process.execPath, argv, { cwd, env: { PATH, NODE_EXTRA_CA_CERTS: identity.authority } });
    expect((await trusting).stdout).toBe('cn-x\n');
    await expect(run(process.execPath, argv, { cwd, env: { PATH } })).rejects.toThrow(/certificate/);
  });

  it('curl, with --cacert', async () => {
    // Promised by the project's own list of programs; without it nothing would be shown here.
    expect(existsSync('/usr/bin/curl')).toBe(true);
    const words = ['--silent', '--show-error', '--noproxy', '*', `https://127.0.0.1:${port}/`];
    const { stdout } = await run('/usr/bin/curl', ['--cacert', identity.authority, ...words]);
    expect(JSON.parse(stdout).Code).toBe('MissingParameter');
    await expect(run('/usr/bin/curl', words)).rejects.toThrow(/certificate/);
  });
});
