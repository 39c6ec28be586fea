/**
 * Actions on resource groups: parameters, answers, codes. The only group that is kept as a thing of its own is the
 * default one of every account; other ids are labels that resources bear, and any is allowed.
 */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { pages } from './paging.ts';
import { boolean, list, struct, text } from './parameter.ts';
import { regionId } from './request.ts';

const groupId = '^rg-[A-Za-z0-9-]{1,61}$';

const includeTags = boolean({ fate: 'accepted', help: 'Without effect: groups have no tags here.' });

const listedGroup = {
  AccountId: 'string',
  CreateDate: 'string',
  DisplayName: 'string',
  Id: 'string',
  Name: 'string',
  Status: 'string',
  Tags: { Tag: [{ TagKey: 'string', TagValue: 'string' }] },
} as const;

export const listResourceGroups = action({
  product: 'ResourceManager',
  name: 'ListResourceGroups',
  summary: 'Lists the resource groups of the account: its default group.',
  effect: 'read',
  parameters: {
    DisplayName: text({ fate: 'realised', help: 'Only groups with this in their display name.' }),
    IncludeTags: includeTags,
    Name: text({ fate: 'realised', help: 'Only groups with this in their name.' }),
    ...pages(100),
    ResourceGroupId: text({ fate: 'realised', help: 'Only this group; without effect beside ResourceGroupIds.' }),
    ResourceGroupIds: list({
      fate: 'realised',
      help: 'Only these groups, up to 100.',
      most: 100,
      of: text({ fate: 'realised', help: 'Id of a group.' }),
    }),
    Status: text({
      fate: 'realised',
      help: 'Only groups of this status; the default group is always OK.',
      enum: ['Creating', 'OK', 'PendingDelete', 'Deleting'],
    }),
    Tag: list({
      fate: 'realised',
      help: 'Only groups with all of these tags; groups have none here.',
      most: 20,
      of: struct({
        fate: 'realised',
        help: 'A tag to ask for.',
        fields: {
          Key: text({ fate: 'realised', help: 'Key of the tag.' }),
          Value: text({ fate: 'realised', help: 'Value of the tag.' }),
        },
      }),
    }),
  },
  answer: {
    PageNumber: 'integer',
    PageSize: 'integer',
    ResourceGroups: { ResourceGroup: [listedGroup] },
    TotalCount: 'integer',
  },
  errors: [],
});

export const getResourceGroup = action({
  product: 'ResourceManager',
  name: 'GetResourceGroup',
  summary: 'Tells a resource group of the account.',
  effect: 'read',
  parameters: {
    IncludeTags: includeTags,
    ResourceGroupId: text({ fate: 'realised', help: 'Id of the group.', required: true }),
  },
  answer: {
    ResourceGroup: {
      ...listedGroup,
      RegionStatuses: { RegionStatus: [{ RegionId: 'string', Status: 'string' }] },
    },
  },
  errors: ['EntityNotExists.ResourceGroup'],
});

export const joinResourceGroup = action({
  product: 'Ecs',
  name: 'JoinResourceGroup',
  summary: 'Puts a resource into another resource group.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: text({ fate: 'realised', help: 'Region of the resource; without it that of this endpoint.' }),
    ResourceGroupId: text({
      fate: 'stored',
      help: 'Group that the resource shall be in.',
      required: true,
      pattern: groupId,
      invalid: 'InvalidResourceGroup.NotFound',
    }),
    ResourceId: text({ fate: 'realised', help: 'Id of the resource.', required: true }),
    ResourceType: text({
      fate: 'realised',
      help: 'Kind of the resource; here there are instance, securitygroup and eni.',
      required: true,
      enum: [
        'instance',
        'disk',
        'snapshot',
        'image',
        'securitygroup',
        'ddh',
        'ddhcluster',
        'eni',
        'keypair',
        'launchtemplate',
        'command',
        'activation',
        'managedinstance',
      ],
      invalid: 'InvalidResourceType.NotFound',
    }),
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'MissingParameter',
    'InvalidResourceType.NotFound',
    'InvalidResourceGroup.NotFound',
    'InvalidResourceGroup.Duplicate',
    'InvalidResourceId.NotFound',
  ],
});

export const moveResourceGroup = action({
  product: 'Vpc',
  name: 'MoveResourceGroup',
  summary: 'Puts a resource into another resource group.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    NewResourceGroupId: text({
      fate: 'stored',
      help: 'Group that the resource shall be in.',
      required: true,
      pattern: groupId,
      invalid: 'InvalidResourceGroupId',
    }),
    ResourceId: text({ fate: 'realised', help: 'Id of the resource.', required: true }),
    ResourceType: text({
      fate: 'realised',
      help: 'Kind of the resource, in any case; here there are Vpc and Eip.',
      required: true,
      enum: [
        'Vpc',
        'Eip',
        'BandwidthPackage',
        'PrefixList',
        'PublicIpAddressPool',
        'FlowLog',
        'HaVip',
        'TrafficMirrorFilter',
        'TrafficMirrorSession',
        'IPv4Gateway',
        'IPv6Gateway',
        'IPv6Address',
        'DhcpOptionsSet',
        'GatewayEndpoint',
      ],
      anyCase: true,
      invalid: 'IllegalParam.ResourceType',
    }),
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidResourceGroupId',
    'InvalidResourceId.NotFound',
    'IllegalParam.ResourceType',
  ],
});
