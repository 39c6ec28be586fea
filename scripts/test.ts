/**
 * Runs everything that says whether the project is sound: types, lint, coverage table, and all suites of
 * vitest.config.ts. As root the packet suites run a second time as an ordinary user, since both must work.
 *
 *     ./yunlan test              all
 *     ./yunlan test cli store    only these
 *
 * The last line is `N passed, N failed`. A check counts as one, a suite by its tests. A suite that ran no test, ended
 * with an error outside its tests, or took too long counts as one failure more.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { installLine, installPackages, packagesOf } from '../src/daemon/packages.ts';
import { findProgram, missingPrograms, type Program } from '../src/daemon/programs.ts';
import vitestConfig from '../vitest.config.ts';

const ROOT = join(import.meta.dirname, '..');
const AS_ROOT = process.getuid?.() === 0;
const MINUTE = 60_000;

/** Suites that need namespaces. */
const PACKET_SUITES = new Set(['packets', 'differential']);
/** How long a suite may take at most, when not the usual time. Milliseconds. */
const LIMIT: { readonly [suite: string]: number } = { packets: 20 * MINUTE, cli: 15 * MINUTE };
const USUAL_LIMIT = 10 * MINUTE;
/** Of each failure's words. */
const REASON_LINES = 12;
/** Between asking a suite to end and ending it. Milliseconds. */
const GRACE = 15_000;

const CHECKS: { readonly [name: string]: readonly string[] } = {
  types: [join(ROOT, 'node_modules', '.bin', 'tsc'), '--noEmit', '--project', ROOT],
  lint: [process.execPath, join(ROOT, 'scripts', 'biome', 'run.ts'), 'check', 'src', 'test', 'scripts'],
  coverage: [process.execPath, join(ROOT, 'scripts', 'coverage.ts'), '--check'],
  reference: [process.execPath, join(ROOT, 'scripts', 'reference', 'main.ts'), '--check'],
};

