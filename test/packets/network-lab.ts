/**
 * A place for tests of the network driver: private namespaces of their own, programs made by hand, and a process in
 * each guest's network that sends and listens. Nothing of it is left after `close`.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { guestNamespacesOf } from '../../src/drivers/linux/guest-namespaces.ts';
import { type Holder, openHolder } from '../../src/drivers/linux/holder.ts';
import { createLinuxNetworks, type LinuxNetworks } from '../../src/drivers/linux/network.ts';
import { flowAllowed } from '../../src/realize/path/flow.ts';
import type { Match, NetworkProgram, PolicyEntry, PolicyProgram, PortProgram } from '../../src/realize/program.ts';
import { run, start } from '../../src/shell/shell.ts';
import { parseCidr } from '../../src/values/cidr.ts';
import { type Ipv4, parseIpv4 } from '../../src/values/ip.ts';
import { silentLog } from '../../src/values/log.ts';

export const ip = (text: string): Ipv4 => {
  const address = parseIpv4(text);
  if (address === undefined) throw new TypeError(text);
  return address;
};

export const block = (text: string) => {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new TypeError(text);
  return cidr;
};

export const accept = (match: Match = {}): PolicyEntry => ({ match, verdict: 'accept', origin: { kind: 'default' } });
export const drop = (match: Match = {}): PolicyEntry => ({ match, verdict: 'drop', origin: { kind: 'default' } });
export const tcp = (port: number): Match => ({ protocol: 'tcp', ports: { from: port, to: port } });
export const udp = (port: number): Match => ({ protocol: 'udp', ports: { from: port, to: port } });

/** What one port's gates ask: ingress first, egress lets all out unless said otherwise. */
export const policy = (
  id: string,
  ingress: readonly PolicyEntry[],
  egress: readonly PolicyEntry[] = [accept()],
): PolicyProgram => ({ id, groupIds: [id], ingress: [...ingress, drop()], egress: [...egress, drop()] });

/** A port with the address; its guest is called by the network and the last two numbers, e.g. `i-a-0-1`. */
export function port(network: string, address: string, more: Partial<PortProgram> = {}): PortProgram {
  const [, , third = 0, fourth = 0] = address.split('.').map(Number);
  const hex = (number: number) => number.toString(16).padStart(2, '0');
  return {
    id: `eni-bp0000000000${network}${String(third).padStart(3, '0')}${String(fourth).padStart(4, '0')}`,
    subnetId: `vsw-${third}`,
    mac: `00:16:3e:00:${hex(third)}:${hex(fourth)}`,
    addresses: [ip(address)],
    guestId: `i-${network}-${third}-${fourth}`,
    deviceIndex: 0,
    queues: 2,
    policyId: 'open',
    forwards: false,
    ...more,
  };
}

/** A network 10.0.0.0/16 with the subnets 10.0.0.0/24 and 10.0.1.0/24. */
export function network(name: string, more: Partial<NetworkProgram> = {}): NetworkProgram {
  return {
    networkId: `vpc-${name}`,
    generation: 1,
    blocks: [block('10.0.0.0/16')],
    subnets: [0, 1].map((third) => ({
      id: `vsw-${third}`,
      cidr: block(`10.0.${third}.0/24`),
      gateway: ip(`10.0.${third}.253`),
    })),
    ports: [],
    groups: [],
    policies: [policy('open', [accept()])],
    publicMappings: [],
    ...more,
  };
}

export interface Received {
  readonly port: number;
  readonly text: string;
  readonly from: string;
  readonly fromPort: number;
}

