/**
 * How long after the answer of a request the first packet obeys it: a rule that comes and one that goes, a public address
 * that is associated and one that is taken away, with a sender that sends once a millisecond meanwhile. The baseline is
 * what a person at a router does for one rule: `nft` run once in a namespace.
 *
 *     node test/bench/answer-to-packet.ts [INSTANCES ...]
 */
import { cpus, release, totalmem } from 'node:os';
import { OUTSIDE } from '../../src/values/public-edge.ts';
import { type DrivenRegion, openDrivenRegion } from '../packets/driven-region.ts';

const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [2, 50, 200];
const ROUNDS = 20;
/** What one call may make. */
const MOST_AT_ONCE = 100;

/** Sends a datagram each millisecond. */
const SEND = `
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
to = (sys.argv[1], int(sys.argv[2]))
print("on", flush=True)
while True:
    try: s.sendto(b"x", to)
    except OSError: pass
    time.sleep(0.001)
`;
/** Says when datagrams begin to come, and when the last came once none has come for a quarter of a second. */
const HEAR = `
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", int(sys.argv[1])))
s.settimeout(0.25)
print("ready", flush=True)
last = None
while True:
    try:
        s.recv(100)
        now = time.monotonic_ns()
        if last is None: print("first", now, flush=True)
        last = now
    except TimeoutError:
        if last is not None: print("last", last, flush=True)
        last = None
`;

const say = (line: string) => process.stdout.write(`${line}\n`);
const row = (what: string, times: readonly number[], baseline: number) => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  const cells = [at(0.5), at(0.9), at(1), at(0.5) / baseline].map((value) => value.toFixed(1).padStart(8));
  say(`${what.padEnd(34)}${cells.join(' ')}`);
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

type Client = DrivenRegion['client'];

async function runInstances(client: Client, place: object, count: number): Promise<void> {
  for (let left = count; left > 0; left -= MOST_AT_ONCE) {
    await client.ok('Ecs', 'RunInstances', {
      ...place,
      Amount: Math.min(left, MOST_AT_ONCE),
      InstanceType: 'ecs.g6.large',
      ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
    });
  }
}

/** Milliseconds of one `nft` that adds a rule, by hand. */
async function baselineOf(region: DrivenRegion): Promise<number> {
  await region.tamper('ip netns add bench; ip netns exec bench nft "add table inet b; add chain inet b c"');
  const times: number[] = [];
  for (let turn = 0; turn < 9; turn += 1) {
    const begun = performance.now();
    await region.tamper(`ip netns exec bench nft add rule inet b c udp dport ${9000 + turn} accept`);
    times.push(performance.now() - begun);
  }
  await region.tamper('ip netns delete bench');
  return times.toSorted((a, b) => a - b)[4] ?? Number.NaN;
}

/** Milliseconds from the answer of a call until the listener says this of a later moment. */
async function after(
  call: () => Promise<unknown>,
  heard: readonly string[],
  word: 'first' | 'last',
  settled: () => Promise<boolean>,
): Promise<number> {
  const from = heard.length;
  await call();
  const answered = process.hrtime.bigint();
  const said = () => heard.slice(from).find((line) => line.startsWith(`${word} `));
  await until(async () => said() !== undefined);
  await until(settled);
  return Number(BigInt(said()?.split(' ')[1] ?? '0') - answered) / 1e6;
}

async function measure(size: number): Promise<void> {
  const region = await openDrivenRegion(30_000);
  const { client } = region;
  // Instances outlive us otherwise, and send on.
  const cutOff = () => void region.close().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, cutOff);
  try {
    const baseline = await baselineOf(region);
    const vpc = await client.vpc();
    const VSwitchId = await client.vswitch(vpc, '10.0.0.0/20');
    const group = await client.group(vpc);
    const place = { VSwitchId, SecurityGroupId: group };
    const [receiver = ''] = await client.run(VSwitchId, group, { PrivateIpAddress: '10.0.0.10' });
    // Members of one group reach each other whatever its rules say.
    const [sender = ''] = await client.run(VSwitchId, await client.group(vpc), { PrivateIpAddress: '10.0.0.11' });
    await runInstances(client, place, size - 2);
    const running = async () => {
      const { TotalCount } = await client.ok('Ecs', 'DescribeInstances', { Status: 'Running', PageSize: 1 });
      return TotalCount === size;
    };
    await until(running);
    const [inside, outside] = [9000, 9001];
    const open = { SecurityGroupId: group, IpProtocol: 'UDP', SourceCidrIp: '0.0.0.0/0' };
    await client.ok('Ecs', 'AuthorizeSecurityGroup', { ...open, PortRange: `${outside}/${outside}` });
    const { AllocationId, EipAddress } = await client.ok('Vpc', 'AllocateEipAddress', {});
    const started = [
      region.start(receiver, 'python3', '-c', HEAR, String(inside)),
      region.start(receiver, 'python3', '-c', HEAR, String(outside)),
      region.start(sender, 'python3', '-c', SEND, '10.0.0.10', String(inside)),
      region.start(OUTSIDE, 'python3', '-c', SEND, EipAddress, String(outside)),
    ] as const;
    const [near, far] = started;
    await until(async () => started.every(({ lines }) => lines.length > 0));

    const rule = { ...open, PortRange: `${inside}/${inside}` };
    const target = { AllocationId, InstanceId: receiver };
    const status = (wanted: string) => async () =>
      (await client.ok('Vpc', 'DescribeEipAddresses', { AllocationId })).EipAddresses.EipAddress[0].Status === wanted;
    const settled = async () => true;
    const times = { opened: [0], closed: [0], associated: [0], taken: [0] };
    for (const list of Object.values(times)) list.length = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const authorize = () => client.ok('Ecs', 'AuthorizeSecurityGroup', rule);
      const revoke = () => client.ok('Ecs', 'RevokeSecurityGroup', rule);
      times.opened.push(await after(authorize, near.lines, 'first', settled));
      times.closed.push(await after(revoke, near.lines, 'last', settled));
      const associate = () => client.ok('Vpc', 'AssociateEipAddress', target);
      const unassociate = () => client.ok('Vpc', 'UnassociateEipAddress', target);
      times.associated.push(await after(associate, far.lines, 'first', status('InUse')));
      times.taken.push(await after(unassociate, far.lines, 'last', status('Available')));
    }
    for (const each of started) await each.end();
    say(`${`at ${size} instances, ms after the answer`.padEnd(34)}  median      p90    worst  ÷ baseline`);
    row('a rule opens a port: first packet', times.opened, baseline);
    row('a rule goes: last packet', times.closed, baseline);
    row('a public address: first packet', times.associated, baseline);
    row('it is taken away: last packet', times.taken, baseline);
    say(`${'baseline, one nft by hand'.padEnd(34)}${baseline.toFixed(1).padStart(8)}\n`);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, cutOff);
    await region.close();
  }
}

const [processor] = cpus();
say(`${cpus().length} × ${processor?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`);
say(`user: ${process.getuid?.() === 0 ? 'root' : 'ordinary'}; ${ROUNDS} rounds each\n`);
for (const size of SIZES) await measure(size);
