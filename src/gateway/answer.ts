/** Outcomes to bytes: the shapes of success and failure that the official clients read. */
import { isRefusal, type Refusal } from '../values/refusal.ts';
import { writeXml } from '../wire/xml.ts';
import type { Format } from './format.ts';

// Importing it would make Node load its HTTP client of the web, unused, at every start.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

export const JSON_TYPE = 'application/json;charset=utf-8';
/** Exactly what official clients look for before they read a refusal as XML. */
const XML_TYPE = 'text/xml;charset=utf-8';

export interface Answer {
  readonly status: number;
  /** `OK` or the code of the refusal, for the log. */
  readonly code: string;
  readonly type: string;
  readonly body: string;
  /** Milliseconds after which the same request may be made again. */
  readonly retryAfter?: number | undefined;
}

/** What of a request shows in its answer. */
export interface Asked {
  readonly requestId: string;
  /** The Host header, so that HostId and Recommend name the server as its client does. */
  readonly host: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  readonly format: Format;
  /** Name of the action, once it is known: XML answers are called by it. */
  readonly actionName?: string | undefined;
}

export function answerOf(
  outcome: object | Refusal,
  { requestId, host, secure, format, actionName = '' }: Asked,
): Answer {
  if (!isRefusal(outcome)) {
    const fields = { RequestId: requestId, ...outcome };
    return { status: 200, code: 'OK', ...written(format, `${actionName}Response`, fields) };
  }
  const { code, status, message } = outcome;
  const fields = {
    RequestId: requestId,
    HostId: host,
    Code: code,
    Message: message,
    Recommend: `${secure ? 'https' : 'http'}://${host}/docs/errors?code=${encodeURIComponent(code)}&requestId=${requestId}`,
  };
  return { status, code, ...written(format, 'Error', fields) };
}

function written(format: Format, root: string, fields: object): Pick<Answer, 'type' | 'body'> {
  return format === 'XML'
    ? { type: XML_TYPE, body: writeXml(root, fields) }
    : { type: JSON_TYPE, body: JSON.stringify(fields) };
}

/** Headers of every answer. Nothing here is for a browser to guess about, to frame or to keep. */
export function answerHeaders({ type, retryAfter }: Answer, requestId: string): Record<string, string> {
  // The first is HTTP's and in seconds, the second what official clients read and in milliseconds.
  const retry: Record<string, string> =
    retryAfter === undefined
      ? {}
      : { 'retry-after': String(Math.ceil(retryAfter / 1000)), 'x-acs-retry-after': String(retryAfter) };
  return {
    ...retry,
    'content-type': type,
    'x-acs-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  };
}

/** The whole answer as text, for connections that have no response object (any more). Ends the connection. */
export function rawAnswer(answer: Answer, requestId: string): string {
  const headers = {
    ...answerHeaders(answer, requestId),
    'content-length': String(Buffer.byteLength(answer.body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${answer.body}`;
}
