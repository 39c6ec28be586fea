/**
 * Network namespaces of instances are made by guest-namespaces.ts (not by `ip netns add`): each has a user namespace.
 *
 * The process that owns the private user, network, mount, process, IPC and host-name namespaces of one data
 * directory. It is no child that ends with the daemon: whatever lives in the namespaces outlives a killed daemon and is
 * adopted by the next. Nothing of the machine's network, mounts or files is changed from within.
 */
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { run, start } from '../../shell/shell.ts';
import { steadyClock } from '../../values/clock.ts';
import type { Log } from '../../values/log.ts';
import { type IdentityMap, writeIdentityMap } from './identity-map.ts';
import { probeNamespaces } from './namespaces.ts';
import { ended, lives, markOf, type ProcessMark, readMark, signal, staysAlive } from './process.ts';

export interface Holder {
  /** Process id, as the machine counts, of the first process of the namespaces. */
  readonly pid: number;
  readonly identity: IdentityMap;
  /**
   * Arguments that run the command as root of the namespaces; in the network namespace `net` of /run/netns there, else
   * in the holder's own. Its working directory is `/`. A signal to what these arguments start does not reach the
   * command itself.
   */
  inside(command: readonly string[], options?: { readonly net?: string }): string[];
  /**
   * Arguments that run the command in the network namespace `net` of /run/netns there, with all rights in it, but else
   * where the daemon is: with the machine's files, of which root inside may not see all.
   */
  inNetwork(command: readonly string[], net: string): string[];
  /** The file that is that network namespace, as the daemon sees it. */
  networkFile(net: string): string;
  /** Makes a directory of the machine visible inside, owned by root there, and answers where: /run/yunlan/NAME. */
  expose(name: string, directory: string): Promise<string>;
  /** False from the moment on at which the first process begins to end, and everything in the namespaces with it. */
  alive(): boolean;
  /** Ends every process in the namespaces; with them go mounts and networks. Harmless when they have ended. */
  end(): Promise<void>;
}

export interface HolderOptions {
  /** Directory for the run file; made when missing. One holder each. */
  readonly runDir: string;
  readonly log: Log;
}

interface RunFile {
  readonly process: ProcessMark;
  readonly identity: IdentityMap;
}

/** How long the namespaces may take to be made or to end. Milliseconds. */
const PATIENCE = 20_000;

/**
 * Adopts the holder that an earlier daemon left running, else starts one.
 * Throws an Error with one sentence when the system does not allow it.
 * Two calls at once for one `runDir` would make two: the daemon holds the lock of its data directory.
 */
export async function openHolder(options: HolderOptions): Promise<Holder> {
  await mkdir(options.runDir, { recursive: true, mode: 0o700 });
  const path = join(options.runDir, 'holder.json');
  const recorded = await readRunFile(path);
  if (recorded !== undefined && (await isMade(recorded.process))) {
    options.log.info({ pid: recorded.process.pid }, 'adopted the namespaces of an earlier daemon');
    return handle(recorded, path);
  }
  const made = await startHolder(path, options.log).catch(async (error: unknown) => {
    // Tried first, explained when it failed: the probe takes as long as the start itself.
    const probed = await probeNamespaces();
    throw probed.ok ? error : new Error(`${probed.reason}: ${probed.remedy}`, { cause: error });
  });
  options.log.info({ pid: made.process.pid, users: made.identity.users }, 'made the namespaces');
  return handle(made, path);
}

/**
 * Whether the holder lives and its namespaces are ready. One whose daemon was killed while it made them is awaited: it
 * goes on if it had been told to, else it ends.
 */
async function isMade(mark: ProcessMark): Promise<boolean> {
  const late = steadyClock.now() + PATIENCE;
  while (lives(mark)) {
    const line = await readFile(`/proc/${mark.pid}/cmdline`, 'latin1').catch(() => '');
    if (line.endsWith('\0yunlan-holder\0hold\0')) return true;
    if (steadyClock.now() > late) signal(mark, 'SIGKILL');
    await pause(5);
  }
  return false;
}

