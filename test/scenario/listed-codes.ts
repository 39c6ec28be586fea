/** Which codes an action may refuse with: those it lists, and those of every call. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '../../src/contract/action.ts';
import { ERRORS } from '../../src/contract/errors.ts';

const SRC = join(import.meta.dirname, '..', '..', 'src');

/** Codes that the sources at these paths name. */
function codesNamedIn(...paths: readonly string[]): Set<string> {
  const files = paths.flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : readdirSync(join(SRC, path), { recursive: true, encoding: 'utf8' }).map((file) => `${path}/${file}`),
  );
  const text = files
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(SRC, path), 'utf8'))
    .join('\n');
  const words = [...text.matchAll(/'([A-Za-z][A-Za-z.0-9]*)'/g)].map(([, word]) => word!);
  return new Set(words.filter((word) => Object.hasOwn(ERRORS, word)));
}

/** What the gateway and the frame of every call can answer to any action, so that no action lists it. */
export const GENERAL_CODES: ReadonlySet<string> = codesNamedIn('gateway', 'network/call.ts');

/** Whether the action may refuse so. */
export function mayRefuse(action: Action, code: string): boolean {
  return GENERAL_CODES.has(code) || (action.errors as readonly string[]).includes(code);
}
