/** Calls over everything but a socket: signed, answered by the gateway, in an order that repeats. */
import type { Product } from '../../src/contract/action.ts';
import type { RunningServer } from '../../src/server.ts';
import type { Clock } from '../../src/values/clock.ts';
import { type Random, randomUuid } from '../../src/values/random.ts';
import { flatten, type Nested } from '../../src/wire/flatten.ts';
import { signRequest } from '../../src/wire/sign-request.ts';

export interface Request {
  readonly [name: string]: Nested;
}

export interface CallSent {
  readonly product: Product;
  readonly action: string;
  readonly request: Request;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely in tests; their types are held by the contract test
  readonly body: any;
}

export interface Signer {
  readonly clock: Clock;
  readonly random: Random;
  /** The administrator's when absent. */
  readonly key?: { readonly accessKeyId: string; readonly accessKeySecret: string };
}

/** Sends a call; the answer without its RequestId, which is never twice the same. */
export async function send(server: RunningServer, { product, action, request }: CallSent, by: Signer): Promise<Answer> {
  const { accessKeyId, accessKeySecret } = by.key ?? server.administratorKey;
  const signed = signRequest({
    product,
    action,
    parameters: flatten({ RegionId: 'cn-hangzhou', ...request }),
    key: { accessKeyId, secret: accessKeySecret },
    endpoint: server.endpoint,
    time: by.clock.now(),
    nonce: randomUuid(by.random),
  });
  const response = await server.inject({
    method: signed.method,
    url: signed.url,
    headers: signed.headers,
    payload: signed.body,
  });
  const { RequestId, ...body } = JSON.parse(response.body);
  if (!/^[0-9A-F-]{36}$/.test(RequestId)) throw new Error(`${action} was answered without a RequestId`);
  return { status: response.statusCode, body };
}
