/** What EIPs may be, what they may be associated with, and when. */
import { refuse } from '../../contract/errors.ts';
import type { Tables } from '../../store/schema.ts';
import { addMonths, parseMinutes } from '../../values/clock.ts';
import { type Ipv4, parseIpv4 } from '../../values/ip.ts';
import { type AddressRange, givableAddresses, type PublicEdge } from '../../values/public-edge.ts';
import type { Refusal } from '../../values/refusal.ts';

type Eip = Tables['eip'];

/** How an EIP is charged, as requests say it. */
export interface Charging {
  readonly InstanceChargeType: Eip['charge_type'];
  readonly InternetChargeType: Eip['internet_charge_type'];
}

/** Most Mbit/s by the way of charging. */
function mostBandwidth({ InstanceChargeType, InternetChargeType }: Charging): number {
  if (InstanceChargeType === 'PrePaid') return 1000;
  return InternetChargeType === 'PayByBandwidth' ? 500 : 200;
}

/** The Mbit/s that `text` spells, or why they are refused. */
export function acceptBandwidth(text: string, charging: Charging): number | Refusal {
  const most = mostBandwidth(charging);
  const bandwidth = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0;
  if (bandwidth >= 1 && bandwidth <= most) return bandwidth;
  return refuse('InvalidParameter', {
    parameter: 'Bandwidth',
    detail: `'${text}' is not a whole number of 1 to ${most}.`,
  });
}

/** A subscription as requests ask for it. */
export interface TermAsked extends Charging {
  readonly Period?: number | undefined;
  readonly PricingCycle: 'Month' | 'Year';
}

const MOST_YEARS = 5;

/** When the subscription ends, in milliseconds since 1970; null for pay-as-you-go. Or why it is refused. */
export function acceptTerm(asked: TermAsked, now: number): number | null | Refusal {
  if (asked.InstanceChargeType === 'PostPaid') return null;
  if (asked.InternetChargeType !== 'PayByBandwidth') {
    return refuse('InvalidParameter', {
      parameter: 'InternetChargeType',
      detail: 'A subscription is charged PayByBandwidth.',
    });
  }
  const { Period } = asked;
  if (Period === undefined) return refuse('MissingParameter', { parameter: 'Period' });
  if (asked.PricingCycle === 'Year' && Period > MOST_YEARS) {
    return refuse('InvalidParameter', { parameter: 'Period', detail: `It is 1 to ${MOST_YEARS} years.` });
  }
  return addMonths(now, asked.PricingCycle === 'Year' ? 12 * Period : Period);
}

const PRO_REGIONS: ReadonlySet<string> = new Set(['cn-hongkong', 'ap-southeast-1']);

/** Whether the region offers the line. */
export function mayHaveLine(isp: 'BGP' | 'BGP_PRO', regionId: string): Refusal | undefined {
  if (isp === 'BGP' || PRO_REGIONS.has(regionId)) return undefined;
  return refuse('InvalidRegion.NotSupport', { parameter: 'ISP', detail: `${regionId} has no ${isp}.` });
}

/** Whether one more EIP fits the quota of the account. */
export function mayAddEip(present: number, quota: number): Refusal | undefined {
  return present < quota
    ? undefined
    : refuse('QuotaExceeded.Eip', { detail: `There are ${present} of at most ${quota} EIPs.` });
}

/** The address that is asked for by its text, or why it cannot be had; undefined when any will do. */
export function acceptAddress(text: string | undefined, { pool }: PublicEdge): Ipv4 | undefined | Refusal {
  if (text === undefined) return undefined;
  const parameter = 'IpAddress';
  const address = parseIpv4(text);
  if (address === undefined) return refuse('InvalidParameter', { parameter, detail: `'${text}' is no IPv4 address.` });
  const within = ({ first, last }: AddressRange) => first <= address && address <= last;
  return givableAddresses(pool).some(within)
    ? address
    : refuse('ReserveIpFail', { parameter, detail: `${text} is not in the pool.` });
}

export function addressTaken(): Refusal {
  return refuse('ReserveIpFail', { parameter: 'IpAddress', detail: 'Somebody has it.' });
}

export function poolExhausted(): Refusal {
  return refuse('ReserveIpFail', { detail: 'No address is left in the pool.' });
}

export function eipNotFound(id: string): Refusal {
  return refuse('InvalidAllocationId.NotFound', {
    parameter: 'AllocationId',
    detail: `'${id}' is not an EIP of this account here.`,
  });
}

export function targetNotFound(id: string): Refusal {
  return refuse('InvalidInstanId.NotFound', {
    parameter: 'InstanceId',
    detail: `'${id}' is not an instance of this account.`,
  });
}

/** Whether the kind of target is served. Others of the official API follow with secondary interfaces, NAT and HaVip. */
export function mustBeServedTarget(instanceType: string): Refusal | undefined {
  return instanceType === 'EcsInstance'
    ? undefined
    : refuse('UnsupportedParameter', {
        parameter: 'InstanceType',
        detail: `EIPs are not associated with ${instanceType} here yet; give EcsInstance.`,
      });
}

/** Whether an instance may have the address in this way: cut-through and multi-EIP mode need an interface. */
export function mustBeServedMode(mode: 'NAT' | 'MULTI_BINDED' | 'BINDED'): Refusal | undefined {
  const parameter = 'Mode';
  switch (mode) {
    case 'NAT':
      return undefined;
    case 'BINDED':
      return refuse('Invalid.DirectEip.BindType', { parameter });
    case 'MULTI_BINDED':
      return refuse('UnsupportedParameter', { parameter, detail: 'An instance itself has its EIP in mode NAT.' });
  }
}

