/** What VPCs may be and when they may change. */
import { refuse } from '../../contract/errors.ts';
import { type Cidr, cidrContainsCidr, formatCidr, parseCidr, parseMaskedCidr } from '../../values/cidr.ts';
import type { Refusal } from '../../values/refusal.ts';
import { usedBy } from '../dependency.ts';

/** Private ranges that the block of a VPC is a part of. */
const RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((text) => parseCidr(text)!);

/** Greatest prefix of a VPC's block; the least is that of its range. */
const LONGEST_PREFIX = 28;

/** The block of a VPC that `text` spells (mask dotted or not), or why it cannot be one. */
export function acceptVpcBlock(text: string): Cidr | Refusal {
  const block = parseMaskedCidr(text);
  if (!block) return malformed(`'${text}' is not an IPv4 block with zero host bits.`);
  const range = RANGES.find((each) => cidrContainsCidr(each, block));
  if (!range) return malformed(`${formatCidr(block)} is not within ${RANGES.map(formatCidr).join(', ')}.`);
  if (block.prefix > LONGEST_PREFIX) return malformed(`A VPC has at least 16 addresses (/${LONGEST_PREFIX}).`);
  return block;
}

/** Whether a VPC with these VSwitches may have the block `next`. */
export function mayTakeBlock(
  next: Cidr,
  vswitches: readonly { readonly id: string; readonly cidr: Cidr }[],
): Refusal | undefined {
  const outside = vswitches.filter((vswitch) => !cidrContainsCidr(next, vswitch.cidr)).map((vswitch) => vswitch.id);
  return outside.length > 0
    ? malformed(`${formatCidr(next)} does not contain the blocks of all VSwitches. ${usedBy(outside)}`)
    : undefined;
}

/** Block of default VPCs; their VSwitches are /20. */
export const DEFAULT_VPC_BLOCK = '172.31.0.0/16';

/** Whether a region may get its default VPC. `present`: the one that it has. */
export function mayAddDefaultVpc(present: string | undefined): Refusal | undefined {
  return present === undefined
    ? undefined
    : refuse('OperationDenied', { parameter: 'RegionId', detail: `${present} is the default VPC of the region.` });
}

/** The block of a default VPC stays as it is. */
export function mayChangeBlock(vpc: { readonly id: string; readonly is_default: boolean }): Refusal | undefined {
  return vpc.is_default
    ? refuse('OperationDenied', { parameter: 'CidrBlock', detail: `${vpc.id} is a default VPC.` })
    : undefined;
}

/** Whether the VPC may be changed or cut now. */
export function mustBeAvailable(vpc: { readonly id: string; readonly status: string }): Refusal | undefined {
  return vpc.status === 'Available'
    ? undefined
    : refuse('IncorrectVpcStatus', { parameter: 'VpcId', detail: `${vpc.id} is ${vpc.status}.` });
}

/** What of a VPC is still there, as ids. */
export interface VpcUses {
  readonly vswitches: readonly string[];
  readonly securityGroups: readonly string[];
}

/** Whether nothing uses the VPC any more. */
export function mustBeUnused({ vswitches, securityGroups }: VpcUses): Refusal | undefined {
  if (vswitches.length > 0) {
    return refuse('DependencyViolation.VSwitch', { parameter: 'VpcId', detail: usedBy(vswitches) });
  }
  if (securityGroups.length > 0) {
    return refuse('DependencyViolation.SecurityGroup', { parameter: 'VpcId', detail: usedBy(securityGroups) });
  }
  return undefined;
}

/** Whether one more VPC fits the quota. */
export function mayAddVpc(present: number, quota: number): Refusal | undefined {
  return present < quota
    ? undefined
    : refuse('QuotaExceeded.Vpc', { detail: `There are ${present} of at most ${quota} VPCs.` });
}

/** IPv6 can be asked to stay off, never to be on. */
export function mustNotEnableIpv6(enable: boolean | undefined, parameter: string): Refusal | undefined {
  return enable ? refuse('UnsupportedParameter', { parameter, detail: 'IPv6 is not served.' }) : undefined;
}

export function vpcNotFound(vpcId: string): Refusal {
  return refuse('InvalidVpcId.NotFound', {
    parameter: 'VpcId',
    detail: `'${vpcId}' is not a VPC of this account here.`,
  });
}

function malformed(detail: string): Refusal {
  return refuse('InvalidCidrBlock.Malformed', { parameter: 'CidrBlock', detail });
}
