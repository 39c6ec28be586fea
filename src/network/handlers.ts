/** The table of handlers: one function for each action of the contract. A missing or misshaped one does not compile. */
import type { ActionKey } from '../contract/action.ts';
import type { Refusal } from '../values/refusal.ts';
import { accountHandlers } from './account/actions.ts';
import { accountAttributeHandlers } from './account-attribute/actions.ts';
import { availabilityHandlers } from './availability/actions.ts';
import { billingHandlers } from './billing/actions.ts';
import type { Call, Handlers } from './call.ts';
import { diskHandlers } from './disk/actions.ts';
import { eipHandlers } from './eip/actions.ts';
import { imageHandlers } from './image/actions.ts';
import { instanceHandlers } from './instance/actions.ts';
import { instanceTypeHandlers } from './instance-type/actions.ts';
import { networkInterfaceHandlers } from './interface/actions.ts';
import { keyPairHandlers } from './key-pair/actions.ts';
import { pathHandlers } from './path/actions.ts';
import { prefixListHandlers } from './prefix-list/actions.ts';
import { regionHandlers } from './region/actions.ts';
import { resourceGroupHandlers } from './resource-group/actions.ts';
import { routeTableHandlers } from './route-table/actions.ts';
import { securityGroupHandlers } from './security-group/actions.ts';
import { tagHandlers } from './tag/actions.ts';
import { vpcHandlers } from './vpc/actions.ts';
import { vswitchHandlers } from './vswitch/actions.ts';

export function createHandlers(): Handlers {
  return {
    ...accountHandlers,
    ...accountAttributeHandlers,
    ...availabilityHandlers,
    ...diskHandlers,
    ...billingHandlers,
    ...eipHandlers,
    ...imageHandlers,
    ...instanceHandlers,
    ...instanceTypeHandlers,
    ...keyPairHandlers,
    ...networkInterfaceHandlers,
    ...pathHandlers,
    ...prefixListHandlers,
    ...regionHandlers,
    ...resourceGroupHandlers,
    ...routeTableHandlers,
    ...securityGroupHandlers,
    ...tagHandlers,
    ...vpcHandlers,
    ...vswitchHandlers,
  };
}

type AnyHandler = (call: Call, input: unknown) => Promise<object | Refusal>;

/**
 * Calls the handler of an action with an input that was decoded by the same action's parameters; the key ties the two
 * together, which the compiler cannot see. Throws when the key has no handler: the gateway checked it, so it is our bug.
 */
export function callHandler(handlers: Handlers, key: ActionKey, call: Call, input: unknown): Promise<object | Refusal> {
  const handler = (handlers as { readonly [key: string]: AnyHandler | undefined })[key];
  if (!handler) throw new Error(`no handler for ${key}`);
  return handler(call, input);
}
