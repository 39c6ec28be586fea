/**
 * Writes docs/reference: a page for each action with its parameters and what becomes of them, answer, refusals and a
 * recorded example; the table of error codes; an index. `--check` writes nothing and fails when a page is out of date.
 * Examples are recorded by test/contract/record-examples.ts.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Action, keyOf, type Product, VERSION } from '../../src/contract/action.ts';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { ERRORS, type ErrorCode } from '../../src/contract/errors.ts';
import { actionPage, type Example, FATES } from './page.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'reference');
const EXAMPLES = join(FOLDER, 'examples.json');

const examples = JSON.parse(readFileSync(EXAMPLES, 'utf8')) as { readonly [key: string]: Example };
const pages = new Map<string, string>([
  ['README.md', index()],
  ['errors.md', errors()],
  ...ACTIONS.map((action) => [pathOf(action), actionPage(action, examples[keyOf(action)])] as const),
]);

const lacking = ACTIONS.filter((action) => action.effect !== 'stream' && !examples[keyOf(action)]).map(keyOf);
const stale = Object.keys(examples).filter((key) => !ACTIONS.some((action) => keyOf(action) === key));
const problems = [
  ...lacking.map((key) => `${key} has no example`),
  ...stale.map((key) => `there is an example of ${key}, which is not served`),
];

if (process.argv.includes('--check')) {
  const there = new Map(files().map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]));
  for (const [file, text] of pages) if (there.get(file) !== text) problems.push(`${file} is out of date`);
  for (const file of there.keys()) if (!pages.has(file)) problems.push(`${file} belongs to no action`);
  if (problems.length > 0) problems.push("run 'npm run reference' and commit docs/reference");
} else {
  for (const file of files()) if (!pages.has(file)) rmSync(join(FOLDER, file));
  for (const [file, text] of pages) {
    mkdirSync(dirname(join(FOLDER, file)), { recursive: true });
    writeFileSync(join(FOLDER, file), text);
  }
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;

function files(): string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
}

function pathOf({ product, name }: Pick<Action, 'product' | 'name'>): string {
  return `${product.toLowerCase()}/${name}.md`;
}

function index(): string {
  const lines = [
    '# Reference',
    '',
    'Generated from the contract (`src/contract`), which the gateway, the command line and the tests read too.',
    '',
    `${ACTIONS.length} actions are served. An official action that is not answers \`UnsupportedOperation\`, a name that is`,
    'none `InvalidAction.NotFound`. The codes of all refusals: [errors.md](errors.md).',
    '',
    'What becomes of a parameter:',
    '',
    ...Object.values(FATES).map(([word, meaning]) => `- **${word}**: ${meaning}.`),
  ];
  for (const product of Object.keys(VERSION) as Product[]) {
    const actions = ACTIONS.filter((action) => action.product === product);
    const own = product === 'Yunlan' ? ', our own product: what has no official action' : '';
    lines.push('', `## ${product} ${VERSION[product]}${own}`, '', '| action | |', '|---|---|');
    for (const action of actions.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      lines.push(`| [${action.name}](${pathOf(action)}) | ${action.summary} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function errors(): string {
  const givenBy = new Map<string, Action[]>();
  for (const action of ACTIONS) {
    for (const code of action.errors) givenBy.set(code, [...(givenBy.get(code) ?? []), action]);
  }
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const row = (code: ErrorCode, more = '') => `| \`${code}\` | ${ERRORS[code].status} | ${ERRORS[code].text} |${more}`;
  const general = codes.filter((code) => !givenBy.has(code));
  const special = codes.filter((code) => givenBy.has(code)).sort();
  const links = (code: ErrorCode) =>
    (givenBy.get(code) ?? []).map((action) => `[${action.name}](${pathOf(action)})`).join(', ');
  return `${[
    '# Error codes',
    '',
    'Codes are those of the official API where one is documented, odd spellings included.',
    '',
    '## General',
    '',
    'Any call can be refused with these.',
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...general.map((code) => row(code)),
    '',
    '## Of actions',
    '',
    '| code | status | meaning | given by |',
    '|---|---|---|---|',
    ...special.map((code) => row(code, ` ${links(code)} |`)),
  ].join('\n')}\n`;
}
