/** Pages for people: the status page of the console and the explanation that `Recommend` links to. */
import { ERRORS, type ErrorCode, refuse } from '../contract/errors.ts';
import type { Refusal } from '../values/refusal.ts';
import { decodePairs } from '../wire/percent.ts';
import type { Answer } from './answer.ts';
import type { GatewayOptions } from './options.ts';
import type { WireRequest } from './request.ts';

const HTML_TYPE = 'text/html;charset=utf-8';

/** The page at this path, or why there is none. */
export async function servePage(
  { method, path, query }: WireRequest,
  statusPage: GatewayOptions['statusPage'],
): Promise<Answer | Refusal> {
  const isConsole = (path === '/console/' || path === '/console') && statusPage !== undefined;
  if (!isConsole && path !== '/docs/errors') return refuse('InvalidPath.NotFound');
  if (method !== 'GET') return refuse('UnsupportedHTTPMethod');
  return page(isConsole ? await statusPage() : errorPage(query));
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
