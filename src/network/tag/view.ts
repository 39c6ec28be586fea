/** Tags in answers: the two products spell them differently. */
import type { Tables } from '../../store/schema.ts';
import type { Tag } from './rules.ts';

/** As the Vpc product answers them. */
export function vpcTags(tags: readonly Tag[] | undefined) {
  return { Tag: (tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })) };
}

/** As the Ecs product answers them. */
export function ecsTags(tags: readonly Tag[] | undefined) {
  return { Tag: (tags ?? []).map(({ key, value }) => ({ TagKey: key, TagValue: value })) };
}

/** A tag with the resource that it is on; `type` as the request spells it. */
export function taggedResource(row: Tables['tag'], type: string) {
  return { ResourceId: row.resource_id, ResourceType: type, TagKey: row.key, TagValue: row.value };
}

/** Kinds of resources that DescribeTags counts. Of most there are none here. */
const NOTHING = {
  Ddh: 0,
  Disk: 0,
  Eni: 0,
  Image: 0,
  Instance: 0,
  KeyPair: 0,
  LaunchTemplate: 0,
  ReservedInstance: 0,
  Securitygroup: 0,
  Snapshot: 0,
  SnapshotPolicy: 0,
  Volume: 0,
};

export interface CountedTag extends Tag {
  readonly counts: typeof NOTHING;
}

/** Tags, each once, in the order of keys and values, with the number of times that each kind has it. */
export function countedTags(found: readonly (Tag & { readonly kind: keyof typeof NOTHING })[]): CountedTag[] {
  const byTag = new Map<string, CountedTag>();
  for (const { key, value, kind } of found) {
    const name = JSON.stringify([key, value]);
    const counted = byTag.get(name) ?? { key, value, counts: { ...NOTHING } };
    counted.counts[kind] += 1;
    byTag.set(name, counted);
  }
  const order = (a: string, b: string) => Number(a > b) - Number(a < b);
  return [...byTag.values()].sort((a, b) => order(a.key, b.key) || order(a.value, b.value));
}

/** A tag as DescribeTags lists it. */
export function listedTag({ key, value, counts }: CountedTag) {
  return { TagKey: key, TagValue: value, ResourceTypeCount: counts };
}
