/** Rows of a small network, written past the handlers: for tests of what follows the store. */
import type { Store } from '../../src/store/port.ts';
import type { Tables } from '../../src/store/schema.ts';
import { parseIpv4, sortableIpv4 } from '../../src/values/ip.ts';
import { EDGE } from '../../src/values/public-edge.ts';

const OWNER = { account_id: '1000000000000001', region_id: 'cn-hangzhou' } as const;
const BLANK = { name: '', description: '', resource_group_id: '', created_at: 0 } as const;

export async function done(store: Store, fn: Parameters<Store['write']>[1]): Promise<void> {
  const outcome = await store.write({ scope: [] }, fn);
  if (outcome.kind !== 'done') throw new Error(`not written: ${outcome.kind}`);
}

/** A VPC with one VSwitch (10.0.1.0/24) and one group, not yet realised. */
export async function makeNetwork(store: Store, vpcId: string): Promise<void> {
  await done(store, async (tx) => {
    await tx.insert('vpc', {
      ...OWNER,
      ...BLANK,
      id: vpcId,
      cidr: '10.0.0.0/16',
      status: 'Pending',
      is_default: false,
      dns_hostname: false,
      vrouter_id: `vrt-${vpcId}`,
    });
    await tx.insert('vswitch', {
      ...OWNER,
      id: `vsw-${vpcId}`,
      zone_id: 'cn-hangzhou-h',
      vpc_id: vpcId,
      name: '',
      description: '',
      cidr: '10.0.1.0/24',
      status: 'Pending',
      is_default: false,
      cursor: '00000000',
      created_at: 0,
    });
    await tx.insert('security_group', {
      ...OWNER,
      ...BLANK,
      id: `sg-${vpcId}`,
      vpc_id: vpcId,
      kind: 'normal',
      inner_access: 'Accept',
    });
    await tx.touch(vpcId, OWNER.region_id);
  });
}

/** An instance that shall run, with its primary interface at 10.0.1.`last`. */
export async function makeInstance(store: Store, vpcId: string, id: string, last: number): Promise<void> {
  const instance: Tables['instance'] = {
    ...OWNER,
    ...BLANK,
    id,
    zone_id: 'cn-hangzhou-h',
    vpc_id: vpcId,
    vswitch_id: `vsw-${vpcId}`,
    host_name: id,
    instance_type: 'ecs.g6.large',
    image_id: 'image',
    status: 'Pending',
    wanted: 'Running',
    boot_wanted: 1,
    boot_realized: 0,
    force_stop: false,
    user_data: '',
    deletion_protection: false,
    stopped_mode: 'Not-applicable',
    echoed: {},
    failure: '',
    failed_at: null,
    started_at: null,
  };
  await done(store, async (tx) => {
    await tx.insert('instance', instance);
    await tx.insert('network_interface', {
      ...OWNER,
      ...BLANK,
      id: `eni-${id}`,
      zone_id: 'cn-hangzhou-h',
      vpc_id: vpcId,
      vswitch_id: `vsw-${vpcId}`,
      kind: 'Primary',
      status: 'Attaching',
      mac: `00:16:3e:00:00:${last.toString(16).padStart(2, '0')}`,
      instance_id: id,
      device_index: 0,
      queue_number: 1,
      delete_on_release: true,
      source_dest_check: false,
    });
    await tx.insert('network_interface_group', {
      network_interface_id: `eni-${id}`,
      security_group_id: `sg-${vpcId}`,
      position: 0,
    });
    const leased = await tx.leaseExact({
      networkId: vpcId,
      vswitchId: `vsw-${vpcId}`,
      purpose: 'primary',
      networkInterfaceId: `eni-${id}`,
      address: parseIpv4(`10.0.1.${last}`)!,
    });
    if (!leased) throw new Error(`10.0.1.${last} is taken`);
    await tx.touch(vpcId, OWNER.region_id);
  });
}

/** What a request would write to stop, start, reboot or release an instance. */
export async function wish(store: Store, id: string, patch: Partial<Tables['instance']>): Promise<void> {
  await done(store, async (tx) => {
    const row = await tx.get('instance', { id });
    if (!row) throw new Error(`no instance ${id}`);
    await tx.update('instance', { id }, patch);
    await tx.touch(row.vpc_id, row.region_id);
  });
}

export const leaseOf = (last: number): string => sortableIpv4(parseIpv4(`10.0.1.${last}`)!);

/** A public address 198.18.0.`last` on the way to an instance of {@link makeInstance}, as a request would write it. */
export async function makeAssociation(store: Store, vpcId: string, instanceId: string, last: number): Promise<void> {
  const card = await store.read((reader) => reader.get('network_interface', { instance_id: instanceId }));
  const lease = await store.read((reader) => reader.get('address_lease', { network_interface_id: card?.id }));
  await done(store, async (tx) => {
    await tx.insert('eip', {
      ...OWNER,
      ...BLANK,
      id: `eip-${last}`,
      address: sortableIpv4(parseIpv4(`198.18.0.${last}`)!),
      bandwidth: 5,
      internet_charge_type: 'PayByBandwidth',
      charge_type: 'PostPaid',
      isp: 'BGP',
      status: 'Associating',
      mode: 'NAT',
      instance_type: 'EcsInstance',
      instance_id: instanceId,
      network_interface_id: card!.id,
      private_address: lease!.address,
      vpc_id: vpcId,
      expires_at: null,
    });
    await tx.touch(vpcId, OWNER.region_id);
    await tx.touch(EDGE, '');
  });
}

/** What a request would write to take a public address off. */
export async function takeOff(store: Store, vpcId: string, last: number): Promise<void> {
  await done(store, async (tx) => {
    await tx.update('eip', { id: `eip-${last}` }, { status: 'Unassociating' });
    await tx.touch(vpcId, OWNER.region_id);
    await tx.touch(EDGE, '');
  });
}
