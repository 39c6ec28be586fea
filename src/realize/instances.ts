/**
 * One step in the life of an instance. Each step first makes reality so, then writes the status, guarded by the status
 * it started from: whoever changed the row meanwhile wins, and the next step starts from what they wrote.
 *
 *   Pending → Starting → Running        Running → Stopping → Stopped        Pending with wanted Stopped → Stopped
 *   Stopping with wanted Running (a reboot) → Starting          Stopped with wanted Deleted → gone
 */
import type { Store, Writer } from '../store/port.ts';
import type { Tables } from '../store/schema.ts';
import type { Clock } from '../values/clock.ts';
import { formatIpv4, fromSortableIpv4 } from '../values/ip.ts';
import { EDGE } from '../values/public-edge.ts';
import type { Compute, GuestSpec } from './driver.ts';
import { NO_TARGET } from './edge.ts';

type Instance = Tables['instance'];

export interface InstanceParts {
  readonly store: Store;
  readonly compute: Compute;
  readonly clock: Clock;
  /** Whether all cards of the instance are plugged in reality. */
  readonly plugged: (instance: Instance) => boolean;
}

/** Instances that a step could move on. */
export async function instancesToMove(store: Store): Promise<Instance[]> {
  return store.read(async (reader) => {
    const moving = await reader.find('instance', { status: ['Pending', 'Starting', 'Stopping'] });
    const deleted = await reader.find('instance', { status: 'Stopped', wanted: 'Deleted' });
    return [...moving, ...deleted];
  });
}

/** Takes the next step of an instance. Resolves to false when it must wait for its network first. */
export async function moveInstance(instanceId: string, parts: InstanceParts): Promise<boolean> {
  const instance = await parts.store.read((reader) => reader.get('instance', { id: instanceId }));
  switch (instance?.status) {
    case 'Pending':
      if (!parts.plugged(instance)) return false;
      // the network must unplug the cards of an instance that was made to be stopped
      if (instance.wanted === 'Stopped') await become(parts, instance, { status: 'Stopped' }, { touch: true });
      else await become(parts, instance, { status: 'Starting' });
      return true;
    case 'Starting':
      return parts.plugged(instance) && (await boot(instance, parts));
    case 'Stopping':
      return end(instance, parts);
    case 'Stopped':
      return instance.wanted === 'Deleted' && !parts.plugged(instance) && (await forget(instance, parts));
    default:
      return true;
  }
}

async function boot(instance: Instance, parts: InstanceParts): Promise<boolean> {
  await parts.compute.start(await guestSpecOf(parts.store, instance));
  await become(parts, instance, {
    status: 'Running',
    boot_realized: instance.boot_wanted,
    started_at: parts.clock.now(),
    ...NO_FAILURE,
  });
  return true;
}

async function end(instance: Instance, parts: InstanceParts): Promise<boolean> {
  await parts.compute.stop(instance.id, { force: instance.force_stop });
  if (instance.wanted === 'Running') {
    await become(parts, instance, { status: 'Starting', force_stop: false, ...NO_FAILURE });
  } else {
    // the network must unplug the cards of a stopped instance
    await become(parts, instance, { status: 'Stopped', force_stop: false, ...NO_FAILURE }, { touch: true });
  }
  return true;
}

/**
 * Removes a stopped instance whose cards are unplugged, and everything that was born with it. Its addresses are free
 * from this commit on; connection state of them was cut when they were unplugged. The disk goes with the next sweep.
 */
async function forget(instance: Instance, parts: InstanceParts): Promise<boolean> {
  await parts.store.write({ scope: [instance.vpc_id, EDGE] }, async (writer) => {
    const row = await writer.get('instance', { id: instance.id, status: 'Stopped', wanted: 'Deleted' });
    if (!row) return;
    await removeInstanceRows(writer, row);
    await writer.touch(row.vpc_id, row.region_id);
  });
  return true;
}

/**
 * Removes an instance with its interfaces, leases, memberships and tags; its public addresses stay, associated with
 * nothing. They are Available at once: their mappings went when the cards were unplugged, and the route that the edge may
 * still have leads nowhere. The caller touches the network.
 */
async function removeInstanceRows(writer: Writer, instance: Instance): Promise<void> {
  const cards = await writer.find('network_interface', { instance_id: instance.id });
  const ids = cards.map((card) => card.id);
  const released = await writer.update('eip', { network_interface_id: ids }, { status: 'Available', ...NO_TARGET });
  if (released > 0) await writer.touch(EDGE, '');
  await writer.remove('address_lease', { network_interface_id: ids });
  await writer.remove('network_interface_group', { network_interface_id: ids });
  await writer.remove('tag', { resource_kind: 'networkInterface', resource_id: ids });
  await writer.remove('network_interface', { id: ids });
  await writer.remove('tag', { resource_kind: 'instance', resource_id: instance.id });
  await writer.remove('instance', { id: instance.id });
}

/** Leaves the words of a failure on the instance, where DescribeInstancesFullStatus finds them, until a step succeeds. */
export async function recordInstanceFailure(
  { store, clock }: Pick<InstanceParts, 'store' | 'clock'>,
  instanceId: string,
  failure: string,
): Promise<void> {
  await store.write({ scope: [] }, (writer) =>
    writer.update('instance', { id: instanceId }, { failure: failure.slice(0, 2000), failed_at: clock.now() }),
  );
}

/** What a step that succeeded writes. */
const NO_FAILURE = { failure: '', failed_at: null } as const;

/** Writes the step, if nobody changed the status or the wish meanwhile. */
async function become(
  parts: InstanceParts,
  from: Instance,
  patch: Partial<Instance>,
  options: { readonly touch?: boolean } = {},
): Promise<void> {
  await parts.store.write({ scope: [from.vpc_id] }, async (writer) => {
    const guard = { id: from.id, status: from.status, wanted: from.wanted, boot_wanted: from.boot_wanted };
    const changed = await writer.update('instance', guard, patch);
    if (changed > 0 && options.touch) await writer.touch(from.vpc_id, from.region_id);
  });
}

async function guestSpecOf(store: Store, instance: Instance): Promise<GuestSpec> {
  return store.read(async (reader) => {
    const cards = await reader.find('network_interface', { instance_id: instance.id }, { orderBy: ['device_index'] });
    const lease = await reader.get('address_lease', {
      network_interface_id: cards.filter((card) => card.kind === 'Primary').map((card) => card.id),
      purpose: 'primary',
    });
    return {
      id: instance.id,
      hostName: instance.host_name,
      cards: cards.map((card) => ({
        networkInterfaceId: card.id,
        deviceIndex: card.device_index ?? 0,
        mac: card.mac,
      })),
      userData: instance.user_data,
      primaryAddress: lease ? formatIpv4(fromSortableIpv4(lease.address)) : '',
    };
  });
}
