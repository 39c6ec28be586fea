/**
 * The public edge as rules, links and routes of its namespace. Pure.
 *
 * A router without memory between networks and the host outside. It has a /32 route for each public address, to the link
 * of the network that it leads to, and takes from each link only that network's public addresses as sources: so networks
 * meet nowhere but through public addresses, and no private address is ever seen here. All else of the pool is
 * unreachable. Translation is the networks' own business (see ruleset.ts).
 */
import type { EdgeProgram } from '../../realize/program.ts';
import { formatCidr } from '../../values/cidr.ts';
import { formatIpv4 } from '../../values/ip.ts';
import { edgeAddress, NETWORK_ROUTER, OUTSIDE } from '../../values/public-edge.ts';
import type { Card, Links } from './links.ts';
import type { BaseChain, NamedSet, Ruleset } from './ruleset.ts';
import { NETWORK_END_MAC } from './uplink.ts';

/** Name of the edge's end of the link to the host outside. */
const OUTSIDE_LINK = 'out0';

/** Name of the edge's end of the link to the machine's own network: see machine-uplink.ts. */
export const WORLD_LINK = 'world0';

/** MAC of the host outside: locally administered, and the address that it is at first. */
export const OUTSIDE_MAC = '02:00:c0:00:02:0a';

/** The port of the host outside, where there is a word for it. */
export const OUTSIDE_PORT = 'outside';

/** What routers of networks call themselves here. */
const ROUTER = formatIpv4(NETWORK_ROUTER);

const ERRORS = 'icmp type { destination-unreachable, time-exceeded, parameter-problem }';

const INET_BASE: ReadonlyMap<string, BaseChain> = new Map([
  [
    'spoof',
    {
      hook: 'type filter hook prerouting priority -450; policy drop',
      rules: [
        'iifname "lo" accept',
        'iifname . ether saddr . ip saddr @own accept',
        `iifname @networks ip saddr ${ROUTER} ${ERRORS} accept`,
        'counter drop',
      ],
    },
  ],
  ['forward', { hook: 'type filter hook forward priority 0; policy drop', rules: ['ip daddr @reachable accept'] }],
  [
    'router_input',
    {
      hook: 'type filter hook input priority 0; policy drop',
      rules: ['iifname "lo" accept', 'ip daddr @gateways icmp type echo-request accept'],
    },
  ],
]);

/**
 * The rules when the machine is linked to the edge: from there comes everything but sources that are at home here, and
 * only the host outside and networks' public addresses leave that way.
 */
function baseWithWorld({ pool, outside }: EdgeProgram): ReadonlyMap<string, BaseChain> {
  const home = [...pool.map(formatCidr), formatIpv4(outside), ROUTER].join(', ');
  const world: { readonly [chain: string]: string } = {
    spoof: `iifname "${WORLD_LINK}" ip saddr != { ${home} } accept`,
    forward: `iifname != "${WORLD_LINK}" oifname "${WORLD_LINK}" ip saddr @reachable accept`,
  };
  return new Map(
    Array.from(INET_BASE, ([name, { hook, rules }]) => {
      const rule = world[name];
      return [name, { hook, rules: rule === undefined ? rules : [rule, ...rules] }];
    }),
  );
}

const ARP_BASE: ReadonlyMap<string, BaseChain> = new Map([
  [
    'sender',
    {
      hook: 'type filter hook input priority 0; policy drop',
      rules: ['iifname . ether saddr . arp saddr ether . arp saddr ip @own accept', 'counter drop'],
    },
  ],
]);

/**
 * What the edge's namespace holds when these networks (id → name of the edge's end) are linked to it; `world` tells
 * whether the machine is.
 */
export function renderEdge(
  program: EdgeProgram,
  uplinks: ReadonlyMap<string, string>,
  world = false,
): { readonly ruleset: Ruleset; readonly links: Links } {
  const outside = formatIpv4(program.outside);
  const gateway = formatIpv4(edgeAddress(program.outside));
  const card: Card = {
    portId: OUTSIDE_PORT,
    guestId: OUTSIDE,
    deviceIndex: 0,
    mac: OUTSIDE_MAC,
    queues: 1,
    address: `${outside}/31`,
    gateway,
  };
  const routes = new Map([[outside, { via: OUTSIDE_LINK, mac: OUTSIDE_MAC }]]);
  const own = new Set([`"${OUTSIDE_LINK}" . ${OUTSIDE_MAC} . ${outside}`]);
  const reachable = [program.outside];
  for (const { publicAddress, networkId } of program.routes) {
    const address = formatIpv4(publicAddress);
    if (routes.has(address)) throw new Error(`the edge has two routes for ${address}`);
    const via = uplinks.get(networkId);
    if (via === undefined) continue;
    routes.set(address, { via, mac: NETWORK_END_MAC });
    own.add(`"${via}" . ${NETWORK_END_MAC} . ${address}`);
    reachable.push(publicAddress);
  }
  const networks = new Set(Array.from(routes.values(), ({ via }) => `"${via}"`));
  networks.delete(`"${OUTSIDE_LINK}"`);
  const arpOwn = new Set([`"${OUTSIDE_LINK}" . ${OUTSIDE_MAC} . ${OUTSIDE_MAC} . ${outside}`]);
  const sets = new Map<string, NamedSet>([
    ['own', { kind: 'set', type: 'ifname . ether_addr . ipv4_addr', elements: own }],
    ['networks', { kind: 'set', type: 'ifname', elements: networks }],
    ['reachable', { kind: 'addresses', members: reachable }],
    ['gateways', { kind: 'addresses', members: [edgeAddress(program.outside)] }],
  ]);
  return {
    ruleset: {
      inet: { family: 'inet', sets, chains: new Map(), base: world ? baseWithWorld(program) : INET_BASE },
      arp: {
        family: 'arp',
        sets: new Map([
          ['own', { kind: 'set', type: 'ifname . ether_addr . ether_addr . ipv4_addr', elements: arpOwn }],
        ]),
        chains: new Map(),
        base: ARP_BASE,
      },
    },
    links: {
      cards: new Map([[OUTSIDE_LINK, card]]),
      routes,
      gateways: new Set([gateway]),
      blocks: new Set(program.pool.map(formatCidr)),
    },
  };
}
