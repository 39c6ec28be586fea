/** Values that a client would write, by the names of parameters: plausible ones, so that many calls succeed. */
import type { Parameter } from '../../src/contract/parameter.ts';
import type { IdKind } from './id-parameters.ts';

/** Names of kinds of resources, in lower case, as ResourceType spells them in several products. */
export const TYPE_NAMES: ReadonlyMap<string, IdKind> = new Map([
  ['instance', 'instance'],
  ['securitygroup', 'securityGroup'],
  ['eni', 'networkInterface'],
  ['prefixlist', 'prefixList'],
  ['vpc', 'vpc'],
  ['vswitch', 'vswitch'],
  ['routetable', 'routeTable'],
  ['eip', 'eip'],
]);

/** Free texts that are allowed in names and descriptions, and that programs stumble over. */
const ODD: readonly string[] = [
  'octopus 🐙',
  'e\u0301\u0301 ß İ',
  'שלום \u202e',
  '<a>&amp;]]>',
  `it's "quoted" \\ %00 %s \${x}`,
  '*',
  '__proto__',
];

/** End of a wire name (without numbers) → texts that are often right. The first that fits counts. */
const BY_NAME: readonly (readonly [RegExp, readonly string[]])[] = [
  [/Filter\.Key$/, ['CreationStartTime', 'CreationEndTime', 'ExpiredStartTime', 'ExpiredEndTime']],
  [/Filter\.Value$/, ['2020-01-01T00:00Z', '2026-11-01T00:00:00Z', '2100-01-01T00:00Z']],
  [/^(Instance)?Region(Id)?$/, [...Array.from({ length: 12 }, () => 'cn-hangzhou'), 'cn-beijing']],
  [/^ZoneId$/, ['cn-hangzhou-h', 'cn-hangzhou-h', 'cn-hangzhou-i']],
  [/^Id$/, ['cn-hangzhou']],
  [/^ServiceCode$/, ['ecs', 'vpc']],
  [/^ImageId$/, ['aliyun_2_1903_x64_20G_alibase_20200904.vhd', 'centos_7_04_64_20G_alibase_20200904.vhd']],
  [/^InstanceTypes?$/, ['ecs.g6.large', 'ecs.c6.large', 'ecs.g6.xlarge']],
  [/Famil(y|ies)$/, ['ecs.g6', 'ecs.c6', 'acs:centos_7_4_x64']],
  [/CidrBlock(List)?$/, ['10.0.0.0/16', '10.0.7.0/24', '172.16.0.0/12', '192.168.0.0/24', '10.0.0.0/8']],
  [/Cidr(Ip)?$/, ['0.0.0.0/0', '10.0.0.0/8', '10.0.1.20', '192.168.1.0/24', '172.16.1.0/28', '11.0.0.0/8']],
  [/EipAddress$|^PublicIp|^IpAddress$/, ['203.0.113.7', '198.51.100.4', '47.96.0.5']],
  [/Address(es)?$/, ['10.0.1.20', '10.0.1.21', '10.0.2.9', '192.0.2.10']],
  [/PortRange$/, ['80/80', '1/65535', '-1/-1', '22/443', '8080/8080']],
  [/IpProtocol$/, ['tcp', 'udp', 'icmp', 'all', '47']],
  [/^RoleSessionName$/, ['fuzz', 'a.b@c']],
  [/^SourceIdentity$/, ['somebody']],
  [/^UserData$/, ['IyEvYmluL3NoCmVjaG8gaGkK']],
  [/Password$/, ['Passw0rd-1']],
  [/HostNames?$/, ['web-1', 'a.b', 'host[1,3]x']],
  [/^Time$/, ['2026-11-01T00:00:00Z', '2027-02-28T23:59:59Z', '2038-01-19T03:14:08Z']],
  [/(Time|Start|End)$/, ['2026-11-01T00:00:00Z', '2020-01-01T00:00Z', '2030-12-31T23:59:59Z']],
  [/^NextToken$/, ['n0', 'n1', 'na']],
  [/^ClientToken$/, ['token-1', 'token-2', 'token-3', 'token-4']],
  [/^Bandwidth$/, ['5', '100']],
  [/^Command$/, ['true']],
  [/^Status$/, ['Available', 'Running', 'Active', 'OK']],
  [/^AttributeName$/, ['max-security-groups', 'instance-network-type']],
  [/^DestinationResource$/, ['InstanceType', 'SystemDisk', 'Zone']],
  [/^SecurityGroupType$/, ['normal', 'enterprise']],
  [/Tag(Filter)?\.(Key|TagKey)$|^TagKey$/, ['env', 'team', 'k', '🐙', 'é']],
  [/Tag(Filter)?\.(Value|TagValues)$/, ['prod', 'test', '', ...ODD]],
  [/Account(Name)?$/, ['fuzz-account', 'another']],
  [/Name$/, ['one', 'two', 'web-server', 'Name 名', ...ODD]],
  [/Description$/, ['some words', 'more\nwords', ...ODD]],
];

/** Integers that keep a world small although the range allows more. */
const SMALL = /^(Amount|MinAmount|Tail)$/;

/** Texts that a client would write there; undefined where the kind of the parameter says enough. */
export function samplesOf(path: string, parameter: Parameter): readonly string[] | undefined {
  const name = path
    .split('.')
    .filter((part) => part !== 'N')
    .join('.');
  switch (parameter.kind) {
    case 'text':
      if (parameter.enum) return enumerated(parameter.enum);
      break;
    case 'boolean':
      return ['true', 'false'];
    case 'integer':
    case 'float':
      return numbers(name, parameter.kind === 'integer', parameter.range);
    case 'list':
    case 'struct':
      return undefined;
  }
  const last = name.split('.').at(-1)!;
  return BY_NAME.find(([pattern]) => pattern.test(name) || pattern.test(last))?.[1];
}

function numbers(name: string, whole: boolean, range: readonly [number, number] | undefined): readonly string[] {
  if (SMALL.test(name)) return ['1', '2', '3'];
  if (!range) return whole ? ['1', '2', '40', '443'] : ['0.5', '2', '8'];
  const [least, most] = range;
  const middle = whole ? Math.floor((least + most) / 2) : (least + most) / 2;
  return [...new Set([least, Math.min(least + 1, most), Math.min(20, most), middle, most])]
    .filter((number) => number >= least)
    .map(String);
}

/** Kinds that there are come up more often than those that are only known by name. */
function enumerated(values: readonly string[]): readonly string[] {
  const present = values.filter((value) => TYPE_NAMES.has(value.toLowerCase()));
  return present.length > 2 ? [...values, ...present, ...present, ...present, ...present] : values;
}
