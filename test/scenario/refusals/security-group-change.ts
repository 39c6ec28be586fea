/** Invalid calls that would change security groups and their rules in place. */
import type { Request } from '../harness.ts';
import { type Case, callsOf, type InvalidCall, type World } from './catalogue.ts';

/** A change of the one rule of `group`, told by its id. */
const changing =
  (change: Request) =>
  (world: World): Request => ({ SecurityGroupId: world.group, SecurityGroupRuleId: world.rule, ...change });

/** A description for the one rule of `group`, told by what it says. */
const describing =
  (change: Request) =>
  (world: World): Request => ({
    SecurityGroupId: world.group,
    IpProtocol: 'TCP',
    PortRange: '80/80',
    SourceCidrIp: '10.0.0.0/8',
    Description: 'words',
    ...change,
  });

/** A change of the rule of `group2` that names `group`. */
const renaming =
  (change: (world: World) => Request) =>
  (world: World): Request => ({
    SecurityGroupId: world.group2,
    SecurityGroupRuleId: world.groupRule,
    ...change(world),
  });

const ofUnknownGroups = (request: (world: World) => Request): readonly Case[] => [
  {
    why: 'unknown group',
    request: (w) => ({ ...request(w), SecurityGroupId: 'sg-unknown' }),
    code: 'InvalidSecurityGroupId.NotFound',
    status: 404,
    parameter: 'SecurityGroupId',
  },
  {
    why: "another account's group",
    request: (w) => ({ ...request(w), SecurityGroupId: w.foreign.group }),
    code: 'InvalidSecurityGroupId.NotFound',
    status: 404,
    parameter: 'SecurityGroupId',
  },
  {
    why: 'unknown region',
    request: (w) => ({ ...request(w), RegionId: 'cn-nowhere' }),
    code: 'InvalidRegionId.NotFound',
    status: 404,
    parameter: 'RegionId',
  },
];

const malformedGroup: Case = {
  why: 'malformed group id',
  request: changing({ SecurityGroupId: 'group', Policy: 'drop' }),
  code: 'InvalidSecurityGroupId.Malformed',
  status: 400,
  parameter: 'SecurityGroupId',
};

