/** History: a line for each change, with who asked for it. */
import type { ActionKey } from '../contract/action.ts';
import type { Writer } from '../store/port.ts';
import type { Call } from './call.ts';

/** Adds a line to the journal. `networkId` is empty where no network is concerned. */
export async function record(
  call: Call,
  tx: Writer,
  action: ActionKey,
  networkId: string,
  resourceId: string,
): Promise<void> {
  await tx.journal({
    at: call.clock.now(),
    request_id: call.requestId,
    account_id: call.caller.accountId,
    action,
    network_id: networkId,
    resource_id: resourceId,
  });
}
