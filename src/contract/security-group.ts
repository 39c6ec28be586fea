/** Actions on security groups and their members: parameters, answers, codes. The rules' stand in security-group-rule.ts. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { nextToken, pageNumber, pageSize } from './paging.ts';
import { boolean, integer, jsonList, list, text } from './parameter.ts';
import { clientToken, dryRun, optionalRegionId, regionId } from './request.ts';
import { newTags, tagFilter } from './tags.ts';
import { DESCRIPTION_PATTERN } from './wording.ts';

const securityGroupId = text({ fate: 'realised', help: 'Id of the security group.', required: true });

const groupName = text({
  fate: 'stored',
  help: 'Name, 2 to 128 characters, starting with a letter.',
  length: [2, 128],
  invalid: 'InvalidSecurityGroupName.Malformed',
});

const groupDescription = text({
  fate: 'stored',
  help: 'Description, 2 to 256 characters.',
  length: [2, 256],
  pattern: DESCRIPTION_PATTERN,
  invalid: 'InvalidSecurityGroupDiscription.Malformed',
});

export const createSecurityGroup = action({
  product: 'Ecs',
  name: 'CreateSecurityGroup',
  summary: 'Creates a basic or advanced security group.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ClientToken: clientToken,
    VpcId: text({
      fate: 'realised',
      help: 'VPC of the group. Without one it would be a classic group, which this account may not make.',
    }),
    SecurityGroupName: groupName,
    Description: groupDescription,
    SecurityGroupType: text({
      fate: 'realised',
      help: 'normal: basic, members reach each other. enterprise: advanced, members do not, and rules cannot name groups.',
      enum: ['normal', 'enterprise'],
      default: 'normal',
    }),
    ResourceGroupId: text({ fate: 'stored', help: 'Resource group.' }),
    ServiceManaged: boolean({ fate: 'refused', help: 'Whether a cloud service manages the group.' }),
    Tag: newTags,
  },
  answer: { SecurityGroupId: 'string' },
  errors: [
    'InvalidRegionId.NotFound',
    'OperationDenied',
    'InvalidVpcId.NotFound',
    'IncorrectVpcStatus',
    'InvalidSecurityGroupName.Malformed',
    'InvalidSecurityGroupDiscription.Malformed',
    'QuotaExceed.SecurityGroup',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'InvalidTagCount',
    'Duplicate.TagKey',
  ],
});

export const describeSecurityGroups = action({
  product: 'Ecs',
  name: 'DescribeSecurityGroups',
  summary: 'Lists security groups.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    DryRun: dryRun,
    SecurityGroupId: text({ fate: 'realised', help: 'Only this group.' }),
    SecurityGroupIds: jsonList({ fate: 'realised', help: 'Only these groups: a JSON array of up to 100 ids.' }),
    SecurityGroupName: text({ fate: 'realised', help: 'Only groups of this name.' }),
    FuzzyQuery: boolean({ fate: 'realised', help: 'true: SecurityGroupName may stand anywhere in the name.' }),
    SecurityGroupType: text({ fate: 'realised', help: 'Only groups of this type.', enum: ['normal', 'enterprise'] }),
    VpcId: text({ fate: 'realised', help: 'Only groups of this VPC.' }),
    NetworkType: text({ fate: 'realised', help: 'Only groups of this network type.', enum: ['vpc', 'classic'] }),
    ResourceGroupId: text({ fate: 'realised', help: 'Only groups of this resource group.' }),
    ServiceManaged: boolean({
      fate: 'realised',
      help: 'Only groups that a cloud service manages; none is managed so.',
    }),
    Tag: tagFilter,
    IsQueryEcsCount: boolean({
      fate: 'realised',
      help: 'true: answer how many instances each group has and has room for; else both are answered as 0.',
    }),
    MaxResults: integer({
      fate: 'realised',
      help: 'Most entries of an answer when reading on by token, 1 to 100; 10 when absent.',
      range: [1, 100],
      clamp: true,
    }),
    NextToken: nextToken,
    PageNumber: pageNumber,
    PageSize: pageSize(100),
  },
  answer: {
    NextToken: 'string',
    PageNumber: 'integer',
    PageSize: 'integer',
    RegionId: 'string',
    SecurityGroups: {
      SecurityGroup: [
        {
          AvailableInstanceAmount: 'integer',
          CreationTime: 'string',
          Description: 'string',
          EcsCount: 'integer',
          GroupToGroupRuleCount: 'integer',
          ResourceGroupId: 'string',
          RuleCount: 'integer',
          SecurityGroupId: 'string',
          SecurityGroupName: 'string',
          SecurityGroupType: 'string',
          ServiceID: 'long',
          ServiceManaged: 'boolean',
          Tags: { Tag: [{ TagKey: 'string', TagValue: 'string' }] },
          VpcId: 'string',
        },
      ],
    },
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidTagKey.Malformed', 'InvalidTagCount'],
});

export const describeSecurityGroupAttribute = action({
  product: 'Ecs',
  name: 'DescribeSecurityGroupAttribute',
  summary: 'Tells a group and its rules.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    SecurityGroupId: securityGroupId,
    Direction: text({
      fate: 'realised',
      help: 'Which rules are answered.',
      enum: ['all', 'ingress', 'egress'],
      anyCase: true,
      default: 'all',
    }),
    NicType: text({
      fate: 'accepted',
      help: 'Without effect, whatever it says: rules of VPC groups are all intranet ones.',
    }),
    Attribute: text({
      fate: 'accepted',
      help: 'Further facts to answer; there are no snapshot policies.',
      enum: ['snapshotPolicyIds'],
    }),
    MaxResults: integer({
      fate: 'realised',
      help: 'Most rules of an answer, 1 to 1000.',
      range: [1, 1000],
      clamp: true,
      default: 500,
    }),
    NextToken: nextToken,
  },
  answer: {
    Description: 'string',
    InnerAccessPolicy: 'string',
    NextToken: 'string',
    Permissions: {
      Permission: [
        {
          CreateTime: 'string',
          Description: 'string',
          DestCidrIp: 'string',
          DestGroupId: 'string',
          DestGroupName: 'string',
          DestGroupOwnerAccount: 'string',
          DestPrefixListId: 'string',
          DestPrefixListName: 'string',
          Direction: 'string',
          IpProtocol: 'string',
          Ipv6DestCidrIp: 'string',
          Ipv6SourceCidrIp: 'string',
          NicType: 'string',
          Policy: 'string',
          PortRange: 'string',
          PortRangeListId: 'string',
          PortRangeListName: 'string',
          Priority: 'string',
          SecurityGroupRuleId: 'string',
          SourceCidrIp: 'string',
          SourceGroupId: 'string',
          SourceGroupName: 'string',
          SourceGroupOwnerAccount: 'string',
          SourcePortRange: 'string',
          SourcePrefixListId: 'string',
          SourcePrefixListName: 'string',
        },
      ],
    },
    RegionId: 'string',
    SecurityGroupId: 'string',
    SecurityGroupName: 'string',
    SnapshotPolicyIds: { SnapshotPolicyId: ['string'] },
    VpcId: 'string',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidSecurityGroupId.Malformed', 'InvalidSecurityGroupId.NotFound'],
});

export const describeSecurityGroupReferences = action({
  product: 'Ecs',
  name: 'DescribeSecurityGroupReferences',
  summary: 'Tells which other groups have rules that name these groups.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    SecurityGroupId: list({
      fate: 'realised',
      help: 'Groups whose references are asked for, 1 to 10.',
      required: true,
      most: 10,
      invalid: 'Abs.GroupNos.Malformed',
      missing: 'Abs.GroupNos.Malformed',
      of: text({ fate: 'realised', help: 'Id of a security group.' }),
    }),
  },
  answer: {
    SecurityGroupReferences: {
      SecurityGroupReference: [
        {
          ReferencingSecurityGroups: { ReferencingSecurityGroup: [{ AliUid: 'string', SecurityGroupId: 'string' }] },
          SecurityGroupId: 'string',
        },
      ],
    },
  },
  errors: [
    'InvalidRegionId.NotFound',
    'Abs.GroupNos.Malformed',
    'InvalidSecurityGroupId.Malformed',
    'InvalidSecurityGroupId.NotFound',
  ],
});

export const modifySecurityGroupAttribute = action({
  product: 'Ecs',
  name: 'ModifySecurityGroupAttribute',
  summary: 'Changes name or description of a group.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    SecurityGroupId: securityGroupId,
    SecurityGroupName: groupName,
    Description: groupDescription,
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidSecurityGroupId.NotFound',
    'InvalidSecurityGroupName.Malformed',
    'InvalidSecurityGroupDiscription.Malformed',
  ],
});

export const modifySecurityGroupPolicy = action({
  product: 'Ecs',
  name: 'ModifySecurityGroupPolicy',
  summary: 'Sets whether members of a basic group reach each other.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ClientToken: clientToken,
    SecurityGroupId: securityGroupId,
    InnerAccessPolicy: text({
      fate: 'realised',
      help: 'Accept: members reach each other before any rule is asked. Drop: only by rules.',
      required: true,
      enum: ['Accept', 'Drop'],
      anyCase: true,
      invalid: 'InvalidPolicy.Malformed',
    }),
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidPolicy.Malformed',
    'InvalidSecurityGroupId.Malformed',
    'InvalidSecurityGroupId.NotFound',
    'OperationDenied',
  ],
});

export const deleteSecurityGroup = action({
  product: 'Ecs',
  name: 'DeleteSecurityGroup',
  summary: 'Deletes a group that nothing uses.',
  effect: 'write',
  parameters: { ...ownership, RegionId: regionId, SecurityGroupId: securityGroupId },
  answer: {},
  errors: ['InvalidRegionId.NotFound', 'InvalidSecurityGroupId.NotFound', 'DependencyViolation'],
});

export const joinSecurityGroup = action({
  product: 'Ecs',
  name: 'JoinSecurityGroup',
  summary: 'Adds an instance or a secondary interface to a group.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: optionalRegionId,
    SecurityGroupId: securityGroupId,
    InstanceId: text({ fate: 'realised', help: 'Instance whose primary interface joins.' }),
    NetworkInterfaceId: text({ fate: 'realised', help: 'Secondary interface that joins, in place of InstanceId.' }),
  },
  answer: {},
  errors: [
    'MissingParameter',
    'InvalidParam.EniIdAndInstanceId.Conflict',
    'InvalidSecurityGroupId.NotFound',
    'InvalidInstanceId.Malformed',
    'InvalidInstanceId.NotFound',
    'InvalidInstanceId.AlreadyExists',
    'InvalidInstanceId.Mismatch',
    'IncorrectInstanceStatus',
    'InvalidEniId.NotFound',
    'InvalidOperation.InvalidEniType',
    'InvalidOperation.InvalidEniState',
    'InvalidOperation.VpcMismatch',
    'InstanceSecurityGroupLimitExceeded',
    'JoinedGroupLimitExceed',
    'EnterpriseGroupLimited.MutliGroupType',
    'SecurityGroupInstanceLimitExceeded',
    'AclLimitExceed',
  ],
});

export const leaveSecurityGroup = action({
  product: 'Ecs',
  name: 'LeaveSecurityGroup',
  summary: 'Removes an instance or a secondary interface from a group.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: optionalRegionId,
    SecurityGroupId: securityGroupId,
    InstanceId: text({ fate: 'realised', help: 'Instance whose primary interface leaves.' }),
    NetworkInterfaceId: text({ fate: 'realised', help: 'Secondary interface that leaves, in place of InstanceId.' }),
  },
  answer: {},
  errors: [
    'MissingParameter',
    'InvalidParam.EniIdAndInstanceId.Conflict',
    'InvalidSecurityGroupId.NotFound',
    'InvalidInstanceId.Malformed',
    'InvalidInstanceId.NotFound',
    'IncorrectInstanceStatus',
    'InvalidEniId.NotFound',
    'InvalidOperation.InvalidEniType',
    'InvalidOperation.InvalidEniState',
    'InstanceNotInSecurityGroup',
    'InstanceLastSecurityGroup',
  ],
});
