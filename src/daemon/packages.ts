/** Installing missing Debian packages, as root; for others the line that an administrator has to run. */
import { readdirSync } from 'node:fs';
import { start } from '../shell/shell.ts';
import { Failure } from './failure.ts';
import { findProgram, type Program } from './programs.ts';

/** Another apt-get may be at work (unattended upgrades): wait for it so many seconds. */
const INSTALL = ['apt-get', '-o', 'DPkg::Lock::Timeout=120', 'install', '--yes', '--no-install-recommends'] as const;
const UPDATE = ['apt-get', '-o', 'DPkg::Lock::Timeout=120', 'update'] as const;

export function packagesOf(programs: readonly Program[]): string[] {
  return [...new Set(programs.map((each) => each.package))];
}

/** The line for an administrator; undefined where there is no apt-get. */
export function installLine(packages: readonly string[]): string | undefined {
  if (findProgram('apt-get') === undefined) return undefined;
  return `apt-get install --yes --no-install-recommends ${packages.join(' ')}`;
}

/**
 * Installs packages, telling each line before it runs; the program's own words go to stderr. Throws a Failure when it
 * does not succeed.
 */
export async function installPackages(packages: readonly string[], tell: (line: string) => void): Promise<void> {
  const install = [...INSTALL, ...packages];
  if (!hasLists()) await runTold(UPDATE, tell);
  if (await runTold(install, tell)) return;
  // Lists that are too old name versions that are gone.
  if ((await runTold(UPDATE, tell)) && (await runTold(install, tell))) return;
  throw new Failure(`apt-get could not install ${packages.join(' ')}; its words are above`);
}

function hasLists(): boolean {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.endsWith('_Packages') || name.includes('_Packages.'));
  } catch {
    return false;
  }
}

/** Whether it ended with status 0. */
function runTold(argv: readonly string[], tell: (line: string) => void): Promise<boolean> {
  tell(`running: DEBIAN_FRONTEND=noninteractive ${argv.join(' ')}`);
  return new Promise((resolve) => {
    const child = start(argv, { stdio: ['ignore', 2, 2], environment: { DEBIAN_FRONTEND: 'noninteractive' } });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
