/** Finding the caller's VPCs. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { vpcNotFound } from './rules.ts';

/**
 * The caller's VPC with this id, or the refusal. `regionId`: the region it must be in; undefined where the action lets
 * the id alone decide.
 */
export async function findVpc(
  reader: Reader,
  call: Call,
  vpcId: string,
  regionId: string | undefined,
): Promise<Tables['vpc'] | Refusal> {
  const where = { id: vpcId, account_id: call.caller.accountId, region_id: regionId };
  return (await reader.get('vpc', where)) ?? vpcNotFound(vpcId);
}
