/** The same faults in the fields of a rule, for every action that takes one, in both directions and both forms. */
import type { ErrorCode } from '../../../src/contract/errors.ts';
import type { Request } from '../harness.ts';
import type { InvalidCall, World } from './catalogue.ts';

interface RuleAction {
  readonly action: string;
  /** Field of the peer's block, and of the own one. */
  readonly peer: 'SourceCidrIp' | 'DestCidrIp';
  readonly own: 'SourceCidrIp' | 'DestCidrIp';
  readonly listed: boolean;
}

const INGRESS = { peer: 'SourceCidrIp', own: 'DestCidrIp' } as const;
const EGRESS = { peer: 'DestCidrIp', own: 'SourceCidrIp' } as const;

const ACTIONS: readonly RuleAction[] = [
  { action: 'AuthorizeSecurityGroup', ...INGRESS, listed: true },
  { action: 'AuthorizeSecurityGroupEgress', ...EGRESS, listed: true },
  { action: 'RevokeSecurityGroup', ...INGRESS, listed: true },
  { action: 'RevokeSecurityGroupEgress', ...EGRESS, listed: true },
  { action: 'ModifySecurityGroupRule', ...INGRESS, listed: false },
  { action: 'ModifySecurityGroupEgressRule', ...EGRESS, listed: false },
];

const BLOCK_CODE = { SourceCidrIp: 'InvalidParam.SourceIp', DestCidrIp: 'InvalidParam.DestIp' } as const;

type Fault = readonly [field: string, value: string, code: ErrorCode, status?: number];

const faultsOf = ({ peer, own }: RuleAction): readonly Fault[] => [
  ['IpProtocol', '', 'MissingParameter'],
  ['IpProtocol', 'sctp', 'InvalidIpProtocol.ValueNotSupported'],
  ['PortRange', '', 'MissingParameter'],
  ['PortRange', '0/80', 'InvalidParam.PortRange'],
  ['PortRange', '80/79', 'InvalidParam.PortRange'],
  ['PortRange', '1/65536', 'InvalidParam.PortRange'],
  ['PortRange', '-1/-1', 'InvalidIpProtocol.Malformed'],
  ['SourcePortRange', '5', 'InvalidSourcePortRange.Malformed'],
  [peer, '10.0.0.0/33', BLOCK_CODE[peer]],
  [peer, '', peer === 'SourceCidrIp' ? 'MissingParameter.Source' : 'MissingParameter.Dest'],
  [own, '10.0.0', BLOCK_CODE[own]],
  ['Ipv6SourceCidrIp', '2001:db8::/32', 'InvalidParam.Ipv6SourceCidrIp'],
  ['Ipv6DestCidrIp', '2001:db8::/32', 'InvalidParam.Ipv6DestCidrIp'],
  ['Policy', 'refuse', 'InvalidPolicy.Malformed'],
  ['Priority', '0', 'InvalidPriority.ValueNotSupported'],
  ['Priority', '1.5', 'InvalidPriority.ValueNotSupported'],
  ['NicType', 'public', 'InvalidNicType.ValueNotSupported'],
  ['NicType', 'internet', 'InvalidNicType.Mismatch'],
  ['PortRangeListId', 'prl-1', 'UnsupportedParameter'],
];

function callsOf(rule: RuleAction): InvalidCall[] {
  const good = { IpProtocol: 'TCP', PortRange: '80/80', [rule.peer]: '10.0.0.0/8' };
  return faultsOf(rule).map(([field, value, code]) => {
    const fields = { ...good, [field]: value };
    return {
      name: `${rule.action}, a field of the rule: ${field} ${value || 'absent'}`,
      product: 'Ecs',
      action: rule.action,
      request: (world: World): Request => ({
        SecurityGroupId: world.group,
        ...(rule.listed ? { Permissions: [fields] } : fields),
      }),
      code,
      status: 400,
      parameter: `${rule.listed ? 'Permissions.1.' : ''}${field}`,
    };
  });
}

