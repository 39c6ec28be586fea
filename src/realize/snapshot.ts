/** The rows that decide how one network looks, read at one moment. */
import type { Reader } from '../store/port.ts';
import type { Tables } from '../store/schema.ts';
import { EDGE } from '../values/public-edge.ts';

export interface NetworkSnapshot {
  readonly networkId: string;
  /** Wanted generation at the moment of reading. */
  readonly generation: number;
  readonly vpc: Tables['vpc'];
  readonly vswitches: readonly Tables['vswitch'][];
  readonly routeEntries: readonly Tables['route_entry'][];
  readonly instances: readonly Tables['instance'][];
  readonly interfaces: readonly Tables['network_interface'][];
  readonly memberships: readonly Tables['network_interface_group'][];
  /** Leases of interfaces; reserved addresses are not among them. */
  readonly leases: readonly Tables['address_lease'][];
  readonly groups: readonly Tables['security_group'][];
  readonly rules: readonly Tables['security_group_rule'][];
  /** Entries of the prefix lists that those rules name. */
  readonly prefixListEntries: readonly Tables['prefix_list_entry'][];
  /** Public addresses associated with something in this network, also those on their way off. */
  readonly eips: readonly Tables['eip'][];
}

/** What decides how the public edge looks. */
export interface EdgeSnapshot {
  readonly generation: number;
  /** Public addresses associated with something, also those on their way off. */
  readonly eips: readonly Tables['eip'][];
}

/** The snapshot of the edge, which is always there; its generation is 0 as long as no address was ever associated. */
export async function readEdgeSnapshot(reader: Reader): Promise<EdgeSnapshot> {
  const state = await reader.get('network_state', { network_id: EDGE });
  const eips = await reader.find('eip', { status: ['Associating', 'InUse', 'Unassociating'] });
  return { generation: state?.wanted ?? 0, eips };
}

/** The snapshot of a VPC's network; undefined when the VPC no longer exists. */
export async function readSnapshot(reader: Reader, networkId: string): Promise<NetworkSnapshot | undefined> {
  const vpc = await reader.get('vpc', { id: networkId });
  const state = await reader.get('network_state', { network_id: networkId });
  if (!vpc || !state || state.deleted) return undefined;
  const interfaces = await reader.find('network_interface', { vpc_id: networkId });
  const groups = await reader.find('security_group', { vpc_id: networkId });
  const rules = await reader.find('security_group_rule', { vpc_id: networkId });
  const prefixListIds = new Set(rules.filter((rule) => rule.peer_kind === 'prefixList').map((rule) => rule.peer));
  return {
    networkId,
    generation: state.wanted,
    vpc,
    vswitches: await reader.find('vswitch', { vpc_id: networkId }),
    routeEntries: await reader.find('route_entry', { vpc_id: networkId }),
    instances: await reader.find('instance', { vpc_id: networkId }),
    interfaces,
    memberships: await reader.find('network_interface_group', { security_group_id: groups.map((group) => group.id) }),
    leases: await reader.find('address_lease', { network_id: networkId, purpose: ['primary', 'secondary'] }),
    groups,
    rules,
    prefixListEntries: await reader.find('prefix_list_entry', { prefix_list_id: [...prefixListIds] }),
    eips: await reader.find('eip', { vpc_id: networkId }),
  };
}