export const SECURITY_GROUP_CHANGE_CALLS: readonly InvalidCall[] = [
  ...callsOf('Ecs', 'ModifySecurityGroupRule', [
    ...ofUnknownGroups(changing({ Policy: 'drop' })),
    malformedGroup,
    {
      why: 'unknown rule',
      request: changing({ SecurityGroupRuleId: 'sgr-unknown', Policy: 'drop' }),
      code: 'InvalidSecurityGroupRuleId.NotFound',
      status: 404,
      parameter: 'SecurityGroupRuleId',
    },
    {
      why: "another account's rule",
      request: (w) => changing({ SecurityGroupRuleId: w.foreign.rule, Policy: 'drop' })(w),
      code: 'InvalidSecurityGroupRuleId.NotFound',
      status: 404,
      parameter: 'SecurityGroupRuleId',
    },
    {
      why: 'rule of another group',
      request: (w) => changing({ SecurityGroupRuleId: w.groupRule, Policy: 'drop' })(w),
      code: 'InvalidSecurityGroupRuleId.NotFound',
      status: 404,
      parameter: 'SecurityGroupRuleId',
    },
    {
      why: 'malformed rule id',
      request: changing({ SecurityGroupRuleId: 'rule', Policy: 'drop' }),
      code: 'InvalidParam.SecurityGroupRuleId',
      status: 400,
      parameter: 'SecurityGroupRuleId',
    },
    {
      why: 'nothing to change',
      request: changing({ NicType: 'intranet' }),
      code: 'InvalidParam.InvalidModifyRuleRequest',
      status: 400,
      parameter: 'SecurityGroupRuleId',
    },
    {
      why: 'block to group',
      request: (w) => changing({ SourceGroupId: w.group2 })(w),
      code: 'InvalidOperation.ModifySgRuleEntityType',
      status: 400,
      parameter: 'SourceGroupId',
    },
    {
      why: 'block to prefix list',
      request: (w) => changing({ SourcePrefixListId: w.prefixList })(w),
      code: 'InvalidOperation.ModifySgRuleEntityType',
      status: 400,
      parameter: 'SourcePrefixListId',
    },
    {
      why: 'group to block',
      request: renaming(() => ({ SourceCidrIp: '10.0.0.0/8' })),
      code: 'InvalidOperation.ModifySgRuleEntityType',
      status: 400,
      parameter: 'SourceCidrIp',
    },
    {
      why: 'NicType',
      request: changing({ NicType: 'internet' }),
      code: 'InvalidOperation.ModifyNicType',
      status: 400,
      parameter: 'NicType',
    },
    {
      why: 'the own group as sender',
      request: renaming((w) => ({ SourceGroupId: w.group2 })),
      code: 'InvalidParamter.Conflict',
      status: 403,
      parameter: 'SourceGroupId',
    },
    {
      why: 'unknown group as sender',
      request: renaming(() => ({ SourceGroupId: 'sg-unknown' })),
      code: 'InvalidSourceGroupId.NotFound',
      status: 404,
      parameter: 'SourceGroupId',
    },
    {
      why: "another account's group as sender",
      request: renaming((w) => ({ SourceGroupId: w.foreign.group })),
      code: 'InvalidSourceGroupId.NotFound',
      status: 404,
      parameter: 'SourceGroupId',
    },
    {
      why: 'group of another VPC as sender',
      request: renaming((w) => ({ SourceGroupId: w.otherGroup })),
      code: 'InvalidSourceGroupId.Mismatch',
      status: 403,
      parameter: 'SourceGroupId',
    },
    {
      why: 'advanced group as sender',
      request: renaming((w) => ({ SourceGroupId: w.advancedGroup })),
      code: 'OperationDenied',
      status: 403,
      parameter: 'SourceGroupId',
    },
    {
      why: 'another account as owner of the sender',
      request: renaming(() => ({ SourceGroupOwnerAccount: 'somebody' })),
      code: 'UnsupportedParameter',
      status: 400,
      parameter: 'SourceGroupOwnerAccount',
    },
    {
      why: 'protocol without its ports',
      request: changing({ IpProtocol: 'icmp' }),
      code: 'InvalidIpProtocol.Malformed',
      status: 400,
      parameter: 'PortRange',
    },
    {
      why: 'unknown protocol',
      request: changing({ IpProtocol: 'sctp' }),
      code: 'InvalidIpProtocol.ValueNotSupported',
      status: 400,
      parameter: 'IpProtocol',
    },
    {
      why: 'malformed ports',
      request: changing({ PortRange: '90/80' }),
      code: 'InvalidParam.PortRange',
      status: 400,
      parameter: 'PortRange',
    },
    {
      why: 'malformed source ports',
      request: changing({ SourcePortRange: '0/1' }),
      code: 'InvalidSourcePortRange.Malformed',
      status: 400,
      parameter: 'SourcePortRange',
    },
    {
      why: 'malformed block',
      request: changing({ SourceCidrIp: '10.0.0/8' }),
      code: 'InvalidParam.SourceIp',
      status: 400,
      parameter: 'SourceCidrIp',
    },
    {
      why: 'malformed own block',
      request: changing({ DestCidrIp: 'here' }),
      code: 'InvalidParam.DestIp',
      status: 400,
      parameter: 'DestCidrIp',
    },
    {
      why: 'IPv6 block',
      request: changing({ Ipv6SourceCidrIp: '2001:db8::/32' }),
      code: 'InvalidParam.Ipv6SourceCidrIp',
      status: 400,
      parameter: 'Ipv6SourceCidrIp',
    },
    {
      why: 'policy',
      request: changing({ Policy: 'reject' }),
      code: 'InvalidPolicy.Malformed',
      status: 400,
      parameter: 'Policy',
    },
    {
      why: 'priority 101',
      request: changing({ Priority: 101 }),
      code: 'InvalidPriority.ValueNotSupported',
      status: 400,
      parameter: 'Priority',
    },
    {
      why: 'list of port ranges',
      request: changing({ PortRangeListId: 'prl-1' }),
      code: 'UnsupportedParameter',
      status: 400,
      parameter: 'PortRangeListId',
    },
    {
      why: 'description too long',
      request: changing({ Description: 'x'.repeat(513) }),
      code: 'InvalidSecurityGroupDiscription.Malformed',
      status: 400,
      parameter: 'Description',
    },
    {
      why: 'no such rule',
      request: describing({ PortRange: '81/81' }),
      code: 'SecurityGroupRule.NotFound',
      status: 404,
      parameter: 'IpProtocol',
    },
    {
      why: 'a rule of another policy',
      request: describing({ Policy: 'drop' }),
      code: 'SecurityGroupRule.NotFound',
      status: 404,
      parameter: 'IpProtocol',
    },
    {
      why: 'neither id nor sender',
      request: describing({ SourceCidrIp: '' }),
      code: 'MissingParameter.Source',
      status: 400,
      parameter: 'SourceCidrIp',
    },
    {
      why: 'neither id nor protocol',
      request: describing({ IpProtocol: '' }),
      code: 'MissingParameter',
      status: 400,
      parameter: 'IpProtocol',
    },
  ]),
  ...callsOf('Ecs', 'ModifySecurityGroupEgressRule', [
    ...ofUnknownGroups(changing({ Policy: 'drop' })),
    malformedGroup,
    {
      why: 'an inbound rule',
      request: changing({ Policy: 'drop' }),
      code: 'InvalidSecurityGroupRuleId.NotFound',
      status: 404,
      parameter: 'SecurityGroupRuleId',
    },
    {
      why: 'malformed rule id',
      request: changing({ SecurityGroupRuleId: 'rule', Policy: 'drop' }),
      code: 'InvalidParam.SecurityGroupRuleId',
      status: 400,
      parameter: 'SecurityGroupRuleId',
    },
    {
      why: 'no such rule',
      request: describing({ DestCidrIp: '10.0.0.0/8' }),
      code: 'SecurityGroupRule.NotFound',
      status: 404,
      parameter: 'IpProtocol',
    },
    {
      why: 'neither id nor receiver',
      request: describing({}),
      code: 'MissingParameter.Dest',
      status: 400,
      parameter: 'DestCidrIp',
    },
  ]),
  ...callsOf('Ecs', 'ModifySecurityGroupAttribute', [
    ...ofUnknownGroups((w) => ({ SecurityGroupId: w.group, SecurityGroupName: 'renamed' })),
    {
      why: 'bad name',
      request: (w) => ({ SecurityGroupId: w.group, SecurityGroupName: '1group' }),
      code: 'InvalidSecurityGroupName.Malformed',
      status: 400,
      parameter: 'SecurityGroupName',
    },
    {
      why: 'description is a link',
      request: (w) => ({ SecurityGroupId: w.group, SecurityGroupName: 'renamed', Description: 'http://a' }),
      code: 'InvalidSecurityGroupDiscription.Malformed',
      status: 400,
      parameter: 'Description',
    },
    {
      why: 'no group',
      request: () => ({ SecurityGroupName: 'renamed' }),
      code: 'MissingParameter',
      status: 400,
      parameter: 'SecurityGroupId',
    },
  ]),
  ...callsOf('Ecs', 'DescribeSecurityGroupReferences', [
    {
      why: 'no group',
      request: () => ({}),
      code: 'Abs.GroupNos.Malformed',
      status: 400,
      parameter: 'SecurityGroupId',
    },
    {
      why: 'eleven groups',
      request: (w) => ({ SecurityGroupId: Array.from({ length: 11 }, () => w.group) }),
      code: 'Abs.GroupNos.Malformed',
      status: 400,
      parameter: 'SecurityGroupId',
    },
    {
      why: 'malformed id',
      request: (w) => ({ SecurityGroupId: [w.group, 'group'] }),
      code: 'InvalidSecurityGroupId.Malformed',
      status: 400,
      parameter: 'SecurityGroupId.2',
    },
    {
      why: 'unknown group',
      request: (w) => ({ SecurityGroupId: [w.group, 'sg-unknown'] }),
      code: 'InvalidSecurityGroupId.NotFound',
      status: 404,
      parameter: 'SecurityGroupId.2',
    },
    {
      why: "another account's group",
      request: (w) => ({ SecurityGroupId: [w.foreign.group] }),
      code: 'InvalidSecurityGroupId.NotFound',
      status: 404,
      parameter: 'SecurityGroupId.1',
    },
    {
      why: 'unknown region',
      request: (w) => ({ SecurityGroupId: [w.group], RegionId: 'cn-nowhere' }),
      code: 'InvalidRegionId.NotFound',
      status: 404,
      parameter: 'RegionId',
    },
  ]),
];
