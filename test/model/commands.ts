/** Calls as commands of a model-based test: each predicts from the model how it is answered, asks, and compares. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Product } from '../../src/contract/action.ts';
import type { Client, Request } from '../scenario/harness.ts';
import {
  assignable,
  firstOf,
  type InstanceStatus,
  LIMITS,
  type Model,
  type ModelRule,
  overlap,
  type Predicted,
} from './command-model.ts';

/** What commands act on. */
export interface Real {
  readonly client: Client;
  /** Keeps guests from booting and ending, or lets them. */
  freeze(frozen: boolean): void;
  /** Waits until what can be seen is what the model says. */
  follow(model: Model): Promise<void>;
  /** Counts the changes of the account. */
  changes(): Promise<number>;
  /** Counts how calls were answered, by action and code. */
  readonly answers: Map<string, number>;
}

/** A call: what is asked, what must be answered, and what that changes. */
interface Planned {
  readonly product: Product;
  readonly action: string;
  readonly request: Request;
  readonly refused: Predicted;
  /** Takes over what the answer told. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely in tests
  apply(body: any, real: Real): void | Promise<void>;
}

class Call implements fc.AsyncCommand<Model, Real> {
  readonly #name: string;
  readonly #choices: readonly number[];
  readonly #plan: (model: Model, choices: readonly number[]) => Planned;
  #told = '';

  constructor(name: string, choices: readonly number[], plan: (model: Model, choices: readonly number[]) => Planned) {
    this.#name = name;
    this.#choices = choices;
    this.#plan = plan;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const planned = this.#plan(model, this.#choices);
    const before = await real.changes();
    const { status, body } = await real.client.call(planned.product, planned.action, planned.request);
    const code = status === 200 ? undefined : body.Code;
    this.#told = `${JSON.stringify(planned.request)} → ${code ?? JSON.stringify(body)}`;
    const key = `${planned.action} ${code ?? 'ok'}`;
    real.answers.set(key, (real.answers.get(key) ?? 0) + 1);
    expect({ [planned.action]: code, message: body.Message }).toEqual({
      [planned.action]: planned.refused,
      message: body.Message,
    });
    if (code === undefined) await planned.apply(body, real);
    else expect(await real.changes()).toBe(before);
    await real.follow(model);
  }

  toString(): string {
    return `${this.#name}(${this.#choices.join(', ')}) ${this.#told}`;
  }
}

/** Whether guests boot and end. */
class Freeze implements fc.AsyncCommand<Model, Real> {
  readonly #frozen: boolean;

  constructor(frozen: boolean) {
    this.#frozen = frozen;
  }

  check(model: Readonly<Model>): boolean {
    return model.frozen !== this.#frozen;
  }

