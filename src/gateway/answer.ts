/** Outcomes to bytes: the shapes of success and failure that the official clients read. */
import { STATUS_CODES } from 'node:http';
import { isRefusal, type Refusal } from '../values/refusal.ts';

export const JSON_TYPE = 'application/json;charset=utf-8';

export interface Answer {
  readonly status: number;
  /** `OK` or the code of the refusal, for the log. */
  readonly code: string;
  readonly type: string;
  readonly body: string;
}

/** `host`: the Host header, so that HostId and Recommend name the server as its client does. */
export function answerOf(outcome: object | Refusal, requestId: string, host: string): Answer {
  if (!isRefusal(outcome)) {
    return { status: 200, code: 'OK', type: JSON_TYPE, body: JSON.stringify({ RequestId: requestId, ...outcome }) };
  }
  const { code, status, message } = outcome;
  const body = JSON.stringify({
    RequestId: requestId,
    HostId: host,
    Code: code,
    Message: message,
    Recommend: `http://${host}/docs/errors?code=${encodeURIComponent(code)}&requestId=${requestId}`,
  });
  return { status, code, type: JSON_TYPE, body };
}

/** Headers of every answer. Nothing here is for a browser to guess about, to frame or to keep. */
export function answerHeaders({ type }: Answer, requestId: string): Record<string, string> {
  return {
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
