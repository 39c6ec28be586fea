/** The npm package as a newcomer gets it: built, packed, installed in an empty folder, started. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, cleanUpAfterEach, ROOT, scratch, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

function run(cwd: string, ...argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), { cwd, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.setEncoding('utf8').on('data', (piece) => {
      stderr += piece;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(stdout) : reject(new Error(`${argv.join(' ')}: ${stderr}`))));
  });
}

describe('the npm package', () => {
  it('starts a region wherever it is installed, and holds only what it needs', async () => {
    const folder = scratch();
    const stage = join(folder, 'stage');
    mkdirSync(stage);
    // Built beside the checkout, whose own dist/ may be in use.
    const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
    for (const name of ['package.json', ...files]) {
      if (name !== 'dist' && existsSync(join(ROOT, name)))
        cpSync(join(ROOT, name), join(stage, name), { recursive: true });
    }
    await run(ROOT, process.execPath, join(ROOT, 'scripts', 'build.ts'), join(stage, 'dist'));
    await run(stage, 'npm', 'pack', '--pack-destination', folder);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;

    const home = join(folder, 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'package.json'), '{"private":true}');
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
    await run(home, 'npm', 'install', '--omit=dev', '--ignore-scripts', ...quiet, join('..', tarball));
    const installed = join(home, 'node_modules', 'yunlan');
    const kept = readdirSync(installed);
    for (const name of ['src', 'test', 'scripts', 'tsconfig.json']) expect(kept).not.toContain(name);
    expect(readdirSync(join(installed, 'dist')).some((name) => name.endsWith('.ts'))).toBe(false);

    const launcher = join(home, 'node_modules', '.bin', 'yunlan');
    const data = join(folder, 'data');
    const told = await up(data, [], { launcher, cwd: home });
    expect(told.driver).toBe('simulated');
    const made = await yunlan(['vpc', 'CreateVpc', '--data', data], { launcher, cwd: home });
    expect(JSON.parse(made.stdout).VpcId).toMatch(/^vpc-/);
    // The checkout's own command line speaks to it as well.
    expect((await yunlan(['status', '--data', data])).code).toBe(0);
    const tests = await yunlan(['test'], { launcher, cwd: home });
    expect(tests).toMatchObject({
      code: 1,
      stderr: 'yunlan: the tests are in a clone of the project, not in the package\n',
    });
    symlinkSync(launcher, join(folder, 'link'));
    expect((await yunlan(['down', '--data', data], { launcher: join(folder, 'link') })).code).toBe(0);
  });
});
