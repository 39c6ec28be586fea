/**
 * Whether a program lets a flow begin: the sender's egress gate, then the receiver's ingress gate. Asked for the flows
 * that connection tracking already knows, after a change, to cut those that would be refused now.
 *
 * A flow that crosses the public edge meets one gate in each network, and each sees the private address of its own side
 * and the public one of the other:
 *
 *   source          destination               gates asked
 *   own private     own private               egress, ingress
 *   own private     anything outside          egress; the source needs a mapping
 *   anything outside  mapped public address   ingress of the port that it is mapped to
 *
 * "Outside" is what lies in no block of the network, public addresses of its own ports included. A flow from a port to a
 * public address of the same network (hairpin) is therefore two: one leaves, one enters, and either may be refused.
 */
import type { Ipv4 } from '../../values/ip.ts';
import type { NetworkProgram, PortProgram } from '../program.ts';
import { askGate, indexOf, isInside } from './program-index.ts';

/** A flow in the direction of its first packet, with the addresses that packet came with, before any translation. */
export interface Flow {
  /** IP protocol number. */
  readonly protocol: number;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  /** 0 where the protocol has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Source that its packets bear beyond the edge; absent when it is not translated, or not known. */
  readonly publicSource?: Ipv4;
}

/** False when a gate refuses it, or when an end of it lies neither at a port of this network nor beyond its edge. */
export function flowAllowed(program: NetworkProgram, flow: Flow): boolean {
  const index = indexOf(program);
  const { source, destination } = flow;
  const accepts = (port: PortProgram, direction: 'egress' | 'ingress', peer: Ipv4, local: Ipv4) =>
    askGate(program, port, direction, { ...flow, peer, local }).entry.verdict === 'accept';

  const sender = index.portOf.get(source);
  const receiver = index.portOf.get(destination);
  if (sender && receiver) {
    return accepts(sender, 'egress', destination, source) && accepts(receiver, 'ingress', source, destination);
  }
  if (sender) {
    const mapping = index.mappingOfPrivate.get(source);
    if (!mapping || isInside(program, destination)) return false;
    if (flow.publicSource !== undefined && flow.publicSource !== mapping.publicAddress) return false;
    return accepts(sender, 'egress', destination, source);
  }
  const mapping = index.mappingOfPublic.get(destination);
  const mapped = mapping && index.portById.get(mapping.portId);
  if (!mapped || isInside(program, source)) return false;
  return accepts(mapped, 'ingress', source, mapping.privateAddress);
}
