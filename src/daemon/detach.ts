/** Starting a daemon that lives on when the terminal closes, and hearing from it when it is ready or why it is not. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { start } from '../shell/shell.ts';
import { FILE, prepareDirectory } from './directory.ts';
import { Failure } from './failure.ts';
import type { Ready } from './serve.ts';

/** File descriptor on which a detached daemon says one line about its start. */
const REPORT = 3;

type Report = { readonly ready: Ready } | { readonly failed: string };

/** Starts `argv`, which must call one of the reports below. Throws its Failure. */
export async function startDetached(
  argv: readonly string[],
  dataDir: string,
  environment: { readonly [name: string]: string },
): Promise<Ready> {
  await prepareDirectory(dataDir);
  const logPath = join(dataDir, FILE.log);
  const log = openSync(logPath, 'a', 0o600);
  const child = start(argv, { detached: true, cwd: '/', stdio: ['ignore', log, log, 'pipe'], environment });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  const said = await readLine(child.stdio[REPORT] as Readable);
  const report = parse(said);
  if (report === undefined) {
    throw new Failure(`the daemon ended before it was ready (${await ended}): see ${logPath}`);
  }
  if ('failed' in report) {
    await ended;
    throw new Failure(report.failed);
  }
  child.unref();
  return report.ready;
}

export function reportReady({ announcement, authorityReplaced, obstacle }: Ready): void {
  const ready = {
    announcement,
    ...(authorityReplaced === undefined ? {} : { authorityReplaced }),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
  report({ ready });
}

export function reportFailed(line: string): void {
  report({ failed: line });
}

function report(words: Report): void {
  try {
    writeSync(REPORT, `${JSON.stringify(words)}\n`);
    closeSync(REPORT);
  } catch {
    // Whoever started us has left; the daemon is ready all the same.
  }
}

/** The first line; what there is of it when the stream ends before. */
async function readLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const piece of stream.setEncoding('utf8')) {
    text += piece;
    if (text.includes('\n')) break;
  }
  stream.destroy();
  return text;
}

function parse(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}
