import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../values/cidr.ts';
import { formatIpv4, ipv4FromNumber, parseIpv4 } from '../../values/ip.ts';
import { DEFAULT_PUBLIC_EDGE } from '../../values/public-edge.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import {
  acceptAddress,
  acceptBandwidth,
  acceptCreationStart,
  acceptTerm,
  mayAddEip,
  mayAssociate,
  mayHaveLine,
  mayModify,
  mayRelease,
  mayUnassociate,
  mustBeServedMode,
  mustBeServedTarget,
} from './rules.ts';

const codeOf = (value: unknown): string | undefined => (isRefusal(value) ? (value as Refusal).code : undefined);

const BY_BANDWIDTH = { InstanceChargeType: 'PostPaid', InternetChargeType: 'PayByBandwidth' } as const;
const BY_TRAFFIC = { InstanceChargeType: 'PostPaid', InternetChargeType: 'PayByTraffic' } as const;
const PREPAID = { InstanceChargeType: 'PrePaid', InternetChargeType: 'PayByBandwidth' } as const;

describe('bandwidth of EIPs', () => {
  it.each([
    [BY_BANDWIDTH, 500],
    [BY_TRAFFIC, 200],
    [PREPAID, 1000],
  ])('%o goes from 1 to %i', (charging, most) => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 1500 }), (number) => {
        const accepted = acceptBandwidth(String(number), charging);
        expect(number >= 1 && number <= most ? accepted : codeOf(accepted)).toBe(
          number >= 1 && number <= most ? number : 'InvalidParameter',
        );
      }),
    );
    expect(acceptBandwidth(String(most), charging)).toBe(most);
    expect(codeOf(acceptBandwidth(String(most + 1), charging))).toBe('InvalidParameter');
  });

  it.each(['', ' 5', '5 ', '05', '+5', '5.0', '5e1', '0x5', '٥', '1000000'])('%j is no bandwidth', (text) => {
    expect(codeOf(acceptBandwidth(text, BY_BANDWIDTH))).toBe('InvalidParameter');
  });
});

describe('subscriptions of EIPs', () => {
  const now = Date.parse('2026-01-31T10:00:00Z');
  const end = (more: object) => {
    const accepted = acceptTerm({ ...PREPAID, PricingCycle: 'Month', ...more }, now);
    return typeof accepted === 'number' ? new Date(accepted).toISOString() : (codeOf(accepted) ?? accepted);
  };

  it('end after whole months or years', () => {
    expect(end({ Period: 1 })).toBe('2026-02-28T10:00:00.000Z');
    expect(end({ Period: 9 })).toBe('2026-10-31T10:00:00.000Z');
    expect(end({ Period: 5, PricingCycle: 'Year' })).toBe('2031-01-31T10:00:00.000Z');
  });

  it('are asked for whole, and pay-as-you-go has none', () => {
    expect(end({})).toBe('MissingParameter');
    expect(end({ Period: 6, PricingCycle: 'Year' })).toBe('InvalidParameter');
    expect(end({ Period: 1, InternetChargeType: 'PayByTraffic' })).toBe('InvalidParameter');
    expect(end({ Period: 1, InstanceChargeType: 'PostPaid' })).toBeNull();
  });
});

describe('what may be bought', () => {
  it('F14 up to the quota', () => {
    expect(mayAddEip(19, 20)).toBeUndefined();
    expect(codeOf(mayAddEip(20, 20))).toBe('QuotaExceeded.Eip');
  });

  it('the line of the region', () => {
    expect(mayHaveLine('BGP', 'cn-hangzhou')).toBeUndefined();
    expect(mayHaveLine('BGP_PRO', 'cn-hongkong')).toBeUndefined();
    expect(codeOf(mayHaveLine('BGP_PRO', 'cn-hangzhou'))).toBe('InvalidRegion.NotSupport');
  });

  it('an address of the pool but its ends', () => {
    const edge = { ...DEFAULT_PUBLIC_EDGE, pool: [parseCidr('198.51.100.0/29')!, parseCidr('203.0.113.8/31')!] };
    const base = parseIpv4('198.51.100.0')!;
    for (let number = -1; number <= 8; number++) {
      const address = ipv4FromNumber(base + number);
      const accepted = acceptAddress(formatIpv4(address), edge);
      if (number >= 1 && number <= 6) expect(accepted).toBe(address);
      else expect(codeOf(accepted)).toBe('ReserveIpFail');
    }
    expect(codeOf(acceptAddress('203.0.113.8', edge))).toBe('ReserveIpFail');
    expect(codeOf(acceptAddress('198.51.100.01', edge))).toBe('InvalidParameter');
    expect(acceptAddress(undefined, edge)).toBeUndefined();
  });
});

