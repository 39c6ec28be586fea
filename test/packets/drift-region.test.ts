/** The daemon looks by itself for what somebody else has changed, and instances are reached again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrivenRegion, openDrivenRegion } from './driven-region.ts';
import { exactlyIn, realityOf } from './edge-lab.ts';

/** Answers whatever comes over a connection to port 7000. */
const ECHO = `
import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', 7000))
s.listen()
print('ready', flush=True)
c, _ = s.accept()
while True:
    d = c.recv(100)
    if not d: break
    c.sendall(d)
`;

/** Sends over one connection without end; a line for each answer. */
const TALK = `
import socket, sys, time
c = socket.create_connection((sys.argv[1], 7000), 10)
c.settimeout(None)
n = 0
while True:
    c.sendall(b'x')
    if c.recv(1) != b'x': break
    n += 1
    print(n, flush=True)
    time.sleep(0.05)
`;

describe('drift of a region with real packets', () => {
  let region: DrivenRegion;
  let flow: ReturnType<DrivenRegion['start']>;
  let echo: ReturnType<DrivenRegion['start']>;
  let eip: { id: string; address: string };
  const id: { [name: string]: string } = {};
  const of = (name: string): string => id[name] ?? '';

  beforeAll(async () => {
    region = await openDrivenRegion(300);
    const { client } = region;
    for (const name of ['one', 'two']) {
      const vpc = await client.vpc();
      id[name] = vpc;
      const vswitch = await client.vswitch(vpc, '10.0.1.0/24');
      const group = await client.group(vpc);
      await client.ok('Ecs', 'AuthorizeSecurityGroup', {
        SecurityGroupId: group,
        IpProtocol: 'all',
        PortRange: '-1/-1',
        SourceCidrIp: '0.0.0.0/0',
      });
      for (const at of [11, 12]) {
        const request = { PrivateIpAddress: `10.0.1.${at}`, HostName: `${name}-${at}` };
        [id[`${name}-${at}`] = ''] = await client.run(vswitch, group, request);
      }
    }
    eip = await client.eip();
    await client.associate(eip.id, of('one-12'));
    echo = region.start(of('two-11'), 'python3', '-c', ECHO);
    await client.until(async () => echo.lines.includes('ready'));
    flow = region.start(of('two-12'), 'python3', '-c', TALK, '10.0.1.11');
    await client.until(async () => flow.lines.length > 3);
  }, 120_000);

  afterAll(async () => {
    await flow?.end();
    await echo?.end();
    await region?.close();
  }, 60_000);

  const pings = async (from: string, address: string) =>
    (await region.exec(from, 'ping', '-c1', '-W1', address)).code === 0;
  const changed = (networkId: string) =>
    region.warnings.filter((one) => one.message === 'a network was changed' && one.networkId === networkId).length;

  /** Waits for a look at each network that begins from now on; the looks of that time. */
  async function looked() {
    const from = region.looks.length;
    const ended = (id: string) =>
      region.looks.slice(from).some(({ networkId, same }) => networkId === id && same !== undefined);
    await region.client.until(async () => [of('one'), of('two'), 'edge'].every(ended));
    return region.looks.slice(from);
  }

  /**
   * Tampers, waits until that was noticed in the network and all is again as it was, and sees that the network elsewhere
   * was left alone. That packets pass is not enough to wait for: they may still do in what was tampered with.
   */
  async function mended(networkId: string, script: string, net: string | undefined, works: () => Promise<boolean>) {
    expect(await works()).toBe(true);
    const real = () => realityOf(region, of('one'));
    const [whole, elsewhere] = [await real(), await exactlyIn(region, of('two'))];
    const noticed = changed(networkId);
    await region.tamper(script, net);
    await region.client.until(async () => changed(networkId) > noticed);
    await expect.poll(real, { timeout: 15_000, interval: 20 }).toBe(whole);
    await region.client.until(works);
    // It was put right, not only covered: looks find nothing more.
    expect((await looked()).filter(({ same }) => same === false)).toEqual([]);
    const heard = flow.lines.length;
    await region.client.until(async () => flow.lines.length > heard);
    expect(flow.ended).toBe(false);
    expect(await exactlyIn(region, of('two'))).toBe(elsewhere);
  }

  // Both ways: a namespace answers a ping also where no instance lives in it.
  const inside = async () => (await pings(of('one-11'), '10.0.1.12')) && (await pings(of('one-12'), '10.0.1.11'));
  const outside = () => pings('internet', eip.address);
  // The name may have been made anew between the two.
  const forget = (name: string) =>
    `umount -l ${name} || :; rm ${name} || [ ! -e ${name} ] || [ $(stat -f -c %T ${name}) = nsfs ]`;

  it('a network’s namespace that has lost its name', async () => {
    await mended(of('one'), forget(`/run/netns/${of('one')}`), undefined, inside);
    const names = async () => (await region.exec(of('one-11'), 'getent', 'hosts', 'one-12')).code === 0;
    await region.client.until(names);
    await region.client.until(outside);
  });

  it('a guest’s namespace that has lost its name: the instance stays in it, and boots again', async () => {
    const names = [`/run/netns/${of('one-12')}`, `/run/userns/${of('one-12')}`];
    const before = (await region.exec(of('one-12'), 'readlink', '/proc/1/ns/net')).stdout;
    await mended(of('one'), names.map(forget).join('; '), undefined, inside);
    const named = await region.tamper(`stat -L -c 'net:[%i]' /run/netns/${of('one-12')}`);
    expect(named).toBe(before);
    const boot = async () => (await region.exec(of('one-12'), 'cut', '-d', ' ', '-f22', '/proc/1/stat')).stdout;
    const booted = await boot();
    await region.client.ok('Ecs', 'RebootInstance', { InstanceId: of('one-12') });
    await region.client.until(async () => !['', booted].includes(await boot().catch(() => '')));
    await region.client.reach([of('one-12')], 'Running');
    await region.client.until(inside);
  });

  it('a guest’s namespace that has lost its name and its link', async () => {
    const names = [`/run/netns/${of('one-12')}`, `/run/userns/${of('one-12')}`];
    const eni = (await region.client.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: of('one-12') }))
      .NetworkInterfaceSets.NetworkInterfaceSet[0].NetworkInterfaceId;
    const script = `nsenter --net=/run/netns/${of('one')} ip link delete p${eni.slice(-13)}; ${names.map(forget).join('; ')}`;
    await mended(of('one'), script, undefined, inside);
    await region.client.until(outside);
  });

  it('an interface that the instance itself has deleted', async () => {
    await mended(of('one'), 'ip link delete eth0', of('one-12'), inside);
  });

  describe('at the public edge, where a flow from outside goes on', () => {
    let served: ReturnType<DrivenRegion['start']>;
    let outer: ReturnType<DrivenRegion['start']>;

    beforeAll(async () => {
      served = region.start(of('one-12'), 'python3', '-c', ECHO);
      await region.client.until(async () => served.lines.includes('ready'));
      outer = region.start('internet', 'python3', '-c', TALK, eip.address);
      await region.client.until(async () => outer.lines.length > 3);
    });
    afterAll(async () => {
      await outer?.end();
      await served?.end();
    });

    async function mendedEdge(networkId: string, script: string, net?: string): Promise<void> {
      await mended(networkId, script, net, outside);
      const before = outer.lines.length;
      await region.client.until(async () => outer.lines.length > before);
      expect(outer.ended).toBe(false);
    }

    it('the link between a network and the edge', async () => {
      await mendedEdge(of('one'), 'ip link delete up0', of('one'));
    });

    it('a route of the edge', async () => {
      await mendedEdge('edge', `ip route delete ${eip.address}/32`, 'edge');
    });

    it('the rules of the edge', async () => {
      await mendedEdge('edge', 'nft flush ruleset', 'edge');
    });

    it('the namespace of the edge', async () => {
      await mendedEdge('edge', forget('/run/netns/edge'));
    });

    it('translation', async () => {
      const table = '$(nft list tables | sed -n "s/^table inet //p")';
      await mendedEdge(of('one'), `nft flush map inet ${table} public_of`, of('one'));
    });

    it('caps of public traffic', async () => {
      await mendedEdge(of('one'), 'tc qdisc delete dev up0 root', of('one'));
      const change =
        'class=$(tc class show dev up0 | sed -n "s/^class htb \\([^ ]*\\).*/\\1/p"); tc class change dev up0 classid $class htb rate 1gbit';
      await mendedEdge(of('one'), change, of('one'));
      expect(await region.tamper('tc class show dev up0', of('one'))).not.toContain('Gbit');
    });
  });
});
