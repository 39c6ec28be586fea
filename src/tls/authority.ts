/**
 * An authority of our own in a folder, and the server's certificate that it signs. Both are made when they are missing
 * and made anew in time before they expire, or when the server is called by other names. A person trusts the
 * authority's certificate once; its key never leaves the folder and can vouch for nothing beyond its confines.
 */
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { domainToASCII } from 'node:url';
import type { Random } from '../values/random.ts';
import { authorityCertificate, newPrivateKey, serverCertificate } from './certificate.ts';
import { belongs, type Identity, TlsUnusable } from './identity.ts';
import { type Confines, confinesOf, isWithin } from './names.ts';

export const AUTHORITY_FILE = 'authority.crt';
export const SERVER_FILE = 'server.crt';
const FILE = {
  authority: AUTHORITY_FILE,
  authorityKey: 'authority.key',
  confines: 'authority.json',
  server: SERVER_FILE,
  serverKey: 'server.key',
} as const;

const DAY = 24 * 60 * 60 * 1000;
/** Ten years: whoever trusts it should not have to again. */
const AUTHORITY_LIFE = 3650 * DAY;
const SERVER_LIFE = 90 * DAY;
/** A certificate with less than this left is made anew. */
const LEAST_LEFT = 30 * DAY;
/** Clocks of clients may be this far behind. */
const BACKDATED = DAY;

export interface OwnOptions {
  /** Made when absent. Everything in it is readable by its owner alone. */
  readonly folder: string;
  /** Names and addresses by which the server is called; the loopback ones always are. */
  readonly names: readonly string[];
  /** Milliseconds since 1970, the real time. */
  readonly now: number;
  readonly random: Random;
}

