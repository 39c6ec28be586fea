/**
 * How many durable writes a second the store does: one secondary interface made, as CreateNetworkInterface will (a token,
 * six reads, an address lease, six changed rows), against the same statements on the bare library in the same run. The
 * library cannot group writes that wait; the store does, so with many at once it may be the faster one.
 * Run: node test/bench/store.ts [seconds a figure]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../src/store/open.ts';
import type { Store, Writer } from '../../src/store/port.ts';
import { ipv4FromNumber, parseIpv4, sortableIpv4 } from '../../src/values/ip.ts';
import { make, once, populate } from '../store/rows.ts';

const SECONDS = Number(process.argv[2] ?? 4);
const BASE = parseIpv4('10.0.0.0')!;
/** Interfaces that are there before measuring. */
const FILLED = 10_000;
const first = ipv4FromNumber(BASE + 1);
const last = ipv4FromNumber(BASE + 0xfffff0);

const mac = (number: number) =>
  `02:16:3e:${[16, 8, 0].map((shift) => ((number >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`;
const interfaceRow = (number: number) =>
  make.network_interface({
    id: `eni-${number}`,
    mac: mac(number),
    kind: 'Secondary',
    status: 'Available',
    instance_id: null,
    device_index: null,
  });

async function makeInterface(tx: Writer, number: number): Promise<object> {
  const id = `eni-${number}`;
  const vswitch = await tx.get('vswitch', { id: 'vsw-a', account_id: '1000000000000001' });
  const group = await tx.get('security_group', { id: 'sg-a', account_id: '1000000000000001' });
  if (!vswitch || !group) throw new Error('the stock rows are missing');
  await tx.insert('network_interface', interfaceRow(number));
  await tx.leaseNext({
    networkId: 'vpc-a',
    vswitchId: 'vsw-a',
    purpose: 'primary',
    networkInterfaceId: id,
    first,
    last,
  });
  await tx.insert('network_interface_group', make.network_interface_group({ network_interface_id: id }));
  await tx.insert('tag', make.tag({ resource_kind: 'eni', resource_id: id }));
  await tx.touch('vpc-a', 'cn-hangzhou');
  const { sequence: _, ...entry } = make.journal({ resource_id: id });
  await tx.journal(entry);
  return { NetworkInterfaceId: id, VSwitchId: vswitch.id, SecurityGroupId: group.id };
}

interface Figure {
  /** Writes a second. */
  readonly rate: number;
  /** 99th percentile of a write, ms. */
  readonly p99: number;
  /** Processor time of a write, µs: says more than the rate where others use the machine too. */
  readonly processor: number;
}

