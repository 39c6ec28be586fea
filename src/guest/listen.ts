/**
 * Sockets whose other side is one network, and the resolver behind them. Instances may be hostile: how many questions
 * wait, how many connections there are, how long each lives and what it makes us keep are all bounded.
 */
import type { Socket as UdpSocket } from 'node:dgram';
import type { Server, Socket } from 'node:net';
import { Frames, framed } from './frames.ts';
import { LONGEST_QUESTION, type Transport } from './message.ts';

/** Answers a message; undefined when it deserves none. Never rejects. */
export type Answering = (bytes: Buffer, transport: Transport) => Promise<Buffer | undefined>;

/** Questions of one socket that are answered at the same time; more are dropped, and asked again by who is honest. */
const MOST_QUESTIONS = 128;
const MOST_CONNECTIONS = 64;
/** Of one address, so that one instance does not keep the others out. */
const MOST_OF_ONE_ADDRESS = 8;
/** Milliseconds that a connection may take for one question and for taking its answer. */
const PATIENCE = 10_000;

/** Answers datagrams until the socket is closed. */
export function answerDatagrams(socket: UdpSocket, answer: Answering): void {
  let underWay = 0;
  socket.on('message', async (bytes, sender) => {
    // Nobody asks from port 0, and nothing could be sent there.
    if (underWay >= MOST_QUESTIONS || sender.port === 0) return;
    underWay += 1;
    try {
      const reply = await answer(bytes, 'udp');
      // The network may have gone while the answer was looked for; a lost datagram is asked for again.
      if (reply !== undefined) socket.send(reply, sender.port, sender.address, () => {});
    } catch {
      // closed meanwhile
    } finally {
      underWay -= 1;
    }
  });
}

/** Answers connections until the server is closed. Answers how to close it with all of them. */
export function answerConnections(
  server: Server,
  answer: Answering,
  { patience = PATIENCE }: { readonly patience?: number } = {},
): () => void {
  const open = new Map<Socket, string>();
  server.on('connection', (socket) => {
    const from = socket.remoteAddress ?? '';
    const ofThisAddress = [...open.values()].filter((address) => address === from).length;
    if (open.size >= MOST_CONNECTIONS || ofThisAddress >= MOST_OF_ONE_ADDRESS) {
      socket.destroy();
      return;
    }
    open.set(socket, from);
    socket.on('close', () => open.delete(socket));
    converse(socket, answer, patience);
  });
  return () => {
    server.close();
    for (const socket of open.keys()) socket.destroy();
  };
}

/** Answers one question after the other; while one is answered nothing more is read. */
function converse(socket: Socket, answer: Answering, patience: number): void {
  const frames = new Frames(LONGEST_QUESTION);
  const limit = setTimeout(() => socket.destroy(), patience);
  let busy = false;
  let ended = false;
  // Who has asked everything may close its side and still gets its answers; we close ours after the last.
  socket.allowHalfOpen = true;

  async function work(): Promise<void> {
    for (let bytes = frames.next(); bytes !== undefined; bytes = frames.next()) {
      const reply = await answer(bytes, 'tcp');
      if (reply === undefined || socket.destroyed) {
        socket.destroy();
        return;
      }
      await new Promise<void>((resolve) => {
        socket.once('close', resolve);
        socket.write(framed(reply), () => {
          socket.off('close', resolve);
          resolve();
        });
      });
      limit.refresh();
      // Neither reading the store nor writing waits for anything: many questions in one piece would keep all others out.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (frames.broken) socket.destroy();
    else if (ended) socket.end();
  }

  socket.on('data', async (piece) => {
    frames.add(piece);
    if (busy) return;
    busy = true;
    socket.pause();
    try {
      await work();
    } catch {
      socket.destroy();
    }
    busy = false;
    socket.resume();
  });
  socket.on('end', () => {
    ended = true;
    if (!busy) socket.end();
  });
  socket.on('error', () => {
    // 'close' follows
  });
  socket.on('close', () => clearTimeout(limit));
}
