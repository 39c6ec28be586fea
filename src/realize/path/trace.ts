/**
 * The walk of a packet, in the order in which the Linux driver lets it happen (docs/guides/packet-walk.md): so the
 * reason that is given is the first thing in reality that ends the walk, whatever else would have ended it later.
 *
 *   in the sender's network   source check, routing, egress gate, ingress gate or the way to the edge, new source
 *   at the edge               source check, routing
 *   in the receiver's         private sources, new destination, routing, ingress gate
 */
import { type Cidr, cidrContainsAddress, parseCidr } from '../../values/cidr.ts';
import type { Ipv4 } from '../../values/ip.ts';
import { RESOLVER_PORT, RESOLVERS } from '../../values/name-service.ts';
import { edgeAddress, NETWORK_ROUTER } from '../../values/public-edge.ts';
import type { NetworkProgram, PortProgram } from '../program.ts';
import { PROTOCOL_NUMBER } from './gate.ts';
import { type Hop, type Packet, type Path, REASONS, type Reason, type Start, type World } from './path.ts';
import { askGate, indexOf, isInside, routeAtEdge } from './program-index.ts';

const block = (text: string) => parseCidr(text) as Cidr;

const MULTICAST = block('224.0.0.0/4');
const LOOPBACK = block('127.0.0.0/8');
const BROADCAST = 0xffffffff;
/** Ranges of networks: what lies in them and in no network that is asked about lies nowhere. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(block);

/** What happens to the first packet of a flow. Throws when a port names a policy that its program does not have. */
export function tracePath(world: World, start: Start, packet: Packet): Path {
  const walk = new Walk(world);
  return start === 'outside' ? walk.fromOutside(packet) : walk.fromPort(start, packet);
}

