/** Actions on the tags of resources, in both products: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { nextToken, pageNumber } from './paging.ts';
import { boolean, integer, list, struct, text } from './parameter.ts';
import { regionId } from './request.ts';
import { tagFields } from './tags.ts';

/** Most resources and tags in one call. */
const MOST_RESOURCES = 50;
const MOST_TAGS = 20;

/** Kinds that the Ecs product tags. Of those without resources here no id is found. */
const ECS_TYPES = [
  'instance',
  'disk',
  'snapshot',
  'image',
  'securitygroup',
  'volume',
  'eni',
  'ddh',
  'ddhcluster',
  'keypair',
  'launchtemplate',
  'reservedinstance',
  'snapshotpolicy',
  'elasticityassurance',
  'capacityreservation',
  'command',
  'invocation',
  'activation',
  'managedinstance',
  'prefixlist',
] as const;

/** Kinds whose resources DescribeTags counts. */
const COUNTED_TYPES = [
  'instance',
  'disk',
  'snapshot',
  'image',
  'securitygroup',
  'volume',
  'eni',
  'ddh',
  'keypair',
  'launchtemplate',
  'reservedinstance',
  'snapshotpolicy',
] as const;

const VPC_TYPES = [
  'VPC',
  'VSWITCH',
  'ROUTETABLE',
  'EIP',
  'VPNGATEWAY',
  'NATGATEWAY',
  'COMMONBANDWIDTHPACKAGE',
  'PREFIXLIST',
  'PUBLICIPADDRESSPOOL',
  'IPV4GATEWAY',
  'IPV6GATEWAY',
  'NETWORKACL',
  'TRAFFICMIRRORFILTER',
  'TRAFFICMIRRORSESSION',
  'FLOWLOG',
  'HAVIP',
  'DHCPOPTIONSSET',
  'GATEWAYENDPOINT',
  'IPV6ADDRESS',
] as const;

/** Kinds of resources, as the product spells them, that tags may be on. */
export type TagResourceType = (typeof ECS_TYPES)[number] | (typeof VPC_TYPES)[number];

const ECS_HELP = 'Kind of the resources; here there are instance, securitygroup, eni and prefixlist.';
const VPC_HELP = 'Kind of the resources, in any case; here there are VPC, VSWITCH, ROUTETABLE and EIP.';

const { ResourceOwnerId: _, ...ownershipWithoutId } = ownership;

const ecsRegionId = text({ ...regionId, missing: 'MissingParameter.RegionId' });

const ecsType = text({
  fate: 'realised',
  help: ECS_HELP,
  required: true,
  enum: ECS_TYPES,
  missing: 'MissingParameter.ResourceType',
  invalid: 'InvalidResourceType.NotFound',
});

const vpcType = text({
  fate: 'realised',
  help: VPC_HELP,
  required: true,
  enum: VPC_TYPES,
  anyCase: true,
  invalid: 'InvalidInstanceType.NotFound',
});

const resourceId = text({ fate: 'realised', help: 'Id of a resource.' });

const ecsIds = list({
  fate: 'realised',
  help: 'Resources, 1 to 50; all of them exist or nothing changes.',
  required: true,
  most: MOST_RESOURCES,
  missing: 'MissingParameter.ResourceIds',
  invalid: 'NumberExceed.ResourceIds',
  of: resourceId,
});

const vpcIds = list({
  fate: 'realised',
  help: 'Resources, 1 to 50; all of them exist or nothing changes.',
  required: true,
  most: MOST_RESOURCES,
  invalid: 'SizeLimitExceeded.ResourceId',
  of: resourceId,
});

const setHelp = 'Tags to set, 1 to 20, each key once; a key that is there gets the new value.';

const ecsTag = list({
  fate: 'realised',
  help: setHelp,
  required: true,
  most: MOST_TAGS,
  missing: 'MissingParameter.Tags',
  invalid: 'NumberExceed.Tags',
  of: struct({ fate: 'realised', help: 'A tag.', fields: tagFields }),
});

const vpcTag = list({
  fate: 'realised',
  help: setHelp,
  required: true,
  most: MOST_TAGS,
  invalid: 'SizeLimitExceeded.TagNum',
  of: struct({ fate: 'realised', help: 'A tag.', fields: tagFields }),
});

