/**
 * `forward`: a port of this machine that leads to a service in the region. Each connection is a command of its own in
 * the host beyond the public edge, which connects to the destination and passes bytes both ways; so a forward reaches
 * what any stranger on the internet would reach, and nothing else.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { Failure } from '../../daemon/failure.ts';
import { parseIpv4 } from '../../values/ip.ts';
import { OUTSIDE } from '../../values/public-edge.ts';
import { type ExecOutcome, runExecClient } from '../../wire/exec-client.ts';
import { type Target, upgrade } from '../client.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

/** Connects and passes bytes both ways, each direction to its own end. Status 3: nothing answers there. */
const RELAY = `
import os, socket, sys, threading
try:
    there = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
except OSError as error:
    print(error.strerror or error, file=sys.stderr)
    sys.exit(3)
if len(sys.argv) > 3: sys.exit(0)
there.settimeout(None)
def outward():
    while True:
        piece = os.read(0, 65536)
        if not piece: break
        there.sendall(piece)
    there.shutdown(socket.SHUT_WR)
threading.Thread(target=outward, daemon=True).start()
while True:
    piece = there.recv(65536)
    if not piece: break
    view = memoryview(piece)
    while view: view = view[os.write(1, view):]
`;

interface Destination {
  readonly address: string;
  readonly port: string;
}

/** Listens until it is interrupted. Fails at once when nothing answers at the destination. */
export async function forward(localPort: string, destination: string, shared: SharedOptions): Promise<number> {
  const to = parseDestination(destination);
  const port = parsePort(localPort, 'the local port');
  const target = findTarget(shared);
  const obstacle = await tryOut(target, to);
  if (obstacle !== undefined) throw new Failure(`nothing answers at ${destination}: ${obstacle}`);

  const open = new Set<AbortController>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const ending = new AbortController();
    open.add(ending);
    void carry(target, to, socket, ending).finally(() => open.delete(ending));
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Failure(`cannot listen on 127.0.0.1:${port}: ${error instanceof Error ? error.message : error}`);
  }
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  process.stderr.write(`127.0.0.1:${bound} leads to ${destination}; Ctrl-C ends it\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  server.close();
  for (const ending of open) ending.abort();
  return 0;
}

/** One connection; its two directions end by themselves. */
async function carry(target: Target, to: Destination, socket: Socket, ending: AbortController): Promise<void> {
  socket.on('error', () => ending.abort());
  try {
    const errors = heard();
    const outcome = await relay(target, [to.address, to.port], {
      stdin: socket,
      stdout: socket,
      stderr: errors.stream,
      signal: ending.signal,
    });
    const obstacle = ending.signal.aborted ? undefined : obstacleOf(outcome, errors.words());
    if (obstacle === undefined) socket.end();
    else {
      process.stderr.write(`yunlan: ${to.address}:${to.port}: ${obstacle}\n`);
      socket.resetAndDestroy();
    }
  } catch (error) {
    process.stderr.write(`yunlan: ${error instanceof Error ? error.message : error}\n`);
    socket.destroy();
  }
}

/** Why the destination cannot be reached; undefined when it can. */
async function tryOut(target: Target, to: Destination): Promise<string | undefined> {
  const errors = heard();
  const stdin = new PassThrough();
  stdin.end();
  const stdout = new PassThrough().resume();
  const outcome = await relay(target, [to.address, to.port, 'try'], { stdin, stdout, stderr: errors.stream });
  return obstacleOf(outcome, errors.words());
}

/** Somewhere to write, and what was written. */
function heard(): { readonly stream: PassThrough; words(): string } {
  const stream = new PassThrough().setEncoding('utf8');
  let words = '';
  stream.on('data', (piece: string) => {
    words = `${words}${piece}`.slice(-1000);
  });
  // The last line tells; before it may stand where in the relay it happened.
  return { stream, words: () => words.trim().split('\n').at(-1) ?? '' };
}

/** Why a relay did not carry its connection to the end; undefined when it did. */
function obstacleOf(outcome: ExecOutcome, words: string): string | undefined {
  if (outcome.kind === 'failed') return outcome.failure.message;
  if (outcome.kind === 'lost') return outcome.reason;
  return 'code' in outcome.end && outcome.end.code === 0 ? undefined : words || 'the connection failed';
}

async function relay(
  target: Target,
  words: readonly string[],
  streams: {
    readonly stdin: NodeJS.ReadableStream;
    readonly stdout: NodeJS.WritableStream;
    readonly stderr: NodeJS.WritableStream;
    readonly signal?: AbortSignal;
  },
) {
  const command = ['python3', '-c', RELAY, ...words];
  const parameters: Record<string, string> = { Instance: OUTSIDE };
  command.forEach((word, index) => {
    parameters[`Command.${index + 1}`] = word;
  });
  const { socket, head } = await upgrade(target, 'Yunlan', 'ExecInstance', parameters);
  return runExecClient({ socket, head, ...streams });
}

function parseDestination(text: string): Destination {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, Math.max(colon, 0));
  if (parseIpv4(address) === undefined) throw new Failure(`${text} is not ADDRESS:PORT with an IPv4 address`);
  return { address, port: String(parsePort(text.slice(colon + 1), 'the port of the destination', 1)) };
}

function parsePort(text: string, what: string, least = 0): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= least && port <= 65_535)) throw new Failure(`${what} is ${least} to 65535, not ${text}`);
  return port;
}
