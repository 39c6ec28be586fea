/** The server's side of a streamed action: an upgraded socket as three streams and an abort signal. */
import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { refuse } from '../contract/errors.ts';
import { isRefusal, type Refusal } from '../values/refusal.ts';
import type { TerminalSize } from '../values/terminal.ts';
import {
  decodeResize,
  EXEC_PROTOCOL,
  type ExecEnd,
  encodeBytes,
  encodeJson,
  encodeWindow,
  FIRST_WINDOW,
  FRAME,
  type Frame,
  FrameDecoder,
  type FrameType,
} from '../wire/exec-frames.ts';
import type { DuplexStreams } from './options.ts';

/** How long a client may take to read the last words and close. */
const LINGER_MS = 5_000;

/** A connection whose client asked to upgrade it. It stays HTTP until a stream is opened on it. */
export class Connection {
  readonly #socket: Socket;
  readonly #head: Uint8Array;
  readonly #abort = new AbortController();
  readonly #sizes = new Sizes();
  #stdin: Input | undefined;

  constructor(socket: Socket, head: Uint8Array) {
    this.#socket = socket;
    this.#head = head;
    // Losing the connection shows as 'close'; without a listener the error would end the process.
    socket.on('error', () => {});
    socket.on('close', () => this.abort());
  }

  /**
   * Runs a streamed action. Gives its refusal when it refused before it opened the stream; otherwise carries the stream
   * to its end, and tells the client how it ended.
   */
  async carry(
    requestId: string,
    run: (open: () => DuplexStreams) => Promise<ExecEnd | Refusal>,
  ): Promise<Refusal | undefined> {
    let streams: Opened | undefined;
    const open = (): DuplexStreams => {
      streams ??= this.#open(requestId);
      return streams;
    };
    try {
      const outcome = await run(open);
      if (isRefusal(outcome)) {
        if (!streams) return outcome;
        this.#fail(outcome, requestId);
        return undefined;
      }
      streams ??= this.#open(requestId);
      await Promise.all([drained(streams.stdout), drained(streams.stderr)]);
      this.#last(encodeJson(FRAME.exit, outcome));
      return undefined;
    } catch (error) {
      if (streams) this.#fail(refuse('InternalError'), requestId);
      throw error;
    }
  }

  /** Ends the connection with an ordinary answer, unless a stream was opened on it. */
  decline(answer: string): void {
    if (this.#stdin) return;
    this.#socket.resume();
    this.#last(answer);
  }

  /** The client has left or is to be left: whatever runs for it must end. */
  abort(): void {
    this.#stdin?.end();
    this.#abort.abort();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #open(requestId: string): Opened {
    const socket = this.#socket;
    const decoder = new FrameDecoder();
    const stdin = new Input((bytes) => this.#send(encodeWindow(bytes)));
    this.#stdin = stdin;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.setTimeout(0);
    this.#send(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${EXEC_PROTOCOL}\r\nx-acs-request-id: ${requestId}\r\n\r\n`,
    );
    const onBytes = (chunk: Uint8Array): void => {
      for (const frame of decoder.push(chunk)) this.#take(stdin, frame);
      if (decoder.fault !== undefined) socket.destroy();
    };
    socket.on('data', onBytes);
    // Only a client that has gone ends its side: the end of input is a frame.
    socket.on('end', () => this.abort());
    if (this.#head.length > 0) onBytes(this.#head);
    if (socket.destroyed) this.abort();
    return {
      stdin: stdin.stream,
      stdout: this.#output(FRAME.stdout),
      stderr: this.#output(FRAME.stderr),
      abort: this.#abort.signal,
      onResize: (listener) => this.#sizes.listen(listener),
    };
  }

  #take(stdin: Input, { type, payload }: Frame): void {
    if (type === FRAME.stdin) {
      if (!stdin.give(payload)) this.#socket.destroy();
    } else if (type === FRAME.endOfStdin) stdin.end();
    else if (type === FRAME.abort) this.abort();
    else {
      const size = type === FRAME.resize ? decodeResize(payload) : undefined;
      if (size) this.#sizes.tell(size);
      else this.#socket.destroy();
    }
  }

  /** Each write waits until the system has taken it, so a slow client slows the command and fills no memory. */
  #output(type: FrameType): Writable {
    return new Writable({
      write: (chunk: Uint8Array, _encoding, done) => {
        // What is written for a client that has left goes nowhere; the abort signal has told so.
        if (!this.#socket.writable) done();
        else this.#socket.write(encodeBytes(type, chunk), () => done());
      },
    });
  }

  #fail({ code, message }: Refusal, requestId: string): void {
    this.#last(encodeJson(FRAME.failure, { code, message, requestId }));
  }

  #send(bytes: Uint8Array | string): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  #last(bytes: Uint8Array | string): void {
    this.#socket.end(bytes);
    this.#socket.setTimeout(LINGER_MS, () => this.#socket.destroy());
  }
}

interface Opened extends DuplexStreams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * The client's input. Bytes not yet read by the command plus the window granted never exceed FIRST_WINDOW, so the
 * socket is always read and what follows the input (an abort, the end) is never stuck behind it.
 */
class Input {
  readonly stream: Readable;
  #granted = FIRST_WINDOW;
  #ended = false;

  constructor(grant: (bytes: number) => void) {
    this.stream = new Readable({
      read: () => {
        const more = FIRST_WINDOW - this.#granted - this.stream.readableLength;
        if (this.#ended || more < FIRST_WINDOW / 4) return;
        this.#granted += more;
        grant(more);
      },
    });
  }

  /** False when the client sent more than it was granted. */
  give(bytes: Uint8Array): boolean {
    this.#granted -= bytes.length;
    if (this.#granted < 0) return false;
    // A copy: the payload lies in the socket's buffer.
    if (!this.#ended && bytes.length > 0) this.stream.push(Buffer.from(bytes));
    return true;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.stream.push(null);
  }
}

/** Sizes of the client's terminal. One that comes before anybody listens is kept: the command may take its time to start. */
class Sizes {
  #latest: TerminalSize | undefined;
  #listener: ((size: TerminalSize) => void) | undefined;

  tell(size: TerminalSize): void {
    this.#latest = size;
    this.#listener?.(size);
  }

  listen(listener: (size: TerminalSize) => void): void {
    this.#listener = listener;
    if (this.#latest) listener(this.#latest);
  }
}

/** Resolves when all that was written has been handed to the socket. */
async function drained(output: Writable): Promise<void> {
  if (output.destroyed) return;
  output.end();
  await finished(output);
}
