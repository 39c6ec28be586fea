/**
 * Runs everything that says whether the project is sound: types, lint, coverage table, and all suites of
 * vitest.config.ts. As root, suites of regions and instances run a second time as an ordinary user: both must work.
 *
 *     ./yunlan test              all
 *     ./yunlan test cli store    only these
 *
 * The last line is `N passed, N failed`. A check counts as one, a suite by its tests. A suite that ran no test, ended
 * with an error outside its tests, or took too long counts as one failure more.
 */
import { existsSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { installLine, installPackages, packagesOf } from '../src/daemon/packages.ts';
import { findProgram, missingPrograms, type Program } from '../src/daemon/programs.ts';
import vitestConfig from '../vitest.config.ts';
import { endAll } from './suites/limited-run.ts';
import { type OrdinaryUser, ordinaryUser } from './suites/ordinary-user.ts';
import { ROOT } from './suites/place.ts';
import { nameOf, runCheck, runSuite, type SuiteRun, type Tally } from './suites/suite.ts';

const AS_ROOT = process.getuid?.() === 0;

/** Suites in which it matters who makes the namespaces: root runs them as an ordinary user, too. */
const BOTH_USERS: readonly string[] = ['packets', 'differential'];
/**
 * Suites that start programs and wait for them most of the time, the longest first. Two of them run beside each other;
 * the others keep the processors busy by themselves.
 */
const WAITING_SUITES: readonly string[] = ['packets', 'networks', 'cli', 'differential'];
const SIDE_BY_SIDE = Math.min(2, availableParallelism());

const CHECKS: { readonly [name: string]: readonly string[] } = {
  types: [join(ROOT, 'node_modules', '.bin', 'tsc'), '--noEmit', '--project', ROOT],
  lint: [process.execPath, join(ROOT, 'scripts', 'biome', 'run.ts'), 'check', 'src', 'test', 'scripts'],
  coverage: [process.execPath, join(ROOT, 'scripts', 'coverage.ts'), '--check'],
  reference: [process.execPath, join(ROOT, 'scripts', 'reference', 'main.ts'), '--check'],
};

const suites = (vitestConfig.test?.projects ?? []).map((project) => {
  const name = typeof project === 'object' && 'test' in project ? project.test?.name : undefined;
  if (typeof name !== 'string') throw new Error('every suite in vitest.config.ts has a name');
  return name;
});

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !suites.includes(name) && !Object.hasOwn(CHECKS, name));
  if (unknown.length > 0) {
    say(`no such suite: ${unknown.join(', ')}; there are ${[...Object.keys(CHECKS), ...suites].join(', ')}`);
    return 2;
  }
  const chosen = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
  await provide();

  const tallies: Tally[] = [];
  for (const [name, argv] of Object.entries(CHECKS)) {
    if (!chosen(name)) continue;
    heading(name);
    tallies.push(await runCheck(name, argv));
  }
  for (const project of suites) {
    if (!chosen(project) || WAITING_SUITES.includes(project)) continue;
    heading(project);
    tallies.push(await runSuite({ project, quiet: false }));
  }
  const waiting = WAITING_SUITES.filter(chosen);
  const twice = AS_ROOT && waiting.some((project) => BOTH_USERS.includes(project));
  const user = twice ? ordinaryUser(say) : undefined;
  try {
    tallies.push(...(await sideBySide(waiting.flatMap((project) => runsOf(project, user)))));
  } finally {
    if (user) rmSync(user.home, { recursive: true, force: true });
  }
  return conclude(tallies);
}

function runsOf(project: string, user: OrdinaryUser | undefined): SuiteRun[] {
  const own = { project, quiet: true };
  return user && BOTH_USERS.includes(project) ? [own, { ...own, user }] : [own];
}

/** Runs suites in their order, so many at once. What each said is shown at its end. */
async function sideBySide(runs: readonly SuiteRun[]): Promise<Tally[]> {
  const left = [...runs];
  const tallies: Tally[] = [];
  const lane = async (): Promise<void> => {
    for (let run = left.shift(); run; run = left.shift()) {
      say(`... ${nameOf(run)} has begun`);
      const tally = await runSuite(run);
      heading(tally.name);
      process.stdout.write(tally.output);
      tallies.push(tally);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  return tallies;
}

function conclude(tallies: readonly Tally[]): number {
  say('');
  for (const { name, passed, failed, skipped, seconds } of tallies) {
    const more = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    say(`${name.padEnd(28)} ${passed} passed, ${failed.length} failed${more} (${seconds} s)`);
  }
  for (const { name, skipped } of tallies) for (const test of skipped) say(`skipped: ${name}: ${test}`);
  for (const { name, failed } of tallies) for (const test of failed) say(`failed: ${name}: ${test}`);
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed.length, 0);
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Programs that only tests use: what compiles the prober of the differential suite, and what it includes. */
const COMPILER: readonly Program[] = [
  { program: 'cc', package: 'gcc', needed: true, use: 'the prober' },
  { program: 'cc', package: 'libc6-dev', needed: true, use: 'the prober' },
];

/** The machine's programs that tests run; missing ones are installed where we may. */
async function provide(): Promise<void> {
  const compiles = findProgram('cc') !== undefined && existsSync('/usr/include/stdio.h');
  const missing = [...missingPrograms(), ...(compiles ? [] : COMPILER)];
  if (missing.length === 0) return;
  const packages = packagesOf(missing);
  if (AS_ROOT && installLine(packages) !== undefined) {
    await installPackages(packages, say).catch((error: unknown) => say(String(error)));
  } else {
    say(`missing programs: ${missing.map(({ program }) => program).join(', ')}; as root: ${installLine(packages)}`);
  }
}

function heading(name: string): void {
  say(`\n=== ${name}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    endAll(signal);
    process.exit(1);
  });
}
process.exitCode = await main(process.argv.slice(2));
