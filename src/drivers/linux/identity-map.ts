/**
 * Which users exist inside our user namespace, and who they are outside.
 *
 * Real root gets a range of its own, 0 → 100000 … 65535 → 165535, so that nothing inside is root of the machine. An
 * ordinary user becomes root inside and, where newuidmap and /etc/subuid allow it, gets 65,535 subordinate users
 * besides; else root is the only user inside, and programs that give up their privileges fail there.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { run } from '../../shell/shell.ts';
import type { Log } from '../../values/log.ts';

/** First user of the machine that real root's namespaces are given. */
const OWN_RANGE = 100_000;
/** Users inside. */
const USERS = 65_536;

export interface IdentityMap {
  /** `many`: daemons inside can change to other users. `root`: root is the only one. */
  readonly users: 'many' | 'root';
  /** Who root inside is outside. */
  readonly uid: number;
  readonly gid: number;
}

/** Writes the map of the user namespace in which `pid` is. It can be written once. */
export async function writeIdentityMap(pid: number, log: Log): Promise<IdentityMap> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid === 0 && (await covers('/proc/self/uid_map')) && (await covers('/proc/self/gid_map'))) {
    await writeFile(`/proc/${pid}/uid_map`, `0 ${OWN_RANGE} ${USERS}\n`);
    await writeFile(`/proc/${pid}/gid_map`, `0 ${OWN_RANGE} ${USERS}\n`);
    return { users: 'many', uid: OWN_RANGE, gid: OWN_RANGE };
  }
  const names = [String(uid), userName()];
  const users = subordinate(await text('/etc/subuid'), names);
  const groups = subordinate(await text('/etc/subgid'), names);
  if (users !== undefined && groups !== undefined) {
    try {
      // The kernel takes a map in one write: both are written or refused whole.
      await run(['newuidmap', String(pid), '0', String(uid), '1', '1', ...users]);
      await run(['newgidmap', String(pid), '0', String(gid), '1', '1', ...groups]);
      return { users: 'many', uid, gid };
    } catch (error) {
      log.warn({ error }, 'subordinate users are not available: root will be the only user in instances');
    }
  }
  await writeUnlessWritten(`/proc/${pid}/uid_map`, `0 ${uid} 1\n`);
  // An ordinary user may map a group only after giving up setgroups, which could drop a group that denies access.
  await writeFile(`/proc/${pid}/setgroups`, 'deny');
  await writeFile(`/proc/${pid}/gid_map`, `0 ${gid} 1\n`);
  return { users: 'root', uid, gid };
}

/** First user and count of the caller's entry in a file like /etc/subuid, as arguments; at most what fits beside root. */
export function subordinate(
  file: string,
  names: readonly string[],
): readonly [first: string, count: string] | undefined {
  for (const line of file.split('\n')) {
    const [name = '', first = '', count = ''] = line.trim().split(':');
    if (!names.includes(name) || !/^\d+$/.test(first) || !/^\d+$/.test(count) || Number(count) < 1000) continue;
    return [first, String(Math.min(Number(count), USERS - 1))];
  }
  return undefined;
}

/** Whether the range for real root exists where we are; in a container root may have only a few users to give. */
async function covers(path: string): Promise<boolean> {
  return (await text(path)).split('\n').some((line) => {
    const [inside = Number.NaN, , count = Number.NaN] = line.trim().split(/\s+/).map(Number);
    return inside <= OWN_RANGE && inside + count >= OWN_RANGE + USERS;
  });
}

async function writeUnlessWritten(path: string, map: string): Promise<void> {
  if ((await text(path)).trim() === '') await writeFile(path, map);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // a user id without a name, as in many containers
    return '';
  }
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
