/** One function for each action on instance types. */
import type { Input } from '../../contract/action.ts';
import type { describeInstanceTypeFamilies, describeInstanceTypes } from '../../contract/instance-type.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { startOfToken, tokenFor } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { INSTANCE_TYPES } from './catalogue.ts';
import { satisfies, type TypeConditions } from './rules.ts';
import { DISKS, listedInstanceType } from './view.ts';

export const instanceTypeHandlers: HandlersOf<typeof describeInstanceTypes | typeof describeInstanceTypeFamilies> = {
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
    const found = asksForMoreThanHere(input) ? [] : INSTANCE_TYPES.filter((type) => satisfies(type, conditions));
    const end = start + input.MaxResults;
    return {
      InstanceTypes: { InstanceType: found.slice(start, end).map(listedInstanceType) },
      NextToken: tokenFor(end, found.length),
    };
  },

  async 'Ecs.DescribeInstanceTypeFamilies'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const families = new Map(INSTANCE_TYPES.map((type) => [type.family, type.generation ?? '']));
    const listed = [...families].filter(([, generation]) => (input.Generation ?? generation) === generation);
    return {
      InstanceTypeFamilies: {
        InstanceTypeFamily: listed.map(([InstanceTypeFamilyId, Generation]) => ({ InstanceTypeFamilyId, Generation })),
      },
    };
  },
};

/** Whether something is asked that instances here do not have, whatever their type. */
function asksForMoreThanHere(input: Input<typeof describeInstanceTypes>): boolean {
  const { GpuSpecs = [], LocalStorageCategories = [] } = input;
  const some = (least: number | undefined, here = 0) => least !== undefined && least > here;
  return (
    input.GPUSpec !== undefined ||
    GpuSpecs.length > 0 ||
    some(input.MinimumGPUAmount) ||
    input.LocalStorageCategory !== undefined ||
    LocalStorageCategories.length > 0 ||
    some(input.MinimumLocalStorageAmount) ||
    some(input.MinimumLocalStorageCapacity) ||
    some(input.MinimumDiskQuantity, DISKS) ||
    some(input.MinimumEniIpv6AddressQuantity) ||
    some(input.MinimumEriQuantity) ||
    some(input.MinimumQueuePairNumber) ||
    (input.NvmeSupport ?? 'unsupported') !== 'unsupported'
  );
}

/** Values that a list and a single parameter for the same thing leave together. */
function both(list: readonly string[] | undefined, one: string | undefined): readonly string[] | undefined {
  if (one === undefined) return list;
  return !list || list.includes(one) ? [one] : [];
}

/** The greater of two lower bounds: the catalogue has one number for both directions. */
function greater(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
