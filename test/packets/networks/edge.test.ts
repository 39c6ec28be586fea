/** X3: what crosses the public edge and what does not, and which addresses the gates see. Real packets, programs by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkProgram, PolicyEntry } from '../../../src/realize/program.ts';
import { applyAll, EDGE_ROUTER, edge, edgeOf, mapping, OUTSIDE } from '../edge-lab.ts';
import {
  accept,
  block,
  delivers,
  type Guest,
  ip,
  type Lab,
  network,
  openLab,
  policy,
  port,
  tcp,
  udp,
  until,
} from '../network-lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
  await lab.networks.applyEdge(edge());
});

afterAll(() => lab.close());

const guests = async (...ids: string[]) => Promise.all(ids.map((id) => lab.guest(id)));
const from = (address: string) => ({ peer: { cidr: block(`${address}/32`) } });

/** Puts a datagram on a link as the edge would: arguments are link, source, destination, port and text. */
const DATAGRAM = `
import socket, struct, sys
link, source, to, port, text = sys.argv[1:]
data = text.encode()
udp = struct.pack("!HHHH", 999, int(port), 8 + len(data), 0) + data
head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton(to))
total = sum(struct.unpack("!10H", head))
total = (total & 0xFFFF) + (total >> 16)
head = head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + head[12:]
tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
tap.bind((link, 0))
tap.send(bytes.fromhex("eefffffffffe" + "eefffffffffd" + "0800") + head + udp)
`;

/** Sends a datagram under a source address that is not the guest's own. */
async function forge(guest: Guest, source: string, to: string, text: string): Promise<void> {
  await guest.run('ip', 'address', 'add', `${source}/32`, 'dev', 'lo');
  await guest.sendUdp(to, 7, text, 0, source);
  await guest.run('ip', 'address', 'delete', `${source}/32`, 'dev', 'lo');
}

/** Addresses that datagrams or connections with this text came from. */
async function senders(guest: Guest, text: string): Promise<string[]> {
  return (await guest.received()).filter((one) => one.text === text).map((one) => one.from);
}

