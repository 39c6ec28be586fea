/**
 * Random topologies and changes of them, the same for the same seed. Small on purpose: few addresses, ports and
 * priorities, so that rules meet, tie and shadow each other, and networks have equal addresses.
 */
import { type Cidr, formatCidr, parseCidr, parseCidrOrAddress } from '../../src/values/cidr.ts';
import { addToIpv4, formatIpv4, type Ipv4, parseIpv4 } from '../../src/values/ip.ts';
import type { Chooser } from '../model/seeded.ts';
import {
  type Change,
  changed,
  type Eip,
  type Group,
  type Instance,
  named,
  type PrefixList,
  type Rule,
  ruleKey,
  type Topology,
  type Vpc,
  type VSwitch,
  vpcOf,
} from './topology.ts';

/** The host beyond the edge. */
export const INTERNET = '192.0.2.10';

const BLOCKS = [
  '10.0.0.0/16',
  '10.0.0.0/8',
  '10.0.0.0/24',
  '10.1.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '192.168.0.0/24',
];

const PORT_RANGES = [
  '1/65535',
  '1/1',
  '22/22',
  '80/80',
  '79/81',
  '80/90',
  '1/1023',
  '1024/65535',
  '443/443',
  '65535/65535',
];
const SOURCE_PORT_RANGES = ['-1/-1', '1024/65535', '1/1023', '1024/1024', '30000/40000'];
const PRIORITIES = [1, 1, 1, 2, 2, 3, 50, 99, 100];
const PREFIXES = [0, 0, 0, 1, 8, 15, 16, 24, 24, 28, 29, 30, 31, 32, 32, 32];
const MOST_GROUPS = 5;

export function generateTopology(choose: Chooser): Topology {
  const vpcs: Vpc[] = [];
  const vswitches: VSwitch[] = [];
  const [twin, other] = [choose.of(BLOCKS), choose.of(BLOCKS)];
  // Two of equal blocks, cut alike; sometimes a third.
  const blocks = choose.oneIn(2) ? [twin, twin] : [twin, twin, other];
  const cuts = vswitchBlocks(choose, twin);
  for (const [place, CidrBlock] of blocks.entries()) {
    const vpc = `vpc${place + 1}`;
    vpcs.push({ name: vpc, CidrBlock });
    for (const cut of place < 2 ? cuts : vswitchBlocks(choose, CidrBlock)) {
      vswitches.push({ name: `vsw${vswitches.length + 1}`, vpc, CidrBlock: cut });
    }
  }
  const groups: Group[] = vpcs.flatMap((vpc) =>
    Array.from({ length: 2 + choose.below(3) }, (_, place) =>
      generateGroup(choose, vpc, `sg${vpc.name.slice(3)}${place + 1}`),
    ),
  );
  let topology: Topology = { vpcs, vswitches, groups, prefixLists: [], rules: [], instances: [], eips: [] };
  topology = { ...topology, instances: generateInstances(choose, topology) };
  topology = { ...topology, eips: generateEips(choose, topology) };
  topology = { ...topology, prefixLists: generateLists(choose, topology) };
  for (const group of topology.groups) {
    const opening = choose.oneIn(2) ? openingRules(choose, group) : [];
    for (const rule of opening) topology = changed(topology, { kind: 'authorize', rule });
    for (let count = choose.below(14); count > 0; count -= 1) {
      const rule = generateRule(choose, topology, group);
      if (isNew(topology, rule)) topology = changed(topology, { kind: 'authorize', rule });
    }
  }
  return topology;
}

/** One to three blocks of VSwitches side by side. */
function vswitchBlocks(choose: Chooser, vpcBlock: string): string[] {
  const vpc = block(vpcBlock);
  const room = vpc.prefix <= 16 ? 24 : 26;
  return Array.from({ length: 1 + choose.below(3) }, (_, place) => {
    const base = addToIpv4(vpc.base, place * 2 ** (32 - room));
    return formatCidr({ base, prefix: choose.of([room, room, 28, 29]) });
  });
}

function generateGroup(choose: Chooser, vpc: Vpc, name: string): Group {
  const advanced = choose.oneIn(4);
  return {
    name,
    vpc: vpc.name,
    SecurityGroupType: advanced ? 'enterprise' : 'normal',
    InnerAccessPolicy: advanced || choose.oneIn(2) ? 'Drop' : 'Accept',
  };
}

/** The first hosts of each VSwitch: those of twins have the same addresses. */
function generateInstances(choose: Chooser, topology: Topology): Instance[] {
  const instances: Instance[] = [];
  for (const vpc of topology.vpcs) {
    const places = topology.vswitches
      .filter((vswitch) => vswitch.vpc === vpc.name)
      .flatMap((vswitch) => [1, 2, 3, 4].map((host) => ({ vswitch, host })));
    const chosen = choose.some(places, 5);
    const another = places.filter((place) => !chosen.includes(place)).slice(0, 1);
    for (const { vswitch, host } of chosen.length > 1 ? chosen : [...chosen, ...another]) {
      instances.push({
        name: `i${instances.length + 1}`,
        vswitch: vswitch.name,
        PrivateIpAddress: formatIpv4(addToIpv4(block(vswitch.CidrBlock).base, host)),
        groups: generateMembership(choose, topology, vpc.name),
        Status: choose.oneIn(8) ? 'Stopped' : 'Running',
      });
    }
  }
  return instances;
}

