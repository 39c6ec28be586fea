/** Snapshot of a VPC → its program. Pure: equal snapshots give equal programs, whatever the order of rows. */
import type { Tables } from '../../store/schema.ts';
import { type Cidr, lastOfCidr, parseCidr } from '../../values/cidr.ts';
import { addToIpv4, fromSortableIpv4, type Ipv4 } from '../../values/ip.ts';
import type { GroupProgram, NetworkProgram, PolicyProgram, PortProgram, SubnetProgram } from '../program.ts';
import type { NetworkSnapshot } from '../snapshot.ts';
import { compilePolicy, policyIdOf } from './policy.ts';
import { compileMappings } from './public.ts';

/** The gateway of a VSwitch is the third address from the end of its block. */
export function gatewayOf(block: Cidr): Ipv4 {
  return addToIpv4(lastOfCidr(block), -2);
}

/** Interfaces are plugged from the moment their instance is to run until its processes have ended. */
const PLUGGED: ReadonlySet<Tables['instance']['status']> = new Set(['Pending', 'Starting', 'Running', 'Stopping']);

export function compileNetwork(snapshot: NetworkSnapshot): NetworkProgram {
  const leasesOf = groupBy(snapshot.leases, (row) => row.network_interface_id ?? '');
  const running = new Set(snapshot.instances.filter((row) => PLUGGED.has(row.status)).map((row) => row.id));
  const plugged = snapshot.interfaces.filter(
    (row) => row.instance_id !== null && row.device_index !== null && running.has(row.instance_id),
  );
  const gates = compileGates(snapshot, plugged);
  const ports = plugged.flatMap((row): PortProgram[] => {
    const policyId = gates.policyOf.get(row.id);
    if (row.instance_id === null || row.device_index === null || policyId === undefined) return [];
    return [
      {
        id: row.id,
        subnetId: row.vswitch_id,
        mac: row.mac,
        addresses: addressesOf(leasesOf.get(row.id) ?? []),
        guestId: row.instance_id,
        deviceIndex: row.device_index,
        queues: row.queue_number,
        policyId,
        forwards: !row.source_dest_check,
      },
    ];
  });
  return {
    networkId: snapshot.networkId,
    generation: snapshot.generation,
    blocks: [blockOfRow(snapshot.vpc.cidr)],
    subnets: sortedBy(snapshot.vswitches.map(subnetOf), (subnet) => subnet.id),
    ports: sortedBy(ports, (port) => port.id),
    groups: gates.groups,
    policies: gates.policies,
    publicMappings: compileMappings(snapshot.eips, ports),
  };
}

/** What the gates of interfaces ask. */
export interface Gates {
  /** Interface → id of its policy. */
  readonly policyOf: ReadonlyMap<string, string>;
  /** Sorted by id. */
  readonly policies: readonly PolicyProgram[];
  /** Groups that some policy names as a peer. Sorted by id. */
  readonly groups: readonly GroupProgram[];
}

/** The gates of these interfaces of the network, plugged or not. */
export function compileGates(snapshot: NetworkSnapshot, interfaces: readonly Tables['network_interface'][]): Gates {
  const groupsOf = groupBy(snapshot.memberships, (row) => row.network_interface_id);
  const rulesOf = groupBy(snapshot.rules, (row) => row.security_group_id);
  const entriesOf = groupBy(snapshot.prefixListEntries, (row) => row.prefix_list_id);
  const groupById = new Map(snapshot.groups.map((group) => [group.id, group]));
  const policyOf = new Map<string, string>();
  const policies = new Map<string, PolicyProgram>();
  for (const row of interfaces) {
    const groupIds = (groupsOf.get(row.id) ?? []).map((membership) => membership.security_group_id);
    const policyId = policyIdOf(groupIds);
    policyOf.set(row.id, policyId);
    if (policies.has(policyId)) continue;
    const groups = groupIds.flatMap((id) => groupById.get(id) ?? []);
    policies.set(
      policyId,
      compilePolicy(groups, {
        rulesOf: (id) => rulesOf.get(id) ?? [],
        blocksOf: (id) => (entriesOf.get(id) ?? []).map((entry) => entry.cidr),
      }),
    );
  }
  const sorted = sortedBy([...policies.values()], (policy) => policy.id);
  return { policyOf, policies: sorted, groups: groupsAskedBy(sorted, snapshot) };
}

/** Groups that some policy names as a peer, with their members' addresses. */
function groupsAskedBy(policies: readonly PolicyProgram[], snapshot: NetworkSnapshot): GroupProgram[] {
  const leasesOf = groupBy(snapshot.leases, (row) => row.network_interface_id ?? '');
  const asked = new Set<string>();
  for (const policy of policies) {
    for (const { match } of [...policy.ingress, ...policy.egress]) {
      if (match.peer && 'groupId' in match.peer) asked.add(match.peer.groupId);
    }
  }
  const membersOf = groupBy(snapshot.memberships, (row) => row.security_group_id);
  return [...asked].sort().map((id) => ({
    id,
    members: (membersOf.get(id) ?? [])
      .flatMap((row) => addressesOf(leasesOf.get(row.network_interface_id) ?? []))
      .sort((a, b) => a - b),
  }));
}

function subnetOf(row: Tables['vswitch']): SubnetProgram {
  const cidr = blockOfRow(row.cidr);
  return { id: row.id, cidr, gateway: gatewayOf(cidr) };
}

/** The primary address first, then the others in order. */
function addressesOf(leases: readonly Tables['address_lease'][]): Ipv4[] {
  return [...leases]
    .sort(
      (a, b) => Number(b.purpose === 'primary') - Number(a.purpose === 'primary') || (a.address < b.address ? -1 : 1),
    )
    .map((lease) => fromSortableIpv4(lease.address));
}

function blockOfRow(text: string): Cidr {
  const block = parseCidr(text);
  if (!block) throw new Error(`the store holds a malformed block: ${text}`);
  return block;
}

function groupBy<R>(rows: readonly R[], key: (row: R) => string): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const of = groups.get(key(row));
    if (of) of.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

function sortedBy<R>(rows: R[], key: (row: R) => string): R[] {
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
