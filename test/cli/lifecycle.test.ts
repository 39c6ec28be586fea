/** From `up` to `reset`: what is told, what survives, what is left. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, start, UP, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

const cidrs = async (data: string): Promise<string[]> => {
  const { stdout } = await yunlan(['vpc', 'DescribeVpcs', '--data', data]);
  return JSON.parse(stdout).Vpcs.Vpc.map((vpc: { CidrBlock: string }) => vpc.CidrBlock);
};

describe('a detached region', () => {
  it('tells all a program needs in one line, and answers by then', async () => {
    const data = join(scratch(), 'data');
    const { code, stdout, stderr } = await yunlan([...UP, '--data', data]);
    expect(stderr).not.toContain('yunlan:');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    const told = JSON.parse(stdout);
    expect(told).toEqual({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      console: `${told.endpoint}/console/`,
      accessKeyId: expect.stringMatching(/^LTAI\w{20}$/),
      accessKeySecret: expect.stringMatching(/^\w{30}$/),
      region: 'cn-hangzhou',
      driver: 'simulated',
      data,
      pid: expect.any(Number),
    });
    expect(isRunning(told.pid)).toBe(true);
    const page = await fetch(told.console);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Yunlan');

    const status = await yunlan(['status', '--json', '--data', data]);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({
      running: true,
      problem: null,
      endpoint: told.endpoint,
      accessKeyId: told.accessKeyId,
      driver: 'simulated',
      realPackets: false,
      data,
      pid: told.pid,
    });
    expect(status.stdout).not.toContain(told.accessKeySecret);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(statSync(join(data, 'credentials.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(data, 'daemon.log'), 'utf8')).not.toContain(told.accessKeySecret);
  });

  it('throttles as it is told to', async () => {
    const data = join(scratch(), 'data');
    await up(data, ['--throttle', '1000', '--throttle', 'Vpc.DescribeVpcs=1']);
    const ask = (...words: string[]) => yunlan([...words, '--data', data]);
    expect((await ask('vpc', 'DescribeVpcs')).code).toBe(0);
    const second = await ask('vpc', 'DescribeVpcs');
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringMatching(/^Throttling: .*At most 1 a minute of DescribeVpcs/),
    ]);
    expect((await ask('vpc', 'DescribeVSwitches')).code).toBe(0);
    const wrong = await yunlan([...UP, '--data', data, '--throttle', 'Ecs.DescribeVpcs=1']);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('there is no such action');
  });

  it('ends with down, and comes back with its state and its key', async () => {
    const data = join(scratch(), 'data');
    const first = await up(data);
    expect((await yunlan(['vpc', 'CreateVpc', '--CidrBlock', '10.1.0.0/16', '--data', data])).code).toBe(0);
    const down = await yunlan(['down', '--data', data]);
    expect(down).toMatchObject({ code: 0, stdout: '' });
    expect(isRunning(first.pid)).toBe(false);
    expect(existsSync(join(data, 'daemon.json'))).toBe(false);

    const status = await yunlan(['status', '--json', '--data', data]);
    expect(status.code).toBe(1);
    expect(JSON.parse(status.stdout)).toMatchObject({ running: false, endpoint: null, pid: null });

    const second = await up(data);
    expect(second.accessKeyId).toBe(first.accessKeyId);
    expect(second.accessKeySecret).toBe(first.accessKeySecret);
    expect(await cidrs(data)).toEqual(['10.1.0.0/16']);
  });

  it('is taken over after its daemon was killed, and down ends what that left', async () => {
    const data = join(scratch(), 'data');
    const first = await up(data);
    expect((await yunlan(['vpc', 'CreateVpc', '--CidrBlock', '10.2.0.0/16', '--data', data])).code).toBe(0);
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => isRunning(first.pid), { timeout: 10_000 }).toBe(false);
    const status = await yunlan(['status', '--data', data]);
    expect(status.code).toBe(1);
    expect(status.stdout).toContain('its daemon was killed');

    const second = await up(data);
    expect(second.accessKeySecret).toBe(first.accessKeySecret);
    expect(await cidrs(data)).toEqual(['10.2.0.0/16']);
    process.kill(second.pid, 'SIGKILL');
    await expect.poll(() => isRunning(second.pid), { timeout: 10_000 }).toBe(false);
    const down = await yunlan(['down', '--data', data]);
    expect(down.code).toBe(0);
    expect(down.stderr).toContain('had been killed');
    expect(existsSync(join(data, 'daemon.json'))).toBe(false);
  });

  it('keeps its key when the file of credentials is lost', async () => {
    const data = join(scratch(), 'data');
    const first = await up(data);
    await yunlan(['down', '--data', data]);
    rmSync(join(data, 'credentials.json'));
    expect((await up(data)).accessKeySecret).toBe(first.accessKeySecret);
  });

  it('goes with reset, which asks first', async () => {
    const folder = scratch();
    const data = join(folder, 'data');
    const { pid } = await up(data);
    const asked = await yunlan(['reset', '--data', data]);
    expect(asked).toMatchObject({
      code: 1,
      stderr: `yunlan: reset deletes everything in ${data}: confirm with --yes\n`,
    });
    expect(isRunning(pid)).toBe(true);
    expect((await yunlan(['reset', '--yes', '--data', data])).code).toBe(0);
    expect(isRunning(pid)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
    expect((await yunlan(['reset', '--yes', '--data', data])).code).toBe(0);
    expect((await yunlan(['down', '--data', data])).code).toBe(0);
  });

  it('never deletes a folder that is not its own', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'thesis.txt'), 'years of work');
    await yunlan(['reset', '--yes', '--data', folder]);
    const { code, stderr } = await yunlan([...UP, '--data', folder]);
    expect(code).toBe(1);
    expect(stderr).toContain("holds files that are not Yunlan's");
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });
});

describe('a region in the foreground', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends in order at %s', async (signal) => {
    const data = join(scratch(), 'data');
    const region = start(['up', '--driver', 'simulated', '--port', '0', '--data', data]);
    await region.says('process');
    region.child.kill(signal);
    const { code, stdout, stderr } = await region.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Yunlan is ready: simulated, no packets move\.\n {2}endpoint {4}http:/);
    expect(stderr).toContain('Ctrl-C ends it');
    expect(existsSync(join(data, 'daemon.json'))).toBe(false);
    expect(existsSync(join(data, 'yunlan.db'))).toBe(true);
  });
});
