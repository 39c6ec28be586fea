/** Finding the caller's instances. */
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { instanceNotFound, mustBeInstanceId } from './rules.ts';

/**
 * The caller's instance with this id in whichever region, or the refusal. `malformed`: for actions that tell malformed
 * ids from unknown ones.
 */
export async function findInstance(
  reader: Reader,
  call: Call,
  instanceId: string,
  { malformed }: { readonly malformed: boolean },
): Promise<Tables['instance'] | Refusal> {
  const fault = malformed ? mustBeInstanceId(instanceId) : undefined;
  if (fault) return fault;
  const row = await reader.get('instance', { id: instanceId, account_id: call.caller.accountId });
  return row ?? instanceNotFound(instanceId);
}

/** What a change of this instance contends on: its VPC. Nothing when there is none: the transaction will refuse. */
export async function networkOfInstance(call: Call, instanceId: string): Promise<readonly string[]> {
  const row = await call.read((reader) =>
    reader.get('instance', { id: instanceId, account_id: call.caller.accountId }),
  );
  return row ? [row.vpc_id] : [];
}
