/** X1: probes of the driver where things are not in order: cards gone, busy networks, other traces, a crash in the middle. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Packet, ProbeSeen, Start } from '../../../src/realize/driver.ts';
import type { NetworkProgram } from '../../../src/realize/program.ts';
import { edge, edgeOf, mapping } from '../edge-lab.ts';
import { accept, block, drop, ip, type Lab, network, openLab, policy, port, tcp, until } from '../network-lab.ts';

const A = port('a', '10.0.0.1');
const B = port('a', '10.0.1.2', { policyId: 'shut' });
const C = port('a', '10.0.0.3', { forwards: true });
const D = port('b', '10.0.0.1');
const ONE: NetworkProgram = network('a', {
  ports: [A, B, C],
  policies: [
    policy('open', [accept()]),
    policy('shut', [drop(tcp(81)), accept({ ...tcp(80), peer: { cidr: block('10.0.0.0/24') } })]),
  ],
  publicMappings: [mapping(A, '198.18.0.5', { outbound: 2, inbound: 2 })],
});
const TWO = network('b', { ports: [D], publicMappings: [mapping(D, '198.18.0.6')] });

describe('X1 probes of the driver', () => {
  let lab: Lab;
  let sent = 0;

  beforeAll(async () => {
    lab = await openLab();
    for (const program of [ONE, TWO]) await lab.networks.apply(program);
    await lab.networks.applyEdge(edgeOf(ONE, TWO));
  }, 60_000);
  afterAll(() => lab?.close(), 60_000);

  const from = (networkId: string, { id: portId }: { readonly id: string }): Start => ({ networkId, portId });
  const packet = (source: string, destination: string, more: Partial<Packet> = {}): Packet => {
    sent += 1;
    const ends = { source: ip(source), destination: ip(destination) };
    return { protocol: 6, sourcePort: 50_000 + sent, destinationPort: 80, ...ends, ...more };
  };
  const send = (start: Start, one: Packet): Promise<ProbeSeen> => lab.networks.prober.probe({ start, packet: one });
  const AtoB = () => send(from('vpc-a', A), packet('10.0.0.1', '10.0.1.2'));
  const arrived = (networkId: string, { id: portId }: { readonly id: string }) => ({
    end: { kind: 'arrived', at: { networkId, portId } },
  });
  /** A card that was taken down has lost its routes with it. */
  const liftUp = async ({ guestId, addresses }: typeof A) => {
    const gateway = addresses[0] === B.addresses[0] ? '10.0.1.253' : '10.0.0.253';
    const script = `ip link set eth0 up && ip route replace default via ${gateway} dev eth0`;
    expect((await (await lab.guest(guestId)).run('sh', '-c', script)).code).toBe(0);
  };
  const tables = (net: string) => lab.inside(net, 'nft', 'list', 'tables');

  it('a card that its guest has taken down sends nothing; that of the receiver receives nothing, and nobody knows', async () => {
    const [sender, receiver] = [await lab.guest(A.guestId), await lab.guest(B.guestId)];
    await sender.run('ip', 'link', 'set', 'eth0', 'down');
    expect((await AtoB()).end).toEqual({ kind: 'unsent', why: 'no-card' });
    await liftUp(A);
    expect(await AtoB()).toMatchObject(arrived('vpc-a', B));
    await receiver.run('ip', 'link', 'set', 'eth0', 'down');
    const lost = await AtoB();
    expect(lost.end).toEqual({ kind: 'unknown' });
    // How far it came is known all the same.
    expect(lost.steps.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ['source-check', 'accept'],
      ['gate', 'accept'],
      ['gate', 'accept'],
    ]);
    await liftUp(B);
    expect(await AtoB()).toMatchObject({ ...arrived('vpc-a', B), answer: 'reset' });
  });

  it('what a guest has done to itself does not matter: names, routes, rules of its own', async () => {
    const [sender, receiver] = [await lab.guest(A.guestId), await lab.guest(B.guestId)];
    const script = [
      'ip link set eth0 down && ip link set eth0 name lan7 && ip link set lan7 up && ip route flush table main',
      "nft 'add table inet own; add chain inet own out { type filter hook output priority 0; policy drop; }'",
      "nft 'add table netdev own; add chain netdev own in { type filter hook ingress device lan7 priority 0; policy drop; }'",
    ].join(' && ');
    for (const guest of [sender, receiver]) expect((await guest.run('sh', '-c', script)).code).toBe(0);
    const seen = await AtoB();
    expect(seen, JSON.stringify(seen)).toMatchObject(arrived('vpc-a', B));
    expect(seen.answer).toBeUndefined();
    const back =
      'nft delete table inet own && nft delete table netdev own && ip link set lan7 down && ip link set lan7 name eth0';
    for (const guest of [sender, receiver]) expect((await guest.run('sh', '-c', back)).code).toBe(0);
    for (const card of [A, B]) await liftUp(card);
    expect((await AtoB()).answer).toBe('reset');
  });

  it('a forwarder may send what is not its own', async () => {
    expect(await send(from('vpc-a', C), packet('172.16.5.5', '10.0.0.1'))).toMatchObject(arrived('vpc-a', A));
    const { end } = await send(from('vpc-a', A), packet('172.16.5.5', '10.0.0.3'));
    expect(end).toEqual({ kind: 'refused', place: { networkId: 'vpc-a', kind: 'source-check', portId: A.id } });
  });

  it('others’ traces, and packets that look nearly alike, are not taken for it', async () => {
    const noise =
      "nft 'add table inet noise; add chain inet noise every { type filter hook prerouting priority -600; }; add rule inet noise every meta nftrace set 1'";
    await lab.inside('vpc-a', 'sh', '-c', noise);
    const sender = await lab.guest(A.guestId);
    let going = true;
    const flood = (async () => {
      while (going)
        await sender.run(
          'sh',
          '-c',
          'for port in 81 82 83; do timeout 0.05 bash -c "</dev/tcp/10.0.1.2/$port"; done; ping -c20 -i0.01 -W1 10.0.0.3',
        );
    })();
    try {
      for (let n = 0; n < 4; n += 1) {
        expect(await AtoB()).toMatchObject(arrived('vpc-a', B));
        const refused = await send(from('vpc-a', A), packet('10.0.0.1', '10.0.1.2', { destinationPort: 81 }));
        expect(refused.end).toMatchObject({ kind: 'refused', place: { direction: 'ingress', position: 0 } });
      }
    } finally {
      going = false;
      await flood;
      await lab.inside('vpc-a', 'nft', 'delete', 'table', 'inet', 'noise');
    }
  });

  it('a full queue holds it back, not up', async () => {
    const sender = await lab.guest(A.guestId);
    const pour = sender.run(
      'sh',
      '-c',
      'timeout 3 python3 -c "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nwhile True: s.sendto(bytes(1000), (\'192.0.2.10\', 9))"',
    );
    const results = [];
    for (let n = 0; n < 3; n += 1) results.push(await send(from('vpc-a', A), packet('10.0.0.1', '192.0.2.10')));
    await pour;
    // A queue that is full drops what comes, the probe as any other; then nothing tells.
    for (const { end } of results) expect(['arrived', 'unknown']).toContain(end.kind);
    expect(await send(from('vpc-a', A), packet('10.0.0.1', '192.0.2.10'))).toMatchObject({
      end: { kind: 'arrived', at: 'outside' },
    });
  });

  it('looks and changes beside it neither disturb nor are disturbed', async () => {
    const other = { ...ONE, policies: [policy('open', [accept()]), policy('shut', [accept()])] };
    const looks: boolean[] = [];
    const work = [];
    for (let n = 0; n < 6; n += 1) {
      work.push(AtoB().then((seen) => expect(seen).toMatchObject(arrived('vpc-a', B))));
      work.push(
        send('outside', packet('192.0.2.10', '198.18.0.6')).then((seen) =>
          expect(seen).toMatchObject(arrived('vpc-b', D)),
        ),
      );
      work.push(lab.networks.apply(n % 2 === 0 ? other : ONE));
      work.push(lab.networks.verify('vpc-a').then((same) => looks.push(same)));
      work.push(lab.networks.verify('edge').then((same) => looks.push(same)));
    }
    await Promise.all(work);
    await lab.networks.apply(ONE);
    expect(looks).toEqual(Array.from({ length: 12 }, () => true));
  });

  it('more than some at once are turned away with words', async () => {
    const waiting = Array.from({ length: 8 }, () => AtoB());
    expect(lab.networks.prober.obstacle()).toMatch(/8 probes/);
    await Promise.all(waiting);
    expect(lab.networks.prober.obstacle()).toBeUndefined();
  });

  it('a network that is not known to be in order sends nothing', async () => {
    const fresh = await lab.restarted();
    const { end } = await fresh.prober.probe({ start: from('vpc-a', A), packet: packet('10.0.0.1', '10.0.1.2') });
    expect(end).toEqual({ kind: 'unsent', why: 'not-realised' });
    expect((await fresh.prober.probe({ start: 'outside', packet: packet('192.0.2.10', '198.18.0.5') })).end).toEqual({
      kind: 'unsent',
      why: 'not-realised',
    });
    for (const program of [ONE, TWO]) await fresh.apply(program);
    await fresh.applyEdge(edgeOf(ONE, TWO));
    expect((await send(from('vpc-a', port('a', '10.0.0.9')), packet('10.0.0.9', '10.0.0.1'))).end).toEqual({
      kind: 'unsent',
      why: 'not-plugged',
    });
    expect(await AtoB()).toMatchObject(arrived('vpc-a', B));
  });

  it('what was cut off is swept at the next look, and is no change', async () => {
    const leave =
      "nft 'add table inet yunlan_probe; add chain inet yunlan_probe begins { type filter hook prerouting priority -500; }'";
    for (const net of ['vpc-a', 'edge']) {
      await lab.inside(net, 'sh', '-c', leave);
      expect(await tables(net)).toContain('yunlan_probe');
      expect(await lab.networks.verify(net)).toBe(true);
      expect(await tables(net)).not.toContain('yunlan_probe');
    }
    await lab.inside('vpc-a', 'sh', '-c', leave);
    expect(await AtoB()).toMatchObject(arrived('vpc-a', B));
    expect(await tables('vpc-a')).not.toContain('yunlan_probe');
  });

  it('a daemon that is killed in the middle leaves a table to the next, and no process', async () => {
    await lab.networks.applyEdge(edge());
    await lab.networks.close();
    // Nobody takes what comes to it: the probe waits for evidence.
    const receiver = await lab.guest(B.guestId);
    await receiver.run('ip', 'link', 'set', 'eth0', 'down');
    const alone = { ...ONE, publicMappings: [] };
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'probe-once.ts'), lab.runDir], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(
      JSON.stringify({
        programs: [alone],
        wanted: { start: from('vpc-a', A), packet: packet('10.0.0.1', '10.0.1.2') },
      }),
    );
    const watchers = () => lab.inside('vpc-a', 'sh', '-c', "grep -l 'NFNLGRP_NFTRAC[E]' /proc/[0-9]*/cmdline || :");
    await until('the packet is waited for', async () => (await tables('vpc-a')).includes('yunlan_probe'));
    expect(await watchers()).not.toBe('');
    child.kill('SIGKILL');
    await until('its watcher has ended', async () => (await watchers()) === '');
    expect(await tables('vpc-a')).toContain('yunlan_probe');
    await liftUp(B);
    const next = await lab.restarted();
    await next.apply(alone);
    expect(await tables('vpc-a')).not.toContain('yunlan_probe');
    expect(await AtoB()).toMatchObject(arrived('vpc-a', B));
  });
});
