/** `exec`: a command in an instance, its input, output and exit status passed through. `log`: the instance's console. */
import { constants } from 'node:os';
import { Failure } from '../../daemon/failure.ts';
import { runExecClient } from '../../wire/exec-client.ts';
import { CallRefused, call, upgrade } from '../client.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

export async function exec(instance: string, command: readonly string[], shared: SharedOptions): Promise<number> {
  if (command.length === 0) throw new Failure("give the command after '--': yunlan exec INSTANCE -- COMMAND");
  const target = findTarget(shared);
  const parameters: Record<string, string> = { Instance: instance };
  if (target.region !== undefined) parameters['RegionId'] = target.region;
  command.forEach((word, index) => {
    parameters[`Command.${index + 1}`] = word;
  });
  const abort = new AbortController();
  let interrupted: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    interrupted ??= signal;
    abort.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  try {
    const { socket, head } = await upgrade(target, 'Yunlan', 'ExecInstance', parameters);
    const outcome = await runExecClient({
      socket,
      head,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: abort.signal,
    });
    if (interrupted !== undefined) return 128 + constants.signals[interrupted];
    if (outcome.kind === 'failed') {
      const { code, message, requestId } = outcome.failure;
      throw new CallRefused(code, message, requestId);
    }
    if (outcome.kind === 'lost') throw new Failure(`the connection to the command was lost: ${outcome.reason}`);
    return 'code' in outcome.end ? outcome.end.code : 128 + signalNumber(outcome.end.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
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