describe('A4 X3 a public address', () => {
  const [a, b] = [port('pub', '10.0.0.1'), port('pub', '10.0.0.2')];
  const PUBLIC = '198.18.0.5';
  const mapped = network('pub', { ports: [a, b], publicMappings: [mapping(a, PUBLIC)] });
  let one: Guest;
  let two: Guest;
  let outside: Guest;

  beforeAll(async () => {
    await applyAll(lab, mapped);
    [one, two, outside] = (await guests('i-pub-0-1', 'i-pub-0-2', 'internet')) as [Guest, Guest, Guest];
    for (const guest of [one, two, outside]) {
      await guest.listenTcp(80);
      await guest.listenUdp(7, true);
    }
  });

  it('is what the outside sees of its instance', async () => {
    expect(await one.connect('out', OUTSIDE, 80)).toBe('connected');
    expect(await one.exchange('out', 'from inside')).toBe('from inside');
    expect(await senders(outside, 'from inside')).toEqual([PUBLIC]);
    expect(await one.pings(OUTSIDE)).toBe(true);
  });

  it('leads from the outside to its instance, which sees who it is', async () => {
    expect(await outside.connect('in', PUBLIC, 80)).toBe('connected');
    expect(await outside.exchange('in', 'from outside')).toBe('from outside');
    expect(await senders(one, 'from outside')).toEqual([OUTSIDE]);
    expect(await outside.pings(PUBLIC)).toBe(true);
  });

  it('A5 is not on the card', async () => {
    const { stdout } = await one.run('ip', 'address');
    expect(stdout).toContain('10.0.0.1/24');
    expect(stdout).not.toContain(PUBLIC);
  });

  it('is the only way: without one nothing goes out and nothing comes in', async () => {
    expect(await two.connect('none', OUTSIDE, 80)).toBe('Network is unreachable');
    expect(await two.pings(OUTSIDE)).toBe(false);
    expect(await two.sendUdp(OUTSIDE, 7, 'from nobody')).not.toBe('answered');
    expect(await one.sendUdp(OUTSIDE, 7, 'from somebody')).toBe('answered');
    expect(await senders(outside, 'from nobody')).toEqual([]);
    // Private addresses mean nothing outside.
    expect((await outside.run('ping', '-c1', '-W1', '10.0.0.2')).stdout).toContain(`From ${EDGE_ROUTER}`);
  });

  it('that nobody has is unreachable, from outside and from inside', async () => {
    const asked = await outside.run('ping', '-c1', '-W1', '198.18.0.99');
    expect(asked.stdout).toContain(`From ${EDGE_ROUTER} icmp_seq=1 Destination Host Unreachable`);
    const inside = await one.run('ping', '-c1', '-W1', '198.19.255.1');
    expect(inside.stdout).toContain(`From ${EDGE_ROUTER} icmp_seq=1 Destination Host Unreachable`);
  });

  it('of an instance that is not plugged is unreachable, whether others of the network are or not', async () => {
    const other = '198.18.0.6';
    await lab.networks.applyEdge(edge({ [PUBLIC]: 'vpc-pub', [other]: 'vpc-pub', '198.18.0.7': 'vpc-nowhere' }));
    // The kernel tells one sender only so many times a second.
    const unreachable = (guest: Guest, address: string) =>
      until(`${address} is unreachable`, async () => {
        const { stdout } = await guest.run('ping', '-c1', '-W1', address);
        return stdout.includes('Destination Host Unreachable');
      });
    await unreachable(outside, other);
    expect((await outside.run('ping', '-c1', '-W1', other)).stdout).toContain('From 192.0.0.8');
    await unreachable(outside, '198.18.0.7');
    await unreachable(one, other);
    await lab.networks.applyEdge(edgeOf(mapped));
    expect(await outside.pings(PUBLIC)).toBe(true);
  });

  it('leads to its instance alone, also from one that may send foreign sources', async () => {
    const forwarder = { ...b, forwards: true };
    await lab.networks.apply({ ...mapped, ports: [a, forwarder] });
    await forge(two, '10.0.0.1', OUTSIDE, 'as another');
    await one.sendUdp(OUTSIDE, 7, 'as itself');
    await until('the other arrives', async () => (await senders(outside, 'as itself')).length > 0);
    expect(await senders(outside, 'as another')).toEqual([]);
    await lab.networks.apply(mapped);
  });

  it('carries datagrams in fragments, both ways', async () => {
    const big = 'x'.repeat(4000);
    await until('an answer comes back', async () => (await one.sendUdp(OUTSIDE, 7, big)) === 'answered');
    await until('an answer comes back', async () => (await outside.sendUdp(PUBLIC, 7, big)) === 'answered');
    expect((await senders(outside, big))[0]).toBe(PUBLIC);
    expect((await senders(one, big))[0]).toBe(OUTSIDE);
  });

  it('carries ICMP errors of its flows, with addresses that the receiver knows', async () => {
    expect(await one.sendUdp(OUTSIDE, 9, 'nobody listens')).toBe('refused');
    expect(await outside.sendUdp(PUBLIC, 9, 'nobody listens')).toBe('refused');
    const hop = async (guest: Guest, ttl: number, to: string) =>
      (await guest.run('ping', '-c1', '-W1', '-t', String(ttl), to)).stdout;
    expect(await hop(one, 1, OUTSIDE)).toContain('From 10.0.0.253 icmp_seq=1 Time to live exceeded');
    expect(await hop(one, 2, OUTSIDE)).toContain(`From ${EDGE_ROUTER} icmp_seq=1 Time to live exceeded`);
    expect(await hop(one, 3, OUTSIDE)).toContain(`bytes from ${OUTSIDE}`);
    expect(await hop(outside, 1, PUBLIC)).toContain(`From ${EDGE_ROUTER} icmp_seq=1 Time to live exceeded`);
    // The network's router speaks for the address; its own are private.
    expect(await hop(outside, 2, PUBLIC)).toContain(`From ${PUBLIC} icmp_seq=1 Time to live exceeded`);
    expect(await hop(outside, 3, PUBLIC)).toContain(`bytes from ${PUBLIC}`);
  });

  it('tells its instance of a smaller MTU on the way, and flows go on', async () => {
    // Both ends: one that sends more than the other takes would lose every segment that it has to repeat.
    const narrow = async (mtu: string) => {
      await lab.inside('edge', 'ip', 'link', 'set', 'out0', 'mtu', mtu);
      await outside.run('ip', 'link', 'set', 'eth0', 'mtu', mtu);
    };
    // Before: outside would ask for short segments otherwise, and nothing be left to learn.
    expect(await one.connect('narrow', OUTSIDE, 80)).toBe('connected');
    await narrow('1300');
    try {
      const { stdout } = await one.run('ping', '-c1', '-W1', '-M', 'do', '-s', '1400', OUTSIDE);
      expect(stdout).toContain(`From ${EDGE_ROUTER} icmp_seq=1 Frag needed and DF set (mtu = 1300)`);
      await one.run('ip', 'route', 'flush', 'cache');
      const text = 'y'.repeat(200_000);
      expect(await one.exchange('narrow', text)).toBe(text);
      expect((await one.run('ip', 'route', 'get', OUTSIDE)).stdout).toContain('mtu 1300');
    } finally {
      await narrow('1500');
      await one.run('ip', 'route', 'flush', 'cache');
    }
  });

  it('cannot be forged: the edge takes only sources that belong to a link', async () => {
    const reaches = async (source: string) => {
      if (source === OUTSIDE) await outside.sendUdp(PUBLIC, 7, source);
      else await forge(outside, source, PUBLIC, source);
      await outside.sendUdp(PUBLIC, 7, `after ${source}`);
      await until('the honest one arrives', async () => (await senders(one, `after ${source}`)).length > 0);
      return (await senders(one, source)).length > 0;
    };
    for (const source of ['10.0.0.2', '198.18.0.77', '192.0.0.8', '172.16.0.1', EDGE_ROUTER])
      expect(await reaches(source), source).toBe(false);
    // The check can see what it looks for.
    expect(await reaches(OUTSIDE)).toBe(true);
  });

  it('cannot be forged in the network either, should the edge let it pass', async () => {
    const send = (source: string, text: string) =>
      lab.inside('edge', 'python3', '-c', DATAGRAM, 'nvpc-pub', source, PUBLIC, '7', text);
    await send('10.0.0.2', 'past the edge');
    await send('10.0.255.1', 'past the edge');
    await send('203.0.113.1', 'a stranger');
    await until('the stranger’s arrives', async () => (await senders(one, 'a stranger')).length > 0);
    expect(await senders(one, 'past the edge')).toEqual([]);
  });

  it('has no memory at the edge', async () => {
    expect(await one.connect('remembered', OUTSIDE, 80)).toBe('connected');
    expect((await lab.inside('vpc-pub', 'conntrack', '-L')).split('\n').length).toBeGreaterThan(1);
    expect(await lab.inside('edge', 'conntrack', '-L')).toBe('');
  });

  it('leaves what is private uncut and unlimited when it comes and goes', async () => {
    expect(await two.connect('private', '10.0.0.1', 80)).toBe('connected');
    await applyAll(lab, { ...mapped, publicMappings: [] });
    expect(await two.exchange('private', 'still here')).toBe('still here');
    await applyAll(lab, mapped);
    expect(await two.exchange('private', 'still here')).toBe('still here');
  });
});

