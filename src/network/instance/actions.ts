/** The handlers of everything about instances. */
import { batchHandlers } from './batch-actions.ts';
import { creationHandlers } from './creation-actions.ts';
import { lifecycleHandlers } from './lifecycle-actions.ts';
import { listingHandlers } from './listing-actions.ts';

export const instanceHandlers = { ...batchHandlers, ...creationHandlers, ...lifecycleHandlers, ...listingHandlers };
