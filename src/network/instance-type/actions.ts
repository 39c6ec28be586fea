/** One function for each action on instance types. */
import type { describeInstanceTypes } from '../../contract/instance-type.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { startOfToken, tokenFor } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { INSTANCE_TYPES } from './catalogue.ts';
import { satisfies, type TypeConditions } from './rules.ts';
import { listedInstanceType } from './view.ts';

export const instanceTypeHandlers: HandlersOf<typeof describeInstanceTypes> = {
  async 'Ecs.DescribeInstanceTypes'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const start = startOfToken(input.NextToken);
    if (isRefusal(start)) return start;
    const conditions: TypeConditions = {
      architectures: both(input.CpuArchitectures, input.CpuArchitecture),
      level: input.InstanceFamilyLevel,
      families: both(input.InstanceTypeFamilies, input.InstanceTypeFamily),
      ids: input.InstanceTypes,
      cpu: { least: input.MinimumCpuCoreCount, most: input.MaximumCpuCoreCount },
      memory: { least: input.MinimumMemorySize, most: input.MaximumMemorySize },
      enis: { least: input.MinimumEniQuantity },
      addressesPerEni: { least: input.MinimumEniPrivateIpAddressQuantity },
      bandwidth: { least: greater(input.MinimumInstanceBandwidthRx, input.MinimumInstanceBandwidthTx) },
      pps: { least: greater(input.MinimumInstancePpsRx, input.MinimumInstancePpsTx) },
      primaryQueues: { least: input.MinimumPrimaryEniQueueNumber },
      secondaryQueues: { least: input.MinimumSecondaryEniQueueNumber },
    };
    const found = INSTANCE_TYPES.filter((type) => satisfies(type, conditions));
    const end = start + input.MaxResults;
    return {
      InstanceTypes: { InstanceType: found.slice(start, end).map(listedInstanceType) },
      NextToken: tokenFor(end, found.length),
    };
  },
};

/** Values that a list and a single parameter for the same thing leave together. */
function both(list: readonly string[] | undefined, one: string | undefined): readonly string[] | undefined {
  if (one === undefined) return list;
  return !list || list.includes(one) ? [one] : [];
}

/** The greater of two lower bounds: the catalogue has one number for both directions. */
function greater(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
