/** Calls on instances and public addresses, with what they must be refused with. */
import { expect } from 'vitest';
import type { Request } from '../scenario/harness.ts';
import { assignable, firstOf, type InstanceStatus, LIMITS, type Model } from './command-model.ts';
import type { Plan } from './plan.ts';

export const runInstances: Plan = (model, [place = 0, group = 0, more = 0, amount = 0, address = 0]) => {
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

/** One instance that is stopped as soon as it is there. */
export const createInstance: Plan = (model, [place = 0, group = 0]) => {
  const VSwitchId = model.pick('vswitch', place);
  const vswitch = model.vswitches.get(VSwitchId);
  const near = [...model.groups.keys()].filter((id) => model.groups.get(id) === vswitch?.vpc);
  const SecurityGroupId = near.length > 0 && group % 4 !== 3 ? near[group % near.length]! : model.pick('group', group);
  const pool = vswitch ? assignable(vswitch.cidr) : [];
  const taken = [...model.instances.values()].filter((each) => each.vswitch === VSwitchId).map((each) => each.address);
  return {
    product: 'Ecs',
    action: 'CreateInstance',
    request: {
      VSwitchId,
      SecurityGroupId,
      InstanceType: 'ecs.g6.large',
      ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
    },
    refused: firstOf(
      [!vswitch, 'InvalidVSwitchId.NotFound'],
      [!model.groups.has(SecurityGroupId), 'InvalidSecurityGroupId.NotFound'],
      [model.groups.get(SecurityGroupId) !== vswitch?.vpc, 'InvalidNetworkType.Mismatch'],
      [model.instances.size >= LIMITS.instancesPerRegion, 'QuotaExceed.ElasticQuota'],
      [taken.length >= pool.length, 'QuotaExceeded.PrivateIpAddress'],
    ),
    apply: async ({ InstanceId }, { client }) => {
      const { NetworkInterfaceSets } = await client.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId });
      const address: string = NetworkInterfaceSets.NetworkInterfaceSet[0].PrivateIpAddress;
      expect(pool).toContain(address);
      expect(taken).not.toContain(address);
      const groups = [SecurityGroupId];
      model.instances.set(InstanceId, { vswitch: VSwitchId, status: 'Stopped', wanted: 'Stopped', groups, address });
    },
  };
};

/** A change of two instances: both or none, or each on its own. */
export function onInstances(
  action: string,
  allowed: readonly InstanceStatus[],
  step: (model: Model, id: string) => void,
  BatchOptimization?: 'AllTogether' | 'SuccessFirst',
): Plan {
  return (model, [one = 0, other = 0]) => {
    const InstanceId = [...new Set([model.pick('instance', one), model.pick('instance', other)])];
    const codes = InstanceId.map((id) => {
      const instance = model.instances.get(id);
      const fit = instance && allowed.includes(instance.status) && instance.wanted !== 'Deleted';
      return firstOf([!instance, 'InvalidInstanceId.NotFound'], [!fit, 'IncorrectInstanceStatus']);
    });
    return {
      product: 'Ecs',
      action,
      request: { InstanceId, ...(BatchOptimization ? { BatchOptimization } : {}) },
      refused: BatchOptimization === 'SuccessFirst' ? undefined : codes.find((code) => code !== undefined),
      apply: ({ InstanceResponses }) => {
        const told = InstanceResponses?.InstanceResponse.map((each: { Code: string }) => each.Code);
        if (told) expect(told).toEqual(codes.map((code) => code ?? '200'));
        for (const [index, id] of InstanceId.entries()) if (codes[index] === undefined) step(model, id);
      },
    };
  };
}

/** Puts an instance into exactly some groups. */
export const exchangeGroups: Plan = (model, [choice = 0, group = 0, more = 0]) => {
  const InstanceId = model.pick('instance', choice);
  const instance = model.instances.get(InstanceId);
  const SecurityGroupIds = [...new Set([model.pick('group', group), model.pick('group', more)])];
  return {
    product: 'Ecs',
    action: 'ModifyInstanceAttribute',
    request: { InstanceId, SecurityGroupIds },
    refused: firstOf(
      [!instance, 'InvalidInstanceId.NotFound'],
      [!mayChangeGroups(instance), 'IncorrectInstanceStatus'],
      [SecurityGroupIds.some((id) => !model.groups.has(id)), 'InvalidSecurityGroupId.NotFound'],
      [
        !!instance && SecurityGroupIds.some((id) => model.groups.get(id) !== model.vpcOf(instance)),
        'InvalidSecurityGroupVpc.NotBelongToOneVpc',
      ],
    ),
    apply: () => {
      instance?.groups.splice(0, instance.groups.length, ...SecurityGroupIds);
    },
  };
};

/** A change of an instance that must be in one of some states. */
export function onInstance(
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

export const become =
  (status: InstanceStatus, wanted: 'Running' | 'Stopped' | 'Deleted') => (model: Model, id: string) => {
    Object.assign(model.instances.get(id)!, { status, wanted });
  };

export const release = (model: Model, id: string): void => {
  const instance = model.instances.get(id)!;
  instance.wanted = 'Deleted';
  if (instance.status !== 'Stopped') instance.status = 'Stopping';
};

export const EVERY_STATUS: readonly InstanceStatus[] = ['Starting', 'Running', 'Stopping', 'Stopped'];

export const join: Plan = (model, [choice = 0, group = 0]) => {
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

export const leave: Plan = (model, [choice = 0, group = 0]) => {
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

export const allocate: Plan = (model) => ({
  product: 'Vpc',
  action: 'AllocateEipAddress',
  request: {},
  refused: firstOf([model.eips.size >= LIMITS.eipsPerAccount, 'QuotaExceeded.Eip']),
  apply: ({ AllocationId }) => {
    model.eips.set(AllocationId, undefined);
  },
});

export const associate: Plan = (model, [eip = 0, choice = 0]) => {
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

export const unassociate: Plan = (model, [eip = 0]) => {
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

export const releaseEip: Plan = (model, [eip = 0]) => {
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
