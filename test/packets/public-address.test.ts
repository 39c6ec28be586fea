/**
 * Public addresses as people use them: the official SDK buys and associates an EIP, the host beyond the edge reaches the
 * instance, the bandwidth changes under a running flow, the address moves on to another account without a trace.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LaunchedRegion, launchRegion, until, yunlan } from './launched-region.ts';

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';
const SERVE =
  '#!/bin/sh\nmkdir -p /srv/www && cd /srv/www && hostname > index.html\npython3 -m http.server 80 >/dev/null 2>&1 &\n';

/** Sends as fast as it may to whoever connects to port 5000; says nothing. */
const POUR = `
import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', 5000))
s.listen()
print('ready', flush=True)
while True:
    c, _ = s.accept()
    try:
        while True: c.sendall(b'x' * 65536)
    except OSError: pass
`;

/** Prints, a line each second, the bits a second that came in over one connection. */
const MEASURE = `
import socket, sys, time
c = socket.create_connection((sys.argv[1], 5000), 5)
n, mark = 0, time.monotonic()
while True:
    d = c.recv(65536)
    if not d: break
    n += len(d)
    now = time.monotonic()
    if now - mark >= 2:
        print(int(n * 8 / (now - mark)), flush=True)
        n, mark = 0, now
`;

/** Bytes of headers that the cap counts and the receiver does not: 1448 of 1514. */
const GOODPUT = 1448 / 1514;

