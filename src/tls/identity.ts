/** What a server shows and proves in TLS: its certificate and the key to it. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** PEM texts. The certificate may be followed by those of the authorities between it and a trusted one. */
export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate or key cannot be used: said in one line for the person at the terminal. */
export class TlsUnusable extends Error {}

/** Paths of files that somebody else made and renews. */
export interface GivenFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Reads and checks given files; `now` in milliseconds. Throws TlsUnusable. */
export function givenIdentity(files: GivenFiles, now: number): Identity {
  const certificate = read(files.certificate, 'the certificate');
  const privateKey = read(files.privateKey, 'the key');
  const x509 = attempt(() => new X509Certificate(certificate), `${files.certificate} is no certificate in PEM`);
  const key = attempt(
    () => createPrivateKey(privateKey),
    `${files.privateKey} is no private key in PEM without a password`,
  );
  if (!belongs(x509, key)) throw new TlsUnusable(`${files.privateKey} is not the key of ${files.certificate}`);
  if (now >= x509.validToDate.getTime()) {
    throw new TlsUnusable(`the certificate ${files.certificate} has expired on ${x509.validTo}`);
  }
  return { certificate, privateKey };
}

export function belongs(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}

function read(path: string, what: string): string {
  return attempt(() => readFileSync(path, 'utf8'), `${what} ${path} cannot be read`);
}

/** Runs `work`; its own words, which for keys may be any library's, are left out. */
function attempt<T>(work: () => T, line: string): T {
  try {
    return work();
  } catch (cause) {
    throw new TlsUnusable(line, { cause });
  }
}
