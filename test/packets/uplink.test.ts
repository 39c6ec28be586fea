/**
 * `up --uplink`: the machine reaches public addresses, instances reach the world under the machine's address, and all of
 * it is taken back. The machine is a namespace of the test; what must be refused is tried as an ordinary user too.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AS_ROOT, yunlan } from '../cli/launcher.ts';
import { until } from './launched-region.ts';
import { MACHINE, type MachineLab, makeMachine, WORLD } from './machine-lab.ts';

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';
const SERVE =
  '#!/bin/sh\nmkdir -p /srv && cd /srv && hostname > index.html\npython3 -m http.server 80 >/dev/null 2>&1 &\n';
const UP = ['up', '--driver', 'linux', '--port', '0', '--detach', '--json'] as const;
const UNDO = new URL('../../src/drivers/linux/machine-uplink.ts', import.meta.url).pathname;

const whenRoot = () => {
  describe('A3 the uplink of a machine', () => {
    let lab: MachineLab;
    let data: string;
    let before: string;
    let pid = 0;

    const line = (...words: string[]) => yunlan(['--data', data, ...words], { through: lab.on });
    const ask = async (...words: string[]) => {
      const { code, stdout, stderr } = await line(...words);
      if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
      return stdout === '' ? undefined : JSON.parse(stdout);
    };
    const up = async (...more: string[]) => {
      ({ pid } = await ask(...UP, ...more));
    };
    const kill = async () => {
      process.kill(pid, 'SIGKILL');
      await until('the daemon is gone', async () => (await line('status')).code === 1);
    };
    const linked = () => lab.state().includes('198.18.0.0/15 via');
    const get = async (instance: string, address: string) => {
      const { stdout } = await line('exec', instance, '--', 'curl', '-sS', '--max-time', '2', `http://${address}/`);
      return stdout.trim();
    };

    beforeAll(async () => {
      lab = await makeMachine();
    });
    afterAll(() => lab.close());
    beforeEach(() => {
      data = mkdtempSync(join(tmpdir(), 'yunlan-uplink-'));
      before = lab.state();
    });
    afterEach(async () => {
      const { code, stderr } = await line('reset', '--yes');
      rmSync(data, { recursive: true, force: true });
      expect(stderr).not.toContain('Error');
      expect(code).toBe(0);
      expect(lab.state()).toBe(before);
    });

    async function runInstance(name: string, place: readonly string[]): Promise<string> {
      const userData = Buffer.from(SERVE).toString('base64');
      const what = ['--InstanceType', 'ecs.g6.large', '--ImageId', IMAGE, '--UserData', userData];
      const made = await ask('ecs', 'RunInstances', ...place, ...what, '--InstanceName', name, '--HostName', name);
      const [id] = made.InstanceIdSets.InstanceIdSet;
      const asked = ['ecs', 'DescribeInstances', '--InstanceIds', JSON.stringify([id])];
      const runs = async () => (await ask(...asked)).Instances.Instance[0].Status === 'Running';
      await until(`${name} runs`, runs, 30_000);
      return id;
    }

    it('joins machine, region and world, and no more', async () => {
      await up('--uplink');
      const { VpcId } = await ask('vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/16');
      const available = async (what: string) => {
        const { Vpcs, VSwitches } = await ask('vpc', `Describe${what}`);
        return (Vpcs?.Vpc ?? VSwitches.VSwitch)[0].Status === 'Available';
      };
      await until('the VPC is there', () => available('Vpcs'));
      const cut = ['--VpcId', VpcId, '--ZoneId', 'cn-hangzhou-h', '--CidrBlock', '10.0.1.0/24'];
      const { VSwitchId } = await ask('vpc', 'CreateVSwitch', ...cut);
      await until('the VSwitch is there', () => available('VSwitches'));
      const { SecurityGroupId } = await ask('ecs', 'CreateSecurityGroup', '--VpcId', VpcId);
      const open = ['--IpProtocol', 'all', '--PortRange', '-1/-1', '--SourceCidrIp', '0.0.0.0/0'];
      await ask('ecs', 'AuthorizeSecurityGroup', '--SecurityGroupId', SecurityGroupId, ...open);
      const place = ['--VSwitchId', VSwitchId, '--SecurityGroupId', SecurityGroupId];
      const web = await runInstance('web', place);
      await runInstance('hidden', place);
      const { AllocationId, EipAddress } = await ask('vpc', 'AllocateEipAddress');
      const bind = ['--AllocationId', AllocationId, '--InstanceId', web, '--InstanceType', 'EcsInstance'];
      await ask('vpc', 'AssociateEipAddress', ...bind);
      const eips = async () => (await ask('vpc', 'DescribeEipAddresses')).EipAddresses.EipAddress[0].Status;
      await until('the EIP is in use', async () => (await eips()) === 'InUse');

      const fetch = `curl -sS --max-time 2 http://${EipAddress}/`;
      expect(lab.machine(fetch).trim()).toBe('web');
      expect(await get('web', WORLD)).toBe(MACHINE);
      expect(await get('internet', WORLD)).toBe(MACHINE);
      expect(await get('internet', EipAddress)).toBe('web');
      // Without a public address there is no way out.
      expect(await get('hidden', 'web')).toBe('web');
      expect(await get('hidden', WORLD)).toBe('');
      // The world knows the machine as a router, and may begin nothing through it.
      expect(lab.world(`ip route add 198.18.0.0/15 via ${MACHINE}`).code).toBe(0);
      expect(lab.world(fetch).code).toBe(28);
      // An address of the pool that leads nowhere does not leave either.
      expect(await get('web', '198.19.255.1')).toBe('');

      // X1: analysis and packet say the same of what leaves, and nothing is sent for who is out there.
      const why = async (...words: string[]) => JSON.parse((await line('why', ...words, '--probe', '--json')).stdout);
      const agreed = { Probe: { Outcome: 'Delivered', Agreement: 'Agrees' } };
      expect(await why('web', WORLD, '--port', '80')).toMatchObject({
        Reason: 'LeavesByUplink',
        Probe: { ...agreed.Probe, Answer: 'SynAck' },
      });
      expect(await why('internet', WORLD)).toMatchObject({ Reason: 'LeavesByUplink', ...agreed });
      expect(await why('internet', 'web', '--port', '80')).toMatchObject({ Reason: 'Delivered', ...agreed });
      expect(await why('hidden', WORLD)).toMatchObject({
        Reason: 'NoPublicAddress',
        Probe: { Outcome: 'Refused', Agreement: 'Agrees' },
      });
      expect(await why('internet', 'web', '--source-address', WORLD)).toMatchObject({
        Reason: 'Delivered',
        Probe: { Outcome: 'NotSent', Agreement: 'Unknown' },
      });

      // A killed daemon leaves it as it is; the next one without the option takes it back.
      await kill();
      expect(lab.machine(fetch).trim()).toBe('web');
      await up();
      expect(linked()).toBe(false);
      expect(lab.state()).toBe(before);
      // The edge is still becoming one without a world when the daemon says that it is ready.
      await until('it is reached from outside', async () => (await get('internet', EipAddress)) === 'web');
      expect(await get('web', WORLD)).toBe('');

      // An address that was given out keeps its pool.
      await ask('down');
      const other = await line(...UP, '--public-pool', '198.51.0.0/24');
      expect(other).toMatchObject({ code: 1, stdout: '' });
      expect(other.stderr).toMatch(new RegExp(`198\\.51\\.0\\.0/24 does not hold ${EipAddress} of ${AllocationId}`));
    });

    it('is taken back by down, also after a kill, and made again when somebody has removed it', async () => {
      await up('--uplink');
      await until('the link is there', async () => linked());
      await until('the machine forwards', async () => lab.machine('cat /proc/sys/net/ipv4/ip_forward').trim() === '1');
      lab.machine('ip link delete dev yunlan-uplink');
      await until('the link is there again', async () => linked(), 60_000);
      await ask('down');
      expect(lab.state()).toBe(before);

      await up('--uplink');
      await until('the link is there', async () => linked());
      await kill();
      expect(linked()).toBe(true);
      const first = lab.machine('nft list tables');
      await up('--uplink');
      await until('it is made anew', async () => linked() && lab.machine('nft list tables') !== first);
      await kill();
      await ask('down');
      expect(lab.state()).toBe(before);
    });

    it('leaves forwarding on where it was on', async () => {
      lab.machine('echo 1 >/proc/sys/net/ipv4/ip_forward');
      const forwarding = lab.state();
      await up('--uplink', '--public-pool', '198.51.0.0/24');
      await until('the link is there', async () => lab.state().includes('198.51.0.0/24 via'));
      await ask('down');
      expect(lab.state()).toBe(forwarding);
      lab.machine(
        'cd /proc/sys/net/ipv4; echo 0 >ip_forward; echo 0 >conf/all/accept_redirects; echo 1 >conf/lan0/forwarding',
      );
    });

    it('is refused where the machine routes the pool elsewhere, or has an uplink already', async () => {
      lab.machine(`ip route add 198.18.7.0/24 via ${WORLD}`);
      const refused = await line(...UP, '--uplink');
      lab.machine('ip route delete 198.18.7.0/24');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/^yunlan: .*this machine routes 198\.18\.7\.0\/24 elsewhere.*\n$/m);
      lab.machine('ip link add yunlan-uplink type veth peer name other');
      const second = await line(...UP, '--uplink', '--public-pool', '198.51.0.0/24');
      lab.machine('ip link delete yunlan-uplink');
      expect(second.stderr).toContain('another region of this machine has its uplink');
    });

    it.each([
      ['the record alone', ''],
      ['the link', 'ip link add dev yunlan-uplink address 02:79:12:34:ab:cd type veth peer name other'],
      [
        'the link, the rules and forwarding',
        'ip link add dev yunlan-uplink address 02:79:12:34:ab:cd type veth peer name other; nft add table ip yunlan_uplink_1234abcd; echo 1 >/proc/sys/net/ipv4/ip_forward',
      ],
    ])('a kill after %s is taken back, twice no worse than once', async (_name, done) => {
      const names = lab.machine('ls /proc/sys/net/ipv4/conf').trim().split('\n');
      const value = (path: string) => lab.machine(`cat /proc/sys/net/ipv4/${path}`).trim();
      const paths = ['conf/all/accept_redirects', ...names.map((name) => `conf/${name}/forwarding`)];
      const settings = Object.fromEntries(paths.map((path) => [path, value(path)]));
      const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const namespace = lab.machine('readlink /proc/self/ns/net').trim();
      lab.machine(done || 'true');
      const record = { token: '1234abcd', bootId, namespace, ...(done.includes('ip_forward') ? { settings } : {}) };
      const undo = `const { undoMachineUplink } = await import('${UNDO}'); await undoMachineUplink('${data}', { info() {} });`;
      for (let times = 0; times < 2; times += 1) {
        writeFileSync(join(data, 'uplink.json'), JSON.stringify(record));
        lab.machine(`'${process.execPath}' --input-type=module -e "${undo}"`);
        expect(lab.state()).toBe(before);
      }
    });
  });
};

const whenOrdinary = () => {
  describe('the uplink without root', () => {
    it('is refused in one line, and nothing is made', async () => {
      const data = join(tmpdir(), `yunlan-no-uplink-${process.pid}`);
      const { code, stdout, stderr } = await yunlan([...UP, '--uplink', '--data', data]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^yunlan: --uplink .*only root may.*\n$/);
      expect(() => readFileSync(data)).toThrow('ENOENT');
    });
  });
};

if (AS_ROOT) whenRoot();
else whenOrdinary();
