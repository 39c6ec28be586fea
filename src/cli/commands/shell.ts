/**
 * `shell`: a terminal in an instance. The person's own terminal passes every key on and is put back however the session
 * ends: in order, by a signal, or because the connection broke in the middle of a full-screen program.
 */
import { Writable } from 'node:stream';
import { Failure } from '../../daemon/failure.ts';
import { start } from '../../shell/shell.ts';
import { MOST_SIDE } from '../../values/terminal.ts';
import type { SharedOptions } from '../shared-options.ts';
import { type LocalTerminal, runInInstance } from './exec.ts';

/** The shell of the instance's root, as a login gives it. */
const LOGIN = ['sh', '-c', 'exec "$(command -v "$SHELL" || echo /bin/sh)" -l'];

/** Of a terminal that does not know its size. */
const USUAL_SIZE = { rows: 24, columns: 80 };

const TYPE = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,62}$/;

/**
 * What a program that could not say good-bye may have left: another screen, a hidden cursor, keys and mouse that send
 * other bytes, pasted text in brackets, colours. A terminal that is as usual stays as it is.
 */
const AS_USUAL = '\x1b[?1047l\x1b[?25h\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[m\r\n';

/** Answers the exit status of the command, or of the instance's shell when none is given. */
export function shell(
  instance: string,
  command: readonly string[],
  shared: SharedOptions,
  environment: { readonly [name: string]: string | undefined },
): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new Failure(
      "a shell needs a terminal for its input and its output; without one use 'yunlan exec INSTANCE -- COMMAND'",
    );
  }
  const terminal = localTerminal(environment['TERM']);
  return runInInstance(instance, command.length === 0 ? LOGIN : command, shared, terminal);
}

function localTerminal(type: string | undefined): LocalTerminal {
  const { stdin, stdout, stderr } = process;
  // Its window may be closed at any time; that is told by a signal, and nobody reads words about it.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {});
  const side = (given: number, usual: number): number => (given > 0 ? Math.min(given, MOST_SIDE) : usual);
  let raw = false;
  /** The modes are being changed until it resolves. */
  let changed = Promise.resolve();
  const enter = (): void => {
    raw = true;
    // Node puts back at its end what was before, also when a signal or a fault ends it.
    stdin.setRawMode(true);
    changed = changed.then(passEveryByte);
  };
  // Whoever stopped and continued us has set its own modes; Node believes that ours still hold.
  const onContinue = (): void => {
    stdin.setRawMode(false);
    enter();
  };
  const shown = (on: NodeJS.WritableStream, form: (bytes: Buffer) => Buffer | string): Writable =>
    new Writable({
      write(bytes: Buffer, _encoding, done) {
        void changed.then(() => on.write(form(bytes), (error) => done(error)));
      },
    });
  return {
    type: type !== undefined && TYPE.test(type) ? type : undefined,
    size: { rows: side(stdout.rows, USUAL_SIZE.rows), columns: side(stdout.columns, USUAL_SIZE.columns) },
    screen: stdout,
    stdout: shown(stdout, (bytes) => bytes),
    stderr: shown(stderr, (bytes) => bytes.toString().replaceAll('\n', '\r\n')),
    enter() {
      enter();
      process.on('SIGCONT', onContinue);
    },
    async leave({ inOrder }) {
      if (!raw) return;
      process.off('SIGCONT', onContinue);
      await changed;
      raw = false;
      stdin.setRawMode(false);
      if (!inOrder && type !== 'dumb') stdout.write(AS_USUAL);
    },
  };
}

/**
 * Node's raw mode still makes two characters of a line feed, which moves the cursor of programs that mean to go down
 * only. Without stty it stays like that.
 */
function passEveryByte(): Promise<void> {
  return new Promise((resolve) => {
    const child = start(['stty', 'raw', '-echo'], { stdio: [0, 'ignore', 'ignore'] });
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}
