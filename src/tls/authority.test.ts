/** What Node's own reader and verifier of certificates make of ours; test/contract/tls.test.ts has other clients. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemRandom } from '../values/random.ts';
import { type OwnIdentity, ownIdentity } from './authority.ts';
import { authorityCertificate, newPrivateKey, serverCertificate } from './certificate.ts';
import { givenIdentity, type Identity, TlsUnusable } from './identity.ts';
import { confinesOf } from './names.ts';

const DAY = 24 * 60 * 60 * 1000;
const scratch = mkdtempSync(join(tmpdir(), 'yunlan-authority-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let folder: string;
let start: number;
beforeEach(() => {
  folder = join(mkdtempSync(join(scratch, 'a-')), 'tls');
  start = Date.now();
});

const own = (names: readonly string[] = [], now = start): OwnIdentity =>
  ownIdentity({ folder, names, now, random: systemRandom });
const read = (identity: Identity) => new X509Certificate(identity.certificate);
const authority = (identity: OwnIdentity) => new X509Certificate(readFileSync(identity.authority));

/** Whether a client that trusts `ca` believes that this is `name`; else its words. */
async function believes(identity: Identity, ca: string, name: string): Promise<true | string> {
  const server = createServer({ cert: identity.certificate, key: identity.privateKey });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: /^[\d.]+$|:/.test(name) ? '' : name,
    ca,
    checkServerIdentity: () => undefined,
  });
  const outcome = await once(socket, 'secureConnect').then(
    () => true as const,
    (error: Error) => error.message,
  );
  socket.destroy();
  server.close();
  return outcome;
}

