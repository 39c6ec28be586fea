/** Finding the caller's EIPs, and those of other resources. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { eipNotFound } from './rules.ts';

type Eip = Tables['eip'];

/** The caller's EIP with this id, or the refusal. `regionId`: the region it must be in, if any. */
export async function findEip(
  reader: Reader,
  call: Call,
  allocationId: string,
  regionId: string | undefined,
): Promise<Eip | Refusal> {
  const where = { id: allocationId, account_id: call.caller.accountId, region_id: regionId };
  return (await reader.get('eip', where)) ?? eipNotFound(allocationId);
}

/** The EIPs of instances themselves, by instance id. */
export async function eipsOfInstances(
  reader: Reader,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string | null, Eip>> {
  const eips = await reader.find('eip', { instance_id: instanceIds, instance_type: 'EcsInstance' });
  return new Map(eips.map((eip) => [eip.instance_id, eip]));
}

/** Ids of the caller's instances that have one of these public addresses (sortable form). */
export async function instancesWithEip(reader: Reader, call: Call, addresses: readonly string[]): Promise<string[]> {
  const eips = await reader.find('eip', {
    address: addresses,
    account_id: call.caller.accountId,
    instance_type: 'EcsInstance',
  });
  return eips.flatMap((eip) => eip.instance_id ?? []);
}
