/** ACS3-HMAC-SHA256: method, query, the signed headers and the hash of the body are signed. */
import { createHash, createHmac } from 'node:crypto';
import { canonicalPairs } from './percent.ts';

export const V3_ALGORITHM = 'ACS3-HMAC-SHA256';

/** Headers of the protocol, lower case. */
export const V3_HEADERS = {
  action: 'x-acs-action',
  version: 'x-acs-version',
  time: 'x-acs-date',
  nonce: 'x-acs-signature-nonce',
  contentHash: 'x-acs-content-sha256',
  token: 'x-acs-security-token',
  accessKeyId: 'x-acs-accesskey-id',
} as const;

export interface V3Request {
  readonly method: string;
  /** Decoded parameters of the query, without those of the body. */
  readonly query: Iterable<readonly [name: string, value: string]>;
  /** Signed headers: names in lower case, values as received. */
  readonly signedHeaders: ReadonlyMap<string, string>;
  /** Value of x-acs-content-sha256. */
  readonly contentHash: string;
}

/** Lower-case hex SHA-256. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Whether this header must be among the signed ones when it is sent. `name` in lower case. */
export function mustBeSigned(name: string): boolean {
  return name === 'host' || name === 'content-type' || name.startsWith('x-acs-');
}

export function canonicalRequestV3({ method, query, signedHeaders, contentHash }: V3Request): string {
  const names = [...signedHeaders.keys()].sort();
  const headers = names.map((name) => `${name}:${signedHeaders.get(name)!.trim()}\n`).join('');
  return [method.toUpperCase(), '/', canonicalPairs(query), headers, names.join(';'), contentHash].join('\n');
}

export function stringToSignV3(canonicalRequest: string): string {
  return `${V3_ALGORITHM}\n${sha256Hex(canonicalRequest)}`;
}

/** Lower-case hex HMAC-SHA256 under the plain secret. */
export function signV3(secret: string, stringToSign: string): string {
  return createHmac('sha256', secret).update(stringToSign, 'utf8').digest('hex');
}

export interface V3Authorization {
  readonly algorithm: string;
  readonly accessKeyId: string;
  /** Lower case, in the order given. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/**
 * Reads `ALGORITHM Credential=…,SignedHeaders=a;b,Signature=…`; spaces after the commas are allowed. Undefined when a
 * part is absent, empty, given twice or unknown.
 */
export function parseAuthorizationV3(header: string): V3Authorization | undefined {
  const space = header.indexOf(' ');
  if (space < 0) return undefined;
  const parts = new Map<string, string>();
  for (const piece of header.slice(space + 1).split(',')) {
    const equals = piece.indexOf('=');
    if (equals < 0) return undefined;
    const name = piece.slice(0, equals).trim();
    if (parts.has(name)) return undefined;
    parts.set(name, piece.slice(equals + 1).trim());
  }
  const accessKeyId = parts.get('Credential');
  const signedHeaders = parts.get('SignedHeaders');
  const signature = parts.get('Signature');
  if (parts.size !== 3 || !accessKeyId || !signedHeaders || !signature) return undefined;
  return {
    algorithm: header.slice(0, space),
    accessKeyId,
    signedHeaders: signedHeaders.split(';').map((name) => name.toLowerCase()),
    signature,
  };
}

/** The Authorization header for a signature. */
export function formatAuthorizationV3(accessKeyId: string, signedHeaders: Iterable<string>, signature: string): string {
  const names = [...signedHeaders].sort().join(';');
  return `${V3_ALGORITHM} Credential=${accessKeyId},SignedHeaders=${names},Signature=${signature}`;
}