interface Tally {
  readonly name: string;
  readonly passed: number;
  /** What failed: its name, and why on the lines below. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly seconds: number;
}

/** An account-less user id for the second run of the packet suites. */
interface OrdinaryUser {
  readonly uid: number;
  /** Its home and place for temporary files. */
  readonly home: string;
  /** A copy of the checkout, or the checkout itself where that user may read it. */
  readonly root: string;
}

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
  for (const [name, argv] of Object.entries(CHECKS)) if (chosen(name)) tallies.push(await check(name, argv));
  for (const name of suites) if (chosen(name)) tallies.push(await suite(name));
  const packets = suites.filter((name) => PACKET_SUITES.has(name) && chosen(name));
  if (AS_ROOT && packets.length > 0) {
    const user = ordinaryUser();
    try {
      for (const name of packets) tallies.push(await suite(name, user));
    } finally {
      rmSync(user.home, { recursive: true, force: true });
    }
  }
  return conclude(tallies);
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

async function check(name: string, argv: readonly string[]): Promise<Tally> {
  heading(name);
  const { words, seconds } = await runLimited(argv, { limit: USUAL_LIMIT, cwd: ROOT, env: environment(ROOT) });
  return {
    name,
    passed: words === undefined ? 1 : 0,
    failed: words === undefined ? [] : [words],
    skipped: [],
    seconds,
  };
}

async function suite(project: string, user?: OrdinaryUser): Promise<Tally> {
  const name = user === undefined ? project : `${project} as ordinary user`;
  heading(name);
  const root = user?.root ?? ROOT;
  const scratch = mkdtempSync(join(user?.home ?? tmpdir(), 'result-'));
  if (user !== undefined) chownSync(scratch, user.uid, user.uid);
  const result = join(scratch, 'result.json');
  const argv = [
    ...(user === undefined ? [] : asUser(user.uid)),
    nodeOf(root),
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    // The usual way writes beside the dependencies, which an ordinary user may not.
    '--configLoader=native',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${result}`,
  ];
  const env = user === undefined ? environment(root) : { ...environment(root), HOME: user.home, TMPDIR: user.home };
  try {
    const { words, seconds } = await runLimited(argv, { limit: LIMIT[project] ?? USUAL_LIMIT, cwd: root, env });
    const { passed, failed, skipped } = readResult(result);
    const outside = [
      ...(passed + failed.length === 0 ? ['the suite ran no test'] : []),
      ...(words !== undefined && failed.length === 0 ? [`the suite ended badly: ${words}`] : []),
    ];
    return { name, passed, failed: [...failed, ...outside], skipped, seconds };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What vitest wrote down; nothing when it did not come to that. */
function readResult(path: string): Pick<Tally, 'passed' | 'failed' | 'skipped'> {
  interface Assertion {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages?: readonly string[];
  }
  interface File {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly Assertion[];
  }
  let files: readonly File[];
  try {
    files = (JSON.parse(readFileSync(path, 'utf8')) as { testResults: readonly File[] }).testResults;
  } catch {
    files = [];
  }
  const tests = files.flatMap((file) => file.assertionResults);
  const named = (status: string): string[] =>
    tests.filter((test) => test.status === status).map((test) => test.fullName.trim());
  // A file that could not be loaded, or whose hooks threw, fails without a failed test.
  const broken = files
    .filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
    .map((file) => `${file.name}: ${file.message.split('\n')[0]}`);
  const passed = named('passed').length;
  const failed = [
    ...tests
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages = [] }) => [fullName.trim(), ...reasonLines(failureMessages)].join('\n')),
    ...broken,
  ];
  const other = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  return { passed, failed, skipped: other.map((test) => test.fullName.trim()) };
}

/** Where only the end of the output is kept, it must still say why a test failed. */
function reasonLines(messages: readonly string[]): string[] {
  const lines = messages.flatMap((message) =>
    stripVTControlCharacters(message)
      .split('\n')
      .filter((line) => !/^ +at .*(node_modules|<anonymous>)/.test(line))
      .slice(0, REASON_LINES),
  );
  return lines.map((line) => `    ${line.slice(0, 300)}`);
}

/** Runs a program in a process group of its own; `words` says how it failed, if it did. */
function runLimited(
  argv: readonly string[],
  options: { readonly limit: number; readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly words: string | undefined; readonly seconds: number }> {
  const began = process.hrtime.bigint();
  return new Promise((resolve) => {
    const { cwd, env, limit } = options;
    const child = spawn(argv[0]!, argv.slice(1), { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(child, 'SIGTERM');
      setTimeout(() => end(child, 'SIGKILL'), GRACE).unref();
    }, limit);
    running = child;
    const over = (words: string | undefined): void => {
      running = undefined;
      clearTimeout(timer);
      const seconds = Math.round(Number(process.hrtime.bigint() - began) / 1e8) / 10;
      resolve({ words: late ? `took longer than ${limit / 1000} s` : words, seconds });
    };
    child.once('error', (error) => over(error.message));
    child.once('exit', (code, signal) => over(code === 0 ? undefined : (signal ?? `exit status ${code}`)));
  });
}

let running: ChildProcess | undefined;

/** Signals a whole process group. */
function end(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it has ended
  }
}

/** Our Node first in PATH, so that whatever a test starts finds it. */
function environment(root: string): NodeJS.ProcessEnv {
  const path = [dirname(nodeOf(root)), '/usr/local/sbin', '/usr/sbin', '/sbin', process.env['PATH'] ?? ''];
  const { YUNLAN_DATA: _data, YUNLAN_ENDPOINT: _endpoint, ...rest } = process.env;
  return { ...rest, PATH: path.join(delimiter) };
}

function nodeOf(root: string): string {
  const ours = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  return existsSync(ours) ? ours : process.execPath;
}

function asUser(uid: number): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'];
}

/** A user id that no account has, with a home, and the checkout where it can read it. */
function ordinaryUser(): OrdinaryUser {
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
  const reads = spawnSync('setpriv', [...asUser(uid).slice(1), nodeOf(ROOT), '--version'], { cwd: '/' }).status === 0;
  const sees = spawnSync('setpriv', [...asUser(uid).slice(1), 'test', '-r', join(ROOT, 'src', 'main.ts')], {
    cwd: '/',
  });
  if (reads && sees.status === 0) return { uid, home, root: ROOT };
  const root = join(home, 'checkout');
  say(`${ROOT} is closed to other users: copying it`);
  for (const name of readdirSync(ROOT)) {
    if (['.git', '.yunlan', 'coverage'].includes(name)) continue;
    cpSync(join(ROOT, name), join(root, name), { recursive: true, verbatimSymlinks: true });
  }
  spawnSync('chown', ['-R', `${uid}:${uid}`, root], { stdio: 'inherit' });
  return { uid, home, root };
}

function heading(name: string): void {
  say(`\n=== ${name}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    end(running, signal);
    process.exit(1);
  });
}
process.exitCode = await main(process.argv.slice(2));
