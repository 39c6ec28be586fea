/**
 * How long a question about a path takes in a network of 10,000 interfaces, each in five groups with a hundred rules: the
 * first time, which reads the rows and compiles them, and from then on; and the trace alone. The baseline is what every
 * question costs at least: a read of one row.
 *
 *     node test/bench/path.ts [INTERFACES]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Packet, Start } from '../../src/realize/path/path.ts';
import { tracePath } from '../../src/realize/path/trace.ts';
import { createPathAnalyser } from '../../src/realize/path-analyser.ts';
import { CompiledPrograms, readWorld } from '../../src/realize/world.ts';
import { openStore } from '../../src/store/open.ts';
import type { Writer } from '../../src/store/port.ts';
import { addToIpv4, type Ipv4, parseIpv4, sortableIpv4 } from '../../src/values/ip.ts';
import { DEFAULT_PUBLIC_EDGE, EDGE } from '../../src/values/public-edge.ts';
import { make } from '../store/rows.ts';

const INTERFACES = Number(process.argv[2] ?? 10_000);
const GROUPS = 5;
const RULES = 100;
const EIPS = INTERFACES / 10;
const QUESTIONS = 10_000;
/** What a question may take, milliseconds. */
const MOST = 1;
const VPC = 'vpc-a';
const FIRST = parseIpv4('10.0.0.1') as Ipv4;
const FIRST_PUBLIC = parseIpv4('198.18.0.1') as Ipv4;
const say = (line: string) => process.stdout.write(`${line}\n`);

const addressOf = (at: number): Ipv4 => addToIpv4(FIRST, at);
const mac = (at: number) =>
  `00:16:3e:${at
    .toString(16)
    .padStart(6, '0')
    .replaceAll(/(..)(?=.)/g, '$1:')}`;

async function fill(tx: Writer): Promise<void> {
  await tx.insert('account', make.account());
  await tx.insert('vpc', make.vpc());
  await tx.insert('vswitch', make.vswitch());
  for (let group = 0; group < GROUPS; group += 1) {
    const id = `sg-${group}`;
    await tx.insert('security_group', make.security_group({ id, inner_access: group === 0 ? 'Accept' : 'Drop' }));
  }
  for (let group = 0; group < GROUPS; group += 1) {
    for (let at = 0; at < RULES; at += 1) await tx.insert('security_group_rule', rule(group, at));
  }
  for (let at = 0; at < INTERFACES; at += 1) {
    const [id, card, address] = [`i-${at}`, `eni-${at}`, sortableIpv4(addressOf(at))];
    await tx.insert('instance', make.instance({ id, host_name: id }));
    await tx.insert('network_interface', make.network_interface({ id: card, instance_id: id, mac: mac(at) }));
    await tx.insert('address_lease', make.address_lease({ address, network_interface_id: card }));
    // Half of them in the group that reaches itself.
    for (let group = at % 2; group < GROUPS; group += 1) {
      const row = { network_interface_id: card, security_group_id: `sg-${group}`, position: group };
      await tx.insert('network_interface_group', make.network_interface_group(row));
    }
    if (at < EIPS) {
      const lies = { instance_id: id, network_interface_id: card, private_address: address };
      const public_address = sortableIpv4(addToIpv4(FIRST_PUBLIC, at));
      await tx.insert('eip', make.eip({ id: `eip-${at}`, address: public_address, ...lies }));
    }
  }
  await tx.touch(VPC, 'cn-hangzhou');
  await tx.touch(EDGE, '');
}

/** A rule that is compared with every packet and matches few; every tenth names a group. */
function rule(group: number, at: number) {
  const named = { peer_kind: 'group', peer: `sg-${(group + 1) % GROUPS}` } as const;
  return make.security_group_rule({
    id: `sgr-${group}-${at}`,
    security_group_id: `sg-${group}`,
    direction: at % 2 === 0 ? 'ingress' : 'egress',
    port_from: 1000 + at,
    port_to: 1010 + at,
    priority: 1 + at,
    ...(at % 10 < 2 ? named : { peer: `10.0.${at}.0/24` }),
  });
}

