/** Lists of tags: on which resources they are, and how many of each kind. */
import { refuse } from '../../contract/errors.ts';
import type { TagResourceType } from '../../contract/tag.ts';
import type { Reader } from '../../store/port.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { startOfToken, tokenFor } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { idsInAll } from '../selection.ts';
import { kindOf, presentIds, type TaggedKind } from './kinds.ts';
import { acceptTagConditions, acceptTagPatterns, type GivenTag, type GivenTagFilter } from './rules.ts';
import { resourcesWithPatterns, resourcesWithTags } from './tags.ts';
import { type CountedTag, countedTags, taggedResource } from './view.ts';

interface ListInput {
  readonly ResourceType: TagResourceType;
  readonly ResourceId?: readonly string[] | undefined;
  readonly Tag?: readonly GivenTag[] | undefined;
  readonly TagFilter?: readonly GivenTagFilter[] | undefined;
  readonly NextToken?: string | undefined;
}

/** All tags of the resources that are asked for by id, by tags, or by both. */
export async function listTagResources(call: Call, input: ListInput, limit: number) {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
  if (isRefusal(conditions)) return conditions;
  const patterns = acceptTagPatterns(input.TagFilter);
  if (isRefusal(patterns)) return patterns;
  const { ResourceId: named = [] } = input;
  if (conditions.length > 0 && patterns.length > 0) return refuse('InvalidTags.MalFormed', { parameter: 'TagFilter' });
  if (conditions.length + patterns.length + named.length === 0) {
    return refuse('BothEmpty.TagsAndResources', { parameter: 'ResourceId.1', detail: 'Or Tag.1.Key.' });
  }
  const start = startOfToken(input.NextToken);
  if (isRefusal(start)) return start;
  const kind = kindOf(input.ResourceType);
  if (!kind) return { TagResources: { TagResource: [] }, NextToken: '' };

  const accountId = call.caller.accountId;
  return call.read(async (reader) => {
    const asked = idsInAll(
      named.length > 0 ? named : undefined,
      await resourcesWithTags(reader, accountId, kind, conditions),
      await resourcesWithPatterns(reader, accountId, kind, patterns),
    );
    const present = await presentIds(reader, kind, accountId, region.id, asked ?? []);
    const where = { resource_kind: kind, resource_id: [...present] };
    const total = await reader.count('tag', where);
    const rows = await reader.find('tag', where, { orderBy: ['resource_id', 'key'], limit, offset: start });
    return {
      TagResources: { TagResource: rows.map((row) => taggedResource(row, input.ResourceType)) },
      NextToken: tokenFor(start + rows.length, total),
    };
  });
}

const COUNTED = { instance: 'Instance', securityGroup: 'Securitygroup', networkInterface: 'Eni' } as const;

type CountedKind = keyof typeof COUNTED;

function isCounted(kind: TaggedKind | undefined): kind is CountedKind {
  return kind !== undefined && Object.hasOwn(COUNTED, kind);
}

interface DescribeInput {
  readonly ResourceType?: TagResourceType | undefined;
  readonly ResourceId?: string | undefined;
  readonly Tag?: readonly GivenTag[] | undefined;
}

/** The tags of a region in the order of keys and values, each with the number of resources of every kind. */
export async function describedTags(call: Call, input: DescribeInput): Promise<readonly CountedTag[] | Refusal> {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
  if (isRefusal(conditions)) return conditions;
  const kinds = input.ResourceType
    ? [kindOf(input.ResourceType)].filter(isCounted)
    : (Object.keys(COUNTED) as readonly CountedKind[]);
  const isAsked = (key: string, value: string) =>
    conditions.length === 0 ||
    conditions.some((one) => one.key === key && (one.value === undefined || one.value === value));

  return call.read(async (reader) => {
    const found = [];
    for (const kind of kinds) {
      const rows = await tagsOfKind(reader, call.caller.accountId, region.id, kind, input.ResourceId);
      for (const { key, value } of rows) if (isAsked(key, value)) found.push({ key, value, kind: COUNTED[kind] });
    }
    return countedTags(found);
  });
}

async function tagsOfKind(
  reader: Reader,
  accountId: string,
  regionId: string,
  kind: CountedKind,
  resourceId: string | undefined,
) {
  const rows = await reader.find('tag', { account_id: accountId, resource_kind: kind, resource_id: resourceId });
  const ids = [...new Set(rows.map((row) => row.resource_id))];
  const present = await presentIds(reader, kind, accountId, regionId, ids);
  return rows.filter((row) => present.has(row.resource_id));
}
