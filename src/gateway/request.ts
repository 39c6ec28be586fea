/** A request as it came over the wire, before anything in it is believed. */

export interface WireRequest {
  /** Upper case. */
  readonly method: string;
  /** `/`, without the query. */
  readonly path: string;
  /** Without the question mark, not decoded. */
  readonly query: string;
  readonly headers: WireHeaders;
  readonly body: Uint8Array;
  /** Address of the other end, for the log. */
  readonly remote: string;
}

export interface WireHeaders {
  /** Lower-case names; of repeated ones the first value. */
  readonly first: ReadonlyMap<string, string>;
  readonly repeated: ReadonlySet<string>;
}

/** `raw`: names and values in turn, as node:http gives them. */
export function readHeaders(raw: readonly string[]): WireHeaders {
  const first = new Map<string, string>();
  const repeated = new Set<string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (first.has(name)) repeated.add(name);
    else first.set(name, raw[at + 1]!);
  }
  return { first, repeated };
}

/** Path and query of a request target. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
