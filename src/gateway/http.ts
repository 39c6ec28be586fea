/** Sockets and HTTP: from bytes to a WireRequest and back, with the limits on size and time. Knows nothing of actions. */
import type { ServerOptions as HttpServerOptions, IncomingMessage } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  type InjectOptions,
  type LightMyRequestResponse,
} from 'fastify';
import { refuse } from '../contract/errors.ts';
import type { Log } from '../values/log.ts';
import type { Refusal } from '../values/refusal.ts';
import { EXEC_PROTOCOL } from '../wire/exec-frames.ts';
import { type Answer, answerHeaders, answerOf, rawAnswer } from './answer.ts';
import { acceptedFormat } from './format.ts';
import type { Limits, TlsIdentity } from './options.ts';
import { readHeaders, splitTarget, type WireRequest } from './request.ts';
import { Connection } from './upgrade.ts';

export interface HttpOptions {
  readonly limits: Limits;
  readonly log: Log;
  readonly newRequestId: () => string;
  /** HTTPS with this identity; plain HTTP when absent. */
  readonly tls?: TlsIdentity | undefined;
  /** Told of what is refused without having been read. */
  unread(requestId: string, remote: string, refusal: Refusal): void;
  answer(request: WireRequest): Promise<Answered>;
  /** Gives the answer to send when the connection was not upgraded. */
  upgrade(request: WireRequest, connection: Connection): Promise<Answered>;
}

