/** The launcher itself: where it is called from, what it installs and when, with a stand-in for npm. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, LAUNCHER, ROOT, scratch, yunlan } from './launcher.ts';

cleanUpAfterEach();

const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x64';

/**
 * A clone without dependencies, whose npm notes its arguments, takes a while, and unpacks a Node that prints what it is
 * given.
 */
function clone(): { root: string; launcher: string; env: { [name: string]: string }; runs(): string[] } {
  const root = join(scratch(), 'a clone');
  for (const folder of ['bin', 'src', 'scripts', 'tools']) mkdirSync(join(root, folder), { recursive: true });
  cpSync(join(ROOT, 'bin', 'yunlan'), join(root, 'bin', 'yunlan'));
  symlinkSync(join('bin', 'yunlan'), join(root, 'yunlan'));
  writeFileSync(join(root, 'src', 'entry.js'), '');
  writeFileSync(join(root, 'scripts', 'test.ts'), '');
  writeFileSync(join(root, 'package.json'), '{}');
  writeFileSync(join(root, 'package-lock.json'), '{"first":1}');
  const log = join(root, 'npm.log');
  const program = (path: string, text: string): void => {
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  };
  const node = join('node_modules', `node-linux-${ARCHITECTURE}`, 'bin');
  program(
    join(root, 'tools', 'npm'),
    `echo "$@" >>'${log}'
[ -e node_modules/.busy ] && echo "two at once" >>'${log}'
rm -rf node_modules && mkdir -p '${node}' && touch node_modules/.busy
sleep 0.3
printf '#!/bin/sh\\nprintf "%%s\\\\n" "$@"\\n' >'${node}/node'
chmod +x '${node}/node'
rm node_modules/.busy
echo "words of npm"`,
  );
  return {
    root,
    launcher: join(root, 'yunlan'),
    env: { PATH: `${join(root, 'tools')}:/usr/bin:/bin` },
    runs: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}

describe('the launcher', () => {
  it('works from any folder, through links, and hands every word on as it is', async () => {
    const { root, launcher, env } = clone();
    const link = join(scratch(), 'y');
    symlinkSync(launcher, link);
    const words = ['up', 'two words', '', '$HOME', '--', '*'];
    for (const each of [launcher, link, join(root, 'bin', 'yunlan')]) {
      const { code, stdout } = await yunlan(words, { launcher: each, env, cwd: '/' });
      expect(code).toBe(0);
      expect(stdout).toBe(`${[join(root, 'src', 'entry.js'), ...words].join('\n')}\n`);
    }
    const found = await yunlan(['status'], { launcher: 'yunlan', env: { PATH: `${root}:${env['PATH']}` } });
    expect(found.stdout).toContain('status');
    const beside = await yunlan(['status'], { launcher: './yunlan', env, cwd: root });
    expect(beside.stdout).toContain('status');
  });

  it('installs once, says so on stderr, and again when the lock has changed', async () => {
    const { root, launcher, env, runs } = clone();
    const first = await yunlan(['status'], { launcher, env });
    expect(first.stderr).toBe(
      'yunlan: installing dependencies, once: npm ci --omit=dev --ignore-scripts\nwords of npm\n',
    );
    expect(first.stdout).toBe(`${join(root, 'src', 'entry.js')}\nstatus\n`);
    expect(await yunlan(['status'], { launcher, env })).toMatchObject({ code: 0, stderr: '' });
    expect(runs()).toHaveLength(1);
    writeFileSync(join(root, 'package-lock.json'), '{"second":1}');
    await yunlan(['status'], { launcher, env });
    await yunlan(['status'], { launcher, env });
    expect(runs()).toEqual(Array(2).fill('ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error'));
  });

  it('installs what developers need for the tests, and keeps it from then on', async () => {
    const { root, launcher, env, runs } = clone();
    await yunlan(['status'], { launcher, env });
    const { stdout } = await yunlan(['test', 'cli'], { launcher, env });
    expect(stdout).toBe(`${join(root, 'scripts', 'test.ts')}\ncli\n`);
    await yunlan(['status'], { launcher, env });
    writeFileSync(join(root, 'package-lock.json'), '{"second":1}');
    await yunlan(['status'], { launcher, env });
    expect(runs().map((line) => line.includes('--omit=dev'))).toEqual([true, false, false]);
  });

  it('installs once when several start at the same time', async () => {
    const { launcher, env, runs } = clone();
    const ended = await Promise.all([1, 2, 3, 4, 5].map((each) => yunlan([`start${each}`], { launcher, env })));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    for (const [index, { stdout }] of ended.entries()) expect(stdout).toContain(`start${index + 1}`);
    expect(runs()).toHaveLength(1);
  });

  it('says what is missing', async () => {
    const { root, launcher, env } = clone();
    writeFileSync(join(root, 'tools', 'npm'), '#!/bin/sh\necho "no network" >&2\nexit 1\n');
    const failed = await yunlan(['status'], { launcher, env });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('no network\nyunlan: npm could not install the dependencies');
    expect(existsSync(join(root, 'node_modules', '.yunlan-run'))).toBe(false);

    const tools = scratch();
    for (const tool of ['sh', 'cmp', 'readlink', 'uname', 'flock', 'cp'])
      symlinkSync(`/usr/bin/${tool}`, join(tools, tool));
    const without = await yunlan(['status'], { launcher, env: { PATH: tools } });
    expect(without).toMatchObject({ code: 1, stdout: '' });
    expect(without.stderr).toBe(
      'yunlan: npm is missing: install it (Debian, Ubuntu: apt-get install npm) and start again\n',
    );
  });

  it('takes the Node of the system only when it is new enough', async () => {
    const root = join(scratch(), 'package');
    for (const folder of ['bin', 'dist', 'tools']) mkdirSync(join(root, folder), { recursive: true });
    cpSync(join(ROOT, 'bin', 'yunlan'), join(root, 'bin', 'yunlan'));
    writeFileSync(join(root, 'dist', 'main.js'), '');
    const launcher = join(root, 'bin', 'yunlan');
    const env = { PATH: `${join(root, 'tools')}:/usr/bin:/bin` };
    const node = (version: string): void => {
      const text = `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || printf '%s\\n' "$@"\n`;
      writeFileSync(join(root, 'tools', 'node'), text, { mode: 0o755 });
    };
    for (const version of ['v24.15.0', 'v24.21.0', 'v25.0.0', 'v26.1.2']) {
      node(version);
      const { stdout } = await yunlan(['status'], { launcher, env });
      expect(stdout).toBe(`${join(root, 'dist', 'main.js')}\nstatus\n`);
    }
    for (const version of ['v20.20.2', 'v24.14.9', 'v9.0.0']) {
      node(version);
      const { code, stderr } = await yunlan(['status'], { launcher, env });
      expect(code).toBe(1);
      expect(stderr).toContain(`Node 24.15 or newer is needed; found ${version}`);
    }
  });

  it('costs next to nothing once set up: no more than a handful of programs', async () => {
    const trace = await yunlan(['--version'], { through: ['sh', '-x'], launcher: LAUNCHER });
    expect(trace.code).toBe(0);
    expect(trace.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const programs = trace.stderr
      .split('\n')
      .filter((line) => /^\++ (readlink|uname|cmp|cp|npm|node|flock|dirname) /.test(line));
    expect(programs.length).toBeLessThanOrEqual(4);
  });
});
