/** The rows of a new VPC, alike for chosen and default ones. */
import type { Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { newId } from '../../values/id.ts';
import type { Call } from '../call.ts';
import type { Region } from '../region/regions.ts';
import { serviceRoute } from '../route-table/rules.ts';

type Chosen = Pick<
  Tables['vpc'],
  'name' | 'description' | 'cidr' | 'dns_hostname' | 'resource_group_id' | 'is_default'
>;

export function newVpc(call: Call, region: Region, chosen: Chosen): Tables['vpc'] {
  return {
    id: newId('vpc', region.code, call.random),
    account_id: call.caller.accountId,
    region_id: region.id,
    status: 'Pending',
    vrouter_id: newId('vrouter', region.code, call.random),
    created_at: call.clock.now(),
    ...chosen,
  };
}

/**
 * Adds the VPC with the route table that every VPC has and its route to the region's services, and wakes its network.
 * Answers the id of the table.
 */
export async function addVpc(call: Call, tx: Writer, region: Region, vpc: Tables['vpc']): Promise<string> {
  await tx.insert('vpc', vpc);
  const id = newId('routeTable', region.code, call.random);
  await tx.insert('route_table', {
    id,
    account_id: vpc.account_id,
    region_id: vpc.region_id,
    vpc_id: vpc.id,
    vrouter_id: vpc.vrouter_id,
    name: '',
    description: '',
    kind: 'System',
    created_at: vpc.created_at,
  });
  await tx.insert('route_entry', {
    ...serviceRoute,
    id: newId('routeEntry', region.code, call.random),
    route_table_id: id,
    vpc_id: vpc.id,
    created_at: vpc.created_at,
  });
  await tx.touch(vpc.id, vpc.region_id);
  return id;
}
