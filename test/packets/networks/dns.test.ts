/**
 * Names in networks: real instances ask the resolvers of their network by the ways that programs have. Two networks
 * have equal blocks and equal names, and neither hears of the other.
 */
import { readFile } from 'node:fs/promises';
import { type DecodedPacket, decode, encode, type RecordType } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDoors } from '../../../src/drivers/linux/doors.ts';
import { createNameService, type NameService } from '../../../src/guest/name-service.ts';
import { silentLog } from '../../../src/values/log.ts';
import { type LaunchedRegion, launchRegion, until } from '../launched-region.ts';
import { type Guest, type Lab, network, openLab, port } from '../network-lab.ts';

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';
const RESOLVERS = ['100.100.2.136', '100.100.2.138'] as const;

describe('X5 names of instances', () => {
  let region: LaunchedRegion;
  let carrier: string;
  const id: { [name: string]: string } = {};

  const call = (action: string, parameters: object) =>
    region
      .pop(action.includes('Vpc') || action.includes('VSwitch') ? '2016-04-28' : '2014-05-26')
      .request(action, { RegionId: 'cn-hangzhou', ...parameters }, { method: 'POST' });

  async function makeNetwork(name: string): Promise<void> {
    const { VpcId } = await call('CreateVpc', { CidrBlock: '10.0.0.0/16' });
    await until('the VPC is Available', async () => {
      const { Vpcs } = await call('DescribeVpcs', { VpcId });
      return Vpcs.Vpc[0]?.Status === 'Available';
    });
    const { VSwitchId } = await call('CreateVSwitch', { VpcId, CidrBlock: '10.0.1.0/24', ZoneId: 'cn-hangzhou-h' });
    await until('the VSwitch is Available', async () => {
      const { VSwitches } = await call('DescribeVSwitches', { VSwitchId });
      return VSwitches.VSwitch[0]?.Status === 'Available';
    });
    const { SecurityGroupId } = await call('CreateSecurityGroup', { VpcId });
    Object.assign(id, { [`vpc-${name}`]: VpcId, [`vsw-${name}`]: VSwitchId, [`sg-${name}`]: SecurityGroupId });
  }

  async function run(place: string, parameters: object): Promise<string[]> {
    const { InstanceIdSets } = await call('RunInstances', {
      InstanceType: 'ecs.g6.large',
      ImageId: IMAGE,
      VSwitchId: id[`vsw-${place}`],
      SecurityGroupId: id[`sg-${place}`],
      ...parameters,
    });
    return InstanceIdSets.InstanceIdSet;
  }

  async function running(ids: readonly string[]): Promise<void> {
    await until(
      'the instances are Running',
      async () => {
        const { Instances } = await call('DescribeInstances', { InstanceIds: JSON.stringify(ids), PageSize: 50 });
        return Instances.Instance.every(({ Status }: { Status: string }) => Status === 'Running');
      },
      60_000,
    );
  }

  /** Addresses that programs get for a name, by the C library. */
  const lookUp = async (from: string, name: string): Promise<string[]> => {
    const { stdout } = await region.exec(from, ['getent', 'ahostsv4', name]);
    return [...new Set(stdout.split('\n').map((line) => line.split(' ')[0]!))].filter((line) => line !== '').sort();
  };

  interface Answered extends DecodedPacket {
    readonly rcode?: string;
    readonly from: string;
  }

  async function ask(
    from: string,
    name: string,
    type: RecordType = 'A',
    kind: 'udp' | 'tcp' = 'udp',
    server: string = RESOLVERS[0],
  ): Promise<Answered> {
    const message = encode({ type: 'query', id: 7, flags: 0x100, questions: [{ name, type }] });
    const words = ['python3', '-c', carrier, kind, server, message.toString('hex')];
    const { code, stdout, stderr } = await region.exec(from, words);
    if (code !== 0) throw new Error(stderr);
    const [sender = '', hex = ''] = stdout.trim().split(' ');
    return { ...decode(Buffer.from(hex, 'hex')), from: sender };
  }

  const dataOf = ({ answers }: DecodedPacket) => answers?.map((answer) => 'data' in answer && answer.data);

  beforeAll(async () => {
    carrier = await readFile(new URL('../ask-names.py', import.meta.url), 'utf8');
    region = await launchRegion();
    expect(region.facts.driver).toBe('linux');
    await Promise.all([makeNetwork('one'), makeNetwork('two')]);
    const [asker, web, pair, twin, alone] = await Promise.all([
      run('one', { HostName: 'asker', InstanceName: 'asker', PrivateIpAddress: '10.0.1.10' }),
      run('one', { HostName: 'web', InstanceName: 'Front-1', PrivateIpAddress: '10.0.1.11' }),
      run('one', { HostName: 'pair', InstanceName: 'pair', Amount: 2 }),
      run('two', { HostName: 'web', InstanceName: 'web', PrivateIpAddress: '10.0.1.21' }),
      run('two', { HostName: 'alone', InstanceName: 'alone', PrivateIpAddress: '10.0.1.22' }),
    ]);
    Object.assign(id, { asker: asker[0], web: web[0], pair: pair[0], twin: twin[0], alone: alone[0] });
    await running([...asker, ...web, ...pair, ...twin, ...alone]);
  }, 120_000);

  afterAll(() => region?.close());

  it('are found by programs: host name, instance name, id, in any case, with and without the domain', async () => {
    const names = ['web', 'WEB', 'web.vpc.internal', 'front-1', 'Front-1.vpc.internal', id['web']!];
    for (const name of names) expect([name, await lookUp(id['asker']!, name)]).toEqual([name, ['10.0.1.11']]);
    const script = 'import socket; print(socket.getaddrinfo("web", 80, type=socket.SOCK_STREAM)[0][4][0])';
    expect((await region.exec(id['asker']!, ['python3', '-c', script])).stdout).toBe('10.0.1.11\n');
  });

  it('are all answered when several instances share one', async () => {
    const addresses = await lookUp(id['asker']!, 'pair');
    expect(addresses).toHaveLength(2);
    const { Instances } = await call('DescribeInstances', { InstanceName: 'pair' });
    const told = Instances.Instance.map((each: { VpcAttributes: { PrivateIpAddress: { IpAddress: string[] } } }) => {
      return each.VpcAttributes.PrivateIpAddress.IpAddress[0];
    });
    expect(addresses).toEqual(told.sort());
  });

  it('are those of the own network alone', async () => {
    expect(await lookUp(id['twin']!, 'web')).toEqual(['10.0.1.21']);
    expect(await lookUp(id['asker']!, 'web')).toEqual(['10.0.1.11']);
    for (const name of ['alone', 'alone.vpc.internal', id['alone']!]) {
      expect([name, (await ask(id['asker']!, name)).rcode]).toEqual([name, 'NXDOMAIN']);
    }
    const reverse = '22.1.0.10.in-addr.arpa';
    expect((await ask(id['asker']!, reverse, 'PTR')).rcode).toBe('NXDOMAIN');
    expect(dataOf(await ask(id['twin']!, reverse, 'PTR'))).toEqual(['alone.vpc.internal']);
  });

  it('are found by address', async () => {
    const { stdout } = await region.exec(id['asker']!, ['getent', 'hosts', '10.0.1.11']);
    expect(stdout.trim().split(/\s+/)).toEqual(['10.0.1.11', 'web.vpc.internal']);
    expect((await ask(id['asker']!, '99.1.0.10.in-addr.arpa', 'PTR')).rcode).toBe('NXDOMAIN');
  });

  it('are answered at both addresses, over UDP and TCP, from the address that was asked', async () => {
    for (const server of RESOLVERS) {
      for (const kind of ['udp', 'tcp'] as const) {
        const answer = await ask(id['asker']!, 'web', 'A', kind, server);
        expect(answer).toMatchObject({ id: 7, rcode: 'NOERROR', flag_aa: true, flag_tc: false, from: server });
        expect(dataOf(answer)).toEqual(['10.0.1.11']);
      }
    }
  });

  it('have no IPv6 address, and names of the world outside are refused at once', async () => {
    expect(await ask(id['asker']!, 'web', 'AAAA')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    for (const kind of ['udp', 'tcp'] as const) {
      expect((await ask(id['asker']!, 'www.example.com', 'A', kind)).rcode).toBe('REFUSED');
    }
    expect((await ask(id['asker']!, '1.2.0.192.in-addr.arpa', 'PTR')).rcode).toBe('REFUSED');
    expect(await lookUp(id['asker']!, 'www.example.com')).toEqual([]);
  });

  it('are answered whatever the groups say, and nothing else is at those addresses', async () => {
    const all = { PortRange: '-1/-1', IpProtocol: 'all', Policy: 'drop' };
    const { SecurityGroupId } = await call('CreateSecurityGroup', { VpcId: id['vpc-two'] });
    await call('AuthorizeSecurityGroupEgress', { SecurityGroupId, DestCidrIp: '0.0.0.0/0', ...all });
    const icmp = { IpProtocol: 'icmp', PortRange: '-1/-1', SourceCidrIp: '0.0.0.0/0' };
    await call('AuthorizeSecurityGroup', { SecurityGroupId: id['sg-two'], ...icmp });
    const [shut] = await run('two', { SecurityGroupId });
    await running([shut!]);
    const pings = async (from: string, address: string) =>
      (await region.exec(from, ['ping', '-c1', '-W1', address])).code === 0;
    await until('who may, reaches the other', () => pings(id['twin']!, '10.0.1.22'));
    expect(await pings(shut!, '10.0.1.22')).toBe(false);
    expect(await lookUp(shut!, 'alone')).toEqual(['10.0.1.22']);
    expect(await pings(id['twin']!, RESOLVERS[0])).toBe(false);
    const message = encode({ type: 'query', questions: [{ name: 'web', type: 'A' }] }).toString('hex');
    for (const [server, at] of [
      [RESOLVERS[0], '54'],
      ['10.0.1.253', '53'],
    ]) {
      const { code, stderr } = await region.exec(id['twin']!, ['python3', '-c', carrier, 'udp', server!, message, at!]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/timed out/i);
    }
  });

  it('follow the instances at once', async () => {
    const [late] = await run('one', { HostName: 'late', PrivateIpAddress: '10.0.1.50' });
    expect(dataOf(await ask(id['asker']!, 'late'))).toEqual(['10.0.1.50']);
    await running([late!]);
    await call('DeleteInstance', { InstanceId: late, Force: true });
    await until('it is gone', async () => (await ask(id['asker']!, 'late')).rcode === 'NXDOMAIN');
    const { Instances } = await call('DescribeInstances', { InstanceIds: JSON.stringify([late]) });
    expect(Instances.Instance).toEqual([]);
  });

  it('are answered again after the daemon was killed', async () => {
    region.killDaemon();
    await region.startDaemon();
    await until('the name is found again', async () => (await lookUp(id['asker']!, 'web'))[0] === '10.0.1.11');
    expect(await lookUp(id['twin']!, 'web')).toEqual(['10.0.1.21']);
    expect((await ask(id['asker']!, 'web', 'A', 'tcp', RESOLVERS[1])).from).toBe(RESOLVERS[1]);
  });
});

describe('X5 sockets in networks', () => {
  let lab: Lab;
  let names: NameService;
  let guest: Guest;
  const opened: string[] = [];

  beforeAll(async () => {
    lab = await openLab();
    const doors = createDoors(lab.holder);
    names = createNameService({
      doors: {
        place: doors.place,
        open: (networkId, wanted) => {
          opened.push(networkId);
          return doors.open(networkId, wanted);
        },
      },
      resolver: { answer: async (networkId, bytes) => Buffer.from(`${networkId} ${bytes}`) },
      log: silentLog,
      retryFirst: 10,
    });
    await lab.networks.apply(network('a', { ports: [port('a', '10.0.0.1')] }));
    guest = await lab.guest('i-a-0-1');
  });

  afterAll(async () => {
    await names?.close();
    await lab?.close();
  });

  const answer = async () => {
    await guest.connect('c', RESOLVERS[1], 53);
    return guest.exchange('c', '\0\x0chello from a');
  };

  it('are opened once', async () => {
    expect(await guest.connect('c', RESOLVERS[1], 53)).toBe('refused');
    names.serve('vpc-a');
    await names.ready('vpc-a');
    names.serve('vpc-a');
    names.serve('vpc-a');
    await names.ready('vpc-a');
    expect(opened).toEqual(['vpc-a']);
    expect(await answer()).toContain('vpc-a hello from a');
  });

  it('are opened again in a network that was made anew', async () => {
    await lab.networks.remove('vpc-a');
    await lab.networks.apply(network('a', { ports: [port('a', '10.0.0.2')] }));
    guest = await lab.guest('i-a-0-2');
    names.serve('vpc-a');
    await names.ready('vpc-a');
    expect(opened).toEqual(['vpc-a', 'vpc-a']);
    expect(await answer()).toContain('vpc-a hello from a');
  });

  it('are tried again until the network is there', async () => {
    names.serve('vpc-b');
    const ready = names.ready('vpc-b');
    await lab.networks.apply(network('b', { ports: [port('b', '10.0.0.1')] }));
    await ready;
    const other = await lab.guest('i-b-0-1');
    await other.connect('c', RESOLVERS[0], 53);
    expect(await other.exchange('c', '\0\x0chello from b')).toContain('vpc-b hello from b');
  });

  it('are closed when the network goes', async () => {
    await names.leave('vpc-a');
    expect(await guest.connect('c', RESOLVERS[1], 53)).toBe('refused');
    await expect(createDoors(lab.holder).open('vpc-none', [])).rejects.toThrow('no socket in vpc-none');
  });
});