export interface OwnIdentity extends Identity {
  /** Path of the certificate to trust. */
  readonly authority: string;
  /** Why clients must trust another authority than before; undefined when none was there or it is the same. */
  readonly replaced: string | undefined;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

interface Authority {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** The server's identity under the authority of the folder. Throws TlsUnusable when a file in it is damaged. */
export function ownIdentity(options: OwnOptions): OwnIdentity {
  const { folder, now } = options;
  const names = [...new Set([...LOOPBACK_NAMES, ...options.names.map(asWritten).filter((name) => name !== '')])];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { authority, replaced } = authorityFor(names, options);
  const kept = keptServer(folder, authority.certificate, names, now);
  return {
    ...(kept ?? newServer(folder, authority, names, options)),
    authority: join(folder, FILE.authority),
    replaced,
  };
}

/** A name as certificates have it: of the international alphabet, an address without the interface it is reached by. */
function asWritten(name: string): string {
  const address = name.replace(/%.*$/, '');
  return isIP(address) === 0 ? domainToASCII(name) : address.toLowerCase();
}

function authorityFor(
  names: readonly string[],
  options: OwnOptions,
): { authority: Authority; replaced: string | undefined } {
  const { folder, now } = options;
  const kept = keptAuthority(folder);
  if (kept === undefined) return { authority: newAuthority(confinesOf(names), options), replaced: undefined };
  const outside = names.find((name) => !isWithin(name, kept.confines));
  if (outside === undefined && isFresh(kept.certificate, now)) return { authority: kept, replaced: undefined };
  // What the former one was allowed stays allowed, so that going back and forth between names replaces nothing.
  const confines = confinesOf(names);
  const dns = [...new Set([...kept.confines.dns, ...confines.dns])].sort();
  const ranges = [...new Set([...kept.confines.ranges, ...confines.ranges])].sort();
  return {
    authority: newAuthority({ dns, ranges }, options),
    replaced: outside === undefined ? 'it was about to expire' : `it may not vouch for ${outside}`,
  };
}

/**
 * The authority in the folder; undefined when there is none whole. A crash while one is written leaves a key that is not
 * the certificate's, or confines of another certificate: such a one was never shown to anybody.
 */
function keptAuthority(folder: string): (Authority & { readonly confines: Confines }) | undefined {
  const [pem, keyPem, json] = [FILE.authority, FILE.authorityKey, FILE.confines].map((file) => readKept(folder, file));
  if (pem === undefined || keyPem === undefined || json === undefined) return undefined;
  try {
    const certificate = new X509Certificate(pem);
    const key = createPrivateKey(keyPem);
    const { fingerprint, dns, ranges } = JSON.parse(json) as Confines & { readonly fingerprint: string };
    if (!belongs(certificate, key) || fingerprint !== certificate.fingerprint256) return undefined;
    return { certificate, key, confines: { dns, ranges } };
  } catch (cause) {
    throw new TlsUnusable(
      `the authority in ${folder} is damaged: restore it, or delete that folder to have a new one made`,
      {
        cause,
      },
    );
  }
}

function newAuthority(confines: Confines, { folder, now, random }: OwnOptions): Authority {
  const key = newPrivateKey();
  const serial = random.bytes(20);
  // A name of its own, so that several in one list of trusted authorities can be told apart.
  const commonName = `Yunlan authority ${Buffer.from(random.bytes(4)).toString('hex')}`;
  const validity = { notBefore: now - BACKDATED, notAfter: now + AUTHORITY_LIFE };
  const pem = authorityCertificate({ commonName, serial, ...validity }, key, confines);
  const certificate = new X509Certificate(pem);
  keep(folder, FILE.authorityKey, pemOf(key));
  keep(folder, FILE.authority, pem);
  keep(folder, FILE.confines, `${JSON.stringify({ fingerprint: certificate.fingerprint256, ...confines })}\n`);
  return { certificate, key };
}

/** The certificate in the folder when it still serves: signed by this authority, for all names, not about to expire. */
function keptServer(
  folder: string,
  authority: X509Certificate,
  names: readonly string[],
  now: number,
): Identity | undefined {
  const certificate = readKept(folder, FILE.server);
  const privateKey = readKept(folder, FILE.serverKey);
  if (certificate === undefined || privateKey === undefined) return undefined;
  try {
    const x509 = new X509Certificate(certificate);
    const serves =
      belongs(x509, createPrivateKey(privateKey)) &&
      x509.verify(authority.publicKey) &&
      isFresh(x509, now) &&
      names.every((name) => (isIP(name) === 0 ? x509.checkHost(name) : x509.checkIP(name)) !== undefined);
    return serves ? { certificate, privateKey } : undefined;
  } catch {
    return undefined; // nobody trusts this one by itself: it is simply made anew
  }
}

function newServer(
  folder: string,
  authority: Authority,
  names: readonly string[],
  { now, random }: OwnOptions,
): Identity {
  const key = newPrivateKey();
  const commonName = commonNameOf(authority.certificate);
  const notAfter = Math.min(now + SERVER_LIFE, authority.certificate.validToDate.getTime());
  const facts = {
    commonName: 'Yunlan server',
    publicKey: createPublicKey(key),
    serial: random.bytes(20),
    notBefore: now - BACKDATED,
    notAfter,
  };
  const certificate = serverCertificate(facts, { commonName, privateKey: authority.key }, names);
  const privateKey = pemOf(key);
  keep(folder, FILE.serverKey, privateKey);
  keep(folder, FILE.server, certificate);
  return { certificate, privateKey };
}

function isFresh(certificate: X509Certificate, now: number): boolean {
  return certificate.validFromDate.getTime() <= now && now + LEAST_LEFT < certificate.validToDate.getTime();
}

function commonNameOf({ subject }: X509Certificate): string {
  return /^CN=(.*)$/m.exec(subject)![1]!;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function readKept(folder: string, file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file whole or not at all, readable by its owner alone. */
export function keep(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  const unfinished = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(unfinished, text);
    fsyncSync(unfinished);
  } finally {
    closeSync(unfinished);
  }
  renameSync(`${path}.new`, path);
}
