/** Public addresses for tests of the network driver: programs by hand, and the edge as text. */
import type { EdgeProgram, NetworkProgram, PortProgram, PublicMapping } from '../../src/realize/program.ts';
import { block, ip, type Lab } from './network-lab.ts';

const MEGABIT = 1_000_000;

/** The host outside. */
export const OUTSIDE = '192.0.2.10';
/** The edge's own address. */
export const EDGE_ROUTER = '192.0.2.11';

/** A public address of a port's primary address; its id follows from it. */
export function mapping(
  port: PortProgram,
  publicAddress: string,
  caps: { readonly outbound?: number; readonly inbound?: number } = {},
): PublicMapping {
  return {
    id: `eip-${publicAddress}`,
    portId: port.id,
    publicAddress: ip(publicAddress),
    privateAddress: port.addresses[0] ?? ip(''),
    outbound: (caps.outbound ?? 1000) * MEGABIT,
    inbound: (caps.inbound ?? 1000) * MEGABIT,
  };
}

/** The edge with routes for public addresses: address → network. */
export function edge(routes: { readonly [publicAddress: string]: string } = {}): EdgeProgram {
  return {
    generation: 1,
    pool: [block('198.18.0.0/15')],
    outside: ip(OUTSIDE),
    routes: Object.entries(routes).map(([address, networkId]) => ({ publicAddress: ip(address), networkId })),
  };
}

/** Applies networks and the edge with the routes that their mappings need. */
export async function applyAll(lab: Lab, ...programs: readonly NetworkProgram[]): Promise<void> {
  for (const program of programs) await lab.networks.apply(program);
  await lab.networks.applyEdge(edgeOf(...programs));
}

export function edgeOf(...programs: readonly NetworkProgram[]): EdgeProgram {
  const all = programs.flatMap(({ networkId, publicMappings }) =>
    publicMappings.map(({ publicAddress }) => ({ publicAddress, networkId })),
  );
  return { ...edge(), routes: all };
}

/** Names, numbers and times as the kernel tells them of a network and the edge, to see whether anything was made anew. */
export function exactly(lab: Lab, ...ids: readonly string[]): Promise<string> {
  return exactlyIn(lab, ...ids, 'edge');
}

/** The same of these namespaces alone. */
export async function exactlyIn(lab: Pick<Lab, 'inside'>, ...ids: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const id of ids) {
    for (const argv of [
      ['nft', '-s', '-a', 'list', 'ruleset'],
      ['ip', '-d', 'address'],
      ['ip', 'route'],
      ['ip', 'neighbour'],
      ['tc', 'qdisc', 'show'],
    ]) {
      const text = await lab.inside(id, ...argv);
      texts.push(
        text
          .replaceAll(/\b(direct_packets_stat|used|expires) \d+/g, '')
          .replaceAll(/\b(REACHABLE|STALE|DELAY|PROBE)\b/g, ''),
      );
    }
    texts.push(await classes(lab, id));
  }
  return texts.join('\n');
}

/** The classes of all links of a namespace that have some, as tc tells them. */
export async function classes(lab: Pick<Lab, 'inside'>, id: string): Promise<string> {
  const script =
    "for link in $(tc qdisc show | sed -n 's/^qdisc htb .* dev \\([^ ]*\\) .*/\\1/p' | sort); do echo $link; tc class show dev $link; done";
  return lab.inside(id, 'sh', '-c', script);
}

/** A network and the edge as text that equal realities share, whoever made them. */
export async function realityOf(lab: Pick<Lab, 'inside' | 'reality'>, ...ids: readonly string[]): Promise<string> {
  const texts = await Promise.all([...ids, 'edge'].map((id) => lab.reality(id)));
  const caps = await Promise.all(ids.map((id) => classes(lab, id)));
  return [...texts, ...caps].join('\n=====\n');
}

/** Entries of connection tracking in a network that name the address. */
export async function tracked(lab: Lab, id: string, address: string): Promise<string[]> {
  const text = await lab.inside(id, 'conntrack', '-L', '-o', 'extended');
  return text.split('\n').filter((line) => line.includes(`=${address} `));
}
