/**
 * What somebody has asked the API for, in the API's words: networks, groups, rules, instances, public addresses. Names
 * stand for ids, which come only when it is made. Pure data; a change gives another topology.
 */
import { formatCidr, parseCidrOrAddress } from '../../src/values/cidr.ts';

export interface Vpc {
  readonly name: string;
  readonly CidrBlock: string;
}

export interface VSwitch {
  readonly name: string;
  readonly vpc: string;
  readonly CidrBlock: string;
}

export interface Group {
  readonly name: string;
  readonly vpc: string;
  readonly SecurityGroupType: 'normal' | 'enterprise';
  /** Of an advanced group always Drop. */
  readonly InnerAccessPolicy: 'Accept' | 'Drop';
}

export interface PrefixList {
  readonly name: string;
  /** Blocks, each once. */
  readonly Entry: readonly string[];
}

/** A rule as AuthorizeSecurityGroup (ingress) or AuthorizeSecurityGroupEgress takes it. */
export interface Rule {
  /** Its name here. */
  readonly Description: string;
  /** The group that the rule is of. */
  readonly group: string;
  readonly direction: 'ingress' | 'egress';
  readonly IpProtocol: 'TCP' | 'UDP' | 'ICMP' | 'GRE' | 'ALL';
  readonly PortRange: string;
  readonly SourcePortRange?: string;
  readonly SourceCidrIp?: string;
  readonly DestCidrIp?: string;
  /** Names of groups. */
  readonly SourceGroupId?: string;
  readonly DestGroupId?: string;
  /** Names of prefix lists. */
  readonly SourcePrefixListId?: string;
  readonly DestPrefixListId?: string;
  readonly Policy: 'accept' | 'drop';
  readonly Priority: number;
}

export interface Instance {
  readonly name: string;
  readonly vswitch: string;
  readonly PrivateIpAddress: string;
  readonly groups: readonly string[];
  readonly Status: 'Running' | 'Stopped';
}

export interface Eip {
  readonly name: string;
  readonly IpAddress: string;
  /** The instance that it is associated with. */
  readonly instance?: string;
}

export interface Topology {
  readonly vpcs: readonly Vpc[];
  readonly vswitches: readonly VSwitch[];
  readonly groups: readonly Group[];
  readonly prefixLists: readonly PrefixList[];
  readonly rules: readonly Rule[];
  readonly instances: readonly Instance[];
  readonly eips: readonly Eip[];
}

export type Change =
  | { readonly kind: 'authorize'; readonly rule: Rule }
  | { readonly kind: 'revoke'; readonly rule: Rule }
  /** In place: `to` has the same peers. */
  | { readonly kind: 'modify'; readonly rule: Rule; readonly to: Rule }
  | { readonly kind: 'list'; readonly list: string; readonly AddEntry: string; readonly RemoveEntry: string }
  | { readonly kind: 'join'; readonly instance: string; readonly group: string }
  | { readonly kind: 'leave'; readonly instance: string; readonly group: string }
  | { readonly kind: 'policy'; readonly group: string; readonly InnerAccessPolicy: 'Accept' | 'Drop' }
  | { readonly kind: 'associate'; readonly eip: string; readonly instance: string }
  | { readonly kind: 'unassociate'; readonly eip: string }
  | { readonly kind: 'stop'; readonly instance: string }
  | { readonly kind: 'start'; readonly instance: string }
  /** The instance is released, and another one has its address at once, in these groups. Its EIP is free. */
  | { readonly kind: 'replace'; readonly instance: string; readonly groups: readonly string[] }
  /** The daemon ends and another one goes on. */
  | { readonly kind: 'restart' };

