/** Tags in answers: the two products spell them differently. */
import type { Tag } from './rules.ts';

/** As the Vpc product answers them. */
export function vpcTags(tags: readonly Tag[] | undefined) {
  return { Tag: (tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })) };
}

/** As the Ecs product answers them. */
export function ecsTags(tags: readonly Tag[] | undefined) {
  return { Tag: (tags ?? []).map(({ key, value }) => ({ TagKey: key, TagValue: value })) };
}
