/**
 * Messages of DNS as the resolver sees them: questions that it can answer, and answers as bytes. Whatever bytes come
 * in, nothing here throws. Sources: RFC 1035, RFC 6891 (EDNS).
 */
import { type Answer, decode, encode, type Question } from 'dns-packet';

/** Bytes of the longest question that is read; real ones have some fifty, with options a few hundred. */
export const LONGEST_QUESTION = 4096;
/** Bytes of an answer over UDP to who does not say how much it takes. */
const PLAIN_LIMIT = 512;
/** Bytes of an answer over UDP at most, so that it is never cut into fragments. */
const UDP_LIMIT = 1232;
const LONGEST_ANSWER = 65_535;

const HEADER = 12;
const RESPONSE = 0x80_00;
const OPCODE = 0x78_00;
const AUTHORITATIVE = 0x04_00;
const TRUNCATED = 0x02_00;
const RECURSION_DESIRED = 0x01_00;
const RECURSION_AVAILABLE = 0x00_80;

/** Outcomes that the resolver knows, with their numbers. */
const CODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

export type Code = keyof typeof CODES;
export type Transport = 'udp' | 'tcp';

/** A question that can be answered. */
export interface Asked {
  readonly bytes: Buffer;
  /** As it was spelled. */
  readonly name: string;
  /** `A`, `PTR` …; `UNKNOWN_n` for what has no name. */
  readonly type: string;
  readonly class: string;
  readonly transport: Transport;
  /** Bytes that the answer may have. */
  readonly limit: number;
  /** Whether it came with an OPT record, and so gets one. */
  readonly extended: boolean;
}

export interface Reply {
  readonly code: Code;
  /** Whether we are who knows best: about names of instances. */
  readonly authoritative?: boolean;
  readonly answers?: readonly Answer[];
  /** There is more than could be had; set by itself when the answers do not fit. */
  readonly truncated?: boolean;
}

/** Reads a message: a question, the bytes of a complaint, or undefined when it deserves no answer. */
export function readQuestion(bytes: Buffer, transport: Transport): Asked | { readonly complaint: Buffer } | undefined {
  // Answers are never answered: two resolvers could do so for ever.
  if (bytes.length < HEADER || (bytes.readUInt16BE(2) & RESPONSE) !== 0) return undefined;
  if ((bytes.readUInt16BE(2) & OPCODE) !== 0) return { complaint: complain(bytes, 'NOTIMP') };
  if (bytes.length > LONGEST_QUESTION || bytes.readUInt16BE(4) !== 1) return { complaint: complain(bytes, 'FORMERR') };
  let asked: Asked;
  let version = 0;
  try {
    const message = decode(bytes);
    const question = message.questions![0]!;
    // What is asked is repeated in the answer, byte by byte, or not answered (compressed, or no text at all).
    const echo = encode({ id: 0, questions: [question] }).subarray(HEADER);
    const options = message.additionals!.filter((record) => record.type === 'OPT');
    if (options.length > 1 || !bytes.subarray(HEADER, HEADER + echo.length).equals(echo)) throw new Error('malformed');
    const [option] = options;
    version = option?.ednsVersion ?? 0;
    const room = Math.min(Math.max(option?.udpPayloadSize ?? PLAIN_LIMIT, PLAIN_LIMIT), UDP_LIMIT);
    asked = {
      bytes,
      name: question.name,
      type: question.type,
      class: question.class ?? 'IN',
      transport,
      limit: transport === 'tcp' ? LONGEST_ANSWER : room,
      extended: option !== undefined,
    };
  } catch {
    return { complaint: complain(bytes, 'FORMERR') };
  }
  return version === 0 ? asked : { complaint: writeReply(asked, { code: 'BADVERS' }) };
}

/** The answer to a question as bytes; marked as cut short when not all of it may go. */
export function writeReply(
  asked: Asked,
  { code, authoritative = false, answers = [], truncated = false }: Reply,
): Buffer {
  const number = CODES[code];
  const option: Answer = {
    name: '.',
    type: 'OPT',
    udpPayloadSize: UDP_LIMIT,
    extendedRcode: number >> 4,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
  const write = (count: number): Buffer =>
    encode({
      type: 'response',
      questions: [questionOf(asked)],
      answers: answers.slice(0, count),
      additionals: asked.extended ? [option] : [],
    });
  let bytes = write(answers.length);
  let cut = truncated ? TRUNCATED : 0;
  if (bytes.length > asked.limit) {
    // Most lists are of equal records, so the first guess is close.
    const empty = write(0).length;
    let count = Math.floor((answers.length * (asked.limit - empty)) / (bytes.length - empty));
    do bytes = write(count--);
    while (bytes.length > asked.limit);
    cut = TRUNCATED;
  }
  const flags = (asked.bytes.readUInt16BE(2) & RECURSION_DESIRED) | RECURSION_AVAILABLE | RESPONSE;
  bytes.writeUInt16BE(asked.bytes.readUInt16BE(0), 0);
  bytes.writeUInt16BE(flags | (authoritative ? AUTHORITATIVE : 0) | cut | (number & 15), 2);
  return bytes;
}

/** A header alone: for messages whose question is not understood. */
function complain(bytes: Buffer, code: Code): Buffer {
  const reply = Buffer.alloc(HEADER);
  reply.writeUInt16BE(bytes.readUInt16BE(0), 0);
  reply.writeUInt16BE(RESPONSE | (bytes.readUInt16BE(2) & (OPCODE | RECURSION_DESIRED)) | CODES[code], 2);
  return reply;
}

/** Whether an answer says that it was cut short. */
export function isTruncated(answer: Buffer): boolean {
  return (answer.readUInt16BE(2) & TRUNCATED) !== 0;
}

/** Whether the bytes are an answer to the question, sent with this number. */
export function isAnswerTo(bytes: Buffer, asked: Asked, id: number): boolean {
  const end = encode({ questions: [questionOf(asked)] }).length;
  if (bytes.length < end || bytes.readUInt16BE(0) !== id || bytes.readUInt16BE(4) !== 1) return false;
  if ((bytes.readUInt16BE(2) & RESPONSE) === 0) return false;
  // Servers may spell the name in another case; type and class, the last four bytes, are numbers.
  const name = (message: Buffer) => message.toString('latin1', HEADER, end - 4).toLowerCase();
  const kind = (message: Buffer) => message.readUInt32BE(end - 4);
  return name(bytes) === name(asked.bytes) && kind(bytes) === kind(asked.bytes);
}

function questionOf({ name, type, class: kind }: Asked): Question {
  return { name, type, class: kind } as Question;
}
