/** Rules that name a prefix list, with real packets: what is in the list decides, in every network that uses it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrivenRegion, openDrivenRegion } from './driven-region.ts';

/** Answers whatever comes over connections to port 7000. */
const ECHO = `
import socket, threading
def serve(c):
    with c:
        while True:
            d = c.recv(100)
            if not d: break
            c.sendall(d)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', 7000))
s.listen()
print('ready', flush=True)
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
`;

/** Sends over one connection; a line for each answer, and a last one when there is none. */
const TALK = `
import socket, sys, time
c = socket.create_connection((sys.argv[1], 7000), 10)
c.settimeout(2)
n = 0
try:
    while True:
        c.sendall(b'x')
        if not c.recv(1): break
        n += 1
        print(n, flush=True)
        time.sleep(0.05)
except OSError:
    pass
print('cut', flush=True)
`;

const CONNECT = `
import socket, sys
socket.create_connection((sys.argv[1], 7000), 1)
`;

describe('N9 prefix lists with real packets', () => {
  let region: DrivenRegion;
  let list: string;
  const id: { [name: string]: string } = {};
  const of = (name: string): string => id[name] ?? '';
  const started: ReturnType<DrivenRegion['start']>[] = [];
  const NETWORKS = ['one', 'two'];

  beforeAll(async () => {
    region = await openDrivenRegion(60_000);
    const { client } = region;
    list = await client.prefixList({ MaxEntries: 5 });
    for (const name of NETWORKS) {
      const vpc = await client.vpc();
      const vswitch = await client.vswitch(vpc, '10.0.1.0/24');
      const [servers, clients] = [await client.group(vpc), await client.group(vpc)];
      await client.ok('Ecs', 'AuthorizeSecurityGroup', {
        SecurityGroupId: servers,
        Permissions: [{ IpProtocol: 'TCP', PortRange: '7000/7000', SourcePrefixListId: list }],
      });
      id[`${name} clients`] = clients;
      [id[`${name} server`] = ''] = await client.run(vswitch, servers, { PrivateIpAddress: '10.0.1.10' });
      for (const at of [11, 12]) {
        [id[`${name} ${at}`] = ''] = await client.run(vswitch, clients, { PrivateIpAddress: `10.0.1.${at}` });
      }
      const echo = start(of(`${name} server`), ECHO);
      await client.until(async () => echo.lines.includes('ready'));
    }
  }, 120_000);

  afterAll(async () => {
    for (const one of started) await one.end();
    await region?.close();
  }, 60_000);

  function start(instance: string, script: string, ...args: string[]) {
    const one = region.start(instance, 'python3', '-c', script, ...args);
    started.push(one);
    return one;
  }

  const connects = async (from: string) =>
    (await region.exec(of(from), 'python3', '-c', CONNECT, '10.0.1.10')).code === 0;
  const change = (request: object) =>
    region.client.ok('Ecs', 'ModifyPrefixList', { PrefixListId: list, ...request } as never);

  it('an empty list lets nobody in; its blocks open every network that uses it', async () => {
    for (const name of NETWORKS) expect(await connects(`${name} 11`)).toBe(false);
    await change({ AddEntry: [{ Cidr: '10.0.1.11' }, { Cidr: '10.0.1.12' }] });
    for (const name of NETWORKS) {
      await region.client.until(() => connects(`${name} 11`));
      await region.client.until(() => connects(`${name} 12`));
    }
  });

  it('a block that goes cuts the open flows of that block, in every network, and no others', async () => {
    const { client } = region;
    const refused = NETWORKS.map((name) => start(of(`${name} 11`), TALK, '10.0.1.10'));
    const kept = NETWORKS.map((name) => start(of(`${name} 12`), TALK, '10.0.1.10'));
    for (const flow of [...refused, ...kept]) await client.until(async () => flow.lines.length > 3);
    await change({ RemoveEntry: [{ Cidr: '10.0.1.11/32' }] });
    for (const flow of refused) await client.until(async () => flow.lines.includes('cut'));
    for (const name of NETWORKS) expect(await connects(`${name} 11`)).toBe(false);
    for (const flow of kept) {
      const heard = flow.lines.length;
      await client.until(async () => flow.lines.length > heard + 3);
      expect(flow.lines).not.toContain('cut');
    }
  });

  it('an outbound rule that drops to the list holds, and a rule that comes before it wins', async () => {
    const { client } = region;
    await client.ok('Ecs', 'AuthorizeSecurityGroupEgress', {
      SecurityGroupId: of('one clients'),
      Permissions: [
        { IpProtocol: 'ALL', PortRange: '-1/-1', DestPrefixListId: list, Policy: 'drop', Priority: 5 },
        { IpProtocol: 'TCP', PortRange: '7000/7000', DestCidrIp: '10.0.1.10', Policy: 'accept', Priority: 4 },
      ],
    });
    await change({ AddEntry: [{ Cidr: '10.0.1.0/24' }] });
    const pings = async (name: string, to: string) =>
      (await region.exec(of(name), 'ping', '-c1', '-W1', to)).code === 0;
    // Members of a group reach each other before any rule is asked.
    await client.until(() => connects('one 11'));
    expect(await pings('one 11', '10.0.1.12')).toBe(true);
    await client.ok('Ecs', 'RevokeSecurityGroupEgress', {
      SecurityGroupId: of('one clients'),
      Permissions: [{ IpProtocol: 'TCP', PortRange: '7000/7000', DestCidrIp: '10.0.1.10', Policy: 'accept' }],
    });
    await client.until(async () => !(await connects('one 11')));
    expect(await connects('two 11')).toBe(true);
  });
});
