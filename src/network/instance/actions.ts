/** The handlers of everything about instances. */
import { creationHandlers } from './creation-actions.ts';
import { lifecycleHandlers } from './lifecycle-actions.ts';
import { listingHandlers } from './listing-actions.ts';

export const instanceHandlers = { ...creationHandlers, ...lifecycleHandlers, ...listingHandlers };
