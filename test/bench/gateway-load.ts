/** Worker of the gateway's bench: raw keep-alive connections, each sending its next request when the answer is in. */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  /** Whole HTTP requests, each sent once. */
  readonly requests: readonly string[];
}

export interface LoadResult {
  readonly milliseconds: number;
  readonly failures: number;
  readonly p99Milliseconds: number;
}

async function load({ port, connections, requests }: LoadOrder): Promise<LoadResult> {
  let next = 0;
  let failures = 0;
  const waits: number[] = [];
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let sentAt = 0;
      let text = '';
      const send = () => {
        const request = requests[next];
        next += 1;
        if (request === undefined) {
          socket.end();
          resolve();
          return;
        }
        sentAt = performance.now();
        socket.write(request);
      };
      socket.setNoDelay(true);
      socket.setEncoding('latin1');
      socket.on('error', reject);
      socket.on('connect', send);
      socket.on('data', (chunk: string) => {
        text += chunk;
        const end = text.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        if (!text.startsWith('HTTP/1.1 200')) failures += 1;
        waits.push(performance.now() - sentAt);
        text = '';
        send();
      });
    });
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, one));
  const milliseconds = performance.now() - startedAt;
  waits.sort((a, b) => a - b);
  return { milliseconds, failures, p99Milliseconds: waits[Math.floor(waits.length * 0.99)] ?? 0 };
}

parentPort?.postMessage(await load(workerData as LoadOrder));
