/** Invalid calls on tags, in both products. */
import type { ErrorCode } from '../../../src/contract/errors.ts';
import type { Request } from '../harness.ts';
import { type Case, callsOf, type InvalidCall, type World } from './catalogue.ts';

const TAG = { Key: 'k', Value: 'v' };

/** A change of the tags of `group`. */
const ofGroup =
  (change: Request) =>
  (world: World): Request => ({ ResourceType: 'securitygroup', ResourceId: [world.group], ...change });

/** A change of the tags of `vpc`. */
const ofVpc =
  (change: Request) =>
  (world: World): Request => ({ ResourceType: 'VPC', ResourceId: [world.vpc], ...change });

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);
const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));

const refusing = (
  why: string,
  request: (world: World) => Request,
  code: ErrorCode,
  status: number,
  parameter: string,
): Case => ({ why, request, code, status, parameter });

/** What every change of tags of the Ecs product refuses; `change` would be good. */
const ecsChange = (change: Request): Case[] => [
  refusing('no region', ofGroup({ ...change, RegionId: '' }), 'MissingParameter.RegionId', 404, 'RegionId'),
  refusing('unknown region', ofGroup({ ...change, RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  refusing('no type', ofGroup({ ...change, ResourceType: '' }), 'MissingParameter.ResourceType', 404, 'ResourceType'),
  refusing(
    'unknown type',
    ofGroup({ ...change, ResourceType: 'moon' }),
    'InvalidResourceType.NotFound',
    404,
    'ResourceType',
  ),
  refusing('no resource', ofGroup({ ...change, ResourceId: [] }), 'MissingParameter.ResourceIds', 404, 'ResourceId'),
  refusing('51 resources', ofGroup({ ...change, ResourceId: ids(51) }), 'NumberExceed.ResourceIds', 400, 'ResourceId'),
  refusing(
    'one unknown resource',
    (w) => ofGroup({ ...change, ResourceId: [w.group, 'sg-unknown'] })(w),
    'InvalidResourceId.NotFound',
    404,
    'ResourceId.2',
  ),
  refusing(
    'resource of another type',
    (w) => ofGroup({ ...change, ResourceId: [w.running] })(w),
    'InvalidResourceId.NotFound',
    404,
    'ResourceId.1',
  ),
  refusing(
    'type without resources',
    (w) => ofGroup({ ...change, ResourceType: 'snapshot', ResourceId: [w.group] })(w),
    'InvalidResourceId.NotFound',
    404,
    'ResourceId.1',
  ),
  refusing(
    "another account's resource",
    (w) => ofGroup({ ...change, ResourceId: [w.foreign.group] })(w),
    'InvalidResourceId.NotFound',
    404,
    'ResourceId.1',
  ),
  refusing(
    'resource of another region',
    ofGroup({ ...change, RegionId: 'cn-beijing' }),
    'InvalidResourceId.NotFound',
    404,
    'ResourceId.1',
  ),
];

const vpcChange = (change: Request): Case[] => [
  refusing('no region', ofVpc({ ...change, RegionId: '' }), 'MissingParameter', 400, 'RegionId'),
  refusing('unknown region', ofVpc({ ...change, RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  refusing('no type', ofVpc({ ...change, ResourceType: '' }), 'MissingParameter', 400, 'ResourceType'),
  refusing(
    'unknown type',
    ofVpc({ ...change, ResourceType: 'moon' }),
    'InvalidInstanceType.NotFound',
    400,
    'ResourceType',
  ),
  refusing('no resource', ofVpc({ ...change, ResourceId: [] }), 'MissingParameter', 400, 'ResourceId'),
  refusing(
    '51 resources',
    ofVpc({ ...change, ResourceId: ids(51) }),
    'SizeLimitExceeded.ResourceId',
    400,
    'ResourceId',
  ),
  refusing(
    'one unknown resource',
    (w) => ofVpc({ ...change, ResourceId: [w.vpc, 'vpc-unknown'] })(w),
    'InvalidInstanceIds.NotFound',
    400,
    'ResourceId.2',
  ),
  refusing(
    "another account's resource",
    (w) => ofVpc({ ...change, ResourceId: [w.foreign.vpc] })(w),
    'InvalidInstanceIds.NotFound',
    400,
    'ResourceId.1',
  ),
];

const badTags = (of: (change: Request) => (world: World) => Request): Case[] => [
  refusing('tag without a key', of({ Tag: [{ Value: 'v' }] }), 'InvalidTagKey.Malformed', 400, 'Tag.1.Key'),
  refusing('reserved key', of({ Tag: [{ ...TAG, Key: 'aliyun' }] }), 'InvalidTagKey.Malformed', 400, 'Tag.1.Key'),
  refusing(
    'link as value',
    of({ Tag: [{ ...TAG, Value: 'http://' }] }),
    'InvalidTagValue.Malformed',
    400,
    'Tag.1.Value',
  ),
  refusing('a key twice', of({ Tag: [TAG, TAG] }), 'Duplicate.TagKey', 400, 'Tag.2.Key'),
];

export const TAG_CALLS: readonly InvalidCall[] = [
  ...callsOf('Ecs', 'TagResources', [
    ...ecsChange({ Tag: [TAG] }),
    ...badTags(ofGroup),
    refusing('no tag', ofGroup({}), 'MissingParameter.Tags', 404, 'Tag'),
    refusing('21 tags', ofGroup({ Tag: tags(21) }), 'NumberExceed.Tags', 400, 'Tag'),
    refusing(
      'a tag too many on one of the resources',
      (w) => ofGroup({ ResourceId: [w.group, w.taggedGroup], Tag: [TAG] })(w),
      'QuotaExceed.Tags',
      403,
      'Tag',
    ),
  ]),
  ...callsOf('Ecs', 'UntagResources', [
    ...ecsChange({ All: true }),
    refusing('neither keys nor all', ofGroup({ All: false }), 'MissingParameter.Tags', 404, 'TagKey.1'),
    refusing('21 keys', ofGroup({ TagKey: ids(21) }), 'NumberExceed.Tags', 400, 'TagKey'),
  ]),
  ...callsOf('Ecs', 'ListTagResources', [
    refusing('unknown type', ofGroup({ ResourceType: 'moon' }), 'InvalidResourceType.NotFound', 404, 'ResourceType'),
    refusing('unknown region', ofGroup({ RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
    refusing('nothing asked for', ofGroup({ ResourceId: [] }), 'BothEmpty.TagsAndResources', 403, 'ResourceId.1'),
    refusing('51 resources', ofGroup({ ResourceId: ids(51) }), 'NumberExceed.ResourceIds', 400, 'ResourceId'),
    refusing('21 tags', ofGroup({ Tag: tags(21) }), 'NumberExceed.Tags', 400, 'Tag'),
    refusing('a value alone', ofGroup({ Tag: [{ Value: 'v' }] }), 'InvalidTagKey.Malformed', 400, 'Tag.1.Key'),
    refusing(
      'tags and patterns',
      ofGroup({ Tag: [TAG], TagFilter: [{ TagKey: 'k*' }] }),
      'InvalidTags.MalFormed',
      400,
      'TagFilter',
    ),
    refusing(
      'a pattern without a key',
      ofGroup({ TagFilter: [{ TagValues: ['v'] }] }),
      'InvalidTagFilter.Malformed',
      403,
      'TagFilter.1.TagKey',
    ),
    refusing(
      'six patterns',
      ofGroup({ TagFilter: ids(6).map((TagKey) => ({ TagKey })) }),
      'InvalidTagFilter.Malformed',
      403,
      'TagFilter',
    ),
    refusing(
      'six values',
      ofGroup({ TagFilter: [{ TagKey: 'k', TagValues: ids(6) }] }),
      'NumberExceed.TagValues',
      403,
      'TagFilter.1.TagValues',
    ),
    refusing('a token of nobody', ofGroup({ NextToken: 'x' }), 'InvalidParameter', 400, 'NextToken'),
  ]),
  ...callsOf('Ecs', 'DescribeTags', [
    refusing('unknown region', () => ({ RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
    refusing('unknown type', () => ({ ResourceType: 'Instance' }), 'InvalidResourceType.NotFound', 404, 'ResourceType'),
    refusing('21 tags', () => ({ Tag: tags(21) }), 'InvalidTagCount', 400, 'Tag.21'),
    refusing('a value alone', () => ({ Tag: [{ Value: 'v' }] }), 'InvalidTagKey.Malformed', 400, 'Tag.1.Key'),
    refusing('page size 101', () => ({ PageSize: 101 }), 'InvalidParameter', 400, 'PageSize'),
  ]),
  ...callsOf('Vpc', 'TagResources', [
    ...vpcChange({ Tag: [TAG] }),
    ...badTags(ofVpc),
    refusing('no tag', ofVpc({}), 'MissingParameter', 400, 'Tag'),
    refusing('21 tags', ofVpc({ Tag: tags(21) }), 'SizeLimitExceeded.TagNum', 400, 'Tag'),
    refusing(
      'a tag too many',
      (w) => ofVpc({ ResourceId: [w.otherVpc], Tag: tags(20).map(({ Key }) => ({ Key: `n${Key}`, Value: '' })) })(w),
      'QuotaExceeded.TagNum',
      400,
      'Tag',
    ),
  ]),
  ...callsOf('Vpc', 'UnTagResources', [
    ...vpcChange({ All: true }),
    refusing('neither keys nor all', ofVpc({}), 'MissingParameter', 400, 'TagKey.1'),
    refusing('21 keys', ofVpc({ TagKey: ids(21) }), 'SizeLimitExceeded.TagNum', 400, 'TagKey'),
  ]),
  ...callsOf('Vpc', 'ListTagResources', [
    refusing('unknown type', ofVpc({ ResourceType: 'moon' }), 'InvalidInstanceType.NotFound', 400, 'ResourceType'),
    refusing('nothing asked for', ofVpc({ ResourceId: [] }), 'BothEmpty.TagsAndResources', 403, 'ResourceId.1'),
    refusing('51 resources', ofVpc({ ResourceId: ids(51) }), 'SizeLimitExceeded.ResourceId', 400, 'ResourceId'),
    refusing('21 tags', ofVpc({ Tag: tags(21) }), 'SizeLimitExceeded.TagNum', 400, 'Tag'),
    refusing('a value alone', ofVpc({ Tag: [{ Value: 'v' }] }), 'InvalidTagKey.Malformed', 400, 'Tag.1.Key'),
    refusing('MaxResults 51', ofVpc({ MaxResults: 51 }), 'InvalidParameter', 400, 'MaxResults'),
  ]),
];
