/**
 * How long the Linux network driver takes for an apply, from an empty network to 1,000 ports and for single changes
 * there. The baseline is what nobody can do without: a namespace and a veth pair made with `ip`, without rules.
 *
 *     node test/bench/network-driver.ts [PORTS]
 */
import { cpus, release, totalmem } from 'node:os';
import type { NetworkProgram } from '../../src/realize/program.ts';
import { run } from '../../src/shell/shell.ts';
import { addToIpv4, formatIpv4 } from '../../src/values/ip.ts';
import { accept, drop, ip, type Lab, network, openLab, policy, port, tcp, udp } from '../packets/network-lab.ts';

const PORTS = Number(process.argv[2] ?? 1_000);
const say = (line: string) => process.stdout.write(`${line}\n`);

/** A network with so many ports, all in one group that talks among itself and serves port 80. */
function program(count: number, rule = tcp(80)): NetworkProgram {
  const addresses = Array.from({ length: count }, (_, at) => addToIpv4(ip('10.0.8.1'), at));
  const base = network('b');
  const subnet = { id: 'vsw-bench', cidr: { base: ip('10.0.8.0'), prefix: 21 }, gateway: ip('10.0.15.253') };
  return {
    ...base,
    subnets: [subnet],
    ports: addresses.map((address) => port('b', formatIpv4(address), { subnetId: subnet.id, policyId: 'sg-1' })),
    groups: [{ id: 'sg-1', members: addresses }],
    policies: [
      policy('sg-1', [
        accept({ peer: { groupId: 'sg-1' } }),
        drop(tcp(22)),
        accept(rule),
        accept({ protocol: 'icmp' }),
      ]),
    ],
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

/** Milliseconds for one namespace and one veth pair into it, two commands of one `ip`. */
async function baseline(lab: Lab, turn: number): Promise<number> {
  const rounds = 20;
  const lines = Array.from({ length: rounds }, (_, at) => [
    `netns add base-${turn}-${at}`,
    `link add base${turn}-${at} type veth peer name eth0 netns base-${turn}-${at}`,
    `link set base${turn}-${at} up`,
  ]);
  const whole = await timed(() =>
    run(lab.holder.inside(['ip', '-batch', '-']), { input: `${lines.flat().join('\n')}\n` }),
  );
  await run(
    lab.holder.inside(['sh', '-c', 'for name in /run/netns/base-*; do ip netns delete $(basename $name); done']),
  );
  return whole / rounds;
}

const lab = await openLab();
try {
  const [processor] = cpus();
  say(
    `machine   ${cpus().length} × ${processor?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`,
  );
  say(`user      ${process.getuid?.() === 0 ? 'root' : 'ordinary'}`);
  const base = median([await baseline(lab, 1), await baseline(lab, 2), await baseline(lab, 3)]);
  say(`baseline  ${base.toFixed(1)} ms for one namespace and one bare veth pair`);
  say('');
  say('apply                            ms    ms a port   ÷ baseline');
  const row = (what: string, time: number, ports = 1) =>
    say(
      `${what.padEnd(26)} ${time.toFixed(1).padStart(9)} ${(time / ports).toFixed(2).padStart(11)} ${(time / ports / base).toFixed(2).padStart(12)}`,
    );

  row('empty network', await timed(() => lab.networks.apply(program(0))));
  let before = 0;
  for (const count of [1, 10, 100, PORTS].filter((size, at, all) => size <= PORTS && all.indexOf(size) === at)) {
    row(`${before} → ${count} ports`, await timed(() => lab.networks.apply(program(count))), count - before);
    before = count;
  }
  const nothing = [];
  const rules = [];
  const members = [];
  const plugs = [];
  const unplugs = [];
  for (let round = 0; round < 5; round += 1) {
    const [same, other, larger] = [program(PORTS), program(PORTS, udp(round + 1)), program(PORTS + 1)];
    const more = { ...same, groups: [{ id: 'sg-1', members: [ip('10.0.0.7'), ...(same.groups[0]?.members ?? [])] }] };
    nothing.push(await timed(() => lab.networks.apply(same)));
    rules.push(await timed(() => lab.networks.apply(other)));
    await lab.networks.apply(same);
    members.push(await timed(() => lab.networks.apply(more)));
    await lab.networks.apply(same);
    plugs.push(await timed(() => lab.networks.apply(larger)));
    unplugs.push(await timed(() => lab.networks.apply(same)));
  }
  say('');
  say(`at ${PORTS} ports, median of ${nothing.length}`);
  row('nothing changed', median(nothing));
  row('a rule changed', median(rules));
  row('a member more', median(members));
  row('a port more', median(plugs));
  row('a port less', median(unplugs));
  const next = await lab.restarted();
  row('adopted after a restart', await timed(() => next.apply(program(PORTS))));
  row('removed', await timed(() => next.remove('vpc-b')), PORTS);
} finally {
  await lab.close();
}
