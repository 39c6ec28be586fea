/**
 * The main job, as a newcomer and the official SDKs do it: one command starts a region, two VPCs with equal blocks are
 * built in it, and packets go exactly where security groups let them.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LaunchedRegion, launchRegion, until, yunlan } from './launched-region.ts';

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';
const WEB =
  '#!/bin/sh\nmkdir -p /srv/www && cd /srv/www && echo hello from $(hostname) > index.html\npython3 -m http.server 80 >/var/log/web.log 2>&1 &\npython3 -m http.server 8080 >/dev/null 2>&1 &\n';

/** What of the machine must be the same afterwards. */
function machineState(): unknown {
  const show = (program: string, ...args: string[]) => {
    const run = spawnSync(program, args, {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/sbin:/usr/bin:/bin', LC_ALL: 'C' },
    });
    return run.status === 0 ? run.stdout : `status ${run.status}`;
  };
  const etc = readdirSync('/etc').map((name) => {
    try {
      const { mtimeMs, size, uid, mode } = statSync(join('/etc', name));
      return [name, mtimeMs, size, uid, mode];
    } catch {
      return [name];
    }
  });
  return {
    links: show('ip', '-o', 'link').replaceAll(/\bqlen \d+/g, ''),
    routes: show('ip', 'route', 'show', 'table', 'all'),
    rules: show('ip', 'rule'),
    firewall: show('nft', 'list', 'ruleset'),
    mounts: readFileSync('/proc/self/mounts', 'utf8'),
    etc,
  };
}