/** Runs `work` again and again in `lanes` at once for the time given. */
async function measure(lanes: number, work: (number: number) => Promise<void> | void): Promise<Figure> {
  const took: number[] = [];
  const used = process.cpuUsage();
  const start = performance.now();
  const end = start + SECONDS * 1000;
  let number = FILLED;
  const lane = async (): Promise<void> => {
    for (let now = performance.now(); now < end; ) {
      await work(number++);
      const after = performance.now();
      took.push(after - now);
      now = after;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const rate = took.length / ((performance.now() - start) / 1000);
  const { user, system } = process.cpuUsage(used);
  took.sort((a, b) => a - b);
  return { rate, p99: took[Math.floor(took.length * 0.99)] ?? 0, processor: (user + system) / took.length };
}

async function fill(store: Store): Promise<void> {
  await store.write({ scope: ['bench'] }, populate);
  for (let number = 0; number < FILLED; number += 1000) {
    await store.write({ scope: ['bench'] }, async (tx) => {
      for (let index = number; index < number + 1000; index++) await makeInterface(tx, index);
    });
  }
}

/** The same statements, prepared, on the bare library. */
function bare(database: DatabaseSync): (number: number) => void {
  const row = interfaceRow(0);
  const columns = Object.keys(row);
  const prepare = (sql: string) => database.prepare(sql);
  const begin = prepare('begin immediate');
  const commit = prepare('commit');
  const seen = prepare(
    'select request_hash, reply from once where account_id=? and region_id=? and action=? and token=?',
  );
  const vswitch = prepare('select * from vswitch where id = ? and account_id = ?');
  const group = prepare('select * from security_group where id = ? and account_id = ?');
  const insert = prepare(`insert into network_interface (${columns.join()}) values (${columns.map(() => '?').join()})`);
  const lease = prepare('insert into address_lease values (?,?,?,?,?) on conflict do nothing');
  const cursor = prepare('update vswitch set cursor = ? where id = ?');
  const member = prepare('insert into network_interface_group values (?,?,?)');
  const tag = prepare('insert into tag values (?,?,?,?,?)');
  const touch = prepare('update network_state set wanted = wanted + 1 where network_id = ? returning wanted');
  const journal = prepare(
    'insert into journal (at, request_id, account_id, action, network_id, resource_id) values (?,?,?,?,?,?)',
  );
  const keep = prepare('insert into once values (?,?,?,?,?,?,?)');
  const account = '1000000000000001';
  return (number) => {
    const id = `eni-${number}`;
    begin.run();
    seen.get(account, 'cn-hangzhou', 'Vpc.CreateVpc', id);
    const { cursor: at } = vswitch.get('vsw-a', account) as { cursor: string };
    group.get('sg-a', account);
    const values = interfaceRow(number) as unknown as { [column: string]: string | number | boolean | null };
    insert.run(...columns.map((column) => (typeof values[column] === 'boolean' ? 1 : (values[column] ?? null))));
    lease.run('vpc-a', at, 'vsw-a', 'primary', id);
    cursor.run(sortableIpv4(ipv4FromNumber(Number.parseInt(at, 16) + 1)), 'vsw-a');
    member.run(id, 'sg-a', 0);
    tag.run(account, 'eni', id, 'k', 'v');
    touch.get('vpc-a');
    journal.run(1000, 'r', account, 'Vpc.CreateVpc', 'vpc-a', id);
    keep.run(account, 'cn-hangzhou', 'Vpc.CreateVpc', id, 'hash', JSON.stringify({ NetworkInterfaceId: id }), 1000);
    commit.run();
  };
}

const directory = mkdtempSync(join(tmpdir(), 'yunlan-bench-'));
try {
  const { rss } = process.memoryUsage();
  console.log(
    `machine: ${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
  );
  console.log(
    `each figure: ${SECONDS} s over ${FILLED} interfaces in one VSwitch, files in ${tmpdir()}, rss ${rss >> 20} MB`,
  );
  for (const synchronous of ['FULL', 'NORMAL'] as const) {
    const path = join(directory, `${synchronous}.db`);
    const filled = await openStore({ path, synchronous: 'NORMAL' });
    await fill(filled);
    await filled.close();
    const database = new DatabaseSync(path);
    database.exec(`pragma synchronous = ${synchronous}`);
    const library = await measure(1, bare(database));
    database.close();
    print(`${synchronous} library, one after another`, library, library.rate);
    for (const lanes of [1, 32]) {
      const store = await openStore({ path: join(directory, `${synchronous}-${lanes}.db`), synchronous });
      await fill(store);
      const figure = await measure(lanes, async (number) => {
        const outcome = await store.write({ scope: ['vpc-a'], once: once(`eni-${number}`) }, (tx) =>
          makeInterface(tx, number),
        );
        if (outcome.kind !== 'done') throw new Error(outcome.kind);
      });
      print(`${synchronous} store, ${lanes} at once`, figure, library.rate);
      await store.close();
    }
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function print(what: string, { rate, p99, processor }: Figure, library: number): void {
  const columns = [
    what.padEnd(34),
    `${rate.toFixed(0).padStart(6)}/s`,
    `p99 ${p99.toFixed(2)} ms`,
    `${processor.toFixed(0)} µs of a processor`,
    `${(rate / library).toFixed(2)} of the library`,
  ];
  console.log(columns.join('  '));
}
