/** Signature version 1.0 (HMAC-SHA1): every parameter, the system's among them, is signed; headers are not. */
import { createHmac } from 'node:crypto';
import { canonicalPairs, percentEncode } from './percent.ts';

/** Parameters that signature 1.0 adds to those of the action. */
export const V1_PARAMETERS = {
  accessKeyId: 'AccessKeyId',
  method: 'SignatureMethod',
  version: 'SignatureVersion',
  nonce: 'SignatureNonce',
  time: 'Timestamp',
  token: 'SecurityToken',
  type: 'SignatureType',
  signature: 'Signature',
} as const;

/** Text that is signed. `parameters`: every query and form parameter, decoded; `Signature` itself is left out. */
export function stringToSignV1(method: string, parameters: Iterable<readonly [string, string]>): string {
  const signed = [...parameters].filter(([name]) => name !== V1_PARAMETERS.signature);
  return `${method.toUpperCase()}&%2F&${percentEncode(canonicalPairs(signed))}`;
}

/** Base64 of the HMAC-SHA1 under the secret followed by `&`. */
export function signV1(secret: string, stringToSign: string): string {
  return createHmac('sha1', `${secret}&`).update(stringToSign, 'utf8').digest('base64');
}
