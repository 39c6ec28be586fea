/** The rows of a new VSwitch, alike for chosen and default ones. */
import type { Reader, Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { type Cidr, formatCidr, parseCidr } from '../../values/cidr.ts';
import { newId } from '../../values/id.ts';
import { sortableIpv4 } from '../../values/ip.ts';
import type { Call } from '../call.ts';
import { localRoute } from '../route-table/rules.ts';
import { assignableRange, reservedAddresses } from './rules.ts';

interface Chosen {
  /** The region's two characters, for ids. */
  readonly regionCode: string;
  readonly zoneId: string;
  readonly block: Cidr;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
}

/** Adds a VSwitch whose block was found to fit, with its reserved addresses and its route, and wakes its network. */
export async function addVSwitch(call: Call, tx: Writer, vpc: Tables['vpc'], chosen: Chosen): Promise<string> {
  const { regionCode, zoneId, block, name, description, isDefault } = chosen;
  const id = newId('vswitch', regionCode, call.random);
  await tx.insert('vswitch', {
    id,
    account_id: vpc.account_id,
    region_id: vpc.region_id,
    zone_id: zoneId,
    vpc_id: vpc.id,
    name,
    description,
    cidr: formatCidr(block),
    status: 'Pending',
    is_default: isDefault,
    cursor: sortableIpv4(assignableRange(block).first),
    created_at: call.clock.now(),
  });
  await reserveAddresses(tx, vpc.id, id, block);
  await addLocalRoute(call, tx, { vpcId: vpc.id, vswitchId: id, block, regionCode });
  await tx.touch(vpc.id, vpc.region_id);
  return id;
}

/** What the block of a new VSwitch must fit. */
export async function readNeighbours(reader: Reader, vpc: Tables['vpc']) {
  const vswitches = await reader.find('vswitch', { vpc_id: vpc.id });
  const routes = await reader.find('route_entry', { vpc_id: vpc.id, kind: 'Custom' });
  return {
    vpcBlock: parseCidr(vpc.cidr) as Cidr,
    vswitches: vswitches.map(({ id, cidr }) => ({ id, cidr: parseCidr(cidr) as Cidr })),
    routes: routes.map(({ id, destination }) => ({ id, destination: parseCidr(destination) as Cidr })),
  };
}

/** Leases the reserved addresses, so that the database itself never gives them out. */
async function reserveAddresses(tx: Writer, vpcId: string, vswitchId: string, block: Cidr): Promise<void> {
  for (const address of reservedAddresses(block)) {
    const leased = await tx.leaseExact({
      networkId: vpcId,
      vswitchId,
      purpose: 'reserved',
      networkInterfaceId: null,
      address,
    });
    if (!leased) throw new Error(`an address of the new VSwitch ${vswitchId} is taken though its block overlaps none`);
  }
}

interface NewLocalRoute {
  readonly vpcId: string;
  readonly vswitchId: string;
  readonly block: Cidr;
  readonly regionCode: string;
}

async function addLocalRoute(call: Call, tx: Writer, route: NewLocalRoute): Promise<void> {
  const table = await tx.get('route_table', { vpc_id: route.vpcId, kind: 'System' });
  if (!table) throw new Error(`the VPC ${route.vpcId} has no system route table`);
  await tx.insert('route_entry', {
    ...localRoute(route.vswitchId, formatCidr(route.block)),
    id: newId('routeEntry', route.regionCode, call.random),
    route_table_id: table.id,
    vpc_id: route.vpcId,
    created_at: call.clock.now(),
  });
}
