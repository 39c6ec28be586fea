/** Making a topology in a region, and changing it there, by calls of the API alone. */
import type { Product } from '../../src/contract/action.ts';
import type { Answer, Request } from '../model/client.ts';
import type { Chooser } from '../model/seeded.ts';
import type { Region } from './region.ts';
import { type Change, changed, type Instance, named, type Rule, type Topology } from './topology.ts';

const ZONE = 'cn-hangzhou-h';
const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';
const TYPE = 'ecs.g6.large';
/** Mbit/s; so much that no packet of ours ever waits for its turn. */
const BANDWIDTH = '500';

/** Entries that a list has room for. */
const MOST_ENTRIES = 10;

/** A topology that was made: what it is now, and the ids behind its names. */
export interface Made {
  readonly topology: Topology;
  idOf(name: string): string;
  /** Makes the changes one after the other; resolves when all are in force. */
  change(changes: readonly Change[]): Promise<void>;
}

/** One or more calls that need what others give. */
interface Step {
  readonly needs: readonly string[];
  readonly gives: string;
  run(): Promise<void>;
}

/** Makes everything, in an order that `choose` shuffles; resolves when all is in force. */
export async function makeTopology(region: Region, topology: Topology, choose: Chooser): Promise<Made> {
  const caller = new Caller(region);
  const left = new Set(steps(topology, choose, caller));
  const early = new Set<Step>();
  const given = new Set<string>();
  while (left.size > 0) {
    const ready = [...left].filter((step) => !early.has(step) && step.needs.every((name) => given.has(name)));
    if (ready.length === 0) {
      await region.inForce();
      early.clear();
      continue;
    }
    const step = choose.of(ready);
    try {
      await step.run();
      given.add(step.gives);
      left.delete(step);
    } catch (error) {
      if (!(error instanceof TooEarly)) throw error;
      early.add(step);
    }
  }
  await region.inForce();
  let present = topology;
  return {
    get topology() {
      return present;
    },
    idOf: (name) => caller.idOf(name),
    async change(changes) {
      for (const change of changes) {
        await caller.change(change, present).catch(async (error: unknown) => {
          if (!(error instanceof TooEarly)) throw error;
          await region.inForce();
          await caller.change(change, present);
        });
        present = changed(present, change);
      }
      await region.inForce();
    },
  };
}

function steps(topology: Topology, choose: Chooser, caller: Caller): Step[] {
  const made: Step[] = [];
  const add = (gives: string, needs: readonly string[], run: () => Promise<unknown>) => {
    made.push({ gives, needs, run: async () => void (await run()) });
  };
  for (const { name, CidrBlock } of topology.vpcs) {
    add(name, [], () => caller.make(name, 'Vpc', 'CreateVpc', { CidrBlock }, 'VpcId'));
  }
  for (const { name, vpc, CidrBlock } of topology.vswitches) {
    add(name, [vpc], () => {
      const request = { VpcId: caller.idOf(vpc), CidrBlock, ZoneId: ZONE };
      return caller.make(name, 'Vpc', 'CreateVSwitch', request, 'VSwitchId');
    });
  }
  for (const { name, vpc, SecurityGroupType, InnerAccessPolicy } of topology.groups) {
    add(name, [vpc], () => {
      const request = { VpcId: caller.idOf(vpc), SecurityGroupType };
      return caller.make(name, 'Ecs', 'CreateSecurityGroup', request, 'SecurityGroupId');
    });
    if (SecurityGroupType === 'normal' && InnerAccessPolicy === 'Drop') {
      add('', [name], () => caller.change({ kind: 'policy', group: name, InnerAccessPolicy }, topology));
    }
  }
  for (const { name, Entry } of topology.prefixLists) {
    add(name, [], () => {
      const Cidrs = Entry.map((Cidr) => ({ Cidr }));
      const request = { PrefixListName: name, AddressFamily: 'IPv4', MaxEntries: MOST_ENTRIES, Entry: Cidrs };
      return caller.make(name, 'Ecs', 'CreatePrefixList', request, 'PrefixListId');
    });
  }
  for (const rules of bundles(topology.rules, choose)) {
    add('', rules.flatMap(namesIn), () => caller.rules('Authorize', rules));
  }
  for (const instance of topology.instances) addInstance(add, instance, topology, choose, caller);
  for (const { name, IpAddress, instance } of topology.eips) {
    add(name, [], () => {
      const request = { IpAddress, Bandwidth: BANDWIDTH, InternetChargeType: 'PayByBandwidth' };
      return caller.make(name, 'Vpc', 'AllocateEipAddress', request, 'AllocationId');
    });
    if (instance === undefined) continue;
    add('', [name, instance], () => caller.change({ kind: 'associate', eip: name, instance }, topology));
  }
  return made;
}

