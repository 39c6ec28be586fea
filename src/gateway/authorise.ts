/** Whether this caller may use this action at all. What belongs to whom is the handlers' business. */
import type { Action } from '../contract/action.ts';
import type { Caller } from '../contract/call.ts';
import { refuse } from '../contract/errors.ts';
import type { Refusal } from '../values/refusal.ts';

export function authorise(action: Action, caller: Caller): Refusal | undefined {
  if (action.administrator && !caller.administrator) {
    return refuse('Forbidden.RAM', { detail: 'Only the account that administers this deployment may.' });
  }
  if (action.lasting && caller.session) {
    return refuse('Forbidden.RAM', { detail: 'Not with temporary credentials.' });
  }
  return undefined;
}
