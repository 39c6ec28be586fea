/** One function for each action on tags; the two products share their work. */
import type {
  describeTags,
  listTagResources as ecsListTagResources,
  tagResources as ecsTagResources,
  untagResources as ecsUntagResources,
  vpcListTagResources,
  vpcTagResources,
  vpcUntagResources,
} from '../../contract/tag.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { pageOfList } from '../paging.ts';
import { type TagCodes, tagResources, untagResources } from './changes.ts';
import { describedTags, listTagResources } from './listing.ts';
import { listedTag } from './view.ts';

type TagAction =
  | typeof ecsTagResources
  | typeof ecsUntagResources
  | typeof ecsListTagResources
  | typeof describeTags
  | typeof vpcTagResources
  | typeof vpcUntagResources
  | typeof vpcListTagResources;

const ECS: TagCodes = {
  notFound: 'InvalidResourceId.NotFound',
  quota: 'QuotaExceed.Tags',
  nothing: 'MissingParameter.Tags',
};

const VPC: TagCodes = {
  notFound: 'InvalidInstanceIds.NotFound',
  quota: 'QuotaExceeded.TagNum',
  nothing: 'MissingParameter',
};

/** Tags in one answer of the list that has no parameter for it. */
const PART = 50;

export const tagHandlers: HandlersOf<TagAction> = {
  'Ecs.TagResources': (call, input) => tagResources(call, input, 'Ecs.TagResources', ECS),
  'Ecs.UntagResources': (call, input) => untagResources(call, input, 'Ecs.UntagResources', ECS),
  'Ecs.ListTagResources': (call, input) => listTagResources(call, input, PART),
  'Vpc.TagResources': (call, input) => tagResources(call, input, 'Vpc.TagResources', VPC),
  'Vpc.UnTagResources': (call, input) => untagResources(call, input, 'Vpc.UnTagResources', VPC),
  'Vpc.ListTagResources': (call, input) => listTagResources(call, input, input.MaxResults),

  async 'Ecs.DescribeTags'(call, input) {
    const tags = await describedTags(call, input);
    if (isRefusal(tags)) return tags;
    const { rows, facts } = pageOfList(tags, input);
    return { ...facts, Tags: { Tag: rows.map(listedTag) } };
  },
};