/** What a test asks of a guest. */
export interface Guest {
  readonly id: string;
  listenUdp(port: number, echo?: boolean): Promise<void>;
  listenTcp(port: number): Promise<void>;
  /** Sends a datagram and hears a moment whether a refusal (ICMP) or an answer comes. */
  sendUdp(to: string, port: number, text: string, fromPort?: number, source?: string): Promise<string>;
  /** `connected`, `refused`, `silent` or the error. */
  connect(name: string, to: string, port: number, seconds?: number, fromPort?: number): Promise<string>;
  /** What comes back over a connection; null when nothing does in time. */
  exchange(name: string, text: string, seconds?: number): Promise<string | null>;
  /** Says something over a connection; `tick` makes the other side send without end. */
  say(name: string, text: string): Promise<void>;
  /** Whether something new comes over a connection in the time. */
  hears(name: string, seconds: number): Promise<boolean>;
  /** Takes all that comes over TCP; `rate` tells the bits a second of payload that arrive in the time. */
  sink(port: number): Promise<void>;
  rate(port: number, seconds: number): Promise<number>;
  /** Sends over a connection without end, as fast as it takes. */
  pour(name: string): Promise<void>;
  hangUp(name: string): Promise<void>;
  sniff(): Promise<void>;
  /** Sends a frame, given in hexadecimal, on eth0. */
  sendFrame(hex: string): Promise<void>;
  received(): Promise<Received[]>;
  frames(): Promise<string[]>;
  /** Runs a program in the guest's network: its exit status and output. */
  run(...argv: string[]): Promise<{ code: number; stdout: string }>;
  /** Whether the address answers one ping within a second. */
  pings(address: string): Promise<boolean>;
}

export interface Lab {
  readonly holder: Holder;
  readonly runDir: string;
  /** The driver; after a restart the last one. */
  readonly networks: LinuxNetworks;
  /** Another driver over the same namespaces, as after a restart of the daemon. */
  restarted(): Promise<LinuxNetworks>;
  guest(id: string): Promise<Guest>;
  /** Output of a program in a network's namespace. */
  inside(net: string, ...argv: string[]): Promise<string>;
  /** Rules, links, routes, neighbours and guests, as text that two equal realities share. */
  reality(networkId: string): Promise<string>;
  close(): Promise<void>;
}

export async function openLab(): Promise<Lab> {
  const runDir = await mkdtemp(join(tmpdir(), 'yunlan-network-'));
  const holder = await openHolder({ runDir, log: silentLog });
  const made: LinuxNetworks[] = [];
  const make = () => {
    const networks = networksIn(holder);
    made.push(networks);
    return networks;
  };
  const first = make();
  const guests = new Map<string, Guest & { close(): void }>();
  return {
    holder,
    runDir,
    get networks() {
      return made.at(-1) ?? first;
    },
    async restarted() {
      await made.at(-1)?.close();
      return make();
    },
    async guest(id) {
      const guest = guests.get(id) ?? (await startGuest(holder, id));
      guests.set(id, guest);
      return guest;
    },
    inside: insideOf(holder),
    reality: (networkId) => realityIn(holder, networkId),
    async close() {
      for (const guest of guests.values()) guest.close();
      for (const networks of made) await networks.close();
      await holder.end();
      await rm(runDir, { recursive: true, force: true });
    },
  };
}

/** Runs programs in a holder's networks: their output. */
export function insideOf(holder: Holder): Lab['inside'] {
  return async (net, ...argv) => (await run(holder.inside(argv, { net }))).stdout;
}

/** Rules, links, routes, neighbours and guests, as text that two equal realities share. */
export async function realityIn(holder: Holder, networkId: string): Promise<string> {
  const inside = insideOf(holder);
  const rules = (await inside(networkId, 'nft', '-s', 'list', 'ruleset')).replaceAll(/\byunlan\d+/g, 'yunlan');
  const links = await inside(networkId, 'ip', '-o', 'link', 'show', 'type', 'veth');
  const shown = links.replaceAll(/^\d+: |@if\d+|state \w+|<[^>]*>|link-netns(id)? \S+/gm, '');
  const routes = (await inside(networkId, 'ip', '-4', 'route')).replaceAll(' linkdown', '');
  const neighbours = await inside(networkId, 'ip', 'neighbour');
  const lo = (await inside(networkId, 'ip', '-o', '-4', 'address', 'show', 'dev', 'lo')).replaceAll(/ +/g, ' ');
  const names = (await run(holder.inside(['sh', '-c', 'ls /run/netns /run/networks']))).stdout;
  const sorted = (text: string) => text.split('\n').sort().join('\n');
  return [sortedSets(rules), sorted(shown), sorted(routes), sorted(neighbours), sorted(lo), names].join('\n---\n');
}

