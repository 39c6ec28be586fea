/** The client's side of a streamed exec, on a connection that has just been upgraded. */
import { acceptTerminalSize } from '../values/terminal.ts';
import {
  decodeExit,
  decodeFailure,
  decodeWindow,
  type ExecEnd,
  type ExecFailure,
  encodeBytes,
  encodeFrame,
  encodeResize,
  FIRST_WINDOW,
  FRAME,
  type Frame,
  FrameDecoder,
} from './exec-frames.ts';

export interface ExecClientOptions {
  /** The upgraded connection (a net.Socket). */
  readonly socket: NodeJS.ReadWriteStream & { destroy(): void };
  /** Bytes that came with the answer to the upgrade. */
  readonly head: Uint8Array;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborting ends the command. */
  readonly signal?: AbortSignal | undefined;
  /** The screen of the person at whose terminal the command runs: its sizes are told. Absent without a terminal. */
  readonly screen?: Screen | undefined;
}

/** A terminal as Node shows one that it writes to. */
export interface Screen {
  readonly rows: number;
  readonly columns: number;
  on(event: 'resize', listener: () => void): unknown;
  removeListener(event: 'resize', listener: () => void): unknown;
}

export type ExecOutcome =
  | { readonly kind: 'ended'; readonly end: ExecEnd }
  | { readonly kind: 'failed'; readonly failure: ExecFailure }
  /** The connection broke, or the client's own abort ended it. */
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * Carries input and output until the command has ended and its output is written. `stdin` is read only while the
 * server grants a window, and is paused at the end; output waits for a slow reader.
 */
export function runExecClient(options: ExecClientOptions): Promise<ExecOutcome> {
  const { socket, head, stdin, stdout, stderr, signal, screen } = options;
  const decoder = new FrameDecoder();
  let window = FIRST_WINDOW;
  /** Input read beyond the window. */
  let held: Uint8Array = new Uint8Array();
  let inputEnded = false;

  return new Promise((resolve) => {
    let settled = false;
    const settle = (outcome: ExecOutcome): void => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener('abort', onAbort);
      stdin.removeListener('data', onInput);
      stdin.removeListener('end', onInputEnd);
      stdin.removeListener('error', onInputEnd);
      stdout.removeListener('error', onOutputError);
      stderr.removeListener('error', onOutputError);
      screen?.removeListener('resize', onResize);
      stdin.pause();
      socket.destroy();
      resolve(outcome);
    };

    const sendInput = (): void => {
      if (held.length > 0 && window > 0) {
        const now = held.subarray(0, window);
        held = held.subarray(now.length);
        window -= now.length;
        socket.write(encodeBytes(FRAME.stdin, now));
      }
      if (held.length > 0) stdin.pause();
      else if (inputEnded) socket.write(encodeFrame(FRAME.endOfStdin));
      else stdin.resume();
    };
    const onInput = (chunk: Uint8Array | string): void => {
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      sendInput();
    };
    const onInputEnd = (): void => {
      if (inputEnded) return;
      inputEnded = true;
      if (held.length === 0) socket.write(encodeFrame(FRAME.endOfStdin));
    };
    const onAbort = (): void => {
      socket.write(encodeFrame(FRAME.abort));
      settle({ kind: 'lost', reason: 'aborted' });
    };

    const onResize = (): void => {
      const size = screen && acceptTerminalSize(screen.rows, screen.columns);
      // Some terminals do not know their size, and say 0.
      if (size) socket.write(encodeResize(size));
    };

    /** Output handed on but not yet taken; the last word waits for it. */
    let pending = 0;
    let last: ExecOutcome | undefined;
    const write = (to: NodeJS.WritableStream, payload: Uint8Array): void => {
      pending += 1;
      const more = to.write(Buffer.from(payload), () => {
        pending -= 1;
        if (last && pending === 0) settle(last);
      });
      if (more) return;
      socket.pause();
      to.once('drain', () => socket.resume());
    };
    const finish = (outcome: ExecOutcome): void => {
      last = outcome;
      if (pending === 0) settle(outcome);
    };
    const onOutputError = (): void => {
      socket.write(encodeFrame(FRAME.abort));
      settle({ kind: 'lost', reason: 'the output was closed' });
    };

    const onFrame = ({ type, payload }: Frame): void => {
      if (type === FRAME.stdout) write(stdout, payload);
      else if (type === FRAME.stderr) write(stderr, payload);
      else if (type === FRAME.window) {
        window += decodeWindow(payload);
        if (!inputEnded || held.length > 0) sendInput();
      } else if (type === FRAME.exit) {
        const end = decodeExit(payload);
        finish(end ? { kind: 'ended', end } : { kind: 'lost', reason: 'malformed exit status' });
      } else if (type === FRAME.failure) {
        const failure = decodeFailure(payload);
        finish(failure ? { kind: 'failed', failure } : { kind: 'lost', reason: 'malformed failure' });
      }
    };
    const onBytes = (chunk: Uint8Array): void => {
      for (const frame of decoder.push(chunk)) onFrame(frame);
      if (decoder.fault !== undefined) settle({ kind: 'lost', reason: decoder.fault });
    };

    socket.on('data', onBytes);
    socket.on('error', (error: Error) => settle({ kind: 'lost', reason: error.message }));
    socket.on('close', () => finish(last ?? { kind: 'lost', reason: 'the server closed the connection' }));
    stdout.on('error', onOutputError);
    stderr.on('error', onOutputError);
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    screen?.on('resize', onResize);
    // It may have changed since it was asked for.
    onResize();
    if (head.length > 0) onBytes(head);
    stdin.on('data', onInput);
    stdin.on('end', onInputEnd);
    // An input that fails has no more to say; the command sees the end of its input.
    stdin.on('error', onInputEnd);
  });
}
