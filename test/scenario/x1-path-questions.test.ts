/** X1: asking what happens to a packet: who and what may be named, what is answered, and what of others never is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASONS } from '../../src/realize/path/path.ts';
import { type Body, type Client, type Region, type Request, startRegion } from './harness.ts';

const POOL = /^198\.18\.|^198\.19\./;

describe('X1 path analysis', () => {
  let region: Region;
  /** Of the caller: two VPCs with the same block, instances web (with an EIP) and db in one, twin in the other. */
  const id: { [name: string]: string } = {};
  let eip: { id: string; address: string };

  const ask = (request: Request, client: Client = region): Promise<Body> => client.ok('Yunlan', 'AnalyzePath', request);
  const eniOf = async (client: Client, InstanceId: string): Promise<string> => {
    const { NetworkInterfaceSets } = await client.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId });
    return NetworkInterfaceSets.NetworkInterfaceSet[0].NetworkInterfaceId;
  };
  const authorize = (SecurityGroupId: string, permission: Request, egress = false) =>
    region.ok('Ecs', egress ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroup', {
      SecurityGroupId,
      Permissions: [permission],
    });

  beforeAll(async () => {
    region = await startRegion();
    id['vpc'] = await region.vpc();
    id['twinVpc'] = await region.vpc();
    const vswitch = await region.vswitch(id['vpc'], '10.0.1.0/24');
    const twinVswitch = await region.vswitch(id['twinVpc'], '10.0.1.0/24');
    id['webGroup'] = await region.group(id['vpc'], { SecurityGroupName: 'web' });
    id['dbGroup'] = await region.group(id['vpc'], { SecurityGroupName: 'db' });
    const twinGroup = await region.group(id['twinVpc']);
    await authorize(id['dbGroup'], {
      IpProtocol: 'TCP',
      PortRange: '5432/5432',
      SourceGroupId: id['webGroup'],
      Priority: 7,
      Description: 'web may ask',
    });
    await authorize(id['dbGroup'], {
      IpProtocol: 'TCP',
      PortRange: '22/22',
      SourceCidrIp: '0.0.0.0/0',
      Policy: 'drop',
    });
    await authorize(id['webGroup'], { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '192.0.2.0/24' });
    const [web] = await region.run(vswitch, id['webGroup'], { InstanceName: 'web', PrivateIpAddress: '10.0.1.10' });
    const [db] = await region.run(vswitch, id['dbGroup'], { InstanceName: 'db', PrivateIpAddress: '10.0.1.11' });
    const [twin] = await region.run(twinVswitch, twinGroup, { InstanceName: 'twin', PrivateIpAddress: '10.0.1.10' });
    Object.assign(id, { web, db, twin, webEni: await eniOf(region, web!), dbEni: await eniOf(region, db!) });
    eip = await region.eip();
    await region.associate(eip.id, web!);
  });
  afterAll(() => region.close());

  it('X1 tells the verdict, the way with the packet at each place, and the rule that decides with its origin', async () => {
    const body = await ask({ Source: 'web', Destination: 'db', Port: 5432 });
    expect(body).toMatchObject({ Verdict: 'Delivered', Reason: 'Delivered', ElsewhereVpcIds: [], Behind: [] });
    const hops: Body[] = body.Hops.Hop;
    expect(hops.map(({ Kind, InstanceName }) => [Kind, InstanceName])).toEqual([
      ['Card', 'web'],
      ['SourceCheck', 'web'],
      ['Router', undefined],
      ['Gate', 'web'],
      ['Gate', 'db'],
      ['Card', 'db'],
    ]);
    for (const hop of hops) {
      expect(hop.VpcId).toBe(id['vpc']);
      expect(hop.Packet).toEqual({
        IpProtocol: 'tcp',
        SourceAddress: '10.0.1.10',
        SourcePort: 49_152,
        DestinationAddress: '10.0.1.11',
        DestinationPort: 5432,
      });
    }
    expect(hops[4]).toMatchObject({
      Direction: 'ingress',
      Passed: true,
      NetworkInterfaceId: id['dbEni'],
      InstanceId: id['db'],
      DecidedBy: {
        Origin: 'Rule',
        Position: 2,
        Policy: 'Accept',
        Direction: 'ingress',
        Priority: 7,
        SecurityGroupId: id['dbGroup'],
        SecurityGroupName: 'db',
        IpProtocol: 'TCP',
        PortRange: '5432/5432',
        PeerGroupId: id['webGroup'],
        PeerGroupName: 'web',
        Description: 'web may ask',
        Words: `accept tcp port 5432 from group web (${id['webGroup']})`,
      },
    });
    const { Permissions } = await region.ok('Ecs', 'DescribeSecurityGroupAttribute', {
      SecurityGroupId: id['dbGroup'],
    });
    const rule = Permissions.Permission.find(({ PortRange }: Body) => PortRange === '5432/5432');
    expect(hops[4].DecidedBy.SecurityGroupRuleId).toBe(rule.SecurityGroupRuleId);
  });

  it('X1 names what refuses: a rule, the default, inner access lets pass', async () => {
    const dropped = await ask({ Source: 'web', Destination: 'db', Port: 22 });
    expect(dropped).toMatchObject({ Verdict: 'Refused', Reason: 'IngressDeniedByRule' });
    expect(dropped.Hops.Hop.at(-1)).toMatchObject({ Passed: false, DecidedBy: { Policy: 'Drop', PortRange: '22/22' } });
    const denied = await ask({ Source: 'web', Destination: 'db' });
    expect(denied).toMatchObject({
      Verdict: 'Refused',
      Reason: 'IngressDeniedByDefault',
      Packet: { IpProtocol: 'icmp' },
    });
    expect(denied.Packet).not.toHaveProperty('DestinationPort');
    expect(denied.Hops.Hop.at(-1).DecidedBy).toMatchObject({
      Origin: 'Default',
      Words: 'inbound traffic that no rule matches is refused',
    });
    const inner = await ask({ Source: 'web', Destination: '10.0.1.10', SourceAddress: '10.0.1.10' });
    expect(inner.Reason).toBe('SenderItself');
  });

  it('X1 reasons come with what they mean', async () => {
    for (const [request, reason] of [
      [{ Source: 'web', Destination: '10.0.1.99' }, 'AddressUnassigned'],
      [{ Source: 'db', Destination: 'internet' }, 'NoPublicAddress'],
      [{ Source: 'web', Destination: '8.8.8.8' }, 'NoRoute'],
      [{ Source: 'web', Destination: '198.19.255.1' }, 'PublicAddressUnassigned'],
      [{ Source: 'web', Destination: 'db', SourceAddress: '10.0.1.11' }, 'SpoofedSource'],
      [{ Source: 'web', Destination: '10.0.1.253' }, 'AnsweredByRouter'],
      [{ Source: 'web', Destination: '10.0.1.253', Port: 80 }, 'RouterClosed'],
      [{ Source: 'web', Destination: '100.100.2.136', Port: 53, IpProtocol: 'udp' }, 'AnsweredByRouter'],
      [{ Source: 'web', Destination: 'internet' }, 'Delivered'],
    ] as const) {
      const body = await ask(request);
      expect([JSON.stringify(request), body.Reason]).toEqual([JSON.stringify(request), reason]);
      expect(body.Meaning).toBe(REASONS[reason].meaning);
      expect(body.Verdict.toLowerCase()).toBe(REASONS[reason].verdict);
    }
  });

  it('X1 the guide lists every reason with its verdict and meaning', () => {
    const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'ask-why.md'), 'utf8');
    const listed = [...guide.matchAll(/^\| `(\w+)` \| (delivered|refused) \| (.+) \|$/gm)];
    const told = new Map(listed.map(([, reason, verdict, meaning]) => [reason, { verdict, meaning }]));
    expect(told.delete('RefusedByOtherAccount')).toBe(true);
    expect(Object.fromEntries(told)).toEqual(REASONS);
  });

  it('X1 a source is an instance, an interface, an own address or an EIP, or the host outside', async () => {
    for (const Source of ['web', id['web'], id['webEni'], eip.id, eip.address]) {
      const { Hops, Packet } = await ask({ Source, Destination: 'db', Port: 5432 });
      expect([Source, Hops.Hop[0].NetworkInterfaceId, Packet.SourceAddress]).toEqual([
        Source,
        id['webEni'],
        '10.0.1.10',
      ]);
    }
    const alone = await ask({ Source: '10.0.1.11', Destination: '10.0.1.10' });
    expect(alone.Hops.Hop[0].NetworkInterfaceId).toBe(id['dbEni']);
    const shared = { Source: '10.0.1.10', Destination: '10.0.1.11', Port: 5432 };
    const refused = await region.refused('Yunlan', 'AnalyzePath', shared);
    expect(refused).toMatchObject({ code: 'MissingParameter', status: 400 });
    for (const vpc of [id['vpc']!, id['twinVpc']!, 'VpcId']) expect(refused.message).toContain(vpc);
    expect((await ask({ ...shared, VpcId: id['vpc'] })).Reason).toBe('Delivered');
    expect((await ask({ ...shared, VpcId: id['twinVpc'] })).Reason).toBe('AddressUnassigned');
    for (const Source of ['internet', '192.0.2.10']) {
      const { Hops } = await ask({ Source, Destination: eip.id, Port: 80 });
      expect(Hops.Hop[0]).toMatchObject({ Kind: 'Outside', Packet: { SourceAddress: '192.0.2.10' } });
    }
  });

  it('X1 a name that several instances have is no name', async () => {
    const vswitch = await region.vswitch(id['vpc']!, '10.0.5.0/24');
    await region.run(vswitch, id['dbGroup']!, { InstanceName: 'several', Amount: 2 });
    for (const [request, parameter] of [
      [{ Source: 'several', Destination: 'web' }, 'Source'],
      [{ Source: 'web', Destination: 'several' }, 'Destination'],
    ] as const) {
      const refused = await region.refused('Yunlan', 'AnalyzePath', request);
      expect(refused).toMatchObject({ code: 'InvalidInstanceId.NotFound', status: 404 });
      expect(refused.message).toContain(`${parameter}. Several instances have this name`);
    }
    const rules = await region.refused('Yunlan', 'DescribeEffectiveRules', { InstanceId: 'several' });
    expect(rules.message).toContain('InstanceId. Several instances have this name');
  });

  it('X1 a destination is the same, or any address; seen from outside an instance is its public address', async () => {
    for (const Destination of ['web', id['web'], id['webEni'], eip.id, eip.address]) {
      const body = await ask({ Source: 'internet', Destination, Port: 80 });
      expect([Destination, body.Verdict, body.Packet.DestinationAddress]).toEqual([
        Destination,
        'Delivered',
        eip.address,
      ]);
      expect(body.Hops.Hop.find(({ Kind }: Body) => Kind === 'Translation')).toMatchObject({
        Changes: 'Destination',
        AllocationId: eip.id,
        Packet: { DestinationAddress: '10.0.1.10' },
      });
    }
    expect((await ask({ Source: 'internet', Destination: 'db', Port: 80 })).Reason).toBe('NoRoute');
    expect((await ask({ Source: 'db', Destination: 'web', Port: 80 })).Packet.DestinationAddress).toBe('10.0.1.10');
    const other = await ask({ Source: 'web', Destination: 'twin' });
    expect(other.Reason).toBe('SenderItself');
    const moved = await ask({ Source: 'db', Destination: '10.9.9.9' });
    expect(moved.Reason).toBe('NoRoute');
  });

  it('X1 an address of another VPC of one’s own is said to be there', async () => {
    const vpc = await region.vpc({ CidrBlock: '172.16.0.0/16' });
    const body = await ask({ Source: 'web', Destination: '172.16.0.5' });
    expect(body).toMatchObject({ Reason: 'OtherNetwork', ElsewhereVpcIds: [vpc] });
    const other = await region.account('elsewhere');
    await other.vpc({ CidrBlock: '172.17.0.0/16' });
    expect(await ask({ Source: 'web', Destination: '172.17.0.5' })).toMatchObject({
      Reason: 'NoRoute',
      ElsewhereVpcIds: [],
    });
  });

  it('X1 protocols are named or numbered; a port means tcp', async () => {
    for (const [request, protocol] of [
      [{}, 'icmp'],
      [{ Port: 80 }, 'tcp'],
      [{ Port: 80, IpProtocol: 'UDP' }, 'udp'],
      [{ IpProtocol: 'gre' }, 'gre'],
      [{ IpProtocol: '47' }, 'gre'],
      [{ IpProtocol: '6', Port: 80 }, 'tcp'],
      [{ IpProtocol: '132' }, '132'],
      [{ IpProtocol: '0' }, '0'],
    ] as const) {
      const { Packet } = await ask({ Source: 'web', Destination: 'db', ...request });
      expect([JSON.stringify(request), Packet.IpProtocol]).toEqual([JSON.stringify(request), protocol]);
    }
    const { Packet } = await ask({ Source: 'web', Destination: 'db', Port: 80, SourcePort: 1234 });
    expect(Packet).toMatchObject({ SourcePort: 1234, DestinationPort: 80 });
  });

  it('X1 a stopped instance sends nothing, and its rules are still told', async () => {
    const [spare] = await region.run(await region.vswitch(id['vpc']!, '10.0.3.0/24'), id['dbGroup']!, {
      InstanceName: 'spare',
    });
    await region.ok('Ecs', 'StopInstance', { InstanceId: spare });
    await region.reach([spare!], 'Stopped');
    expect(await ask({ Source: 'spare', Destination: 'web' })).toMatchObject({
      Verdict: 'Refused',
      Reason: 'SenderNotPlugged',
      Hops: { Hop: [] },
    });
    expect((await ask({ Source: 'web', Destination: 'spare' })).Reason).toBe('AddressUnassigned');
    const { Ingress } = await region.ok('Yunlan', 'DescribeEffectiveRules', { InstanceId: 'spare' });
    expect(Ingress.Rule).toHaveLength(4);
  });

  it('X1 effective rules: all groups of an interface merged, in order, each with its origin', async () => {
    const [both] = await region.run(await region.vswitch(id['vpc']!, '10.0.4.0/24'), id['dbGroup']!, {
      InstanceName: 'both',
    });
    await region.ok('Ecs', 'JoinSecurityGroup', { InstanceId: both, SecurityGroupId: id['webGroup'] });
    const body = await region.ok('Yunlan', 'DescribeEffectiveRules', { InstanceId: both });
    expect(body).toMatchObject({ InstanceId: both, NetworkInterfaceId: await eniOf(region, both!) });
    expect(body.SecurityGroupIds.toSorted()).toEqual([id['webGroup'], id['dbGroup']].toSorted());
    const inbound: Body[] = body.Ingress.Rule;
    expect(inbound.map(({ Position }) => Position)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(inbound.map(({ Origin, Policy, PortRange }) => [Origin, Policy, PortRange])).toEqual([
      ['InnerAccess', 'Accept', '-1/-1'],
      ['InnerAccess', 'Accept', '-1/-1'],
      ['Rule', 'Drop', '22/22'],
      ['Rule', 'Accept', '80/80'],
      ['Rule', 'Accept', '5432/5432'],
      ['Default', 'Drop', '-1/-1'],
    ]);
    expect(inbound[4]).toMatchObject({ SecurityGroupName: 'db', Priority: 7, PeerGroupName: 'web' });
    expect(inbound[4].PeerAddresses).toContain('10.0.1.10');
    expect(inbound[3]).toMatchObject({ PeerCidrIp: '192.0.2.0/24', SecurityGroupName: 'web' });
    expect(body.Egress.Rule.at(-1)).toMatchObject({ Origin: 'Default', Policy: 'Accept' });
    const byInterface = await region.ok('Yunlan', 'DescribeEffectiveRules', {
      NetworkInterfaceId: body.NetworkInterfaceId,
    });
    expect({ ...byInterface, RequestId: '' }).toEqual({ ...body, RequestId: '' });
  });

  it('X1 the rule that analysis names stands at that position of the effective rules', async () => {
    const { Hops } = await ask({ Source: 'web', Destination: 'db', Port: 22 });
    const { DecidedBy } = Hops.Hop.at(-1);
    const { Ingress } = await region.ok('Yunlan', 'DescribeEffectiveRules', { InstanceId: 'db' });
    const { PeerAddresses, ...listed } = Ingress.Rule[DecidedBy.Position];
    expect(listed).toEqual(DecidedBy);
  });

  it('X1 on this driver no packet can be sent, and that is said', async () => {
    const request = { Source: 'web', Destination: 'db' };
    expect(await region.refused('Yunlan', 'ProbePath', request)).toMatchObject({
      code: 'InvalidOperation.NoRealPackets',
      status: 400,
    });
    expect(await region.refused('Yunlan', 'ProbePath', { ...request, Destination: 'nobody' })).toMatchObject({
      code: 'InvalidInstanceId.NotFound',
    });
  });

  describe('X8 what is another account’s', () => {
    let other: Client;
    let public_: { id: string; address: string };
    const foreign: { [name: string]: string } = {};

    beforeAll(async () => {
      other = await region.account('other');
      foreign['vpc'] = await other.vpc();
      const vswitch = await other.vswitch(foreign['vpc'], '10.0.77.0/24');
      foreign['group'] = await other.group(foreign['vpc'], { SecurityGroupName: 'secret-group' });
      await other.ok('Ecs', 'AuthorizeSecurityGroup', {
        SecurityGroupId: foreign['group'],
        Permissions: [
          { IpProtocol: 'TCP', PortRange: '443/443', SourceCidrIp: '0.0.0.0/0', Description: 'secret words' },
          { IpProtocol: 'TCP', PortRange: '23/23', SourceCidrIp: '0.0.0.0/0', Policy: 'drop' },
        ],
      });
      const [instance] = await other.run(vswitch, foreign['group'], {
        InstanceName: 'secret-name',
        PrivateIpAddress: '10.0.77.7',
      });
      foreign['instance'] = instance!;
      foreign['eni'] = await eniOf(other, instance!);
      public_ = await other.eip();
      foreign['eip'] = public_.id;
      await other.associate(public_.id, instance!);
    });

    const hides = (body: Body) => {
      const text = JSON.stringify(body);
      for (const secret of [...Object.values(foreign), 'secret', '10.0.77.']) expect(text).not.toContain(secret);
      expect(public_.address).toMatch(POOL);
    };

    it('X8 only whether its network takes the packet is told, not why', async () => {
      for (const Source of ['web', 'internet']) {
        const taken = await ask({ Source, Destination: public_.address, Port: 443 });
        expect(taken).toMatchObject({ Verdict: 'Delivered', Reason: 'Delivered', Behind: [] });
        const kinds = taken.Hops.Hop.map(({ Kind }: Body) => Kind);
        expect(kinds.at(-1)).toBe('Withheld');
        expect(kinds.filter((kind: string) => kind === 'Withheld')).toHaveLength(1);
        expect(taken.Hops.Hop.at(-1)).toEqual({ Kind: 'Withheld' });
        expect(taken.Hops.Hop.at(-2)).toMatchObject({ Kind: 'Edge', Next: 'Vpc' });
        hides(taken);
        const refusals = [];
        for (const Port of [23, 25]) {
          const refused = await ask({ Source, Destination: public_.address, Port });
          expect(refused).toMatchObject({ Verdict: 'Refused', Reason: 'RefusedByOtherAccount' });
          hides(refused);
          refusals.push({ ...refused, RequestId: '', Packet: '', Hops: refused.Hops.Hop.map((hop: Body) => hop.Kind) });
        }
        // A rule that drops and none that accepts look alike.
        expect(refusals[0]).toEqual(refusals[1]);
      }
    });

    it('X8 its owner is told everything of its own, and nothing of the sender’s', async () => {
      const body = await ask({ Source: 'internet', Destination: foreign['instance'], Port: 23 }, other);
      expect(body.Reason).toBe('IngressDeniedByRule');
      const back = await ask({ Source: 'secret-name', Destination: eip.address, Port: 80 }, other);
      expect(back.Reason).toBe('RefusedByOtherAccount');
      expect(JSON.stringify(back)).not.toContain(id['vpc']);
      expect(JSON.stringify(back)).not.toContain('10.0.1.10');
    });

    it('X8 its things are not found by their ids, names or addresses', async () => {
      for (const [thing, code] of [
        [foreign['instance'], 'InvalidInstanceId.NotFound'],
        ['secret-name', 'InvalidInstanceId.NotFound'],
        [foreign['eni'], 'InvalidEniId.NotFound'],
        [foreign['eip'], 'InvalidAllocationId.NotFound'],
      ] as const) {
        for (const [request, parameter] of [
          [{ Source: thing, Destination: 'web' }, 'Source'],
          [{ Source: 'web', Destination: thing }, 'Destination'],
        ] as const) {
          const refused = await region.refused('Yunlan', 'AnalyzePath', request);
          expect([thing, refused.code]).toEqual([thing, code]);
          expect(refused.message).toContain(parameter);
        }
      }
      for (const Source of ['10.0.77.7', public_.address]) {
        const refused = await region.refused('Yunlan', 'AnalyzePath', { Source, Destination: 'web' });
        expect([Source, refused.code]).toEqual([Source, 'InvalidSource.NotFound']);
      }
      for (const request of [{ InstanceId: foreign['instance'] }, { NetworkInterfaceId: foreign['eni'] }]) {
        expect((await region.refused('Yunlan', 'DescribeEffectiveRules', request)).status).toBe(404);
      }
    });
  });
});