function handle(file: RunFile, path: string): Holder {
  const { process: mark, identity } = file;
  const enter = (net: string) => [
    'nsenter',
    `--target=${mark.pid}`,
    '--user',
    '--mount',
    '--uts',
    '--ipc',
    '--pid',
    net,
    // Without --preserve-credentials nsenter becomes root inside and drops all groups, which one mapped user may not.
    ...(identity.users === 'many' ? [] : ['--preserve-credentials']),
    '--',
  ];
  const own = enter('--net');
  const networkFile = (net: string) => `/proc/${mark.pid}/root/run/netns/${net}`;
  const inside: Holder['inside'] = (command, options = {}) =>
    options.net === undefined ? [...own, ...command] : [...enter(`--net=${networkFile(options.net)}`), ...command];
  return {
    pid: mark.pid,
    identity,
    inside,
    // Root of the machine has every right in namespaces below its own already.
    inNetwork: (command, net) => [
      'nsenter',
      ...(process.getuid?.() === 0 ? [] : [`--target=${mark.pid}`, '--user', '--preserve-credentials']),
      `--net=${networkFile(net)}`,
      '--',
      ...command,
    ],
    networkFile,
    alive: () => staysAlive(mark),
    async expose(name, directory) {
      const target = `/run/yunlan/${name}`;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      if (process.getuid?.() === 0) await chown(directory, identity.uid, identity.gid);
      const mounted = await run(inside(['mountpoint', '-q', target]), { accept: [0, 1, 32] });
      if (mounted.code === 0) return target;
      await run(inside(['mkdir', '-p', '-m', '700', target]));
      // Only our own identity can be sure to walk to the directory (root inside is a stranger to /root), so root binds
      // it with the machine's user namespace and the holder's mounts.
      const bind = ['mount', '--bind', directory, target];
      await run(
        process.getuid?.() === 0 ? ['nsenter', `--target=${mark.pid}`, '--mount', '--', ...bind] : inside(bind),
      );
      return target;
    },
    async end() {
      // The kernel ends everything in a process namespace before its first process is gone.
      signal(mark, 'SIGKILL');
      if (!(await ended(mark, PATIENCE))) throw new Error(`process ${mark.pid} does not end`);
      await rm(path, { force: true });
    },
  };
}

/**
 * Makes the namespaces. The new process waits for our answer before it does anything, and ends when we are gone: so
 * either the run file names it or it does not live on, whenever the daemon is killed.
 */
async function startHolder(path: string, log: Log): Promise<RunFile> {
  const text = await readFile(new URL('./holder-init.sh', import.meta.url), 'utf8');
  // As a slave the tree of mounts follows the machine's: what is unmounted there is not kept busy here.
  const namespaces = ['--user', '--net', '--mount', '--propagation=slave', '--uts', '--ipc', '--pid'];
  const child = start(
    [
      'unshare',
      ...namespaces,
      '--keep-caps',
      '--fork',
      '--kill-child',
      'sh',
      '-c',
      text,
      'yunlan-holder',
      'start',
      text,
    ],
    { detached: true, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new TypeError('pipes were asked for');
  let said = '';
  let complaint = '';
  let heard = () => {};
  let over = false;
  const hear = () => heard();
  stdout.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
    hear();
  });
  stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaint += piece;
  });
  stdin.on('error', () => {
    // it ended early; 'close' tells
  });
  child.on('error', (error) => {
    complaint += error.message;
    over = true;
    hear();
  });
  child.on('close', () => {
    over = true;
    hear();
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const line = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(said);
      if (found !== null) return found[1] ?? '';
      if (over) throw new Error(`the namespaces cannot be made: ${complaint.trim() || 'ended without a word'}`);
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  try {
    const pid = Number(await line(/^made (\d+)\n/m));
    const identity = await writeIdentityMap(pid, log);
    const mark = markOf(pid);
    if (mark === undefined) throw new Error('the namespaces ended while they were made');
    const file: RunFile = { process: mark, identity };
    await writeRunFile(path, file);
    stdin.write(`${identity.users}\n`);
    await line(/^(ready)\n/m);
    // It says so a moment before it becomes what is looked for above.
    if (!(await isMade(mark))) throw new Error('the namespaces ended as soon as they were made');
    return file;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(limit);
    stdin.destroy();
    stdout.destroy();
    stderr.destroy();
    child.unref();
  }
}

async function writeRunFile(path: string, file: RunFile): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readRunFile(path: string): Promise<RunFile | undefined> {
  try {
    const file = JSON.parse(await readFile(path, 'utf8')) as Partial<RunFile>;
    const mark = readMark(file.process);
    const identity = file.identity;
    return mark !== undefined && identity !== undefined ? { process: mark, identity } : undefined;
  } catch {
    // none, or one that a crash of the machine cut short: no process of that boot lives
    return undefined;
  }
}
