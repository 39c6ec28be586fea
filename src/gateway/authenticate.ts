/** Whose request this is: signature, time, nonce, key. */
import { timingSafeEqual } from 'node:crypto';
import { refuse } from '../contract/errors.ts';
import { type Clock, formatSeconds, parseSeconds } from '../values/clock.ts';
import { isRefusal, type Refusal } from '../values/refusal.ts';
import { type Claims, readClaims } from './claims.ts';
import { type NonceMemory, SIGNATURE_WINDOW_MS } from './nonces.ts';
import type { AccessKey, GatewayOptions } from './options.ts';
import type { WireParameters } from './parameters.ts';
import type { WireRequest } from './request.ts';

const MOST_NONCE = 128;

const FAULT = {
  missing: 'MissingSecurityToken',
  malformed: 'InvalidSecurityToken.Malformed',
  mismatched: 'InvalidSecurityToken.MismatchWithAccessKey',
} as const;

export interface AuthenticationParts {
  readonly clock: Clock;
  readonly nonces: NonceMemory;
  readonly findKey: GatewayOptions['findKey'];
}

/**
 * The key that signed the request. What depends on the secret comes before what depends on the key's state, so that
 * only the holder of a key learns that it is disabled; the nonce comes last, so that nobody else can use one up.
 */
export async function authenticate(
  request: WireRequest,
  parameters: WireParameters,
  { clock, nonces, findKey }: AuthenticationParts,
): Promise<AccessKey | Refusal> {
  const claims = readClaims(request, parameters);
  if (isRefusal(claims)) return claims;
  const time = checkTime(claims, clock.now());
  if (isRefusal(time)) return time;
  if (claims.nonce.value.length > MOST_NONCE) {
    return refuse('InvalidParameter', { parameter: claims.nonce.name, detail: `At most ${MOST_NONCE} characters.` });
  }

  const key = await findKey(claims.accessKeyId.value, claims.token.value);
  if (typeof key === 'string') return refuse(FAULT[key], { parameter: claims.token.name });
  if (!key) return refuse('InvalidAccessKeyId.NotFound', { parameter: claims.accessKeyId.name });
  if (!equalInConstantTime(claims.sign(key.secret), claims.signature)) {
    return refuse('SignatureDoesNotMatch', { detail: `server string to sign is:${claims.stringToSign}` });
  }
  if (key.status !== 'Active') {
    const code = key.status === 'Inactive' ? 'Forbidden.AccessKeyDisabled' : 'Forbidden.AccountDisabled';
    return refuse(code, { parameter: claims.accessKeyId.name });
  }
  const token = checkToken(claims, key, clock.now());
  if (token) return token;

  // Synchronous up to the answer: of two equal requests at the same moment exactly one passes.
  switch (nonces.use(claims.accessKeyId.value, claims.nonce.value, time, clock.now())) {
    case 'fresh':
      return key;
    case 'used':
      return refuse('SignatureNonceUsed', { parameter: claims.nonce.name });
    case 'forgotten':
      return refuse('InvalidTimeStamp.Expired', {
        parameter: claims.time.name,
        detail: 'Nonces of that time are no longer remembered.',
      });
  }
}

/** The signed time in milliseconds. */
function checkTime({ time }: Claims, now: number): number | Refusal {
  const signed = parseSeconds(time.value);
  if (signed === undefined) {
    return refuse('IllegalTimestamp', { parameter: time.name, detail: 'The form is YYYY-MM-DDThh:mm:ssZ.' });
  }
  if (Math.abs(now - signed) > SIGNATURE_WINDOW_MS) {
    return refuse('InvalidTimeStamp.Expired', {
      parameter: time.name,
      detail: `The server's clock says ${formatSeconds(now)}.`,
    });
  }
  return signed;
}

/** A temporary key was found by its token, so that one is right; it may have expired. */
function checkToken({ token }: Claims, { caller }: AccessKey, now: number): Refusal | undefined {
  if (caller.session) {
    if (now < caller.session.expiresAt) return undefined;
    return refuse('InvalidSecurityToken.Expired', { parameter: token.name });
  }
  if (token.value === '') return undefined;
  return refuse('InvalidSecurityToken.MismatchWithAccessKey', {
    parameter: token.name,
    detail: 'The access key is permanent and has no token.',
  });
}

/** The time it takes tells the length at most, which is no secret of either algorithm. */
function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')];
  return left.length === right.length && timingSafeEqual(left, right);
}
