/**
 * What a request claims about itself: who signed it, when, over which text. Nothing here is verified yet except that
 * the claim is complete and covers everything that must be signed.
 */
import { refuse } from '../contract/errors.ts';
import type { Refusal } from '../values/refusal.ts';
import { signV1, stringToSignV1, V1_PARAMETERS } from '../wire/signature-v1.ts';
import {
  canonicalRequestV3,
  mustBeSigned,
  parseAuthorizationV3,
  sha256Hex,
  signV3,
  stringToSignV3,
  V3_ALGORITHM,
  V3_HEADERS,
} from '../wire/signature-v3.ts';
import type { WireParameters } from './parameters.ts';
import type { WireRequest } from './request.ts';
import { signedByHeaders } from './requested.ts';

/** A value of the claim and the wire name it came under. */
export interface Claimed {
  readonly name: string;
  readonly value: string;
}

export interface Claims {
  readonly accessKeyId: Claimed;
  readonly time: Claimed;
  readonly nonce: Claimed;
  /** '' = none. */
  readonly token: Claimed;
  readonly signature: string;
  /** The server's own, made from what it received. */
  readonly stringToSign: string;
  /** Signs the server's string. */
  sign(secret: string): string;
}

export function readClaims(request: WireRequest, parameters: WireParameters): Claims | Refusal {
  return signedByHeaders(request) ? claimsV3(request, parameters) : claimsV1(request, parameters);
}

function claimsV1({ method }: WireRequest, { all }: WireParameters): Claims | Refusal {
  const P = V1_PARAMETERS;
  for (const name of [P.accessKeyId, P.method, P.version, P.nonce, P.time, P.signature]) {
    if (!all.get(name)) return refuse('MissingParameter', { parameter: name });
  }
  if (all.get(P.method) !== 'HMAC-SHA1') return refuse('InvalidParamater', { parameter: P.method });
  if (all.get(P.version) !== '1.0') return refuse('InvalidParamater', { parameter: P.version });
  if (all.get(P.type)) return refuse('InvalidParamater', { parameter: P.type });
  const stringToSign = stringToSignV1(method, all);
  const claimed = (name: string): Claimed => ({ name, value: all.get(name) ?? '' });
  return {
    accessKeyId: claimed(P.accessKeyId),
    time: claimed(P.time),
    nonce: claimed(P.nonce),
    token: claimed(P.token),
    signature: all.get(P.signature)!,
    stringToSign,
    sign: (secret) => signV1(secret, stringToSign),
  };
}

function claimsV3(request: WireRequest, { query }: WireParameters): Claims | Refusal {
  const { first, repeated } = request.headers;
  const incomplete = (detail: string): Refusal => refuse('IncompleteSignature', { parameter: 'Authorization', detail });

  const header = first.get('authorization')!;
  if (!header.startsWith(`${V3_ALGORITHM} `)) {
    return refuse('InvalidParamater', { parameter: 'Authorization', detail: `Only ${V3_ALGORITHM} is served.` });
  }
  const authorization = parseAuthorizationV3(header);
  if (!authorization) return incomplete('It must give Credential, SignedHeaders and Signature once each.');
  for (const name of [V3_HEADERS.time, V3_HEADERS.nonce, V3_HEADERS.contentHash]) {
    if (!first.get(name)) return refuse('MissingParameter', { parameter: name });
  }

  const names = new Set(authorization.signedHeaders);
  if (names.size !== authorization.signedHeaders.length) return incomplete('SignedHeaders names a header twice.');
  for (const name of first.keys()) {
    if (mustBeSigned(name) && !names.has(name)) return incomplete(`The header ${name} is not signed.`);
  }
  const signedHeaders = new Map<string, string>();
  for (const name of names) {
    const value = first.get(name);
    if (value === undefined) return incomplete(`The signed header ${name} was not sent.`);
    if (repeated.has(name)) return incomplete(`The signed header ${name} was sent twice.`);
    signedHeaders.set(name, value);
  }
  if (repeated.has('authorization')) return incomplete('It was sent twice.');

  const contentHash = first.get(V3_HEADERS.contentHash)!;
  if (contentHash.toLowerCase() !== sha256Hex(request.body)) {
    return refuse('SignatureDoesNotMatch', {
      parameter: V3_HEADERS.contentHash,
      detail: 'It is not the SHA-256 of the body as it arrived.',
    });
  }
  const keyHeader = first.get(V3_HEADERS.accessKeyId);
  if (keyHeader && keyHeader !== authorization.accessKeyId) {
    return incomplete(`${V3_HEADERS.accessKeyId} and Credential name different keys.`);
  }
  const stringToSign = stringToSignV3(
    canonicalRequestV3({ method: request.method, query, signedHeaders, contentHash }),
  );
  const claimed = (name: string): Claimed => ({ name, value: first.get(name) ?? '' });
  return {
    accessKeyId: { name: 'Credential', value: authorization.accessKeyId },
    time: claimed(V3_HEADERS.time),
    nonce: claimed(V3_HEADERS.nonce),
    token: claimed(V3_HEADERS.token),
    signature: authorization.signature,
    stringToSign,
    sign: (secret) => signV3(secret, stringToSign),
  };
}
