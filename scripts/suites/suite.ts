/** One suite of vitest.config.ts, or one check: run to its end and counted. */
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runLimited } from './limited-run.ts';
import { asUser, type OrdinaryUser } from './ordinary-user.ts';
import { environment, nodeOf, ROOT } from './place.ts';

const MINUTE = 60_000;
/** How long a suite may take at most, when not the usual time. Milliseconds. */
const LIMIT: { readonly [suite: string]: number } = { packets: 20 * MINUTE, cli: 15 * MINUTE };
const USUAL_LIMIT = 10 * MINUTE;
/** Of each failure's words. */
const REASON_LINES = 12;

export interface Tally {
  readonly name: string;
  readonly passed: number;
  /** What failed: its name, and why on the lines below. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly seconds: number;
  /** What it said, when that was kept. */
  readonly output: string;
}

/** A program that succeeds or fails; counts as one. */
export async function runCheck(name: string, argv: readonly string[]): Promise<Tally> {
  const options = { limit: USUAL_LIMIT, cwd: ROOT, env: environment(ROOT), quiet: false };
  const { words, seconds, output } = await runLimited(argv, options);
  const failed = words === undefined ? [] : [words];
  return { name, passed: 1 - failed.length, failed, skipped: [], seconds, output };
}

export interface SuiteRun {
  readonly project: string;
  /** Ourselves when absent. */
  readonly user?: OrdinaryUser | undefined;
  /** Keeps its output. */
  readonly quiet: boolean;
}

export const nameOf = ({ project, user }: SuiteRun): string =>
  user === undefined ? project : `${project} as ordinary user`;

/** Counts tests; one failure more for a suite that ran none, failed outside its tests, or took too long. */
export async function runSuite(run: SuiteRun): Promise<Tally> {
  const { project, user, quiet } = run;
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
    const options = { limit: LIMIT[project] ?? USUAL_LIMIT, cwd: root, env, quiet };
    const { words, seconds, output } = await runLimited(argv, options);
    const { passed, failed, skipped } = readResult(result);
    const outside = [
      ...(passed + failed.length === 0 ? ['the suite ran no test'] : []),
      ...(words !== undefined && failed.length === 0 ? [`the suite ended badly: ${words}`] : []),
    ];
    return { name: nameOf(run), passed, failed: [...failed, ...outside], skipped, seconds, output };
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
