/**
 * The table of docs/guides/life-cycle.md, line by line: what becomes of an instance's disk, processes, open flows,
 * addresses, public address and status. And a daemon that is killed while it makes instances and while packets flow.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHolder } from '../../src/drivers/linux/holder.ts';
import { run } from '../../src/shell/shell.ts';
import { silentLog } from '../../src/values/log.ts';
import { type LaunchedRegion, launchRegion, until, yunlan } from './launched-region.ts';

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';
const FLOW = readFileSync(new URL('./flow-in-instance.py', import.meta.url), 'utf8');

/** A region with one network, and instances in it that may do anything to each other. */
class Life {
  readonly region: LaunchedRegion;
  vswitch = '';
  group = '';

  constructor(region: LaunchedRegion) {
    this.region = region;
  }

  static async begin(): Promise<Life> {
    const life = new Life(await launchRegion());
    const { VpcId } = await life.vpc('CreateVpc', { CidrBlock: '10.0.0.0/16' });
    const vpc = async () => (await life.vpc('DescribeVpcs', { VpcId })).Vpcs.Vpc[0].Status;
    await until('the VPC is Available', async () => (await vpc()) === 'Available');
    const place = { VpcId, ZoneId: 'cn-hangzhou-h', CidrBlock: '10.0.1.0/24' };
    life.vswitch = (await life.vpc('CreateVSwitch', place)).VSwitchId;
    const vswitch = async () => (await life.vpc('DescribeVSwitches', {})).VSwitches.VSwitch[0].Status;
    await until('the VSwitch is Available', async () => (await vswitch()) === 'Available');
    life.group = (await life.ecs('CreateSecurityGroup', { VpcId })).SecurityGroupId;
    await life.authorize('icmp', '-1/-1');
    await life.authorize('tcp', '7000/7099');
    return life;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely
  ecs(action: string, request: object): Promise<any> {
    const parameters = { RegionId: 'cn-hangzhou', ...request };
    return this.region.pop('2014-05-26').request(action, parameters, { method: 'POST' });
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely
  vpc(action: string, request: object): Promise<any> {
    const parameters = { RegionId: 'cn-hangzhou', ...request };
    return this.region.pop('2016-04-28').request(action, parameters, { method: 'POST' });
  }

  authorize(IpProtocol: string, PortRange: string): Promise<unknown> {
    const rule = { IpProtocol, PortRange, SourceCidrIp: '0.0.0.0/0' };
    return this.ecs('AuthorizeSecurityGroup', { SecurityGroupId: this.group, ...rule });
  }

  async create(more: object): Promise<string> {
    const what = { InstanceType: 'ecs.g6.large', ImageId: IMAGE, VSwitchId: this.vswitch, SecurityGroupId: this.group };
    const { InstanceIdSets } = await this.ecs('RunInstances', { ...what, ...more });
    return InstanceIdSets.InstanceIdSet[0];
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely
  async describe(id: string): Promise<any> {
    const { Instances } = await this.ecs('DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    return Instances.Instance[0];
  }

  reach(id: string, status: string): Promise<void> {
    return until(`${id} is ${status}`, async () => (await this.describe(id)).Status === status, 30_000);
  }

  async out(id: string, ...command: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.region.exec(id, command);
    if (code !== 0) throw new Error(`${command.join(' ')} in ${id}: ${code} ${stderr}`);
    return stdout.trim();
  }

  /** Starts flow-in-instance.py in the background of an instance. */
  async flow(id: string, name: string, ...words: string[]): Promise<Flow> {
    await this.out(id, 'sh', '-c', 'setsid python3 -c "$0" "$@" >/dev/null 2>&1 &', FLOW, ...words, `/root/${name}`);
    const flow = new Flow(join(this.region.data, 'disks', id, 'root', 'root', name));
    await until(`${name} has begun`, async () => flow.lines().length > 0);
    return flow;
  }

  pings = async (from: string, address: string): Promise<boolean> =>
    (await this.region.exec(from, ['ping', '-c1', '-W1', address])).code === 0;
}

/** What a flow has written on its instance's disk: readable while no daemon serves. */
class Flow {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  lines(): string[] {
    try {
      return readFileSync(this.#path, 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }

  /** Waits until more has come than now, and that nothing has ended. */
  async goesOn(): Promise<void> {
    const before = Number(this.lines().at(-1));
    expect(before).toBeGreaterThan(0);
    await until('more has come', async () => {
      const last = this.lines().at(-1) ?? '';
      expect(last).not.toContain('ended');
      return Number(last) > before;
    });
  }

  async begins(): Promise<void> {
    await until('the first answer', async () => Number(this.lines().at(-1)) > 0);
  }
}

/** What names an instance's network to others. */
async function facts(life: Life, id: string): Promise<unknown> {
  const { InstanceId, HostName, VpcAttributes, EipAddress, NetworkInterfaces } = await life.describe(id);
  const [{ NetworkInterfaceId, MacAddress, PrimaryIpAddress }] = NetworkInterfaces.NetworkInterface;
  const privateAddress = VpcAttributes.PrivateIpAddress.IpAddress;
  return { InstanceId, HostName, privateAddress, EipAddress, NetworkInterfaceId, MacAddress, PrimaryIpAddress };
}

describe('A1 A3 the life of an instance', () => {
  let life: Life;
  let subject: string;
  let peer: string;
  let idle: string;
  let address: string;
  let known: unknown;
  /** A process of the instance that only a boot ends. */
  const lasting = `777${process.pid}`;

  beforeAll(async () => {
    life = await Life.begin();
    subject = await life.create({ HostName: 'subject', InstanceName: 'subject', PrivateIpAddress: '10.0.1.10' });
    peer = await life.create({ HostName: 'peer', PrivateIpAddress: '10.0.1.11' });
    idle = await life.create({ HostName: 'idle', PrivateIpAddress: '10.0.1.12' });
    for (const id of [subject, peer, idle]) await life.reach(id, 'Running');
    const { AllocationId, EipAddress } = await life.vpc('AllocateEipAddress', {});
    address = EipAddress;
    await life.vpc('AssociateEipAddress', { AllocationId, InstanceId: subject });
    await until('the EIP is InUse', async () => (await eip()).Status === 'InUse');
    await life.out(subject, 'sh', '-c', 'echo kept >/root/file');
    await life.ecs('StopInstance', { InstanceId: idle });
    await life.reach(idle, 'Stopped');
    known = await facts(life, subject);
    await begin();
  }, 120_000);

  afterAll(() => life?.region.close(), 60_000);

  const eip = async () => (await life.vpc('DescribeEipAddresses', {})).EipAddresses.EipAddress[0];
  const bootOf = (id: string) => life.out(id, 'cut', '-d', ' ', '-f22', '/proc/1/stat');
  const lastingOnes = async () => Number(await life.out(subject, 'sh', '-c', `pgrep -fx 'sleep ${lasting}' | wc -l`));

  /** Gives the instance a process and flows: one within the network each way, one from outside. */
  let inner: Flow;
  let toSubject: Flow;
  let outer: Flow;
  async function begin(): Promise<void> {
    await life.out(subject, 'sh', '-c', `setsid sleep ${lasting} >/dev/null 2>&1 &`);
    await until('it runs', async () => (await lastingOnes()) > 0);
    for (const id of [subject, peer]) {
      if ((await life.out(id, 'sh', '-c', 'ss -Hltn sport = :7000')) === '')
        await life.flow(id, 'echo', 'echo', '7000');
    }
    inner = await life.flow(subject, 'inner', 'talk', '10.0.1.11', '7000');
    toSubject = await life.flow(peer, 'to-subject', 'talk', '10.0.1.10', '7000');
    outer = await life.flow('internet', 'outer', 'talk', address, '7000');
    for (const flow of [inner, toSubject, outer]) await flow.begins();
  }

  /** Disk, addresses and public address, which survive everything but `reset`. */
  async function isItself(): Promise<void> {
    expect(await facts(life, subject)).toEqual(known);
    expect(await life.out(subject, 'cat', '/root/file')).toBe('kept');
    const { MacAddress, PrimaryIpAddress } = known as { MacAddress: string; PrimaryIpAddress: string };
    const shown = await life.out(subject, 'ip', 'address', 'show', 'dev', 'eth0');
    expect(shown).toContain(`link/ether ${MacAddress}`);
    expect(shown).toContain(`inet ${PrimaryIpAddress}/24`);
    expect(await eip()).toMatchObject({ IpAddress: address, Status: 'InUse', InstanceId: subject });
    await until('it is reached from inside', () => life.pings(peer, '10.0.1.10'));
    await until('it is reached from outside', () => life.pings('internet', address));
  }

  /** A boot has ended what ran, and its flows with it. */
  async function hasBooted(before: string): Promise<void> {
    expect(await bootOf(subject)).not.toBe(before);
    expect(await lastingOnes()).toBe(0);
    expect((await life.region.exec(subject, ['sh', '-c', 'ss -Htn state established | grep .'])).code).toBe(1);
  }

  it('stop: disk, addresses and EIP stay; processes and flows end; Stopped', async () => {
    await life.ecs('StopInstance', { InstanceId: subject });
    await life.reach(subject, 'Stopped');
    expect(await facts(life, subject)).toEqual(known);
    expect(await eip()).toMatchObject({ IpAddress: address, Status: 'InUse', InstanceId: subject });
    expect(readFileSync(join(life.region.data, 'disks', subject, 'root', 'root', 'file'), 'utf8')).toBe('kept\n');
    const refused = await life.region.exec(subject, ['true']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('IncorrectInstanceStatus')]);
    expect(await life.pings(peer, '10.0.1.10')).toBe(false);
    expect(await life.pings('internet', address)).toBe(false);
    // It said good-bye to its peers while it ended.
    await until('the peer has no flow left', async () => {
      return (await life.out(peer, 'sh', '-c', 'ss -Htn state established dst 10.0.1.10')) === '';
    });
  });

  it('start: the same disk, addresses and EIP, no process of before; Running', async () => {
    await life.ecs('StartInstance', { InstanceId: subject });
    await life.reach(subject, 'Running');
    await isItself();
    await hasBooted('');
    await begin();
  });

  it('reboot: the same disk, addresses and EIP, no process of before; Running again', async () => {
    const before = await bootOf(subject);
    await life.ecs('RebootInstance', { InstanceId: subject });
    await until('it boots anew', async () => {
      const { code, stdout } = await life.region.exec(subject, ['cut', '-d', ' ', '-f22', '/proc/1/stat']);
      return code === 0 && stdout.trim() !== before;
    });
    await life.reach(subject, 'Running');
    await isItself();
    await hasBooted(before);
    await begin();
  });

  it('daemon killed and started: nothing is lost, flows go on also meanwhile; Running', async () => {
    const before = await bootOf(subject);
    const flows = [inner, toSubject, outer];
    life.region.killDaemon();
    for (const flow of flows) await flow.goesOn();
    await life.region.startDaemon();
    for (const flow of flows) await flow.goesOn();
    await isItself();
    expect((await life.describe(subject)).Status).toBe('Running');
    expect(await bootOf(subject)).toBe(before);
    expect(await lastingOnes()).toBe(1);
    // Also after the network was changed by the new daemon.
    await life.authorize('tcp', '8000/8000');
    for (const flow of flows) await flow.goesOn();
  });

  it('helpers of the daemon killed: the next change of rules works, flows go on', async () => {
    const holder = await openHolder({ runDir: join(life.region.data, 'run'), log: silentLog });
    const helpers = async () => {
      const script =
        'for p in /proc/[0-9]*; do echo "$(basename $p) $(tr "\\0" " " <$p/cmdline)"; done 2>/dev/null || :';
      const { stdout } = await run(holder.inside(['sh', '-c', script]));
      return [...stdout.matchAll(/^(\d+) (?:nft -i|sh -s) $/gm)].map(([, pid]) => pid ?? '');
    };
    // They are there after a change, and idle.
    await life.authorize('tcp', '8001/8001');
    await until('helpers are there', async () => (await helpers()).length > 1);
    const killed = await helpers();
    await run(holder.inside(['kill', '-KILL', ...killed]), { accept: [0, 1] });
    await life.flow(subject, 'late', 'echo', '8002');
    const connects = async () =>
      (await life.region.exec('internet', ['timeout', '1', 'bash', '-c', `: </dev/tcp/${address}/8002`])).code === 0;
    expect(await connects()).toBe(false);
    await life.authorize('tcp', '8002/8002');
    await until('the new rule holds', connects);
    await until('others are there', async () => (await helpers()).some((pid) => !killed.includes(pid)));
    for (const flow of [inner, toSubject, outer]) await flow.goesOn();
  });

  it('down and up: the same disk, addresses and EIP, no process of before; Running, and what was Stopped stays so', async () => {
    const before = await bootOf(subject);
    const down = await yunlan(['down', '--data', life.region.data]);
    expect([down.code, down.stderr]).toEqual([0, expect.anything()]);
    expect(() => process.kill(holderPid(), 0)).toThrow();
    await life.region.startDaemon();
    await life.reach(subject, 'Running');
    await life.reach(peer, 'Running');
    await isItself();
    await hasBooted(before);
    expect((await life.describe(idle)).Status).toBe('Stopped');
    expect((await life.region.exec(idle, ['true'])).code).toBe(1);
    await begin();
  });

  it('the machine restarted: as down and up', async () => {
    const before = await bootOf(subject);
    const holder = holderPid();
    life.region.killDaemon();
    process.kill(holder, 'SIGKILL');
    await until('nothing lives', async () => !lives(holder));
    await life.region.startDaemon();
    await life.reach(subject, 'Running');
    await life.reach(peer, 'Running');
    await isItself();
    await hasBooted(before);
    expect((await life.describe(idle)).Status).toBe('Stopped');
    await begin();
  });

  it('the namespaces ended under a living daemon: as down and up, by itself', async () => {
    const before = await bootOf(subject);
    const holder = holderPid();
    const pid = daemonPid();
    process.kill(holder, 'SIGKILL');
    const boot = async () => {
      const { code, stdout } = await life.region.exec(subject, ['cut', '-d', ' ', '-f22', '/proc/1/stat']);
      return code === 0 && stdout.trim() !== before;
    };
    await until('the subject boots', boot, 30_000);
    for (const id of [subject, peer]) await life.reach(id, 'Running');
    await isItself();
    await hasBooted(before);
    expect((await life.describe(idle)).Status).toBe('Stopped');
    expect(holderPid()).not.toBe(holder);
    expect(daemonPid()).toBe(pid);
    await begin();
  });

  it('reset: nothing is left', async () => {
    const { data } = life.region;
    const holder = holderPid();
    const ended = await yunlan(['reset', '--yes', '--data', data]);
    expect([ended.code, ended.stderr]).toEqual([0, expect.anything()]);
    expect(lives(holder)).toBe(false);
    expect(() => statSync(data)).toThrow('ENOENT');
    const processes = readdirSync('/proc').filter((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return /^\d+$/.test(name) && (line.includes(data) || line === `sleep\0${lasting}\0`);
      } catch {
        return false;
      }
    });
    expect(processes).toEqual([]);
    const mounts = readFileSync('/proc/self/mounts', 'utf8');
    expect(mounts).not.toContain(data);
    const status = await yunlan(['status', '--data', data]);
    expect(status.code).not.toBe(0);
  });

  const daemonPid = (): number => JSON.parse(readFileSync(join(life.region.data, 'daemon.json'), 'utf8')).pid;
  const holderPid = (): number =>
    JSON.parse(readFileSync(join(life.region.data, 'run', 'holder.json'), 'utf8')).process.pid;

  /** A process that has ended is a zombie as long as whoever started it does not ask. */
  function lives(pid: number): boolean {
    try {
      return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  }
});

describe('A1 a daemon that is killed', () => {
  let life: Life;
  let source: string;
  let target: string;

  beforeAll(async () => {
    life = await Life.begin();
    source = await life.create({ HostName: 'source', PrivateIpAddress: '10.0.1.10' });
    target = await life.create({ HostName: 'target', PrivateIpAddress: '10.0.1.11' });
    for (const id of [source, target]) await life.reach(id, 'Running');
  }, 120_000);

  afterAll(() => life?.region.close(), 60_000);

  it('while it makes instances: answered ones are there, repeated calls make each once; a flow goes on', async () => {
    const drain = await life.flow(target, 'drain', 'drain', '7001');
    await life.flow(source, 'pour', 'pour', '10.0.1.11', '7001');
    await drain.begins();
    await drain.goesOn();

    const tokens = Array.from({ length: 20 }, (_, at) => `burst-${at}`);
    const answered = new Map<string, string>();
    let killed = false;
    const create = (ClientToken: string) => life.create({ ClientToken, HostName: ClientToken });
    const waiting = [...tokens];
    // Eight calls at a time: at the fifth answer some are under way and some are yet to come, however fast the daemon is.
    const call = async () => {
      for (let token = waiting.shift(); token !== undefined; token = waiting.shift()) {
        try {
          answered.set(token, await create(token));
          if (answered.size === 5 && !killed) {
            killed = true;
            life.region.killDaemon();
          }
        } catch (error) {
          if (!killed) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, call));
    expect(killed).toBe(true);
    expect(answered.size).toBeLessThan(20);
    await drain.goesOn();

    await life.region.startDaemon();
    await drain.goesOn();
    for (const id of answered.values()) expect((await life.describe(id))?.InstanceId).toBe(id);
    for (const [token, id] of answered) expect(await create(token)).toBe(id);
    for (const token of tokens) if (!answered.has(token)) answered.set(token, await create(token));
    for (const [token, id] of answered) expect(await create(token)).toBe(id);

    const all = async () => (await life.ecs('DescribeInstances', { PageSize: 100 })).Instances.Instance;
    await until(
      'all are Running',
      async () => (await all()).every((one: { Status: string }) => one.Status === 'Running'),
      60_000,
    );
    const instances = await all();
    expect(instances).toHaveLength(22);
    expect(new Set(answered.values()).size).toBe(20);
    const addresses = instances.map(
      (one: { VpcAttributes: { PrivateIpAddress: { IpAddress: string[] } } }) =>
        one.VpcAttributes.PrivateIpAddress.IpAddress[0],
    );
    expect(new Set(addresses).size).toBe(22);
    for (const [token, id] of answered) {
      const { HostName, VpcAttributes } = await life.describe(id);
      expect(HostName).toBe(token);
      const [one] = VpcAttributes.PrivateIpAddress.IpAddress;
      await until(`${token} answers`, () => life.pings(source, one));
    }
    await drain.goesOn();
    expect(drain.lines().some((line) => line.includes('ended'))).toBe(false);
  }, 120_000);
});
