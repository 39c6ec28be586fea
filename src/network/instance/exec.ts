/** Which instance a command of our own product means, and whether it can run there. */
import type { Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { execInstance } from '../../contract/yunlan.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { OUTSIDE } from '../../values/public-edge.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { TerminalSize } from '../../values/terminal.ts';
import type { Call } from '../call.ts';

/** The caller's instance with this id or, when exactly one has it in any region, this name. */
export async function instanceByIdOrName(
  reader: Reader,
  accountId: string,
  idOrName: string,
  parameter = 'Instance',
): Promise<Tables['instance'] | Refusal> {
  const byId = await reader.get('instance', { account_id: accountId, id: idOrName });
  if (byId) return byId;
  const byName = await reader.find('instance', { account_id: accountId, name: idOrName }, { limit: 2 });
  if (byName.length === 1) return byName[0]!;
  return refuse('InvalidInstanceId.NotFound', {
    parameter,
    ...(byName.length > 1 ? { detail: 'Several instances have this name: give the id.' } : {}),
  });
}

export interface ExecTarget {
  readonly instanceId: string;
  readonly command: readonly string[];
  /** Present when the command is to have a terminal; `type` is its TERM. */
  readonly terminal?: { readonly size: TerminalSize; readonly type: string };
}

/** The instance and the command to run in it. */
export async function execTarget(call: Call, input: Input<typeof execInstance>): Promise<ExecTarget | Refusal> {
  if (input.Command.length === 0 || input.Command[0] === '') {
    return refuse('InvalidCommand.Malformed', { parameter: 'Command' });
  }
  const instance = await call.read((reader) => instanceByIdOrName(reader, call.caller.accountId, input.Instance));
  const { Command: command, Terminal: given } = input;
  const terminal = given && { size: { rows: given.Rows, columns: given.Columns }, type: given.Type };
  const what = { command, ...(terminal ? { terminal } : {}) };
  // The host beyond the edge is everybody's, like the internet; an instance of the caller's with that name goes first.
  if (isRefusal(instance) && input.Instance === OUTSIDE) return { instanceId: OUTSIDE, ...what };
  if (isRefusal(instance)) return instance;
  if (instance.status !== 'Running') {
    return refuse('IncorrectInstanceStatus', {
      parameter: 'Instance',
      detail: `It is ${instance.status}; commands run in Running instances.`,
    });
  }
  return { instanceId: instance.id, ...what };
}