describe('A4 association', () => {
  const eip = { id: 'eip-1', region_id: 'cn-hangzhou', status: 'Available', instance_id: null } as const;
  const instance = { id: 'i-1', region_id: 'cn-hangzhou', status: 'Running', wanted: 'Running' } as const;
  const asked = { eip, instance, instanceRegionId: undefined, present: undefined };

  it('is for instances that are Running or Stopped and stay', () => {
    for (const status of ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'] as const) {
      const refusal = mayAssociate({ ...asked, instance: { ...instance, status } });
      if (status === 'Running' || status === 'Stopped') expect(refusal).toBeUndefined();
      else expect(refusal).toMatchObject({ code: 'IncorrectInstanceStatus', status: 400 });
    }
    const leaving = { ...instance, status: 'Stopped', wanted: 'Deleted' } as const;
    expect(mayAssociate({ ...asked, instance: leaving })?.message).toContain('being released');
  });

  it('is within a region', () => {
    expect(codeOf(mayAssociate({ ...asked, eip: { ...eip, region_id: 'cn-beijing' } }))).toBe(
      'InvalidParameter.Mismatch',
    );
    expect(codeOf(mayAssociate({ ...asked, instanceRegionId: 'cn-beijing' }))).toBe('InvalidParameter.Mismatch');
    expect(mayAssociate({ ...asked, instanceRegionId: 'cn-hangzhou' })).toBeUndefined();
  });

  it('is one to one, and says with what', () => {
    for (const status of ['Associating', 'InUse', 'Unassociating'] as const) {
      const refusal = mayAssociate({ ...asked, eip: { ...eip, status, instance_id: 'i-2' } });
      expect(codeOf(refusal)).toBe('IncorrectEipStatus');
      expect(refusal?.message).toContain('i-2');
    }
    const refusal = mayAssociate({ ...asked, present: 'eip-2' });
    expect(codeOf(refusal)).toBe('InvalidAssociation.Duplicated');
    expect(refusal?.message).toContain('eip-2');
  });

  it('is with instances, translated; the rest of the official API is told apart', () => {
    expect(mustBeServedTarget('EcsInstance')).toBeUndefined();
    expect(codeOf(mustBeServedTarget('NetworkInterface'))).toBe('UnsupportedParameter');
    expect(mustBeServedMode('NAT')).toBeUndefined();
    expect(codeOf(mustBeServedMode('BINDED'))).toBe('Invalid.DirectEip.BindType');
    expect(codeOf(mustBeServedMode('MULTI_BINDED'))).toBe('UnsupportedParameter');
  });
});

describe('A9 the way back', () => {
  const address = parseIpv4('10.0.0.1')!;
  const bound = { id: 'eip-1', status: 'InUse', instance_id: 'i-1', privateAddress: address } as const;
  const nothing = { instanceId: undefined, privateAddress: undefined };

  it('takes an EIP off that is in use, and off what is named', () => {
    expect(mayUnassociate(bound, nothing)).toBeUndefined();
    expect(mayUnassociate(bound, { instanceId: 'i-1', privateAddress: address })).toBeUndefined();
    expect(codeOf(mayUnassociate(bound, { ...nothing, instanceId: 'i-2' }))).toBe('InvalidBindInstance.NotFound');
    const other = parseIpv4('10.0.0.2');
    expect(codeOf(mayUnassociate(bound, { ...nothing, privateAddress: other }))).toBe('InvalidBindInstance.NotFound');
    const codes = (['Available', 'Associating', 'Unassociating'] as const).map((status) =>
      codeOf(mayUnassociate({ ...bound, status }, nothing)),
    );
    expect(codes).toEqual(['IncorrectEipStatus', 'InvalidBindingStatus', 'InvalidBindingStatus']);
  });

  it('releases and changes it only where it is at rest, and releases it only where it is free', () => {
    const eip = { id: 'eip-1', instance_id: null, expires_at: null };
    const by = (rule: (status: 'Available' | 'Associating' | 'InUse' | 'Unassociating') => Refusal | undefined) =>
      (['Available', 'Associating', 'InUse', 'Unassociating'] as const).filter((status) => rule(status) === undefined);
    expect(by((status) => mayRelease({ ...eip, status }, 0))).toEqual(['Available']);
    expect(by((status) => mayModify({ ...eip, status }))).toEqual(['Available', 'InUse']);
  });

  it('releases a subscription from the moment it ends', () => {
    const eip = { id: 'eip-1', status: 'Available', instance_id: null, expires_at: 1000 } as const;
    expect(codeOf(mayRelease(eip, 999))).toBe('Forbidden.ChargeTypeIsPrepaid');
    expect(mayRelease(eip, 1000)).toBeUndefined();
  });
});

describe('conditions on the time of purchase', () => {
  it('are whole minutes; the latest counts', () => {
    const filter = (Value: string) => ({ Key: 'CreationStartTime', Value });
    expect(acceptCreationStart([])).toBeUndefined();
    const [early, late] = ['2026-01-01T00:00Z', '2026-01-01T00:01Z'];
    expect(acceptCreationStart([filter(late), filter(early)])).toBe(Date.parse('2026-01-01T00:01:00Z'));
    expect(codeOf(acceptCreationStart([filter('2026-02-30T00:00Z')]))).toBe('InvalidFilterValue');
    expect(codeOf(acceptCreationStart([{ Key: 'CreationStartTime' }]))).toBe('InvalidFilterValue');
    expect(codeOf(acceptCreationStart([{ Key: 'Name', Value: 'x' }]))).toBe('InvalidFilterKey.NotFound');
  });
});