/** An instance comes with all its groups or joins some later, and runs at once or is started later. */
function addInstance(
  add: (gives: string, needs: readonly string[], run: () => Promise<unknown>) => void,
  { name, vswitch, PrivateIpAddress, groups, Status }: Instance,
  topology: Topology,
  choose: Chooser,
  caller: Caller,
): void {
  const atOnce = Status === 'Running' && choose.oneIn(2);
  const [first = '', ...others] = groups;
  const together = atOnce && choose.oneIn(2);
  add(name, [vswitch, ...(together ? groups : [first])], () =>
    caller.instance(name, { vswitch, PrivateIpAddress, groups: together ? groups : [first], atOnce }),
  );
  if (!together) {
    for (const group of others)
      add('', [name, group], () => caller.change({ kind: 'join', instance: name, group }, topology));
  }
  if (!atOnce && Status === 'Running')
    add('', [name], () => caller.change({ kind: 'start', instance: name }, topology));
}

/** Rules that go into one call: of one group and direction. */
function bundles(rules: readonly Rule[], choose: Chooser): Rule[][] {
  const open = new Map<string, Rule[]>();
  const closed: Rule[][] = [];
  for (const rule of rules) {
    const key = `${rule.group} ${rule.direction}`;
    const bundle = [...(open.get(key) ?? []), rule];
    open.set(key, bundle);
    if (!choose.oneIn(3)) continue;
    closed.push(bundle);
    open.delete(key);
  }
  return [...closed, ...open.values()];
}

/** Groups and lists that a rule needs. */
function namesIn(rule: Rule): string[] {
  return [rule.group, ...PEERS.flatMap((peer) => rule[peer] ?? [])];
}

const PEERS = ['SourceGroupId', 'DestGroupId', 'SourcePrefixListId', 'DestPrefixListId'] as const;

/** Codes for something whose status does not allow it, perhaps not yet. */
const TOO_EARLY = /^Incorrect\w*Status|^InvalidAssociation\.Duplicated$|^InvalidBindingStatus$/;

/** To be asked again when everything that is on its way has arrived. */
class TooEarly extends Error {}

class Caller {
  readonly #region: Region;
  readonly #ids = new Map<string, string>();

  constructor(region: Region) {
    this.#region = region;
  }

