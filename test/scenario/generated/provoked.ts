/** Which error codes some test provokes, by reading the tests: the codes that they expect by name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from '../../../src/contract/errors.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Where codes are named without being provoked. */
const NOT_COUNTED = /^test\/(fuzz|scenario\/generated|architecture)\//;

export interface TestText {
  readonly path: string;
  readonly text: string;
}

/** Tests, and the catalogue of invalid calls, each of whose entries is a test. */
export function testTexts(): TestText[] {
  const files = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`);
  return [...files('src'), ...files('test')]
    .filter((path) => /\.test\.ts$/.test(path) || /^test\/scenario\/refusals\/.*\.ts$/.test(path))
    .filter((path) => !NOT_COUNTED.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/**
 * The codes among these texts that a test expects: quoted, outside of comments, and not on a line that expects anything
 * but this code.
 */
export function expectedCodes(texts: readonly TestText[]): Map<string, string[]> {
  const expected = new Map<string, string[]>();
  for (const { path, text } of texts) {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
    for (const line of code.split('\n')) {
      if (/\.not\.|not\.(toBe|toContain|toMatch)/.test(line)) continue;
      // A refusal that a test makes up itself provokes nothing, nor does a title.
      if (/makeRefusal\(|refuse\(|\b(it|describe)(\.each)?\(/.test(line)) continue;
      const quoted = [...line.matchAll(/'([^']*)'|"([^"]*)"|`([^`]*)`/g)].map(
        (match) => match[1] ?? match[2] ?? match[3]!,
      );
      for (const word of quoted.flatMap((text) => text.split(/[^A-Za-z0-9.]+/))) {
        if (!Object.hasOwn(ERRORS, word)) continue;
        const places = expected.get(word) ?? [];
        if (!places.includes(path)) places.push(path);
        expected.set(word, places);
      }
    }
  }
  return expected;
}
