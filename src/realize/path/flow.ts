/**
 * Whether a program lets a flow begin: the sender's egress gate, then the receiver's ingress gate. Asked for the flows
 * that connection tracking already knows, after a change, to cut those that would be refused now.
 */
import type { Ipv4 } from '../../values/ip.ts';
import type { NetworkProgram, PolicyProgram, PortProgram } from '../program.ts';
import { decidingEntry } from './gate.ts';

/** A flow in the direction of its first packet. */
export interface Flow {
  /** IP protocol number. */
  readonly protocol: number;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  /** 0 where the protocol has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

interface Index {
  readonly portOf: ReadonlyMap<Ipv4, PortProgram>;
  readonly policyOf: ReadonlyMap<string, PolicyProgram>;
  readonly membersOf: ReadonlyMap<string, ReadonlySet<Ipv4>>;
}

/** Derived from a program once; a program is never changed after it was compiled. */
const indexes = new WeakMap<NetworkProgram, Index>();

/** False when either gate refuses it, or when an end of it lies at no port of this network. */
export function flowAllowed(program: NetworkProgram, flow: Flow): boolean {
  const { portOf, policyOf, membersOf } = indexOf(program);
  const sender = portOf.get(flow.source);
  const receiver = portOf.get(flow.destination);
  if (!sender || !receiver) return false;
  const isMember = (groupId: string, address: Ipv4) => membersOf.get(groupId)?.has(address) ?? false;
  const gate = (port: PortProgram, direction: 'egress' | 'ingress', peer: Ipv4, local: Ipv4) => {
    const policy = policyOf.get(port.policyId);
    if (!policy) throw new Error(`port ${port.id} names a policy that is not in the program`);
    return decidingEntry(policy[direction], { ...flow, peer, local }, isMember).verdict === 'accept';
  };
  return (
    gate(sender, 'egress', flow.destination, flow.source) && gate(receiver, 'ingress', flow.source, flow.destination)
  );
}

function indexOf(program: NetworkProgram): Index {
  const known = indexes.get(program);
  if (known) return known;
  const index = {
    portOf: new Map(program.ports.flatMap((port) => port.addresses.map((address) => [address, port] as const))),
    policyOf: new Map(program.policies.map((policy) => [policy.id, policy])),
    membersOf: new Map(program.groups.map((group) => [group.id, new Set(group.members)])),
  };
  indexes.set(program, index);
  return index;
}
