/** `--query` and `--until`: JMESPath expressions over answers (jmespath.org), as the vendor's own command line has them. */
import { compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath';
import { Failure } from '../../daemon/failure.ts';
import type { Answer } from '../client.ts';

/** A checked expression: what it selects of an answer; null where it selects nothing. */
export type Query = (answer: Answer) => unknown;

/** Throws a Failure that names the option when the expression cannot be read. */
export function readQuery(option: string, expression: string): Query {
  const compiled = attempt(option, expression, () => compile(expression));
  return (answer) =>
    attempt(option, expression, () => TreeInterpreter.search(compiled, answer as JSONValue)) as unknown;
}

/** Whether JMESPath takes a value for true: all but false, null and what is empty. */
export function isTrue(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** As lines for a person or a shell: a text without quotes, a list of plain values one a line, anything else as JSON. */
export function formatSelected(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.length > 0 && value.every(isPlain)) return `${value.map(String).join('\n')}\n`;
  return isPlain(value) ? `${String(value)}\n` : `${JSON.stringify(value, null, 2)}\n`;
}

function isPlain(value: unknown): boolean {
  return value !== null && typeof value !== 'object';
}

function attempt<R>(option: string, expression: string, work: () => R): R {
  try {
    return work();
  } catch (error) {
    throw new Failure(`${option} '${expression}': ${error instanceof Error ? error.message : String(error)}`);
  }
}
