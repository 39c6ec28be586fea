import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { framed } from './frames.ts';
import { type Answering, answerConnections, answerDatagrams } from './listen.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const echo: Answering = async (bytes) => (bytes.toString() === 'nothing' ? undefined : Buffer.from(`re: ${bytes}`));

async function serveTcp(answer: Answering, patience?: number) {
  const server = createServer();
  const close = answerConnections(server, answer, patience === undefined ? {} : { patience });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(close);
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  const { port } = server.address() as { port: number };
  return { port, close, sockets };
}

interface Client {
  readonly socket: Socket;
  /** All that came, once it matches or the connection is closed. */
  heard(pattern?: RegExp): Promise<string>;
  readonly closed: Promise<void>;
}

async function client(port: number, options = {}): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', ...options });
  closing.push(() => socket.destroy());
  let text = '';
  let over = false;
  let notice = () => {};
  socket.on('error', () => {});
  socket.on('data', (piece) => {
    text += piece.toString('latin1');
    notice();
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      over = true;
      notice();
      resolve();
    });
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return {
    socket,
    closed,
    async heard(pattern) {
      while (!over && !pattern?.test(text)) {
        await new Promise<void>((resolve) => {
          notice = resolve;
        });
      }
      return text;
    },
  };
}

const frame = (text: string) => framed(Buffer.from(text));

describe('X5 connections with instances', () => {
  it('are answered question by question, in order, to the last one of who closes its side', async () => {
    const { port } = await serveTcp(echo);
    const { socket, heard } = await client(port);
    socket.end(Buffer.concat([frame('one'), frame('two'), frame('three')]));
    expect(await heard()).toBe(`${frame('re: one')}${frame('re: two')}${frame('re: three')}`);
  });

  it('read nothing more while a question is answered', async () => {
    let asked = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { port, sockets } = await serveTcp(async (bytes) => {
      if (bytes.toString() === 'ping') return bytes;
      asked += 1;
      await held;
      return bytes;
    });
    const { socket, heard } = await client(port);
    socket.write(frame('one'));
    socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => frame('x'.repeat(1_000)))));
    // What another connection is told in the meantime shows that time goes on.
    const other = await client(port);
    for (let count = 1; count <= 50; count += 1) {
      other.socket.write(frame('ping'));
      await other.heard(new RegExp(`^[^]{${count * 6}}`));
    }
    expect(asked).toBe(1);
    expect(sockets[0]!.bytesRead).toBeLessThan(1_000_000);
    release();
    await heard(/^..one..xxx/s);
    expect(asked).toBeGreaterThan(1);
  });

  it('leave others their turn between questions that came in one piece', async () => {
    const turns: number[] = [];
    let turn = 0;
    const count = (): void => {
      turn += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    closing.push(() => clearImmediate(counting));
    const { port } = await serveTcp(async (bytes) => {
      turns.push(turn);
      return bytes;
    });
    const { socket, heard } = await client(port);
    socket.end(Buffer.concat(Array.from({ length: 200 }, () => frame('x'))));
    await heard();
    expect(new Set(turns).size).toBe(200);
  });

  it('end when nothing whole comes in time, whatever trickles in', async () => {
    const { port } = await serveTcp(echo, 100);
    const { socket, closed } = await client(port);
    const trickle = setInterval(() => socket.write('\0'), 10);
    socket.write(Buffer.from([1, 0]));
    await closed;
    clearInterval(trickle);
  });

  it('end when who asks does not take the answers', async () => {
    const { port, sockets } = await serveTcp(async () => Buffer.alloc(60_000), 200);
    const { socket } = await client(port);
    socket.pause();
    socket.write(Buffer.concat(Array.from({ length: 1_000 }, () => frame('more'))));
    while (sockets[0]?.destroyed !== true) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(sockets[0]!.bytesWritten).toBeGreaterThan(60_000);
  });

  it('end at what makes no sense and at what deserves no answer', async () => {
    const { port } = await serveTcp(echo);
    for (const bytes of [Buffer.from([0, 0]), Buffer.from([0xff, 0xff]), frame('nothing')]) {
      const { socket, heard } = await client(port);
      socket.write(Buffer.concat([frame('one'), bytes, frame('two')]));
      expect(await heard()).toBe(frame('re: one').toString());
    }
  });

  it('are so many of one address, and other addresses have room', async () => {
    const { port } = await serveTcp(echo);
    const open: Client[] = [];
    for (let count = 0; count < 8; count += 1) open.push(await client(port));
    const ninth = await client(port);
    await ninth.closed;
    const other = await client(port, { localAddress: '127.0.0.2' });
    other.socket.write(frame('one'));
    await other.heard(/re: one/);
    open[0]!.socket.end();
    await open[0]!.closed;
    for (;;) {
      const again = await client(port);
      again.socket.write(frame('two'));
      if ((await again.heard(/re: two/)) !== '') break;
    }
  });

  it('end with the server', async () => {
    const { port, close } = await serveTcp(echo);
    const { socket, heard, closed } = await client(port);
    socket.write(frame('one'));
    await heard(/re: one/);
    close();
    await closed;
  });
});

describe('X5 datagrams of instances', () => {
  it('are answered to whom they came from, also after some that failed', async () => {
    const server = createSocket('udp4');
    answerDatagrams(server, async (bytes) => {
      if (bytes.toString() === 'fail') throw new Error('failed');
      return echo(bytes, 'udp');
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    const socket = createSocket('udp4');
    closing.push(
      () => server.close(),
      () => socket.close(),
    );
    const heard = new Promise<string>((resolve) => socket.on('message', (bytes) => resolve(bytes.toString())));
    for (const text of ['fail', 'nothing', 'one']) socket.send(text, server.address().port, '127.0.0.1');
    expect(await heard).toBe('re: one');
  });

  it('are dropped when too many wait', async () => {
    const server = createSocket('udp4');
    let [asked, release] = [0, () => {}];
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    answerDatagrams(server, async () => {
      asked += 1;
      await held;
      return undefined;
    });
    for (let count = 0; count < 200; count += 1) {
      server.emit('message', Buffer.from('x'), { address: '127.0.0.1', port: 9, family: 'IPv4', size: 1 });
    }
    expect(asked).toBe(128);
    release();
    await held;
    await new Promise((resolve) => setImmediate(resolve));
    server.emit('message', Buffer.from('x'), { address: '127.0.0.1', port: 9, family: 'IPv4', size: 1 });
    expect(asked).toBe(129);
    server.emit('message', Buffer.from('x'), { address: '127.0.0.1', port: 0, family: 'IPv4', size: 1 });
    expect(asked).toBe(129);
    closing.push(() => server.close());
  });
});
