/** What an instance sees and can do: a machine of its own, and nothing of ours. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/shell/shell.ts';
import { firstProcess, type InstanceLab, machine, openInstanceLab } from './instance-lab.ts';

describe('the root of an instance', () => {
  let lab: InstanceLab;
  beforeAll(async () => {
    lab = await openInstanceLab();
    await lab.boot('i-root', { hostName: 'web-01', primaryAddress: '192.168.7.9' });
    await lab.boot('i-other');
  });
  afterAll(() => lab.close());

  it('has its host name, and resolves it to its address', async () => {
    expect(await lab.out('i-root', 'hostname; cat /etc/hostname; echo $HOSTNAME')).toBe('web-01\nweb-01\nweb-01');
    expect(await lab.out('i-root', 'getent hosts web-01')).toMatch(/^192\.168\.7\.9\s+web-01$/);
    const resolve = 'python3 -c "import socket; print(socket.gethostbyname(\'localhost\'))"';
    expect(await lab.out('i-root', resolve)).toBe('127.0.0.1');
  });

  it('runs the promised programs', async () => {
    expect(await lab.out('i-root', 'ping -c1 -W1 127.0.0.1')).toContain(' 0% packet loss');
    expect(await lab.out('i-root', 'python3 -c "import ssl, json, sqlite3; print(6 * 7)"')).toBe('42');
    expect(await lab.out('i-root', 'curl --version')).toMatch(/^curl \d/);
    expect(await lab.out('i-root', 'ip -br link show lo')).toContain('LOOPBACK,UP');
    expect(await lab.out('i-root', 'ethtool --version')).toContain('ethtool version');
    expect(await lab.out('i-root', 'id -un; whoami; pwd; awk "BEGIN { print 1 }"')).toBe('root\nroot\n/root\n1');
  });

  it('serves and fetches on its own loopback, which is not ours', async () => {
    const script = `cd /srv && echo here >index.html && (python3 -m http.server 8099 >/dev/null 2>&1 &)
      for i in $(seq 100); do curl -fs http://127.0.0.1:8099/index.html && exit; sleep 0.05; done; exit 1`;
    expect(await lab.out('i-root', script)).toBe('here');
    const other = await lab.sh('i-other', 'curl -s http://127.0.0.1:8099/');
    expect(other.end).toEqual({ code: 7 });
  });

  it('has working devices, terminals and shared memory', async () => {
    const script = `echo gone >/dev/null; head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c
      echo kept >/dev/shm/x && cat /dev/shm/x; echo through | cat /dev/stdin; ls /dev/fd/ >/dev/null
      script -qec 'tty' /dev/null`;
    expect((await lab.out('i-root', script)).split('\n').map((line) => line.trim())).toEqual([
      '4',
      '4',
      'kept',
      'through',
      '/dev/pts/0',
    ]);
  });

  it('writes its own /etc, not the machine’s', async () => {
    const before = await readFile('/etc/passwd', 'utf8');
    await lab.out('i-root', 'echo "guest:x:4242:4242::/:/bin/sh" >>/etc/passwd; touch /etc/made-by-guest');
    expect(await lab.out('i-root', 'id -u guest')).toBe('4242');
    expect(await readFile('/etc/passwd', 'utf8')).toBe(before);
    expect(existsSync('/etc/made-by-guest')).toBe(false);
    expect(await lab.out('i-other', 'ls /etc/made-by-guest 2>&1 || true')).toContain('No such file');
  });

  it('cannot write the programs that it shares with the machine, nor make them writable', async () => {
    const touched = await lab.sh('i-root', 'touch /usr/made-by-guest');
    expect(touched.stderr).toContain('Read-only file system');
    const remounted = await lab.sh('i-root', 'mount -o remount,rw,bind /usr || mount -o remount,rw /usr');
    expect(remounted.end).not.toEqual({ code: 0 });
    expect(await lab.out('i-root', 'grep " /usr " /proc/self/mountinfo | cut -d" " -f6')).toMatch(/^ro/);
  });

  it('does not see our files', async () => {
    const secret = await mkdtemp(join(tmpdir(), 'yunlan-secret-'));
    try {
      await writeFile(join(secret, 'key'), 'a secret of the machine', { mode: 0o644 });
      const places = [secret, lab.dataDir, process.cwd(), process.execPath, '/run/yunlan', '/run/netns', '/.machine'];
      const script = `for place in ${places.map((place) => `'${place}'`).join(' ')}; do ls -d "$place"; done 2>/dev/null`;
      const seen = (await lab.sh('i-root', script)).stdout.split('\n').filter((line) => line !== '');
      expect(seen.filter((place) => !place.startsWith('/usr/'))).toEqual([]);
      // Nor by ways around its root: what is open or mounted leads nowhere else.
      const grep = `grep -rls 'a secret of the machine' --exclude-dir=proc --exclude-dir=sys --exclude-dir=usr / ; true`;
      expect(await lab.out('i-root', grep)).toBe('');
      // Listed first: programs of a pipe that begin meanwhile have their libraries open.
      const list = 'open=$(ls -l /proc/[0-9]*/fd); echo "$open" | grep -o " -> .*" | sort -u';
      const open = await lab.out('i-root', list);
      for (const line of open.split('\n'))
        expect(line).toMatch(/^ -> (pipe:|socket:|\/null|\/dev\/|\/proc\/|\/run\/init)/);
    } finally {
      await rm(secret, { recursive: true });
    }
  });

  it('has only its own mounts', async () => {
    const points = await lab.out('i-root', 'cut -d" " -f5 /proc/self/mountinfo');
    const own =
      /^\/($|usr|bin|sbin|lib|lib32|lib64|libx32|proc$|sys$|run$|dev$|dev\/|etc\/(alternatives|ssl\/certs|pki\/))/;
    expect(points.split('\n').filter((point) => !own.test(point))).toEqual([]);
    expect(await lab.out('i-root', 'ls -A /run /home /opt /srv /mnt | tr "\n" " "')).toMatch(
      /^\/home: {2}\/mnt: {2}\/opt: {2}\/run: init lock mount {2}\/srv: index.html $/,
    );
  });

  it('does not see our processes', async () => {
    const seen = await lab.out('i-root', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    expect(seen).not.toContain('vitest');
    expect(seen).not.toContain('yunlan-holder');
    expect(await lab.out('i-root', 'cat /proc/1/cmdline | tr "\\0" " "')).toBe('sh /run/init yes ');
    const refused = await lab.sh('i-root', `kill -9 ${process.pid}`);
    expect(refused.end).not.toEqual({ code: 0 });
  });

  it('does not see our network', async () => {
    expect(await lab.out('i-root', 'ls /sys/class/net; ip -o link | wc -l')).toBe('lo\n1');
    expect(await lab.out('i-root', 'cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d " "')).toBe('lo');
  });

  it('is nobody on the machine that owns anything but its disk', async () => {
    const [uid] = (await machine('stat', '-c', '%u', `/proc/${await firstProcess(lab.dataDir, 'i-root')}`)).split('\n');
    expect(uid).toBe(String(process.getuid?.() === 0 ? 100_000 : process.getuid?.()));
    const settings = await lab.sh('i-root', 'echo 1 >/proc/sys/kernel/panic');
    expect(settings.stderr).toMatch(/Permission denied|Read-only/);
    const node = await lab.sh('i-root', 'mknod /tmp/disk b 254 0');
    expect(node.stderr).toContain('Operation not permitted');
  });

  it('may do as it likes with its own network', async () => {
    const script = `ip link add br0 type bridge && ip addr add 10.9.8.7/24 dev br0 && ip link set br0 up
      ip -br addr show br0 | grep -o 10.9.8.7; ip link delete br0; sysctl -qw net.ipv4.ip_forward=1
      cat /proc/sys/net/ipv4/ip_forward`;
    expect(await lab.out('i-root', script)).toBe('10.9.8.7\n1');
  });

  it('cannot reach the links at the other end of its cable', async () => {
    const { holder } = lab;
    await run(holder.inside(['ip', 'netns', 'add', 'router']));
    await run(holder.inside(['ip', 'link', 'add', 'port', 'type', 'veth', 'peer', 'name', 'eth0'], { net: 'router' }));
    await run(holder.inside(['ip', 'link', 'set', 'eth0', 'netns', 'i-root'], { net: 'router' }));
    // Requests for the network namespace that the kernel calls 0 here: the one that the peer of eth0 is in.
    const answers = await lab.out('i-root', `ip link show eth0 >/dev/null; python3 - <<'END'\n${TARGET_NETNS}\nEND`);
    expect(answers.split('\n')).toEqual(["own ['lo', 'eth0']", 'there []', 'delete: Permission denied']);
    const links = await run(holder.inside(['ip', '-br', 'link'], { net: 'router' }));
    expect(links.stdout).toContain('port@');
    await run(holder.inside(['ip', 'netns', 'delete', 'router']));
  });
});

