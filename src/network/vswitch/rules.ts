/** What VSwitches may be and when they may go. */
import { refuse } from '../../contract/errors.ts';
import {
  blockOf,
  type Cidr,
  cidrContainsAddress,
  cidrContainsCidr,
  cidrsOverlap,
  formatCidr,
  lastOfCidr,
  parseMaskedCidr,
  sizeOfCidr,
} from '../../values/cidr.ts';
import { addToIpv4, type Ipv4, parseIpv4 } from '../../values/ip.ts';
import type { Refusal } from '../../values/refusal.ts';
import { usedBy } from '../dependency.ts';

const SHORTEST_PREFIX = 16;
const LONGEST_PREFIX = 29;

/** Reserved at the end of every block: the gateway, the next one, and the broadcast address. */
const RESERVED_AT_END = 3;

/** The block of a VSwitch that `text` spells (mask dotted or not), or why it cannot be one. */
export function acceptVSwitchBlock(text: string): Cidr | Refusal {
  const block = parseMaskedCidr(text);
  if (!block) {
    return refuse('InvalidCidrBlock.Malformed', {
      parameter: 'CidrBlock',
      detail: `'${text}' is not an IPv4 block with zero host bits.`,
    });
  }
  if (block.prefix < SHORTEST_PREFIX || block.prefix > LONGEST_PREFIX) {
    return refuse('InvalidCirdrBlock.MaskLength', {
      parameter: 'CidrBlock',
      detail: `/${block.prefix} is not /${SHORTEST_PREFIX} to /${LONGEST_PREFIX}.`,
    });
  }
  return block;
}

/** What of a VPC a new VSwitch must go with. */
export interface Neighbours {
  readonly vpcBlock: Cidr;
  readonly vswitches: readonly { readonly id: string; readonly cidr: Cidr }[];
  /** Destinations of the VPC's custom routes. */
  readonly routes: readonly { readonly id: string; readonly destination: Cidr }[];
}

/** Whether the block lies in its VPC and beside everything there. */
export function mustFit(block: Cidr, { vpcBlock, vswitches, routes }: Neighbours): Refusal | undefined {
  if (!cidrContainsCidr(vpcBlock, block)) {
    return refuse('InvalidParameter', {
      parameter: 'CidrBlock',
      detail: `${formatCidr(block)} is not within the block of the VPC, ${formatCidr(vpcBlock)}.`,
    });
  }
  const other = vswitches.find(({ cidr }) => cidrsOverlap(cidr, block));
  if (other) return overlapped(`${formatCidr(block)} overlaps ${formatCidr(other.cidr)} of ${other.id}.`);
  const route = routes.find(({ destination }) => formatCidr(destination) === formatCidr(block));
  if (route) return overlapped(`${formatCidr(block)} is the destination of the custom route ${route.id}.`);
  return undefined;
}

/** Whether one more VSwitch fits the quota. */
export function mayAddVSwitch(present: number, quota: number): Refusal | undefined {
  return present < quota
    ? undefined
    : refuse('QuotaExceeded.VSwitch', {
        parameter: 'VpcId',
        detail: `There are ${present} of at most ${quota} VSwitches.`,
      });
}

/** Addresses of a VSwitch that are never given out: the first and the last three. */
export function reservedAddresses(block: Cidr): readonly Ipv4[] {
  const last = lastOfCidr(block);
  const atEnd = Array.from({ length: RESERVED_AT_END }, (_, index) => addToIpv4(last, index - RESERVED_AT_END + 1));
  return [block.base, ...atEnd];
}

/** First and last address that can be given out. */
export function assignableRange(block: Cidr): { readonly first: Ipv4; readonly last: Ipv4 } {
  return { first: addToIpv4(block.base, 1), last: addToIpv4(lastOfCidr(block), -RESERVED_AT_END) };
}

/** Whether an address that somebody chose lies in the block and is not reserved (it may still be taken). */
export function mayAssign(block: Cidr, address: Ipv4): boolean {
  const { first, last } = assignableRange(block);
  return cidrContainsAddress(block, address) && address >= first && address <= last;
}

/** Addresses that are free when `leased` are given out or reserved. */
export function availableAddresses(block: Cidr, leased: number): number {
  return sizeOfCidr(block) - leased;
}

/** Whether the VSwitch may be changed or used now. */
export function mustBeAvailableVSwitch(vswitch: { readonly id: string; readonly status: string }): Refusal | undefined {
  return vswitch.status === 'Available'
    ? undefined
    : refuse('IncorrectVSwitchStatus', { parameter: 'VSwitchId', detail: `${vswitch.id} is ${vswitch.status}.` });
}

/** Whether nothing has an address of the VSwitch any more. */
export function mustBeUnusedVSwitch(users: readonly string[]): Refusal | undefined {
  return users.length > 0
    ? refuse('DependencyViolation', { parameter: 'VSwitchId', detail: usedBy(users) })
    : undefined;
}

export function vswitchNotFound(vswitchId: string): Refusal {
  return refuse('InvalidVSwitchId.NotFound', {
    parameter: 'VSwitchId',
    detail: `'${vswitchId}' is not a VSwitch of this account here.`,
  });
}

function overlapped(detail: string): Refusal {
  return refuse('InvalidCidrBlock.Overlapped', { parameter: 'CidrBlock', detail });
}

const DEFAULT_PREFIX = 20;

/** The first block of a default VSwitch's size that fits among the neighbours. */
export function defaultBlock(neighbours: Neighbours): Cidr | Refusal {
  const { vpcBlock } = neighbours;
  const size = 2 ** (32 - DEFAULT_PREFIX);
  for (let offset = 0; offset + size <= sizeOfCidr(vpcBlock); offset += size) {
    const block = blockOf(addToIpv4(vpcBlock.base, offset), DEFAULT_PREFIX);
    if (!mustFit(block, neighbours)) return block;
  }
  return overlapped(`${formatCidr(vpcBlock)} has no room for a /${DEFAULT_PREFIX}.`);
}

/** Whether a zone may get its default VSwitch. `present`: the one that it has. */
export function mayAddDefaultVSwitch(present: string | undefined): Refusal | undefined {
  return present === undefined
    ? undefined
    : refuse('OperationDenied', { parameter: 'ZoneId', detail: `${present} is the default VSwitch of the zone.` });
}

export function noDefaultVpc(regionId: string): Refusal {
  return refuse('InvalidVpcId.NotFound', {
    parameter: 'RegionId',
    detail: `${regionId} has no default VPC of this account; it is made first.`,
  });
}

/** The address that is asked about, or why it is none. */
export function acceptAddress(text: string, version: 'ipv4' | 'ipv6' | undefined): Ipv4 | Refusal {
  if (version === 'ipv6') {
    return refuse('UnsupportedParameter', { parameter: 'IpVersion', detail: 'IPv6 is not served.' });
  }
  return (
    parseIpv4(text) ??
    refuse('InvalidPrivateIpAddress.Malformed', {
      parameter: 'PrivateIpAddress',
      detail: `'${text}' is no IPv4 address.`,
    })
  );
}
