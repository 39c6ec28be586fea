/** Calls on VPCs, VSwitches, security groups and their rules, with what they must be refused with. */
import type { Request } from '../scenario/harness.ts';
import { firstOf, LIMITS, type ModelRule, overlap, type Predicted } from './command-model.ts';
import type { Plan } from './plan.ts';

const VPC_BLOCKS: readonly (readonly [cidr: string, refused: Predicted])[] = [
  ['10.0.0.0/16', undefined],
  ['192.168.0.0/24', undefined],
  ['10.0.0.0/16', undefined],
  ['10.0.0.1/16', 'InvalidCidrBlock.Malformed'],
  ['8.0.0.0/8', 'InvalidCidrBlock.Malformed'],
  ['10.0.0.0/29', 'InvalidCidrBlock.Malformed'],
];

export const createVpc: Plan = (model, [block = 0]) => {
  const [CidrBlock, malformed] = VPC_BLOCKS[block % VPC_BLOCKS.length]!;
  return {
    product: 'Vpc',
    action: 'CreateVpc',
    request: { CidrBlock },
    refused: malformed ?? firstOf([model.vpcs.size >= LIMITS.vpcsPerRegion, 'QuotaExceeded.Vpc']),
    apply: ({ VpcId }) => {
      model.vpcs.set(VpcId, CidrBlock);
    },
  };
};

export const deleteVpc: Plan = (model, [vpc = 0]) => {
  const VpcId = model.pick('vpc', vpc);
  return {
    product: 'Vpc',
    action: 'DeleteVpc',
    request: { VpcId },
    refused: firstOf(
      [!model.vpcs.has(VpcId), 'InvalidVpcId.NotFound'],
      [[...model.vswitches.values()].some((each) => each.vpc === VpcId), 'DependencyViolation.VSwitch'],
      [[...model.groups.values()].includes(VpcId), 'DependencyViolation.SecurityGroup'],
    ),
    apply: () => model.remove('vpc', VpcId),
  };
};

const VSWITCH_BLOCKS: readonly (readonly [cidr: string, refused: Predicted])[] = [
  ['10.0.0.0/29', undefined],
  ['10.0.0.0/28', undefined],
  ['10.0.1.0/29', undefined],
  ['192.168.0.0/28', undefined],
  ['10.0.1.0/29', undefined],
  ['10.0.0.0/30', 'InvalidCirdrBlock.MaskLength'],
  ['10.0.0.7/29', 'InvalidCidrBlock.Malformed'],
];

export const createVSwitch: Plan = (model, [vpc = 0, block = 0]) => {
  const VpcId = model.pick('vpc', vpc);
  const [CidrBlock, malformed] = VSWITCH_BLOCKS[block % VSWITCH_BLOCKS.length]!;
  const present = [...model.vswitches.values()].filter((each) => each.vpc === VpcId);
  const outside = !overlap(model.vpcs.get(VpcId) ?? '0.0.0.0/32', CidrBlock);
  return {
    product: 'Vpc',
    action: 'CreateVSwitch',
    request: { VpcId, CidrBlock, ZoneId: 'cn-hangzhou-h' },
    refused:
      malformed ??
      firstOf(
        [!model.vpcs.has(VpcId), 'InvalidVpcId.NotFound'],
        [outside, 'InvalidParameter'],
        [present.some((each) => overlap(each.cidr, CidrBlock)), 'InvalidCidrBlock.Overlapped'],
        [present.length >= LIMITS.vswitchesPerVpc, 'QuotaExceeded.VSwitch'],
      ),
    apply: ({ VSwitchId }) => {
      model.vswitches.set(VSwitchId, { vpc: VpcId, cidr: CidrBlock });
    },
  };
};

export const deleteVSwitch: Plan = (model, [vswitch = 0]) => {
  const VSwitchId = model.pick('vswitch', vswitch);
  const users = [...model.instances.values()].filter((instance) => instance.vswitch === VSwitchId);
  return {
    product: 'Vpc',
    action: 'DeleteVSwitch',
    request: { VSwitchId },
    refused: firstOf(
      [!model.vswitches.has(VSwitchId), 'InvalidVSwitchId.NotFound'],
      [users.length > 0, 'DependencyViolation'],
    ),
    apply: () => model.remove('vswitch', VSwitchId),
  };
};

export const createGroup: Plan = (model, [vpc = 0]) => {
  const VpcId = model.pick('vpc', vpc);
  return {
    product: 'Ecs',
    action: 'CreateSecurityGroup',
    request: { VpcId },
    refused: firstOf(
      [!model.vpcs.has(VpcId), 'InvalidVpcId.NotFound'],
      [model.groups.size >= LIMITS.securityGroupsPerRegion, 'QuotaExceed.SecurityGroup'],
    ),
    apply: ({ SecurityGroupId }) => {
      model.groups.set(SecurityGroupId, VpcId);
    },
  };
};

