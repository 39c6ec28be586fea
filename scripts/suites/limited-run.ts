/** Runs programs of the test run: each in a process group of its own, no longer than it may, ended when we are. */
import { type ChildProcess, spawn } from 'node:child_process';

/** Between asking a program to end and ending it. Milliseconds. */
const GRACE = 15_000;

/** After the end of a program, for what it said last. Milliseconds. */
const LAST_WORDS = 2_000;

const running = new Set<ChildProcess>();

export interface Run {
  /** How it failed, if it did. */
  readonly words: string | undefined;
  readonly seconds: number;
  /** What it said, when that was kept. */
  readonly output: string;
}

export interface RunOptions {
  /** Milliseconds. */
  readonly limit: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Keeps the output instead of passing it on: what runs beside others would mix with theirs. */
  readonly quiet: boolean;
}

export function runLimited(argv: readonly string[], { limit, cwd, env, quiet }: RunOptions): Promise<Run> {
  const began = process.hrtime.bigint();
  const pieces: Buffer[] = [];
  const out = quiet ? 'pipe' : 'inherit';
  return new Promise((resolve) => {
    const child = spawn(argv[0]!, argv.slice(1), { cwd, env, stdio: ['ignore', out, out], detached: true });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => pieces.push(piece));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(child, 'SIGTERM');
      setTimeout(() => end(child, 'SIGKILL'), GRACE).unref();
    }, limit);
    const over = (words: string | undefined): void => {
      running.delete(child);
      clearTimeout(timer);
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      const seconds = Math.round(Number(process.hrtime.bigint() - began) / 1e8) / 10;
      const output = Buffer.concat(pieces).toString();
      resolve({ words: late ? `took longer than ${limit / 1000} s` : words, seconds, output });
    };
    child.once('error', (error) => over(error.message));
    child.once('exit', (code, signal) => {
      const words = code === 0 ? undefined : (signal ?? `exit status ${code}`);
      // What it said last may still be on its way; somebody whom it has left behind may hold its output open for ever.
      const waited = setTimeout(over, LAST_WORDS, words);
      child.once('close', () => {
        clearTimeout(waited);
        over(words);
      });
    });
  });
}

/** Signals the process groups of all that run. */
export function endAll(signal: NodeJS.Signals): void {
  for (const child of running) end(child, signal);
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it has ended
  }
}
