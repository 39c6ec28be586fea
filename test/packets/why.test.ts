/**
 * X1: the packet that path analysis is asked about, sent for real. Every question is answered twice, by the analysis and
 * by the packet, and both say the same. The daemon looks at its networks all the time meanwhile, and finds nothing wrong.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, Client, type Request } from '../scenario/harness.ts';
import { type DrivenRegion, openDrivenRegion } from './driven-region.ts';

const OUTSIDE = '192.0.2.10';

/** Accepts connections on port 80 and counts them; gives back what comes over them. */
const SERVE = `
import socket, threading
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', 80))
s.listen()
print('ready', flush=True)
def echo(c):
    while d := c.recv(100): c.sendall(d)
while True:
    c, _ = s.accept()
    print('accepted', flush=True)
    threading.Thread(target=echo, args=(c,), daemon=True).start()
`;

/** Talks over one connection from a chosen port; a line for each answer. */
const TALK = `
import socket, sys, time
c = socket.create_connection((sys.argv[1], 80), 10, ('', int(sys.argv[2])))
n = 0
while True:
    c.sendall(b'x')
    if c.recv(1) != b'x': break
    n += 1
    print(n, flush=True)
    time.sleep(0.02)
`;

/** Sends to where nobody is, without end, and tells when the router has stopped answering. */
const ASK_ALWAYS = `
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
IP_RECVERR = 11
s.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
s.connect((sys.argv[1], 9))
heard, last = 0, time.monotonic()
while True:
    try:
        s.send(b'x')
    except OSError:
        heard, last = heard + 1, time.monotonic()
    if heard > 1 and time.monotonic() - last > 0.3: print('tired', flush=True)
    time.sleep(0.0005)
`;

