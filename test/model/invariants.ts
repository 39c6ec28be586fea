/**
 * What holds of every region that has come to rest, whoever did what to it before: of its rows among themselves, and of
 * its rows and what the simulated driver made. Faults are told in words; none is an empty list.
 */
import { isDeepStrictEqual } from 'node:util';
import type { SimulatedDriver } from '../../src/drivers/simulated/driver.ts';
import { compileEdge } from '../../src/realize/compile/edge.ts';
import { compileNetwork, gatewayOf } from '../../src/realize/compile/network.ts';
import { readEdgeSnapshot, readSnapshot } from '../../src/realize/snapshot.ts';
import type { Store } from '../../src/store/port.ts';
import { type Cidr, lastOfCidr, parseCidr } from '../../src/values/cidr.ts';
import { addToIpv4, formatIpv4, fromSortableIpv4, sortableIpv4 } from '../../src/values/ip.ts';
import { DEFAULT_PUBLIC_EDGE, EDGE } from '../../src/values/public-edge.ts';
import { type AllRows, readAllRows } from './all-rows.ts';

/** Faults of the rows, and of reality measured by them. */
export async function faultsOf(store: Store, driver: SimulatedDriver): Promise<string[]> {
  const rows = await readAllRows(store);
  return [
    ...unsettled(rows),
    ...doubles(rows),
    ...leaseFaults(rows),
    ...orphans(rows),
    ...routeFaults(rows),
    ...cardFaults(rows),
    ...publicFaults(rows),
    ...(await realityFaults(rows, store, driver)),
  ];
}

/** Whatever still has a step to go, or stands in a state that no finished step leaves. */
function unsettled(rows: AllRows): string[] {
  const faults: string[] = [];
  const mustBe = (what: string, id: string, status: string, allowed: readonly string[]): void => {
    if (!allowed.includes(status)) faults.push(`${what} ${id} is ${status}`);
  };
  for (const row of rows.vpc) mustBe('VPC', row.id, row.status, ['Available']);
  for (const row of rows.vswitch) mustBe('VSwitch', row.id, row.status, ['Available']);
  for (const row of rows.route_entry) mustBe('route entry', row.id, row.status, ['Available']);
  for (const row of rows.network_interface) mustBe('interface', row.id, row.status, ['InUse', 'Available']);
  for (const row of rows.instance) {
    mustBe('instance', row.id, row.status, ['Running', 'Stopped']);
    if (row.wanted !== row.status) faults.push(`instance ${row.id} is ${row.status} but ${row.wanted} is wanted`);
    if (row.status === 'Running' && row.boot_realized !== row.boot_wanted) {
      faults.push(`instance ${row.id} was booted ${row.boot_realized} times, not ${row.boot_wanted}`);
    }
    if (row.failure !== '') faults.push(`instance ${row.id} failed: ${row.failure}`);
  }
  for (const row of rows.eip) mustBe('public address', row.id, row.status, ['InUse', 'Available']);
  for (const row of rows.network_state) {
    if (row.wanted !== row.realized) faults.push(`network ${row.network_id} is at ${row.realized} of ${row.wanted}`);
    if (row.deleted) faults.push(`network ${row.network_id} was deleted but its state is still there`);
    if (row.failure !== '') faults.push(`network ${row.network_id} failed: ${row.failure}`);
  }
  return faults;
}

/** Addresses and MACs that are given out twice, by the rows alone: whatever the indexes say. */
function doubles(rows: AllRows): string[] {
  return [
    ...twice(
      'address',
      rows.address_lease.map((row) => `${row.network_id} ${row.address}`),
    ),
    ...twice(
      'MAC',
      rows.network_interface.map((row) => `${row.vpc_id} ${row.mac}`),
    ),
    ...twice(
      'primary interface of',
      rows.network_interface.filter((row) => row.kind === 'Primary').map((row) => String(row.instance_id)),
    ),
    ...twice(
      'public address',
      rows.eip.map((row) => row.address),
    ),
    ...twice(
      'a public address for',
      rows.eip.filter((row) => row.status === 'InUse').map((row) => `${row.vpc_id} ${row.private_address}`),
    ),
    ...twice(
      'block',
      rows.vswitch.map((row) => `${row.vpc_id} ${row.cidr}`),
    ),
  ];
}

function twice(what: string, values: readonly string[]): string[] {
  const repeated = values.filter((value, index) => values.indexOf(value) !== index);
  return [...new Set(repeated)].map((value) => `${what} ${value} is there twice`);
}

