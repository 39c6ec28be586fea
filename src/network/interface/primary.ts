/** Primary interfaces: born with an instance, released with it. */
import type { Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { newId } from '../../values/id.ts';
import type { Ipv4 } from '../../values/ip.ts';
import { randomMac } from '../../values/mac.ts';
import type { Call } from '../call.ts';
import type { Region } from '../region/regions.ts';

/** What a new primary interface is like. */
export interface PrimarySpec {
  readonly instanceId: string;
  readonly region: Region;
  readonly vswitch: Tables['vswitch'];
  /** The address to take; undefined = the next free one of `range`. */
  readonly address: Ipv4 | undefined;
  /** First and last address that the VSwitch may give out. */
  readonly range: { readonly first: Ipv4; readonly last: Ipv4 };
  /** Groups in the order in which they are shown; they were checked. */
  readonly groupIds: readonly string[];
  readonly queueNumber: number;
  readonly sourceDestCheck: boolean;
  readonly name: string;
  readonly description: string;
  readonly resourceGroupId: string;
}

/**
 * Adds the interface with its address and memberships. False, with nothing left behind, when its address is taken or the
 * VSwitch has none left. The caller holds the network's scope, so nobody takes the address or MAC between check and row.
 */
export async function addPrimary(call: Call, tx: Writer, spec: PrimarySpec): Promise<boolean> {
  const { vswitch } = spec;
  const id = newId('networkInterface', spec.region.code, call.random);
  await tx.insert('network_interface', {
    id,
    account_id: vswitch.account_id,
    region_id: vswitch.region_id,
    zone_id: vswitch.zone_id,
    vpc_id: vswitch.vpc_id,
    vswitch_id: vswitch.id,
    kind: 'Primary',
    status: 'Attaching',
    mac: await freeMac(call, tx, vswitch.vpc_id),
    name: spec.name,
    description: spec.description,
    instance_id: spec.instanceId,
    device_index: 0,
    queue_number: spec.queueNumber,
    delete_on_release: true,
    source_dest_check: spec.sourceDestCheck,
    resource_group_id: spec.resourceGroupId,
    created_at: call.clock.now(),
  });
  const lease = {
    networkId: vswitch.vpc_id,
    vswitchId: vswitch.id,
    purpose: 'primary',
    networkInterfaceId: id,
  } as const;
  const leased =
    spec.address === undefined
      ? (await tx.leaseNext({ ...lease, ...spec.range })) !== undefined
      : await tx.leaseExact({ ...lease, address: spec.address });
  if (!leased) {
    await tx.remove('network_interface', { id });
    return false;
  }
  for (const [position, groupId] of spec.groupIds.entries()) {
    await tx.insert('network_interface_group', { network_interface_id: id, security_group_id: groupId, position });
  }
  return true;
}

/** 2^24 MACs for a network of at most 2^24 addresses: a free one is found at once, and found at all. */
async function freeMac(call: Call, tx: Writer, networkId: string): Promise<string> {
  for (;;) {
    const mac = randomMac(call.random);
    if (!(await tx.get('network_interface', { vpc_id: networkId, mac }))) return mac;
  }
}
