/** Driving the real launcher, each test in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

export const ROOT = join(import.meta.dirname, '..', '..');
export const LAUNCHER = join(ROOT, 'yunlan');

export const AS_ROOT = process.getuid?.() === 0;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  readonly input?: string;
  /** Leaves its input open, as a terminal does. */
  readonly keepInput?: boolean;
  /** Program and arguments in front of the launcher. */
  readonly through?: readonly string[];
  readonly launcher?: string;
}

/** What every command of the tests sees of the environment: nothing of the person's own settings. */
export function cleanEnvironment(more: { readonly [name: string]: string } = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, CI } = process.env;
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...(CI ? { CI } : {}), ...more };
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout holds this text. */
  says(text: string): Promise<void>;
}

/** Starts the launcher and lets it run. */
export function start(words: readonly string[], options: RunOptions = {}): Started {
  const [program, ...args] = [...(options.through ?? []), options.launcher ?? LAUNCHER, ...words];
  const child = spawn(program!, args, {
    cwd: options.cwd ?? tmpdir(),
    env: cleanEnvironment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let hear = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
    hear();
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  child.stdin.on('error', () => {});
  if (!options.keepInput) child.stdin.end(options.input ?? '');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
      hear();
    });
  });
  const started: Started = {
    child,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        hear = () => {
          if (stdout.includes(text)) resolve();
          else if (child.exitCode !== null || child.signalCode !== null) {
            reject(new Error(`it ended without saying '${text}': ${stdout}${stderr}`));
          }
        };
        hear();
      }),
  };
  running.add(started);
  child.on('close', () => running.delete(started));
  return started;
}

/** Runs the launcher to its end. */
export function yunlan(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return start(words, options).ended;
}

/** Arguments that take from root what lets it pass over file permissions; none when we are not root. */
export function withoutPrivileges(): string[] {
  return AS_ROOT ? ['setpriv', '--bounding-set=-all', '--'] : [];
}

const folders: string[] = [];
const running = new Set<Started>();

/** To be called at the top of each test file: this module may be loaded once for several, hooks belong to one. */
export function cleanUpAfterEach(): void {
  afterEach(async () => {
    // Only after a test that failed or took too long is anything left.
    for (const { child, ended } of running) {
      child.kill('SIGTERM');
      await ended;
    }
    for (const folder of folders.splice(0)) {
      const { code, stderr } = await yunlan(['down', '--data', join(folder, 'data')]);
      if (code !== 0) throw new Error(`down failed: ${stderr}`);
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** A folder that goes after the test, with the daemon of its `data` when there is one. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yunlan-cli-'));
  folders.push(folder);
  return folder;
}

export interface Announced {
  readonly endpoint: string;
  readonly console: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly region: string;
  readonly driver: string;
  readonly data: string;
  readonly pid: number;
}

/** Words that start a region without packets on any free port. */
export const UP = ['up', '--driver', 'simulated', '--port', '0', '--detach', '--json'] as const;

/** Starts a detached region without packets. */
export async function up(data: string, more: readonly string[] = [], options: RunOptions = {}): Promise<Announced> {
  const { code, stdout, stderr } = await yunlan([...UP, '--data', data, ...more], options);
  if (code !== 0) throw new Error(`up failed: ${stderr}`);
  return JSON.parse(stdout) as Announced;
}