/** The topology after the change. */
export function changed(topology: Topology, change: Change): Topology {
  const instance = (name: string, edit: (instance: Instance) => Instance): Topology => ({
    ...topology,
    instances: topology.instances.map((each) => (each.name === name ? edit(each) : each)),
  });
  switch (change.kind) {
    case 'authorize':
      return { ...topology, rules: [...topology.rules, change.rule] };
    case 'revoke':
      return { ...topology, rules: topology.rules.filter((rule) => !isSameRule(rule, change.rule)) };
    case 'modify':
      return {
        ...topology,
        rules: topology.rules.map((rule) => (isSameRule(rule, change.rule) ? change.to : rule)),
      };
    case 'list': {
      const { list: name, AddEntry, RemoveEntry } = change;
      const edit = (list: PrefixList): PrefixList => ({
        ...list,
        Entry: [...list.Entry.filter((block) => block !== RemoveEntry), AddEntry],
      });
      return { ...topology, prefixLists: topology.prefixLists.map((list) => (list.name === name ? edit(list) : list)) };
    }
    case 'join':
      return instance(change.instance, (each) => ({ ...each, groups: [...each.groups, change.group] }));
    case 'leave':
      return instance(change.instance, (each) => ({
        ...each,
        groups: each.groups.filter((name) => name !== change.group),
      }));
    case 'policy': {
      const { group: name, InnerAccessPolicy } = change;
      const groups = topology.groups.map((group) => (group.name === name ? { ...group, InnerAccessPolicy } : group));
      return { ...topology, groups };
    }
    case 'associate':
      return withEip(topology, change.eip, (eip) => ({ ...eip, instance: change.instance }));
    case 'unassociate':
      return withEip(topology, change.eip, ({ instance: _, ...eip }) => eip);
    case 'stop':
      return instance(change.instance, (each) => ({ ...each, Status: 'Stopped' }));
    case 'start':
      return instance(change.instance, (each) => ({ ...each, Status: 'Running' }));
    case 'replace': {
      const eip = topology.eips.find((each) => each.instance === change.instance);
      const freed = eip === undefined ? topology : changed(topology, { kind: 'unassociate', eip: eip.name });
      const other = (each: Instance): Instance => ({ ...each, groups: change.groups, Status: 'Running' });
      return {
        ...freed,
        instances: freed.instances.map((each) => (each.name === change.instance ? other(each) : each)),
      };
    }
    case 'restart':
      return topology;
  }
}

function withEip(topology: Topology, name: string, edit: (eip: Eip) => Eip): Topology {
  return { ...topology, eips: topology.eips.map((eip) => (eip.name === name ? edit(eip) : eip)) };
}

/** Two rules with the same key are the same to the API, besides their priority. */
export function ruleKey(rule: Rule): string {
  const [peer, named, own] =
    rule.direction === 'ingress'
      ? [rule.SourceCidrIp, rule.SourceGroupId ?? rule.SourcePrefixListId, rule.DestCidrIp]
      : [rule.DestCidrIp, rule.DestGroupId ?? rule.DestPrefixListId, rule.SourceCidrIp];
  // A block wins over a group that is given too.
  const other = peer === undefined ? named : canonical(peer);
  const { group: of, direction, IpProtocol, PortRange, SourcePortRange = '-1/-1', Policy } = rule;
  return [of, direction, IpProtocol, PortRange, SourcePortRange, other, own && canonical(own), Policy].join(' ');
}

function canonical(block: string): string {
  const parsed = parseCidrOrAddress(block);
  if (parsed === undefined) throw new TypeError(block);
  return formatCidr(parsed);
}

export function isSameRule(one: Rule, other: Rule): boolean {
  return one.Priority === other.Priority && ruleKey(one) === ruleKey(other);
}

/** The one of this name. */
export function named<Thing extends { readonly name: string }>(things: readonly Thing[], name: string): Thing {
  const found = things.find((thing) => thing.name === name);
  if (found === undefined) throw new Error(`the topology has no ${name}`);
  return found;
}

/** Name of the VPC that the instance is in. */
export function vpcOf(topology: Topology, instance: Instance): string {
  return named(topology.vswitches, instance.vswitch).vpc;
}

/** The topology as text, a line for each thing that was asked for. */
export function spellTopology(topology: Topology): string {
  const fields = (thing: object) =>
    Object.entries(thing)
      .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join('+') : value}`)
      .join(' ');
  return [
    ...topology.vpcs.map((vpc) => `CreateVpc ${fields(vpc)}`),
    ...topology.vswitches.map((vswitch) => `CreateVSwitch ${fields(vswitch)}`),
    ...topology.groups.map((group) => `CreateSecurityGroup ${fields(group)}`),
    ...topology.prefixLists.map((list) => `CreatePrefixList ${fields(list)}`),
    ...topology.rules.map((rule) => spellRule(rule)),
    ...topology.instances.map((instance) => `RunInstances ${fields(instance)}`),
    ...topology.eips.map((eip) => `AllocateEipAddress ${fields(eip)}`),
  ].join('\n');
}

function spellRule({ direction, ...rule }: Rule): string {
  const action = direction === 'ingress' ? 'AuthorizeSecurityGroup' : 'AuthorizeSecurityGroupEgress';
  return `${action} ${Object.entries(rule)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
}

/** A change as one line. */
export function spellChange(change: Change): string {
  const { kind, ...rest } = change;
  if (kind === 'modify') return `${kind} ${spellRule(change.rule)} into ${spellRule(change.to)}`;
  if ('rule' in change) return `${kind} ${spellRule(change.rule)}`;
  return [kind, ...Object.entries(rest).map(([name, value]) => `${name}=${value}`)].join(' ');
}