type Target = Pick<Tables['instance'], 'id' | 'region_id' | 'status' | 'wanted'>;

/** What is known of an association when it is asked for. */
export interface Association {
  readonly eip: Pick<Eip, 'id' | 'region_id' | 'status' | 'instance_id'>;
  readonly instance: Target;
  /** Where the request says that the instance is. */
  readonly instanceRegionId: string | undefined;
  /** EIP that the instance has already. */
  readonly present: string | undefined;
}

/** Whether the EIP may be associated with the instance itself. Every instance is in a VPC and none has a NatPublicIp. */
export function mayAssociate({ eip, instance, instanceRegionId, present }: Association): Refusal | undefined {
  if (instance.region_id !== eip.region_id) {
    return refuse('InvalidParameter.Mismatch', {
      parameter: 'InstanceId',
      detail: `${eip.id} is in ${eip.region_id}, ${instance.id} in ${instance.region_id}.`,
    });
  }
  if (instanceRegionId !== undefined && instanceRegionId !== instance.region_id) {
    return refuse('InvalidParameter.Mismatch', {
      parameter: 'InstanceRegionId',
      detail: `${instance.id} is in ${instance.region_id}.`,
    });
  }
  if (eip.status !== 'Available') return wrongStatus(eip, 'Available');
  if (present !== undefined) {
    return refuse('InvalidAssociation.Duplicated', {
      parameter: 'InstanceId',
      detail: `${instance.id} has ${present}.`,
    });
  }
  if ((instance.status !== 'Running' && instance.status !== 'Stopped') || instance.wanted === 'Deleted') {
    const state = instance.wanted === 'Deleted' ? 'being released' : instance.status;
    return refuse('IncorrectInstanceStatus', {
      parameter: 'InstanceId',
      detail: `${instance.id} is ${state}; it must be Running or Stopped.`,
      status: 400,
    });
  }
  return undefined;
}

/** What a request says of the association that it ends. */
export interface AssociationNamed {
  readonly instanceId: string | undefined;
  readonly privateAddress: Ipv4 | undefined;
}

/** Whether the EIP may be taken off. `privateAddress`: what it is translated to. */
export function mayUnassociate(
  eip: Pick<Eip, 'id' | 'status' | 'instance_id'> & { readonly privateAddress: Ipv4 | undefined },
  named: AssociationNamed,
): Refusal | undefined {
  if (eip.status === 'Associating' || eip.status === 'Unassociating') {
    return refuse('InvalidBindingStatus', { parameter: 'AllocationId', detail: `${eip.id} is ${eip.status}.` });
  }
  if (eip.status !== 'InUse') return wrongStatus(eip, 'InUse');
  if (named.instanceId !== undefined && named.instanceId !== eip.instance_id) {
    return refuse('InvalidBindInstance.NotFound', {
      parameter: 'InstanceId',
      detail: `${eip.id} is associated with ${eip.instance_id}.`,
    });
  }
  if (named.privateAddress !== undefined && named.privateAddress !== eip.privateAddress) {
    return refuse('InvalidBindInstance.NotFound', {
      parameter: 'PrivateIpAddress',
      detail: `${eip.id} is translated to another address.`,
    });
  }
  return undefined;
}

/** Whether the EIP may change now. */
export function mayModify(eip: Pick<Eip, 'id' | 'status' | 'instance_id'>): Refusal | undefined {
  return eip.status === 'Available' || eip.status === 'InUse' ? undefined : wrongStatus(eip, 'Available or InUse');
}

/** Whether the EIP may be given back at `now`. */
export function mayRelease(
  eip: Pick<Eip, 'id' | 'status' | 'instance_id' | 'expires_at'>,
  now: number,
): Refusal | undefined {
  if (eip.status !== 'Available') return wrongStatus(eip, 'Available');
  if (eip.expires_at !== null && now < eip.expires_at) {
    return refuse('Forbidden.ChargeTypeIsPrepaid', { parameter: 'AllocationId' });
  }
  return undefined;
}

function wrongStatus(eip: Pick<Eip, 'id' | 'status' | 'instance_id'>, needed: string): Refusal {
  const used = eip.instance_id === null ? '' : ` Used by ${eip.instance_id}.`;
  return refuse('IncorrectEipStatus', {
    parameter: 'AllocationId',
    detail: `${eip.id} is ${eip.status}; it must be ${needed}.${used}`,
  });
}

/** The time from which EIPs are asked for, or why the conditions are refused; undefined when none is given. */
export function acceptCreationStart(
  filters: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): number | undefined | Refusal {
  let start: number | undefined;
  for (const [index, { Key, Value }] of filters.entries()) {
    const parameter = `Filter.${index + 1}`;
    if (Key !== 'CreationStartTime') return refuse('InvalidFilterKey.NotFound', { parameter: `${parameter}.Key` });
    const time = parseMinutes(Value ?? '');
    if (time === undefined) {
      return refuse('InvalidFilterValue', {
        parameter: `${parameter}.Value`,
        detail: 'It is a time in the form yyyy-MM-ddTHH:mmZ.',
      });
    }
    start = Math.max(time, start ?? time);
  }
  return start;
}