/** Leases are exactly the four reserved addresses of each VSwitch and one primary address of each interface. */
function leaseFaults(rows: AllRows): string[] {
  const faults: string[] = [];
  const leases = new Set(rows.address_lease.filter((row) => row.purpose === 'reserved').map(reservedKey));
  for (const vswitch of rows.vswitch) {
    for (const address of reservedOf(blockOf(vswitch.cidr))) {
      const key = `${vswitch.vpc_id} ${vswitch.id} ${address}`;
      if (!leases.delete(key)) faults.push(`the reserved address ${key} is not leased`);
    }
  }
  for (const key of leases) faults.push(`reserved without a reason: ${key}`);

  const taken = rows.address_lease.filter((row) => row.purpose !== 'reserved');
  for (const card of rows.network_interface) {
    const own = taken.filter((lease) => lease.network_interface_id === card.id && lease.purpose === 'primary');
    if (own.length !== 1) faults.push(`interface ${card.id} has ${own.length} primary addresses`);
    for (const lease of own) {
      const vswitch = rows.vswitch.find((row) => row.id === card.vswitch_id);
      if (lease.network_id !== card.vpc_id || lease.vswitch_id !== card.vswitch_id || !vswitch) {
        faults.push(`the address of ${card.id} is leased elsewhere`);
      } else if (!within(lease.address, blockOf(vswitch.cidr))) {
        faults.push(`${card.id} has ${dotted(lease.address)}, which ${vswitch.cidr} does not give out`);
      }
    }
  }
  const cards = new Set(rows.network_interface.map((row) => row.id));
  for (const lease of taken) {
    if (!cards.has(lease.network_interface_id ?? '')) faults.push(`${dotted(lease.address)} is leased to nobody`);
  }
  return faults;
}

const reservedKey = (row: AllRows['address_lease'][number]): string =>
  `${row.network_id} ${row.vswitch_id} ${dotted(row.address)}`;

const dotted = (sortable: string): string => formatIpv4(fromSortableIpv4(sortable));

function blockOf(text: string): Cidr {
  const block = parseCidr(text);
  if (!block) throw new Error(`not a block: ${text}`);
  return block;
}

function reservedOf(block: Cidr): string[] {
  const gateway = gatewayOf(block);
  return [block.base, gateway, addToIpv4(gateway, 1), lastOfCidr(block)].map(formatIpv4);
}

/** Between the reserved addresses at both ends. */
function within(sortable: string, block: Cidr): boolean {
  return sortable > sortableIpv4(block.base) && sortable < sortableIpv4(gatewayOf(block));
}

/** Rows that speak of something that is not there. */
function orphans(rows: AllRows): string[] {
  const faults: string[] = [];
  const idsOf = (of: readonly { readonly id: string }[]): Set<string> => new Set(of.map((row) => row.id));
  const vpcs = idsOf(rows.vpc);
  const vswitches = idsOf(rows.vswitch);
  const groups = idsOf(rows.security_group);
  const instances = idsOf(rows.instance);
  const cards = idsOf(rows.network_interface);
  const needs = (what: string, there: ReadonlySet<string>, id: string | null): void => {
    if (!there.has(id ?? '')) faults.push(`${what} speaks of ${id}, which is not there`);
  };
  for (const row of rows.vswitch) needs(`VSwitch ${row.id}`, vpcs, row.vpc_id);
  for (const row of rows.route_table) needs(`route table ${row.id}`, vpcs, row.vpc_id);
  for (const row of rows.security_group) needs(`group ${row.id}`, vpcs, row.vpc_id);
  for (const row of rows.security_group_rule) {
    needs(`rule ${row.id}`, groups, row.security_group_id);
    if (row.peer_kind === 'group') needs(`rule ${row.id}`, groups, row.peer);
  }
  for (const row of rows.instance) needs(`instance ${row.id}`, vswitches, row.vswitch_id);
  for (const row of rows.network_interface) {
    needs(`interface ${row.id}`, vswitches, row.vswitch_id);
    if (row.kind === 'Primary') needs(`primary interface ${row.id}`, instances, row.instance_id);
  }
  for (const row of rows.network_interface_group) {
    needs('a membership', cards, row.network_interface_id);
    needs('a membership', groups, row.security_group_id);
  }
  for (const row of rows.network_state) {
    if (row.network_id !== EDGE) needs('a network state', vpcs, row.network_id);
  }
  const states = new Set(rows.network_state.map((row) => row.network_id));
  for (const vpc of vpcs) if (!states.has(vpc)) faults.push(`VPC ${vpc} has no network state`);
  const others = idsOf([...rows.route_table, ...rows.prefix_list, ...rows.eip]);
  const tagged = new Set([...vpcs, ...vswitches, ...groups, ...instances, ...cards, ...others]);
  for (const row of rows.tag) needs('a tag', tagged, row.resource_id);
  return faults;
}

