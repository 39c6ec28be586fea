/** TLS of a daemon: where its identity comes from, how it is kept fresh, and what its own command line trusts. */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUTHORITY_FILE, keep, ownIdentity, SERVER_FILE } from '../tls/authority.ts';
import { type GivenFiles, givenIdentity, type Identity } from '../tls/identity.ts';
import { systemClock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';
import { systemRandom } from '../values/random.ts';
import { readDaemon } from './directory.ts';
import { lineOf } from './failure.ts';

/** Folder in the data directory. */
const FOLDER = 'tls';
/** The certificate that is shown, where it was given by somebody else. */
const SHOWN_FILE = 'shown.crt';

/** `own`: by an authority of the data directory. Else files that somebody else made and renews. */
export type TlsWish = 'own' | GivenFiles;

/** How often a certificate is looked at that is about to expire or may have been renewed. Milliseconds. */
const LOOK = 10 * 60 * 1000;

export interface DaemonTls {
  readonly source: 'own' | 'given';
  readonly identity: Identity;
  /** Certificate of our own authority, for clients to trust. */
  readonly authority?: string;
  /** Why it is another one than at the last start. */
  readonly authorityReplaced?: string;
  /** The identity as it should be now. Throws TlsUnusable. */
  load(): Identity;
}

/** `names`: by which the server is called besides the loopback ones. Throws TlsUnusable. */
export function openTls(dataDir: string, wish: TlsWish, names: readonly string[]): DaemonTls {
  const folder = join(dataDir, FOLDER);
  if (wish === 'own') {
    const load = () => ownIdentity({ folder, names, now: systemClock.now(), random: systemRandom });
    const { authority, replaced, ...identity } = load();
    return { source: 'own', identity, authority, ...(replaced ? { authorityReplaced: replaced } : {}), load };
  }
  const load = (): Identity => {
    const identity = givenIdentity(wish, systemClock.now());
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    keep(folder, SHOWN_FILE, identity.certificate);
    return identity;
  };
  return { source: 'given', identity: load(), load };
}

export interface Following {
  /** Looks at once. */
  reload(): void;
  end(): void;
}

/** Hands on each identity that is not the one before. One that cannot be used changes nothing and is logged. */
export function followTls(tls: DaemonTls, renew: (identity: Identity) => void, log: Log): Following {
  let { certificate, privateKey } = tls.identity;
  const reload = (): void => {
    try {
      const next = tls.load();
      if (next.certificate === certificate && next.privateKey === privateKey) return;
      renew(next);
      ({ certificate, privateKey } = next);
      log.info({ validTo: new X509Certificate(certificate).validTo }, 'the certificate was renewed');
    } catch (error) {
      log.error({ error, words: lineOf(error) }, 'the certificate could not be renewed; the former one stays');
    }
  };
  const timer = setInterval(reload, LOOK);
  timer.unref();
  return { reload, end: () => clearInterval(timer) };
}

/** What a command on this machine believes a server of this data directory by. */
export interface Trust {
  /** PEM texts of certificates. */
  readonly certificates: readonly string[];
  /** These very certificates, whatever names they are for; else authorities, and the name must be right. */
  readonly pinned: boolean;
}

/** Trust in the daemon of a data directory by the source of its certificate; undefined when its file is gone. */
export function trustIn(dataDir: string, source: 'own' | 'given'): Trust | undefined {
  const file = join(dataDir, FOLDER, source === 'own' ? AUTHORITY_FILE : SHOWN_FILE);
  try {
    return { certificates: [readFileSync(file, 'utf8')], pinned: source === 'given' };
  } catch {
    return undefined;
  }
}

/** Path of the certificate of the data directory's own authority. */
export function authorityPath(dataDir: string): string {
  return join(dataDir, FOLDER, AUTHORITY_FILE);
}

export interface TlsFacts {
  /** Path of the certificate to trust; null where somebody else's authority vouches. */
  readonly authority: string | null;
  /** SHA-256 of that certificate. */
  readonly fingerprint: string | null;
  /** ISO 8601. */
  readonly trustedUntil: string | null;
  /** Names and addresses of the certificate that is shown. */
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly shownUntil: string;
}

/** What the data directory's daemon shows, or showed last; undefined when it never spoke TLS. */
export function describeTls(dataDir: string): TlsFacts | undefined {
  const given = readDaemon(dataDir)?.tls === 'given';
  const certificate = (file: string): X509Certificate | undefined => {
    const path = join(dataDir, FOLDER, file);
    return existsSync(path) ? new X509Certificate(readFileSync(path)) : undefined;
  };
  const shown = certificate(given ? SHOWN_FILE : SERVER_FILE) ?? certificate(SHOWN_FILE);
  if (!shown) return undefined;
  const authority = given ? undefined : certificate(AUTHORITY_FILE);
  return {
    authority: authority ? authorityPath(dataDir) : null,
    fingerprint: authority?.fingerprint256 ?? null,
    trustedUntil: authority?.validToDate.toISOString() ?? null,
    names: (shown.subjectAltName ?? '').split(', ').map((name) => name.replace(/^(DNS|IP Address):/, '')),
    shownUntil: shown.validToDate.toISOString(),
  };
}
