/** One function for each action on SSH key pairs. */
import type { describeKeyPairs } from '../../contract/key-pair.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { pageOfList } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { acceptTagConditions } from '../tag/rules.ts';

export const keyPairHandlers: HandlersOf<typeof describeKeyPairs> = {
  async 'Ecs.DescribeKeyPairs'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    return { ...pageOfList([], input).facts, KeyPairs: { KeyPair: [] } };
  },
};