/** Each VPC has one system table with the route to the services and one local route for each VSwitch, no other. */
function routeFaults(rows: AllRows): string[] {
  const faults: string[] = [];
  for (const vpc of rows.vpc) {
    const tables = rows.route_table.filter((row) => row.vpc_id === vpc.id && row.kind === 'System');
    if (tables.length !== 1) faults.push(`VPC ${vpc.id} has ${tables.length} system route tables`);
    const local = rows.route_entry.filter((row) => row.vpc_id === vpc.id && row.next_hop_id !== '');
    const wanted = rows.vswitch.filter((row) => row.vpc_id === vpc.id).map((row) => `${row.id} ${row.cidr}`);
    const found = local.map((row) => `${row.next_hop_id} ${row.destination}`);
    if (!isDeepStrictEqual(wanted.sort(), found.sort())) {
      faults.push(`VPC ${vpc.id} has the routes ${found.join(', ')} instead of ${wanted.join(', ')}`);
    }
    const service = rows.route_entry.filter((row) => row.vpc_id === vpc.id && row.next_hop_id === '');
    if (service.length !== 1) faults.push(`VPC ${vpc.id} has ${service.length} routes to the services`);
  }
  const tables = new Set(rows.route_table.map((row) => row.id));
  for (const row of rows.route_entry) {
    if (!tables.has(row.route_table_id)) faults.push(`route entry ${row.id} is in no table`);
  }
  return faults;
}

/** An instance has one primary interface, in at least one group, at places that begin at 0. */
function cardFaults(rows: AllRows): string[] {
  const faults: string[] = [];
  for (const instance of rows.instance) {
    const [primary, ...more] = rows.network_interface.filter(
      (row) => row.instance_id === instance.id && row.kind === 'Primary',
    );
    if (!primary || more.length > 0) {
      faults.push(`instance ${instance.id} has ${primary ? more.length + 1 : 0} primary interfaces`);
      continue;
    }
    if (primary.status !== 'InUse' || primary.device_index !== 0 || primary.vswitch_id !== instance.vswitch_id) {
      faults.push(`the primary interface ${primary.id} is ${primary.status} at place ${primary.device_index}`);
    }
    const memberships = rows.network_interface_group.filter((row) => row.network_interface_id === primary.id);
    if (memberships.length === 0) faults.push(`instance ${instance.id} is in no group`);
    const strange = memberships.filter((membership) => {
      const group = rows.security_group.find((row) => row.id === membership.security_group_id);
      return group?.vpc_id !== instance.vpc_id;
    });
    if (strange.length > 0) faults.push(`instance ${instance.id} is in groups of other VPCs`);
  }
  return faults;
}

/** A public address in use belongs to an instance of its owner and to its primary address; a free one to nobody. */
function publicFaults(rows: AllRows): string[] {
  const faults: string[] = [];
  for (const row of rows.eip) {
    const target = [row.instance_id, row.network_interface_id, row.private_address, row.vpc_id];
    if (row.status === 'Available') {
      if (target.some((part) => part !== null)) faults.push(`the free public address ${row.id} belongs to ${target}`);
      continue;
    }
    const card = rows.network_interface.find((each) => each.id === row.network_interface_id);
    const lease = rows.address_lease.find((each) => each.network_interface_id === row.network_interface_id);
    const own = [card?.instance_id, card?.id, lease?.address, card?.vpc_id];
    if (card?.account_id !== row.account_id || !isDeepStrictEqual(target, own)) {
      faults.push(`the public address ${row.id} belongs to ${target}, there is ${own}`);
    }
  }
  return faults;
}

/** What the driver made is what the rows ask for: networks to the last entry, guests, disks. */
async function realityFaults(rows: AllRows, store: Store, driver: SimulatedDriver): Promise<string[]> {
  const faults: string[] = [];
  for (const vpc of rows.vpc) {
    const snapshot = await store.read((reader) => readSnapshot(reader, vpc.id));
    const wanted = snapshot && compileNetwork(snapshot);
    const found = driver.applied(vpc.id);
    if (!isDeepStrictEqual(wanted, found)) {
      faults.push(`network ${vpc.id} obeys ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
    }
  }
  const same = (what: string, wanted: readonly string[], found: readonly string[]): void => {
    if (!isDeepStrictEqual([...wanted].sort(), [...found].sort())) {
      faults.push(`${what}: there are [${[...found].sort()}], wanted are [${[...wanted].sort()}]`);
    }
  };
  const edge = compileEdge(await store.read(readEdgeSnapshot), DEFAULT_PUBLIC_EDGE);
  if (!isDeepStrictEqual(edge, driver.appliedEdge())) {
    faults.push(`the edge obeys ${JSON.stringify(driver.appliedEdge())} instead of ${JSON.stringify(edge)}`);
  }
  same('networks', idsOf(rows.vpc), await driver.network.networks());
  const running = rows.instance.filter((row) => row.status === 'Running');
  same('guests', idsOf(running), await driver.compute.running());
  // One that was created stopped gets its disk with its first start.
  const started = rows.instance.filter((row) => row.boot_wanted > 0);
  same('disks', idsOf(started), await driver.compute.disks());
  return faults;
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id);
}
