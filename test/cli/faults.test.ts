/** What can go wrong at a start: one clear line, a status that is not 0, nothing left running. */
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AS_ROOT, cleanUpAfterEach, type Ended, scratch, UP, up, withoutPrivileges, yunlan } from './launcher.ts';

cleanUpAfterEach();

/** One line for the person, nothing on stdout, no stack. Progress lines do not count. */
function complaint({ code, stdout, stderr }: Ended): string {
  expect(code).toBe(1);
  expect(stdout).toBe('');
  const lines = stderr.split('\n').filter((line) => line !== '' && line !== 'starting …');
  expect(lines).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
  return lines[0]!;
}

describe('a start that cannot be', () => {
  it('names the daemon that serves the directory already', async () => {
    const data = join(scratch(), 'data');
    const { pid, endpoint } = await up(data);
    const expected = `yunlan: another daemon already serves ${data} (process ${pid}, ${endpoint}): end it with 'yunlan down' or choose another --data`;
    expect(complaint(await yunlan([...UP, '--data', data]))).toBe(expected);
    expect(complaint(await yunlan(['up', '--driver', 'simulated', '--port', '0', '--data', data]))).toBe(expected);
    expect((await yunlan(['status', '--data', data])).code).toBe(0);
  });

  it('lets one of several at once win', async () => {
    const data = join(scratch(), 'data');
    const ended = await Promise.all([1, 2, 3, 4].map(() => yunlan([...UP, '--data', data])));
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1]);
    for (const each of ended.filter(({ code }) => code === 1))
      expect(each.stderr).toContain('another daemon already serves');
    expect((await yunlan(['status', '--data', data])).code).toBe(0);
  });

  it('names a taken port', async () => {
    const data = join(scratch(), 'data');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      const words = ['up', '--driver', 'simulated', '--port', String(port), '--data', data];
      const expected = `yunlan: port ${port} of 127.0.0.1 is taken by another program: choose another with --port (0: any free one)`;
      expect(complaint(await yunlan([...words, '--detach']))).toBe(expected);
      expect(complaint(await yunlan(words))).toBe(expected);
      expect(existsSync(join(data, 'daemon.json'))).toBe(false);
    } finally {
      server.close();
    }
  });

  it('names an address that is not of this machine', async () => {
    const data = join(scratch(), 'data');
    expect(complaint(await yunlan([...UP, '--host', '192.0.2.1', '--data', data]))).toBe(
      'yunlan: 192.0.2.1 is no address of this machine: choose another with --host',
    );
  });

  it('names a directory that may not be written', async () => {
    const folder = scratch();
    const closed = join(folder, 'closed');
    const data = join(closed, 'deep', 'er');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    const expected = (path: string) => `yunlan: the data directory ${path} cannot be used: no permission`;
    expect(complaint(await yunlan([...UP, '--data', data], { through: withoutPrivileges() }))).toBe(expected(data));
    chmodSync(closed, 0o755);
    if (!AS_ROOT) return;
    // One that belongs to somebody else.
    writeFileSync(join(closed, 'claim'), '');
    chownSync(closed, 1, 1);
    const theirs = await yunlan([...UP, '--data', closed], { through: withoutPrivileges() });
    expect(complaint(theirs)).toBe(expected(closed));
  });

  it('names a read-only disk and a full one', async () => {
    const folder = scratch();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    // In a mount namespace of its own, so the machine sees nothing of it.
    const mounted = (options: string): string[] => [
      'unshare',
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"',
      'sh',
      options,
      disk,
    ];
    const data = join(disk, 'data');
    expect(complaint(await yunlan([...UP, '--data', data], { through: mounted('ro') }))).toBe(
      `yunlan: the data directory ${data} cannot be used: the disk is read-only`,
    );
    expect(complaint(await yunlan([...UP, '--data', data], { through: mounted('size=1m') }))).toBe(
      `yunlan: the data directory ${data} cannot be used: the disk is full`,
    );
  });

  it('names the setting that forbids user namespaces, and goes on without packets unless they were demanded', async () => {
    const data = join(scratch(), 'data');
    const forbidden = [
      'unshare',
      '--user',
      '--map-root-user',
      'sh',
      '-c',
      'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"',
      'sh',
    ];
    const words = ['up', '--port', '0', '--detach', '--json', '--data', data];
    const demanded = await yunlan([...words, '--driver', 'linux'], { through: forbidden });
    expect(complaint(demanded)).toBe(
      'yunlan: driver linux cannot work here: user namespaces are switched off (user.max_user_namespaces is 0); as root: sysctl -w user.max_user_namespaces=15000',
    );
    const fallen = await yunlan(words, { through: forbidden });
    expect(fallen.code).toBe(0);
    expect(JSON.parse(fallen.stdout)).toMatchObject({ driver: 'simulated' });
    expect(fallen.stderr).toContain('No packets move: user namespaces are switched off');
    const doctor = await yunlan(['doctor', '--json', '--data', data], { through: forbidden });
    expect(doctor.code).toBe(1);
    const { driver, findings } = JSON.parse(doctor.stdout);
    expect(driver).toBe('simulated');
    expect(findings).toContainEqual({
      name: 'namespaces',
      ok: false,
      detail: 'user namespaces are switched off (user.max_user_namespaces is 0)',
      remedy: 'as root: sysctl -w user.max_user_namespaces=15000',
    });
  });

  it('names words it does not understand', async () => {
    const data = join(scratch(), 'data');
    for (const [words, message] of [
      [['up', '--port', '65536'], 'a port is a number from 0 to 65535'],
      [['up', '--port', 'http'], 'write a whole number'],
      [['up', '--driver', 'ovs'], 'Allowed choices are auto, linux, simulated'],
      [['upp'], 'Did you mean up?'],
      [['up', '--detahc'], 'Did you mean --detach?'],
      [['down', 'now'], 'too many arguments'],
    ] as const) {
      const { code, stdout, stderr } = await yunlan([...words, '--data', data]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(message);
    }
    expect(existsSync(data)).toBe(false);
  });

  it('is told by a damaged database', async () => {
    const data = join(scratch(), 'data');
    await up(data);
    await yunlan(['down', '--data', data]);
    writeFileSync(join(data, 'yunlan.db'), 'this is no database, whatever its name says\n'.repeat(200));
    expect(complaint(await yunlan([...UP, '--data', data]))).toMatch(/^yunlan: .*yunlan\.db/);
  });
});
