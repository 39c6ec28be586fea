/**
 * The one thing that Yunlan may change of the machine's own network, when asked to: a link between it and the public
 * edge. The machine then reaches public addresses of the pool, and instances that have one reach what the machine
 * reaches, under the machine's address. Others are not let in: only the machine itself may begin flows to the pool.
 *
 * What is changed is written down in the data directory before it is changed, so that whoever comes next can take it
 * back, also after a kill: see {@link undoMachineUplink}. The link is the lock between several regions of a machine (the
 * kernel makes only one of that name), its MAC tells whose it is.
 */
import { readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../shell/shell.ts';
import { type Cidr, cidrContainsAddress, cidrsOverlap, formatCidr, parseCidrOrAddress } from '../../values/cidr.ts';
import { formatIpv4 } from '../../values/ip.ts';
import type { Log } from '../../values/log.ts';
import { EDGE, edgeAddress, type PublicEdge } from '../../values/public-edge.ts';
import { type Random, randomText } from '../../values/random.ts';
import { WORLD_LINK } from './edge.ts';
import type { Holder } from './holder.ts';

/** Name of the machine's end. */
export const MACHINE_LINK = 'yunlan-uplink';

/** The edge's end: locally administered, the same everywhere as no two links meet. */
const WORLD_END_MAC = 'ee:ff:ff:ff:ff:fc';

/** What the two ends call each other (RFC 6333); the machine asks the pool under its own one. */
const WORLD_HOP = '192.0.0.1';
const MACHINE_HOP = '192.0.0.2';

const IPV4_SETTINGS = '/proc/sys/net/ipv4';

/** What was done, or was about to be. */
interface UplinkRecord {
  /** Eight hexadecimal digits: in the MAC of our link and the name of our table. */
  readonly token: string;
  /** Boot and network namespace in which it was done: in another there is nothing to take back. */
  readonly bootId: string;
  readonly namespace: string;
  /** Settings below /proc/sys/net/ipv4 as they were before forwarding was switched on; absent when it was on. */
  readonly settings?: { readonly [path: string]: string };
}

export interface MachineUplink {
  /** Makes it, or what is missing of it; the edge's namespace must exist. */
  make(): Promise<void>;
  /** Whether it is as it was made. */
  isWhole(): Promise<boolean>;
}

export interface MachineUplinkOptions {
  readonly dataDir: string;
  readonly holder: Pick<Holder, 'inNetwork' | 'networkFile'>;
  readonly publicEdge: PublicEdge;
  readonly random: Random;
  readonly log: Log;
}

const macOf = (token: string): string => `02:79:${token.match(/../g)?.join(':')}`;
const tableOf = (token: string): string => `yunlan_uplink_${token}`;
const fileOf = (dataDir: string): string => join(dataDir, 'uplink.json');

export function createMachineUplink(options: MachineUplinkOptions): MachineUplink {
  const { dataDir, holder, random, log } = options;
  const { pool, outside } = options.publicEdge;
  /** Whether it was made or seen whole, and not doubted since. */
  let made = false;

  const isWhole = async (): Promise<boolean> => {
    const record = await readRecord(dataDir);
    if (record === undefined || (await readSetting('ip_forward')) !== '1') return false;
    const link = (await links()).find(({ name }) => name === MACHINE_LINK);
    if (link?.mac !== macOf(record.token) || !link.up) return false;
    const routed = await routedBlocks(['dev', MACHINE_LINK]);
    if (!pool.every((block) => routed.some((each) => formatCidr(each) === formatCidr(block)))) return false;
    const table = await run(['nft', 'list', 'table', 'ip', tableOf(record.token)], { accept: [0, 1] });
    if (!['masquerade', 'ct state'].every((word) => table.stdout.includes(word))) return false;
    const there = ['ip', '-4', 'route', 'show', 'default', 'dev', WORLD_LINK];
    const way = await run(holder.inNetwork(there, EDGE), { accept: [0, 1, 2] });
    return way.stdout.includes(MACHINE_HOP);
  };

  return {
    async make() {
      if (made || (await isWhole())) {
        made = true;
        return;
      }
      await undoMachineUplink(dataDir, log);
      const routed = await routedBlocks(['table', 'all']);
      const token = randomText(random, '0123456789abcdef', 8);
      const here = await whereWeAre();
      await writeRecord(dataDir, { token, ...here });
      const world = `peer name ${WORLD_LINK} address ${WORLD_END_MAC} mtu 1500 netns ${holder.networkFile(EDGE)}`;
      await ip([`link add dev ${MACHINE_LINK} address ${macOf(token)} mtu 1500 type veth ${world}`]);
      // The host outside comes along where the machine has nobody of that address.
      const lone = routed.some((each) => cidrContainsAddress(each, outside)) ? [] : [`${formatIpv4(outside)}/32`];
      await ip([
        `address add ${MACHINE_HOP}/32 dev ${MACHINE_LINK}`,
        `neighbour replace ${WORLD_HOP} lladdr ${WORLD_END_MAC} dev ${MACHINE_LINK} nud permanent`,
        `link set dev ${MACHINE_LINK} addrgenmode none up`,
        ...[...pool.map(formatCidr), ...lone].map(
          (block) => `route add ${block} via ${WORLD_HOP} dev ${MACHINE_LINK} onlink src ${MACHINE_HOP}`,
        ),
      ]);
      await run(holder.inNetwork(['ip', '-batch', '-'], EDGE), {
        input: [
          `neighbour replace ${MACHINE_HOP} lladdr ${macOf(token)} dev ${WORLD_LINK} nud permanent`,
          `link set dev ${WORLD_LINK} addrgenmode none up`,
          `route replace default via ${MACHINE_HOP} dev ${WORLD_LINK} onlink src ${formatIpv4(edgeAddress(outside))}`,
          '',
        ].join('\n'),
      });
      await run(['nft', '-f', '-'], { input: rules(tableOf(token)) });
      if ((await readSetting('ip_forward')) !== '1') {
        await writeRecord(dataDir, { token, ...here, settings: await forwardingSettings() });
        await writeSetting('ip_forward', '1');
      }
      made = true;
      log.info({ link: MACHINE_LINK, pool: pool.map(formatCidr) }, 'the machine is linked to the public edge');
    },

    async isWhole() {
      made = await isWhole();
      return made;
    },
  };
}

/** Throws an Error with one sentence when this machine's network leaves no place for an uplink. Changes nothing. */
export async function checkMachineUplink(pool: readonly Cidr[]): Promise<void> {
  if ((await links()).some(({ name }) => name === MACHINE_LINK)) {
    throw new Error(`another region of this machine has its uplink (${MACHINE_LINK}): end that one first`);
  }
  const taken = (await routedBlocks(['table', 'all'])).find((each) => pool.some((block) => cidrsOverlap(block, each)));
  if (taken === undefined) return;
  const pools = pool.map(formatCidr).join(', ');
  throw new Error(`this machine routes ${formatCidr(taken)} elsewhere, so there is no uplink for ${pools}`);
}

/**
 * Takes back what an uplink of this data directory has changed of the machine, whoever made it and however far it came;
 * nothing when there was none. The record goes last, so that it can be called again after any failure.
 */
export async function undoMachineUplink(dataDir: string, log: Log): Promise<void> {
  const record = await readRecord(dataDir);
  if (record === undefined) return;
  const { bootId, namespace } = await whereWeAre();
  if (record.bootId === bootId && record.namespace === namespace) {
    if (record.settings) await restoreSettings(record.settings);
    const table = tableOf(record.token);
    await run(['nft', '-f', '-'], { input: `add table ip ${table}\ndelete table ip ${table}\n` });
    const link = (await links()).find(({ name }) => name === MACHINE_LINK);
    // With the holder it may have gone by itself, or go at this moment.
    if (link?.mac === macOf(record.token)) await run(['ip', 'link', 'delete', 'dev', MACHINE_LINK], { accept: [0, 1] });
    log.info({ link: MACHINE_LINK }, 'the machine is no longer linked to the public edge');
  }
  await rm(fileOf(dataDir), { force: true });
}

/** Whoever is behind the machine sees the machine; nobody but the machine begins flows to the pool. */
function rules(table: string): string {
  return `table ip ${table} {
  chain out {
    type nat hook postrouting priority 100; policy accept
    iifname "${MACHINE_LINK}" oifname != "${MACHINE_LINK}" masquerade
  }
  chain in {
    type filter hook forward priority 0; policy accept
    oifname "${MACHINE_LINK}" ct state != { established, related } drop
  }
}
`;
}

/** Switching forwarding sets that of every link and whether redirects are accepted, so all of these are remembered. */
async function forwardingSettings(): Promise<{ [path: string]: string }> {
  const names = await readdir(`${IPV4_SETTINGS}/conf`);
  const paths = ['conf/all/accept_redirects', ...names.map((name) => `conf/${name}/forwarding`)];
  const settings: { [path: string]: string } = {};
  for (const path of paths) {
    const value = await readSetting(path);
    if (value !== undefined) settings[path] = value;
  }
  return settings;
}

async function restoreSettings(settings: { readonly [path: string]: string }): Promise<void> {
  if ((await readSetting('ip_forward')) !== '0') await writeSetting('ip_forward', '0');
  for (const [path, value] of Object.entries(settings)) {
    const now = await readSetting(path);
    // A link may have gone since.
    if (now !== undefined && now !== value) await writeSetting(path, value);
  }
}

async function readSetting(path: string): Promise<string | undefined> {
  return readFile(`${IPV4_SETTINGS}/${path}`, 'latin1').then(
    (text) => text.trim(),
    () => undefined,
  );
}

function writeSetting(path: string, value: string): Promise<void> {
  return writeFile(`${IPV4_SETTINGS}/${path}`, value);
}

async function ip(commands: readonly string[]): Promise<void> {
  await run(['ip', '-batch', '-'], { input: `${commands.join('\n')}\n` });
}

async function links(): Promise<{ readonly name: string; readonly mac: string; readonly up: boolean }[]> {
  const { stdout } = await run(['ip', '-j', 'link', 'show']);
  return (JSON.parse(stdout.trim() || '[]') as Record<string, unknown>[]).map(({ ifname, address, flags }) => ({
    name: String(ifname),
    mac: String(address),
    up: Array.isArray(flags) && flags.includes('UP'),
  }));
}

/** Blocks that have a route of their own. The default is none, nor are its two halves, by which VPNs replace it. */
async function routedBlocks(which: readonly string[]): Promise<Cidr[]> {
  const { stdout } = await run(['ip', '-j', '-4', 'route', 'show', ...which]);
  return (JSON.parse(stdout.trim() || '[]') as Record<string, unknown>[]).flatMap(({ dst }) => {
    const block = dst === 'default' ? undefined : parseCidrOrAddress(String(dst));
    return block === undefined || block.prefix <= 1 ? [] : [block];
  });
}

async function whereWeAre(): Promise<Pick<UplinkRecord, 'bootId' | 'namespace'>> {
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
  return { bootId, namespace: await readlink('/proc/self/ns/net') };
}

async function writeRecord(dataDir: string, record: UplinkRecord): Promise<void> {
  const path = fileOf(dataDir);
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readRecord(dataDir: string): Promise<UplinkRecord | undefined> {
  let text: string;
  try {
    text = await readFile(fileOf(dataDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  // Written whole or not at all: only a crash of the machine can spoil it, and with that all it tells of is gone.
  return parseRecord(text);
}

/** A record from its text; undefined when it is none of ours, so that no word of it gets into a command. */
export function parseRecord(text: string): UplinkRecord | undefined {
  try {
    const { token, bootId, namespace, settings } = JSON.parse(text) as Partial<UplinkRecord>;
    if (!/^[0-9a-f]{8}$/.test(token ?? '') || typeof bootId !== 'string' || typeof namespace !== 'string') {
      return undefined;
    }
    const paths = Object.entries(settings ?? {});
    if (!paths.every(([path, value]) => /^conf\/(?!\.\.?\/)[^/]+\/\w+$/.test(path) && /^\d+$/.test(value)))
      return undefined;
    return { token: token as string, bootId, namespace, ...(settings ? { settings } : {}) };
  } catch {
    return undefined;
  }
}
