/**
 * Examples for the reference pages, out of calls that were made: ids, times, keys and the like become the same ones each
 * time, long lists are cut.
 */

/** More items of a list say nothing new. */
const MOST_ITEMS = 2;

const REPLACED: readonly (readonly [pattern: RegExp, replacement: (count: number, match: string) => string])[] = [
  [/\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/g, (count) => `00000000-0000-4000-8000-${pad(count, 12)}`],
  [
    /\b(?:vpc|vsw|vrt|vtb|sg|sgr|i|eni|eip|rte|pl|d|rg|lt)-[a-z0-9]{10,24}\b/g,
    (count, match) => `${match.split('-')[0]}-bp1${pad(count, 17)}`,
  ],
  [/\bLTAI[A-Za-z0-9]{16,20}\b/g, (count) => `LTAIexample${pad(count, 9)}`],
  [/\b00:16:3e(?::[0-9a-f]{2}){3}\b/g, (count) => `00:16:3e:00:00:${pad(count % 100, 2)}`],
  [/\b\d{16}\b/g, (count) => `1${pad(count, 15)}`],
  [
    /\b20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?Z/g,
    (_count, match) => (match.length > 17 ? '2026-01-02T03:04:05Z' : '2026-01-02T03:04Z'),
  ],
];

const pad = (count: number, length: number): string => String(count).padStart(length, '0');

/** Names of fields whose values are secrets. */
const SECRET = /Secret|SecurityToken|Password/;

/** Puts the values of one example in order: each distinct id is numbered by its first appearance. */
export function inOrder<T>(example: T): T {
  const known = new Map<string, string>();
  const replaced = (text: string): string => {
    let result = text;
    for (const [pattern, replacement] of REPLACED) {
      const kind = pattern.source;
      result = result.replace(pattern, (match) => {
        const key = `${kind} ${match}`;
        const count = [...known.keys()].filter((each) => each.startsWith(`${kind} `)).length + 1;
        if (!known.has(key)) known.set(key, replacement(count, match));
        return known.get(key)!;
      });
    }
    return result;
  };
  const walk = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return SECRET.test(name) ? '…' : replaced(value);
    if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => walk(item, name));
    if (typeof value === 'number' && /^\d{16}$/.test(String(value))) return 1000000000000001;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, key)]));
  };
  return walk(example, '') as T;
}
