/**
 * Running programs of the machine: the only place that spawns. Always an argument list, never a shell string; always
 * LC_ALL=C; errors carry the arguments and the program's own words.
 */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, existsSync, readdirSync, readFileSync } from 'node:fs';

/** Programs such as nft and ip lie here, which an ordinary user's PATH often lacks. */
export const SYSTEM_PATHS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** Most characters of output that are kept of a program that is run to its end. */
const MOST_OUTPUT = 64 * 1024 * 1024;

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface RunOptions {
  /** Text given on standard input. */
  readonly input?: string;
  /** After so many milliseconds the program is killed and the call fails; 30 s when absent. */
  readonly timeout?: number;
  /** Exit statuses that are no failure; only 0 when absent. */
  readonly accept?: readonly number[];
  readonly cwd?: string;
  readonly environment?: { readonly [name: string]: string };
}

/** A program that could not be run, was killed, or ended with a status that is not accepted. */
export class CommandFailed extends Error {
  readonly argv: readonly string[];
  /** Exit status; null when it was killed or could not be started. */
  readonly code: number | null;
  readonly stderr: string;

  constructor(argv: readonly string[], code: number | null, stderr: string, cause?: unknown) {
    super(`${argv.join(' ')}: ${stderr.trim() || (code === null ? 'was killed' : `exit status ${code}`)}`, { cause });
    this.argv = argv;
    this.code = code;
    this.stderr = stderr;
  }
}

/** PATH for the programs that are started, `LC_ALL=C` and nothing else of our environment. */
export function commandEnvironment(more: { readonly [name: string]: string } = {}): NodeJS.ProcessEnv {
  return { PATH: SYSTEM_PATHS.join(':'), LC_ALL: 'C', ...more };
}

let strangersClosed = false;

/**
 * Closes files that whoever started us left open by accident. They would pass on to every program, and so into
 * instances, where an open directory of the machine is a way out. Node marks all files it opens, and the low numbers
 * that it inherits, as not to be passed on (close-on-exec): what bears no mark nobody here knows.
 */
function closeStrangers(): void {
  if (strangersClosed) return;
  strangersClosed = true;
  const closeOnExec = 0o2000000;
  // Without it this is no Linux, and there are no instances.
  if (!existsSync('/proc/self/fdinfo')) return;
  for (const number of readdirSync('/proc/self/fdinfo')
    .map(Number)
    .filter((number) => number > 2)) {
    try {
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${number}`, 'latin1'))?.[1];
      if (flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0) closeSync(number);
    } catch (error) {
      // the one that listed them is closed again
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

export interface StartOptions {
  readonly stdio?: StdioOptions;
  /** In a session of its own: lives on when we end. */
  readonly detached?: boolean;
  readonly cwd?: string;
  readonly environment?: { readonly [name: string]: string };
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a program and hands out the process; the caller listens to its `error` and `close`. */
export function start(argv: readonly string[], options: StartOptions = {}): ChildProcess {
  const [program, ...args] = argv;
  if (program === undefined) throw new TypeError('no program given');
  closeStrangers();
  return spawn(program, args, {
    stdio: options.stdio ?? ['pipe', 'pipe', 'pipe'],
    detached: options.detached ?? false,
    cwd: options.cwd,
    env: commandEnvironment(options.environment),
    shell: false,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
}

/** Runs a program to its end. Rejects with {@link CommandFailed}. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = start(argv, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.environment === undefined ? {} : { environment: options.environment }),
    });
    let stdout = '';
    let stderr = '';
    const limit = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 30_000);
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      if (stdout.length < MOST_OUTPUT) stdout += piece;
    });
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      if (stderr.length < MOST_OUTPUT) stderr += piece;
    });
    child.on('error', (error) => {
      clearTimeout(limit);
      reject(new CommandFailed(argv, null, error.message, error));
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      if (code !== null && (options.accept ?? [0]).includes(code)) resolve({ stdout, stderr, code });
      else reject(new CommandFailed(argv, code, stderr));
    });
    child.stdin?.on('error', () => {
      // the program ended without reading all of its input; its exit status tells
    });
    child.stdin?.end(options.input ?? '');
  });
}
