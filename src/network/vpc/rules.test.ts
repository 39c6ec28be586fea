import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockOf, type Cidr, cidrContainsCidr, formatCidr, netmaskOfCidr, parseCidr } from '../../values/cidr.ts';
import { formatIpv4, ipv4FromNumber } from '../../values/ip.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import { acceptVpcBlock, mayAddVpc, mayTakeBlock, mustBeAvailable, mustBeUnused, mustNotEnableIpv6 } from './rules.ts';

const block = (text: string): Cidr => parseCidr(text)!;
const codeOf = (answer: Cidr | Refusal): string => (isRefusal(answer) ? answer.code : formatCidr(answer));

describe('N3 the block of a VPC', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['172.16.0.0/12', '172.16.0.0/12'],
    ['192.168.0.0/16', '192.168.0.0/16'],
    ['10.1.2.0/28', '10.1.2.0/28'],
    ['10.0.0.0/255.255.0.0', '10.0.0.0/16'],
  ])('%s is allowed', (text, canonical) => {
    expect(codeOf(acceptVpcBlock(text))).toBe(canonical);
  });

  it.each([
    '10.0.0.0/7',
    '172.0.0.0/8',
    '192.0.0.0/8',
    '11.0.0.0/8',
    '10.0.0.0/29',
    '10.0.0.1/16',
    '100.64.0.0/10',
    '0.0.0.0/0',
    'ten',
    '10.0.0.0',
  ])('%s is refused and CidrBlock named', (text) => {
    expect(acceptVpcBlock(text)).toMatchObject({ code: 'InvalidCidrBlock.Malformed', parameter: 'CidrBlock' });
  });

  it('is allowed exactly within the private ranges, /28 or larger, however the mask is written', () => {
    const ranges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(block);
    const near = fc.constantFrom(...ranges).chain((range) =>
      fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 4, max: 32 })).map(([noise, prefix]) => {
        // Keep the range's bits most of the time, so that both sides of each border are met.
        const host = 2 ** (32 - range.prefix + (noise % 2));
        return blockOf(ipv4FromNumber(Math.min(range.base + (noise % host), 0xffffffff)), prefix);
      }),
    );
    fc.assert(
      fc.property(near, fc.boolean(), (each, dotted) => {
        const text = dotted ? `${formatIpv4(each.base)}/${netmaskOfCidr(each)}` : formatCidr(each);
        const allowed = each.prefix <= 28 && ranges.some((range) => cidrContainsCidr(range, each));
        expect(codeOf(acceptVpcBlock(text))).toBe(allowed ? formatCidr(each) : 'InvalidCidrBlock.Malformed');
      }),
    );
  });

  it('may only change to one that contains every VSwitch, else the others are named', () => {
    const vswitches = [
      { id: 'vsw-in', cidr: block('10.0.1.0/24') },
      { id: 'vsw-out', cidr: block('10.0.9.0/24') },
    ];
    expect(mayTakeBlock(block('10.0.0.0/20'), vswitches)).toBeUndefined();
    const refused = mayTakeBlock(block('10.0.0.0/21'), vswitches);
    expect(refused).toMatchObject({ code: 'InvalidCidrBlock.Malformed', parameter: 'CidrBlock' });
    expect(refused?.message).toContain('vsw-out');
    expect(refused?.message).not.toContain('vsw-in');
  });
});

describe('a VPC', () => {
  it('must be Available to be changed', () => {
    expect(mustBeAvailable({ id: 'vpc-a', status: 'Available' })).toBeUndefined();
    expect(mustBeAvailable({ id: 'vpc-a', status: 'Pending' })).toMatchObject({ code: 'IncorrectVpcStatus' });
  });

  it('X7: must be unused to go, and the refusal names what uses it', () => {
    expect(mustBeUnused({ vswitches: [], securityGroups: [] })).toBeUndefined();
    const byVswitch = mustBeUnused({ vswitches: ['vsw-a', 'vsw-b'], securityGroups: ['sg-a'] });
    expect(byVswitch).toMatchObject({ code: 'DependencyViolation.VSwitch' });
    expect(byVswitch?.message).toContain('vsw-a, vsw-b');
    const byGroup = mustBeUnused({
      vswitches: [],
      securityGroups: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((x) => `sg-${x}`),
    });
    expect(byGroup).toMatchObject({ code: 'DependencyViolation.SecurityGroup' });
    expect(byGroup?.message).toContain('sg-e and 2 more.');
  });

  it('fits the quota up to its last place', () => {
    expect(mayAddVpc(9, 10)).toBeUndefined();
    expect(mayAddVpc(10, 10)).toMatchObject({ code: 'QuotaExceeded.Vpc' });
  });

  it('X8: can be asked to stay without IPv6, not to have it', () => {
    expect(mustNotEnableIpv6(undefined, 'EnableIpv6')).toBeUndefined();
    expect(mustNotEnableIpv6(false, 'EnableIpv6')).toBeUndefined();
    expect(mustNotEnableIpv6(true, 'EnableIpv6')).toMatchObject({
      code: 'UnsupportedParameter',
      parameter: 'EnableIpv6',
    });
  });
});
