/** Public addresses as the program of a network has them. */
import type { Tables } from '../../store/schema.ts';
import { fromSortableIpv4 } from '../../values/ip.ts';
import type { PortProgram, PublicMapping } from '../program.ts';

const MEGABIT = 1_000_000;
/** Inbound is never capped below this (Mbit/s), whatever is bought for outbound. */
const LEAST_INBOUND = 10;

/** Whether a public address leads to its target: from the request to associate it until the one to take it off. */
export function isCarried(eip: Pick<Tables['eip'], 'status'>): boolean {
  return eip.status === 'Associating' || eip.status === 'InUse';
}

/** The mappings of addresses whose port is plugged, sorted by id. */
export function compileMappings(eips: readonly Tables['eip'][], ports: readonly PortProgram[]): PublicMapping[] {
  const plugged = new Set(ports.map((port) => port.id));
  return eips
    .filter(isCarried)
    .flatMap((eip) => {
      const { network_interface_id: portId, private_address: privateAddress } = eip;
      if (portId === null || privateAddress === null || !plugged.has(portId)) return [];
      return {
        id: eip.id,
        portId,
        publicAddress: fromSortableIpv4(eip.address),
        privateAddress: fromSortableIpv4(privateAddress),
        outbound: eip.bandwidth * MEGABIT,
        inbound: Math.max(eip.bandwidth, LEAST_INBOUND) * MEGABIT,
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
