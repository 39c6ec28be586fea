/** `exec`: a command in an instance, its input, output and exit status passed through. `log`: the instance's console. */
import { constants } from 'node:os';
import { Failure } from '../../daemon/failure.ts';
import type { TerminalSize } from '../../values/terminal.ts';
import { runExecClient, type Screen } from '../../wire/exec-client.ts';
import { CallRefused, call, upgrade } from '../client.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

export function exec(instance: string, command: readonly string[], shared: SharedOptions): Promise<number> {
  if (command.length === 0) throw new Failure("give the command after '--': yunlan exec INSTANCE -- COMMAND");
  return runInInstance(instance, command, shared);
}

/** The terminal at which the person sits, when the command is to have one as well. */
export interface LocalTerminal {
  /** TERM; undefined leaves it to the server. */
  readonly type: string | undefined;
  readonly size: TerminalSize;
  readonly screen: Screen;
  /** What the command shows, and words about it. */
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** The command runs: from now on every key is its own. */
  enter(): void;
  /** Puts the terminal back. `inOrder`: the command has ended by itself, and left the screen as it wanted to. */
  leave(how: { readonly inOrder: boolean }): Promise<void>;
}

/** Signals that end us, and with us the command. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs a command with our own input and output. Answers its exit status, that of a shell when a signal ended it. */
export async function runInInstance(
  instance: string,
  command: readonly string[],
  shared: SharedOptions,
  terminal?: LocalTerminal,
): Promise<number> {
  const target = findTarget(shared);
  const parameters: Record<string, string> = { Instance: instance };
  if (target.region !== undefined) parameters['RegionId'] = target.region;
  command.forEach((word, index) => {
    parameters[`Command.${index + 1}`] = word;
  });
  if (terminal) {
    parameters['Terminal.Rows'] = String(terminal.size.rows);
    parameters['Terminal.Columns'] = String(terminal.size.columns);
    if (terminal.type !== undefined) parameters['Terminal.Type'] = terminal.type;
  }
  const abort = new AbortController();
  let interrupted: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    interrupted ??= signal;
    abort.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const onClosed = (): void => onSignal('SIGHUP');
  // A terminal has no end of input but its own, which may be seen before the signal comes.
  if (terminal) for (const event of ['end', 'error']) process.stdin.on(event, onClosed);
  let inOrder = false;
  try {
    const { socket, head } = await upgrade(target, 'Yunlan', 'ExecInstance', parameters);
    terminal?.enter();
    const outcome = await runExecClient({
      socket,
      head,
      stdin: process.stdin,
      stdout: terminal?.stdout ?? process.stdout,
      stderr: terminal?.stderr ?? process.stderr,
      signal: abort.signal,
      screen: terminal?.screen,
    });
    if (interrupted !== undefined) return 128 + constants.signals[interrupted];
    if (outcome.kind === 'failed') {
      const { code, message, requestId } = outcome.failure;
      throw new CallRefused(code, message, requestId);
    }
    if (outcome.kind === 'lost') throw new Failure(`the connection to the command was lost: ${outcome.reason}`);
    if ('signal' in outcome.end) return 128 + signalNumber(outcome.end.signal);
    inOrder = true;
    return outcome.end.code;
  } finally {
    await terminal?.leave({ inOrder });
    for (const signal of SIGNALS) process.off(signal, onSignal);
    // An open input must not keep us here once the command has ended.
    process.stdin.destroy();
  }
}

function signalNumber(name: string): number {
  return (constants.signals as { readonly [name: string]: number | undefined })[name] ?? 0;
}

export async function log(
  instance: string,
  options: { readonly tail?: number },
  shared: SharedOptions,
): Promise<number> {
  const target = findTarget(shared);
  const answer = await call(target, 'Yunlan', 'GetInstanceLog', {
    Instance: instance,
    ...(options.tail === undefined ? {} : { Tail: String(options.tail) }),
    ...(target.region === undefined ? {} : { RegionId: target.region }),
  });
  process.stdout.write(String(answer['Log'] ?? ''));
  return 0;
}
