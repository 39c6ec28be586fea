/** A region over HTTPS: what is told, who believes it, how its certificate is renewed. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ownIdentity } from '../../src/tls/authority.ts';
import { systemRandom } from '../../src/values/random.ts';
import { cleanUpAfterEach, scratch, start, UP, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

const fingerprint = (pem: string | Buffer): string => new X509Certificate(pem).fingerprint256;

/** Fingerprint of the certificate that a server shows. */
async function shown(endpoint: string): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerX509Certificate()!;
  socket.destroy();
  return fingerprint256;
}

/** A certificate and its key in files, as somebody else would make them: for names that are not this machine's. */
function writeGiven(folder: string): { certificate: string; key: string } {
  const own = join(folder, 'elsewhere');
  rmSync(own, { recursive: true, force: true });
  const identity = ownIdentity({ folder: own, names: ['api.example'], now: Date.now(), random: systemRandom });
  mkdirSync(join(folder, 'given'), { recursive: true });
  const [certificate, key] = [join(folder, 'given', 'cert.pem'), join(folder, 'given', 'key.pem')];
  writeFileSync(certificate, identity.certificate);
  writeFileSync(key, identity.privateKey);
  return { certificate, key };
}

describe('up --tls', () => {
  it('tells the authority, and every command and client that trusts it is answered', async () => {
    const data = join(scratch(), 'data');
    const told = (await up(data, ['--tls'])) as Awaited<ReturnType<typeof up>> & { authority: string };
    expect(told.endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(told.console).toBe(`${told.endpoint}/console/`);
    expect(told.authority).toBe(join(data, 'tls', 'authority.crt'));
    expect(statSync(join(data, 'tls', 'authority.key')).mode & 0o777).toBe(0o600);

    for (const words of [['status'], ['vpc', 'DescribeVpcs'], ['key', 'list']]) {
      expect(await yunlan([...words, '--data', data])).toMatchObject({ code: 0, stderr: '' });
    }
    const exec = await yunlan(['exec', '--data', data, 'nobody', '--', 'true']);
    expect(exec.stderr).toMatch(/^InvalidInstanceId\.NotFound: /);
    const { port } = new URL(told.endpoint);
    const byName = ['sts', 'GetCallerIdentity', '--data', data, '--endpoint', `https://localhost:${port}`];
    expect((await yunlan(byName)).code).toBe(0);

    const [page] = await once(get(told.console, { ca: readFileSync(told.authority) }), 'response');
    page.resume();
    expect(page.statusCode).toBe(200);
    const { stdout } = await yunlan(['env', '--data', data]);
    expect(stdout).toContain(`export NODE_EXTRA_CA_CERTS='${told.authority}'\n`);

    const facts = JSON.parse((await yunlan(['tls', '--json', '--data', data])).stdout);
    expect(facts).toMatchObject({ authority: told.authority, fingerprint: fingerprint(readFileSync(told.authority)) });
    expect(facts.names).toEqual(expect.arrayContaining(['localhost', '127.0.0.1']));
    expect((await yunlan(['tls', '--data', data])).stdout).toContain(told.authority);
  });

  it('keeps its authority over restarts, with and without HTTPS between', async () => {
    const data = join(scratch(), 'data');
    const words = ['up', '--driver', 'simulated', '--port', '0', '--data', data];
    const secure = start([...words, '--tls'], { keepInput: true });
    await secure.says('Yunlan is ready');
    await secure.says('authority');
    secure.child.kill('SIGINT');
    const first = await secure.ended;
    expect(first.stdout).toContain(`  authority   ${join(data, 'tls', 'authority.crt')}\n`);
    const before = fingerprint(readFileSync(join(data, 'tls', 'authority.crt')));

    const plain = await up(data);
    expect(plain.endpoint).toMatch(/^http:/);
    expect(plain).not.toHaveProperty('authority');
    expect((await yunlan(['status', '--data', data])).code).toBe(0);
    expect((await yunlan(['env', '--data', data])).stdout).not.toContain('NODE_EXTRA_CA_CERTS');
    await yunlan(['down', '--data', data]);

    const again = await yunlan([...UP, '--data', data, '--tls']);
    expect(again.stderr).not.toContain('anew');
    expect(fingerprint(readFileSync(JSON.parse(again.stdout).authority))).toBe(before);
  });

  it('says when clients have to trust anew: another address, beyond what the authority may vouch for', async () => {
    const data = join(scratch(), 'data');
    await up(data, ['--tls']);
    await yunlan(['down', '--data', data]);
    const wide = await yunlan([...UP, '--data', data, '--tls', '--host', '0.0.0.0']);
    expect(wide.code).toBe(0);
    expect(wide.stderr).toMatch(/Clients have to trust the authority anew: it may not vouch for \S+\.\n/);
    expect((await yunlan(['status', '--data', data])).code).toBe(0);
  });
});

describe('up --tls-cert --tls-key', () => {
  it('shows the given certificate and its successor after SIGHUP; its own command line believes both', async () => {
    const folder = scratch();
    const data = join(folder, 'data');
    const { certificate, key } = writeGiven(folder);
    const given = ['--tls-cert', 'given/cert.pem', '--tls-key', 'given/key.pem'];
    const told = await up(data, given, { cwd: folder });
    expect(told).not.toHaveProperty('authority');
    expect(await shown(told.endpoint)).toBe(fingerprint(readFileSync(certificate)));
    expect((await yunlan(['status', '--data', data])).code).toBe(0);
    const named = await yunlan(['sts', 'GetCallerIdentity', '--data', data, '--endpoint', told.endpoint]);
    expect(named).toMatchObject({ code: 0, stderr: '' });

    writeGiven(folder);
    const next = fingerprint(readFileSync(certificate));
    process.kill(told.pid, 'SIGHUP');
    await expect.poll(() => shown(told.endpoint), { timeout: 10_000 }).toBe(next);
    expect((await yunlan(['status', '--data', data])).code).toBe(0);
    const facts = JSON.parse((await yunlan(['tls', '--json', '--data', data])).stdout);
    expect(facts).toMatchObject({ authority: null, names: expect.arrayContaining(['api.example']) });

    // A damaged successor changes nothing and is told in the log.
    writeFileSync(key, 'torn');
    process.kill(told.pid, 'SIGHUP');
    const log = () => readFileSync(join(data, 'daemon.log'), 'utf8');
    await expect.poll(log, { timeout: 10_000 }).toContain('key.pem is no private key in PEM without a password');
    expect(await shown(told.endpoint)).toBe(next);
    expect(log()).not.toContain('PRIVATE KEY');
  });

  it('another server of the same address is not believed', async () => {
    const folder = scratch();
    const data = join(folder, 'data');
    writeGiven(folder);
    await up(data, ['--tls-cert', 'given/cert.pem', '--tls-key', 'given/key.pem'], { cwd: folder });
    const another = ownIdentity({ folder: join(folder, 'another'), names: [], now: Date.now(), random: systemRandom });
    writeFileSync(join(data, 'tls', 'shown.crt'), another.certificate);
    const { code, stderr } = await yunlan(['vpc', 'DescribeVpcs', '--data', data]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^yunlan: https:\/\/\S+ does not answer: .*certificate/);
  });

  it.each([
    [['--tls-cert', 'given/cert.pem'], 'a certificate needs its key: give --tls-cert and --tls-key together'],
    [['--tls-key', 'given/key.pem'], 'a certificate needs its key: give --tls-cert and --tls-key together'],
    [
      ['--tls', '--tls-cert', 'given/cert.pem', '--tls-key', 'given/key.pem'],
      '--tls makes a certificate of our own: leave it out with --tls-cert and --tls-key',
    ],
    [['--tls-cert', 'none.pem', '--tls-key', 'given/key.pem'], /^the certificate \S+\/none\.pem cannot be read$/],
    [['--tls-cert', 'given/key.pem', '--tls-key', 'given/key.pem'], /key\.pem is no certificate in PEM$/],
    [['--tls-cert', 'given/cert.pem', '--tls-key', 'given/cert.pem'], /cert\.pem is no private key in PEM/],
    [
      ['--tls-cert', 'given/cert.pem', '--tls-key', 'elsewhere/authority.key'],
      /authority\.key is not the key of \S+cert\.pem$/,
    ],
  ])('%j is refused in one line', async (words, line) => {
    const folder = scratch();
    writeGiven(folder);
    const { code, stdout, stderr } = await yunlan([...UP, '--data', join(folder, 'data'), ...words], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const [only, ...rest] = stderr.split('\n').filter((each) => each !== '' && each !== 'starting …');
    expect(rest).toEqual([]);
    expect(only!.replace(/^yunlan: /, '')).toMatch(line);
  });
});
