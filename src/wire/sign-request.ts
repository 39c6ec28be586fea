/** From an action and flat parameters to a signed HTTP request, for the command line, the console and the tests. */
import { type Product, VERSION } from '../contract/action.ts';
import { formatSeconds } from '../values/clock.ts';
import { canonicalPairs } from './percent.ts';
import { signV1, stringToSignV1, V1_PARAMETERS } from './signature-v1.ts';
import {
  canonicalRequestV3,
  formatAuthorizationV3,
  sha256Hex,
  signV3,
  stringToSignV3,
  type V3_ALGORITHM,
  V3_HEADERS,
} from './signature-v3.ts';

export interface SigningKey {
  readonly accessKeyId: string;
  readonly secret: string;
  /** Of temporary keys. */
  readonly securityToken?: string | undefined;
}

export interface RequestToSign {
  readonly product: Product;
  readonly action: string;
  /** Flat names as on the wire; `flatten` makes them. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly key: SigningKey;
  /** Base URL of the server, e.g. `http://127.0.0.1:7070`. */
  readonly endpoint: string;
  /** Milliseconds since 1970; the real time, not the one of a moved clock. */
  readonly time: number;
  /** Never used before with this key. */
  readonly nonce: string;
  /** ACS3-HMAC-SHA256 unless `HMAC-SHA1` is asked for. */
  readonly algorithm?: typeof V3_ALGORITHM | 'HMAC-SHA1' | undefined;
  /** POST unless GET is asked for. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Parameters travel in the form body of a POST unless `query` is asked for; of a GET always in the query. */
  readonly place?: 'form' | 'query' | undefined;
}

export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Lower-case names. `host` is among them, since it is signed: send it as it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** '' when there is none. */
  readonly body: string;
}

const FORM = 'application/x-www-form-urlencoded';

export function signRequest(request: RequestToSign): SignedRequest {
  return request.algorithm === 'HMAC-SHA1' ? signedV1(request) : signedV3(request);
}

function signedV1(request: RequestToSign): SignedRequest {
  const { product, action, parameters, key, endpoint, time, nonce, method = 'POST' } = request;
  const all: Record<string, string> = {
    Format: 'JSON',
    ...parameters,
    Action: action,
    Version: VERSION[product],
    [V1_PARAMETERS.accessKeyId]: key.accessKeyId,
    [V1_PARAMETERS.method]: 'HMAC-SHA1',
    [V1_PARAMETERS.version]: '1.0',
    [V1_PARAMETERS.nonce]: nonce,
    [V1_PARAMETERS.time]: formatSeconds(time),
    ...(key.securityToken === undefined ? {} : { [V1_PARAMETERS.token]: key.securityToken }),
  };
  all[V1_PARAMETERS.signature] = signV1(key.secret, stringToSignV1(method, Object.entries(all)));
  return place(request, endpoint, canonicalPairs(Object.entries(all)), { host: new URL(endpoint).host });
}

function signedV3(request: RequestToSign): SignedRequest {
  const { product, action, parameters, key, endpoint, time, nonce } = request;
  const pairs = Object.entries(parameters);
  const placed = place(request, endpoint, canonicalPairs(pairs), {
    host: new URL(endpoint).host,
    [V3_HEADERS.action]: action,
    [V3_HEADERS.version]: VERSION[product],
    [V3_HEADERS.time]: formatSeconds(time),
    [V3_HEADERS.nonce]: nonce,
    ...(key.securityToken === undefined
      ? {}
      : { [V3_HEADERS.token]: key.securityToken, [V3_HEADERS.accessKeyId]: key.accessKeyId }),
  });
  const contentHash = sha256Hex(placed.body);
  const signedHeaders = new Map(Object.entries({ ...placed.headers, [V3_HEADERS.contentHash]: contentHash }));
  const canonical = canonicalRequestV3({
    method: placed.method,
    query: inForm(request) ? [] : pairs,
    signedHeaders,
    contentHash,
  });
  const signature = signV3(key.secret, stringToSignV3(canonical));
  const authorization = formatAuthorizationV3(key.accessKeyId, signedHeaders.keys(), signature);
  return { ...placed, headers: { ...Object.fromEntries(signedHeaders), authorization } };
}

function inForm({ method = 'POST', place: where = 'form' }: RequestToSign): boolean {
  return method === 'POST' && where === 'form';
}

function place(
  request: RequestToSign,
  endpoint: string,
  encoded: string,
  headers: Readonly<Record<string, string>>,
): SignedRequest {
  const { method = 'POST' } = request;
  const base = new URL('/', endpoint).href;
  if (!inForm(request)) return { method, url: encoded === '' ? base : `${base}?${encoded}`, headers, body: '' };
  return { method, url: base, headers: { ...headers, 'content-type': FORM }, body: encoded };
}
