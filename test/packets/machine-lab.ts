/**
 * A machine of its own for what changes a machine's network: a network namespace that the test makes, with a link to a
 * second one, "the world", that knows no way back but to the machine itself. Root only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { until } from './launched-region.ts';

/** Addresses of the machine and of a host of the world, on their link. */
export const MACHINE = '203.0.113.1';
export const WORLD = '203.0.113.9';

/** Answers each connection to port 80 with the address that it comes from. */
const TELL = `
import socket
s = socket.create_server(('', 80))
print('ready', flush=True)
while True:
    c, peer = s.accept()
    c.recv(4096)
    c.sendall(('HTTP/1.0 200 OK\\r\\n\\r\\n' + peer[0] + '\\n').encode())
    c.close()
`;

export interface MachineLab {
  /** Words in front of a command that is to run on the machine. */
  readonly on: readonly string[];
  /** Runs a shell's script on the machine; throws when it fails. */
  machine(script: string): string;
  /** Exit status and output of a shell's script in the world. */
  world(script: string): { readonly code: number | null; readonly stdout: string };
  /** Everything of the machine's network that somebody could have changed, as text. */
  state(): string;
  close(): Promise<void>;
}

export async function makeMachine(): Promise<MachineLab> {
  const places = await Promise.all([place(), place()]);
  const [machine, world] = places.map(({ pid }) => ['nsenter', `--net=/proc/${pid}/ns/net`, '--']) as [
    string[],
    string[],
  ];
  const run = (on: readonly string[], script: string) => {
    const { status, stdout, stderr } = spawnSync(on[0]!, [...on.slice(1), 'sh', '-ec', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { code: status, stdout, stderr };
  };
  const must = (on: readonly string[], script: string): string => {
    const { code, stdout, stderr } = run(on, script);
    if (code !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  };
  // Without IPv6, whose own routes come some time after a link.
  must(machine, 'for each in /proc/sys/net/ipv6/conf/*/disable_ipv6; do [ ! -e "$each" ] || echo 1 >"$each"; done');
  must(machine, `ip link set lo up; ip link add lan0 type veth peer name lan0 netns ${places[1].pid}`);
  must(world, `ip link set lo up; ip address add ${WORLD}/24 dev lan0; ip link set lan0 up`);
  // Settings that switching forwarding on and off again would not leave as they were, and rules of somebody else.
  must(
    machine,
    `ip address add ${MACHINE}/24 dev lan0; ip link set lan0 addrgenmode none up
    cd /proc/sys/net/ipv4; echo 0 >ip_forward; echo 0 >conf/all/accept_redirects; echo 1 >conf/lan0/forwarding
    nft 'table ip other { chain forward { type filter hook forward priority 5; policy accept; counter; }; }'`,
  );
  await until('the link is up', async () => must(machine, 'ip -o link show lan0').includes('state UP'));
  const [program, ...args] = [...world, 'python3', '-c', TELL];
  const server = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(server.stdout, 'data');
  return {
    on: machine,
    machine: (script) => must(machine, script),
    world: (script) => run(world, script),
    state: () =>
      must(
        machine,
        `ip -o link | sed 's/ qlen [0-9]*//'; ip -o address | sed 's/valid_lft.*//'; ip route show table all; ip rule
        ip neighbour show nud permanent; nft -s list ruleset
        cd /proc/sys/net/ipv4; grep . ip_forward conf/*/forwarding conf/*/accept_redirects conf/*/rp_filter`,
      ),
    async close() {
      for (const child of [server, ...places]) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
    },
  };
}

/** A process in a network namespace of its own, which lives as long as the process. */
async function place() {
  const child = spawn('unshare', ['--net', 'sh', '-c', 'echo made; exec sleep 2147483647'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}