/** Lists links and deletes one, by rtnetlink with IFLA_TARGET_NETNSID (46), which `ip` has no words for. */
const TARGET_NETNS = `
import os, socket, struct
link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
link.setsockopt(270, 12, 1)
def attribute(kind, data):
    return struct.pack('HH', 4 + len(data), kind) + data + bytes(-len(data) % 4)
def ask(kind, flags, body):
    link.send(struct.pack('IHHII', 16 + len(body), kind, flags, 1, 0) + body)
    names = []
    while True:
        data, at = link.recv(65536), 0
        while at < len(data):
            length, kind = struct.unpack_from('IH', data, at)
            if kind == 3:
                return names
            if kind == 2:
                return os.strerror(-struct.unpack_from('i', data, at + 16)[0])
            inner = at + 32
            while inner < at + length:
                size, what = struct.unpack_from('HH', data, inner)
                if what == 3:
                    names.append(data[inner + 4:inner + size - 1].decode())
                inner += (size + 3) & ~3
            at += (length + 3) & ~3
header = struct.pack('BxHiII', 0, 0, 0, 0, 0)
there = attribute(46, struct.pack('i', 0))
print('own', ask(18, 0x301, header))
print('there', ask(18, 0x301, header + there))
print('delete:', ask(17, 5, header + attribute(3, b'port\\0') + there))
`.trim();