/** What each of them refuses of the group itself. */
function groupCallsOf({ action, peer }: RuleAction): InvalidCall[] {
  const good = { IpProtocol: 'TCP', PortRange: '80/80', [peer]: '10.0.0.0/8' };
  const refusing = (
    why: string,
    request: InvalidCall['request'],
    code: ErrorCode,
    status: number,
    parameter: string,
  ) => ({
    name: `${action}, of the group: ${why}`,
    product: 'Ecs' as const,
    action,
    request,
    code,
    status,
    parameter,
  });
  const of = (change: Request) => (world: World) => ({ SecurityGroupId: world.group, ...good, ...change });
  return [
    refusing('none', of({ SecurityGroupId: '' }), 'MissingParameter', 400, 'SecurityGroupId'),
    refusing('unknown region', of({ RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
    refusing('malformed', of({ SecurityGroupId: 'g' }), 'InvalidSecurityGroupId.Malformed', 400, 'SecurityGroupId'),
    refusing('unknown', of({ SecurityGroupId: 'sg-x' }), 'InvalidSecurityGroupId.NotFound', 404, 'SecurityGroupId'),
    refusing(
      "another account's",
      (world) => of({ SecurityGroupId: world.foreign.group })(world),
      'InvalidSecurityGroupId.NotFound',
      404,
      'SecurityGroupId',
    ),
  ];
}

/** Rules that would name what they may not, by id and by what they say. */
const PEERS: readonly InvalidCall[] = [
  {
    name: 'AuthorizeSecurityGroupEgress: unknown prefix list',
    product: 'Ecs',
    action: 'AuthorizeSecurityGroupEgress',
    request: (w) => ({
      SecurityGroupId: w.group,
      Permissions: [{ IpProtocol: 'TCP', PortRange: '80/80', DestPrefixListId: 'pl-x' }],
    }),
    code: 'InvalidPrefixListId.NotFound',
    status: 404,
    parameter: 'Permissions.1.DestPrefixListId',
  },
  {
    name: 'AuthorizeSecurityGroupEgress: advanced group as receiver',
    product: 'Ecs',
    action: 'AuthorizeSecurityGroupEgress',
    request: (w) => ({
      SecurityGroupId: w.group,
      Permissions: [{ IpProtocol: 'TCP', PortRange: '80/80', DestGroupId: w.advancedGroup }],
    }),
    code: 'OperationDenied',
    status: 403,
    parameter: 'Permissions.1.DestGroupId',
  },
  ...['AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupEgress'].map(
    (action): InvalidCall => ({
      name: `${action}: a rule inside and outside of Permissions`,
      product: 'Ecs',
      action,
      request: (w) => {
        const rule = { IpProtocol: 'TCP', PortRange: '80/80', DestCidrIp: '10.0.0.0/8' };
        return { SecurityGroupId: w.group, ...rule, Permissions: [rule] };
      },
      code: 'InvalidParameter.Conflict',
      status: 400,
      parameter: 'Permissions',
    }),
  ),
];

/** A change of the outbound rule of `group2`, which names a prefix list. */
const changed = (
  why: string,
  change: (world: World) => Request,
  code: ErrorCode,
  status: number,
  parameter: string,
): InvalidCall => ({
  name: `ModifySecurityGroupEgressRule, by id: ${why}`,
  product: 'Ecs',
  action: 'ModifySecurityGroupEgressRule',
  request: (w) => ({ SecurityGroupId: w.group2, SecurityGroupRuleId: w.listRule, ...change(w) }),
  code,
  status,
  parameter,
});

const CHANGES: readonly InvalidCall[] = [
  changed('nothing to change', () => ({}), 'InvalidParam.InvalidModifyRuleRequest', 400, 'SecurityGroupRuleId'),
  changed(
    'unknown list',
    () => ({ DestPrefixListId: 'pl-x' }),
    'InvalidPrefixListId.NotFound',
    404,
    'DestPrefixListId',
  ),
  changed(
    "another account's list",
    (w) => ({ DestPrefixListId: w.foreign.prefixList }),
    'InvalidPrefixListId.NotFound',
    404,
    'DestPrefixListId',
  ),
  changed(
    'list to block',
    () => ({ DestCidrIp: '10.0.0.0/8' }),
    'InvalidOperation.ModifySgRuleEntityType',
    400,
    'DestCidrIp',
  ),
  changed(
    'list to group',
    (w) => ({ DestGroupId: w.group }),
    'InvalidOperation.ModifySgRuleEntityType',
    400,
    'DestGroupId',
  ),
  changed('NicType', () => ({ NicType: 'internet' }), 'InvalidOperation.ModifyNicType', 400, 'NicType'),
  changed(
    'description too long',
    () => ({ Description: 'x'.repeat(513) }),
    'InvalidSecurityGroupDiscription.Malformed',
    400,
    'Description',
  ),
];

export const RULE_FIELD_CALLS: readonly InvalidCall[] = [
  ...ACTIONS.flatMap(callsOf),
  ...ACTIONS.flatMap(groupCallsOf),
  ...PEERS,
  ...CHANGES,
];