describe('X1 asking with a real packet', () => {
  let region: DrivenRegion;
  let client: Client;
  let other: Client;
  let serving: ReturnType<DrivenRegion['start']>;
  const id: { [name: string]: string } = {};
  const eip: { [name: string]: string } = {};
  const of = (name: string): string => id[name] ?? '';

  beforeAll(async () => {
    region = await openDrivenRegion(200);
    ({ client } = region);
    const made = await client.ok('Yunlan', 'CreateAccount', { AccountName: 'other' });
    other = new Client(client.region, { accessKeyId: made.AccessKeyId, accessKeySecret: made.AccessKeySecret });

    id['vpc'] = await client.vpc();
    const vswitch = await client.vswitch(of('vpc'), '10.0.1.0/24');
    const second = await client.vswitch(of('vpc'), '10.0.2.0/24');
    id['webGroup'] = await client.group(of('vpc'), { SecurityGroupName: 'web' });
    id['dbGroup'] = await client.group(of('vpc'), { SecurityGroupName: 'db' });
    const allow = (who: Client, SecurityGroupId: string, Permissions: Request[], egress = false) =>
      who.ok('Ecs', egress ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroup', {
        SecurityGroupId,
        Permissions,
      });
    await allow(client, of('webGroup'), [
      { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '0.0.0.0/0' },
      { IpProtocol: 'ICMP', PortRange: '-1/-1', SourceCidrIp: '192.0.2.0/24' },
      { IpProtocol: 'GRE', PortRange: '-1/-1', SourceGroupId: of('dbGroup') },
    ]);
    await allow(
      client,
      of('webGroup'),
      [{ IpProtocol: 'TCP', PortRange: '25/25', DestCidrIp: '0.0.0.0/0', Policy: 'drop' }],
      true,
    );
    await allow(client, of('dbGroup'), [
      { IpProtocol: 'TCP', PortRange: '5432/5432', SourceGroupId: of('webGroup'), Priority: 7 },
      { IpProtocol: 'UDP', PortRange: '53/53', SourceCidrIp: '10.0.0.0/8' },
      { IpProtocol: 'TCP', PortRange: '22/22', SourceCidrIp: '10.0.1.0/24', Policy: 'drop' },
      { IpProtocol: 'TCP', PortRange: '20/30', SourceCidrIp: '0.0.0.0/0', Priority: 2 },
    ]);
    const run = async (
      who: Client,
      vswitchId: string,
      group: string,
      InstanceName: string,
      PrivateIpAddress: string,
    ) => {
      [id[InstanceName] = ''] = await who.run(vswitchId, group, { InstanceName, PrivateIpAddress });
    };
    await run(client, vswitch, of('webGroup'), 'web', '10.0.1.10');
    await run(client, second, of('dbGroup'), 'db', '10.0.2.11');
    await run(client, second, of('dbGroup'), 'idle', '10.0.2.12');

    // The same block, and the address of `web`.
    id['otherVpc'] = await other.vpc();
    const otherVswitch = await other.vswitch(of('otherVpc'), '10.0.1.0/24');
    id['otherGroup'] = await other.group(of('otherVpc'));
    await allow(other, of('otherGroup'), [{ IpProtocol: 'TCP', PortRange: '443/443', SourceCidrIp: '198.18.0.0/15' }]);
    await run(other, otherVswitch, of('otherGroup'), 'theirs', '10.0.1.10');
    for (const [who, name] of [
      [client, 'web'],
      [client, 'db'],
      [other, 'theirs'],
    ] as const) {
      const made = await who.eip();
      eip[name] = made.address;
      await who.associate(made.id, of(name));
    }
    serving = region.start(of('web'), 'python3', '-c', SERVE);
    await client.until(async () => serving.lines.includes('ready'));
  }, 120_000);

  afterAll(async () => {
    await serving?.end();
    await region?.close();
  }, 60_000);

  const probe = (request: Request): Promise<Body> => client.ok('Yunlan', 'ProbePath', request);
  const ids = (steps: readonly Body[]) => steps.map(({ DecidedBy }) => DecidedBy?.SecurityGroupRuleId).filter(Boolean);

  /** Sends, and sees that the packet met the verdict and the reason that the analysis says. */
  async function both(request: Request, reason: string, outcome: 'Delivered' | 'Refused' | 'NotSent'): Promise<Body> {
    const body = await probe(request);
    const { Reason, Probe } = body;
    const told = { Reason, Outcome: Probe.Outcome, Agreement: Probe.Agreement };
    expect([request, told, JSON.stringify(Probe)]).toEqual([
      request,
      { Reason: reason, Outcome: outcome, Agreement: 'Agrees' },
      JSON.stringify(Probe),
    ]);
    return body;
  }

  it('X1 allowed: the card has it, and the trace names the rules that let it pass', async () => {
    const body = await both({ Source: 'web', Destination: 'db', Port: 5432 }, 'Delivered', 'Delivered');
    expect(body.Probe).toMatchObject({ Answer: 'Reset' });
    expect(body.Probe.Meaning).toContain('db');
    const steps: Body[] = body.Probe.Trace.Step;
    expect(steps.map(({ Kind, InstanceName, Verdict }) => [Kind, InstanceName, Verdict])).toEqual([
      ['SourceCheck', 'web', 'Accept'],
      ['Gate', 'web', 'Accept'],
      ['Gate', 'db', 'Accept'],
    ]);
    expect(ids(steps)).toEqual(ids(body.Hops.Hop));
    expect(ids(steps)).toHaveLength(1);
    expect(steps[2].Rule).toMatch(/tcp dport 5432 accept$/);
    expect(steps[2].Chain).toMatch(/^ingress_gate > in_\w+ > c_\w+$/);
    for (const { Packet } of [...steps, ...body.Hops.Hop]) expect(Packet).toEqual(body.Packet);
  });

  it('X1 what answers is told: something listens, nothing does, an echo, nothing', async () => {
    const before = serving.lines.length;
    const answers = [];
    for (const request of [
      { Source: 'db', Destination: 'web', Port: 80 },
      { Source: 'web', Destination: 'db', Port: 5432 },
      { Source: 'web', Destination: 'db', Port: 53, IpProtocol: 'udp' },
      { Source: 'internet', Destination: 'web' },
      { Source: 'db', Destination: 'web', IpProtocol: 'gre' },
    ]) {
      answers.push((await both(request, 'Delivered', 'Delivered')).Probe.Answer);
    }
    expect(answers).toEqual(['SynAck', 'Reset', 'PortUnreachable', 'EchoReply', 'ProtocolUnreachable']);
    // Nobody's program has noticed anything: the connection was never made.
    expect(serving.lines).toHaveLength(before);
    expect((await region.exec(of('db'), 'curl', '-s', '-m1', 'telnet://10.0.1.10:80')).code).toBe(28);
    expect(serving.lines.length).toBeGreaterThan(before);
  });

  it('X1 dropped by a rule, on its way in and on its way out', async () => {
    const inward = await both({ Source: 'web', Destination: 'db', Port: 22 }, 'IngressDeniedByRule', 'Refused');
    expect(inward.Probe.Where).toMatchObject({ Kind: 'Gate', Direction: 'ingress', InstanceName: 'db' });
    expect(inward.Probe.Where.DecidedBy).toEqual(inward.Hops.Hop.at(-1).DecidedBy);
    expect(inward.Probe.Trace.Step.at(-1)).toMatchObject({ Verdict: 'Drop', Rule: expect.stringContaining('drop') });
    expect(inward.Probe).not.toHaveProperty('Answer');
    // The same port from elsewhere meets the rule that comes after.
    await both({ Source: 'idle', Destination: 'db', Port: 22 }, 'Delivered', 'Delivered');
    const outward = await both({ Source: 'web', Destination: 'db', Port: 25 }, 'EgressDeniedByRule', 'Refused');
    expect(outward.Probe.Where).toMatchObject({ Direction: 'egress', InstanceName: 'web' });
  });

  it('X1 denied by default', async () => {
    for (const request of [
      { Source: 'web', Destination: 'db' },
      { Source: 'web', Destination: 'db', Port: 443 },
      { Source: 'web', Destination: 'db', IpProtocol: '99' },
      { Source: 'web', Destination: 'db', IpProtocol: '132' },
    ]) {
      const body = await both(request, 'IngressDeniedByDefault', 'Refused');
      expect(body.Probe.Where.DecidedBy).toMatchObject({ Origin: 'Default', Policy: 'Drop' });
    }
    await both({ Source: 'db', Destination: 'idle', IpProtocol: '132' }, 'Delivered', 'Delivered');
  });

  it('X1 inner access is asked before rules', async () => {
    const body = await both({ Source: 'db', Destination: 'idle', Port: 22 }, 'Delivered', 'Delivered');
    expect(body.Probe.Trace.Step.at(-1).DecidedBy).toMatchObject({ Origin: 'InnerAccess', SecurityGroupName: 'db' });
  });

  it('X1 out through an EIP, in through one, and round through the edge to oneself', async () => {
    const out = await both({ Source: 'web', Destination: 'internet' }, 'Delivered', 'Delivered');
    expect(out.Probe).toMatchObject({
      Answer: 'EchoReply',
      Meaning: expect.stringContaining('beyond the public edge'),
    });
    const sources = (steps: Body[]) => [...new Set(steps.map(({ Packet }) => Packet.SourceAddress))];
    expect(sources(out.Probe.Trace.Step)).toEqual(['10.0.1.10', eip['web']]);
    const inward = await both({ Source: 'internet', Destination: 'web', Port: 80 }, 'Delivered', 'Delivered');
    expect(inward.Packet.DestinationAddress).toBe(eip['web']);
    const destinations = inward.Probe.Trace.Step.map(({ Packet }: Body) => Packet.DestinationAddress);
    expect([...new Set(destinations)]).toEqual([eip['web'], '10.0.1.10']);
    await both({ Source: 'internet', Destination: 'web', Port: 81 }, 'IngressDeniedByDefault', 'Refused');
    const round = await both({ Source: 'web', Destination: eip['web'], Port: 80 }, 'Delivered', 'Delivered');
    expect(round.Probe.Answer).toBe('SynAck');
    const places = round.Probe.Trace.Step.map(({ Kind, VpcId }: Body) => (Kind === 'Edge' ? 'edge' : VpcId));
    expect(places.filter((place: string, n: number) => place !== places[n - 1])).toEqual([
      of('vpc'),
      'edge',
      of('vpc'),
    ]);
    await both({ Source: 'db', Destination: eip['web'], Port: 80 }, 'Delivered', 'Delivered');
    // Who comes by a public address is a stranger, whatever groups it is in.
    await both({ Source: 'web', Destination: eip['db'], Port: 5432 }, 'IngressDeniedByDefault', 'Refused');
  });

  it('X1 spoofed: nobody else’s address leaves a card, nor comes from outside', async () => {
    for (const SourceAddress of ['10.0.2.11', '10.0.1.253', eip['web'], OUTSIDE, '8.8.8.8']) {
      const request = { Source: 'web', Destination: 'db', Port: 5432, SourceAddress };
      const body = await both(request, 'SpoofedSource', 'Refused');
      expect(body.Probe.Where).toMatchObject({ Kind: 'SourceCheck', InstanceName: 'web' });
    }
    for (const SourceAddress of ['10.0.1.10', eip['db'], '8.8.8.8']) {
      await both({ Source: 'internet', Destination: 'web', Port: 80, SourceAddress }, 'SpoofedSource', 'Refused');
    }
  });

  it('X1 nowhere to go: unassigned, no public address, no route, and the routers say so', async () => {
    const heard = [];
    for (const [request, reason] of [
      [{ Source: 'web', Destination: '10.0.1.99' }, 'AddressUnassigned'],
      [{ Source: 'web', Destination: '10.0.9.9', Port: 80 }, 'AddressUnassigned'],
      [{ Source: 'idle', Destination: 'internet' }, 'NoPublicAddress'],
      [{ Source: 'web', Destination: '198.18.99.99' }, 'PublicAddressUnassigned'],
      [{ Source: 'web', Destination: '8.8.8.8' }, 'NoRoute'],
      [{ Source: 'internet', Destination: '10.0.1.10' }, 'NoRoute'],
      [{ Source: 'web', Destination: '224.0.0.1' }, 'NotRouted'],
      [{ Source: 'web', Destination: '255.255.255.255' }, 'NotRouted'],
    ] as const) {
      heard.push((await both(request, reason, 'Refused')).Probe.Answer);
    }
    expect(heard.slice(0, 6)).toEqual([
      'HostUnreachable',
      'HostUnreachable',
      'NetworkUnreachable',
      'HostUnreachable',
      'NetworkUnreachable',
      'NetworkUnreachable',
    ]);
  });

  it('X1 a router that is asked too often says no more, and still the packet’s end is known', async () => {
    const flood = region.start(of('db'), 'python3', '-c', ASK_ALWAYS, '10.0.9.8');
    try {
      await client.until(async () => flood.lines.includes('tired'));
      const { Probe } = await both({ Source: 'db', Destination: '10.0.9.9' }, 'AddressUnassigned', 'Refused');
      expect(Probe).not.toHaveProperty('Answer');
    } finally {
      await flood.end();
    }
  });

  it('X1 gateways and name service answer themselves, and nothing else of the router does', async () => {
    const ping = await both({ Source: 'web', Destination: '10.0.1.253' }, 'AnsweredByRouter', 'Delivered');
    expect(ping.Probe.Answer).toBe('EchoReply');
    await both({ Source: 'web', Destination: '10.0.2.253' }, 'AnsweredByRouter', 'Delivered');
    const name = { Source: 'web', Destination: '100.100.2.136', Port: 53, IpProtocol: 'udp' };
    await both(name, 'AnsweredByRouter', 'Delivered');
    await both({ ...name, IpProtocol: 'tcp' }, 'AnsweredByRouter', 'Delivered');
    await both({ Source: 'web', Destination: '10.0.1.253', Port: 80 }, 'RouterClosed', 'Refused');
    await both({ Source: 'web', Destination: '192.0.2.11' }, 'AnsweredByRouter', 'Delivered');
    await both({ Source: 'web', Destination: '192.0.2.11', Port: 80 }, 'RouterClosed', 'Refused');
  });

  it('X1 another account’s network: the packet’s fate is told, and nothing of what it met there', async () => {
    const theirs = (Port: number, Source = 'web') => ({ Source, Destination: eip['theirs'], Port });
    const taken = await both(theirs(443), 'Delivered', 'Delivered');
    expect(taken.Probe.Trace.Step.at(-1)).toEqual({ Kind: 'Withheld' });
    expect(taken.Probe.Trace.Step.filter(({ Kind }: Body) => Kind === 'Withheld')).toHaveLength(1);
    const refused = await both(theirs(80), 'RefusedByOtherAccount', 'Refused');
    expect(refused.Probe.Where).toEqual({ Kind: 'Withheld' });
    await both(theirs(443, 'internet'), 'RefusedByOtherAccount', 'Refused');
    for (const body of [taken, refused]) {
      const text = JSON.stringify(body);
      for (const secret of [of('otherVpc'), of('otherGroup'), of('theirs'), 'theirs', '443/443']) {
        expect(text).not.toContain(secret);
      }
    }
    const [card] = (await other.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: of('theirs') }))
      .NetworkInterfaceSets.NetworkInterfaceSet;
    expect(JSON.stringify([taken, refused])).not.toContain(card.NetworkInterfaceId);
  });

  it('X1 what never leaves its sender is not sent', async () => {
    await both({ Source: 'web', Destination: '10.0.1.10' }, 'SenderItself', 'NotSent');
    await both({ Source: 'web', Destination: '127.0.0.1' }, 'SenderItself', 'NotSent');
    await both({ Source: 'internet', Destination: OUTSIDE }, 'SenderItself', 'NotSent');
    await client.ok('Ecs', 'StopInstance', { InstanceId: of('idle'), ForceStop: true });
    await client.reach([of('idle')], 'Stopped');
    await both({ Source: 'idle', Destination: 'web', Port: 80 }, 'SenderNotPlugged', 'NotSent');
    await both({ Source: 'web', Destination: 'idle' }, 'AddressUnassigned', 'Refused');
  });

  it('X1 a rule that is revoked decides no more', async () => {
    const request = { Source: 'db', Destination: 'web', Port: 80 };
    await both(request, 'Delivered', 'Delivered');
    const rule = { SecurityGroupId: of('webGroup'), IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '0.0.0.0/0' };
    await client.ok('Ecs', 'RevokeSecurityGroup', rule);
    await client.until(async () => (await client.ok('Yunlan', 'AnalyzePath', request)).Behind.length === 0);
    await both(request, 'IngressDeniedByDefault', 'Refused');
    await client.ok('Ecs', 'AuthorizeSecurityGroup', rule);
    await client.until(async () => (await client.ok('Yunlan', 'AnalyzePath', request)).Behind.length === 0);
    await both(request, 'Delivered', 'Delivered');
  });

  it('X1 flows that are under way go on, and a packet of theirs is not sent', async () => {
    const flow = region.start(of('db'), 'python3', '-c', TALK, '10.0.1.10', '40123');
    try {
      await client.until(async () => flow.lines.length > 2);
      const request = { Source: 'db', Destination: 'web', Port: 80 };
      for (const more of [{}, { SourcePort: 40_122 }, { IpProtocol: 'gre', Port: undefined }]) {
        await both({ ...request, ...more }, 'Delivered', 'Delivered');
      }
      for (const known of [
        { ...request, SourcePort: 40_123 },
        { Source: 'web', Destination: 'db', Port: 40_123, SourcePort: 80 },
      ]) {
        expect((await probe(known)).Probe).toMatchObject({ Outcome: 'NotSent', Agreement: 'Unknown' });
      }
      const heard = flow.lines.length;
      await client.until(async () => flow.lines.length > heard + 5);
      expect(flow.ended).toBe(false);
    } finally {
      await flow.end();
    }
  });

  it('X1 several at once do not mix', async () => {
    const questions = [
      [{ Source: 'web', Destination: 'db', Port: 5432 }, 'Delivered', 'Delivered'],
      [{ Source: 'web', Destination: 'db', Port: 22 }, 'IngressDeniedByRule', 'Refused'],
      [{ Source: 'db', Destination: 'internet' }, 'Delivered', 'Delivered'],
      [{ Source: 'internet', Destination: 'web', Port: 80 }, 'Delivered', 'Delivered'],
      [{ Source: 'web', Destination: eip['theirs'], Port: 443 }, 'Delivered', 'Delivered'],
      [{ Source: 'web', Destination: '10.0.1.99' }, 'AddressUnassigned', 'Refused'],
    ] as const;
    await Promise.all(questions.map(([request, reason, outcome]) => both(request, reason, outcome)));
  });

  it('X1 nothing is left of them, and no look has found anything changed', async () => {
    for (const net of [of('vpc'), of('otherVpc'), 'edge']) {
      expect(await region.tamper('nft list tables', net)).not.toContain('probe');
    }
    const flows = await region.tamper('conntrack -L 2>/dev/null || :', of('vpc'));
    for (const port of [5432, 22, 443, 53]) expect(flows).not.toContain(`dport=${port} `);
    expect(flows).not.toMatch(/\bgre\b|\bunknown\b/);
    expect(region.warnings.filter(({ message }) => message === 'a network was changed')).toEqual([]);
    expect(region.looks.length).toBeGreaterThan(10);
  });
});
