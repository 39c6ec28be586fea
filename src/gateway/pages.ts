/**
 * Pages for people: the status page of the console and the explanation that `Recommend` links to. And for machines that
 * watch this one: whether it lives, whether it is of use, and in numbers. Nobody signs these, so they tell of no account.
 */
import { ERRORS, type ErrorCode, refuse } from '../contract/errors.ts';
import type { Refusal } from '../values/refusal.ts';
import { decodePairs } from '../wire/percent.ts';
import { type Answer, JSON_TYPE } from './answer.ts';
import type { GatewayOptions } from './options.ts';
import type { WireRequest } from './request.ts';

const HTML_TYPE = 'text/html;charset=utf-8';

/** Pages that machines ask for again and again. */
const PROBES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

export function isProbe(path: string): boolean {
  return PROBES.has(path);
}

/** The page at this path, or why there is none. `closing`: this server takes no more requests. */
export async function servePage(
  { method, path, query }: WireRequest,
  options: Pick<GatewayOptions, 'statusPage' | 'metrics' | 'problems'>,
  closing: boolean,
): Promise<Answer | Refusal> {
  const page = pageAt(path, query, options, closing);
  if (!page) return refuse('InvalidPath.NotFound');
  return method === 'GET' ? page() : refuse('UnsupportedHTTPMethod');
}

function pageAt(
  path: string,
  query: string,
  { statusPage, metrics, problems }: Pick<GatewayOptions, 'statusPage' | 'metrics' | 'problems'>,
  closing: boolean,
): (() => Promise<Answer>) | undefined {
  switch (path) {
    case '/console':
    case '/console/':
      return statusPage && (async () => page(await statusPage()));
    case '/docs/errors':
      return async () => page(errorPage(query));
    case '/health':
      return async () => state(200, { status: 'alive' });
    case '/ready':
      return async () => {
        const found = closing ? ['the server is shutting down'] : ((await problems?.()) ?? []);
        return state(found.length === 0 ? 200 : 503, { ready: found.length === 0, problems: found });
      };
    case '/metrics':
      return metrics && (async () => ({ status: 200, code: 'OK', ...(await metrics()) }));
    default:
      return undefined;
  }
}

function state(status: number, facts: object): Answer {
  return { status, code: status === 200 ? 'OK' : 'ServiceUnavailable', type: JSON_TYPE, body: JSON.stringify(facts) };
}

function errorPage(query: string): string {
  const asked = new Map(decodePairs(query) ?? []);
  const code = asked.get('code') ?? '';
  if (Object.hasOwn(ERRORS, code)) {
    const { status, text } = ERRORS[code as ErrorCode];
    const requestId = asked.get('requestId');
    const trace = requestId ? `<p>RequestId <code>${escapeHtml(requestId)}</code>: the server's log has it.</p>` : '';
    return document(code, `<p>${escapeHtml(text)}</p><p>HTTP status ${status}.</p>${trace}`);
  }
  const rows = Object.entries(ERRORS).map(
    ([name, { status, text }]) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${status}</td><td>${escapeHtml(text)}</td></tr>`,
  );
  return document(
    'Error codes',
    `<table><tr><th>Code</th><th>Status</th><th>Meaning</th></tr>${rows.join('')}</table>`,
  );
}

function document(title: string, body: string): string {
  const style =
    'body{font:16px sans-serif;margin:2rem;max-width:60rem}td,th{text-align:left;padding:.2rem .8rem .2rem 0}';
  const heading = escapeHtml(title);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${heading}</title><style>${style}</style><h1>${heading}</h1>${body}</html>`;
}

function page(html: string): Answer {
  return { status: 200, code: 'OK', type: HTML_TYPE, body: html };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
