/** The disk of an instance: what stays on it, what runs once, and that an instance cannot use it to reach others. */
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/shell/shell.ts';
import { type InstanceLab, openInstanceLab, until } from './instance-lab.ts';

describe('the disk of an instance', () => {
  let lab: InstanceLab;
  beforeAll(async () => {
    lab = await openInstanceLab();
  });
  afterAll(() => lab.close());

  const again = async (id: string, more = {}) => {
    await lab.compute.stop(id, { force: false });
    await lab.boot(id, more);
  };

  it('survives stop and start; what is volatile does not', async () => {
    await lab.boot('i-keep');
    const everywhere = '/kept /etc/kept /var/kept /root/kept /home/kept /opt/kept /srv/kept /tmp/kept';
    await lab.out(
      'i-keep',
      `for file in ${everywhere}; do echo v >$file; done; echo v >/run/lost; echo v >/dev/shm/lost`,
    );
    await again('i-keep', { hostName: 'renamed', primaryAddress: '10.0.0.77' });
    expect(await lab.out('i-keep', `cat ${everywhere} | wc -l; ls /run/lost /dev/shm/lost 2>/dev/null || true`)).toBe(
      '8',
    );
    expect(await lab.out('i-keep', 'hostname; getent hosts renamed')).toMatch(/^renamed\n10\.0\.0\.77 /);
    // Its own line of /etc/hosts is replaced, not added to, and what the instance wrote there stays.
    await lab.out('i-keep', 'echo "10.1.1.1 friend" >>/etc/hosts');
    await again('i-keep', { hostName: 'renamed', primaryAddress: '10.0.0.78' });
    expect(await lab.out('i-keep', 'grep -c renamed /etc/hosts; getent hosts friend')).toMatch(/^1\n10\.1\.1\.1 /);
    expect(await lab.compute.disks()).toContain('i-keep');
  });

  it('gets its own machine id and the resolvers of its network, not the machine’s', async () => {
    await lab.boot('i-one');
    await lab.boot('i-two');
    const [one, two] = await Promise.all(['i-one', 'i-two'].map((id) => lab.out(id, 'cat /etc/machine-id')));
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(two).not.toBe(one);
    const resolvers = 'nameserver 100.100.2.136\nnameserver 100.100.2.138';
    expect(await lab.out('i-one', 'grep ^nameserver /etc/resolv.conf')).toBe(resolvers);
  });

  it('runs user data at the first boot only, with the console as its output', async () => {
    const userData = '#!/bin/bash\necho "user data as $(id -un) in $PWD of $(hostname)"\necho x >>/root/runs\nexit 4\n';
    await lab.boot('i-data', { userData });
    const console = await lab.console('i-data', /ended with status/);
    expect(console).toContain('user data as root in / of host-i-data\nUser data ended with status 4.\n');
    for (const later of [userData, '#!/bin/sh\necho other >>/root/runs\n']) {
      await again('i-data', { userData: later });
      // The first process waits beside its sleeper only after it has begun whatever there is to begin.
      await until(async () => ((await lab.out('i-data', 'pgrep -x sleep || true')) === '' ? undefined : true));
      await until(async () => ((await lab.out('i-data', 'pgrep -f part-00[1] || true')) === '' ? true : undefined));
    }
    expect(await lab.out('i-data', 'cat /root/runs')).toBe('x');
    expect((await lab.compute.log('i-data', 10_000)).match(/user data as/g)).toHaveLength(1);
  });

  it('runs user data of every interpreter, byte by byte as given', async () => {
    const odd = '云 $(id) `id` "quoted" \\n \'it\' ; rm -rf / & %s\t*';
    const userData = `#!/usr/bin/env python3\nprint(${JSON.stringify(odd)})\nprint('done')`;
    await lab.boot('i-odd', { userData });
    expect(await lab.console('i-odd', /\ndone\n/)).toContain(odd);
    expect(await lab.out('i-odd', 'cat /var/lib/cloud/instance/user-data.txt')).toBe(userData);
    expect(await lab.out('i-odd', 'stat -c %a /var/lib/cloud/instance/user-data.txt')).toBe('600');
  });

  it('takes user data of the largest size', async () => {
    const userData = `#!/bin/sh\n${`: ${'x'.repeat(61)}\n`.repeat(500)}echo whole\n`;
    await lab.boot('i-large', { userData });
    await lab.console('i-large', /\nwhole\n/);
  });

  it('keeps user data that is no script, and says so', async () => {
    await lab.boot('i-cloud', { userData: '#cloud-config\npackages: [nginx]\n' });
    expect(await lab.console('i-cloud', /no script/)).toContain('/var/lib/cloud/instance/user-data.txt');
    expect(await lab.out('i-cloud', 'head -1 /var/lib/cloud/instance/user-data.txt')).toBe('#cloud-config');
  });

  it('boots whatever the instance did to its names, and follows none of them outside', async () => {
    await lab.boot('i-victim');
    await lab.out('i-victim', 'echo mine >/etc/hosts; echo mine >/etc/hostname');
    await lab.boot('i-evil');
    const outside = '/run/yunlan/disks/i-victim/root/etc';
    const script = `
      mkdir -p /.machine && rm -rf /.machine && ln -s ${outside} /.machine
      rm -f /etc/hostname /etc/hosts
      ln -s /.machine${outside}/hostname /etc/hostname
      ln -s ${outside}/hosts /etc/hosts
      rm -f /bin /lib /lib64 /sbin`;
    // A program that is loaded already may take away what programs need to start.
    const python = `import os
for name in os.listdir('/'):
    if name in ('bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'): os.unlink('/' + name)
os.symlink('${outside}', '/lib64')
os.symlink('/', '/bin')
`;
    await lab.out('i-evil', `${script.replace(/rm -f \/bin.*/, '')}\npython3 -c "${python}"`);
    await lab.compute.stop('i-evil', { force: true });
    // Below its mounts the names are ours to swap, as an instance that unmounts them can.
    const root = '/run/yunlan/disks/i-evil/root';
    const swap = `cd ${root} && rm -rf dev run sys proc && ln -s ${outside} dev && ln -s ${outside} run && ln -s / sys && : >proc`;
    await run(lab.holder.inside(['sh', '-c', swap]));
    await run(
      lab.holder.inside(['sh', '-c', `cd ${root} && rm -f bin lib64 && ln -s usr/bin bin && ln -s usr/lib64 lib64`]),
    );
    await lab.boot('i-evil', { hostName: 'still-up' });
    expect(await lab.out('i-evil', 'hostname; ls -ld /dev /run /sys /proc | cut -c1')).toBe('still-up\nd\nd\nd\nd');
    const seen = await run(
      lab.holder.inside(['sh', '-c', `cat ${outside}/hosts ${outside}/hostname; ls ${outside}/..`]),
    );
    expect(seen.stdout).toMatch(/^mine\nmine\n/);
    expect(seen.stdout).not.toContain('still-up');
    expect((await run(lab.holder.inside(['ls', outside]))).stdout).not.toMatch(/^(init|lock|null|pts)$/m);
  });

  it('is kept by an instance that is started and stopped before it is ready', async () => {
    await lab.boot('i-quick', { userData: '#!/bin/sh\necho x >>/var/runs\n' });
    for (let round = 0; round < 5; round += 1) {
      const starting = lab.boot('i-quick', { userData: '#!/bin/sh\necho x >>/var/runs\n' });
      await lab.compute.stop('i-quick', { force: round % 2 === 0 });
      await starting;
      await lab.compute.stop('i-quick', { force: false });
    }
    await lab.boot('i-quick');
    expect(await lab.out('i-quick', 'cat /var/runs 2>/dev/null | wc -l')).toMatch(/^[01]$/);
  });

  it('is not made half: a boot that ends in the middle begins again', async () => {
    // A file where a directory has to be makes the first attempt fail.
    await lab.compute.disks();
    await run(lab.holder.inside(['sh', '-c', ': >/run/yunlan/disks/i-half']));
    await expect(lab.boot('i-half')).rejects.toThrow(/i-half does not boot/);
    expect(await lab.compute.running()).not.toContain('i-half');
    await run(lab.holder.inside(['rm', '/run/yunlan/disks/i-half']));
    await lab.boot('i-half', { userData: '#!/bin/sh\necho now\n' });
    await lab.console('i-half', /\nnow\n/);
  });

  it('goes with its log when the instance is destroyed, and nothing else does', async () => {
    await lab.boot('i-gone');
    await lab.out(
      'i-gone',
      'mkdir -p /srv/a/b && chmod 000 /srv/a && ln -s /etc /srv/link && touch "/srv/odd $(echo name)"',
    );
    const kept = (await readdir(join(lab.dataDir, 'disks'))).filter((id) => id !== 'i-gone').sort();
    await lab.compute.destroy('i-gone');
    expect((await readdir(join(lab.dataDir, 'disks'))).sort()).toEqual(kept);
    for (const left of ['logs', 'run/guests']) {
      expect((await readdir(join(lab.dataDir, left))).filter((name) => name.startsWith('i-gone'))).toEqual([]);
    }
    await lab.compute.destroy('i-gone');
    await lab.compute.destroy('i-never-was');
  });

  it('is closed to others on the machine', async () => {
    const disks = await lstat(join(lab.dataDir, 'disks'));
    expect(disks.mode & 0o777).toBe(0o700);
    await writeFile(join(lab.dataDir, 'key'), 'secret', { mode: 0o600 });
    await lab.boot('i-closed');
    expect((await lab.sh('i-closed', `cat ${join(lab.dataDir, 'key')}`)).end).toEqual({ code: 1 });
    expect(await readFile(join(lab.dataDir, 'key'), 'utf8')).toBe('secret');
  });
});
