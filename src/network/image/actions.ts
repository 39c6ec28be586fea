/** One function for each action on images. */

import type { Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { describeImageSupportInstanceTypes, describeImages } from '../../contract/image.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { findInstanceType, INSTANCE_TYPES } from '../instance-type/catalogue.ts';
import { pageOfList } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { acceptTagConditions } from '../tag/rules.ts';
import { findImage, IMAGES, type Image } from './catalogue.ts';
import { acceptStatuses, passesFilters, satisfies } from './rules.ts';
import { listedImage } from './view.ts';

export const imageHandlers: HandlersOf<typeof describeImages | typeof describeImageSupportInstanceTypes> = {
  async 'Ecs.DescribeImages'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    const passes = passesFilters(input.Filter);
    if (isRefusal(passes)) return passes;
    const inState = acceptStatuses(input.Status);
    if (isRefusal(inState)) return inState;
    if (input.InstanceType !== undefined && !findInstanceType(input.InstanceType)) {
      return refuse('InvalidInstanceType.ValueNotSupported', {
        parameter: 'InstanceType',
        detail: `'${input.InstanceType}' is not in the catalogue.`,
      });
    }
    if (call.dryRun) return refuse('DryRunOperation');

    const possible = passes && inState && conditions.length === 0 && allImagesAre(input);
    const asked = possible
      ? IMAGES.filter((image) =>
          satisfies(image, {
            id: input.ImageId,
            family: input.ImageFamily,
            name: input.ImageName,
            osType: input.OSType,
            architecture: input.Architecture,
          }),
        )
      : [];
    const used = await usedImages(call, asked);
    const wanted = asked.filter(
      (image) => input.Usage === undefined || (input.Usage === 'instance') === used.has(image.id),
    );
    const { rows, facts } = pageOfList(wanted, input);
    return {
      ...facts,
      RegionId: region.id,
      Images: { Image: rows.map((image) => listedImage(image, used.has(image.id))) },
    };
  },

  async 'Ecs.DescribeImageSupportInstanceTypes'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    if (!findImage(input.ImageId)) return refuse('InvalidImageId.NotFound', { parameter: 'ImageId' });
    return {
      RegionId: region.id,
      ImageId: input.ImageId,
      InstanceTypes: {
        InstanceType: INSTANCE_TYPES.map((type) => ({
          InstanceTypeId: type.id,
          InstanceTypeFamily: type.family,
          CpuCoreCount: type.vcpu,
          MemorySize: type.memoryGiB,
        })),
      },
    };
  },
};

/** Whether what all images have in common is what the request asks for. */
function allImagesAre(input: Input<typeof describeImages>): boolean {
  return (
    (input.ImageOwnerAlias ?? 'system') === 'system' &&
    input.IsPublic !== true &&
    input.IsSupportCloudinit !== true &&
    input.IsSupportIoOptimized !== false &&
    input.Usable !== false &&
    input.SnapshotId === undefined &&
    input.ResourceGroupId === undefined
  );
}

/** Those of the images that an instance of the caller in the region has. */
async function usedImages(call: Call, images: readonly Image[]): Promise<ReadonlySet<string>> {
  return call.read(async (reader) => {
    const used = new Set<string>();
    for (const { id } of images) {
      const where = { account_id: call.caller.accountId, region_id: call.regionId, image_id: id };
      if ((await reader.count('instance', where)) > 0) used.add(id);
    }
    return used;
  });
}
