/** What commands print: answers on stdout, words for the person on stderr. */
import { formatSelected, readQuery } from './action/query.ts';
import { formatTable } from './action/table.ts';
import type { Answer } from './client.ts';
import type { SharedOptions } from './shared-options.ts';

const USUAL_WIDTH = 100;

/** Characters on a line of the person's screen. */
export function screenWidth(): number {
  return process.stdout.columns ?? USUAL_WIDTH;
}

/**
 * Prints an answer, or what the person's query selects of it: a plain value as it is, for shells; else in the form that
 * was asked for. Throws a Failure when the query cannot be read.
 */
export function printAnswer(answer: Answer, { output, query }: SharedOptions): void {
  const selected = query === undefined ? answer : readQuery('--query', query)(answer);
  process.stdout.write(
    output === 'table' && typeof selected === 'object' && selected !== null
      ? formatTable(selected as Answer, process.stdout.columns ?? Number.POSITIVE_INFINITY)
      : query === undefined
        ? `${JSON.stringify(answer, null, 2)}\n`
        : formatSelected(selected),
  );
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line for the person, beside what the command answers. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