class Walk {
  readonly #world: World;
  readonly #hops: Hop[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  fromPort({ networkId, portId }: Exclude<Start, 'outside'>, packet: Packet): Path {
    const program = this.#world.network(networkId);
    const port = program && indexOf(program).portById.get(portId);
    if (!port) return this.#end('SenderNotPlugged');
    this.#hops.push({ kind: 'port', networkId, portId, guestId: port.guestId, packet });
    if (isLoopback(packet.destination) || port.addresses.includes(packet.destination)) return this.#end('SenderItself');
    const passed = this.#mayBearSource(program, port, packet.source);
    this.#hops.push({ kind: 'source-check', networkId, portId, passed, packet });
    if (!passed) return this.#end('SpoofedSource');
    return this.#routeFromPort(program, port, packet);
  }

  fromOutside(packet: Packet): Path {
    const { edge, uplink } = this.#world;
    const { source, destination } = packet;
    this.#hops.push({ kind: 'outside', packet });
    const isHost = source === edge.outside;
    if (!isHost && !(uplink && this.#isAbroad(source))) return this.#refuseAtEdge('SpoofedSource', packet);
    if (destination === source || isLoopback(destination)) return this.#end('SenderItself');
    return this.#atEdge(packet, isHost ? 'host' : 'world');
  }

  /** The first card's own addresses, or any for a forwarder but those that no router takes from somebody else. */
  #mayBearSource(program: NetworkProgram, port: PortProgram, source: Ipv4): boolean {
    if (port.addresses.includes(source)) return true;
    return port.forwards && isUnicast(source) && !isRouter(program, source);
  }

  #routeFromPort(program: NetworkProgram, sender: PortProgram, packet: Packet): Path {
    const { networkId } = program;
    const { portOf } = indexOf(program);
    const { source, destination } = packet;
    if (isRouter(program, destination)) {
      this.#hops.push({ kind: 'router', networkId, next: 'itself', packet });
      return this.#end(routerAnswers(program, packet) ? 'AnsweredByRouter' : 'RouterClosed');
    }
    if (!isUnicast(destination)) return this.#dropInNetwork('NotRouted', networkId, packet);
    const receiver = portOf.get(destination);
    if (receiver) {
      this.#hops.push({ kind: 'router', networkId, next: 'port', packet });
      if (!this.#passes(program, sender, 'egress', packet)) return this.#end(this.#denied());
      return this.#deliver(program, receiver, packet);
    }
    if (isInside(program, destination)) return this.#dropInNetwork('AddressUnassigned', networkId, packet);
    // Without any mapping the network has no link to the edge: there is no route, and so no gate is asked.
    if (!isLinked(program)) return this.#dropWayOut(networkId, packet);
    this.#hops.push({ kind: 'router', networkId, next: 'edge', packet });
    if (!this.#passes(program, sender, 'egress', packet)) return this.#end(this.#denied());
    const mapping = indexOf(program).mappingOfPrivate.get(source);
    if (mapping?.portId !== sender.id) return this.#dropWayOut(networkId, packet);
    const translated = { ...packet, source: mapping.publicAddress };
    this.#hops.push({ kind: 'translation', networkId, mappingId: mapping.id, changes: 'source', packet: translated });
    if (routeAtEdge(this.#world.edge, translated.source) !== networkId) {
      return this.#refuseAtEdge('SpoofedSource', translated);
    }
    return this.#atEdge(translated, { program, sender });
  }

  #atEdge(packet: Packet, from: Origin): Path {
    const { edge, uplink } = this.#world;
    const { destination } = packet;
    if (destination === edge.outside) {
      this.#hops.push({ kind: 'edge', next: 'outside', packet }, { kind: 'outside', packet });
      return this.#end('Delivered');
    }
    if (destination === edgeAddress(edge.outside)) {
      this.#hops.push({ kind: 'edge', next: 'itself', packet });
      return this.#end(packet.protocol === PROTOCOL_NUMBER.icmp ? 'AnsweredByRouter' : 'RouterClosed');
    }
    if (!isUnicast(destination)) return this.#refuseAtEdge('NotRouted', packet);
    const networkId = routeAtEdge(edge, destination);
    const program = networkId === undefined ? undefined : this.#world.network(networkId);
    if (program && isLinked(program)) {
      this.#hops.push({ kind: 'edge', next: { networkId: program.networkId }, packet });
      return this.#intoNetwork(program, packet, from);
    }
    if (edge.pool.some((each) => cidrContainsAddress(each, destination))) {
      return this.#refuseAtEdge('PublicAddressUnassigned', packet);
    }
    if (uplink && from !== 'world') {
      this.#hops.push({ kind: 'edge', next: 'uplink', packet });
      return this.#end('LeavesByUplink');
    }
    return this.#refuseAtEdge(this.#elsewhere(destination).length > 0 ? 'OtherNetwork' : 'NoRoute', packet);
  }

  #intoNetwork(program: NetworkProgram, packet: Packet, from: Origin): Path {
    const { networkId } = program;
    const { mappingOfPublic, portOf } = indexOf(program);
    if (isInside(program, packet.source)) return this.#dropInNetwork('PrivateSourceFromOutside', networkId, packet);
    const mapping = mappingOfPublic.get(packet.destination);
    const receiver = mapping && portOf.get(mapping.privateAddress);
    if (!receiver) return this.#dropInNetwork('PublicAddressUnassigned', networkId, packet);
    const translated = { ...packet, destination: mapping.privateAddress };
    this.#hops.push(
      { kind: 'translation', networkId, mappingId: mapping.id, changes: 'destination', packet: translated },
      { kind: 'router', networkId, next: 'port', packet: translated },
    );
    // Whose ends look the same from both sides is an answer to itself for connection tracking: no gate is asked.
    if (typeof from === 'object' && from.sender === receiver && isOwnAnswer(packet)) {
      return this.#arrive(program, receiver, translated);
    }
    return this.#deliver(program, receiver, translated);
  }

  /** Through the receiver's gate to its card. */
  #deliver(program: NetworkProgram, receiver: PortProgram, packet: Packet): Path {
    if (!this.#passes(program, receiver, 'ingress', packet)) return this.#end(this.#denied());
    return this.#arrive(program, receiver, packet);
  }

  #arrive({ networkId }: NetworkProgram, { id: portId, guestId }: PortProgram, packet: Packet): Path {
    this.#hops.push({ kind: 'port', networkId, portId, guestId, packet });
    return this.#end('Delivered');
  }

  #passes(program: NetworkProgram, port: PortProgram, direction: 'egress' | 'ingress', packet: Packet): boolean {
    const { source, destination } = packet;
    const [local, peer] = direction === 'egress' ? [source, destination] : [destination, source];
    const { position, entry } = askGate(program, port, direction, { ...packet, local, peer });
    const { networkId } = program;
    const { id: portId, policyId } = port;
    this.#hops.push({ kind: 'gate', networkId, portId, direction, policyId, position, entry, packet });
    return entry.verdict === 'accept';
  }

  /** The reason of the gate that was asked last. */
  #denied(): Reason {
    const gate = this.#hops.at(-1);
    if (gate?.kind !== 'gate') throw new Error('no gate has denied anything');
    const byDefault = gate.entry.origin.kind === 'default';
    if (gate.direction === 'egress') return byDefault ? 'EgressDeniedByDefault' : 'EgressDeniedByRule';
    return byDefault ? 'IngressDeniedByDefault' : 'IngressDeniedByRule';
  }

  /** What has no way to the edge would have none beyond it either where its destination is private. */
  #dropWayOut(networkId: string, packet: Packet): Path {
    const { destination } = packet;
    const isPrivate = PRIVATE.some((range) => cidrContainsAddress(range, destination));
    if (this.#elsewhere(destination).length > 0) return this.#dropInNetwork('OtherNetwork', networkId, packet);
    return this.#dropInNetwork(isPrivate && !this.#world.uplink ? 'NoRoute' : 'NoPublicAddress', networkId, packet);
  }

  #dropInNetwork(reason: Reason, networkId: string, packet: Packet): Path {
    this.#hops.push({ kind: 'router', networkId, next: 'nowhere', packet });
    return this.#end(reason);
  }

  #refuseAtEdge(reason: Reason, packet: Packet): Path {
    this.#hops.push({ kind: 'edge', next: 'nowhere', packet });
    return this.#end(reason);
  }

  #elsewhere(address: Ipv4): readonly string[] {
    return this.#world.elsewhere?.(address) ?? [];
  }

  /** Whether an address may be that of somebody beyond the uplink. */
  #isAbroad(source: Ipv4): boolean {
    const { pool, outside } = this.#world.edge;
    const atHome = [outside, edgeAddress(outside), NETWORK_ROUTER].includes(source);
    return isUnicast(source) && !atHome && !pool.some((each) => cidrContainsAddress(each, source));
  }

  #end(reason: Reason): Path {
    const path = { verdict: REASONS[reason].verdict, reason, hops: this.#hops };
    const destination = this.#hops.at(-1)?.packet.destination;
    if (reason !== 'OtherNetwork' || destination === undefined) return path;
    return { ...path, elsewhere: this.#elsewhere(destination) };
  }
}

