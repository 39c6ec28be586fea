/** Signed requests for tests: sign with our own client code, send by inject or over a socket. */
import type { LightMyRequestResponse } from 'fastify';
import type { Product } from '../../src/contract/action.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { type RequestToSign, type SignedRequest, type SigningKey, signRequest } from '../../src/wire/sign-request.ts';
import { KEY } from './gateway-for-test.ts';

let counter = 0;

export interface Asked {
  readonly key?: SigningKey;
  readonly time?: number;
  readonly nonce?: string;
  readonly method?: 'GET' | 'POST';
  readonly place?: 'form' | 'query';
  readonly algorithm?: RequestToSign['algorithm'];
  readonly endpoint?: string;
}

export function signed(
  product: Product,
  action: string,
  parameters: Record<string, string> = {},
  asked: Asked = {},
): SignedRequest {
  counter += 1;
  return signRequest({
    product,
    action,
    parameters,
    key: KEY,
    endpoint: 'http://127.0.0.1:7070',
    time: Date.now(),
    nonce: `nonce-${process.pid}-${counter}`,
    ...asked,
  });
}

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: LightMyRequestResponse['headers'];
}

export async function inject(gateway: Gateway, request: SignedRequest): Promise<Answered> {
  const { pathname, search } = new URL(request.url);
  const response = await gateway.inject({
    method: request.method,
    url: pathname + search,
    headers: request.headers,
    ...(request.body === '' ? {} : { payload: request.body }),
  });
  return { status: response.statusCode, body: JSON.parse(response.body), headers: response.headers };
}
