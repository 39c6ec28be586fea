/**
 * A region with real packets in this process: clients that sign as in the scenarios, commands in instances, and a hand in
 * the namespaces, as somebody has who changes what is not his. Nothing of it is left after `close`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { createLinuxDriver } from '../../src/drivers/linux/driver.ts';
import { type Holder, openHolder } from '../../src/drivers/linux/holder.ts';
import type { Driver } from '../../src/realize/driver.ts';
import { flowAllowed } from '../../src/realize/path/flow.ts';
import { startServer } from '../../src/server.ts';
import { run } from '../../src/shell/shell.ts';
import { type Log, silentLog } from '../../src/values/log.ts';
import { Client, type Region } from '../scenario/harness.ts';
import { insideOf, type Lab, realityIn } from './network-lab.ts';

/** One look of the daemon at a network or the edge. */
export interface Look {
  readonly networkId: string;
  /** Whether all was as it was applied; undefined while the look is under way, and when it failed. */
  same?: boolean;
}

export interface DrivenRegion extends Pick<Lab, 'inside' | 'reality'> {
  readonly client: Client;
  readonly holder: Holder;
  /** Warnings of the server, in the order in which they came. */
  readonly warnings: readonly { readonly message: string; readonly networkId: unknown }[];
  /** Looks in the order in which they began. */
  readonly looks: readonly Look[];
  /** Runs a command in an instance: its exit status and output. */
  exec(instanceId: string, ...command: string[]): Promise<{ code: number | undefined; stdout: string }>;
  /** Starts a command in an instance; `lines` grows. */
  start(instanceId: string, ...command: string[]): { readonly lines: string[]; ended: boolean; end(): Promise<void> };
  /** Runs a script as root of the namespaces, in a network's or in none. */
  tamper(script: string, net?: string): Promise<string>;
  close(): Promise<void>;
}

export async function openDrivenRegion(verifyInterval: number): Promise<DrivenRegion> {
  const dataDir = await mkdtemp(join(tmpdir(), 'yunlan-driven-'));
  const warnings: { message: string; networkId: unknown }[] = [];
  const log: Log = {
    ...silentLog,
    warn: (fields: object, message: string) => {
      warnings.push({ message, networkId: 'networkId' in fields ? fields.networkId : undefined });
    },
  };
  const looks: Look[] = [];
  const made = createLinuxDriver({ dataDir, log, flowAllowed });
  const driver: Driver = {
    ...made,
    network: {
      ...made.network,
      async verify(networkId) {
        const look: Look = { networkId };
        looks.push(look);
        const same = await made.network.verify(networkId);
        look.same = same;
        return same;
      },
    },
  };
  const server = await startServer({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    driver: 'linux',
    driverMade: driver,
    log,
    verifyInterval,
  });
  // The one that the driver has made.
  const holder = await openHolder({ runDir: join(dataDir, 'run'), log: silentLog });
  const begin = (instanceId: string, command: readonly string[]) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const stop = new AbortController();
    const streams = { stdin: Readable.from([]), stdout, stderr: stderr.resume(), abort: stop.signal };
    return { stdout, stop, ended: driver.compute.exec(instanceId, command, streams) };
  };
  return {
    client: new Client({ endpoint: server.endpoint } as Region, server.administratorKey),
    holder,
    warnings,
    looks,
    inside: insideOf(holder),
    reality: (networkId) => realityIn(holder, networkId),
    async exec(instanceId, ...command) {
      const { stdout, ended } = begin(instanceId, command);
      let text = '';
      stdout.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      const end = await ended;
      return { code: 'code' in end ? end.code : undefined, stdout: text };
    },
    start(instanceId, ...command) {
      const { stdout, stop, ended } = begin(instanceId, command);
      const lines: string[] = [];
      let rest = '';
      stdout.setEncoding('utf8').on('data', (piece: string) => {
        const pieces = (rest + piece).split('\n');
        rest = pieces.pop() ?? '';
        lines.push(...pieces);
      });
      const started = {
        lines,
        ended: false,
        async end() {
          stop.abort();
          await ended.catch(() => {});
        },
      };
      const note = () => {
        started.ended = true;
      };
      ended.then(note, note);
      return started;
    },
    async tamper(script, net) {
      const { stdout } = await run(holder.inside(['sh', '-ec', script], net === undefined ? {} : { net }));
      return stdout;
    },
    async close() {
      await server.close({ endGuests: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
