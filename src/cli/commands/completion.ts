/**
 * `completion SHELL` prints a script for the person's shell; the script asks `__complete` for what may stand next. What
 * may stand there comes from the parser of commands and from the contract, so nothing is listed twice.
 */
import type { Command } from 'commander';
import type { Action, Product } from '../../contract/action.ts';
import { ACTIONS } from '../../contract/catalogue.ts';
import type { Parameter } from '../../contract/parameter.ts';
import { Failure } from '../../daemon/failure.ts';
import { parameterOf } from '../action/arguments.ts';
import { call } from '../client.ts';
import { printLine } from '../output.ts';
import { SHARED_OPTIONS, type SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

const SCRIPTS: { readonly [shell: string]: string } = {
  bash: `_yunlan() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -o nospace -F _yunlan yunlan ./yunlan`,
  zsh: `#compdef yunlan
_yunlan() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -S '' -- "\${found[@]}"
}
compdef _yunlan yunlan ./yunlan`,
  fish: `function __yunlan
  set -l given (commandline -opc) (commandline -ct)
  $given[1] __complete -- $given[2..] 2>/dev/null | string trim --right
end
complete -c yunlan -f -a '(__yunlan)'`,
};

/** Prints the script for a shell, to be evaluated in its start-up file. */
export function completion(shell: string): number {
  const script = SCRIPTS[shell];
  if (script === undefined) throw new Failure(`completion is there for ${Object.keys(SCRIPTS).join(', ')}`);
  printLine(script);
  return 0;
}

/** Commands whose first word is an instance. */
const OF_INSTANCES = new Set(['exec', 'shell', 'log', 'why', 'rules']);

/** Prints what may stand in the place of the last word, one a line; a space at its end where a word is whole. */
export async function complete(
  words: readonly string[],
  parts: {
    readonly program: Command;
    readonly products: { readonly [command: string]: Product };
    readonly shared: SharedOptions;
  },
): Promise<number> {
  const last = words.at(-1) ?? '';
  for (const candidate of (await candidates(words.slice(0, -1), last, parts)).sort()) {
    if (candidate.startsWith(last)) printLine(candidate);
  }
  return 0;
}

async function candidates(
  before: readonly string[],
  last: string,
  { program, products, shared }: Parameters<typeof complete>[1],
): Promise<string[]> {
  const [first] = before;
  if (first === undefined) return namesOf(program).map(whole);
  const product = products[first];
  if (product !== undefined) return ofProduct(product, before.slice(1), last);
  let command = program.commands.find((each) => each.name() === first);
  for (const word of before.slice(1)) command = command?.commands.find((each) => each.name() === word) ?? command;
  if (!command) return [];
  if (last.startsWith('-')) return optionsOf(command);
  if (OF_INSTANCES.has(first) && before.length === 1) return (await instances(shared)).map(whole);
  return namesOf(command).map(whole);
}

function ofProduct(product: Product, before: readonly string[], last: string): string[] {
  const actions = ACTIONS.filter((action) => action.product === product && action.effect !== 'stream');
  const [name] = before;
  if (name === undefined) return actions.map((action) => whole(action.name));
  const action = actions.find((each) => each.name === name);
  if (!action) return [];
  const previous = before.at(-1) ?? '';
  const parameter = previous.startsWith('--') && valuesOf(action, previous.slice(2));
  if (parameter && !last.startsWith('-')) return parameter.map(whole);
  return [
    ...Object.entries(action.parameters).flatMap(([key, each]) => spellings(`--${key}`, each)),
    ...Object.values(SHARED_OPTIONS).map(({ flag }) => whole(flag)),
    ...['--help', action.effect === 'read' ? '--until' : '--wait', '--timeout'].map(whole),
  ];
}

/** The names under which a parameter may be given; those that go on end with a dot. */
function spellings(name: string, parameter: Parameter): string[] {
  if (parameter.kind === 'list') return spellings(`${name}.1`, parameter.of);
  if (parameter.kind !== 'struct') return [whole(name)];
  return Object.entries(parameter.fields).flatMap(([field, inner]) => spellings(`${name}.${field}`, inner));
}

/** The values that a parameter may have, when they can be listed. */
function valuesOf(action: Action, name: string): string[] | undefined {
  const [first = '', ...rest] = name.split('.');
  let parameter = parameterOf(action, first);
  for (const segment of rest) {
    parameter =
      parameter?.kind === 'list' ? parameter.of : parameter?.kind === 'struct' ? parameter.fields[segment] : undefined;
  }
  if (parameter?.kind === 'boolean') return ['true', 'false'];
  return parameter?.kind === 'text' ? [...(parameter.enum ?? [])] : undefined;
}

function namesOf(command: Command): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => each.name());
}

function optionsOf(command: Command): string[] {
  const own = command.createHelp().visibleOptions(command);
  return [
    ...own.flatMap(({ long }) => (long == null ? [] : [long])),
    ...Object.values(SHARED_OPTIONS).map(({ flag }) => flag),
  ].map(whole);
}

/** Names of instances of the region that runs; none when none does, as somebody is only typing. */
async function instances(shared: SharedOptions): Promise<string[]> {
  try {
    const target = findTarget(shared);
    const parameters = { PageSize: '100', ...(target.region === undefined ? {} : { RegionId: target.region }) };
    const answer = await call(target, 'Ecs', 'DescribeInstances', parameters);
    const { Instance = [] } = answer['Instances'] as { Instance?: { InstanceName: string; InstanceId: string }[] };
    return ['internet', ...Instance.flatMap(({ InstanceName, InstanceId }) => [InstanceName, InstanceId])];
  } catch {
    return [];
  }
}

const whole = (word: string): string => `${word} `;
