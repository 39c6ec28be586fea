/**
 * How long namespace instances take: the first start of each (its disk is made), a start from its disk, a command, a
 * stop, one after the other and many at once; and how much memory each holds.
 * Run: node test/bench/instance-boot.ts [instances]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { createLinuxCompute } from '../../src/drivers/linux/compute.ts';
import { makeGuestNamespaces } from '../../src/drivers/linux/guest-namespaces.ts';
import { openHolder } from '../../src/drivers/linux/holder.ts';
import { silentLog } from '../../src/values/log.ts';

const COUNT = Number(process.argv[2] ?? 20);
const dataDir = mkdtempSync(join(tmpdir(), 'yunlan-bench-'));
const ids = Array.from({ length: COUNT }, (_, number) => `i-bench${number}`);

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};
const say = (name: string, milliseconds: readonly number[]) => {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0);
  console.log(`${name.padEnd(34)} median ${at(0.5)} ms, P90 ${at(0.9)} ms, worst ${at(1)} ms`);
};
const inTurn = async (work: (id: string) => Promise<unknown>): Promise<number[]> => {
  const took: number[] = [];
  for (const id of ids) took.push(await timed(() => work(id)));
  return took;
};

/** Memory that only our processes hold, and their fair share of what several do. Bytes; as much as we may see. */
function memoryBelow(holder: number): { readonly own: number; readonly share: number; readonly processes: number } {
  const parents = new Map<number, number>();
  for (const pid of readdirSync('/proc')
    .map(Number)
    .filter((number) => number > 0)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // it has ended
    }
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent !== 0 && (parent === holder || below(parent));
  };
  let own = 0;
  let share = 0;
  let processes = 0;
  for (const pid of parents.keys()) {
    if (!below(pid)) continue;
    let text: string;
    try {
      text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    } catch {
      // it has ended
      continue;
    }
    processes += 1;
    const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    own += (kibibytes('Private_Clean') + kibibytes('Private_Dirty')) * 1024;
    share += kibibytes('Pss') * 1024;
  }
  return { own, share, processes };
}

const usedMemory = () => {
  const text = readFileSync('/proc/meminfo', 'latin1');
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return (kibibytes('MemTotal') - kibibytes('MemAvailable')) * 1024;
};
const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(2);

const holder = await openHolder({ runDir: join(dataDir, 'run'), log: silentLog });
const compute = createLinuxCompute({ holder, dataDir, log: silentLog });
const start = (id: string) => compute.start({ id, hostName: id, cards: [], userData: '', primaryAddress: '10.0.0.1' });
const command = (id: string) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.resume();
  stderr.resume();
  return compute.exec(id, ['true'], { stdin: Readable.from([]), stdout, stderr, abort: new AbortController().signal });
};
try {
  console.log(`${COUNT} instances, ${cpus().length} processors, users: ${holder.identity.users}`);
  const before = usedMemory();
  console.log(`namespaces of all: ${(await timed(() => makeGuestNamespaces(holder, ids))).toFixed(0)} ms`);
  say('first start, one by one', await inTurn(start));
  const memory = memoryBelow(holder.pid);
  console.log(
    `memory of each: ${mebibytes(memory.own / COUNT)} MiB own, ${mebibytes(memory.share / COUNT)} MiB with its share, ` +
      `${(memory.processes / COUNT).toFixed(1)} processes; the machine uses ${mebibytes((usedMemory() - before) / COUNT)} MiB more`,
  );
  say('a command', await inTurn(command));
  say('stop, one by one', await inTurn((id) => compute.stop(id, { force: false })));
  say('start from the disk, one by one', await inTurn(start));
  const all = (work: (id: string) => Promise<unknown>) => timed(() => Promise.all(ids.map(work)));
  console.log(`stop, all at once: ${(await all((id) => compute.stop(id, { force: false }))).toFixed(0)} ms`);
  console.log(`start from the disk, all at once: ${(await all(start)).toFixed(0)} ms`);
  console.log(`destroy, all at once: ${(await all((id) => compute.destroy(id))).toFixed(0)} ms`);
  console.log(`first start, all at once: ${(await all(start)).toFixed(0)} ms`);
  for (const id of ids) await compute.destroy(id);
} finally {
  await holder.end();
  rmSync(dataDir, { recursive: true, force: true });
}
