/** Actions on the rules of security groups: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { integer, list, struct, text } from './parameter.ts';
import { clientToken, regionId } from './request.ts';

const protocol = text({
  fate: 'realised',
  help: 'Protocol; ALL for every one. Numbers and ICMPv6 are not served.',
  enum: ['TCP', 'UDP', 'ICMP', 'GRE', 'ALL'],
  anyCase: true,
  invalid: 'InvalidIpProtocol.ValueNotSupported',
});
const portRange = text({
  fate: 'realised',
  help: 'Destination ports FROM/TO, 1 to 65535, for TCP and UDP; -1/-1 for the others.',
  invalid: 'InvalidParam.PortRange',
});
const sourcePortRange = text({
  fate: 'realised',
  help: 'Source ports FROM/TO, 1 to 65535, for TCP and UDP; every port when absent or -1/-1.',
  invalid: 'InvalidSourcePortRange.Malformed',
});
const policy = text({
  fate: 'realised',
  help: 'accept, or drop without an answer.',
  enum: ['accept', 'drop'],
  anyCase: true,
  default: 'accept',
  invalid: 'InvalidPolicy.Malformed',
});
const nicType = text({
  fate: 'realised',
  help: 'Kind of network card: intranet, the only one of VPC groups.',
  enum: ['intranet', 'internet'],
  anyCase: true,
  invalid: 'InvalidNicType.ValueNotSupported',
});
const newPriority = integer({
  fate: 'realised',
  help: 'Priority, 1 (asked first) to 100; at equal priority drop wins.',
  range: [1, 100],
  default: 1,
  invalid: 'InvalidPriority.ValueNotSupported',
});
const askedPriority = integer({
  fate: 'realised',
  help: 'Priority of the rule, 1 to 100; any when absent.',
  range: [1, 100],
  invalid: 'InvalidPriority.ValueNotSupported',
});
const newDescription = text({
  fate: 'stored',
  help: 'Description of the rule, 1 to 512 characters.',
  length: [1, 512],
  invalid: 'InvalidSecurityGroupDiscription.Malformed',
});
const askedDescription = text({ fate: 'accepted', help: 'Without effect: the description does not tell rules apart.' });

/** What both directions of a rule have besides their peer. */
const common = {
  IpProtocol: protocol,
  PortRange: portRange,
  SourcePortRange: sourcePortRange,
  Policy: policy,
  NicType: nicType,
  Ipv6SourceCidrIp: text({
    fate: 'refused',
    help: 'Sender as an IPv6 block; IPv6 is not served.',
    invalid: 'InvalidParam.Ipv6SourceCidrIp',
  }),
  Ipv6DestCidrIp: text({
    fate: 'refused',
    help: 'Receiver as an IPv6 block; IPv6 is not served.',
    invalid: 'InvalidParam.Ipv6DestCidrIp',
  }),
} as const;

const portRangeListId = text({ fate: 'refused', help: 'List of port ranges.' });

const ingressPeer = {
  SourceCidrIp: text({ fate: 'realised', help: 'Sender as an IPv4 block or address; wins over SourceGroupId.' }),
  SourceGroupId: text({ fate: 'realised', help: 'Sender as the members of a basic group of the same VPC.' }),
  SourceGroupOwnerAccount: text({
    fate: 'realised',
    help: 'Account name of the source group; only the own account is served.',
  }),
  SourceGroupOwnerId: integer({
    fate: 'realised',
    help: 'Account id of the source group; only the own account is served.',
  }),
  SourcePrefixListId: text({
    fate: 'realised',
    help: 'Sender as any block of a prefix list; without effect beside SourceCidrIp or SourceGroupId.',
  }),
  DestCidrIp: text({ fate: 'realised', help: "IPv4 block or address that the receiver's own address must be in." }),
} as const;

const egressPeer = {
  DestCidrIp: text({ fate: 'realised', help: 'Receiver as an IPv4 block or address; wins over DestGroupId.' }),
  DestGroupId: text({ fate: 'realised', help: 'Receiver as the members of a basic group of the same VPC.' }),
  DestGroupOwnerAccount: text({
    fate: 'realised',
    help: 'Account name of the destination group; only the own account is served.',
  }),
  DestGroupOwnerId: integer({
    fate: 'realised',
    help: 'Account id of the destination group; only the own account is served.',
  }),
  DestPrefixListId: text({
    fate: 'realised',
    help: 'Receiver as any block of a prefix list; without effect beside DestCidrIp or DestGroupId.',
  }),
  SourceCidrIp: text({ fate: 'realised', help: "IPv4 block or address that the sender's own address must be in." }),
} as const;

