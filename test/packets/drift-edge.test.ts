/** The public edge is lost, and every network that was linked to it is linked again without waiting for its turn. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/shell/shell.ts';
import { type DrivenRegion, openDrivenRegion } from './driven-region.ts';
import { applyAll, edgeOf, mapping, realityOf } from './edge-lab.ts';
import { type Guest, type Lab, network, openLab, port, until } from './network-lab.ts';

/** Takes its name from the edge's namespace, then ends all that is in it; with that it ends itself, and its links. */
const END = `pids=
for p in /proc/[0-9]*; do if [ $p/ns/net -ef /run/netns/edge ]; then pids="$pids \${p#/proc/}"; fi; done
[ -n "$pids" ]
umount -l /run/netns/edge
rm /run/netns/edge
kill -9 $pids`;

describe('the end of the edge', () => {
  let region: DrivenRegion;

  beforeAll(async () => {
    // Nothing is looked at unless somebody has a doubt.
    region = await openDrivenRegion(3_600_000);
  });
  afterAll(() => region?.close(), 60_000);

  it('is mended at once with all that was linked to it', async () => {
    const { client } = region;
    const networks: string[] = [];
    const addresses: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const vpc = await client.vpc();
      const vswitch = await client.vswitch(vpc, '10.0.1.0/24');
      const group = await client.group(vpc);
      const rule = { SecurityGroupId: group, IpProtocol: 'icmp', PortRange: '-1/-1', SourceCidrIp: '0.0.0.0/0' };
      await client.ok('Ecs', 'AuthorizeSecurityGroup', rule);
      const [instance = ''] = await client.run(vswitch, group);
      const { id, address } = await client.eip();
      await client.associate(id, instance);
      networks.push(vpc);
      addresses.push(address);
    }
    const reached = async (address: string) =>
      (await region.exec('internet', 'ping', '-c1', '-W1', address)).code === 0;
    for (const address of addresses) await client.until(() => reached(address));
    const whole = await realityOf(region, ...networks);
    await region.tamper(END);
    await expect.poll(() => realityOf(region, ...networks), { timeout: 15_000, interval: 20 }).toBe(whole);
    for (const address of addresses) await client.until(() => reached(address));
  });
});

describe('the edge that was found lost by work on it', () => {
  let lab: Lab;
  let outside: Guest;
  const [one, two, more] = [port('one', '10.0.0.1'), port('two', '10.0.0.1'), port('one', '10.0.0.2')];
  const had = [
    network('one', { ports: [one, more], publicMappings: [mapping(one, '198.18.0.1')] }),
    network('two', { ports: [two], publicMappings: [mapping(two, '198.18.0.2')] }),
  ];
  const wanted = [
    network('one', { ports: [one, more], publicMappings: [mapping(one, '198.18.0.1'), mapping(more, '198.18.0.3')] }),
    network('two', { ports: [two], publicMappings: [mapping(two, '198.18.0.2')] }),
  ];

  beforeAll(async () => {
    lab = await openLab();
    await applyAll(lab, ...wanted);
    for (const id of ['i-one-0-1', 'i-two-0-1', 'i-one-0-2']) await (await lab.guest(id)).listenTcp(80);
    outside = await lab.guest('internet');
  });
  afterAll(() => lab?.close());

  it('is made anew when that is tried again, and doubts whoever was linked', async () => {
    const whole = await realityOf(lab, 'vpc-one', 'vpc-two');
    await applyAll(lab, ...had);
    const doubts = new Set<string>();
    lab.networks.onDoubt((networkId) => doubts.add(networkId));
    await run(lab.holder.inside(['sh', '-ec', END]));
    await until('the end is noticed', async () => doubts.has('edge'));
    // Nobody looks, but work comes.
    await expect(lab.networks.applyEdge(edgeOf(...wanted))).rejects.toThrow();
    await lab.networks.applyEdge(edgeOf(...wanted));
    expect(doubts).toEqual(new Set(['edge', 'vpc-one', 'vpc-two']));
    // Whether its links are there is seen by any work on a network, and by a look.
    await lab.networks.apply(wanted[0] as (typeof wanted)[0]);
    expect(await lab.networks.verify('vpc-two')).toBe(false);
    await lab.networks.apply(wanted[1] as (typeof wanted)[0]);
    for (const id of ['edge', 'vpc-one', 'vpc-two']) expect([id, await lab.networks.verify(id)]).toEqual([id, true]);
    expect(await realityOf(lab, 'vpc-one', 'vpc-two')).toBe(whole);
    for (const address of ['198.18.0.1', '198.18.0.2', '198.18.0.3']) {
      expect(await outside.connect(address, address, 80)).toBe('connected');
    }
  });
});
