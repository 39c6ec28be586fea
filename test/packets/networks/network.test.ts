/** N2, N4, N9: what goes through the networks of the Linux driver and what does not. Real packets, programs by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkProgram } from '../../../src/realize/program.ts';
import {
  accept,
  block,
  delivers,
  drop,
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
});

afterAll(() => lab.close());

const guests = (...ids: string[]) => Promise.all(ids.map((id) => lab.guest(id)));

describe('N4 one network', () => {
  let near: Guest;
  let other: Guest;
  let far: Guest;

  beforeAll(async () => {
    const ports = ['10.0.0.1', '10.0.0.2', '10.0.1.1'].map((address) => port('n4', address));
    await lab.networks.apply(network('n4', { ports }));
    [near, other, far] = (await guests('i-n4-0-1', 'i-n4-0-2', 'i-n4-1-1')) as [Guest, Guest, Guest];
  });

  it('carries packets within a subnet and to another', async () => {
    expect(await near.pings('10.0.0.2')).toBe(true);
    expect(await near.pings('10.0.1.1')).toBe(true);
    await far.listenTcp(80);
    expect(await other.connect('web', '10.0.1.1', 80)).toBe('connected');
    expect(await other.exchange('web', 'hello')).toBe('hello');
    expect((await far.received())[0]).toMatchObject({ from: '10.0.0.2', text: 'hello' });
  });

  it('carries large packets, in fragments too', async () => {
    const sized = (size: number) => near.run('ping', '-c1', '-W1', '-s', String(size), '10.0.1.1');
    expect((await sized(1472)).code).toBe(0);
    expect((await sized(9000)).code).toBe(0);
  });

  it('answers for its gateways: ARP and ping, and nothing else of the router', async () => {
    expect(await near.pings('10.0.0.253')).toBe(true);
    expect(await near.pings('10.0.1.253')).toBe(true);
    const { stdout } = await near.run('ip', 'neighbour', 'show', '10.0.0.253');
    expect(stdout).toContain('ee:ff:ff:ff:ff:ff');
    expect(await near.connect('router', '10.0.0.253', 80, 0.3)).toBe('silent');
    expect(await near.sendUdp('10.0.0.253', 53, 'x')).toBe('silent');
  });

  it('leaves addresses that nobody has unanswered', async () => {
    expect(await near.pings('10.0.0.9')).toBe(false);
    const { stdout } = await near.run('ip', 'neighbour', 'show', '10.0.0.9');
    expect(stdout).not.toContain('lladdr');
    const beyond = await near.run('ping', '-c1', '-W1', '10.0.1.9');
    expect(beyond.code).not.toBe(0);
    expect(beyond.stdout).toContain('From 10.0.0.253 icmp_seq=1 Destination Host Unreachable');
    expect(await near.pings('198.51.100.1')).toBe(false);
  });

  it('lets errors that belong to a flow through, also where nothing else may come in', async () => {
    const closed = network('n4', {
      ports: [port('n4', '10.0.0.1', { policyId: 'shut' }), port('n4', '10.0.0.2'), port('n4', '10.0.1.1')],
      policies: [policy('open', [accept()]), policy('shut', [])],
    });
    await lab.networks.apply(closed);
    expect(await near.sendUdp('10.0.0.2', 9, 'to a port that nobody listens on')).toBe('refused');
    expect(await other.pings('10.0.0.1')).toBe(false);
  });
});

describe('N2 two networks with equal blocks', () => {
  it('never meet', async () => {
    const ports = (name: string) => ['10.0.0.1', '10.0.0.2'].map((address) => port(name, address));
    await Promise.all(['twina', 'twinb'].map((name) => lab.networks.apply(network(name, { ports: ports(name) }))));
    const [a1, a2, b1, b2] = (await guests('i-twina-0-1', 'i-twina-0-2', 'i-twinb-0-1', 'i-twinb-0-2')) as [
      Guest,
      Guest,
      Guest,
      Guest,
    ];
    await b2.sniff();
    await b1.sniff();
    await a2.listenUdp(7);
    await b2.listenUdp(7);
    await a1.sendUdp('10.0.0.2', 7, 'of a');
    await until('the datagram arrives in its own network', async () => (await a2.received()).length === 1);
    await b1.sendUdp('10.0.0.2', 7, 'of b');
    await until('the sniffed network has traffic of its own', async () => (await b2.received()).length === 1);
    expect((await b2.received()).map(({ text }) => text)).toEqual(['of b']);
    const seen = [...(await b1.frames()), ...(await b2.frames())].join('\n');
    expect(seen).toContain(Buffer.from('of b').toString('hex'));
    expect(seen).not.toContain(Buffer.from('of a').toString('hex'));
  });
});

describe('N9 the gates', () => {
  const members = (...addresses: string[]) => [{ id: 'sg-1', members: addresses.map(ip) }];
  const base = (more: Partial<NetworkProgram>) =>
    network('n9', {
      ports: [port('n9', '10.0.0.1'), port('n9', '10.0.0.2', { policyId: 'tested' }), port('n9', '10.0.1.3')],
      ...more,
    });
  /** The program in which the second guest has the policy; a canary gets through in any case. */
  const under = (
    ingress: Parameters<typeof policy>[1],
    egress?: Parameters<typeof policy>[2],
    more: Partial<NetworkProgram> = {},
  ) =>
    base({ policies: [policy('open', [accept()]), policy('tested', [accept(udp(7)), ...ingress], egress)], ...more });
  let one: Guest;
  let tested: Guest;
  let three: Guest;

  beforeAll(async () => {
    await lab.networks.apply(under([]));
    [one, tested, three] = (await guests('i-n9-0-1', 'i-n9-0-2', 'i-n9-1-3')) as [Guest, Guest, Guest];
    for (const guest of [one, tested, three]) for (const at of [7, 100, 101, 102]) await guest.listenUdp(at);
    for (const guest of [one, tested, three]) for (const at of [200, 201]) await guest.listenTcp(at);
  });

  const reaches = (at: number, from = one) => delivers(from, tested, '10.0.0.2', at, 7);

  it('let nothing in that no rule accepts', async () => {
    expect(await reaches(100)).toBe(false);
    expect(await one.connect('a', '10.0.0.2', 200, 0.3)).toBe('silent');
    expect(await one.pings('10.0.0.2')).toBe(false);
  });

  it('let in what a rule accepts, by protocol, ports, sender and own address', async () => {
    await lab.networks.apply(
      under([
        accept({ protocol: 'udp', ports: { from: 100, to: 101 }, peer: { cidr: block('10.0.0.0/24') } }),
        accept({ ...tcp(200), peer: { cidr: block('10.0.1.3/32') } }),
        accept({ ...tcp(201), local: block('10.0.0.9/32') }),
        accept({ protocol: 'icmp', peer: { cidr: block('10.0.0.1/32') } }),
      ]),
    );
    expect([await reaches(100), await reaches(101), await reaches(102)]).toEqual([true, true, false]);
    expect([await reaches(100, three), await reaches(101, three)]).toEqual([false, false]);
    expect(await one.connect('b', '10.0.0.2', 200, 0.3)).toBe('silent');
    expect(await three.connect('c', '10.0.0.2', 200)).toBe('connected');
    expect(await three.connect('d', '10.0.0.2', 201, 0.3)).toBe('silent');
    expect([await one.pings('10.0.0.2'), await three.pings('10.0.0.2')]).toEqual([true, false]);
  });

  it('let in by the sender’s port', async () => {
    await lab.networks.apply(under([accept({ ...udp(102), sourcePorts: { from: 5000, to: 5001 } })]));
    await one.sendUdp('10.0.0.2', 102, 'from 4999', 4999);
    await one.sendUdp('10.0.0.2', 102, 'from 5001', 5001);
    await until('the accepted one arrives', async () =>
      (await tested.received()).some(({ text }) => text === 'from 5001'),
    );
    expect((await tested.received()).some(({ text }) => text === 'from 4999')).toBe(false);
  });

  it('obey the first entry that matches', async () => {
    await lab.networks.apply(under([drop(udp(100)), accept({ protocol: 'udp' }), drop(udp(101))]));
    expect([await reaches(100), await reaches(101)]).toEqual([false, true]);
    await lab.networks.apply(under([accept({ protocol: 'udp' }), drop(udp(100))]));
    expect(await reaches(100)).toBe(true);
  });

  it('know the members of a group, at once when they change', async () => {
    const rule = [accept({ ...udp(100), peer: { groupId: 'sg-1' } })];
    await lab.networks.apply(under(rule, undefined, { groups: members() }));
    expect([await reaches(100), await reaches(100, three)]).toEqual([false, false]);
    await lab.networks.apply(under(rule, undefined, { groups: members('10.0.0.1') }));
    expect([await reaches(100), await reaches(100, three)]).toEqual([true, false]);
    await lab.networks.apply(under(rule, undefined, { groups: members('10.0.1.3') }));
    expect([await reaches(100), await reaches(100, three)]).toEqual([false, true]);
  });

  it('are both asked: an accept of one is not the accept of the other', async () => {
    const out = (guest: Guest, at: number) => delivers(tested, guest, guest === one ? '10.0.0.1' : '10.0.1.3', at, 7);
    await lab.networks.apply(under([accept()], [accept(udp(7)), drop(udp(100)), accept()]));
    expect([await out(one, 100), await out(three, 100), await out(one, 101)]).toEqual([false, false, true]);
    expect(await reaches(100)).toBe(true);

    const strict = base({
      ports: [
        port('n9', '10.0.0.1', { policyId: 'strict' }),
        port('n9', '10.0.0.2', { policyId: 'tested' }),
        port('n9', '10.0.1.3'),
      ],
      policies: [
        policy('open', [accept()]),
        policy('tested', [accept()], [accept(), drop()]),
        policy('strict', [accept(udp(7)), drop(udp(100)), accept(udp(101))]),
      ],
    });
    await lab.networks.apply(strict);
    expect([await out(one, 100), await out(one, 101), await out(one, 102)]).toEqual([false, true, false]);
  });

  it('let nothing out through an interface that is no port', async () => {
    const router = (...words: string[]) => lab.inside('vpc-n9', 'ip', ...words);
    await router('link', 'add', 'stray', 'type', 'veth', 'peer', 'name', 'far');
    for (const name of ['stray', 'far']) await router('link', 'set', name, 'up');
    await router('route', 'add', '10.0.200.1/32', 'dev', 'stray');
    await router('neighbour', 'add', '10.0.200.1', 'lladdr', '00:16:3e:00:00:c8', 'dev', 'stray');
    await lab.networks.apply(under([accept()]));
    const sent = async () => {
      const [link] = JSON.parse(await router('-j', '-s', 'link', 'show', 'stray'));
      return link.stats64.tx.packets;
    };
    const before = await sent();
    await one.sendUdp('10.0.200.1', 100, 'into the open');
    expect(await reaches(100)).toBe(true);
    expect(await sent()).toBe(before);
    await router('link', 'delete', 'stray');
  });

  it('take the answers of a flow for part of it', async () => {
    await lab.networks.apply(under([], [accept(tcp(200)), accept(udp(7))]));
    expect(await tested.connect('e', '10.0.0.1', 200)).toBe('connected');
    expect(await tested.exchange('e', 'answers come back')).toBe('answers come back');
    expect(await tested.connect('f', '10.0.0.1', 201, 0.3)).toBe('silent');
  });
});

