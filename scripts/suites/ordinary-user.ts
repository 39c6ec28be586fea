/** An account-less user id, as whom root runs the packet suites a second time. */
import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeOf, ROOT } from './place.ts';

export interface OrdinaryUser {
  readonly uid: number;
  /** Its home and place for temporary files. */
  readonly home: string;
  /** A copy of the checkout, or the checkout itself where that user may read it. */
  readonly root: string;
}

/** Arguments that run what follows as that user. */
export function asUser(uid: number): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'];
}

/** A user id that no account has, with a home, and the checkout where it can read it. */
export function ordinaryUser(say: (line: string) => void): OrdinaryUser {
  const taken = new Set(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => Number(line.split(':')[2])),
  );
  // Two runs at once on one machine take different ones.
  let uid = 57_000 + (process.pid % 1000);
  while (taken.has(uid)) uid += 1;
  const home = mkdtempSync(join(tmpdir(), 'yunlan-user-'));
  chownSync(home, uid, uid);
  const can = (...argv: string[]) => {
    const [program = '', ...words] = [...asUser(uid), ...argv];
    return spawnSync(program, words, { cwd: '/' }).status === 0;
  };
  if (can(nodeOf(ROOT), '--version') && can('test', '-r', join(ROOT, 'src', 'main.ts'))) {
    return { uid, home, root: ROOT };
  }
  const root = join(home, 'checkout');
  say(`${ROOT} is closed to other users: copying it`);
  for (const name of readdirSync(ROOT)) {
    if (['.git', '.yunlan', 'coverage'].includes(name)) continue;
    cpSync(join(ROOT, name), join(root, name), { recursive: true, verbatimSymlinks: true });
  }
  spawnSync('chown', ['-R', `${uid}:${uid}`, root], { stdio: 'inherit' });
  return { uid, home, root };
}
