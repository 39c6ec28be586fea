/** The reference page of an action, from the contract. Pure. */
import type { Action, AnswerShape } from '../../src/contract/action.ts';
import { VERSION } from '../../src/contract/action.ts';
import { ERRORS } from '../../src/contract/errors.ts';
import type { Fate, Parameter, Parameters } from '../../src/contract/parameter.ts';

/** A call that was made once, and what was answered; ids, times and keys put in order. */
export interface Example {
  readonly parameters: { readonly [name: string]: string };
  readonly answer: unknown;
}

/** What becomes of a parameter, in the words of the pages. */
export const FATES: { readonly [F in Fate]: readonly [word: string, meaning: string] } = {
  realised: ['realised', 'it changes what happens or what is answered'],
  stored: ['stored', 'it is kept and shown again'],
  accepted: ['accepted', 'it is allowed and has no effect'],
  refused: ['refused', 'it is known and not served: `UnsupportedParameter`'],
};

export function actionPage(action: Action, example: Example | undefined): string {
  const { product, name } = action;
  const parameters = Object.entries(action.parameters).flatMap(([key, each]) => rows(key, each));
  const lines = [
    `# ${name}`,
    '',
    action.summary,
    '',
    `${product} ${VERSION[product]} · ${EFFECT[action.effect]}${action.administrator ? ' · only for the administrator of the deployment' : ''}`,
    '',
    '## Parameters',
    '',
    ...(parameters.length === 0
      ? ['None.']
      : ['| parameter | type | fate | meaning |', '|---|---|---|---|', ...parameters]),
    '',
    '## Answer',
    '',
    '| field | type |',
    '|---|---|',
    '| `RequestId` | string |',
    ...Object.entries(action.answer).flatMap(([key, shape]) => fields(key, shape)),
    '',
    '## Refusals',
    '',
    ...refusals(action),
    ...(example === undefined ? [] : ['', '## Example', '', ...exampleOf(action, example)]),
  ];
  return `${lines.join('\n')}\n`;
}

const EFFECT: { readonly [E in Action['effect']]: string } = {
  read: 'changes nothing',
  write: 'changes all or nothing, in one transaction',
  stream: 'upgrades the connection; see `yunlan exec` and `yunlan shell`',
};

function rows(name: string, parameter: Parameter): string[] {
  const numbered = parameter.kind === 'list' ? `${name}.N` : name;
  const inner = inside(parameter);
  const row = `| \`${numbered}\` | ${typeOf(parameter)} | ${FATES[parameter.fate][0]} | ${cell(meaning(parameter))} |`;
  return [row, ...Object.entries(inner ?? {}).flatMap(([field, each]) => rows(`${numbered}.${field}`, each))];
}

function inside(parameter: Parameter): Parameters | undefined {
  if (parameter.kind === 'struct') return parameter.fields;
  return parameter.kind === 'list' ? inside(parameter.of) : undefined;
}

function typeOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'text':
      return 'string';
    case 'json-list':
      return 'strings, as JSON';
    case 'comma-list':
      return 'strings, with commas';
    case 'list':
      return `list of ${typeOf(parameter.of)}`;
    default:
      return parameter.kind;
  }
}

function meaning(parameter: Parameter): string {
  const facts: string[] = [];
  if ('enum' in parameter && parameter.enum)
    facts.push(`One of ${parameter.enum.map((each) => `\`${each}\``).join(', ')}.`);
  if ('range' in parameter && parameter.range) facts.push(`${parameter.range[0]} to ${parameter.range[1]}.`);
  if ('length' in parameter && parameter.length)
    facts.push(`${parameter.length[0]} to ${parameter.length[1]} characters.`);
  if ('most' in parameter && parameter.most !== undefined) facts.push(`At most ${parameter.most}.`);
  if ('default' in parameter && parameter.default !== undefined) facts.push(`Default \`${parameter.default}\`.`);
  return `${parameter.required ? '**Required.** ' : ''}${[parameter.help, ...facts].join(' ')}`;
}

function fields(path: string, shape: AnswerShape): string[] {
  if (typeof shape === 'string') return [`| \`${path}\` | ${shape} |`];
  if (Array.isArray(shape)) return fields(`${path}[]`, shape[0] as AnswerShape);
  return Object.entries(shape as { [name: string]: AnswerShape }).flatMap(([name, each]) =>
    fields(`${path}.${name}`, each),
  );
}

function refusals(action: Action): string[] {
  const general = 'The [general ones](../errors.md#general) of every call';
  if (action.errors.length === 0) return [`${general}.`];
  return [
    `${general}, and:`,
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...[...action.errors].sort().map((code) => `| \`${code}\` | ${ERRORS[code].status} | ${cell(ERRORS[code].text)} |`),
  ];
}

function exampleOf(action: Action, { parameters, answer }: Example): string[] {
  const words = Object.entries(parameters).map(([name, value]) => `--${name} ${quoted(value)}`);
  const call = [`yunlan ${action.product.toLowerCase()} ${action.name}`, ...words].join(' \\\n    ');
  return ['```sh', call, '```', '', '```json', JSON.stringify(answer, null, 2), '```'];
}

/** As one word of a POSIX shell. */
function quoted(value: string): string {
  return /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Text inside a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
