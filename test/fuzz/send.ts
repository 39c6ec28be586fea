/** Signs and sends what no well-behaved client would: names twice, in query and form at once, broken escapes. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Product } from '../../src/contract/action.ts';
import { VERSION } from '../../src/contract/action.ts';
import { formatSeconds, systemClock } from '../../src/values/clock.ts';
import { randomUuid, systemRandom } from '../../src/values/random.ts';
import { percentEncode } from '../../src/wire/percent.ts';
import { signV1, stringToSignV1, V1_PARAMETERS } from '../../src/wire/signature-v1.ts';
import {
  canonicalRequestV3,
  formatAuthorizationV3,
  sha256Hex,
  signV3,
  stringToSignV3,
  V3_HEADERS,
} from '../../src/wire/signature-v3.ts';
import type { Raw } from './hostile.ts';
import type { Way } from './requests.ts';

export interface Signer {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** A request whose ids are chosen. */
export interface Resolved {
  readonly product: Product;
  readonly action: string;
  readonly pairs: readonly (readonly [name: string, value: string | Raw])[];
  readonly way: Way;
}

export interface HttpMessage {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Piece = readonly [name: string, value: string | Raw];

const written = (pieces: readonly Piece[]): string =>
  pieces
    .map(([name, value]) => `${percentEncode(name)}=${typeof value === 'string' ? percentEncode(value) : value.raw}`)
    .join('&');

/** Decoded as a server would; raw pieces that are broken sign as what they are, since they are refused before. */
const decoded = (pieces: readonly Piece[]): [string, string][] =>
  pieces.map(([name, value]) => [
    name.toWellFormed(),
    typeof value === 'string' ? value.toWellFormed() : lenient(value.raw),
  ]);

function lenient(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    return raw;
  }
}

/** The request as it goes over the wire, signed now. */
export function messageOf({ product, action, pairs, way }: Resolved, key: Signer, host: string): HttpMessage {
  const { algorithm, method, inQuery, format, accept } = way;
  const nonce = randomUuid(systemRandom);
  const time = formatSeconds(systemClock.now());
  const given: Piece[] = [...pairs, ...(format === undefined ? [] : [['Format', format] as const])];
  const version = VERSION[product];
  const plain: Record<string, string> = { host, ...(accept === undefined ? {} : { accept }) };
  const own: Piece[] =
    algorithm === 'HMAC-SHA1'
      ? [
          ['Action', action],
          ['Version', version],
          [V1_PARAMETERS.accessKeyId, key.accessKeyId],
          [V1_PARAMETERS.method, 'HMAC-SHA1'],
          [V1_PARAMETERS.version, '1.0'],
          [V1_PARAMETERS.nonce, nonce],
          [V1_PARAMETERS.time, time],
          ...(key.securityToken === undefined ? [] : [[V1_PARAMETERS.token, key.securityToken] as const]),
        ]
      : [];
  const all: Piece[] = [...own, ...given];
  if (algorithm === 'HMAC-SHA1') {
    all.push([V1_PARAMETERS.signature, signV1(key.accessKeySecret, stringToSignV1(method, decoded(all)))]);
  }
  const goesToQuery = (index: number): boolean => method === 'GET' || inQuery[index % inQuery.length]!;
  const query = all.filter((_, index) => goesToQuery(index));
  const form = all.filter((_, index) => !goesToQuery(index));
  const body = written(form);
  const path = query.length === 0 ? '/' : `/?${written(query)}`;
  const headers = { ...plain, ...(form.length > 0 ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) };
  if (algorithm === 'HMAC-SHA1') return { method, path, headers, body };

  const contentHash = sha256Hex(body);
  const signed = new Map(
    Object.entries({
      ...headers,
      [V3_HEADERS.action]: action,
      [V3_HEADERS.version]: version,
      [V3_HEADERS.time]: time,
      [V3_HEADERS.nonce]: nonce,
      [V3_HEADERS.contentHash]: contentHash,
      ...(key.securityToken === undefined
        ? {}
        : { [V3_HEADERS.token]: key.securityToken, [V3_HEADERS.accessKeyId]: key.accessKeyId }),
    }),
  );
  signed.delete('accept');
  const canonical = canonicalRequestV3({ method, query: decoded(query), signedHeaders: signed, contentHash });
  const signature = signV3(key.accessKeySecret, stringToSignV3(canonical));
  const authorization = formatAuthorizationV3(key.accessKeyId, signed.keys(), signature);
  return { method, path, headers: { ...Object.fromEntries(signed), ...plain, authorization }, body };
}

/** How long an answer may take before the server counts as hanging; no measure of its speed. */
const PATIENCE_MS = 60_000;

/** A client over a socket of its own, kept alive. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Throws when there is no answer. A connection that the server closed between two requests is tried once more. */
  async send(message: HttpMessage): Promise<HttpAnswer> {
    try {
      return await this.#once(message);
    } catch (error) {
      if ((error as { reused?: boolean }).reused) return this.#once(message);
      throw error;
    }
  }

  #once({ method, path, headers, body }: HttpMessage): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const length = method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
      const asked = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          method,
          path,
          headers: { ...headers, ...length },
          agent: this.#agent,
          maxHeaderSize: 65_536,
          signal: AbortSignal.timeout(PATIENCE_MS),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      asked.once('error', (error: NodeJS.ErrnoException) => {
        const reused = asked.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(Object.assign(error, { reused }));
      });
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** As a line for a shell. */
export function curlLine(message: HttpMessage, endpoint: string): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const headers = Object.entries(message.headers).filter(([name]) => name !== 'host');
  return [
    'curl -sS',
    `-X ${message.method}`,
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(message.body === '' ? [] : [`--data-raw ${quoted(message.body)}`]),
    quoted(`${endpoint}${message.path}`),
  ].join(' ');
}