const all = boolean({
  fate: 'realised',
  help: 'true: take off every tag; without effect when TagKey is given.',
  default: false,
});

const keyHelp = 'Keys of the tags to take off, up to 20; one that is not there is passed over.';

const filteredIds = <const C extends 'NumberExceed.ResourceIds' | 'SizeLimitExceeded.ResourceId'>(invalid: C) =>
  list({
    fate: 'realised',
    help: 'Only tags of these resources, up to 50.',
    most: MOST_RESOURCES,
    invalid,
    of: resourceId,
  });

const filterTags = <const C extends 'NumberExceed.Tags' | 'SizeLimitExceeded.TagNum'>(invalid: C) =>
  list({
    fate: 'realised',
    help: 'Only tags of resources that have all of these; a key without a value asks for any value.',
    most: MOST_TAGS,
    invalid,
    of: struct({ fate: 'realised', help: 'A tag to ask for.', fields: tagFields }),
  });

const listed = {
  NextToken: 'string',
  TagResources: {
    TagResource: [{ ResourceId: 'string', ResourceType: 'string', TagKey: 'string', TagValue: 'string' }],
  },
} as const;

const TAG_ERRORS = ['InvalidTagKey.Malformed', 'InvalidTagValue.Malformed', 'Duplicate.TagKey'] as const;

const ECS_ERRORS = [
  'InvalidRegionId.NotFound',
  'MissingParameter.RegionId',
  'MissingParameter.ResourceType',
  'InvalidResourceType.NotFound',
  'NumberExceed.ResourceIds',
  'NumberExceed.Tags',
] as const;

const VPC_ERRORS = [
  'InvalidRegionId.NotFound',
  'InvalidInstanceType.NotFound',
  'SizeLimitExceeded.ResourceId',
  'SizeLimitExceeded.TagNum',
] as const;

export const tagResources = action({
  product: 'Ecs',
  name: 'TagResources',
  summary: 'Sets tags of several resources.',
  effect: 'write',
  parameters: {
    ...ownershipWithoutId,
    RegionId: ecsRegionId,
    ResourceType: ecsType,
    ResourceId: ecsIds,
    Tag: ecsTag,
  },
  answer: {},
  errors: [
    ...ECS_ERRORS,
    ...TAG_ERRORS,
    'MissingParameter.ResourceIds',
    'MissingParameter.Tags',
    'InvalidResourceId.NotFound',
    'QuotaExceed.Tags',
  ],
});

export const untagResources = action({
  product: 'Ecs',
  name: 'UntagResources',
  summary: 'Takes tags off several resources.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: ecsRegionId,
    ResourceType: ecsType,
    ResourceId: ecsIds,
    All: all,
    TagKey: list({
      fate: 'realised',
      help: keyHelp,
      most: MOST_TAGS,
      invalid: 'NumberExceed.Tags',
      of: text({ fate: 'realised', help: 'Key of a tag.' }),
    }),
  },
  answer: {},
  errors: [...ECS_ERRORS, 'MissingParameter.ResourceIds', 'MissingParameter.Tags', 'InvalidResourceId.NotFound'],
});

export const listTagResources = action({
  product: 'Ecs',
  name: 'ListTagResources',
  summary: 'Lists tags with the resources that they are on, 50 in an answer.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: ecsRegionId,
    ResourceType: ecsType,
    ResourceId: filteredIds('NumberExceed.ResourceIds'),
    Tag: filterTags('NumberExceed.Tags'),
    TagFilter: list({
      fate: 'realised',
      help: 'In place of Tag: only tags of resources that satisfy all of these, up to 5; * at an end stands for any text.',
      most: 5,
      invalid: 'InvalidTagFilter.Malformed',
      of: struct({
        fate: 'realised',
        help: 'A pattern for a key, or a key with patterns for its value.',
        fields: {
          TagKey: text({ fate: 'realised', help: 'Pattern of the key; with TagValues the key itself.' }),
          TagValues: list({
            fate: 'realised',
            help: 'Patterns of which the value satisfies one, up to 5.',
            most: 5,
            invalid: 'NumberExceed.TagValues',
            of: text({ fate: 'realised', help: 'Pattern of the value.' }),
          }),
        },
      }),
    }),
    NextToken: nextToken,
  },
  answer: listed,
  errors: [
    ...ECS_ERRORS,
    'InvalidTagKey.Malformed',
    'BothEmpty.TagsAndResources',
    'InvalidTags.MalFormed',
    'InvalidTagFilter.Malformed',
    'NumberExceed.TagValues',
  ],
});