describe('X3 the gates and public addresses', () => {
  const [a, b] = [port('g', '10.0.0.1', { policyId: 'a' }), port('g', '10.0.1.2', { policyId: 'b' })];
  const c = port('h', '10.0.0.1', { policyId: 'c' });
  const [ofA, ofB, ofC] = ['198.18.1.1', '198.18.1.2', '198.18.2.1'] as const;
  let one: Guest;
  let two: Guest;
  let three: Guest;
  let outside: Guest;

  /** Both networks, with these egress rules of A and ingress rules of B and C; UDP 7 passes always. */
  async function under(rules: {
    readonly egress?: readonly PolicyEntry[];
    readonly ingress?: readonly PolicyEntry[];
    readonly more?: Partial<NetworkProgram>;
  }): Promise<void> {
    const ingress = [accept(udp(7)), ...(rules.ingress ?? [])];
    const egress = [accept(udp(7)), ...(rules.egress ?? [accept()])];
    const first = network('g', {
      ports: [a, b],
      policies: [policy('a', [accept()], egress), policy('b', ingress)],
      groups: [{ id: 'sg-all', members: [ip('10.0.0.1'), ip('10.0.1.2')] }],
      publicMappings: [mapping(a, ofA), mapping(b, ofB)],
      ...rules.more,
    });
    const second = network('h', { ports: [c], policies: [policy('c', ingress)], publicMappings: [mapping(c, ofC)] });
    await applyAll(lab, first, second);
  }

  beforeAll(async () => {
    await under({});
    [one, two, three, outside] = (await guests('i-g-0-1', 'i-g-1-2', 'i-h-0-1', 'internet')) as [
      Guest,
      Guest,
      Guest,
      Guest,
    ];
    for (const guest of [one, two, three]) for (const at of [7, 100]) await guest.listenUdp(at);
    await outside.listenUdp(100);
  });

  it('out: the egress gate sees the private sender and the public receiver', async () => {
    const goes = () => delivers(one, outside, OUTSIDE, 100, 7);
    await under({ egress: [accept({ ...udp(100), ...from(OUTSIDE), local: block('10.0.0.1/32') })] });
    expect(await goes()).toBe(true);
    await under({ egress: [accept({ ...udp(100), local: block(`${ofA}/32`) })] });
    expect(await goes()).toBe(false);
    await under({ egress: [] });
    expect(await goes()).toBe(false);
  });

  it('in: the ingress gate sees the sender outside and the private receiver', async () => {
    const comes = () => delivers(outside, two, ofB, 100, 7);
    await under({ ingress: [accept({ ...udp(100), ...from(OUTSIDE), local: block('10.0.1.2/32') })] });
    expect(await comes()).toBe(true);
    await under({ ingress: [accept({ ...udp(100), local: block(`${ofB}/32`) })] });
    expect(await comes()).toBe(false);
    await under({ ingress: [] });
    expect(await comes()).toBe(false);
  });

  const hairpins = [
    { name: 'within a network', to: () => two, address: ofB, local: '10.0.1.2' },
    { name: 'to another network with the same block', to: () => three, address: ofC, local: '10.0.0.1' },
  ];
  for (const { name, to, address, local } of hairpins) {
    it(`to a public address ${name}: the gates see A → public B, then public A → B`, async () => {
      const goes = () => delivers(one, to(), address, 100, 7);
      await under({
        egress: [accept({ ...udp(100), ...from(address), local: block('10.0.0.1/32') })],
        ingress: [accept({ ...udp(100), ...from(ofA), local: block(`${local}/32`) })],
      });
      expect(await goes()).toBe(true);
      expect((await to().received()).at(-1)).toMatchObject({ from: ofA });
      await under({ egress: [accept({ ...udp(100), ...from(local) })], ingress: [accept()] });
      expect(await goes()).toBe(false);
      await under({ egress: [accept()], ingress: [accept({ ...udp(100), ...from('10.0.0.1') })] });
      expect(await goes()).toBe(false);
    });
  }

  it('to a public address of the own network: membership in a group does not help, it is a private matter', async () => {
    await under({ ingress: [accept({ ...udp(100), peer: { groupId: 'sg-all' } })] });
    expect(await delivers(one, two, '10.0.1.2', 100, 7)).toBe(true);
    expect(await delivers(one, two, ofB, 100, 7)).toBe(false);
  });

  it('a connection over public addresses works both ways, also to oneself', async () => {
    await under({ ingress: [accept()] });
    for (const guest of [one, two, three]) await guest.listenTcp(443);
    for (const [guest, address, name] of [
      [one, ofB, 'ab'],
      [two, ofA, 'ba'],
      [one, ofC, 'ac'],
      [three, ofA, 'ca'],
      [one, ofA, 'aa'],
    ] as const) {
      expect(await guest.connect(name, address, 443), name).toBe('connected');
      expect(await guest.exchange(name, name), name).toBe(name);
    }
    expect(await senders(two, 'ab')).toEqual([ofA]);
    expect(await senders(three, 'ac')).toEqual([ofA]);
    expect(await senders(one, 'ca')).toEqual([ofC]);
    expect(await senders(one, 'aa')).toEqual([ofA]);
  });

  it('who has no public address reaches none, not even of the own network', async () => {
    await under({ ingress: [accept()], more: { publicMappings: [mapping(b, ofB)] } });
    expect(await one.connect('bare', ofB, 443, 1)).toBe('Network is unreachable');
    expect(await one.connect('bare', '10.0.1.2', 443)).toBe('connected');
  });

  it('errors come back from other networks too', async () => {
    await under({ ingress: [accept()] });
    expect(await one.sendUdp(ofB, 9, 'nobody listens')).toBe('refused');
    expect(await one.sendUdp(ofC, 9, 'nobody listens')).toBe('refused');
    const stopped = '198.18.2.9';
    await lab.networks.applyEdge(edge({ [ofA]: 'vpc-g', [stopped]: 'vpc-h' }));
    // Its router bears the same address as our own.
    const { stdout } = await one.run('ping', '-c1', '-W1', stopped);
    expect(stdout).toContain('From 192.0.0.8 icmp_seq=1 Destination Host Unreachable');
  });

  it('a revoked rule cuts flows across the edge and no others', async () => {
    await under({ ingress: [accept(tcp(443)), accept(tcp(444))] });
    for (const at of [443, 444]) await two.listenTcp(at).catch(() => {});
    for (const at of [443, 444]) expect(await outside.connect(`kept${at}`, ofB, at)).toBe('connected');
    await under({ ingress: [accept(tcp(444))] });
    expect(await outside.exchange('kept443', 'cut', 0.3)).toBeNull();
    expect(await outside.exchange('kept444', 'goes on')).toBe('goes on');
  });
});
