/** Reading back what a network's namespace holds, when it is not known: see network.ts. */
import { type Caps, type FoundCaps, readBuckets, readClasses, readRates } from './caps.ts';
import { WORLD_LINK } from './edge.ts';
import { type Card, type FoundLinks, ROUTER_MAC, readCard } from './links.ts';
import type { ShellTool } from './tools.ts';
import { EDGE_END_MAC, NETWORK_END_MAC, UPLINK, uplinkIsWhole } from './uplink.ts';

/** Names of our tables; a number follows, another one each time a network is adopted. */
const TABLE = 'yunlan';

/** Name of the table that a probe has for a moment: see probe.ts. One that is found in a network's turn is left over. */
export const PROBE_TABLE = `${TABLE}_probe`;

/** Our tables in a namespace, and the name for the next. */
export async function findTables(shell: ShellTool): Promise<{ readonly tables: string[]; readonly next: string }> {
  const text = await shell.run('nft list tables');
  const found = [...text.matchAll(new RegExp(`^table (\\w+ (?:${TABLE}(\\d+)|${PROBE_TABLE}))$`, 'gm'))];
  return {
    tables: found.map(([, name = '']) => name),
    next: `${TABLE}${Math.max(-1, ...found.map(([, , number = -1]) => Number(number))) + 1}`,
  };
}

export interface FoundWay extends FoundLinks {
  /** Whether the link to the edge is whole. */
  readonly linked: boolean;
  /** Commands of ip for links that somebody has switched off or narrowed. */
  readonly mending: readonly string[];
}

/** Our ends of links by their MAC. */
const OURS = new Set<unknown>([ROUTER_MAC, NETWORK_END_MAC, EDGE_END_MAC]);

/** Links, routes and addresses. */
export async function findLinks(shell: ShellTool): Promise<FoundWay> {
  const questions = [
    'link show type veth',
    '-4 route show',
    '-4 neighbour show nud permanent',
    '-4 address show dev lo',
  ];
  const text = await shell.run(questions.map((question) => `ip -j ${question}; echo; echo =`).join('\n'));
  const [links = [], routes = [], neighbours = [], addresses = []] = text
    .split('\n=')
    .map((answer) => JSON.parse(answer.trim() || '[]') as Record<string, unknown>[]);
  const cards = new Map<string, Card | undefined>();
  let linked = false;
  const mending: string[] = [];
  for (const { ifname, address, ifalias, flags, mtu } of links) {
    const upright = mtu === 1500 && Array.isArray(flags) && flags.includes('UP');
    // One without an alias is half made and made anew.
    if (OURS.has(address) && ifalias !== undefined && !upright) mending.push(`link set dev ${ifname} mtu 1500 up`);
    if (address === ROUTER_MAC) cards.set(String(ifname), readCard(ifalias as string | undefined));
    else if (ifname === UPLINK) linked = uplinkIsWhole(ifalias, routes, neighbours);
  }
  const macs = new Map(neighbours.map((entry) => [`${entry['dst']} ${entry['dev']}`, String(entry['lladdr'])]));
  const found = { cards, routes: new Map(), gateways: new Set<string>(), blocks: new Set<string>(), linked, mending };
  for (const route of routes) {
    const [to, via] = [String(route['dst']), route['dev']];
    if (route['type'] === 'unreachable') found.blocks.add(to);
    else if (typeof via === 'string' && via !== UPLINK && via !== WORLD_LINK)
      found.routes.set(to, { via, mac: macs.get(`${to} ${via}`) ?? '' });
  }
  if (!addresses.some(({ flags }) => Array.isArray(flags) && flags.includes('UP'))) mending.push('link set dev lo up');
  for (const { local } of addresses.flatMap((link) => link['addr_info'] ?? []) as { local: string }[]) {
    if (!local.startsWith('127.')) found.gateways.add(local);
  }
  return found;
}

/** The classes of caps. */
export async function findCaps(shell: ShellTool): Promise<FoundCaps> {
  return readClasses(await listClasses(shell));
}

/** The caps, with their rates. */
export async function findRates(shell: ShellTool): Promise<Caps> {
  return readRates(await listClasses(shell));
}

async function listClasses(shell: ShellTool): Promise<string> {
  const links = readBuckets(await shell.run('tc -j qdisc show'));
  if (links.length === 0) return '';
  return shell.run(links.map((link) => `echo '= ${link}'; tc class show dev ${link}`).join('\n'));
}

/** In the namespace of the edge: the network that each link leads to, by the link's name there. */
export async function findEdgeEnds(shell: ShellTool): Promise<Map<string, string>> {
  const links = JSON.parse((await shell.run('ip -j link show type veth')).trim() || '[]') as Record<string, unknown>[];
  const ends = links.filter(({ address, ifalias }) => address === EDGE_END_MAC && typeof ifalias === 'string');
  return new Map(ends.map(({ ifname, ifalias }) => [String(ifname), String(ifalias)]));
}