describe('A3 A5 A7 A9 X3 X4 F12 public addresses with real packets', () => {
  let region: LaunchedRegion;
  const id: { [name: string]: string } = {};

  const http = async (from: string, address: string) => {
    const { code, stdout } = await region.exec(from, ['curl', '-sS', '--max-time', '1', `http://${address}/`]);
    return code === 0 ? stdout.trim() : undefined;
  };

  async function network(account: LaunchedRegion['ecs'], vpcClient: LaunchedRegion['vpc'], name: string) {
    const { Ecs, Vpc } = region;
    const regionId = 'cn-hangzhou';
    const made = await vpcClient.createVpc(new Vpc.CreateVpcRequest({ regionId, cidrBlock: '10.0.0.0/16' }));
    const { vpcId } = made.body;
    await until('the VPC is Available', async () => {
      const { body } = await vpcClient.describeVpcAttribute(new Vpc.DescribeVpcAttributeRequest({ regionId, vpcId }));
      return body.status === 'Available';
    });
    const cut = await vpcClient.createVSwitch(
      new Vpc.CreateVSwitchRequest({ regionId, vpcId, cidrBlock: '10.0.1.0/24', zoneId: 'cn-hangzhou-h' }),
    );
    const { vSwitchId } = cut.body;
    await until('the VSwitch is Available', async () => {
      const { body } = await vpcClient.describeVSwitches(new Vpc.DescribeVSwitchesRequest({ regionId, vSwitchId }));
      return body.vSwitches.vSwitch[0]?.status === 'Available';
    });
    const group = await account.createSecurityGroup(new Ecs.CreateSecurityGroupRequest({ regionId, vpcId }));
    const { securityGroupId } = group.body;
    await account.authorizeSecurityGroup(
      new Ecs.AuthorizeSecurityGroupRequest({
        regionId,
        securityGroupId,
        permissions: [
          new Ecs.AuthorizeSecurityGroupRequestPermissions({
            ipProtocol: 'ALL',
            portRange: '-1/-1',
            sourceCidrIp: '0.0.0.0/0',
          }),
        ],
      }),
    );
    const run = await account.runInstances(
      new Ecs.RunInstancesRequest({
        regionId,
        vSwitchId,
        securityGroupId,
        imageId: IMAGE,
        instanceType: 'ecs.g6.large',
        instanceName: name,
        hostName: name,
        privateIpAddress: '10.0.1.10',
        userData: Buffer.from(SERVE).toString('base64'),
      }),
    );
    const instanceId = run.body.instanceIdSets.instanceIdSet[0];
    await until(
      `${name} runs`,
      async () => {
        const request = new Ecs.DescribeInstancesRequest({ regionId, instanceIds: JSON.stringify([instanceId]) });
        return (await account.describeInstances(request)).body.instances.instance[0]?.status === 'Running';
      },
      20_000,
    );
    return instanceId as string;
  }

  async function eip(client: LaunchedRegion['vpc'], bandwidth: string) {
    const { Vpc } = region;
    const { body } = await client.allocateEipAddress(
      new Vpc.AllocateEipAddressRequest({ regionId: 'cn-hangzhou', bandwidth }),
    );
    return { allocationId: body.allocationId as string, address: body.eipAddress as string };
  }

  const statusOf = async (client: LaunchedRegion['vpc'], allocationId: string) => {
    const { Vpc } = region;
    const request = new Vpc.DescribeEipAddressesRequest({ regionId: 'cn-hangzhou', allocationId });
    return (await client.describeEipAddresses(request)).body.eipAddresses.eipAddress[0]?.status;
  };

  const associate = async (client: LaunchedRegion['vpc'], allocationId: string, instanceId: string) => {
    const { Vpc } = region;
    await client.associateEipAddress(
      new Vpc.AssociateEipAddressRequest({
        regionId: 'cn-hangzhou',
        allocationId,
        instanceId,
        instanceType: 'EcsInstance',
      }),
    );
    await until('the EIP is InUse', async () => (await statusOf(client, allocationId)) === 'InUse');
  };

  beforeAll(async () => {
    region = await launchRegion();
    id['one'] = await network(region.ecs, region.vpc, 'one');
    await until('user data serves', async () => (await http('one', '127.0.0.1')) === 'one', 20_000);
  }, 120_000);
  afterAll(() => region?.close(), 60_000);

  it('A3 without an EIP there is no way out and none in', async () => {
    expect(await http('one', '192.0.2.10')).toBeUndefined();
    const out = await region.exec('one', ['ping', '-c1', '-W1', '192.0.2.10']);
    expect(out.code).not.toBe(0);
  });

  it('F12 an associated EIP works as soon as its status says InUse; it is not on the NIC', async () => {
    const { allocationId, address } = await eip(region.vpc, '5');
    id['eip'] = allocationId;
    id['address'] = address;
    await associate(region.vpc, allocationId, id['one']!);
    expect(await http('internet', address)).toBe('one');
    expect((await region.exec('one', ['ping', '-c1', '-W1', '192.0.2.10'])).code).toBe(0);
    expect((await region.exec('one', ['ip', 'address'])).stdout).not.toContain(address);
  });

  it('A7 the bandwidth changes under a running flow and holds within 5 %', async () => {
    const launcher = join(import.meta.dirname, '..', '..', 'yunlan');
    const start = (from: string, script: string, ...args: string[]) =>
      spawn(launcher, ['exec', '--data', region.data, from, '--', 'python3', '-c', script, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const server = start('one', POUR);
    let said = '';
    server.stdout.setEncoding('utf8').on('data', (piece) => {
      said += piece;
    });
    await until('the server listens', async () => said.includes('ready'));
    const client = start('internet', MEASURE, id['address']!);
    const rates: number[] = [];
    client.stdout.setEncoding('utf8').on('data', (piece: string) => {
      rates.push(...piece.trim().split('\n').map(Number));
    });
    const steady = async (cap: number) => {
      const from = rates.length;
      const holds = (rate: number) => Math.abs(rate / (cap * 1e6 * GOODPUT) - 1) <= 0.05;
      await until(
        `two times two seconds in a row hold ${cap} Mbit/s`,
        async () => {
          const last = rates.slice(Math.max(from, rates.length - 2));
          return last.length === 2 && last.every(holds);
        },
        40_000,
      );
    };
    try {
      await steady(5);
      const { Vpc, vpc } = region;
      await vpc.modifyEipAddressAttribute(
        new Vpc.ModifyEipAddressAttributeRequest({ regionId: 'cn-hangzhou', allocationId: id['eip'], bandwidth: '50' }),
      );
      await steady(50);
    } finally {
      client.kill('SIGTERM');
      server.kill('SIGTERM');
    }
  }, 120_000);

  it('A9 X4 unassociated it is gone; another account’s instance has it at once, with nothing left of the first', async () => {
    const { Vpc, vpc } = region;
    const RegionId = 'cn-hangzhou';
    await expect(
      vpc.releaseEipAddress(new Vpc.ReleaseEipAddressRequest({ regionId: RegionId, allocationId: id['eip'] })),
    ).rejects.toMatchObject({ code: 'IncorrectEipStatus' });
    await vpc.unassociateEipAddress(
      new Vpc.UnassociateEipAddressRequest({ regionId: RegionId, allocationId: id['eip'], instanceId: id['one'] }),
    );
    await until('the EIP is Available', async () => (await statusOf(vpc, id['eip']!)) === 'Available');
    expect(await http('internet', id['address']!)).toBeUndefined();
    expect((await region.exec('one', ['ping', '-c1', '-W1', '192.0.2.10'])).code).not.toBe(0);
    await vpc.releaseEipAddress(new Vpc.ReleaseEipAddressRequest({ regionId: RegionId, allocationId: id['eip'] }));

    const made = JSON.parse((await yunlan(['account', 'create', 'other', '--data', region.data])).stdout);
    const other = region.clients({ accessKeyId: made.AccessKeyId, accessKeySecret: made.AccessKeySecret });
    const instance = await network(other.ecs, other.vpc, 'two');
    const second = await eip(other.vpc, '100');
    await associate(other.vpc, second.allocationId, instance);
    await until('it serves', async () => (await http('internet', second.address)) === 'two');
    id['second'] = second.address;
  }, 60_000);

  it('X3 a public address is reached from its own VPC and from another account’s', async () => {
    const first = await eip(region.vpc, '100');
    await associate(region.vpc, first.allocationId, id['one']!);
    expect(await http('one', first.address)).toBe('one');
    expect(await http('one', id['second']!)).toBe('two');
  });

  it('a forward lets this machine reach a service in the region', async () => {
    const child = spawn(
      join(import.meta.dirname, '..', '..', 'yunlan'),
      ['forward', '--data', region.data, '0', `${id['second']}:80`],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece) => {
        said += piece;
      });
    }
    try {
      await until('it says where it listens', async () => /127\.0\.0\.1:\d+/.test(said));
      const port = /127\.0\.0\.1:(\d+)/.exec(said)![1];
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      expect((await answer.text()).trim()).toBe('two');
    } finally {
      child.kill('SIGTERM');
    }
  });

  it('a forward to nowhere, or of nonsense, is refused in one line', async () => {
    for (const [destination, words] of [
      ['198.18.77.77:80', 'nothing answers at 198.18.77.77:80'],
      [`${id['second']}:81`, 'nothing answers'],
      ['10.0.1.10:80', 'nothing answers'],
      ['example:80', 'not ADDRESS:PORT'],
      ['198.18.0.2:0', 'the port of the destination'],
    ] as const) {
      const ended = await yunlan(['forward', '--data', region.data, '0', destination]);
      expect(ended.code, destination).toBe(1);
      expect(ended.stderr).toContain(words);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});
