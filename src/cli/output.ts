/** What commands print: answers on stdout, words for the person on stderr. */
import { formatTable } from './action/table.ts';
import type { Answer } from './client.ts';
import type { SharedOptions } from './shared-options.ts';

const USUAL_WIDTH = 100;

/** Characters on a line of the person's screen. */
export function screenWidth(): number {
  return process.stdout.columns ?? USUAL_WIDTH;
}

export function printAnswer(answer: Answer, { output }: SharedOptions): void {
  process.stdout.write(
    output === 'table'
      ? formatTable(answer, process.stdout.columns ?? Number.POSITIVE_INFINITY)
      : `${JSON.stringify(answer, null, 2)}\n`,
  );
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line for the person, beside what the command answers. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
