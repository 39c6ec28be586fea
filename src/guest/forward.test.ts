import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../values/log.ts';
import { seededRandom } from '../values/random.ts';
import { createForward, type NameServer, parseNameServers } from './forward.ts';
import { Frames, framed } from './frames.ts';
import { type Asked, readQuestion, type Transport } from './message.ts';
import { question } from './message-for-test.ts';

interface FakeServer extends NameServer {
  /** Questions that came, in order. */
  readonly heard: { readonly transport: Transport; readonly id: number; readonly name: string }[];
}

type Behaviour = (bytes: Buffer, transport: Transport) => readonly Buffer[] | Promise<readonly Buffer[]>;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server on loopback that answers as told, over UDP and TCP. */
async function serve(behave: Behaviour): Promise<FakeServer> {
  const heard: FakeServer['heard'] = [];
  const hear = (bytes: Buffer, transport: Transport) => {
    const { id = 0, questions } = decode(bytes);
    heard.push({ transport, id, name: questions![0]!.name });
    return behave(bytes, transport);
  };
  const tcp = createServer((socket: Socket) => {
    closing.push(() => socket.destroy());
    const frames = new Frames(65_535);
    socket.on('error', () => {});
    socket.on('data', async (piece) => {
      frames.add(piece);
      const bytes = frames.next();
      if (bytes) for (const answer of await hear(bytes, 'tcp')) socket.write(framed(answer));
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  closing.push(() => tcp.close());
  const { port } = tcp.address() as { port: number };
  const udp = createSocket('udp4');
  udp.on('message', async (bytes, from) => {
    for (const answer of await hear(bytes, 'udp')) udp.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => udp.once('error', reject).bind(port, '127.0.0.1', resolve));
  closing.push(() => udp.close());
  return { address: '127.0.0.1', port, heard };
}

function answerTo(bytes: Buffer, count: number, flags = 0x8180): Buffer {
  const { id, questions } = decode(bytes);
  const name = questions![0]!.name;
  const answers = Array.from(
    { length: count },
    (_, n): Answer => ({ name, type: 'A', ttl: 60, data: `192.0.2.${n % 250}` }),
  );
  const answer = encode({ type: 'response', ...(id === undefined ? {} : { id }), questions: questions!, answers });
  answer.writeUInt16BE(flags, 2);
  return answer;
}

const asked = (name = 'www.example.com', transport: Transport = 'udp', more = {}) =>
  readQuestion(question(name, 'A', more), transport) as Asked;

function forwardTo(servers: readonly NameServer[], patience = 5_000) {
  const forward = createForward({ servers: async () => servers, random: seededRandom(1), log: silentLog, patience });
  return async (what: Asked, networkId = 'vpc-a') => {
    const bytes = await forward(networkId, what);
    return bytes && (decode(bytes) as DecodedPacket & { readonly rcode: string });
  };
}

const SILENT: Behaviour = () => [];

describe('X5 questions passed on', () => {
  it('bring the answer back under the number of who asked, asked under another', async () => {
    const server = await serve((bytes) => [answerTo(bytes, 2)]);
    const answer = await forwardTo([server])(asked());
    expect(answer).toMatchObject({ id: 4711, rcode: 'NOERROR', flag_tc: false });
    expect(answer!.answers).toHaveLength(2);
    expect(server.heard).toMatchObject([{ transport: 'udp', name: 'www.example.com' }]);
    expect(server.heard[0]!.id).not.toBe(4711);
  });

  it('believe no answer with another number or question', async () => {
    const server = await serve((bytes) => {
      const number = Buffer.from(answerTo(bytes, 3));
      number.writeUInt16BE((number.readUInt16BE(0) + 1) & 0xffff, 0);
      const other = answerTo(question('evil.example.com', 'A', { id: bytes.readUInt16BE(0) }), 4);
      const kind = answerTo(question('www.example.com', 'AAAA', { id: bytes.readUInt16BE(0) }), 5);
      return [number, other, kind, bytes, Buffer.alloc(3), answerTo(bytes, 1)];
    });
    expect((await forwardTo([server])(asked()))!.answers).toHaveLength(1);
  });

  it('go on to the next server when one is silent or closed, and fail when all are', async () => {
    const [silent, good] = [await serve(SILENT), await serve((bytes) => [answerTo(bytes, 1)])];
    const closed = { address: '127.0.0.1', port: 1 };
    expect((await forwardTo([closed, silent, good], 50)(asked()))!.answers).toHaveLength(1);
    expect(silent.heard).toHaveLength(1);
    expect((await forwardTo([closed, silent], 50)(asked()))!.rcode).toBe('SERVFAIL');
    expect(await forwardTo([])(asked())).toBeUndefined();
  });

  it('are asked over TCP when the answer was cut and the whole can be taken', async () => {
    const server = await serve((bytes, transport) => [
      transport === 'udp' ? answerTo(bytes, 0, 0x8380) : answerTo(bytes, 200),
    ]);
    const forward = forwardTo([server]);
    const whole = await forward(asked('www.example.com', 'tcp'));
    expect(whole).toMatchObject({ id: 4711, flag_tc: false });
    expect(whole!.answers).toHaveLength(200);
    expect(server.heard.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    // Over UDP it is for the instance to ask again.
    expect(await forward(asked())).toMatchObject({ flag_tc: true, answers: [] });
    expect(server.heard).toHaveLength(3);
  });

  it('are marked as cut when a server sends more than the instance takes', async () => {
    const server = await serve((bytes) => [answerTo(bytes, 40)]);
    expect(await forwardTo([server])(asked())).toMatchObject({ id: 4711, flag_tc: true, answers: [] });
    const wide = await forwardTo([server])(asked('a.b', 'udp', { takes: 1232 }));
    expect(wide).toMatchObject({ flag_tc: false });
  });

  it('are bounded: so many of one network, and of all', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await serve(async (bytes) => {
      await held;
      return [answerTo(bytes, 1)];
    });
    const forward = forwardTo([server]);
    const first = Array.from({ length: 64 }, () => forward(asked()));
    expect((await forward(asked()))!.rcode).toBe('SERVFAIL');
    const others = ['b', 'c', 'd'].flatMap((name) => Array.from({ length: 64 }, () => forward(asked(), name)));
    expect((await forward(asked(), 'e'))!.rcode).toBe('SERVFAIL');
    release();
    for (const answer of await Promise.all([...first, ...others])) expect(answer!.rcode).toBe('NOERROR');
    expect((await forward(asked()))!.rcode).toBe('NOERROR');
  });

  it('go to the servers that the machine names', () => {
    const file =
      '# nameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch x\nnameserver\t2001:db8::1 \nnameserver none\n nameserver 9.9.9.9\n';
    expect(parseNameServers(file).map(({ address }) => address)).toEqual(['192.0.2.2', '2001:db8::1']);
    expect(parseNameServers('nameserver 1.1.1.1\n'.repeat(5))).toHaveLength(3);
    expect(parseNameServers('')).toEqual([]);
  });
});