interface Answered {
  readonly requestId: string;
  readonly answer: Answer;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Http {
  listen(address: Address): Promise<Address>;
  close(): Promise<void>;
  inject(request: InjectOptions): Promise<LightMyRequestResponse>;
  /** Shows this identity on connections from now on. Throws where plain HTTP is spoken, and on what is no identity. */
  renewTls(identity: TlsIdentity): void;
}

/** Older versions are broken; the official clients of the last ten years speak this one. */
const LEAST_TLS = 'TLSv1.2';

export function createHttp({ limits, log, newRequestId, tls, unread, answer, upgrade }: HttpOptions): Http {
  const secure = tls !== undefined;
  const connections = new Set<Connection>();
  const sockets = new Set<Socket>();
  let closing = false;

  const http = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(limits.headersMs, limits.requestMs),
    // How often the two time limits are looked at.
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs, limits.requestMs),
    requireHostHeader: false,
    shouldUpgradeCallback: (request: IncomingMessage) => request.headers.upgrade?.toLowerCase() === EXEC_PROTOCOL,
  };
  const app = newApp(
    {
      bodyLimit: limits.bodyBytes,
      requestTimeout: limits.requestMs,
      // While closing we answer ServiceUnavailable in the API's own shape.
      return503OnClosing: false,
      forceCloseConnections: 'idle',
      exposeHeadRoutes: false,
      routerOptions: { querystringParser: () => ({}) },
      frameworkErrors: (error, request, reply) => {
        void fail(error, request, reply);
      },
      clientErrorHandler: onClientError,
    },
    http,
    tls && { ...secureContext(tls), handshakeTimeout: limits.headersMs },
  );

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.all('/*', onRequest);
  app.setNotFoundHandler(onRequest);
  app.setErrorHandler(fail);

  async function onRequest(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
    return send(reply, await answer(wireRequest(request.raw, body)));
  }

  /** What the framework refuses by itself, before a request could be read. */
  async function fail(
    error: Error & { code?: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const requestId = newRequestId();
    const refusal = refusalOf(error);
    if (refusal.status >= 500) log.error({ requestId, error }, 'a request failed inside');
    unread(requestId, request.ip, refusal);
    const host = request.raw.headers.host ?? 'localhost';
    const format = acceptedFormat(readHeaders(request.raw.rawHeaders));
    // The rest of the body may never come: this connection is of no use any more.
    reply.header('connection', 'close');
    return send(reply, { requestId, answer: answerOf(refusal, { requestId, host, format, secure }) });
  }

  function send(reply: FastifyReply, { requestId, answer }: Answered): FastifyReply {
    return reply.code(answer.status).headers(answerHeaders(answer, requestId)).send(answer.body);
  }

  /** Bytes that are no HTTP, too large or too slow: there is no request object, only the socket. */
  function onClientError(error: Error & { code?: string }, socket: Socket): void {
    // A failed TLS handshake comes here too; nothing can be said to its client.
    if (error.code === 'ECONNRESET' || !socket.writable || !sockets.has(socket)) {
      socket.destroy();
      return;
    }
    const requestId = newRequestId();
    const refusal = refusalOf(error);
    unread(requestId, socket.remoteAddress ?? '', refusal);
    socket.end(rawAnswer(answerOf(refusal, { requestId, host: 'localhost', format: 'JSON', secure }), requestId), () =>
      socket.destroy(),
    );
  }

  const count = (socket: Socket): void => {
    // One whose handshake ends only now has not said a word either.
    if (closing) socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  app.server.on('connection', count);
  // The one inside TLS: on the one outside the handshake looks like words.
  app.server.on('secureConnection', count);
  app.server.on('tlsClientError', (error: Error, socket: Socket) => {
    log.debug({ remote: socket.remoteAddress, words: error.message }, 'a TLS handshake failed');
  });
  app.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const connection = new Connection(socket, head);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
    void upgrade(wireRequest(request, new Uint8Array()), connection).then(({ requestId, answer }) => {
      connection.decline(rawAnswer(answer, requestId));
    });
  });

  return {
    inject: (request) => app.inject(request),
    renewTls(identity) {
      if (!tls) throw new Error('this server speaks plain HTTP');
      (app.server as SecureServer).setSecureContext(secureContext(identity));
    },
    async listen({ host, port }) {
      await app.listen({ host, port });
      const bound = app.server.address() as AddressInfo;
      return { host: bound.address, port: bound.port };
    },
    async close() {
      closing = true;
      for (const connection of connections) connection.abort();
      // Connections that never said a word count as busy with their first request; nobody waits on them.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const timer = setTimeout(() => {
        for (const connection of connections) connection.destroy();
        for (const socket of sockets) socket.destroy();
      }, limits.closeMs);
      try {
        await app.close();
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** A server of either kind. They differ in what opens a connection alone, so both are handled as one type. */
function newApp(
  options: FastifyServerOptions,
  http: HttpServerOptions,
  secure: (SecureContextOptions & { readonly handshakeTimeout: number }) | undefined,
): FastifyInstance {
  if (!secure) return fastify({ ...options, http });
  return fastify({ ...options, https: { ...http, ...secure } } as FastifyServerOptions);
}

function secureContext({ certificate, privateKey }: TlsIdentity): SecureContextOptions {
  return { cert: certificate, key: privateKey, minVersion: LEAST_TLS };
}

function wireRequest(message: IncomingMessage, body: Uint8Array): WireRequest {
  return {
    method: message.method ?? '',
    ...splitTarget(message.url ?? ''),
    headers: readHeaders(message.rawHeaders),
    body,
    remote: message.socket.remoteAddress ?? '',
  };
}

function refusalOf({ code = '' }: { readonly code?: string }): Refusal {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refuse('RequestTooLarge');
  if (code === 'HPE_HEADER_OVERFLOW' || code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return refuse('RequestTooLarge');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse('RequestTimeout');
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return refuse('InvalidParameter', { parameter: 'Content-Length' });
  if (code.startsWith('FST_ERR_CTP_')) return refuse('InvalidParameter', { parameter: 'Content-Type' });
  if (code.startsWith('HPE_')) return refuse('InvalidParameter', { detail: 'This is not HTTP/1.1.' });
  if (code === 'FST_ERR_BAD_URL') return refuse('InvalidPath.NotFound');
  return refuse('InternalError');
}