describe('N9 a changed rule', () => {
  const names = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
  const with80 = (ingress: Parameters<typeof policy>[1], members: string[] = []) =>
    network('cut', {
      ports: names.map((address) => port('cut', address, { policyId: address.endsWith('2') ? 'server' : 'open' })),
      policies: [policy('open', [accept()]), policy('server', ingress)],
      groups: [{ id: 'sg-1', members: members.map(ip) }],
    });
  let one: Guest;
  let server: Guest;
  let three: Guest;

  beforeAll(async () => {
    await lab.networks.apply(with80([]));
    [one, server, three] = (await guests('i-cut-0-1', 'i-cut-0-2', 'i-cut-0-3')) as [Guest, Guest, Guest];
    for (const at of [80, 81]) await server.listenTcp(at);
    await server.listenUdp(90, true);
  });

  /** Once a program is applied nothing comes back any more: whoever is told so may rely on it. */
  async function cuts(program: NetworkProgram, guest: Guest, name: string): Promise<void> {
    await lab.networks.apply(program);
    expect(await guest.exchange(name, 'still there?', 0.3)).toBeNull();
  }

  it('has cut the flows that it refuses once it is applied, and no other', async () => {
    await lab.networks.apply(with80([accept(tcp(80)), accept(tcp(81))]));
    for (const [name, at] of [
      ['x80', 80],
      ['x81', 81],
    ] as const) {
      expect(await one.connect(name, '10.0.0.2', at)).toBe('connected');
      expect(await one.exchange(name, 'hello')).toBe('hello');
    }
    await cuts(with80([accept(tcp(81))]), one, 'x80');
    expect(await one.exchange('x81', 'untouched')).toBe('untouched');
    // Not even the server's side gets a word through, and accepting again does not bring the old flow back to life.
    const heard = (await server.received()).filter(({ text }) => text === 'still there?');
    expect(heard).toEqual([]);
  });

  it('cuts a flow also when it is the other side that speaks', async () => {
    await lab.networks.apply(with80([accept(tcp(80))]));
    expect(await one.connect('ticks', '10.0.0.2', 80)).toBe('connected');
    await one.say('ticks', 'tick');
    expect(await one.hears('ticks', 5)).toBe(true);
    await lab.networks.apply(with80([]));
    expect(await one.hears('ticks', 0.3)).toBe(false);
    await one.say('ticks', 'heard by nobody');
    expect(await one.hears('ticks', 0.3)).toBe(false);
    expect((await server.received()).some(({ text }) => text === 'heard by nobody')).toBe(false);
  });

  it('cuts by group membership, and only that member', async () => {
    const rules = [accept({ ...tcp(80), peer: { groupId: 'sg-1' } })];
    await lab.networks.apply(with80(rules, ['10.0.0.1', '10.0.0.3']));
    for (const [guest, name] of [
      [one, 'm1'],
      [three, 'm3'],
    ] as const) {
      expect(await guest.connect(name, '10.0.0.2', 80)).toBe('connected');
      expect(await guest.exchange(name, 'hello')).toBe('hello');
    }
    await cuts(with80(rules, ['10.0.0.3']), one, 'm1');
    expect(await three.exchange('m3', 'untouched')).toBe('untouched');
  });

  it('cuts many flows of many senders', async () => {
    const both = [accept(tcp(80)), accept(tcp(81))];
    await lab.networks.apply(with80(both));
    for (let number = 0; number < 40; number += 1) {
      for (const guest of [one, three]) expect(await guest.connect(`many${number}`, '10.0.0.2', 80)).toBe('connected');
    }
    expect(await three.connect('stays', '10.0.0.2', 81)).toBe('connected');
    await cuts(with80([accept(tcp(81))]), one, 'many0');
    const left = await lab.inside('vpc-cut', 'conntrack', '-L', '-p', 'tcp', '--dport', '80');
    expect(left).not.toContain('ESTABLISHED');
    expect(await three.exchange('stays', 'untouched')).toBe('untouched');
  });

  it('forgets the flows of an address that moves to another port', async () => {
    await lab.networks.apply(with80([accept()]));
    expect(await one.connect('old', '10.0.0.2', 80)).toBe('connected');
    const flows = () => lab.inside('vpc-cut', 'conntrack', '-L', '-d', '10.0.0.2');
    expect(await flows()).toContain('ESTABLISHED');
    const program = with80([accept()]);
    const moved = {
      ...program,
      ports: [
        ...program.ports.filter(({ addresses }) => addresses[0] !== ip('10.0.0.2')),
        port('cut', '10.0.0.4', { addresses: [ip('10.0.0.4'), ip('10.0.0.2')] }),
      ],
    };
    await lab.networks.apply(moved);
    expect(await flows()).not.toContain('ESTABLISHED');
    const newcomer = await lab.guest('i-cut-0-4');
    await newcomer.run('ip', 'address', 'add', '10.0.0.2/32', 'dev', 'eth0');
    expect(await three.pings('10.0.0.2')).toBe(true);
    expect((await three.run('ping', '-c1', '-W1', '10.0.0.4')).code).toBe(0);
  });
});