/** One to three groups of the VPC and of one kind. */
function generateMembership(choose: Chooser, topology: Topology, vpc: string): string[] {
  const groups = topology.groups.filter((group) => group.vpc === vpc);
  const { SecurityGroupType } = choose.of(groups);
  const mixable = groups.filter((group) => group.SecurityGroupType === SecurityGroupType);
  return choose.some(mixable, 3).map((group) => group.name);
}

function generateEips(choose: Chooser, topology: Topology): Eip[] {
  const hosts = [...topology.instances];
  return Array.from({ length: 2 + choose.below(5) }, (_, place) => {
    const eip = { name: `eip${place + 1}`, IpAddress: `198.18.0.${place + 1}` };
    const [instance] = hosts.length > 0 && !choose.oneIn(4) ? hosts.splice(choose.below(hosts.length), 1) : [];
    return instance === undefined ? eip : { ...eip, instance: instance.name };
  });
}

function generateLists(choose: Chooser, topology: Topology): PrefixList[] {
  return Array.from({ length: choose.below(3) }, (_, place) => {
    const blocks = Array.from({ length: 1 + choose.below(4) }, () => generateEntry(choose, topology));
    return { name: `pl${place + 1}`, Entry: [...new Set(blocks)] };
  });
}

/** A block without host bits, as lists take it. */
function generateEntry(choose: Chooser, topology: Topology): string {
  const entry = parseCidrOrAddress(generateBlock(choose, topology));
  if (entry === undefined) throw new TypeError('no block');
  return formatCidr(entry);
}

/** A name that no other rule has. */
function nameRule(choose: Chooser): string {
  return `r${choose.below(2 ** 31).toString(36)}`;
}

/** Rules that let much through late, so that those before them have something to refuse. */
function openingRules(choose: Chooser, { name: group, SecurityGroupType }: Group): Rule[] {
  const [IpProtocol, PortRange] = choose.of([
    ['ALL', '-1/-1'],
    ['TCP', '1/65535'],
    ['UDP', '1/65535'],
  ] as const);
  const rule = {
    Description: nameRule(choose),
    group,
    IpProtocol,
    PortRange,
    Policy: 'accept',
    Priority: choose.of([2, 50, 100]),
  } as const;
  const inbound: Rule = { ...rule, direction: 'ingress', SourceCidrIp: '0.0.0.0/0' };
  return SecurityGroupType === 'normal'
    ? [inbound]
    : [inbound, { ...rule, Description: nameRule(choose), direction: 'egress', DestCidrIp: '0.0.0.0/0' }];
}

/** A rule that `group` may have. */
export function generateRule(choose: Chooser, topology: Topology, group: Group): Rule {
  // What advanced groups do not let out does not get anywhere.
  const direction = choose.oneIn(group.SecurityGroupType === 'enterprise' ? 2 : 3) ? 'egress' : 'ingress';
  const IpProtocol = choose.of(['TCP', 'TCP', 'TCP', 'UDP', 'UDP', 'ICMP', 'GRE', 'ALL', 'ALL'] as const);
  const ported = IpProtocol === 'TCP' || IpProtocol === 'UDP';
  const [peerBlock, peerGroup, peerList, ownBlock] =
    direction === 'ingress'
      ? (['SourceCidrIp', 'SourceGroupId', 'SourcePrefixListId', 'DestCidrIp'] as const)
      : (['DestCidrIp', 'DestGroupId', 'DestPrefixListId', 'SourceCidrIp'] as const);
  const referable = topology.groups.filter(
    (one) => one.vpc === group.vpc && one.name !== group.name && one.SecurityGroupType === 'normal',
  );
  const byGroup = group.SecurityGroupType === 'normal' && referable.length > 0 && choose.oneIn(3);
  const byList = !byGroup && topology.prefixLists.length > 0 && choose.oneIn(5);
  return {
    Description: nameRule(choose),
    group: group.name,
    direction,
    IpProtocol,
    PortRange: ported ? choose.of(PORT_RANGES) : '-1/-1',
    ...(ported && choose.oneIn(5) ? { SourcePortRange: choose.of(SOURCE_PORT_RANGES) } : {}),
    ...(byGroup ? { [peerGroup]: choose.of(referable).name } : {}),
    ...(byList ? { [peerList]: choose.of(topology.prefixLists).name } : {}),
    // The block wins where both are given.
    ...(byList || (byGroup && !choose.oneIn(10)) ? {} : { [peerBlock]: generateBlock(choose, topology) }),
    ...(choose.oneIn(5) ? { [ownBlock]: generateBlock(choose, topology) } : {}),
    Policy: choose.oneIn(3) ? 'drop' : 'accept',
    Priority: choose.of(PRIORITIES),
  };
}

