/** Instances beginning and ending: in order, at once, twice, many together, and without the daemon. */
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeGuestNamespaces } from '../../src/drivers/linux/guest-namespaces.ts';
import { run, start } from '../../src/shell/shell.ts';
import {
  command,
  firstProcess,
  type InstanceLab,
  machine,
  namespacesOf,
  openInstanceLab,
  processesWithin,
  spec,
  until,
} from './instance-lab.ts';

describe('the life of instances', () => {
  let lab: InstanceLab;
  beforeEach(async () => {
    lab = await openInstanceLab();
  });
  afterEach(() => lab.close());

  it('is one when it is started twice at once, or again', async () => {
    await makeGuestNamespaces(lab.holder, ['i-a']);
    const userData = '#!/bin/sh\necho ran\n';
    await Promise.all([1, 2, 3].map(() => lab.compute.start(spec('i-a', { userData }))));
    const first = await firstProcess(lab.dataDir, 'i-a');
    await lab.compute.start(spec('i-a', { userData }));
    expect(await firstProcess(lab.dataDir, 'i-a')).toBe(first);
    await lab.console('i-a', /ended with status 0/);
    expect((await lab.compute.log('i-a', 10_000)).match(/started\./g)).toHaveLength(1);
    expect(await lab.compute.running()).toEqual(['i-a']);
  });

  it('refuses an instance whose namespaces nobody made, and ids that are paths', async () => {
    await expect(lab.compute.start(spec('i-none'))).rejects.toThrow('i-none does not boot');
    await expect(lab.compute.start(spec('../i-none'))).rejects.toThrow('not an id');
    await expect(lab.compute.destroy('..')).rejects.toThrow('not an id');
    expect(await lab.compute.running()).toEqual([]);
  });

  it('stops in order: everybody hears SIGTERM and may finish', async () => {
    await lab.boot('i-a');
    const script = `import signal, sys, time
def end(*_):
    time.sleep(0.2); open('/root/finished', 'w').write('yes'); sys.exit()
signal.signal(signal.SIGTERM, end)
open('/run/up', 'w').close()
while True: time.sleep(60)`;
    await lab.out('i-a', `setsid python3 -c "${script}" >/dev/null 2>&1 </dev/null &`);
    await until(async () => ((await lab.sh('i-a', 'ls /run/up')).stdout === '' ? undefined : true));
    await lab.compute.stop('i-a', { force: false });
    expect(await lab.compute.running()).toEqual([]);
    await lab.boot('i-a');
    expect(await lab.out('i-a', 'cat /root/finished')).toBe('yes');
    await lab.compute.stop('i-a', { force: false });
    await lab.compute.stop('i-a', { force: false });
    expect(await lab.compute.log('i-a', 10_000)).toContain('Stopping.\n');
  });

  it('stops though a process will not, and by force at once', async () => {
    await lab.boot('i-a');
    const deaf = `setsid sh -c 'trap ": >/root/heard" TERM; : >/run/up; while :; do sleep 1; done' >/dev/null 2>&1 </dev/null &`;
    const ready = () => until(async () => ((await lab.sh('i-a', 'ls /run/up')).stdout === '' ? undefined : true));
    const heard = () => lab.out('i-a', '[ ! -e /root/heard ] || { rm /root/heard && echo heard; }');
    await lab.out('i-a', deaf);
    await ready();
    const namespaces = await namespacesOf(await firstProcess(lab.dataDir, 'i-a'));
    const begun = performance.now();
    await lab.compute.stop('i-a', { force: false });
    expect(performance.now() - begun).toBeGreaterThan(1500);
    expect(await processesWithin(namespaces)).toEqual([]);
    await lab.boot('i-a');
    expect(await heard()).toBe('heard');
    await lab.out('i-a', deaf);
    await ready();
    await lab.compute.stop('i-a', { force: true });
    expect(await lab.compute.running()).toEqual([]);
    // At once is: nobody was asked first.
    await lab.boot('i-a');
    expect(await heard()).toBe('');
    await lab.compute.stop('i-a', { force: true });
  });

  it('leaves its network namespace free to go', async () => {
    await lab.boot('i-a');
    await lab.compute.stop('i-a', { force: false });
    const link = ['ip', 'link', 'add', 'probe', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', 'i-a'];
    await run(lab.holder.inside(link));
    await run(lab.holder.inside(['ip', 'netns', 'delete', 'i-a']));
    // The other end vanishes with the namespace, which the kernel ends as soon as nobody is in it.
    await until(async () => {
      const { stdout } = await run(lab.holder.inside(['ip', '-br', 'link']));
      return stdout.includes('probe') ? undefined : true;
    });
  });

  it('reaps orphans', async () => {
    await lab.boot('i-a');
    await lab.out('i-a', 'for i in $(seq 20); do (true & sleep 0.01 &); done');
    await until(async () => {
      const zombies = await lab.out('i-a', 'grep -ls "^State:.*Z" /proc/[0-9]*/status | wc -l');
      return zombies === '0' ? true : undefined;
    });
  });

  it('is not ended by its own root, except on purpose', async () => {
    await lab.boot('i-a');
    const before = await firstProcess(lab.dataDir, 'i-a');
    await lab.sh('i-a', 'kill -9 1; kill -9 -1');
    expect(await lab.out('i-a', 'echo still here')).toBe('still here');
    expect(await firstProcess(lab.dataDir, 'i-a')).toBe(before);
    await until(async () => ((await lab.out('i-a', 'pgrep -c sleep || true')) === '1' ? true : undefined));
  });

  it('runs many at once', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `i-many${i}`);
    await makeGuestNamespaces(lab.holder, ids);
    await Promise.all(ids.map((id) => lab.compute.start(spec(id))));
    expect(await lab.compute.running()).toEqual([...ids].sort());
    const names = await Promise.all(ids.map((id) => lab.out(id, 'hostname')));
    expect(names).toEqual(ids.map((id) => `host-${id}`));
    await Promise.all(ids.map((id) => lab.compute.stop(id, { force: false })));
    expect(await lab.compute.running()).toEqual([]);
  });

  it('keeps the console bounded and its end readable', async () => {
    await lab.boot('i-a', { userData: '#!/bin/sh\nyes 0123456789abcde | head -c 9000000\necho 云 the end\n' });
    await lab.console('i-a', /the end\n.*status 0/s);
    const logs = join(lab.dataDir, 'logs');
    const sizes = await Promise.all((await readdir(logs)).map(async (name) => (await stat(join(logs, name))).size));
    expect(sizes).toHaveLength(2);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(await lab.compute.log('i-a', 3_000_000)).toContain('0123456789abcde\n');
    const tail = '\nUser data ended with status 0.\n';
    expect(await lab.compute.log('i-a', tail.length)).toBe(tail);
    // Cut through the three bytes of 云 it is left out.
    const cut = Buffer.byteLength(` the end${tail}`) + 2;
    expect(await lab.compute.log('i-a', cut)).toBe(` the end${tail}`);
    expect(await lab.compute.log('i-none', 10)).toBe('');
    await lab.out('i-a', 'echo to the console >/dev/console');
    await lab.console('i-a', /^to the console$/m);
  });

  describe('without the daemon', () => {
    const owners: ChildProcess[] = [];
    afterEach(() => {
      for (const owner of owners.splice(0)) owner.kill('SIGKILL');
    });

    /** A daemon in a process of its own; resolves when it has said the line, or after the moment given. */
    const owner = async (ids: readonly string[], moment: string | number): Promise<ChildProcess> => {
      const script = join(import.meta.dirname, 'instance-owner.ts');
      const child = start([process.execPath, script, lab.dataDir, ...ids], { stdio: ['ignore', 'pipe', 'inherit'] });
      owners.push(child);
      if (child.stdout === null) throw new TypeError('a pipe was asked for');
      const lines = createInterface({ input: child.stdout });
      await new Promise<void>((resolve, reject) => {
        child.on('exit', (code) => reject(new Error(`the daemon ended: ${code}`)));
        lines.on('line', (line) => {
          if (line === moment) resolve();
          else if (line === 'begun' && typeof moment === 'number') setTimeout(resolve, moment);
        });
      });
      return child;
    };
    /** First processes of instances, booting ones too, below a holder. */
    const firstProcesses = async (holder: number): Promise<number[]> => {
      const found: number[] = [];
      const listed = await machine('pgrep', '-f', '^sh (/run/init|/run/yunlan/bin/instance-boot.sh)').catch(() => '');
      for (const pid of listed.split('\n').map(Number)) {
        const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
        if (Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) === holder && /^NSpid:.*\s1$/m.test(status)) found.push(pid);
      }
      return found;
    };
    const kill = (child: ChildProcess) =>
      new Promise<void>((resolve) => {
        child.on('exit', () => resolve());
        child.kill('SIGKILL');
      });

    it('they run on and are adopted', async () => {
      await lab.holder.end();
      const child = await owner(['i-a', 'i-b'], 'started i-b');
      const first = await firstProcess(lab.dataDir, 'i-a');
      await kill(child);
      expect(existsSync(`/proc/${first}`)).toBe(true);
      const { holder, compute } = await lab.next();
      try {
        expect(await compute.running()).toEqual(['i-a', 'i-b']);
        expect((await command(compute, 'i-a', ['hostname'])).stdout).toBe('i-a\n');
        await compute.start(spec('i-a'));
        expect(await firstProcess(lab.dataDir, 'i-a')).toBe(first);
        await compute.stop('i-a', { force: false });
        expect(await compute.running()).toEqual(['i-b']);
        expect(await compute.log('i-a', 1000)).toContain('Stopping.');
        for (const id of ['i-a', 'i-b']) await compute.destroy(id);
      } finally {
        await holder.end();
      }
    });

    it('their namespaces are awaited when it was killed while it made them', async () => {
      await lab.holder.end();
      const script = join(import.meta.dirname, 'instance-owner.ts');
      const child = start([process.execPath, script, lab.dataDir], { stdio: 'ignore' });
      owners.push(child);
      await until(async () => (existsSync(join(lab.dataDir, 'run', 'holder.json')) ? true : undefined));
      await kill(child);
      const { holder, compute } = await lab.next();
      try {
        await makeGuestNamespaces(holder, ['i-a']);
        await compute.start(spec('i-a'));
        expect((await command(compute, 'i-a', ['hostname'])).stdout).toBe('host-i-a\n');
        await compute.destroy('i-a');
      } finally {
        await holder.end();
      }
    });

    it('no command runs in one that is still booting: it would see the holder’s root', async () => {
      await lab.holder.end();
      const script = join(import.meta.dirname, 'instance-owner.ts');
      const child = start([process.execPath, script, lab.dataDir, 'i-a'], { stdio: 'ignore' });
      owners.push(child);
      await until(async () => (existsSync(join(lab.dataDir, 'run', 'guests', 'i-a.json')) ? true : undefined));
      await kill(child);
      const { holder, compute } = await lab.next();
      try {
        const seen = await command(compute, 'i-a', ['sh', '-c', 'hostname; ls /run/yunlan']).catch(String);
        // Killed before it had answered, the boot has ended; after, it goes on without it.
        if (typeof seen === 'string') expect(seen).toContain('i-a does not run');
        else expect(seen).toMatchObject({ end: { code: 2 }, stdout: 'i-a\n' });
        await compute.destroy('i-a');
      } finally {
        await holder.end();
      }
    });

    it('converges whenever it was killed', async () => {
      await lab.holder.end();
      const ids = ['i-a', 'i-b', 'i-c'];
      let holders = new Set<number>();
      for (let round = 0; round < 8; round += 1) {
        await kill(await owner(ids, 45 * round));
        const { holder, compute } = await lab.next();
        try {
          holders = new Set([...holders, holder.pid]);
          // Nothing lives that no run file names: the first processes are those of the running instances.
          const named = await Promise.all((await compute.running()).map((id) => firstProcess(lab.dataDir, id)));
          expect((await firstProcesses(holder.pid)).sort()).toEqual(named.sort());
          await makeGuestNamespaces(holder, ids);
          await Promise.all(
            ids.map((id) => compute.start(spec(id, { userData: '#!/bin/sh\necho x >>/var/user-data-runs' }))),
          );
          expect(await compute.running()).toEqual(ids);
          for (const id of ids) {
            const { stdout } = await command(compute, id, [
              'sh',
              '-c',
              'hostname; wc -l </var/user-data-runs 2>/dev/null || echo 0',
            ]);
            expect(stdout).toMatch(/^(host-)?i-[abc]\n[01]\n$/);
          }
          if (round % 2 === 0) await Promise.all(ids.map((id) => compute.destroy(id)));
          else await Promise.all(ids.map((id) => compute.stop(id, { force: true })));
        } finally {
          if (round % 3 === 0) await holder.end();
        }
      }
      expect(holders.size).toBeGreaterThan(1);
      const last = await lab.next();
      for (const id of ids) await last.compute.destroy(id);
      await last.holder.end();
    });
  });

  it('leaves nothing behind at the end', async () => {
    const mounts = await readFile('/proc/self/mountinfo', 'utf8');
    const links = await machine('ip', '-o', 'link');
    await Promise.all(['i-a', 'i-b', 'i-c'].map((id) => lab.boot(id)));
    await lab.out('i-b', '(sleep 9999 &) >/dev/null 2>&1');
    await lab.compute.stop('i-a', { force: false });
    const namespaces = await namespacesOf(lab.holder.pid);
    for (const id of ['i-b', 'i-c']) namespaces.push(...(await namespacesOf(await firstProcess(lab.dataDir, id))));
    expect((await processesWithin(namespaces)).length).toBeGreaterThan(5);
    await lab.compute.destroy('i-a');
    await lab.compute.destroy('i-b');
    await lab.compute.destroy('i-c');
    await lab.holder.end();
    await lab.holder.end();
    expect(lab.holder.alive()).toBe(false);
    await until(async () => ((await processesWithin(namespaces)).length === 0 ? true : undefined));
    expect(await readFile('/proc/self/mountinfo', 'utf8')).toBe(mounts);
    expect(await machine('ip', '-o', 'link')).toBe(links);
    const left = await readdir(lab.dataDir, { recursive: true });
    expect(left.sort()).toEqual(['disks', 'logs', 'run', 'run/guests']);
  });
});
