/** The command line's HTTP: signed calls to a server and the upgraded connection of `exec`. The only file with sockets. */
import type { IncomingMessage } from 'node:http';
import type { RequestOptions as SecureOptions } from 'node:https';
import type { Product } from '../contract/action.ts';
import { Failure } from '../daemon/failure.ts';
import type { Trust } from '../daemon/tls.ts';
import { systemClock } from '../values/clock.ts';
import { randomUuid, systemRandom } from '../values/random.ts';
import type { ExecClientOptions } from '../wire/exec-client.ts';
import { EXEC_PROTOCOL } from '../wire/exec-frames.ts';
import { type SignedRequest, signRequest } from '../wire/sign-request.ts';

// Importing them would make Node load its HTTP client of the web, unused, at every command.
const { request: requestPlain } = process.getBuiltinModule('node:http');
const { request: requestSecure } = process.getBuiltinModule('node:https');

/** The server to call, and the key to sign with. */
export interface Target {
  /** `http://HOST:PORT`, or https. */
  readonly endpoint: string;
  /** What an https server is believed by; the usual authorities when absent. */
  readonly trust?: Trust | undefined;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Of temporary keys. */
  readonly securityToken?: string | undefined;
}

export type Answer = { readonly [name: string]: unknown };

/** The server refused a call. The message is the line for the person. */
export class CallRefused extends Failure {
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(code: string, message: string, requestId: string | undefined) {
    super(`${code}: ${message}${requestId === undefined ? '' : ` (RequestId ${requestId})`}`);
    this.code = code;
    this.requestId = requestId;
  }
}

/** An answer takes no longer than this unless it is streamed. Milliseconds. */
const PATIENCE = 60_000;

function sign(
  target: Target,
  product: Product,
  action: string,
  parameters: Readonly<Record<string, string>>,
  place: 'form' | 'query' = 'form',
): SignedRequest {
  return signRequest({
    place,
    product,
    action,
    parameters,
    key: { accessKeyId: target.accessKeyId, secret: target.accessKeySecret, securityToken: target.securityToken },
    endpoint: target.endpoint,
    time: systemClock.now(),
    nonce: randomUuid(systemRandom),
  });
}

/** Calls an action. Rejects with CallRefused when the server refuses, with Failure when none answers. */
export async function call(
  target: Target,
  product: Product,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await send(target, sign(target, product, action, parameters));
  const body = await readJson(target, response);
  if (response.statusCode === undefined || response.statusCode >= 300) throw refused(response, body);
  return body;
}

export interface Upgraded {
  readonly socket: ExecClientOptions['socket'];
  readonly head: Uint8Array;
}

/** Calls a streaming action; resolves with the connection once the server has agreed. */
export function upgrade(
  target: Target,
  product: Product,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Upgraded> {
  // A request that upgrades has no body: what follows its head belongs to the stream.
  const signed = sign(target, product, action, parameters, 'query');
  return new Promise((resolve, reject) => {
    const request = open(target, signed, { connection: 'Upgrade', upgrade: EXEC_PROTOCOL });
    request.once('error', (error) => reject(unreachable(target, error)));
    request.once('upgrade', (_response, socket, head) => resolve({ socket, head }));
    request.once('response', (response) => {
      readJson(target, response).then((body) => reject(refused(response, body)), reject);
    });
    request.end(signed.body);
  });
}

function send(target: Target, signed: SignedRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = open(target, signed, {});
    request.setTimeout(PATIENCE, () => request.destroy(new Error('no answer within a minute')));
    request.once('error', (error) => reject(unreachable(target, error)));
    request.once('response', resolve);
    request.end(signed.body);
  });
}

function open({ trust }: Target, signed: SignedRequest, more: { readonly [name: string]: string }) {
  const headers = { ...signed.headers, ...more, 'content-length': Buffer.byteLength(signed.body) };
  const options = { method: signed.method, headers, agent: false };
  return signed.url.startsWith('https:')
    ? requestSecure(signed.url, { ...options, ...secureOptions(trust) })
    : requestPlain(signed.url, options);
}

function secureOptions(trust: Trust | undefined): SecureOptions {
  if (!trust) return {};
  const ca = [...trust.certificates];
  return trust.pinned ? { ca, allowPartialTrustChain: true, checkServerIdentity: () => undefined } : { ca };
}

async function readJson(target: Target, response: IncomingMessage): Promise<Answer> {
  let text = '';
  try {
    for await (const piece of response.setEncoding('utf8')) text += piece;
  } catch (error) {
    throw unreachable(target, error);
  }
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Answer;
  } catch {
    // said below
  }
  throw new Failure(`${target.endpoint} does not answer like a Yunlan server (HTTP ${response.statusCode})`);
}

function refused(response: IncomingMessage, body: Answer): CallRefused {
  const text = (name: string): string | undefined =>
    typeof body[name] === 'string' && body[name] !== '' ? body[name] : undefined;
  return new CallRefused(
    text('Code') ?? `HTTP ${response.statusCode}`,
    text('Message') ?? 'the server gave no reason',
    text('RequestId'),
  );
}

function unreachable(target: Target, error: unknown): Failure {
  const words = error instanceof Error ? error.message || ('code' in error ? String(error.code) : '') : String(error);
  return new Failure(`${target.endpoint} does not answer: ${words}`, { cause: error });
}
