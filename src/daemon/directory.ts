/**
 * The data directory as the command line sees it: which daemon serves it and the key of its administrator. The store,
 * the instances' disks and the seal lie in it too, but are their owners' business.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { causeOf, Failure, lineOf } from './failure.ts';

/** Files of the data directory that we write. */
export const FILE = {
  /** Locked while a daemon serves; also marks a directory as ours. */
  claim: 'claim',
  daemon: 'daemon.json',
  credentials: 'credentials.json',
  log: 'daemon.log',
} as const;

/** The process that serves a data directory. */
export interface DaemonRecord {
  readonly pid: number;
  /** With the pid this names a process for good: ticks since boot and the boot. */
  readonly startTicks: string;
  readonly bootId: string;
  readonly driver: 'linux' | 'simulated';
  /** Absent until requests are answered. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Where its certificate comes from; absent with plain HTTP. */
  readonly tls?: 'own' | 'given';
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly region: string;
}

/** Below this nothing is started: the store could not keep what it answers. */
const LEAST_FREE_BYTES = 8 * 1024 * 1024;

/**
 * Makes the directory ready to be served and marks it as ours, or says in one line why it cannot. A directory with foreign files is refused,
 * so that `reset`, which removes it all, never takes what is not ours.
 */
export async function prepareDirectory(dataDir: string): Promise<void> {
  const fault = (error: unknown): Failure =>
    new Failure(`the data directory ${dataDir} cannot be used: ${causeOf(error) ?? lineOf(error)}`, { cause: error });
  let names: string[];
  try {
    await makeFolders(dataDir);
    names = await readdir(dataDir);
  } catch (error) {
    throw fault(error);
  }
  if (names.length > 0 && !names.includes(FILE.claim)) {
    throw new Failure(`${dataDir} holds files that are not Yunlan's: name an empty or new directory with --data`);
  }
  try {
    await chmod(dataDir, 0o700);
    // The mark comes before any other file: several starts at once must each see an empty directory or the mark.
    await (await open(join(dataDir, FILE.claim), 'a', 0o600)).close();
    const probe = join(dataDir, '.probe');
    const file = await open(probe, 'w', 0o600);
    try {
      await file.writeFile(Buffer.alloc(4096));
      await file.sync();
    } finally {
      await file.close();
      await rm(probe, { force: true });
    }
    const { bavail, bsize } = await statfs(dataDir);
    if (bavail * bsize < LEAST_FREE_BYTES) {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    }
  } catch (error) {
    throw fault(error);
  }
}

/** Node's own recursive way reports a read-only disk as a missing folder. */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

/** Whether the directory has been served by us once. */
export function isDataDirectory(dataDir: string): boolean {
  try {
    return readdirSync(dataDir).includes(FILE.claim);
  } catch {
    return false;
  }
}

/** Writes a file whole or not at all, readable by its owner alone. */
async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function writeDaemon(dataDir: string, record: DaemonRecord): Promise<void> {
  return writeWhole(join(dataDir, FILE.daemon), `${JSON.stringify(record)}\n`);
}

export async function removeDaemon(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILE.daemon), { force: true });
}

/** The last daemon that served the directory and did not end in order, or serves it still. */
export function readDaemon(dataDir: string): DaemonRecord | undefined {
  const value = readJson(join(dataDir, FILE.daemon));
  if (typeof value?.['pid'] !== 'number' || typeof value['startTicks'] !== 'string') return undefined;
  return value as unknown as DaemonRecord;
}

export function writeCredentials(dataDir: string, credentials: Credentials): Promise<void> {
  return writeWhole(join(dataDir, FILE.credentials), `${JSON.stringify(credentials, null, 2)}\n`);
}

export function readCredentials(dataDir: string): Credentials | undefined {
  const value = readJson(join(dataDir, FILE.credentials));
  if (typeof value?.['accessKeyId'] !== 'string' || typeof value['accessKeySecret'] !== 'string') return undefined;
  return value as unknown as Credentials;
}

/** What names this process or another for good; undefined when it does not run. */
export function identify(pid: number): Pick<DaemonRecord, 'pid' | 'startTicks' | 'bootId'> | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program may hold spaces and parentheses; fields count from after its last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { pid, startTicks: fields[19]!, bootId };
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. */
export function isAlive(record: DaemonRecord): boolean {
  const found = identify(record.pid);
  return found !== undefined && found.startTicks === record.startTicks && found.bootId === record.bootId;
}

/**
 * Removes the directory with all that is in it. Instances may have taken the owner's own rights away from folders of
 * their disks; these are given back first.
 */
export async function removeDirectory(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await openUp(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function openUp(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await openUp(join(path, name));
}
