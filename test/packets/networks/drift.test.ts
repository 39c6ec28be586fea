/** What somebody changes by hand in the namespaces is noticed and put right; whatever was left alone goes on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostNames } from '../../../src/drivers/linux/links.ts';
import { run } from '../../../src/shell/shell.ts';
import { accept, drop, type Guest, ip, type Lab, network, openLab, policy, port, tcp, until } from '../network-lab.ts';

const VPC = 'vpc-drift';
const ports = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.1.4'].map((address) =>
  port('drift', address, address === '10.0.0.3' ? { policyId: 'members' } : {}),
);
const program = network('drift', {
  ports,
  groups: [{ id: 'sg-1', members: [ip('10.0.0.1'), ip('10.0.0.2')] }],
  policies: [policy('open', [accept()]), policy('members', [drop(tcp(81)), accept({ peer: { groupId: 'sg-1' } })])],
});
const link = (place: number): string => hostNames(ports).get(ports[place]?.id ?? '') ?? '';

/** Scripts run as root of the network's namespace; TABLE stands for the table of the rules. */
const TAMPERING: readonly (readonly [what: string, script: string])[] = [
  ['the table of rules', 'nft delete table inet TABLE'],
  ['the table of ARP', 'nft delete table arp TABLE'],
  ['a base chain', 'nft delete chain inet TABLE ingress_gate'],
  ['the rules of a chain', 'nft flush chain inet TABLE spoof'],
  [
    'one rule',
    'nft delete rule inet TABLE egress_gate handle $(nft -a list chain inet TABLE egress_gate | sed -n "s/.*vmap @egress_of # handle //p")',
  ],
  ['a rule more', 'nft insert rule inet TABLE ingress_gate accept'],
  [
    'a rule for another',
    'chain=$(nft list chains inet | grep -o "c_[0-9a-f]*" | while read c; do nft list chain inet TABLE $c | grep -q "dport 81" && echo $c; done); nft replace rule inet TABLE $chain handle $(nft -a list chain inet TABLE $chain | sed -n "s/.*dport 81 drop # handle //p") tcp dport 82 drop',
  ],
  ['the policy of a base chain', 'nft chain inet TABLE spoof "{ policy accept; }"'],
  ['an element of a set', `nft delete element inet TABLE own '{ "${link(2)}" . ${ports[2]?.mac} . 10.0.0.3 }'`],
  ['an element more', `nft add element inet TABLE forwarders '{ "${link(2)}" . ${ports[2]?.mac} }'`],
  ['a member of a group', 'nft flush set inet TABLE $(nft list sets inet | grep -o "g_[0-9a-f]*")'],
  ['an element of a map', `nft delete element inet TABLE ingress_of '{ "${link(2)}" }'`],
  ['a veth', `ip link delete ${link(2)}`],
  ['a veth that is down', `ip link set ${link(2)} down`],
  ['a veth that is narrowed', `ip link set ${link(2)} mtu 1000`],
  ['a veth with another MAC', `ip link set ${link(2)} address 02:00:00:00:00:01`],
  ['a route', 'ip route delete 10.0.0.3/32'],
  ['a route to elsewhere', `ip route replace 10.0.0.3/32 dev ${link(3)}`],
  ['a route more', `ip route add 10.0.0.77/32 dev ${link(2)}`],
  ['the route of the block', 'ip route delete unreachable 10.0.0.0/16'],
  ['a neighbour', `ip neighbour delete 10.0.0.3 dev ${link(2)}`],
  ['a gateway', 'ip address delete 10.0.0.253/32 dev lo'],
  ['loopback', 'ip link set lo down'],
  ['forwarding', 'echo 0 >/proc/sys/net/ipv4/ip_forward'],
  ['ARP for others', `echo 0 >/proc/sys/net/ipv4/conf/${link(2)}/proxy_arp`],
  ['tracking', 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_loose'],
];

describe('drift of a network', () => {
  let lab: Lab;
  let guests: [Guest, Guest, Guest, Guest];
  let whole: string;

  beforeAll(async () => {
    lab = await openLab();
    await lab.networks.apply(program);
    expect(await lab.networks.verify(VPC)).toBe(true);
    whole = await lab.reality(VPC);
    const [a, b, c, d] = await Promise.all(ports.map((one) => lab.guest(one.guestId)));
    if (!a || !b || !c || !d) throw new Error('four guests');
    guests = [a, b, c, d];
    for (const guest of guests) for (const at of [80, 81, 82]) await guest.listenTcp(at);
  });

  afterAll(() => lab?.close());

  const tamper = async (script: string) => {
    const [, table = ''] = /table inet (yunlan\d+)/.exec(await lab.inside(VPC, 'nft', 'list', 'tables')) ?? [];
    await lab.inside(VPC, 'sh', '-ec', script.replaceAll('TABLE', table));
  };

  const worksWhole = async () => {
    expect(await guests[0].connect('now', '10.0.0.3', 80)).toBe('connected');
    expect(await guests[0].exchange('now', 'hello')).toBe('hello');
    expect(await guests[0].connect('shut', '10.0.0.3', 81, 0.2)).toBe('silent');
    expect(await guests[3].connect('shut', '10.0.0.3', 80, 0.2)).toBe('silent');
    expect(await guests[2].connect('out', '10.0.1.4', 80)).toBe('connected');
    expect(await guests[2].pings('10.0.0.253')).toBe(true);
  };

  it('is none as long as nobody changes anything, however often it is looked for', async () => {
    for (let round = 0; round < 3; round += 1) expect(await lab.networks.verify(VPC)).toBe(true);
    expect(await lab.reality(VPC)).toBe(whole);
    await worksWhole();
    expect(await lab.networks.verify(VPC)).toBe(true);
    expect(await lab.networks.verify('vpc-none')).toBe(false);
  });

  it('may be where a helper of ours has died', async () => {
    const doubts: string[] = [];
    lab.networks.onDoubt((networkId) => doubts.push(networkId));
    expect(await lab.networks.verify(VPC)).toBe(true);
    // The shell that is kept open in the network's namespace.
    const shells = `for p in /proc/[0-9]*; do [ $p/ns/net -ef /run/netns/${VPC} ] && [ "$(tr '\\0' ' ' <$p/cmdline)" = 'sh -s ' ] && kill -9 \${p#/proc/}; done; true`;
    await run(lab.holder.inside(['sh', '-c', shells]));
    await until('the death is noticed', async () => doubts.includes(VPC));
    expect(await lab.networks.verify(VPC)).toBe(true);
    await worksWhole();
  });

  it.each(TAMPERING)('%s', async (_, script) => {
    const [a, b] = guests;
    expect(await a.connect('flow', '10.0.0.2', 80)).toBe('connected');
    expect(await a.exchange('flow', 'before')).toBe('before');
    expect(await a.connect('own', '10.0.0.3', 80)).toBe('connected');
    expect(await a.exchange('own', 'before')).toBe('before');
    const links = async () => (await lab.inside(VPC, 'ip', '-o', 'link', 'show', link(0))).replaceAll(/state \w+/g, '');
    const linksBefore = await links();

    await tamper(script);
    expect(await lab.networks.verify(VPC)).toBe(false);
    await lab.networks.apply(program);
    expect(await lab.networks.verify(VPC)).toBe(true);

    expect(await lab.reality(VPC)).toBe(whole);
    await worksWhole();
    expect(await a.exchange('flow', 'after')).toBe('after');
    expect(await links()).toBe(linksBefore);
    // What was changed is a flow's own way: it goes on where it is mended.
    expect(await a.exchange('own', 'after')).toBe('after');
    expect(b.id).toBe('i-drift-0-2');
  });
});