describe('N2 N4 N9 A1 X2 the main job with real packets', () => {
  let region: LaunchedRegion;
  let before: unknown;
  const id: { [name: string]: string } = {};

  const ping = async (from: string, address: string) =>
    (await region.exec(from, ['ping', '-c1', '-W1', address])).code === 0;
  const http = async (from: string, url: string) => {
    const { code, stdout } = await region.exec(from, ['curl', '-sS', '--max-time', '1', url]);
    return code === 0 ? stdout.trim() : undefined;
  };
  const { stringify } = JSON;

  async function makeVpc(name: string): Promise<string> {
    const { Vpc, vpc } = region;
    const made = await vpc.createVpc(
      new Vpc.CreateVpcRequest({ regionId: 'cn-hangzhou', cidrBlock: '10.0.0.0/16', vpcName: name }),
    );
    await until(`${name} is Available`, async () => {
      const { body } = await vpc.describeVpcAttribute(
        new Vpc.DescribeVpcAttributeRequest({ regionId: 'cn-hangzhou', vpcId: made.body.vpcId }),
      );
      return body.status === 'Available';
    });
    return made.body.vpcId;
  }

  async function makeVSwitch(vpcId: string, cidrBlock: string, zoneId: string): Promise<string> {
    // through pop-core: signature 1.0
    const client = region.pop('2016-04-28');
    const { VSwitchId } = await client.request(
      'CreateVSwitch',
      { RegionId: 'cn-hangzhou', VpcId: vpcId, CidrBlock: cidrBlock, ZoneId: zoneId },
      { method: 'POST' },
    );
    await until(`${VSwitchId} is Available`, async () => {
      const { VSwitches } = await client.request('DescribeVSwitches', { RegionId: 'cn-hangzhou', VSwitchId });
      return VSwitches.VSwitch[0]?.Status === 'Available';
    });
    return VSwitchId;
  }

  async function makeGroup(vpcId: string, securityGroupType: 'normal' | 'enterprise'): Promise<string> {
    const { Ecs, ecs } = region;
    const { body } = await ecs.createSecurityGroup(
      new Ecs.CreateSecurityGroupRequest({ regionId: 'cn-hangzhou', vpcId, securityGroupType }),
    );
    return body.securityGroupId;
  }

  async function run(
    name: string,
    vSwitchId: string,
    securityGroupIds: string[],
    privateIpAddress: string,
  ): Promise<string> {
    const { Ecs, ecs } = region;
    const { body } = await ecs.runInstances(
      new Ecs.RunInstancesRequest({
        regionId: 'cn-hangzhou',
        instanceName: name,
        hostName: name,
        instanceType: 'ecs.g6.large',
        imageId: IMAGE,
        vSwitchId,
        securityGroupIds,
        privateIpAddress,
        userData: Buffer.from(WEB).toString('base64'),
        amount: 1,
      }),
    );
    return body.instanceIdSets.instanceIdSet[0];
  }

  const permission = (group: string, port: string, source: object) => {
    const { Ecs } = region;
    const permissions = [{ ipProtocol: 'TCP', portRange: `${port}/${port}`, ...source }];
    return {
      regionId: 'cn-hangzhou',
      securityGroupId: group,
      permissions: permissions.map((p) => new Ecs.AuthorizeSecurityGroupRequestPermissions(p)),
    };
  };

  beforeAll(async () => {
    before = machineState();
    region = await launchRegion();
    expect(region.facts.driver).toBe('linux');
    id['vpc1'] = await makeVpc('one');
    id['vpc2'] = await makeVpc('two');
    id['h1'] = await makeVSwitch(id['vpc1']!, '10.0.1.0/24', 'cn-hangzhou-h');
    id['i1'] = await makeVSwitch(id['vpc1']!, '10.0.2.0/24', 'cn-hangzhou-i');
    id['h2'] = await makeVSwitch(id['vpc2']!, '10.0.1.0/24', 'cn-hangzhou-h');
    id['basic'] = await makeGroup(id['vpc1']!, 'normal');
    id['web'] = await makeGroup(id['vpc1']!, 'normal');
    id['advanced'] = await makeGroup(id['vpc1']!, 'enterprise');
    id['basic2'] = await makeGroup(id['vpc2']!, 'normal');
    id['a'] = await run('aa', id['h1']!, [id['basic']!], '10.0.1.10');
    id['b'] = await run('bb', id['h1']!, [id['basic']!], '10.0.1.11');
    id['web1'] = await run('web1', id['i1']!, [id['web']!], '10.0.2.10');
    id['other'] = await run('other', id['h2']!, [id['basic2']!], '10.0.1.12');
    id['adv1'] = await run('adv1', id['h1']!, [id['advanced']!], '10.0.1.20');
    id['adv2'] = await run('adv2', id['h1']!, [id['advanced']!], '10.0.1.21');
    await until(
      'all instances are Running',
      async () => {
        const { Ecs, ecs } = region;
        const { body } = await ecs.describeInstances(
          new Ecs.DescribeInstancesRequest({ regionId: 'cn-hangzhou', pageSize: 50 }),
        );
        return (
          body.instances.instance.length === 6 &&
          body.instances.instance.every((i: { status: string }) => i.status === 'Running')
        );
      },
      30_000,
    );
    await until(
      'user data serves',
      async () => (await http('web1', 'http://127.0.0.1/')) === 'hello from web1',
      20_000,
    );
  }, 120_000);

  afterAll(async () => {
    await region?.close();
  }, 60_000);

  it('N9 members of a basic group reach each other, by id or by name', async () => {
    expect(await ping('aa', '10.0.1.11')).toBe(true);
    expect(await ping(id['b']!, '10.0.1.10')).toBe(true);
    await until('the other member serves', async () => (await http('aa', 'http://10.0.1.11/')) === 'hello from bb');
  });

  it('N9 members of an advanced group do not', async () => {
    expect(await ping('adv1', '10.0.1.21')).toBe(false);
    expect(await http('adv1', 'http://10.0.1.21/')).toBeUndefined();
  });

  it('N4 the gateway of a VSwitch answers', async () => {
    expect(await ping('aa', '10.0.1.253')).toBe(true);
    expect(await ping('web1', '10.0.2.253')).toBe(true);
  });

  it('N4 N9 another VSwitch of the VPC is reached once a rule opens the port, others stay closed', async () => {
    expect(await http('aa', 'http://10.0.2.10/')).toBeUndefined();
    const { Ecs, ecs } = region;
    await ecs.authorizeSecurityGroup(
      new Ecs.AuthorizeSecurityGroupRequest(permission(id['web']!, '80', { sourceGroupId: id['basic'] })),
    );
    await until('port 80 is open', async () => (await http('aa', 'http://10.0.2.10/')) === 'hello from web1', 3000);
    expect(await http('aa', 'http://10.0.2.10:8080/')).toBeUndefined();
    expect(await ping('aa', '10.0.2.10')).toBe(false);
    expect(await http('adv1', 'http://10.0.2.10/')).toBeUndefined();
  });

  it('N9 a revoked port closes for new and for open connections', async () => {
    const { Ecs, ecs } = region;
    const client = `
import socket, sys
c = socket.create_connection(('10.0.2.10', 80), 2)
c.sendall(b'GET / HTTP/1.1\\r\\nHost: x\\r\\n')
print('open', flush=True)
sys.stdin.readline()
c.settimeout(2)
c.sendall(b'Connection: close\\r\\n\\r\\n')
try:
    print('answer' if c.recv(100) else 'closed', flush=True)
except OSError as e:
    print('cut', flush=True)
`;
    // the connection stands while the rule is revoked; its second half is sent only after that
    const { spawn } = await import('node:child_process');
    const launcher = join(import.meta.dirname, '..', '..', 'yunlan');
    const child = spawn(launcher, ['exec', '--data', region.data, 'aa', '--', 'python3', '-c', client], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      said += piece;
    });
    await until('the connection is open', async () => said.includes('open'));
    const request = permission(id['web']!, '80', { sourceGroupId: id['basic'] });
    await ecs.revokeSecurityGroup(
      new Ecs.RevokeSecurityGroupRequest({
        ...request,
        permissions: request.permissions.map((p: object) => new Ecs.RevokeSecurityGroupRequestPermissions(p)),
      }),
    );
    await until('new connections are refused', async () => (await http('bb', 'http://10.0.2.10/')) === undefined, 1500);
    child.stdin.write('\n');
    await until('the open connection told its end', async () => /answer|cut|closed/.test(said));
    expect(said).toContain('cut');
    child.stdin.end();
  });

  it('N2 an equal block in another VPC is another network', async () => {
    expect(await ping('aa', '10.0.1.12')).toBe(false);
    expect(await ping('other', '10.0.1.10')).toBe(false);
    expect(await http('other', 'http://10.0.1.11/')).toBeUndefined();
    expect(await ping('other', '10.0.1.253')).toBe(true);
  });

  it('X2 a spoofed source goes nowhere', async () => {
    await region.exec('aa', ['ip', 'address', 'add', '10.0.1.99/32', 'dev', 'eth0']);
    expect((await region.exec('aa', ['ping', '-c1', '-W1', '-I', '10.0.1.99', '10.0.1.11'])).code).not.toBe(0);
    await region.exec('aa', ['ip', 'address', 'del', '10.0.1.99/32', 'dev', 'eth0']);
    const mac = (await region.exec('bb', ['cat', '/sys/class/net/eth0/address'])).stdout.trim();
    await region.exec('bb', ['ip', 'link', 'set', 'eth0', 'address', '00:16:3e:00:00:01']);
    expect(await ping('bb', '10.0.1.10')).toBe(false);
    await region.exec('bb', ['ip', 'link', 'set', 'eth0', 'address', mac]);
    await until('the true MAC works again', () => ping('bb', '10.0.1.10'));
  });

  it('A1 the address of the NIC is the one that the API tells', async () => {
    const { Ecs, ecs } = region;
    const { body } = await ecs.describeNetworkInterfaces(
      new Ecs.DescribeNetworkInterfacesRequest({ regionId: 'cn-hangzhou', instanceId: id['a'] }),
    );
    const [eni] = body.networkInterfaceSets.networkInterfaceSet;
    const links = JSON.parse((await region.exec('aa', ['ip', '-j', 'address', 'show', 'eth0'])).stdout);
    expect(links[0].address).toBe(eni.macAddress);
    expect(links[0].addr_info[0].local).toBe(eni.privateIpAddress);
    expect(eni.status).toBe('InUse');
  });

  it('an instance sees nothing of the machine', async () => {
    expect((await region.exec('aa', ['ls', region.data])).code).not.toBe(0);
    for (const path of [import.meta.dirname, process.execPath]) {
      expect((await region.exec('aa', ['ls', '-d', path])).code, path).not.toBe(0);
    }
    const users = (await region.exec('aa', ['cat', '/etc/passwd'])).stdout;
    expect(users).toContain('root:');
    expect(users).not.toBe(readFileSync('/etc/passwd', 'utf8'));
    const processes = (await region.exec('aa', ['sh', '-c', 'ls -d /proc/[0-9]* | wc -l'])).stdout.trim();
    expect(Number(processes)).toBeLessThan(15);
    expect((await region.exec('aa', ['touch', '/usr/planted'])).code).not.toBe(0);
    expect((await region.exec('aa', ['sh', '-c', 'echo x > /etc/planted && cat /etc/planted'])).stdout.trim()).toBe(
      'x',
    );
  });

  it('exec passes input, output and exit status', async () => {
    const text = 'line\n'.repeat(50_000);
    const echoed = await region.exec('aa', ['sh', '-c', 'cat; echo problem >&2; exit 7'], { input: text });
    expect(echoed).toMatchObject({ code: 7, stderr: 'problem\n' });
    expect(echoed.stdout === text).toBe(true);
    expect((await yunlan(['log', '--data', region.data, 'web1'])).code).toBe(0);
  });

  it('stopping ends its processes, the disk survives, starting brings it back', async () => {
    const { Ecs, ecs } = region;
    await region.exec('bb', ['sh', '-c', `echo ${stringify('kept')} > /root/file`]);
    await ecs.stopInstance(new Ecs.StopInstanceRequest({ instanceId: id['b'] }));
    const status = async () => {
      const { body } = await ecs.describeInstances(
        new Ecs.DescribeInstancesRequest({ regionId: 'cn-hangzhou', instanceIds: stringify([id['b']]) }),
      );
      return body.instances.instance[0].status;
    };
    await until('it is Stopped', async () => (await status()) === 'Stopped');
    expect(await ping('aa', '10.0.1.11')).toBe(false);
    expect((await region.exec('bb', ['true'])).code).toBe(1);
    await ecs.startInstance(new Ecs.StartInstanceRequest({ instanceId: id['b'] }));
    await until('it is Running', async () => (await status()) === 'Running');
    expect((await region.exec('bb', ['cat', '/root/file'])).stdout.trim()).toBe('kept');
    await until('it is reached again', () => ping('aa', '10.0.1.11'));
  });

  it('down and up: instances that ran run again from their disks', async () => {
    const down = await yunlan(['down', '--data', region.data]);
    expect(down.code).toBe(0);
    const up = await yunlan(['up', '--data', region.data, '--port', '0', '--driver', 'linux', '--detach', '--json']);
    expect(up.code).toBe(0);
    await until('b is reached', () => ping('aa', '10.0.1.11'), 20_000);
    expect((await region.exec('bb', ['cat', '/root/file'])).stdout.trim()).toBe('kept');
  });

  it('reset leaves no process, mount, namespace or file; the machine is as it was', async () => {
    await region.close();
    const left = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(region.data);
        } catch {
          return false;
        }
      });
    expect(left).toEqual([]);
    expect(() => statSync(region.data)).toThrow();
    expect(machineState()).toEqual(before);
  });
});