export const describeTags = action({
  product: 'Ecs',
  name: 'DescribeTags',
  summary: 'Lists the tags in use and on how many resources of each kind they are.',
  effect: 'read',
  parameters: {
    OwnerId: ownership.OwnerId,
    ResourceOwnerAccount: ownership.ResourceOwnerAccount,
    ResourceOwnerId: ownership.ResourceOwnerId,
    RegionId: regionId,
    Category: text({ fate: 'accepted', help: 'Without effect: there is one category of tags.' }),
    ResourceType: text({
      fate: 'realised',
      help: 'Only tags of resources of this kind; here there are instance, securitygroup and eni.',
      enum: COUNTED_TYPES,
      invalid: 'InvalidResourceType.NotFound',
    }),
    ResourceId: text({ fate: 'realised', help: 'Only tags of this resource.' }),
    Tag: list({
      fate: 'realised',
      help: 'Only these tags; a key without a value asks for any value. At most 20.',
      most: 100,
      of: struct({ fate: 'realised', help: 'A tag to ask for.', fields: tagFields }),
    }),
    PageNumber: pageNumber,
    PageSize: integer({ fate: 'realised', help: 'Tags on a page, 1 to 100.', range: [1, 100], default: 50 }),
  },
  answer: {
    PageNumber: 'integer',
    PageSize: 'integer',
    Tags: {
      Tag: [
        {
          ResourceTypeCount: {
            Ddh: 'integer',
            Disk: 'integer',
            Eni: 'integer',
            Image: 'integer',
            Instance: 'integer',
            KeyPair: 'integer',
            LaunchTemplate: 'integer',
            ReservedInstance: 'integer',
            Securitygroup: 'integer',
            Snapshot: 'integer',
            SnapshotPolicy: 'integer',
            Volume: 'integer',
          },
          TagKey: 'string',
          TagValue: 'string',
        },
      ],
    },
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidResourceType.NotFound', 'InvalidTagCount', 'InvalidTagKey.Malformed'],
});

export const vpcTagResources = action({
  product: 'Vpc',
  name: 'TagResources',
  summary: 'Sets tags of several resources.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ResourceType: vpcType,
    ResourceId: vpcIds,
    Tag: vpcTag,
  },
  answer: {},
  errors: [...VPC_ERRORS, ...TAG_ERRORS, 'InvalidInstanceIds.NotFound', 'QuotaExceeded.TagNum'],
});

export const vpcUntagResources = action({
  product: 'Vpc',
  name: 'UnTagResources',
  summary: 'Takes tags off several resources.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ResourceType: vpcType,
    ResourceId: vpcIds,
    All: all,
    TagKey: list({
      fate: 'realised',
      help: keyHelp,
      most: MOST_TAGS,
      invalid: 'SizeLimitExceeded.TagNum',
      of: text({ fate: 'realised', help: 'Key of a tag.' }),
    }),
  },
  answer: {},
  errors: [...VPC_ERRORS, 'InvalidInstanceIds.NotFound', 'MissingParameter'],
});

export const vpcListTagResources = action({
  product: 'Vpc',
  name: 'ListTagResources',
  summary: 'Lists tags with the resources that they are on.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ResourceType: vpcType,
    ResourceId: filteredIds('SizeLimitExceeded.ResourceId'),
    Tag: filterTags('SizeLimitExceeded.TagNum'),
    MaxResults: integer({
      fate: 'realised',
      help: 'Most tags of an answer, 1 to 50.',
      range: [1, 50],
      default: 50,
    }),
    NextToken: nextToken,
  },
  answer: listed,
  errors: [...VPC_ERRORS, 'InvalidTagKey.Malformed', 'BothEmpty.TagsAndResources'],
});
