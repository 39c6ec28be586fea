/**
 * Frames of a streamed exec, spoken after `101 Switching Protocols` to `yunlan-exec`: one byte of type, four of length
 * (big endian), the payload. Ending or losing the connection means that the client has left; the end of its input is a
 * frame of its own. The server grants input by windows and therefore never stops reading, so that an abort is seen at
 * once even while the command reads nothing.
 */

import { acceptTerminalSize, type TerminalSize } from '../values/terminal.ts';

export const EXEC_PROTOCOL = 'yunlan-exec';

export const FRAME = {
  /** Client → server: bytes of input, within the window. */
  stdin: 1,
  /** Server → client. */
  stdout: 2,
  /** Server → client. */
  stderr: 3,
  /** Client → server: no more input follows. */
  endOfStdin: 4,
  /** Server → client, last frame: JSON `{"code":0}` or `{"signal":"SIGKILL"}`. */
  exit: 5,
  /** Client → server: end the command and all it started. */
  abort: 6,
  /** Server → client: four bytes (big endian), how many more bytes of input may be sent. */
  window: 7,
  /** Server → client, last frame: JSON `{"code","message","requestId"}`; the command's end is not known. */
  failure: 8,
  /**
   * Client → server: the terminal has another size; rows, columns, two bytes each (big endian). Without a terminal it
   * says nothing.
   */
  resize: 9,
} as const;

export type FrameType = (typeof FRAME)[keyof typeof FRAME];

export interface Frame {
  readonly type: FrameType;
  readonly payload: Uint8Array;
}

/** How a command ended. */
export type ExecEnd = { readonly code: number } | { readonly signal: string };

export interface ExecFailure {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

/** Most bytes of a payload; longer ones are a fault. */
export const MOST_PAYLOAD = 65_536;

/** Bytes of input that a client may send before the first window frame arrives. */
export const FIRST_WINDOW = 262_144;

const HEADER = 5;
const TYPES: ReadonlySet<number> = new Set(Object.values(FRAME));

/** One frame. The payload must not be longer than MOST_PAYLOAD; `encodeBytes` splits. */
export function encodeFrame(type: FrameType, payload: Uint8Array = new Uint8Array()): Uint8Array {
  if (payload.length > MOST_PAYLOAD) throw new RangeError(`frame of ${payload.length} bytes`);
  const frame = new Uint8Array(HEADER + payload.length);
  frame[0] = type;
  new DataView(frame.buffer).setUint32(1, payload.length);
  frame.set(payload, HEADER);
  return frame;
}

/** As many frames as the bytes need, in one piece. */
export function encodeBytes(type: FrameType, bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MOST_PAYLOAD) return encodeFrame(type, bytes);
  const frames: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += MOST_PAYLOAD) {
    frames.push(encodeFrame(type, bytes.subarray(from, from + MOST_PAYLOAD)));
  }
  return join(frames);
}

export function encodeJson(type: FrameType, value: ExecEnd | ExecFailure): Uint8Array {
  return encodeFrame(type, new TextEncoder().encode(JSON.stringify(value)));
}

export function encodeWindow(bytes: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, bytes);
  return encodeFrame(FRAME.window, payload);
}

/** The grant in a window frame; 0 when malformed. */
export function decodeWindow(payload: Uint8Array): number {
  return payload.length === 4 ? new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0) : 0;
}

/** Throws for a size that no terminal has. */
export function encodeResize({ rows, columns }: TerminalSize): Uint8Array {
  if (!acceptTerminalSize(rows, columns)) throw new RangeError(`a terminal of ${rows} × ${columns}`);
  const payload = new Uint8Array(4);
  const view = new DataView(payload.buffer);
  view.setUint16(0, rows);
  view.setUint16(2, columns);
  return encodeFrame(FRAME.resize, payload);
}

/** The size in a resize frame. Undefined when malformed. */
export function decodeResize(payload: Uint8Array): TerminalSize | undefined {
  if (payload.length !== 4) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, 4);
  return acceptTerminalSize(view.getUint16(0), view.getUint16(2));
}

/** The end in an exit frame. Undefined when malformed. */
export function decodeExit(payload: Uint8Array): ExecEnd | undefined {
  const value = decodeJson(payload);
  if (typeof value?.['code'] === 'number') return { code: value['code'] };
  if (typeof value?.['signal'] === 'string') return { signal: value['signal'] };
  return undefined;
}

/** The failure in a failure frame. Undefined when malformed. */
export function decodeFailure(payload: Uint8Array): ExecFailure | undefined {
  const { code, message, requestId } = decodeJson(payload) ?? {};
  if (typeof code !== 'string' || typeof message !== 'string' || typeof requestId !== 'string') return undefined;
  return { code, message, requestId };
}

function decodeJson(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Cuts a byte stream into frames, however it is chunked. Holds at most one incomplete frame. */
export class FrameDecoder {
  #held: Uint8Array = new Uint8Array();
  #fault: string | undefined;

  /** Why the stream is no stream of frames; set once, and no frame comes after it. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Frames completed by this chunk. Payloads may share memory with the chunk. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    if (this.#fault !== undefined) return frames;
    const bytes = this.#held.length === 0 ? chunk : join([this.#held, chunk]);
    let from = 0;
    while (bytes.length - from >= HEADER) {
      const type = bytes[from]!;
      const length = new DataView(bytes.buffer, bytes.byteOffset + from + 1, 4).getUint32(0);
      if (!TYPES.has(type)) this.#fault = `unknown frame type ${type}`;
      else if (length > MOST_PAYLOAD) this.#fault = `frame of ${length} bytes`;
      if (this.#fault !== undefined) {
        this.#held = new Uint8Array();
        return frames;
      }
      if (bytes.length - from < HEADER + length) break;
      frames.push({ type: type as FrameType, payload: bytes.subarray(from + HEADER, from + HEADER + length) });
      from += HEADER + length;
    }
    // A copy, because the chunk's memory may belong to the socket.
    this.#held = Uint8Array.from(bytes.subarray(from));
    return frames;
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