  async run(model: Model, real: Real): Promise<void> {
    model.frozen = this.#frozen;
    real.freeze(this.#frozen);
    await real.follow(model);
  }

  toString(): string {
    return this.#frozen ? 'freeze' : 'thaw';
  }
}

type Plan = (model: Model, choices: readonly number[]) => Planned;

const VPC_BLOCKS: readonly (readonly [cidr: string, refused: Predicted])[] = [
  ['10.0.0.0/16', undefined],
  ['192.168.0.0/24', undefined],
  ['10.0.0.0/16', undefined],
  ['10.0.0.1/16', 'InvalidCidrBlock.Malformed'],
  ['8.0.0.0/8', 'InvalidCidrBlock.Malformed'],
  ['10.0.0.0/29', 'InvalidCidrBlock.Malformed'],
];

const createVpc: Plan = (model, [block = 0]) => {
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

const deleteVpc: Plan = (model, [vpc = 0]) => {
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

const createVSwitch: Plan = (model, [vpc = 0, block = 0]) => {
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

const deleteVSwitch: Plan = (model, [vswitch = 0]) => {
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

const createGroup: Plan = (model, [vpc = 0]) => {
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

const deleteGroup: Plan = (model, [group = 0]) => {
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

const authorize: Plan = (model, [group = 0, traffic = 0, peer = 0]) => {
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

const revoke: Plan = (model, [choice = 0]) => {
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

const runInstances: Plan = (model, [place = 0, group = 0, more = 0, amount = 0, address = 0]) => {
  const VSwitchId = model.pick('vswitch', place);
  const vswitch = model.vswitches.get(VSwitchId);
  // mostly groups of the same VPC
  const near = [...model.groups.keys()].filter((id) => model.groups.get(id) === vswitch?.vpc);
  const one = near.length > 0 && group % 4 !== 3 ? near[group % near.length]! : model.pick('group', group);
  const groups = [...new Set([one, ...(more % 3 === 0 ? near.slice(0, 1 + (more % 3)) : [])])];
  const Amount = 1 + (amount % 3);
  const pool = vswitch ? assignable(vswitch.cidr) : [];
  const taken = [...model.instances.values()].filter((each) => each.vswitch === VSwitchId).map((each) => each.address);
  const chosen = address % 3 === 0 && pool.length > 0 ? pool[address % pool.length]! : undefined;
  const wished = chosen === undefined ? [] : pool.slice(pool.indexOf(chosen), pool.indexOf(chosen) + Amount);
  return {
    product: 'Ecs',
    action: 'RunInstances',
    request: {
      VSwitchId,
      SecurityGroupIds: groups,
      InstanceType: 'ecs.g6.large',
      ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
      Amount,
      ...(chosen === undefined ? {} : { PrivateIpAddress: chosen }),
    },
    refused: firstOf(
      [!vswitch, 'InvalidVSwitchId.NotFound'],
      [groups.some((id) => !model.groups.has(id)), 'InvalidSecurityGroupId.NotFound'],
      [groups.some((id) => model.groups.get(id) !== vswitch?.vpc), 'InvalidNetworkType.Mismatch'],
      [groups.length > LIMITS.securityGroupsPerInterface, 'JoinedGroupLimitExceed'],
      [chosen !== undefined && wished.length < Amount, 'InvalidPrivateIpAddress'],
      [model.instances.size + Amount > LIMITS.instancesPerRegion, 'QuotaExceed.ElasticQuota'],
      [wished.some((each) => taken.includes(each)), 'InvalidPrivateIpAddress.Duplicated'],
      [chosen === undefined && pool.length - taken.length < Amount, 'QuotaExceeded.PrivateIpAddress'],
    ),
    apply: async ({ InstanceIdSets }, { client }) => {
      const ids: string[] = InstanceIdSets.InstanceIdSet;
      expect(ids).toHaveLength(Amount);
      const { Instances } = await client.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify(ids) });
      for (const [index, id] of ids.entries()) {
        const told = Instances.Instance.find((each: { InstanceId: string }) => each.InstanceId === id);
        const given: string = told.VpcAttributes.PrivateIpAddress.IpAddress[0];
        expect(pool).toContain(given);
        expect(taken).not.toContain(given);
        if (chosen !== undefined) expect(given).toBe(wished[index]);
        taken.push(given);
        model.instances.set(id, {
          vswitch: VSwitchId,
          status: 'Starting',
          wanted: 'Running',
          groups: [...groups],
          address: given,
        });
      }
    },
  };
};

/** A change of an instance that must be in one of some states. */
function onInstance(
  action: string,
  allowed: readonly InstanceStatus[],
  step: (model: Model, id: string) => void,
  more: Request = {},
): Plan {
  return (model, [choice = 0]) => {
    const InstanceId = model.pick('instance', choice);
    const instance = model.instances.get(InstanceId);
    const fit = instance && allowed.includes(instance.status) && instance.wanted !== 'Deleted';
    return {
      product: 'Ecs',
      action,
      request: { InstanceId, ...more },
      refused: firstOf([!instance, 'InvalidInstanceId.NotFound'], [!fit, 'IncorrectInstanceStatus']),
      apply: () => step(model, InstanceId),
    };
  };
}

const become = (status: InstanceStatus, wanted: 'Running' | 'Stopped' | 'Deleted') => (model: Model, id: string) => {
  Object.assign(model.instances.get(id)!, { status, wanted });
};

const release = (model: Model, id: string): void => {
  const instance = model.instances.get(id)!;
  instance.wanted = 'Deleted';
  if (instance.status !== 'Stopped') instance.status = 'Stopping';
};

const EVERY_STATUS: readonly InstanceStatus[] = ['Starting', 'Running', 'Stopping', 'Stopped'];

const join: Plan = (model, [choice = 0, group = 0]) => {
  const InstanceId = model.pick('instance', choice);
  const SecurityGroupId = model.pick('group', group);
  const instance = model.instances.get(InstanceId);
  const groups = instance?.groups ?? [];
  return {
    product: 'Ecs',
    action: 'JoinSecurityGroup',
    request: { InstanceId, SecurityGroupId },
    refused: firstOf(
      [!instance, 'InvalidInstanceId.NotFound'],
      [!mayChangeGroups(instance), 'IncorrectInstanceStatus'],
      [!model.groups.has(SecurityGroupId), 'InvalidSecurityGroupId.NotFound'],
      [!!instance && model.groups.get(SecurityGroupId) !== model.vpcOf(instance), 'InvalidInstanceId.Mismatch'],
      [groups.includes(SecurityGroupId), 'InvalidInstanceId.AlreadyExists'],
      [groups.length >= LIMITS.securityGroupsPerInterface, 'InstanceSecurityGroupLimitExceeded'],
    ),
    apply: () => {
      groups.push(SecurityGroupId);
    },
  };
};

const leave: Plan = (model, [choice = 0, group = 0]) => {
  const InstanceId = model.pick('instance', choice);
  const instance = model.instances.get(InstanceId);
  const groups = instance?.groups ?? [];
  const SecurityGroupId = groups.length > 0 && group % 3 !== 2 ? groups[0]! : model.pick('group', group);
  return {
    product: 'Ecs',
    action: 'LeaveSecurityGroup',
    request: { InstanceId, SecurityGroupId },
    refused: firstOf(
      [!instance, 'InvalidInstanceId.NotFound'],
      [!mayChangeGroups(instance), 'IncorrectInstanceStatus'],
      [!model.groups.has(SecurityGroupId), 'InvalidSecurityGroupId.NotFound'],
      [!groups.includes(SecurityGroupId), 'InstanceNotInSecurityGroup'],
      [groups.length === 1, 'InstanceLastSecurityGroup'],
    ),
    apply: () => {
      groups.splice(groups.indexOf(SecurityGroupId), 1);
    },
  };
};

function mayChangeGroups(instance: { readonly status: InstanceStatus; readonly wanted: string } | undefined): boolean {
  return !!instance && ['Running', 'Stopped'].includes(instance.status) && instance.wanted !== 'Deleted';
}

const allocate: Plan = (model) => ({
  product: 'Vpc',
  action: 'AllocateEipAddress',
  request: {},
  refused: firstOf([model.eips.size >= LIMITS.eipsPerAccount, 'QuotaExceeded.Eip']),
  apply: ({ AllocationId }) => {
    model.eips.set(AllocationId, undefined);
  },
});

const associate: Plan = (model, [eip = 0, choice = 0]) => {
  const AllocationId = model.pick('eip', eip);
  const InstanceId = model.pick('instance', choice);
  const instance = model.instances.get(InstanceId);
  return {
    product: 'Vpc',
    action: 'AssociateEipAddress',
    request: { AllocationId, InstanceId },
    refused: firstOf(
      [!model.eips.has(AllocationId), 'InvalidAllocationId.NotFound'],
      [!instance, 'InvalidInstanId.NotFound'],
      [model.eips.get(AllocationId) !== undefined, 'IncorrectEipStatus'],
      [[...model.eips.values()].includes(InstanceId), 'InvalidAssociation.Duplicated'],
      [!mayChangeGroups(instance), 'IncorrectInstanceStatus'],
    ),
    apply: () => {
      model.eips.set(AllocationId, InstanceId);
    },
  };
};

const unassociate: Plan = (model, [eip = 0]) => {
  const AllocationId = model.pick('eip', eip);
  return {
    product: 'Vpc',
    action: 'UnassociateEipAddress',
    request: { AllocationId },
    refused: firstOf(
      [!model.eips.has(AllocationId), 'InvalidAllocationId.NotFound'],
      [model.eips.get(AllocationId) === undefined, 'IncorrectEipStatus'],
    ),
    apply: () => {
      model.eips.set(AllocationId, undefined);
    },
  };
};

const releaseEip: Plan = (model, [eip = 0]) => {
  const AllocationId = model.pick('eip', eip);
  return {
    product: 'Vpc',
    action: 'ReleaseEipAddress',
    request: { AllocationId },
    refused: firstOf(
      [!model.eips.has(AllocationId), 'InvalidAllocationId.NotFound'],
      [model.eips.get(AllocationId) !== undefined, 'IncorrectEipStatus'],
    ),
    apply: () => model.remove('eip', AllocationId),
  };
};

/** A call with so many free choices; given several times it is chosen more often. */
const calls: readonly (readonly [name: string, choices: number, plan: Plan, weight?: number])[] = [
  ['createVpc', 1, createVpc, 2],
  ['deleteVpc', 1, deleteVpc],
  ['createVSwitch', 2, createVSwitch, 3],
  ['deleteVSwitch', 1, deleteVSwitch],
  ['createGroup', 1, createGroup, 3],
  ['deleteGroup', 1, deleteGroup, 2],
  ['authorize', 3, authorize, 3],
  ['revoke', 1, revoke, 2],
  ['run', 5, runInstances, 5],
  ['stop', 1, onInstance('StopInstance', ['Running'], become('Stopping', 'Stopped')), 2],
  ['start', 1, onInstance('StartInstance', ['Stopped'], become('Starting', 'Running')), 2],
  ['reboot', 1, onInstance('RebootInstance', ['Running'], become('Stopping', 'Running'))],
  ['release', 1, onInstance('DeleteInstance', ['Stopped'], release)],
  ['release by force', 1, onInstance('DeleteInstance', EVERY_STATUS, release, { Force: true })],
  ['join', 2, join, 2],
  ['leave', 2, leave],
  ['allocate', 0, allocate],
  ['associate', 2, associate, 2],
  ['unassociate', 1, unassociate, 2],
  ['release address', 1, releaseEip],
];

/** All commands. What a choice means is the model's business at the time, so that sequences shrink well. */
export function allCommands(): fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] {
  const made = calls.flatMap(([name, choices, plan, weight = 1]) => {
    const command = fc
      .array(fc.nat({ max: 11 }), { minLength: choices, maxLength: choices })
      .map((chosen) => new Call(name, chosen, plan));
    return Array.from({ length: weight }, () => command);
  });
  return [...made, fc.constant(true).map((frozen) => new Freeze(frozen)), fc.constant(false).map((f) => new Freeze(f))];
}

/** Commands that make a small network with instances, where most calls have something to do. */
export function furniture(): fc.AsyncCommand<Model, Real>[] {
  return [
    new Call('createVpc', [0], createVpc),
    new Call('createVSwitch', [0, 1], createVSwitch),
    new Call('createGroup', [0], createGroup),
    new Call('createGroup', [0], createGroup),
    new Call('run', [0, 0, 1, 1, 1], runInstances),
    new Call('allocate', [], allocate),
  ];
}