describe('the authority of a folder', () => {
  it('is made once, with all its files for the owner alone', () => {
    const first = own(['10.0.0.5', 'box.example']);
    const second = own(['10.0.0.5', 'box.example']);
    expect(second).toEqual(first);
    expect(first.replaced).toBeUndefined();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
    expect(readdirSync(folder)).toHaveLength(5);
    expect(readFileSync(first.authority, 'utf8')).not.toContain('PRIVATE');
  });

  it('signs for the names and for loopback; its own certificate is an authority’s and the other is none', () => {
    const identity = own(['10.0.0.5', 'Box.example', '2001:db8::1']);
    const certificate = read(identity);
    for (const host of ['localhost', 'box.example']) expect(certificate.checkHost(host)).toBe(host);
    for (const ip of ['127.0.0.1', '::1', '10.0.0.5', '2001:db8::1']) expect(certificate.checkIP(ip)).toBe(ip);
    expect(certificate.checkHost('example')).toBeUndefined();
    expect([certificate.ca, authority(identity).ca]).toEqual([false, true]);
    expect(certificate.checkIssued(authority(identity))).toBe(true);
    expect(certificate.verify(authority(identity).publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(identity.privateKey))).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('is believed, but for nothing beyond its confines', async () => {
    const identity = own(['box.example']);
    const ca = readFileSync(identity.authority, 'utf8');
    expect(await believes(identity, ca, 'localhost')).toBe(true);
    // Whoever steals the key can only pretend to be what the server was called anyway.
    const privateKey = createPrivateKey(readFileSync(join(folder, 'authority.key')));
    const commonName = /CN=(.*)/.exec(authority(identity).subject)![1]!;
    const forge = (names: readonly string[]): Identity => ({
      certificate: serverCertificate(
        {
          commonName: 'forged',
          publicKey: read(identity).publicKey,
          serial: systemRandom.bytes(20),
          notBefore: start - DAY,
          notAfter: start + DAY,
        },
        { commonName, privateKey },
        names,
      ),
      privateKey: identity.privateKey,
    });
    expect(await believes(forge(['www.box.example']), ca, 'www.box.example')).toBe(true);
    expect(await believes(forge(['example.com']), ca, 'example.com')).toBe('permitted subtree violation');
    expect(await believes(forge(['8.8.8.8']), ca, '8.8.8.8')).toBe('permitted subtree violation');
    // Nor can the server's certificate sign another.
    const below = serverCertificate(
      {
        commonName: 'below',
        publicKey: authority(identity).publicKey,
        serial: systemRandom.bytes(20),
        notBefore: start - DAY,
        notAfter: start + DAY,
      },
      { commonName: 'Yunlan server', privateKey: createPrivateKey(identity.privateKey) },
      ['localhost'],
    );
    const chain = {
      certificate: below + identity.certificate,
      privateKey: readFileSync(join(folder, 'authority.key'), 'utf8'),
    };
    expect(await believes(chain, ca, 'localhost')).toBe('key usage does not include certificate signing');
  });

  it('makes the server a new certificate in time, and the same authority vouches for it', () => {
    const first = own();
    expect(own([], start + 59 * DAY)).toEqual(first);
    const second = own([], start + 61 * DAY);
    expect(second.certificate).not.toBe(first.certificate);
    expect(second.privateKey).not.toBe(first.privateKey);
    expect([second.replaced, authority(second).fingerprint256]).toEqual([undefined, authority(first).fingerprint256]);
    expect(read(second).validToDate.getTime() - start).toBeGreaterThan(150 * DAY);
    // A clock that was set back.
    expect(own([], start - 400 * DAY).replaced).toBe('it was about to expire');
  });

  it('makes the server a new certificate for other names', () => {
    const first = own(['192.168.0.5']);
    const second = own(['192.168.7.7']);
    expect(read(second).checkIP('192.168.7.7')).toBe('192.168.7.7');
    expect([second.replaced, authority(second).fingerprint256]).toEqual([undefined, authority(first).fingerprint256]);
  });

  it('is replaced for a name beyond its confines, once, and when it is about to expire', () => {
    const first = authority(own(['192.168.0.5'])).fingerprint256;
    const second = own(['box.example']);
    expect(second.replaced).toBe('it may not vouch for box.example');
    expect(authority(second).fingerprint256).not.toBe(first);
    const kept = authority(second);
    for (const names of [['192.168.0.5'], ['box.example'], []]) {
      expect([own(names).replaced, authority(own(names)).fingerprint256]).toEqual([undefined, kept.fingerprint256]);
    }
    const late = start + 3640 * DAY;
    const third = own([], late);
    expect(third.replaced).toBe('it was about to expire');
    expect(read(third).validToDate.getTime()).toBeGreaterThan(late + 80 * DAY);
    expect(authority(third).subject).not.toBe(kept.subject);
  });

  it.each(['authority.key', 'authority.crt', 'authority.json', 'server.key', 'server.crt'])(
    'goes on after a crash between any two files: another %s',
    (file) => {
      own();
      const other = `${folder}-other`;
      ownIdentity({ folder: other, names: [], now: start, random: systemRandom });
      writeFileSync(join(folder, file), readFileSync(join(other, file)));
      const whole = own();
      expect(read(whole).verify(authority(whole).publicKey)).toBe(true);
      expect(read(whole).checkPrivateKey(createPrivateKey(whole.privateKey))).toBe(true);
      rmSync(join(folder, file));
      const again = own();
      expect(read(again).verify(authority(again).publicKey)).toBe(true);
      expect(own()).toEqual(again);
    },
  );

  it.each(['authority.key', 'authority.crt', 'authority.json'])(
    'a damaged %s is named, and nothing is replaced',
    (file) => {
      const { authority: path } = own();
      const before = readFileSync(path, 'utf8');
      writeFileSync(join(folder, file), 'not what it was');
      expect(() => own()).toThrow(`the authority in ${folder} is damaged`);
      expect(() => own()).toThrow(TlsUnusable);
      if (file !== 'authority.crt') expect(readFileSync(path, 'utf8')).toBe(before);
    },
  );
});

describe('certificates in the next century', () => {
  it('have dates of four digits', () => {
    const key = newPrivateKey();
    const notAfter = Date.UTC(2101, 0, 2, 3, 4, 5);
    const facts = { commonName: 'far', serial: Uint8Array.from({ length: 20 }, () => 0xff), notBefore: 0, notAfter };
    const certificate = new X509Certificate(authorityCertificate(facts, key, confinesOf([])));
    expect([certificate.validFromDate.getTime(), certificate.validToDate.getTime()]).toEqual([0, notAfter]);
    expect(certificate.serialNumber).toBe(`7F${'FF'.repeat(19)}`);
  });
});

describe('given files', () => {
  it('are read when they are a certificate and its key', () => {
    own();
    const files = { certificate: join(folder, 'server.crt'), privateKey: join(folder, 'server.key') };
    expect(givenIdentity(files, start)).toEqual({
      certificate: readFileSync(files.certificate, 'utf8'),
      privateKey: readFileSync(files.privateKey, 'utf8'),
    });
    expect(() => givenIdentity(files, start + 91 * DAY)).toThrow(`the certificate ${files.certificate} has expired on`);
  });

  it('say what is wrong in one line, without their content', () => {
    own();
    const file = (name: string) => join(folder, name);
    writeFileSync(file('text'), 'SECRET words');
    const given = (certificate: string, privateKey: string) => () =>
      givenIdentity({ certificate: file(certificate), privateKey: file(privateKey) }, start);
    expect(given('none', 'server.key')).toThrow(`the certificate ${file('none')} cannot be read`);
    expect(given('server.crt', 'none')).toThrow(`the key ${file('none')} cannot be read`);
    expect(given('text', 'server.key')).toThrow(`${file('text')} is no certificate in PEM`);
    expect(given('server.crt', 'text')).toThrow(`${file('text')} is no private key in PEM without a password`);
    expect(given('server.crt', 'authority.key')).toThrow(
      `${file('authority.key')} is not the key of ${file('server.crt')}`,
    );
  });
});