/** Where a packet comes to the edge from. */
type Origin = 'host' | 'world' | { readonly program: NetworkProgram; readonly sender: PortProgram };

/** Whether the network has a link to the edge: exactly while it has a public address to translate. */
function isLinked(program: NetworkProgram): boolean {
  return program.publicMappings.length > 0;
}

/** Whether the router of the network itself has this address. */
function isRouter(program: NetworkProgram, address: Ipv4): boolean {
  if (indexOf(program).gateways.has(address) || RESOLVERS.includes(address)) return true;
  return address === NETWORK_ROUTER && isLinked(program);
}

/** Ping of gateways, and questions for names. */
function routerAnswers(program: NetworkProgram, { protocol, destination, destinationPort }: Packet): boolean {
  if (protocol === PROTOCOL_NUMBER.icmp) return indexOf(program).gateways.has(destination);
  const asksForNames = protocol === PROTOCOL_NUMBER.udp || protocol === PROTOCOL_NUMBER.tcp;
  return asksForNames && destinationPort === RESOLVER_PORT && RESOLVERS.includes(destination);
}

/** Whether the answer to this packet would look like the packet itself, when source and destination are one. */
function isOwnAnswer({ protocol, source, destination, sourcePort, destinationPort }: Packet): boolean {
  return source === destination && protocol !== PROTOCOL_NUMBER.icmp && sourcePort === destinationPort;
}

function isLoopback(address: Ipv4): boolean {
  return cidrContainsAddress(LOOPBACK, address);
}

/** Whether a router carries packets to or from it: there is one host that it may mean. */
function isUnicast(address: Ipv4): boolean {
  return address !== 0 && address !== BROADCAST && !cidrContainsAddress(MULTICAST, address) && !isLoopback(address);
}
