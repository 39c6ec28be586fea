/**
 * Links, addresses and routes of a network as data, and what leads from one state to another. Pure.
 *
 * Every port is a veth pair: one end in the network's namespace, which is a router, the other in the guest's. The
 * router has a /32 route and a permanent neighbour for each address, answers ARP for all of them (proxy ARP), and has
 * the gateways on its loopback. So nothing is ever flooded, and equal addresses in two networks never meet.
 */
import type { NetworkProgram, PortProgram } from '../../realize/program.ts';
import { formatCidr } from '../../values/cidr.ts';
import { formatIpv4 } from '../../values/ip.ts';
import { isMac } from '../../values/mac.ts';
import { RESOLVERS } from '../../values/name-service.ts';

/** MAC of the router's end of every pair: locally administered, the same everywhere as no two share a link. */
export const ROUTER_MAC = 'ee:ff:ff:ff:ff:ff';

/** A plugged port. Two cards that are equal as JSON are the same plugging; any difference means unplug and plug. */
export interface Card {
  readonly portId: string;
  readonly guestId: string;
  readonly deviceIndex: number;
  readonly mac: string;
  readonly queues: number;
  /** Primary address with the subnet's prefix length. */
  readonly address: string;
  readonly gateway: string;
}

/** What lies in a network's namespace besides its rules. */
export interface Links {
  /** By the name of the router's end. */
  readonly cards: ReadonlyMap<string, Card>;
  /** Address of a port → name of the router's end, and its MAC; '' where no neighbour is known. */
  readonly routes: ReadonlyMap<string, { readonly via: string; readonly mac: string }>;
  /** Addresses that the router itself answers at: gateways and resolvers. */
  readonly gateways: ReadonlySet<string>;
  /** Blocks whose unknown addresses are unreachable. */
  readonly blocks: ReadonlySet<string>;
}

/** What exists, as far as it is known: a card that is undefined was left half made. */
export interface FoundLinks extends Omit<Links, 'cards'> {
  readonly cards: ReadonlyMap<string, Card | undefined>;
}

export const NO_LINKS: Links = { cards: new Map(), routes: new Map(), gateways: new Set(), blocks: new Set() };

/** Longest name of an interface. */
const NAME_LENGTH = 15;

/**
 * Names of the router's ends: `p` and the last 13 characters of the ENI's id. Of ports whose ids end alike, all but the
 * first by id get `q` and a number instead, so every port has a name of its own.
 */
export function hostNames(ports: readonly { readonly id: string }[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const id of ports.map((port) => port.id).sort()) {
    let name = `p${id.slice(-13)}`;
    for (let count = 0; taken.has(name); count += 1) name = `q${count}${id.slice(-13)}`.slice(0, NAME_LENGTH);
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

/** The links that a program asks for. Throws when something in it could not be a word of a command. */
export function wantedLinks(program: NetworkProgram): Links {
  const subnets = new Map(program.subnets.map((subnet) => [subnet.id, subnet]));
  const names = hostNames(program.ports);
  const cards = new Map<string, Card>();
  const routes = new Map<string, { via: string; mac: string }>();
  requireWord(program.networkId);
  for (const port of program.ports) {
    const name = names.get(port.id) ?? '';
    const subnet = subnets.get(port.subnetId);
    const [primary] = port.addresses;
    if (subnet === undefined) throw new Error(`port ${port.id} lies in no subnet of ${program.networkId}`);
    if (primary === undefined) throw new Error(`port ${port.id} has no address`);
    requirePlain(port);
    cards.set(name, {
      portId: port.id,
      guestId: port.guestId,
      deviceIndex: port.deviceIndex,
      mac: port.mac,
      queues: port.queues,
      address: `${formatIpv4(primary)}/${subnet.cidr.prefix}`,
      gateway: formatIpv4(subnet.gateway),
    });
    for (const address of port.addresses.map(formatIpv4)) {
      const other = routes.get(address);
      if (other) throw new Error(`ports ${port.id} and ${cards.get(other.via)?.portId} both have ${address}`);
      routes.set(address, { via: name, mac: port.mac });
    }
  }
  return {
    cards,
    routes,
    gateways: new Set([...program.subnets.map((subnet) => subnet.gateway), ...RESOLVERS].map(formatIpv4)),
    blocks: new Set(program.blocks.map(formatCidr)),
  };
}

function requireWord(id: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id)) throw new Error(`not an id: ${id}`);
}

function requirePlain(port: PortProgram): void {
  requireWord(port.id);
  requireWord(port.guestId);
  if (!isMac(port.mac)) throw new Error(`port ${port.id}: not a MAC: ${port.mac}`);
  const inRange = (number: number, least: number) => Number.isInteger(number) && number >= least && number <= 1024;
  if (!inRange(port.deviceIndex, 0)) throw new Error(`port ${port.id}: no device index: ${port.deviceIndex}`);
  if (!inRange(port.queues, 1)) throw new Error(`port ${port.id}: no number of queues: ${port.queues}`);
}