/** A block around, or beside, an address that somebody has. */
function generateBlock(choose: Chooser, topology: Topology): string {
  const somebody = choose.of([
    ...topology.instances.map((instance) => instance.PrivateIpAddress),
    ...topology.eips.map((eip) => eip.IpAddress),
    INTERNET,
  ]);
  const prefix = choose.of(PREFIXES);
  const base = address(somebody);
  // With host bits set where the address is not the first: the API takes the block around it.
  if (prefix < 32 || choose.oneIn(2)) return `${formatIpv4(base)}/${prefix}`;
  return formatIpv4(base);
}

function isNew(topology: Topology, rule: Rule): boolean {
  return !topology.rules.some((each) => ruleKey(each) === ruleKey(rule));
}

/** A change that the API takes; undefined when the kind that was chosen has nothing to change. */
export function generateChange(choose: Chooser, topology: Topology): Change | undefined {
  const { groups, rules, instances, eips } = topology;
  const group = (rule: Rule) => named(groups, rule.group);
  const one = <Thing>(things: readonly Thing[]): Thing | undefined =>
    things.length > 0 ? choose.of(things) : undefined;
  const kind = choose.of([
    'authorize',
    'authorize',
    'authorize',
    'revoke',
    'revoke',
    'modify',
    'modify',
    'list',
    'join',
    'join',
    'leave',
    'leave',
    'policy',
    'associate',
    'unassociate',
    'stop',
    'start',
    'start',
    'replace',
    'restart',
  ] as const);
  switch (kind) {
    case 'authorize': {
      const rule = generateRule(choose, topology, choose.of(groups));
      return isNew(topology, rule) ? { kind, rule } : undefined;
    }
    case 'revoke': {
      const rule = one(rules);
      return rule && { kind, rule };
    }
    case 'modify': {
      const rule = one(rules);
      if (rule === undefined) return undefined;
      const {
        IpProtocol,
        PortRange,
        SourcePortRange = '-1/-1',
        Policy,
        Priority,
      } = generateRule(choose, topology, group(rule));
      const to = { ...rule, IpProtocol, PortRange, SourcePortRange, Policy, Priority };
      return isNew(topology, to) ? { kind, rule, to } : undefined;
    }
    case 'list': {
      const list = one(topology.prefixLists);
      const AddEntry = generateEntry(choose, topology);
      if (list === undefined || list.Entry.includes(AddEntry)) return undefined;
      return { kind, list: list.name, AddEntry, RemoveEntry: choose.of(list.Entry) };
    }
    case 'join': {
      const instance = choose.of(instances);
      const joined = one(groups.filter((each) => mayJoin(topology, instance, each)));
      return joined && { kind, instance: instance.name, group: joined.name };
    }
    case 'leave': {
      const instance = one(instances.filter((each) => each.groups.length > 1));
      return instance && { kind, instance: instance.name, group: choose.of(instance.groups) };
    }
    case 'policy': {
      const basic = one(groups.filter((each) => each.SecurityGroupType === 'normal'));
      const InnerAccessPolicy = basic?.InnerAccessPolicy === 'Accept' ? 'Drop' : 'Accept';
      return basic && { kind, group: basic.name, InnerAccessPolicy };
    }
    case 'associate': {
      const taken = new Set(eips.map((eip) => eip.instance));
      const [eip, instance] = [
        one(eips.filter((each) => each.instance === undefined)),
        one(instances.filter((each) => !taken.has(each.name))),
      ];
      return eip && instance && { kind, eip: eip.name, instance: instance.name };
    }
    case 'unassociate': {
      const eip = one(eips.filter((each) => each.instance !== undefined));
      return eip && { kind, eip: eip.name };
    }
    case 'stop': {
      const running = instances.filter((each) => each.Status === 'Running');
      const instance = running.length * 2 > instances.length ? one(running) : undefined;
      return instance && { kind, instance: instance.name };
    }
    case 'replace': {
      const instance = choose.of(instances);
      return { kind, instance: instance.name, groups: generateMembership(choose, topology, vpcOf(topology, instance)) };
    }
    case 'restart':
      return { kind };
    case 'start': {
      const instance = one(instances.filter((each) => each.Status === 'Stopped'));
      return instance && { kind, instance: instance.name };
    }
  }
}

function mayJoin(topology: Topology, instance: Instance, group: Group): boolean {
  const [first = ''] = instance.groups;
  return (
    group.vpc === vpcOf(topology, instance) &&
    group.SecurityGroupType === named(topology.groups, first).SecurityGroupType &&
    instance.groups.length < MOST_GROUPS &&
    !instance.groups.includes(group.name)
  );
}

/** One to three changes, one after the other. */
export function generateChanges(choose: Chooser, topology: Topology): Change[] {
  const changes: Change[] = [];
  let state = topology;
  for (let left = 1 + choose.below(3); left > 0; ) {
    const change = generateChange(choose, state);
    if (change === undefined) continue;
    changes.push(change);
    state = changed(state, change);
    left -= 1;
  }
  return changes;
}

function address(text: string): Ipv4 {
  const parsed = parseIpv4(text);
  if (parsed === undefined) throw new TypeError(text);
  return parsed;
}

function block(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new TypeError(text);
  return parsed;
}
