/** Messages over TCP: each follows two bytes with its length (RFC 1035, 4.2.2). Pieces come as they like. */

export class Frames {
  readonly #longest: number;
  #bytes: Buffer = Buffer.alloc(0);

  /** `longest`: bytes that a message may have. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  add(piece: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]);
  }

  /** The next whole message; none any more once the stream is broken. */
  next(): Buffer | undefined {
    const length = this.#announced();
    if (length === undefined || this.broken || this.#bytes.length < length + 2) return undefined;
    const message = Buffer.from(this.#bytes.subarray(2, length + 2));
    this.#bytes = this.#bytes.subarray(length + 2);
    return message;
  }

  /** Whether a message is announced that is empty or too long, so that nothing after it can make sense. */
  get broken(): boolean {
    const length = this.#announced();
    return length !== undefined && (length === 0 || length > this.#longest);
  }

  #announced(): number | undefined {
    return this.#bytes.length < 2 ? undefined : this.#bytes.readUInt16BE(0);
  }
}

/** The message with its length before it. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
