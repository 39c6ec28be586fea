/**
 * The link between a network and the public edge, as commands of ip. Pure.
 *
 * A network has one exactly while it has public addresses: the rest have no way out at all. Its ends know each other by
 * permanent neighbours, so nothing is asked or broadcast on it. Next hops are labels that no table of addresses holds.
 */
import { createHash } from 'node:crypto';
import { formatIpv4 } from '../../values/ip.ts';
import { NETWORK_ROUTER } from '../../values/public-edge.ts';

/** Name of the network's end. */
export const UPLINK = 'up0';

/** MACs of the two ends: locally administered, the same everywhere as no two links meet. */
export const NETWORK_END_MAC = 'ee:ff:ff:ff:ff:fe';
export const EDGE_END_MAC = 'ee:ff:ff:ff:ff:fd';

/** What networks call the edge; an address of translators between their own links (RFC 6333). */
const EDGE_HOP = '192.0.0.1';

/** What the router of a network calls itself there. */
const ROUTER = formatIpv4(NETWORK_ROUTER);

/** Alias of the network's end: written last, so a half-made link has none. */
export const UPLINK_MADE = 'edge';

/**
 * Name of the edge's end: the one that the network has, else `n` and the end of the network's id, or `m` and a hash when
 * another network has that name. `taken` tells by name which network has it.
 */
export function edgeEndName(networkId: string, taken: ReadonlyMap<string, string>): string {
  for (const [name, id] of taken) if (id === networkId) return name;
  const hash = createHash('sha256').update(networkId).digest('hex');
  for (const name of [`n${networkId.slice(-13)}`, `m${hash.slice(0, 13)}`]) {
    if (!taken.has(name)) return name;
  }
  throw new Error(`no name is left for the link of ${networkId} to the edge`);
}

/** Commands in the network's namespace that make the link, up to its alias. */
export function uplinkCommands(edgeEnd: string): string[] {
  const one = 'mtu 1500 numtxqueues 1 numrxqueues 1';
  return [
    `link add dev ${UPLINK} address ${NETWORK_END_MAC} ${one} type veth peer name ${edgeEnd} address ${EDGE_END_MAC} ${one} netns edge`,
    `address add ${ROUTER}/32 dev ${UPLINK}`,
    `neighbour replace ${EDGE_HOP} lladdr ${EDGE_END_MAC} dev ${UPLINK} nud permanent`,
    `link set dev ${UPLINK} addrgenmode none up`,
    `route replace default via ${EDGE_HOP} dev ${UPLINK} onlink src ${ROUTER}`,
  ];
}

/** Whether the link is whole, from what `ip -j` shows in the network's namespace of it. */
export function uplinkIsWhole(
  alias: unknown,
  routes: readonly { readonly [field: string]: unknown }[],
  neighbours: readonly { readonly [field: string]: unknown }[],
): boolean {
  return (
    alias === UPLINK_MADE &&
    routes.some((route) => route['dst'] === 'default' && route['gateway'] === EDGE_HOP && route['dev'] === UPLINK) &&
    neighbours.some(({ dst, dev, lladdr }) => dst === EDGE_HOP && dev === UPLINK && lladdr === EDGE_END_MAC)
  );
}