export const deleteGroup: Plan = (model, [group = 0]) => {
  const SecurityGroupId = model.pick('group', group);
  const members = [...model.instances.values()].some((instance) => instance.groups.includes(SecurityGroupId));
  const named = model.rules.some((rule) => rule.peer === SecurityGroupId);
  return {
    product: 'Ecs',
    action: 'DeleteSecurityGroup',
    request: { SecurityGroupId },
    refused: firstOf(
      [!model.groups.has(SecurityGroupId), 'InvalidSecurityGroupId.NotFound'],
      [members || named, 'DependencyViolation'],
    ),
    apply: () => {
      model.remove('group', SecurityGroupId);
      model.rules = model.rules.filter((rule) => rule.group !== SecurityGroupId);
    },
  };
};

const TRAFFIC = [
  ['tcp', '22/22'],
  ['icmp', '-1/-1'],
  ['udp', '-1/-1'],
] as const;

const sideOf = (direction: ModelRule['direction']): string => (direction === 'ingress' ? 'Source' : 'Dest');

function requestOf(rule: ModelRule): Request {
  const peer = `${sideOf(rule.direction)}${rule.peer.startsWith('sg-') ? 'GroupId' : 'CidrIp'}`;
  return { SecurityGroupId: rule.group, IpProtocol: rule.protocol, PortRange: rule.ports, [peer]: rule.peer };
}

const same = (a: ModelRule, b: ModelRule): boolean => JSON.stringify(a) === JSON.stringify(b);

export const authorize: Plan = (model, [group = 0, traffic = 0, peer = 0]) => {
  const direction = peer % 2 === 0 ? 'ingress' : 'egress';
  const [protocol, ports] = TRAFFIC[traffic % TRAFFIC.length]!;
  const own = model.pick('group', group);
  // mostly another group of the same VPC
  const near = [...model.groups.keys()].filter((id) => id !== own && model.groups.get(id) === model.groups.get(own));
  const other = near.length > 0 && peer % 4 !== 3 ? near[peer % near.length]! : model.pick('group', peer);
  const rule: ModelRule = { group: own, direction, protocol, ports, peer: peer % 3 === 0 ? '10.0.0.0/8' : other };
  const byGroup = rule.peer.startsWith('sg-');
  const side = sideOf(direction);
  const present = model.rules.filter((other) => other.group === rule.group);
  const known = present.some((other) => same(other, rule));
  return {
    product: 'Ecs',
    action: direction === 'ingress' ? 'AuthorizeSecurityGroup' : 'AuthorizeSecurityGroupEgress',
    request: requestOf(rule),
    refused: firstOf(
      [protocol === 'udp' && ports === '-1/-1', 'InvalidIpProtocol.Malformed'],
      [!model.groups.has(rule.group), 'InvalidSecurityGroupId.NotFound'],
      [rule.peer === rule.group, direction === 'ingress' ? 'InvalidParamter.Conflict' : 'InvalidSecurityGroup.IsSame'],
      [byGroup && !model.groups.has(rule.peer), `Invalid${side}GroupId.NotFound`],
      [byGroup && model.groups.get(rule.peer) !== model.groups.get(rule.group), `Invalid${side}GroupId.Mismatch`],
      [!known && present.length >= LIMITS.rulesPerSecurityGroup, 'AuthorizationLimitExceed'],
    ),
    apply: () => {
      if (!known) model.rules.push(rule);
    },
  };
};

export const revoke: Plan = (model, [choice = 0]) => {
  const rule: ModelRule =
    model.rules.length > 0 && choice % 4 !== 3
      ? model.rules[choice % model.rules.length]!
      : {
          group: model.pick('group', choice),
          direction: 'ingress',
          protocol: 'gre',
          ports: '-1/-1',
          peer: '0.0.0.0/0',
        };
  return {
    product: 'Ecs',
    action: rule.direction === 'ingress' ? 'RevokeSecurityGroup' : 'RevokeSecurityGroupEgress',
    request: requestOf(rule),
    refused: firstOf(
      [!model.groups.has(rule.group), 'InvalidSecurityGroupId.NotFound'],
      [!model.rules.some((other) => same(other, rule)), 'InvalidGroupAuthItem.NotFound'],
    ),
    apply: () => {
      model.rules = model.rules.filter((other) => !same(other, rule));
    },
  };
};
