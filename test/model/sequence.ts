/**
 * A client that builds, uses and takes down networks: each call follows from its seed and from what was answered so
 * far. Most calls can succeed; some are meant to be refused, and blocks are small, so that addresses run out and come
 * back to others.
 */
import type { ActionKey, Product } from '../../src/contract/action.ts';
import type { CallSent, Request } from './client.ts';
import type { Held } from './held.ts';
import type { Chooser } from './seeded.ts';

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';

/** How far a sequence is: at first it builds, at last it takes down. */
export type Phase = 'build' | 'live' | 'end';

interface Possible {
  readonly action: string;
  readonly weight: number;
  readonly make: () => CallSent;
}

/** An order in which every action can succeed. */
export const TOUR: readonly string[] = [
  'CreateVpc',
  'CreateVSwitch',
  'CreateSecurityGroup',
  'RunInstances',
  'DescribeInstances',
  'CreateSecurityGroup',
  'JoinSecurityGroup',
  'AuthorizeSecurityGroup',
  'AuthorizeSecurityGroupEgress',
  'ModifySecurityGroupPolicy',
  'ModifyVpcAttribute',
  'LeaveSecurityGroup',
  'AllocateEipAddress',
  'AssociateEipAddress',
  'RebootInstance',
  'StopInstance',
  'ModifyEipAddressAttribute',
  'RevokeSecurityGroup',
  'RevokeSecurityGroupEgress',
  'StartInstance',
  'UnassociateEipAddress',
  'ReleaseEipAddress',
  'AllocateEipAddress',
  'RunInstances',
  'AssociateEipAddress',
  'StopInstance',
  'DeleteInstance',
  'DeleteInstance',
  'DeleteInstance',
  'DeleteInstance',
  'DeleteSecurityGroup',
  'DeleteSecurityGroup',
  'DeleteVSwitch',
  'DeleteVpc',
];

export class Sequence {
  readonly #choose: Chooser;
  readonly #prefix: string;
  #counter = 0;

  /** `prefix`: before names and tokens, so that those of several clients differ. */
  constructor(choose: Chooser, prefix = '') {
    this.#choose = choose;
    this.#prefix = prefix;
  }

  /** A call of this action, by what is held; undefined when none could succeed. */
  one(held: Held, action: string): CallSent | undefined {
    const made = this.#possible(held, 'any').filter((call) => call.action === action);
    return made.length > 0 ? this.#choose.of(made).make() : undefined;
  }

  /** The next call, by what is held. */
  next(held: Held, phase: Phase): CallSent {
    const possible = this.#possible(held, phase);
    const total = possible.reduce((sum, { weight }) => sum + weight, 0);
    let at = this.#choose.below(total);
    for (const { weight, make } of possible) {
      if (at < weight) return make();
      at -= weight;
    }
    throw new Error('the weights do not add up');
  }

  #possible(held: Held, phase: Phase | 'any'): Possible[] {
    const choose = this.#choose;
    const vpcs = Object.keys(held.vpcs);
    const vswitches = Object.keys(held.vswitches);
    const groups = Object.keys(held.groups);
    const instances = Object.keys(held.instances);
    const stopped = instances.filter((id) => held.instances[id]!.status === 'Stopped');
    const running = instances.filter((id) => held.instances[id]!.status === 'Running');
    /** Weight of the phases. */
    const at = (build: number, live: number, end: number): number => ({ build, live, end, any: 1 })[phase];
    const calls: Possible[] = [];
    /** `needed`: what the call needs at least one of. What was never carried out comes first. */
    const add = (action: ActionKey, weight: number, needed: readonly unknown[], make: () => Request): void => {
      const [product, name] = action.split('.') as [Product, string];
      const urgency = held.journal[action] ? 1 : 4;
      if (needed.length === 0 || weight === 0) return;
      calls.push({
        action: name,
        weight: weight * urgency,
        make: () => ({ product, action: name, request: make() }),
      });
    };

