/** Percent-encoding: strict on the way out (RFC 3986 unreserved characters only), strict UTF-8 on the way in. */

const UNRESERVED = /^[A-Za-z0-9\-_.~]*$/;

/** Text for a URL or a canonical form: everything but `A-Z a-z 0-9 - _ . ~` as `%XX` of its UTF-8 bytes. */
export function percentEncode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The reverse, `+` being a space as in forms. Undefined when an escape is broken or the bytes are no UTF-8. */
export function percentDecode(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return undefined;
  }
}

/** Pairs of a query string or a form body in their order. Undefined when a name or value cannot be decoded. */
export function decodePairs(encoded: string): [name: string, value: string][] | undefined {
  const pairs: [string, string][] = [];
  for (const piece of encoded.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = percentDecode(equals < 0 ? piece : piece.slice(0, equals));
    const value = equals < 0 ? '' : percentDecode(piece.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return pairs;
}

/** `name=value` of each pair, sorted by name in code-unit order, strictly escaped, joined by `&`. */
export function canonicalPairs(pairs: Iterable<readonly [name: string, value: string]>): string {
  return [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}
