/** The command line against a region with real instances: streams, signals, and what a killed daemon leaves. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Announced, start, yunlan } from '../cli/launcher.ts';
import { until } from './launched-region.ts';

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';

describe('the command line and a running instance', () => {
  const data = mkdtempSync(join(tmpdir(), 'yunlan-line-'));
  const at = ['--data', data] as const;
  let told: Announced;
  /** Like no other process of the machine: other runs of the tests may be at work. */
  const lasting = `sleep 777${process.pid}`;

  const ask = async (...words: string[]) => {
    const { code, stdout, stderr } = await yunlan([...words, ...at]);
    if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const up = async (): Promise<Announced> => ask('up', '--driver', 'linux', '--port', '0', '--detach', '--json');
  const exec = (command: readonly string[], input?: string) =>
    yunlan(['exec', ...at, 'web', '--', ...command], input === undefined ? {} : { input });
  const out = async (...command: string[]): Promise<string> => (await exec(command)).stdout.trim();
  const state = async () => (await ask('ecs', 'DescribeInstances')).Instances.Instance[0].Status;
  const reach = (status: string) => until(`the instance is ${status}`, async () => (await state()) === status, 30_000);

  /** Processes of the machine whose arguments hold this text, in whatever namespace. */
  const processes = (text: string): number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').startsWith(text);
        } catch {
          return false;
        }
      })
      .map(Number);

  beforeAll(async () => {
    told = await up();
    const { VpcId } = await ask('vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/16');
    const vpc = async () => (await ask('vpc', 'DescribeVpcs')).Vpcs.Vpc[0].Status;
    await until('the VPC is Available', async () => (await vpc()) === 'Available', 30_000);
    const place = ['--VpcId', VpcId, '--ZoneId', 'cn-hangzhou-h', '--CidrBlock', '10.0.1.0/24'];
    const { VSwitchId } = await ask('vpc', 'CreateVSwitch', ...place);
    const vswitch = async () => (await ask('vpc', 'DescribeVSwitches')).VSwitches.VSwitch[0].Status;
    await until('the VSwitch is Available', async () => (await vswitch()) === 'Available', 30_000);
    const { SecurityGroupId } = await ask('ecs', 'CreateSecurityGroup', '--VpcId', VpcId);
    const where = ['--VSwitchId', VSwitchId, '--SecurityGroupId', SecurityGroupId, '--InstanceName', 'web'];
    const userData = Buffer.from('#!/bin/sh\necho said at the first boot\n').toString('base64');
    const what = ['--InstanceType', 'ecs.g6.large', '--ImageId', IMAGE, '--UserData', userData];
    await ask('ecs', 'RunInstances', ...where, ...what);
    await reach('Running');
  });

  afterAll(async () => {
    const { code, stderr } = await yunlan(['reset', '--yes', ...at]);
    if (code !== 0) throw new Error(`reset failed: ${stderr}`);
    rmSync(data, { recursive: true, force: true });
  });

  it('exec passes output, errors and exit status apart', async () => {
    expect(await exec(['sh', '-c', 'echo out; echo err >&2; exit 7'])).toMatchObject({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect((await exec(['sh', '-c', 'kill -9 $$'])).code).toBe(137);
    expect((await exec(['/no/such/program'])).code).toBe(127);
    expect(await out('printf', '%s|', 'a b', '', '--data', '$HOME')).toBe('a b||--data|$HOME|');
  });

  it('exec passes megabytes of input', async () => {
    const input = 'Yunlan 云\n'.repeat(300_000);
    const sum = createHash('sha256').update(input).digest('hex');
    expect((await exec(['sha256sum'], input)).stdout).toBe(`${sum}  -\n`);
    expect((await exec(['cat'], input)).stdout === input).toBe(true);
  });

  it('exec ends with its command though its own input stays open', async () => {
    const running = start(['exec', ...at, 'web', '--', 'true'], { keepInput: true });
    expect((await running.ended).code).toBe(0);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s at exec ends the command in the instance', async (signal, code) => {
    const mark = `sleep ${code}${process.pid}`;
    const running = start(['exec', ...at, 'web', '--', 'sh', '-c', `echo begun; ${mark}; echo over`]);
    await running.says('begun');
    await expect.poll(() => processes(mark)).toHaveLength(1);
    running.child.kill(signal);
    expect((await running.ended).code).toBe(code);
    await expect.poll(() => processes(mark), { timeout: 10_000 }).toHaveLength(0);
  });

  it('log shows the console, whole or its end', async () => {
    expect((await yunlan(['log', 'web', ...at])).stdout).toContain('said at the first boot\n');
    expect((await yunlan(['log', 'web', '--tail', '5', ...at])).stdout).toHaveLength(5);
  });

  it('a killed daemon leaves instances running; the next one takes them over', async () => {
    await exec(['sh', '-c', `setsid ${lasting} >/dev/null 2>&1 &`]);
    await expect.poll(() => processes(lasting)).toHaveLength(1);
    const [before] = processes(lasting);
    process.kill(told.pid, 'SIGKILL');
    await expect.poll(async () => (await yunlan(['status', ...at])).code).toBe(1);
    expect(processes(lasting)).toEqual([before]);
    told = await up();
    expect(await out('hostname')).not.toBe('');
    expect(processes(lasting)).toEqual([before]);
  });

  it('down ends what a killed daemon left, and up starts it again from its disk', async () => {
    await exec(['sh', '-c', 'echo kept >/root/file; sync']);
    process.kill(told.pid, 'SIGKILL');
    await expect.poll(async () => (await yunlan(['status', ...at])).code).toBe(1);
    const down = await yunlan(['down', ...at]);
    expect(down.code).toBe(0);
    expect(down.stderr).toContain('had been killed');
    expect(processes(lasting)).toEqual([]);
    told = await up();
    await reach('Running');
    expect(await out('cat', '/root/file')).toBe('kept');
  });
});