    add('Vpc.CreateVpc', vpcs.length < 2 ? at(2, 1, 1) : 0, ['always'], () => this.#vpc());
    const bare = vpcs.filter((id) => !vswitches.some((vsw) => held.vswitches[vsw]!.vpc === id));
    add('Vpc.CreateVSwitch', at(8, 2, 0), bare, () => this.#vswitch(choose.of(bare)));
    add('Vpc.CreateVSwitch', at(2, 1, 0), vpcs, () => this.#vswitch(choose.of(vpcs)));
    const groupless = vpcs.filter((id) => !groups.some((group) => held.groups[group]!.vpc === id));
    add('Ecs.CreateSecurityGroup', at(8, 2, 0), groupless, () => this.#inVpc(choose.of(groupless)));
    add('Ecs.CreateSecurityGroup', at(2, 2, 0), vpcs, () => this.#inVpc(choose.of(vpcs)));
    add('Vpc.ModifyVpcAttribute', at(1, 1, 0), vpcs, () => ({ VpcId: choose.of(vpcs), VpcName: this.#name() }));

    add('Ecs.AuthorizeSecurityGroup', at(2, 2, 0), groups, () => this.#rule(held, choose.of(groups), 'Source'));
    add('Ecs.AuthorizeSecurityGroupEgress', at(1, 2, 0), groups, () => this.#rule(held, choose.of(groups), 'Dest'));
    const ingress = held.rules.filter((line) => line.includes(' ingress '));
    const egress = held.rules.filter((line) => line.includes(' egress '));
    add('Ecs.RevokeSecurityGroup', at(0, 2, 0), ingress, () => this.#ruleOf(choose.of(ingress), 'Source'));
    add('Ecs.RevokeSecurityGroupEgress', at(0, 2, 0), egress, () => this.#ruleOf(choose.of(egress), 'Dest'));
    add('Ecs.ModifySecurityGroupPolicy', at(0, 1, 0), groups, () => ({
      SecurityGroupId: choose.of(groups),
      InnerAccessPolicy: choose.of(['Accept', 'Drop']),
      ClientToken: this.#token(),
    }));

    const homes = vswitches.filter((id) => groups.some((group) => held.groups[group]!.vpc === held.vswitches[id]!.vpc));
    const few = instances.length < 5;
    add('Ecs.RunInstances', few ? at(8, 5, 0) : 0, homes, () => this.#run(held, choose.of(homes)));
    add('Ecs.StopInstance', at(1, 4, 1), running, () => ({
      InstanceId: choose.of(running),
      ForceStop: choose.oneIn(3),
    }));
    add('Ecs.StartInstance', at(1, 5, 1), stopped, () => ({ InstanceId: choose.of(stopped) }));
    add('Ecs.RebootInstance', at(1, 3, 0), running, () => ({ InstanceId: choose.of(running) }));
    add('Ecs.DeleteInstance', at(0, 1, 5), stopped, () => ({ InstanceId: choose.of(stopped) }));
    add('Ecs.DeleteInstance', at(0, 1, 20), instances, () => ({ InstanceId: choose.of(instances), Force: true }));
    add('Ecs.DescribeInstances', at(1, 1, 0), instances, () => ({ PageSize: 100 }));
    const joiners = instances.filter((id) => groupsBeside(held, id).length > 0);
    add('Ecs.JoinSecurityGroup', at(1, 2, 0), joiners, () => {
      const InstanceId = choose.of(joiners);
      return { InstanceId, SecurityGroupId: choose.of(choose.oneIn(4) ? groups : groupsBeside(held, InstanceId)) };
    });
    const several = instances.filter((id) => held.instances[id]!.groups.length > 1);
    add('Ecs.LeaveSecurityGroup', at(0, 3, 0), several, () => {
      const InstanceId = choose.of(several);
      return { InstanceId, SecurityGroupId: choose.of(held.instances[InstanceId]!.groups) };
    });

    const eips = Object.keys(held.eips);
    const free = eips.filter((id) => held.eips[id]!.instance === '');
    const used = eips.filter((id) => held.eips[id]!.instance !== '');
    const bareInstances = instances.filter((id) => !eips.some((eip) => held.eips[eip]!.instance === id));
    add('Vpc.AllocateEipAddress', eips.length < 3 ? at(2, 2, 0) : 0, ['always'], () => ({
      Bandwidth: '5',
      ClientToken: this.#token(),
    }));
    add('Vpc.AssociateEipAddress', at(2, 4, 0), free.length > 0 ? bareInstances : [], () => ({
      AllocationId: choose.of(free),
      InstanceId: choose.of(choose.oneIn(5) ? instances : bareInstances),
      ClientToken: this.#token(),
    }));
    add('Vpc.ModifyEipAddressAttribute', at(0, 1, 0), eips, () => ({
      AllocationId: choose.of(eips),
      Bandwidth: String(10 + choose.below(90)),
    }));
    add('Vpc.UnassociateEipAddress', at(0, 3, 3), used, () => ({
      AllocationId: choose.of(used),
      ClientToken: this.#token(),
    }));
    add('Vpc.ReleaseEipAddress', at(0, 1, 2), free, () => ({ AllocationId: choose.of(free) }));

    const unused = groups.filter((id) => !instances.some((each) => held.instances[each]!.groups.includes(id)));
    add('Ecs.DeleteSecurityGroup', at(0, 0, 4), unused, () => ({ SecurityGroupId: choose.of(unused) }));
    const empty = vswitches.filter((id) => !instances.some((each) => held.instances[each]!.vswitch === id));
    add('Vpc.DeleteVSwitch', at(0, 0, 4), empty, () => ({ VSwitchId: choose.of(empty) }));
    // Also one in use, whose refusal must hold, too.
    if (held.journal['Vpc.DeleteVpc']) add('Vpc.DeleteVpc', at(0, 1, 0), vpcs, () => this.#inVpc(choose.of(vpcs)));
    const emptied = bare.filter((id) => groupless.includes(id));
    add('Vpc.DeleteVpc', at(0, 0, 8), emptied, () => this.#inVpc(choose.of(emptied)));
    return calls;
  }

  #vpc(): Request {
    return { CidrBlock: '10.0.0.0/16', VpcName: this.#name(), ClientToken: this.#token() };
  }

  #inVpc(VpcId: string): Request {
    return { VpcId, ClientToken: this.#token() };
  }

  #vswitch(VpcId: string): Request {
    return {
      VpcId,
      ZoneId: 'cn-hangzhou-h',
      // few different ones: they overlap, and a block comes back after it was deleted
      CidrBlock: this.#choose.of(['10.0.0.0/29', '10.0.0.0/28', '10.0.0.16/29', '10.0.0.32/28']),
      ClientToken: this.#token(),
    };
  }

  /** `side`: how the parameters that tell the peer begin. */
  #rule(held: Held, SecurityGroupId: string, side: 'Source' | 'Dest'): Request {
    const choose = this.#choose;
    const peers = Object.keys(held.groups).filter((id) => id !== SecurityGroupId);
    return {
      SecurityGroupId,
      ...choose.of([
        { IpProtocol: 'tcp', PortRange: '22/22' },
        { IpProtocol: 'udp', PortRange: '1/65535' },
        { IpProtocol: 'icmp', PortRange: '-1/-1' },
      ]),
      Policy: choose.of(['accept', 'drop']),
      Priority: choose.of([1, 50]),
      ...(peers.length > 0 && choose.oneIn(2)
        ? { [`${side}GroupId`]: choose.of(peers) }
        : { [`${side}CidrIp`]: choose.of(['10.0.0.0/8', '0.0.0.0/0']) }),
      ClientToken: this.#token(),
    };
  }

  /** A rule told by what it says. */
  #ruleOf(line: string, side: 'Source' | 'Dest'): Request {
    const [SecurityGroupId, , IpProtocol, PortRange, peer, Policy, Priority] = line.split(' ');
    return {
      SecurityGroupId,
      IpProtocol,
      PortRange,
      Policy,
      Priority,
      [peer?.startsWith('sg-') ? `${side}GroupId` : `${side}CidrIp`]: peer,
      ClientToken: this.#token(),
    };
  }

  #run(held: Held, VSwitchId: string): Request {
    const choose = this.#choose;
    const { vpc, cidr } = held.vswitches[VSwitchId]!;
    const groups = Object.keys(held.groups).filter((id) => held.groups[id]!.vpc === vpc);
    const chosen = choose.oneIn(4)
      ? { PrivateIpAddress: cidr.replace(/\d+\/\d+$/, (end) => String(Number.parseInt(end, 10) + 2 + choose.below(2))) }
      : {};
    return {
      VSwitchId,
      SecurityGroupIds: choose.some(groups, 2),
      InstanceType: 'ecs.g6.large',
      ImageId: IMAGE,
      InstanceName: this.#name(),
      Tag: [{ Key: 'made-by', Value: this.#name() }],
      Amount: 1 + choose.below(2),
      ...(choose.oneIn(3) ? { MinAmount: 1 } : {}),
      ...chosen,
      ClientToken: this.#token(),
    };
  }

  #name(): string {
    this.#counter += 1;
    return `${this.#prefix}name-${this.#counter}`;
  }

  #token(): string {
    this.#counter += 1;
    return `${this.#prefix}token-${this.#counter}`;
  }
}

/** Groups that the instance could join. */
function groupsBeside(held: Held, instanceId: string): string[] {
  const instance = held.instances[instanceId]!;
  const { vpc } = held.vswitches[instance.vswitch]!;
  return Object.keys(held.groups).filter((id) => held.groups[id]!.vpc === vpc && !instance.groups.includes(id));
}
