/** Finding the caller's VSwitches. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { vswitchNotFound } from './rules.ts';

/**
 * The caller's VSwitch with this id, or the refusal. `regionId`: the region it must be in; undefined where the action
 * lets the id alone decide.
 */
export async function findVSwitch(
  reader: Reader,
  call: Call,
  vswitchId: string,
  regionId: string | undefined,
): Promise<Tables['vswitch'] | Refusal> {
  const where = { id: vswitchId, account_id: call.caller.accountId, region_id: regionId };
  return (await reader.get('vswitch', where)) ?? vswitchNotFound(vswitchId);
}
