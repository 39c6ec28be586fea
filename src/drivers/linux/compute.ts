/**
 * Namespace instances: a set of processes with a network, process tree, mounts, host name and root file system of their
 * own, without a kernel of their own. CPU and memory are not limited today, whatever the instance type says; neither
 * is the size of a disk.
 *
 * An instance has its own user namespace (see guest-namespaces.ts) and keeps every capability in it: they reach its own
 * interfaces, mounts and processes and nothing else. Of the machine it sees the programs below /usr, read-only.
 * Its disk is a directory; its root user is the holder's root, so files of the machine that are not readable to all
 * are closed to it when real root runs us, and out of its sight always.
 *
 * Its processes hang on the holder. Each operation of one instance waits for the one before.
 */
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Compute, GuestSpec } from '../../realize/driver.ts';
import { run, start } from '../../shell/shell.ts';
import { steadyClock } from '../../values/clock.ts';
import type { Log } from '../../values/log.ts';
import { execInside } from './exec.ts';
import type { Holder } from './holder.ts';
import { ended, lives, markOf, type ProcessMark, readMark, signal } from './process.ts';

export interface LinuxComputeOptions {
  readonly holder: Holder;
  /** Disks lie in `disks/ID`, console logs in `logs/ID.log`, run files in `run/guests`. */
  readonly dataDir: string;
  readonly log: Log;
}

/** What is known of a running instance; written before anything of it may live on without the daemon. */
interface RunFile {
  /** First process of the instance. */
  readonly init: ProcessMark;
  /** Writes its console log; ends after the last process of the instance. */
  readonly console: ProcessMark;
  readonly hostName: string;
}

/** Milliseconds that an instance may take to boot, and its processes to vanish after SIGKILL. */
const PATIENCE = 30_000;
/** Milliseconds for an orderly stop: a little more than the instance's own limit of two seconds. */
const ORDERLY = 3_000;

const SCRIPTS = ['instance-boot.sh', 'instance-init.sh'];

export function createLinuxCompute(options: LinuxComputeOptions): Compute {
  const { holder, dataDir, log } = options;
  const disks = join(dataDir, 'disks');
  const logs = join(dataDir, 'logs');
  const runFiles = join(dataDir, 'run', 'guests');
  const pending = new Map<string, Promise<unknown>>();
  let prepared: Promise<void> | undefined;
  let executions = 0;

  /** Once a daemon: the holder may be one that an earlier version started. */
  const prepare = () => {
    prepared ??= (async () => {
      await mkdir(runFiles, { recursive: true, mode: 0o700 });
      await holder.expose('disks', disks);
      await holder.expose('logs', logs);
      for (const name of SCRIPTS) {
        const input = await readFile(new URL(`./${name}`, import.meta.url), 'utf8');
        const install = 'cat >"/run/yunlan/bin/$1.new" && mv "/run/yunlan/bin/$1.new" "/run/yunlan/bin/$1"';
        await run(holder.inside(['sh', '-c', install, 'install', name]), { input });
      }
    })();
    // A failure, such as a full disk, is not kept for the next.
    prepared.catch(() => {
      prepared = undefined;
    });
    return prepared;
  };

  /** Runs after what was asked for this instance before, whether that succeeded or not. */
  const inTurn = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    checkId(id);
    const turn = (pending.get(id) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => {});
    pending.set(id, settled);
    void settled.then(() => {
      if (pending.get(id) === settled) pending.delete(id);
    });
    return turn;
  };

  const fileOf = (id: string) => join(runFiles, `${checkId(id)}.json`);

  /** The instance if it runs; one that an earlier daemon left in the middle of its boot is awaited. */
  const runningGuest = async (id: string): Promise<RunFile | undefined> => {
    const file = await readRunFile(fileOf(id));
    if (file === undefined) return undefined;
    const late = steadyClock.now() + PATIENCE;
    while (lives(file.init)) {
      if (await hasBooted(file.init.pid)) return file;
      if (steadyClock.now() > late) signal(file.init, 'SIGKILL');
      await pause(5);
    }
    return undefined;
  };

  const stopNow = async (id: string, force: boolean) => {
    const file = await readRunFile(fileOf(id));
    if (file === undefined) return;
    signal(file.init, force ? 'SIGKILL' : 'SIGTERM');
    if (!force && !(await ended(file.init, ORDERLY))) signal(file.init, 'SIGKILL');
    // The kernel ends every process of the instance before its first is gone, which closes the console.
    if (!(await ended(file.init, PATIENCE))) throw new Error(`the processes of ${id} do not end`);
    if (!(await ended(file.console, ORDERLY))) signal(file.console, 'SIGKILL');
    await rm(fileOf(id), { force: true });
  };

  return {
    start: (guest) =>
      inTurn(guest.id, async () => {
        if ((await runningGuest(guest.id)) !== undefined) return;
        await prepare();
        const begun = steadyClock.now();
        await boot(holder, guest, fileOf(guest.id));
        log.info({ guest: guest.id, milliseconds: Math.round(steadyClock.now() - begun) }, 'instance runs');
      }),

    stop: (id, { force }) => inTurn(id, () => stopNow(id, force)),

    destroy: (id) =>
      inTurn(id, async () => {
        await stopNow(id, true);
        await prepare();
        // From inside: some files may belong to users that only exist there.
        const files = [`disks/${id}`, `logs/${id}.log`, `logs/${id}.log.1`].map((name) => `/run/yunlan/${name}`);
        await run(holder.inside(['rm', '-rf', '--', ...files]), { timeout: 600_000 });
      }),

    async running() {
      const ids = (await list(runFiles)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
      const alive = await Promise.all(ids.map(async (id) => (await runningGuest(id)) !== undefined));
      return ids.filter((_, place) => alive[place]).sort();
    },

    disks: async () => (await list(disks)).sort(),

    async exec(id, command, streams) {
      const guest = await runningGuest(id);
      if (guest === undefined) throw new Error(`${id} does not run`);
      executions += 1;
      const entrance = {
        pid: guest.init.pid,
        hostName: guest.hostName,
        users: holder.identity.users,
        mark: `${process.pid}-${executions}`,
      };
      return execInside(entrance, command, streams);
    },

    async log(id, bytes) {
      const path = join(logs, `${checkId(id)}.log`);
      const newest = await tail(path, bytes);
      const older = newest.length < bytes ? await tail(`${path}.1`, bytes - newest.length) : Buffer.alloc(0);
      const text = Buffer.concat([older, newest]);
      // A character that the cut went through is left out.
      let from = 0;
      while (from < 4 && text.length === bytes && ((text[from] ?? 0) & 0xc0) === 0x80) from += 1;
      return text.subarray(from).toString('utf8');
    },
  };
}

