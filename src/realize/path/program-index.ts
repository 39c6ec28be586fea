/** A program by the keys that packets bring: made once for each program, as one is never changed after it was compiled. */
import { cidrContainsAddress } from '../../values/cidr.ts';
import type { Ipv4 } from '../../values/ip.ts';
import type {
  EdgeProgram,
  NetworkProgram,
  PolicyEntry,
  PolicyProgram,
  PortProgram,
  PublicMapping,
} from '../program.ts';
import { decidingEntry, type GatePacket } from './gate.ts';

export interface ProgramIndex {
  readonly portOf: ReadonlyMap<Ipv4, PortProgram>;
  readonly portById: ReadonlyMap<string, PortProgram>;
  readonly policyOf: ReadonlyMap<string, PolicyProgram>;
  readonly membersOf: ReadonlyMap<string, ReadonlySet<Ipv4>>;
  readonly gateways: ReadonlySet<Ipv4>;
  readonly mappingOfPrivate: ReadonlyMap<Ipv4, PublicMapping>;
  readonly mappingOfPublic: ReadonlyMap<Ipv4, PublicMapping>;
}

const indexes = new WeakMap<NetworkProgram, ProgramIndex>();
const edges = new WeakMap<EdgeProgram, ReadonlyMap<Ipv4, string>>();

export function indexOf(program: NetworkProgram): ProgramIndex {
  const known = indexes.get(program);
  if (known) return known;
  const index: ProgramIndex = {
    portOf: new Map(program.ports.flatMap((port) => port.addresses.map((address) => [address, port] as const))),
    portById: new Map(program.ports.map((port) => [port.id, port])),
    policyOf: new Map(program.policies.map((policy) => [policy.id, policy])),
    membersOf: new Map(program.groups.map((group) => [group.id, new Set(group.members)])),
    gateways: new Set(program.subnets.map((subnet) => subnet.gateway)),
    mappingOfPrivate: new Map(program.publicMappings.map((mapping) => [mapping.privateAddress, mapping])),
    mappingOfPublic: new Map(program.publicMappings.map((mapping) => [mapping.publicAddress, mapping])),
  };
  indexes.set(program, index);
  return index;
}

/** Id of the network that a public address leads to; undefined when it leads nowhere. */
export function routeAtEdge(edge: EdgeProgram, address: Ipv4): string | undefined {
  const routes = edges.get(edge) ?? new Map(edge.routes.map((route) => [route.publicAddress, route.networkId]));
  edges.set(edge, routes);
  return routes.get(address);
}

/** Whether an address lies in a block of the network. */
export function isInside(program: NetworkProgram, address: Ipv4): boolean {
  return program.blocks.some((block) => cidrContainsAddress(block, address));
}

/** The entry that decides about a packet at a gate of this port, and its place among those of its direction. */
export function askGate(
  program: NetworkProgram,
  port: PortProgram,
  direction: 'egress' | 'ingress',
  packet: GatePacket,
): { readonly position: number; readonly entry: PolicyEntry } {
  const { policyOf, membersOf } = indexOf(program);
  const policy = policyOf.get(port.policyId);
  if (!policy) throw new Error(`port ${port.id} names a policy that is not in the program`);
  const entries = policy[direction];
  const entry = decidingEntry(entries, packet, (id, address) => membersOf.get(id)?.has(address) ?? false);
  return { position: entries.indexOf(entry), entry };
}
