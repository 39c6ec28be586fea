/** The handlers of everything about instances. */
import { attributeHandlers } from './attribute-actions.ts';
import { batchHandlers } from './batch-actions.ts';
import { creationHandlers } from './creation-actions.ts';
import { lifecycleHandlers } from './lifecycle-actions.ts';
import { listingHandlers } from './listing-actions.ts';
import { optionsHandlers } from './options-actions.ts';
import { statusHandlers } from './status-actions.ts';

export const instanceHandlers = {
  ...attributeHandlers,
  ...batchHandlers,
  ...creationHandlers,
  ...lifecycleHandlers,
  ...listingHandlers,
  ...optionsHandlers,
  ...statusHandlers,
};
