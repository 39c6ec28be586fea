/**
 * Asks the machine's own resolvers: over UDP, over TCP when the answer was cut short and the instance can take the whole.
 * Everything is bounded: how long, how many at a time, how many of one network.
 */
import { createSocket } from 'node:dgram';
import { connect, isIP, isIPv6 } from 'node:net';
import type { Log } from '../values/log.ts';
import { RESOLVER_PORT } from '../values/name-service.ts';
import type { Random } from '../values/random.ts';
import { Frames, framed } from './frames.ts';
import { type Asked, isAnswerTo, isTruncated, writeReply } from './message.ts';

export interface NameServer {
  readonly address: string;
  readonly port: number;
}

export interface ForwardOptions {
  /** Asked for each question: the machine may have moved to another network. */
  readonly servers: () => Promise<readonly NameServer[]>;
  readonly random: Random;
  readonly log: Log;
  /** Milliseconds that one server may take; 1,500 when absent. */
  readonly patience?: number;
}

/** Servers that are tried one after the other; as many as resolvers of C libraries know. */
const MOST_SERVERS = 3;
const MOST_AT_ONCE = 256;
const MOST_OF_ONE_NETWORK = 64;
const LONGEST_ANSWER = 65_535;

/** The servers that a file like /etc/resolv.conf names. */
export function parseNameServers(file: string): NameServer[] {
  const lines = file.matchAll(/^nameserver[ \t]+(\S+)/gm);
  return [...lines]
    .map(([, address = '']) => ({ address, port: RESOLVER_PORT }))
    .filter(({ address }) => isIP(address) !== 0)
    .slice(0, MOST_SERVERS);
}

/** What asks for a network: resolves with the answer, undefined when there is no server. */
export function createForward(
  options: ForwardOptions,
): (networkId: string, asked: Asked) => Promise<Buffer | undefined> {
  const { servers, random, log, patience = 1_500 } = options;
  const underWay = new Map<string, number>();
  let all = 0;

  async function askOneByOne(networkId: string, asked: Asked): Promise<Buffer | undefined> {
    const found = await servers();
    if (found.length === 0) return undefined;
    for (const server of found) {
      try {
        return await askServer(server, asked);
      } catch (error) {
        log.debug({ networkId, server: server.address, error }, 'a resolver of the machine did not answer');
      }
    }
    return writeReply(asked, { code: 'SERVFAIL' });
  }

  async function askServer(server: NameServer, asked: Asked): Promise<Buffer> {
    // Who does not see the question can answer it only by guessing this number and the port.
    const [high = 0, low = 0] = random.bytes(2);
    const id = high * 256 + low;
    const question = Buffer.from(asked.bytes);
    question.writeUInt16BE(id, 0);
    const fits = (bytes: Buffer) => isAnswerTo(bytes, asked, id);
    let answer = await overUdp(server, question, fits, patience);
    if (asked.transport === 'tcp' && isTruncated(answer)) answer = await overTcp(server, question, fits, patience);
    if (answer.length > asked.limit) return writeReply(asked, { code: 'NOERROR', truncated: true });
    answer.writeUInt16BE(asked.bytes.readUInt16BE(0), 0);
    return answer;
  }

  return async (networkId, asked) => {
    const mine = underWay.get(networkId) ?? 0;
    if (all >= MOST_AT_ONCE || mine >= MOST_OF_ONE_NETWORK) return writeReply(asked, { code: 'SERVFAIL' });
    all += 1;
    underWay.set(networkId, mine + 1);
    try {
      return await askOneByOne(networkId, asked);
    } finally {
      all -= 1;
      const left = (underWay.get(networkId) ?? 1) - 1;
      if (left > 0) underWay.set(networkId, left);
      else underWay.delete(networkId);
    }
  };
}

type Fits = (answer: Buffer) => boolean;

function overUdp(server: NameServer, question: Buffer, fits: Fits, patience: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
    const limit = setTimeout(() => end(new Error('no answer in time')), patience);
    let over = false;
    const end = (result: Buffer | Error): void => {
      if (over) return;
      over = true;
      clearTimeout(limit);
      socket.close();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    socket.on('error', end);
    socket.on('message', (bytes) => {
      if (fits(bytes)) end(bytes);
    });
    // Connected: answers of others are not received, and a refusal (ICMP) is an error at once.
    socket.connect(server.port, server.address, () => {
      if (!over) socket.send(question, (error) => error && end(error));
    });
  });
}

function overTcp(server: NameServer, question: Buffer, fits: Fits, patience: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, server.address);
    const limit = setTimeout(() => socket.destroy(new Error('no answer in time')), patience);
    const frames = new Frames(LONGEST_ANSWER);
    socket.on('connect', () => socket.write(framed(question)));
    socket.on('data', (piece) => {
      frames.add(piece);
      for (let answer = frames.next(); answer !== undefined; answer = frames.next()) {
        if (!fits(answer)) continue;
        resolve(answer);
        socket.destroy();
        return;
      }
      if (frames.broken) socket.destroy(new Error('a malformed answer'));
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(limit);
      // Heard only when there was no answer before.
      reject(new Error('closed without an answer'));
    });
  });
}