  readonly idOf = (name: string): string => {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`${name} is not made yet`);
    return id;
  };

  /** Makes something; the answer has its id. */
  async make(name: string, product: Product, action: string, request: Request, id: string): Promise<void> {
    this.#ids.set(name, (await this.ok(product, action, request))[id]);
  }

  /** Makes an instance that runs, or one that is stopped. */
  async instance(
    name: string,
    wanted: Pick<Instance, 'vswitch' | 'PrivateIpAddress' | 'groups'> & { readonly atOnce: boolean },
  ): Promise<void> {
    const { vswitch, PrivateIpAddress, groups, atOnce } = wanted;
    const [only = ''] = groups;
    const request = {
      VSwitchId: this.idOf(vswitch),
      ImageId: IMAGE,
      InstanceType: TYPE,
      PrivateIpAddress,
      ...(groups.length > 1 ? { SecurityGroupIds: groups.map(this.idOf) } : { SecurityGroupId: this.idOf(only) }),
    };
    const answer = await this.ok('Ecs', atOnce ? 'RunInstances' : 'CreateInstance', request);
    this.#ids.set(name, atOnce ? answer.InstanceIdSets.InstanceIdSet[0] : answer.InstanceId);
  }

  /** Throws TooEarly when it was refused because something is still on its way. */
  async ok(product: Product, action: string, request: Request): Promise<Answer['body']> {
    const { status, body } = await this.#region.call(product, action, request);
    if (status === 200) return body;
    if (TOO_EARLY.test(body.Code)) throw new TooEarly(`${action}: ${body.Message}`);
    throw new Error(`${action} was refused: ${JSON.stringify(body)} ${JSON.stringify(request)}`);
  }

  /** Makes a change of the topology as it is. */
  async change(change: Change, topology: Topology): Promise<void> {
    const { idOf } = this;
    switch (change.kind) {
      case 'authorize':
        return this.rules('Authorize', [change.rule]);
      case 'revoke':
        return this.rules('Revoke', [change.rule]);
      case 'modify':
        return this.modify(change.rule, change.to);
      case 'list': {
        const { list, AddEntry, RemoveEntry } = change;
        const entries = { AddEntry: [{ Cidr: AddEntry }], RemoveEntry: [{ Cidr: RemoveEntry }] };
        return this.ok('Ecs', 'ModifyPrefixList', { PrefixListId: idOf(list), ...entries });
      }
      case 'join':
      case 'leave': {
        const request = { SecurityGroupId: idOf(change.group), InstanceId: idOf(change.instance) };
        return this.ok('Ecs', change.kind === 'join' ? 'JoinSecurityGroup' : 'LeaveSecurityGroup', request);
      }
      case 'policy': {
        const { group, InnerAccessPolicy } = change;
        return this.ok('Ecs', 'ModifySecurityGroupPolicy', { SecurityGroupId: idOf(group), InnerAccessPolicy });
      }
      case 'associate': {
        const request = { AllocationId: idOf(change.eip), InstanceId: idOf(change.instance) };
        return this.ok('Vpc', 'AssociateEipAddress', request);
      }
      case 'unassociate':
        return this.ok('Vpc', 'UnassociateEipAddress', { AllocationId: idOf(change.eip) });
      case 'stop':
      case 'start': {
        const action = change.kind === 'stop' ? 'StopInstance' : 'StartInstance';
        return this.ok('Ecs', action, { InstanceId: idOf(change.instance) });
      }
      case 'replace': {
        const { vswitch, PrivateIpAddress } = named(topology.instances, change.instance);
        await this.ok('Ecs', 'DeleteInstance', { InstanceId: idOf(change.instance), Force: true });
        // Until then it has its address.
        await this.#region.inForce();
        return this.instance(change.instance, { vswitch, PrivateIpAddress, groups: change.groups, atOnce: true });
      }
      case 'restart':
        return this.#region.restart();
    }
  }

  /** Changes a rule in place, found by its description. */
  async modify(
    rule: Rule,
    { IpProtocol, PortRange, SourcePortRange = '-1/-1', Policy, Priority }: Rule,
  ): Promise<void> {
    const SecurityGroupId = this.idOf(rule.group);
    const { Permissions } = await this.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId });
    const shown: readonly { readonly Description: string; readonly SecurityGroupRuleId: string }[] =
      Permissions.Permission;
    const found = shown.find(({ Description }) => Description === rule.Description);
    if (found === undefined) throw new Error(`${rule.group} has no rule ${rule.Description}`);
    const { SecurityGroupRuleId } = found;
    const fields = { IpProtocol, PortRange, SourcePortRange, Policy, Priority };
    const action = rule.direction === 'egress' ? 'ModifySecurityGroupEgressRule' : 'ModifySecurityGroupRule';
    await this.ok('Ecs', action, { SecurityGroupId, SecurityGroupRuleId, ...fields });
  }

  /** Adds or removes rules of one group and direction. */
  async rules(verb: 'Authorize' | 'Revoke', rules: readonly Rule[]): Promise<void> {
    const [first] = rules;
    if (first === undefined) return;
    const action = `${verb}SecurityGroup${first.direction === 'egress' ? 'Egress' : ''}`;
    const Permissions = rules.map(({ group: _group, direction: _direction, ...rule }) => ({
      ...rule,
      ...Object.fromEntries(PEERS.flatMap((peer) => (rule[peer] === undefined ? [] : [[peer, this.idOf(rule[peer])]]))),
    }));
    const SecurityGroupId = this.idOf(first.group);
    const [only] = Permissions;
    // Both ways of saying it: one rule by parameters of its own, several as a list.
    const said = only !== undefined && Permissions.length === 1 ? only : { Permissions };
    await this.ok('Ecs', action, { SecurityGroupId, ...said });
  }
}
