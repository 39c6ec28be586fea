/**
 * Signed requests a second through the whole gateway (signature, nonce, decoding, answer) against a bare node:http server
 * that reads the same bytes and answers the same text, in the same run. Run it by `node test/bench/gateway.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openNonceJournal } from '../../src/gateway/nonce-journal.ts';
import { createGateway } from '../../src/gateway/server.ts';
import { systemClock } from '../../src/values/clock.ts';
import { silentLog } from '../../src/values/log.ts';
import { systemRandom } from '../../src/values/random.ts';
import { type SignedRequest, signRequest } from '../../src/wire/sign-request.ts';
import type { LoadResult } from './gateway-load.ts';

const REQUESTS = 20_000;
const CONNECTIONS = 32;
const KEY = { accessKeyId: 'LTAI-bench', secret: 'bench-secret' };

const PARAMETERS: Record<string, string> = {
  RegionId: 'cn-hangzhou',
  CidrBlock: '10.0.0.0/16',
  VpcName: 'bench',
  Description: 'a network of the bench',
  ClientToken: '0123456789',
  'Tag.1.Key': 'purpose',
  'Tag.1.Value': 'bench',
};
const ANSWER = { VpcId: 'vpc-bp1', VRouterId: 'vrt-bp1', RouteTableId: 'vtb-bp1', ResourceGroupId: '' };

function requests(port: number, algorithm: 'HMAC-SHA1' | 'ACS3-HMAC-SHA256'): string[] {
  return Array.from({ length: REQUESTS }, (_, index) =>
    text(
      signRequest({
        product: 'Vpc',
        action: 'CreateVpc',
        parameters: PARAMETERS,
        key: KEY,
        endpoint: `http://127.0.0.1:${port}`,
        time: systemClock.now(),
        nonce: `${algorithm}-${port}-${index}-0123456789abcdef`,
        algorithm,
      }),
    ),
  );
}

function text({ method, headers, body }: SignedRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} / HTTP/1.1\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n${body}`;
}

/** The client has a thread of its own; signing is done before the time is taken. */
function load(port: number, all: readonly string[]): Promise<LoadResult> {
  const worker = new Worker(new URL('./gateway-load.ts', import.meta.url), {
    workerData: { port, connections: CONNECTIONS, requests: all },
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function measure(port: number, algorithm: 'HMAC-SHA1' | 'ACS3-HMAC-SHA256'): Promise<number> {
  const { milliseconds, failures, p99Milliseconds } = await load(port, requests(port, algorithm));
  const rate = (REQUESTS / milliseconds) * 1000;
  const counted = failures === 0 ? '' : `, ${failures} FAILED`;
  console.log(
    `  ${algorithm.padEnd(18)}${rate.toFixed(0).padStart(7)}/s  p99 ${p99Milliseconds.toFixed(1)} ms${counted}`,
  );
  if (failures > 0) process.exitCode = 1;
  return rate;
}

const [cpu] = cpus();
console.log(
  `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}; ${REQUESTS} requests, ${CONNECTIONS} connections`,
);

const bare = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const body = JSON.stringify({ RequestId: 'A', ...ANSWER });
    response.writeHead(200, { 'content-type': 'application/json;charset=utf-8', 'content-length': body.length });
    response.end(body);
  });
});
await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
const barePort = (bare.address() as AddressInfo).port;

const directory = mkdtempSync(join(tmpdir(), 'yunlan-bench-'));
const gatewayOf = (journal: boolean) =>
  createGateway({
    dispatch: async () => ANSWER,
    stream: async () => ({ code: 0 }),
    findKey: async () => ({
      secret: KEY.secret,
      status: 'Active',
      caller: { accountId: '1', accountName: 'bench', administrator: true, accessKeyId: KEY.accessKeyId },
    }),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    defaultRegionId: 'cn-hangzhou',
    allowedHosts: [],
    ...(journal ? { nonces: openNonceJournal({ path: join(directory, 'nonces'), now: systemClock.now() }) } : {}),
  });
const plain = gatewayOf(false);
const journaled = gatewayOf(true);
const { port: plainPort } = await plain.listen({ host: '127.0.0.1', port: 0 });
const { port: journaledPort } = await journaled.listen({ host: '127.0.0.1', port: 0 });

await load(barePort, requests(barePort, 'ACS3-HMAC-SHA256').slice(0, 3_000));
await load(plainPort, requests(plainPort, 'HMAC-SHA1').slice(0, 3_000));
console.log('bare node:http');
const peer = await measure(barePort, 'ACS3-HMAC-SHA256');
console.log('gateway, nonces in memory');
const v3 = await measure(plainPort, 'ACS3-HMAC-SHA256');
console.log('gateway, nonces in a journal');
const v3Journaled = await measure(journaledPort, 'ACS3-HMAC-SHA256');
const v1 = await measure(journaledPort, 'HMAC-SHA1');
const ratio = (rate: number) => (rate / peer).toFixed(2);
console.log(
  `ratio to bare node:http: ${ratio(v3)} in memory, ${ratio(v3Journaled)} journaled, ${ratio(v1)} journaled 1.0`,
);

await Promise.all([plain.close(), journaled.close()]);
bare.closeAllConnections();
bare.close();
rmSync(directory, { recursive: true });
