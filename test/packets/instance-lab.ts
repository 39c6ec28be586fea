/**
 * A place for tests of instances: private namespaces and a data directory of its own, guests without a network card,
 * and commands in them. Nothing of it is left after `close`.
 */
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { createLinuxCompute } from '../../src/drivers/linux/compute.ts';
import { makeGuestNamespaces } from '../../src/drivers/linux/guest-namespaces.ts';
import { type Holder, openHolder } from '../../src/drivers/linux/holder.ts';
import type { Compute, ExecEnd, GuestSpec } from '../../src/realize/driver.ts';
import { run } from '../../src/shell/shell.ts';
import { silentLog } from '../../src/values/log.ts';

export interface Outcome {
  readonly end: ExecEnd;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InstanceLab {
  readonly dataDir: string;
  readonly holder: Holder;
  readonly compute: Compute;
  /** Makes the guest's namespaces, as the network driver does, and starts it. */
  boot(id: string, more?: Partial<GuestSpec>): Promise<void>;
  /** Runs a shell script in the guest. */
  sh(id: string, script: string, options?: { input?: string | Readable; abort?: AbortSignal }): Promise<Outcome>;
  /** Its output without the last line break; fails when the script does. */
  out(id: string, script: string): Promise<string>;
  /** Resolves with the console once it matches. */
  console(id: string, pattern: RegExp): Promise<string>;
  /** A daemon that comes after this one: the same data directory. */
  next(): Promise<{ holder: Holder; compute: Compute }>;
  close(): Promise<void>;
}

export const spec = (id: string, more: Partial<GuestSpec> = {}): GuestSpec => ({
  id,
  hostName: `host-${id}`,
  cards: [],
  userData: '',
  primaryAddress: '10.0.0.1',
  ...more,
});

export async function openInstanceLab(): Promise<InstanceLab> {
  const dataDir = await mkdtemp(join(tmpdir(), 'yunlan-instances-'));
  const open = async () => {
    const holder = await openHolder({ runDir: join(dataDir, 'run'), log: silentLog });
    return { holder, compute: createLinuxCompute({ holder, dataDir, log: silentLog }) };
  };
  const { holder, compute } = await open();
  const sh: InstanceLab['sh'] = (id, script, options = {}) => command(compute, id, ['sh', '-c', script], options);
  return {
    dataDir,
    holder,
    compute,
    sh,
    async boot(id, more) {
      await makeGuestNamespaces(holder, [id]);
      await compute.start(spec(id, more));
    },
    async out(id, script) {
      const { end, stdout, stderr } = await sh(id, script);
      if (!('code' in end) || end.code !== 0) throw new Error(`${script}: ${JSON.stringify(end)} ${stderr}`);
      return stdout.replace(/\n$/, '');
    },
    console: (id, pattern) =>
      until(async () => {
        const text = await compute.log(id, 100_000);
        return pattern.test(text) ? text : undefined;
      }),
    next: open,
    async close() {
      // Some files may belong to users that exist only inside.
      if (holder.alive()) for (const id of await compute.disks()) await compute.destroy(id);
      await holder.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function command(
  compute: Compute,
  id: string,
  argv: readonly string[],
  options: { input?: string | Readable; abort?: AbortSignal } = {},
): Promise<Outcome> {
  const stdout = new Collector();
  const stderr = new Collector();
  const input = options.input ?? '';
  const end = await compute.exec(id, argv, {
    stdin: typeof input === 'string' ? Readable.from(input === '' ? [] : [input]) : input,
    stdout,
    stderr,
    abort: options.abort ?? new AbortController().signal,
  });
  return { end, stdout: stdout.text(), stderr: stderr.text() };
}

/** Keeps what is written to it. */
export class Collector extends Writable {
  readonly pieces: Buffer[] = [];

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(piece);
    done();
  }

  text(): string {
    return Buffer.concat(this.pieces).toString('utf8');
  }
}

/** Asks again until there is an answer; fails after twenty seconds with the last thing known. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const late = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > late) throw new Error(`it never came: ${ask}`);
    await pause(10);
  }
}

/** Processes of the machine that we may look into and that are in the user namespace of `pid`, or in one below it. */
export async function processesWithin(namespaces: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).map(Number).filter((number) => number > 0)) {
    for (const kind of ['user', 'net', 'mnt', 'pid']) {
      const link = await readlink(`/proc/${pid}/ns/${kind}`).catch(() => '');
      if (namespaces.includes(link)) found.push(pid);
    }
  }
  return [...new Set(found)];
}

/** Names of the namespaces that a process is in, such as `user:[4026532000]`. */
export function namespacesOf(pid: number): Promise<string[]> {
  return Promise.all(['user', 'net', 'mnt', 'pid'].map((kind) => readlink(`/proc/${pid}/ns/${kind}`)));
}

/** First process of a guest, as the machine counts. */
export async function firstProcess(dataDir: string, id: string): Promise<number> {
  const file = JSON.parse(await readFile(join(dataDir, 'run', 'guests', `${id}.json`), 'utf8'));
  return file.init.pid;
}

/** Output of a program of the machine. */
export async function machine(...argv: string[]): Promise<string> {
  return (await run(argv)).stdout;
}