/** First process of an instance, as the machine counts, while it runs; it lives in the instance's namespaces. */
export async function processOfGuest(dataDir: string, id: string): Promise<number | undefined> {
  const file = await readRunFile(join(dataDir, 'run', 'guests', `${checkId(id)}.json`));
  return file !== undefined && lives(file.init) ? file.init.pid : undefined;
}

/**
 * Whether the first process has become the instance's own. Before, it still sees the holder's root, where no command
 * from outside may run.
 */
async function hasBooted(pid: number): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
  return line.split('\0')[1] === '/run/init';
}

/** Ids become names of files and namespaces. */
function checkId(id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(id)) throw new TypeError(`not an id of an instance: ${id}`);
  return id;
}

/**
 * Starts the processes of an instance. They wait for our answer before they touch the disk, and end without it: so
 * either the run file names them or they do not live on, whenever the daemon is killed.
 */
async function boot(holder: Holder, guest: GuestSpec, path: string): Promise<void> {
  const script = '/run/yunlan/bin/instance-boot.sh';
  const child = start(holder.inside(['sh', script, 'outer', guest.id, guest.hostName, guest.primaryAddress]), {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child;
  // Not standard input, which Node closes when the process that it started ends: the boot goes on after that.
  const answer = child.stdio[3];
  if (stdout === null || stderr === null || !(answer instanceof Duplex)) throw new TypeError('pipes were asked for');
  let said = '';
  let complaint = '';
  let over = false;
  let heard = () => {};
  answer.on('error', () => {
    // it ended early; its complaint tells
  });
  stdout.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
    heard();
  });
  stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaint = `${complaint}${piece}`.slice(-2000);
  });
  // The pipes are held by every process of the boot: their end is the end of all.
  child.on('close', () => {
    over = true;
    heard();
  });
  child.on('error', (error) => {
    complaint += error.message;
    over = true;
    heard();
  });
  const late = setTimeout(() => {
    complaint += `not booted within ${PATIENCE / 1000} s`;
    over = true;
    heard();
  }, PATIENCE);
  const line = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(said);
      if (found !== null) return found[1] ?? '';
      if (over) throw new Error(`${guest.id} does not boot: ${complaint.trim() || 'ended without a word'}`);
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  let init: ProcessMark | undefined;
  try {
    init = markOf(Number(await line(/^made (\d+)\n/m)));
    const console = markOf(Number(await line(/^console (\d+)\n/m)));
    if (init === undefined || console === undefined) throw new Error(`${guest.id} ended while it booted`);
    const file: RunFile = { init, console, hostName: guest.hostName };
    await writeFile(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
    const userData = Buffer.from(guest.userData, 'utf8');
    answer.write(Buffer.concat([Buffer.from(`go ${userData.length}\n`), userData]));
    await line(/^(ready)\n/m);
  } catch (error) {
    if (init !== undefined) {
      signal(init, 'SIGKILL');
      await ended(init, PATIENCE);
      await rm(path, { force: true });
    }
    throw error;
  } finally {
    clearTimeout(late);
    for (const pipe of [answer, stdout, stderr]) pipe.destroy();
    child.unref();
  }
}

async function readRunFile(path: string): Promise<RunFile | undefined> {
  try {
    const file = JSON.parse(await readFile(path, 'utf8')) as Partial<RunFile>;
    const init = readMark(file.init);
    const console = readMark(file.console);
    if (init === undefined || console === undefined) return undefined;
    return { init, console, hostName: String(file.hostName) };
  } catch {
    // none, or one that a crash of the machine cut short: no process of that boot lives
    return undefined;
  }
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The last bytes of a file; none when it does not exist. */
async function tail(path: string, bytes: number): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const length = Math.max(0, Math.min(size, bytes));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
