/** Tags in requests: `Tag.N.Key`, `Tag.N.Value`. Their rules stand in network/tag, the actions on them in tag.ts. */
import { list, struct, text } from './parameter.ts';

export const tagFields = {
  Key: text({ fate: 'realised', help: 'Key of the tag, 1 to 128 characters.' }),
  Value: text({ fate: 'realised', help: 'Value of the tag, up to 128 characters; may be empty.' }),
} as const;

/** Tags that a new resource gets. The list is longer than any quota so that the quota's own code is answered. */
export const newTags = list({
  fate: 'realised',
  help: 'Tags of the new resource: at most 20, each key once.',
  most: 100,
  of: struct({ fate: 'realised', help: 'A tag.', fields: tagFields }),
});

/** Tags that the listed resources must all have. */
export const tagFilter = list({
  fate: 'realised',
  help: 'Only resources that have all of these tags; a key without a value asks for any value. At most 20.',
  most: 100,
  of: struct({ fate: 'realised', help: 'A tag to ask for.', fields: tagFields }),
});