/** Questions without a pattern that would help a cache: within the network, out, in, to neighbours' public addresses. */
function questionsOf(count: number): { start: Start; packet: Packet }[] {
  return Array.from({ length: count }, (_, at) => {
    const sender = (at * 7919) % INTERFACES;
    const receiver = (at * 104_729 + 13) % INTERFACES;
    const kinds = [
      addressOf(receiver),
      addressOf(receiver),
      DEFAULT_PUBLIC_EDGE.outside,
      addToIpv4(FIRST_PUBLIC, receiver % EIPS),
    ];
    const packet = {
      protocol: 6,
      source: addressOf(sender),
      destination: kinds[at % 4] ?? addressOf(receiver),
      sourcePort: 40_000,
      destinationPort: 1000 + (at % 150),
    };
    return { start: { networkId: VPC, portId: `eni-${sender}` }, packet };
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function figures(times: readonly number[]): { readonly median: number; readonly p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { median: at(0.5), p99: at(0.99) };
}

const micro = (milliseconds: number) => `${(milliseconds * 1000).toFixed(0)} µs`;
const directory = await mkdtemp(join(tmpdir(), 'yunlan-bench-path-'));
const store = await openStore({ path: join(directory, 'store.db') });
try {
  const outcome = await store.write({ scope: [] }, fill);
  if (outcome.kind !== 'done') throw new Error(`not filled: ${outcome.kind}`);
  const questions = questionsOf(QUESTIONS);
  const [first] = questions;
  if (!first) throw new Error('no question');

  const rowTimes: number[] = [];
  for (let at = 0; at < 2_000; at += 1) {
    rowTimes.push(await timed(() => store.read((reader) => reader.get('network_state', { network_id: VPC }))));
  }
  const row = figures(rowTimes);
  say(`baseline: reading one row                  ${micro(row.median)}, p99 ${micro(row.p99)}`);

  const analyser = createPathAnalyser({ store, publicEdge: DEFAULT_PUBLIC_EDGE, uplink: false });
  const ask = ({ start, packet }: (typeof questions)[number]) => analyser.trace(start, packet);
  const cold = await timed(() => ask(first));
  say(`first question at ${INTERFACES} interfaces         ${cold.toFixed(0)} ms (reads and compiles)`);

  const reasons = new Set<string>();
  const times: number[] = [];
  for (const question of questions) {
    times.push(await timed(async () => reasons.add((await ask(question)).path.reason)));
  }
  const whole = figures(times);
  say(
    `each later question, read and trace        ${micro(whole.median)}, p99 ${micro(whole.p99)}: ${(whole.median / row.median).toFixed(1)} × the baseline`,
  );

  const programs = new CompiledPrograms(DEFAULT_PUBLIC_EDGE);
  const traces: number[] = [];
  const { world } = await store.read((reader) =>
    readWorld(reader, first.start, first.packet.destination, { programs, uplink: false }),
  );
  for (const { start, packet } of questions) {
    const begun = performance.now();
    tracePath(world, start, packet);
    traces.push(performance.now() - begun);
  }
  const { median, p99 } = figures(traces);
  say(`the trace alone                            ${micro(median)}, p99 ${micro(p99)}`);
  say(`answers seen: ${[...reasons].sort().join(', ')}`);

  const rules = await timed(() => analyser.effectiveRules('eni-1'));
  say(`effective rules of an interface            ${rules.toFixed(1)} ms`);
  say(whole.median < MOST ? `under ${MOST} ms: yes` : `under ${MOST} ms: NO`);
  if (whole.median >= MOST) process.exitCode = 1;
} finally {
  await store.close();
  await rm(directory, { recursive: true, force: true });
}