/** The steps between two states, in the order in which they are taken. */
export interface LinkSteps {
  /** Router addresses and blocks that are new: commands of ip in the network's namespace. */
  readonly before: readonly string[];
  /** Names of router's ends to remove; the card tells whose. */
  readonly unplug: ReadonlyMap<string, Card | undefined>;
  readonly plug: ReadonlyMap<string, Card>;
  /** Routes and neighbours, and what is no longer wanted: commands of ip. */
  readonly after: readonly string[];
  /** Addresses that no port has any longer, or another than before. */
  readonly released: readonly string[];
  /** Addresses that a port did not have before. */
  readonly gained: readonly string[];
}

export function linkSteps(found: FoundLinks, wanted: Links): LinkSteps {
  const unplug = new Map<string, Card | undefined>();
  const plug = new Map<string, Card>();
  for (const [name, card] of found.cards) if (!sameCard(card, wanted.cards.get(name))) unplug.set(name, card);
  for (const [name, card] of wanted.cards) if (!sameCard(card, found.cards.get(name))) plug.set(name, card);

  const before = [
    ...missing(wanted.gateways, found.gateways).map((gateway) => `address replace ${gateway}/32 dev lo`),
    ...missing(wanted.blocks, found.blocks).map((block) => `route replace unreachable ${block}`),
  ];
  const after: string[] = [];
  const released: string[] = [];
  const gained: string[] = [];
  for (const [address, { via, mac }] of wanted.routes) {
    const had = found.routes.get(address);
    const samePort = had?.via === via && !plug.has(via);
    if (!samePort) gained.push(address);
    if (had && !samePort) released.push(address);
    // A link that is made anew has lost its routes, whatever was found before.
    if (samePort && had.mac === mac) continue;
    after.push(`route replace ${address}/32 dev ${via}`);
    after.push(`neighbour replace ${address} lladdr ${mac} dev ${via} nud permanent`);
    // The neighbour of the former port goes with its link, or here.
    if (had && had.via !== via && !unplug.has(had.via)) after.push(...forgetNeighbour(address, had));
  }
  for (const [address, route] of found.routes) {
    if (wanted.routes.has(address)) continue;
    released.push(address);
    if (unplug.has(route.via)) continue;
    after.push(`route delete ${address}/32 dev ${route.via}`, ...forgetNeighbour(address, route));
  }
  after.push(
    ...missing(found.gateways, wanted.gateways).map((gateway) => `address delete ${gateway}/32 dev lo`),
    ...missing(found.blocks, wanted.blocks).map((block) => `route delete unreachable ${block}`),
  );
  return { before, unplug, plug, after, released, gained };
}

/** Nothing where there is none: ip ends at once, with all commands that follow, when it is asked to delete nothing. */
function forgetNeighbour(address: string, route: { readonly via: string; readonly mac: string }): string[] {
  return route.mac === '' ? [] : [`neighbour delete ${address} dev ${route.via}`];
}

function sameCard(one: Card | undefined, other: Card | undefined): boolean {
  return one !== undefined && other !== undefined && describeCard(one) === describeCard(other);
}

function missing(wanted: ReadonlySet<string>, found: ReadonlySet<string>): string[] {
  return [...wanted].filter((item) => !found.has(item));
}

/** Commands of ip in the network's namespace that make a card; its guest's namespace must exist. */
export function plugCommands(name: string, card: Card): string[] {
  const queues = `numtxqueues ${card.queues} numrxqueues ${card.queues}`;
  const guestEnd = `eth${card.deviceIndex}`;
  return [
    `link add dev ${name} address ${ROUTER_MAC} mtu 1500 ${queues} type veth peer name ${guestEnd} address ${card.mac} mtu 1500 ${queues} netns ${card.guestId}`,
    // Else answers to ARP are held back for a random time.
    `ntable change name arp_cache dev ${name} proxy_delay 0`,
    `link set dev ${name} up`,
  ];
}

/**
 * Commands of ip in the guest's namespace for a card. Only the first card is configured: whether others are is a matter
 * of the guest's image (they appear without addresses).
 */
export function guestCommands(card: Card): string[] {
  if (card.deviceIndex !== 0) return [];
  return [
    `address replace ${card.address} dev eth0`,
    // No address of IPv6, which the network does not carry.
    'link set dev eth0 addrgenmode none up',
    `route replace default via ${card.gateway} dev eth0`,
  ];
}

/** A card as one word, kept as the alias of the router's end: written last, so a half-made card has none. */
export function describeCard(card: Card): string {
  const { portId, guestId, deviceIndex, mac, queues, address, gateway } = card;
  return [portId, guestId, deviceIndex, mac, queues, address, gateway].join(',');
}

/** The inverse of {@link describeCard}; undefined when the text is none of ours. */
export function readCard(text: string | undefined): Card | undefined {
  const words = text?.split(',') ?? [];
  const [portId, guestId, deviceIndex, mac, queues, address, gateway] = words;
  if (words.length !== 7 || !portId || !guestId || !mac || !address || !gateway) return undefined;
  return { portId, guestId, deviceIndex: Number(deviceIndex), mac, queues: Number(queues), address, gateway };
}
