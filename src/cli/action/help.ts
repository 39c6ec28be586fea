/** Help for API actions, written from the contract. */
import type { Action } from '../../contract/action.ts';
import type { Fate, Parameter, Parameters } from '../../contract/parameter.ts';
import { typeName } from './arguments.ts';

const FATE: { readonly [F in Fate]: string } = {
  realised: '',
  stored: 'kept and shown again',
  accepted: 'accepted without effect',
  refused: 'not served: refused',
};

/** All about one action. `width` in characters. */
export function describeAction(action: Action, command: string, width: number): string {
  const all = Object.entries(action.parameters);
  const lines = [
    `Usage: yunlan ${command} ${action.name} [--Name value …]`,
    '',
    ...wrap(action.summary, '', width),
    ...(action.administrator ? ['Only for the administrator of the deployment.'] : []),
  ];
  const group = (title: string, chosen: [string, Parameter][]): void => {
    if (chosen.length === 0) return;
    lines.push('', `${title}:`);
    for (const [name, parameter] of chosen) lines.push(...describe(name, parameter, '  ', width));
  };
  const served = all.filter(([, parameter]) => parameter.fate === 'realised' || parameter.fate === 'stored');
  group(
    'Required',
    served.filter(([, parameter]) => parameter.required),
  );
  group(
    'Optional',
    served.filter(([, parameter]) => !parameter.required),
  );
  const names = (fate: Fate): string => namesOf(all, fate);
  for (const [title, text] of [
    ['Accepted without effect', names('accepted')],
    ['Not served (refused with UnsupportedParameter)', names('refused')],
  ] as const) {
    if (text) lines.push('', `${title}:`, ...wrap(text, '  ', width));
  }
  if (action.errors.length > 0) {
    lines.push('', 'Refusals besides the general ones:', ...wrap([...action.errors].sort().join(', '), '  ', width));
  }
  return `${lines.join('\n')}\n`;
}

function namesOf(all: readonly [string, Parameter][], fate: Fate): string {
  return all
    .filter(([, parameter]) => parameter.fate === fate)
    .map(([name]) => `--${name}`)
    .join(', ');
}

/** The actions of one product. */
export function describeProduct(actions: readonly Action[], command: string, width: number): string {
  const longest = Math.max(...actions.map(({ name }) => name.length));
  const lines = [
    `Usage: yunlan ${command} ACTION [--Name value …]`,
    '',
    'Actions (ACTION --help tells its parameters):',
  ];
  for (const { name, summary } of [...actions].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [first = '', ...rest] = wrap(summary, '', width - longest - 4);
    lines.push(`  ${name.padEnd(longest)}  ${first}`, ...rest.map((line) => `${' '.repeat(longest + 4)}${line}`));
  }
  return `${lines.join('\n')}\n`;
}

function describe(name: string, parameter: Parameter, indent: string, width: number): string[] {
  const numbered = parameter.kind === 'list' ? `${name}.N` : name;
  const lines = [`${indent}--${numbered}  ${facts(parameter)}`, ...wrap(meaning(parameter), `${indent}    `, width)];
  const fields = fieldsOf(parameter);
  for (const [field, inner] of Object.entries(fields ?? {})) {
    lines.push(...describe(`${numbered}.${field}`, inner, `${indent}  `, width));
  }
  return lines;
}

function fieldsOf(parameter: Parameter): Parameters | undefined {
  if (parameter.kind === 'struct') return parameter.fields;
  return parameter.kind === 'list' ? fieldsOf(parameter.of) : undefined;
}

/** Type, bounds and default. */
function facts(parameter: Parameter): string {
  const facts: string[] = [typeName(parameter)];
  if ('range' in parameter && parameter.range) facts.push(`${parameter.range[0]} to ${parameter.range[1]}`);
  if ('length' in parameter && parameter.length)
    facts.push(`${parameter.length[0]} to ${parameter.length[1]} characters`);
  if ('most' in parameter && parameter.most !== undefined) facts.push(`at most ${parameter.most}`);
  if ('default' in parameter && parameter.default !== undefined) facts.push(`default ${parameter.default}`);
  if (parameter.required) facts.push('required');
  return `(${facts.join(', ')})`;
}

function meaning(parameter: Parameter): string {
  const values = 'enum' in parameter && parameter.enum ? ` One of: ${parameter.enum.join(', ')}.` : '';
  const fate = FATE[parameter.fate];
  return `${parameter.help}${values}${fate ? ` (${fate})` : ''}`;
}

/** Breaks a text between words. */
export function wrap(text: string, indent: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}
