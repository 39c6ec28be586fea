/** Finding the caller's elastic network interfaces and what belongs to them. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { formatIpv4, fromSortableIpv4, type Ipv4, sortableIpv4 } from '../../values/ip.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { interfaceNotFound } from './rules.ts';

/** The caller's interface with this id in whichever region, or the refusal. */
export async function findInterface(
  reader: Reader,
  call: Call,
  networkInterfaceId: string,
): Promise<Tables['network_interface'] | Refusal> {
  const where = { id: networkInterfaceId, account_id: call.caller.accountId };
  return (await reader.get('network_interface', where)) ?? interfaceNotFound(networkInterfaceId);
}

/** An interface with its addresses, EIPs and groups. */
export interface Card {
  readonly row: Tables['network_interface'];
  /** Dotted form. */
  readonly primaryAddress: string;
  readonly secondaryAddresses: readonly string[];
  readonly groupIds: readonly string[];
  /** EIPs by the private address (dotted) that they are translated to. */
  readonly eips: ReadonlyMap<string, Tables['eip']>;
}

/** The same interfaces with their addresses, EIPs and groups, in the same order. */
export async function withBelongings(
  reader: Reader,
  rows: readonly Tables['network_interface'][],
): Promise<readonly Card[]> {
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  const leases = await reader.find('address_lease', { network_interface_id: ids }, { orderBy: ['address'] });
  const memberships = await reader.find(
    'network_interface_group',
    { network_interface_id: ids },
    { orderBy: ['position'] },
  );
  const eips = await reader.find('eip', { network_interface_id: ids });
  const eipsOf = Map.groupBy(eips, (eip) => eip.network_interface_id);
  const leasesOf = Map.groupBy(leases, (lease) => lease.network_interface_id);
  const membershipsOf = Map.groupBy(memberships, (membership) => membership.network_interface_id);
  return rows.map((row) => {
    const own = leasesOf.get(row.id) ?? [];
    const dotted = (purpose: string) =>
      own.filter((lease) => lease.purpose === purpose).map((lease) => formatIpv4(fromSortableIpv4(lease.address)));
    return {
      row,
      primaryAddress: dotted('primary')[0] ?? '',
      secondaryAddresses: dotted('secondary'),
      groupIds: (membershipsOf.get(row.id) ?? []).map((membership) => membership.security_group_id),
      eips: new Map(
        (eipsOf.get(row.id) ?? []).map((eip) => [formatIpv4(fromSortableIpv4(eip.private_address ?? '0')), eip]),
      ),
    };
  });
}

/** Ids of the caller's interfaces in a region that have one of these private addresses, in any of its VPCs. */
export async function interfacesWithAddress(
  reader: Reader,
  call: Call,
  regionId: string,
  addresses: readonly Ipv4[],
  purpose?: 'primary',
): Promise<string[]> {
  const vpcs = await reader.find('vpc', { account_id: call.caller.accountId, region_id: regionId });
  const leases = await reader.find('address_lease', {
    network_id: vpcs.map((vpc) => vpc.id),
    address: addresses.map(sortableIpv4),
    purpose,
  });
  return leases.flatMap((lease) => lease.network_interface_id ?? []);
}