const target = {
  ...ownership,
  RegionId: regionId,
  ClientToken: clientToken,
  SecurityGroupId: text({ fate: 'realised', help: 'Id of the security group that the rules are of.', required: true }),
} as const;

const ingressAdded = { ...common, ...ingressPeer, Priority: newPriority, Description: newDescription } as const;
const egressAdded = { ...common, ...egressPeer, Priority: newPriority, Description: newDescription } as const;
const ingressAsked = { ...common, ...ingressPeer, Priority: askedPriority, Description: askedDescription } as const;
const egressAsked = { ...common, ...egressPeer, Priority: askedPriority, Description: askedDescription } as const;

const ruleIds = list({
  fate: 'realised',
  help: 'Rules to remove by their ids, up to 100, in place of Permissions.',
  most: 100,
  of: text({ fate: 'realised', help: 'Id of a rule.' }),
});

const FIELD_ERRORS = [
  'MissingParameter',
  'InvalidRegionId.NotFound',
  'InvalidSecurityGroupId.Malformed',
  'InvalidSecurityGroupId.NotFound',
  'InvalidIpProtocol.ValueNotSupported',
  'InvalidIpProtocol.Malformed',
  'InvalidParam.PortRange',
  'InvalidSourcePortRange.Malformed',
  'InvalidParam.SourceIp',
  'InvalidParam.DestIp',
  'InvalidParam.Ipv6SourceCidrIp',
  'InvalidParam.Ipv6DestCidrIp',
  'InvalidPolicy.Malformed',
  'InvalidPriority.ValueNotSupported',
  'InvalidNicType.ValueNotSupported',
  'InvalidNicType.Mismatch',
] as const;

const PERMISSION_ERRORS = [...FIELD_ERRORS, 'InvalidParameter.Conflict'] as const;

export const authorizeSecurityGroup = action({
  product: 'Ecs',
  name: 'AuthorizeSecurityGroup',
  summary: 'Adds inbound rules to a group.',
  effect: 'write',
  parameters: {
    ...target,
    ...ingressAdded,
    Permissions: list({
      fate: 'realised',
      help: 'Rules to add, 1 to 100; one that the group has already is not added again.',
      most: 100,
      of: struct({
        fate: 'realised',
        help: 'An inbound rule.',
        fields: { ...ingressAdded, PortRangeListId: portRangeListId },
      }),
    }),
  },
  answer: {},
  errors: [
    ...PERMISSION_ERRORS,
    'MissingParameter.Source',
    'InvalidPrefixListId.NotFound',
    'LimitExceed.PrefixListAssociationResource',
    'InvalidSourceGroupId.NotFound',
    'InvalidSourceGroupId.Mismatch',
    'InvalidParamter.Conflict',
    'InvalidSecurityGroupDiscription.Malformed',
    'AuthorizationLimitExceed',
    'OperationDenied',
  ],
});

export const authorizeSecurityGroupEgress = action({
  product: 'Ecs',
  name: 'AuthorizeSecurityGroupEgress',
  summary: 'Adds outbound rules to a group.',
  effect: 'write',
  parameters: {
    ...target,
    ...egressAdded,
    Permissions: list({
      fate: 'realised',
      help: 'Rules to add, 1 to 100; one that the group has already is not added again.',
      most: 100,
      of: struct({
        fate: 'realised',
        help: 'An outbound rule.',
        fields: { ...egressAdded, PortRangeListId: portRangeListId },
      }),
    }),
  },
  answer: {},
  errors: [
    ...PERMISSION_ERRORS,
    'MissingParameter.Dest',
    'InvalidPrefixListId.NotFound',
    'LimitExceed.PrefixListAssociationResource',
    'InvalidDestGroupId.NotFound',
    'InvalidDestGroupId.Mismatch',
    'InvalidSecurityGroup.IsSame',
    'InvalidSecurityGroupDiscription.Malformed',
    'AuthorizationLimitExceed',
    'OperationDenied',
  ],
});