/** The network driver over a holder, as the daemon makes it. */
export function networksIn(holder: Holder): LinuxNetworks {
  return createLinuxNetworks({
    inside: (command, where) => holder.inside(command, where),
    guestNamespaces: guestNamespacesOf(holder, async () => undefined),
    log: silentLog,
    flowAllowed,
  });
}

/** Elements of sets and chains of a table are listed in the order of their making, which may differ. */
function sortedSets(rules: string): string {
  const [blocks, elements] = [rules.split(/\n(?=\t(?:set|map|chain) |table )/), /elements = \{([^}]*)\}/g];
  const plain = blocks.map((text) =>
    text
      .replaceAll(
        elements,
        (_, list: string) =>
          `elements = { ${list
            .split(',')
            .map((item) => item.trim())
            .sort()
            .join(', ')} }`,
      )
      .replaceAll(/[\s}]+$/g, ''),
  );
  return plain
    .filter((text) => text !== '')
    .sort()
    .join('\n');
}

async function startGuest(holder: Holder, id: string): Promise<Guest & { close(): void }> {
  const text = await readFile(new URL('./guest-probe.py', import.meta.url), 'utf8');
  const child = start(holder.inside(['python3', '-c', text], { net: id }));
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new TypeError('pipes were asked for');
  let complaint = '';
  stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaint += piece;
  });
  stdin.on('error', () => {
    // it ended; 'close' tells
  });
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  createInterface({ input: stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  child.on('close', () => {
    for (const { reject } of waiting) reject(new Error(`probe of ${id} ended: ${complaint}`));
  });
  const ask = async (action: string, ...args: unknown[]) => {
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      stdin.write(`${JSON.stringify([action, args])}\n`);
    });
    const { result, error } = JSON.parse(line);
    if (error !== undefined) throw new Error(`${id} ${action}: ${error}`);
    return result;
  };
  const runIn = async (...argv: string[]) =>
    run(holder.inside(argv, { net: id }), { accept: Array.from({ length: 256 }, (_, code) => code) });
  return {
    id,
    listenUdp: (at, echo = false) => ask('listenUdp', at, echo),
    listenTcp: (at) => ask('listenTcp', at),
    sendUdp: (to, at, words, fromPort = 0, source) => ask('sendUdp', to, at, words, fromPort, source ?? null),
    connect: (name, to, at, seconds = 5, fromPort = 0) => ask('connect', name, to, at, seconds, fromPort),
    exchange: (name, words, seconds = 5) => ask('exchange', name, words, seconds),
    say: (name, words) => ask('say', name, words),
    hears: (name, seconds) => ask('hears', name, seconds),
    sink: (at) => ask('sink', at),
    rate: (at, seconds) => ask('rate', at, seconds),
    pour: (name) => ask('pour', name),
    hangUp: (name) => ask('hangUp', name),
    sniff: () => ask('sniff'),
    sendFrame: (hex) => ask('sendFrame', hex),
    received: () => ask('received'),
    frames: () => ask('frames'),
    run: runIn,
    pings: async (address) => (await runIn('ping', '-c1', '-W1', address)).code === 0,
    close: () => stdin.end(),
  };
}

/** Waits until `condition` holds; fails after five seconds with what was waited for. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(5_000);
  while (!(await condition())) {
    if (limit.aborted) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let probes = 0;

/**
 * Whether a datagram to `port` arrives. Tells without a time limit: after it another is sent on the same way to
 * `canary`, a port that the rules let through; when that has arrived and the first has not, the first never will.
 */
export async function delivers(
  from: Guest,
  to: Guest,
  address: string,
  port: number,
  canary: number,
): Promise<boolean> {
  probes += 1;
  const [text, after] = [`probe ${probes}`, `canary ${probes}`];
  await from.sendUdp(address, port, text);
  await from.sendUdp(address, canary, after);
  const got = async (words: string) => (await to.received()).some((one) => one.text === words);
  await until(`${to.id} hears the canary of ${from.id}`, () => got(after));
  return got(text);
}
