/**
 * Where new instances are put: VSwitch, groups, address. The same can be said by parameters of the instance or by a
 * primary NetworkInterface; this reads both into one form and checks it against what exists.
 */
import type { Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { runInstances } from '../../contract/instance-creation.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { type Cidr, parseCidr } from '../../values/cidr.ts';
import { addToIpv4, type Ipv4, parseIpv4 } from '../../values/ip.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { findGroup, withCounts } from '../security-group/lookup.ts';
import { type JoinedGroup, mayStartIn } from '../security-group/rules.ts';
import { findVSwitch } from '../vswitch/lookup.ts';
import { assignableRange, mayAssign, mustBeAvailableVSwitch } from '../vswitch/rules.ts';

type Asked = Pick<
  Input<typeof runInstances>,
  | 'VSwitchId'
  | 'SecurityGroupId'
  | 'SecurityGroupIds'
  | 'PrivateIpAddress'
  | 'NetworkInterface'
  | 'NetworkInterfaceQueueNumber'
>;

/** What a request says of the primary interface, and under which names of parameters. */
export interface PrimaryAsked {
  readonly vswitchId: string;
  readonly vswitchParameter: string;
  readonly groupIds: readonly string[];
  readonly groupParameter: string;
  readonly address: string | undefined;
  readonly addressParameter: string;
  readonly queueNumber: number | undefined;
  readonly queueParameter: string;
  readonly name: string;
  readonly description: string;
  readonly sourceDestCheck: boolean;
}

/** Reads the primary interface out of a request. */
export function readPrimary(input: Asked): PrimaryAsked | Refusal {
  const cards = input.NetworkInterface ?? [];
  const secondary = cards.findIndex((card) => card.InstanceType === 'Secondary');
  if (secondary >= 0) {
    return refuse('UnsupportedParameter', {
      parameter: `NetworkInterface.${secondary + 1}.InstanceType`,
      detail: 'Secondary interfaces at creation are not served yet.',
    });
  }
  if (cards.length > 1) {
    return refuse('InvalidParameter', { parameter: 'NetworkInterface.2', detail: 'There is one primary interface.' });
  }
  const card = cards[0];
  if (!card) {
    const groupIds = oneWayOfGroups(input.SecurityGroupId, input.SecurityGroupIds, '');
    if (isRefusal(groupIds)) return groupIds;
    if (!input.VSwitchId) return refuse('InvalidVSwitchId.Necessary', { parameter: 'VSwitchId' });
    return {
      vswitchId: input.VSwitchId,
      vswitchParameter: 'VSwitchId',
      ...groupIds,
      address: input.PrivateIpAddress,
      addressParameter: 'PrivateIpAddress',
      queueNumber: input.NetworkInterfaceQueueNumber,
      queueParameter: 'NetworkInterfaceQueueNumber',
      name: '',
      description: '',
      sourceDestCheck: true,
    };
  }
  const doubled = saidTwice(input);
  if (doubled) return refuse('InvalidParameter.Conflict', { parameter: doubled, detail: CONFLICT });
  const prefix = 'NetworkInterface.1.';
  const groupIds = oneWayOfGroups(card.SecurityGroupId, card.SecurityGroupIds, prefix);
  if (isRefusal(groupIds)) return groupIds;
  if (!card.VSwitchId) return refuse('InvalidVSwitchId.Necessary', { parameter: `${prefix}VSwitchId` });
  return {
    vswitchId: card.VSwitchId,
    vswitchParameter: `${prefix}VSwitchId`,
    ...groupIds,
    address: card.PrimaryIpAddress,
    addressParameter: `${prefix}PrimaryIpAddress`,
    queueNumber: card.QueueNumber,
    queueParameter: `${prefix}QueueNumber`,
    name: card.NetworkInterfaceName ?? '',
    description: card.Description ?? '',
    sourceDestCheck: card.SourceDestCheck,
  };
}

const CONFLICT = 'The primary NetworkInterface says it already.';

/** A parameter of the instance that a primary NetworkInterface excludes. */
function saidTwice(input: Asked): string | undefined {
  if (input.VSwitchId !== undefined) return 'VSwitchId';
  if (input.SecurityGroupId !== undefined) return 'SecurityGroupId';
  if (input.SecurityGroupIds && input.SecurityGroupIds.length > 0) return 'SecurityGroupIds';
  if (input.PrivateIpAddress !== undefined) return 'PrivateIpAddress';
  return input.NetworkInterfaceQueueNumber === undefined ? undefined : 'NetworkInterfaceQueueNumber';
}

type Groups = Pick<PrimaryAsked, 'groupIds' | 'groupParameter'>;

/** Groups are given as one id or as a list, never both. */
function oneWayOfGroups(one: string | undefined, list: readonly string[] = [], prefix: string): Groups | Refusal {
  const single = `${prefix}SecurityGroupId`;
  const several = `${prefix}SecurityGroupIds`;
  if (one !== undefined && list.length > 0) return refuse('InvalidParameter.Conflict', { parameter: several });
  if (one !== undefined) return { groupIds: [one], groupParameter: single };
  if (list.length === 0) return refuse('MissingParameter', { parameter: single });
  const repeated = list.findIndex((id, index) => list.indexOf(id) !== index);
  if (repeated >= 0) {
    return refuse('InvalidParameter', {
      parameter: `${several}.${repeated + 1}`,
      detail: 'The group is given twice.',
    });
  }
  return { groupIds: list, groupParameter: several };
}

/** Where the instances go, checked. */
export interface Placement {
  readonly vswitch: Tables['vswitch'];
  readonly groups: readonly JoinedGroup[];
  readonly range: { readonly first: Ipv4; readonly last: Ipv4 };
  /** First of the addresses that were chosen; undefined = the system chooses. */
  readonly chosen: Ipv4 | undefined;
}

/** Checks the request against what exists. `count`: instances that will need an address. */
export async function place(
  reader: Reader,
  call: Call,
  regionId: string,
  asked: PrimaryAsked,
  zoneId: string | undefined,
  count: number,
): Promise<Placement | Refusal> {
  const vswitch = await findVSwitch(reader, call, asked.vswitchId, regionId);
  if (isRefusal(vswitch)) return vswitch;
  if (zoneId !== undefined && zoneId !== vswitch.zone_id) {
    return refuse('ResourcesNotInSameZone', {
      parameter: 'ZoneId',
      detail: `${vswitch.id} is in ${vswitch.zone_id}.`,
    });
  }
  const groups: JoinedGroup[] = [];
  for (const groupId of asked.groupIds) {
    const group = await findGroup(reader, call, groupId, regionId, asked.groupParameter);
    if (isRefusal(group)) return group;
    groups.push(await withCounts(reader, group));
  }
  const misfit = mayStartIn(groups, vswitch.vpc_id, call.quotas, asked.groupParameter);
  if (misfit) return misfit;
  const pending = mustBeAvailableVSwitch(vswitch);
  if (pending) return pending;
  const block = parseCidr(vswitch.cidr);
  if (!block) throw new Error(`VSwitch ${vswitch.id} has no block: ${vswitch.cidr}`);
  const chosen = acceptAddress(asked, block, count);
  if (isRefusal(chosen)) return chosen;
  return { vswitch, groups, range: assignableRange(block), chosen };
}

/** The first of `count` consecutive addresses, all of which the VSwitch may give out. */
function acceptAddress(asked: PrimaryAsked, block: Cidr, count: number): Ipv4 | undefined | Refusal {
  if (asked.address === undefined) return undefined;
  const parameter = asked.addressParameter;
  const address = parseIpv4(asked.address);
  if (address === undefined) return refuse('InvalidPrivateIpAddress.Malformed', { parameter });
  const last = address + count - 1;
  if (last <= 0xffffffff && mayAssign(block, address) && mayAssign(block, addToIpv4(address, count - 1)))
    return address;
  return refuse('InvalidPrivateIpAddress', { parameter });
}