export const revokeSecurityGroup = action({
  product: 'Ecs',
  name: 'RevokeSecurityGroup',
  summary: 'Removes inbound rules of a group.',
  effect: 'write',
  parameters: {
    ...target,
    ...ingressAsked,
    SecurityGroupRuleId: ruleIds,
    Permissions: list({
      fate: 'realised',
      help: 'Rules to remove, 1 to 100, each told by its sender, ports, protocol and policy.',
      most: 100,
      of: struct({
        fate: 'realised',
        help: 'An inbound rule.',
        fields: { ...ingressAsked, PortRangeListId: portRangeListId },
      }),
    }),
  },
  answer: {},
  errors: [...PERMISSION_ERRORS, 'MissingParameter.Source', 'InvalidGroupAuthItem.NotFound'],
});

export const revokeSecurityGroupEgress = action({
  product: 'Ecs',
  name: 'RevokeSecurityGroupEgress',
  summary: 'Removes outbound rules of a group.',
  effect: 'write',
  parameters: {
    ...target,
    ...egressAsked,
    SecurityGroupRuleId: ruleIds,
    Permissions: list({
      fate: 'realised',
      help: 'Rules to remove, 1 to 100, each told by its receiver, ports, protocol and policy.',
      most: 100,
      of: struct({
        fate: 'realised',
        help: 'An outbound rule.',
        fields: { ...egressAsked, PortRangeListId: portRangeListId },
      }),
    }),
  },
  answer: {},
  errors: [...PERMISSION_ERRORS, 'MissingParameter.Dest', 'InvalidGroupAuthItem.NotFound'],
});

/** Where a rule that is changed is told by its id, an absent field stays as it is; else the fields tell the rule. */
const modified = {
  ...common,
  Policy: text({
    fate: 'realised',
    help: 'accept, or drop without an answer. Absent: as it is; without SecurityGroupRuleId accept.',
    enum: ['accept', 'drop'],
    anyCase: true,
    invalid: 'InvalidPolicy.Malformed',
  }),
  Priority: integer({
    fate: 'realised',
    help: 'New priority, 1 (asked first) to 100; without SecurityGroupRuleId that of the rule, any when absent.',
    range: [1, 100],
    invalid: 'InvalidPriority.ValueNotSupported',
  }),
  Description: newDescription,
  PortRangeListId: portRangeListId,
  SecurityGroupRuleId: text({
    fate: 'realised',
    help: 'Rule that is changed, by its id. Without it the other parameters tell the rule, and only Description changes.',
  }),
} as const;

const MODIFY_ERRORS = [
  ...FIELD_ERRORS,
  'InvalidSecurityGroupDiscription.Malformed',
  'InvalidParam.SecurityGroupRuleId',
  'InvalidSecurityGroupRuleId.NotFound',
  'SecurityGroupRule.NotFound',
  'InvalidParam.InvalidModifyRuleRequest',
  'InvalidOperation.ModifySgRuleEntityType',
  'InvalidOperation.ModifyNicType',
  'InvalidOperation.RuleDuplicate',
  'InvalidPrefixListId.NotFound',
  'LimitExceed.PrefixListAssociationResource',
  'AuthorizationLimitExceed',
  'OperationDenied',
] as const;

export const modifySecurityGroupRule = action({
  product: 'Ecs',
  name: 'ModifySecurityGroupRule',
  summary: 'Changes an inbound rule of a group.',
  effect: 'write',
  parameters: { ...target, ...modified, ...ingressPeer },
  answer: {},
  errors: [
    ...MODIFY_ERRORS,
    'MissingParameter.Source',
    'InvalidSourceGroupId.NotFound',
    'InvalidSourceGroupId.Mismatch',
    'InvalidParamter.Conflict',
  ],
});

export const modifySecurityGroupEgressRule = action({
  product: 'Ecs',
  name: 'ModifySecurityGroupEgressRule',
  summary: 'Changes an outbound rule of a group.',
  effect: 'write',
  parameters: { ...target, ...modified, ...egressPeer },
  answer: {},
  errors: [
    ...MODIFY_ERRORS,
    'MissingParameter.Dest',
    'InvalidDestGroupId.NotFound',
    'InvalidDestGroupId.Mismatch',
    'InvalidSecurityGroup.IsSame',
  ],
});
