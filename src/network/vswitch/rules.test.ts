import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockOf,
  type Cidr,
  cidrContainsCidr,
  cidrsOverlap,
  formatCidr,
  parseCidr,
  sizeOfCidr,
} from '../../values/cidr.ts';
import { formatIpv4, ipv4FromNumber } from '../../values/ip.ts';
import { isRefusal } from '../../values/refusal.ts';
import {
  acceptVSwitchBlock,
  assignableRange,
  availableAddresses,
  defaultBlock,
  mayAddVSwitch,
  mayAssign,
  mustBeAvailableVSwitch,
  mustBeUnusedVSwitch,
  mustFit,
  reservedAddresses,
} from './rules.ts';

const block = (text: string): Cidr => parseCidr(text)!;
const vswitchBlock = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 16, max: 29 }))
  .map(([low, prefix]) => blockOf(ipv4FromNumber(0x0a000000 + low * 8), prefix));

describe('N3 the block of a VSwitch', () => {
  it.each([
    ['10.0.0.0/16', '10.0.0.0/16'],
    ['10.0.0.8/29', '10.0.0.8/29'],
    ['10.0.1.0/255.255.255.0', '10.0.1.0/24'],
  ])('%s is allowed', (text, canonical) => {
    const answer = acceptVSwitchBlock(text);
    expect(isRefusal(answer) ? answer.code : formatCidr(answer)).toBe(canonical);
  });

  it.each([
    ['10.0.0.0/15', 'InvalidCirdrBlock.MaskLength'],
    ['10.0.0.0/30', 'InvalidCirdrBlock.MaskLength'],
    ['10.0.0.0/255.255.255.252', 'InvalidCirdrBlock.MaskLength'],
    ['10.0.1.1/24', 'InvalidCidrBlock.Malformed'],
    ['10.0.1.0', 'InvalidCidrBlock.Malformed'],
  ])('%s is refused with %s', (text, code) => {
    expect(acceptVSwitchBlock(text)).toMatchObject({ code, parameter: 'CidrBlock' });
  });

  const alone = { vpcBlock: block('10.0.0.0/16'), vswitches: [], routes: [] };

  it('lies in the block of its VPC, which it may fill', () => {
    expect(mustFit(block('10.0.0.0/16'), alone)).toBeUndefined();
    expect(mustFit(block('10.1.0.0/24'), alone)).toMatchObject({ code: 'InvalidParameter', parameter: 'CidrBlock' });
  });

  it('overlaps no other VSwitch; the other one is named', () => {
    const neighbours = { ...alone, vswitches: [{ id: 'vsw-a', cidr: block('10.0.1.0/24') }] };
    expect(mustFit(block('10.0.2.0/24'), neighbours)).toBeUndefined();
    for (const text of ['10.0.1.0/24', '10.0.1.128/25', '10.0.0.0/16']) {
      const refused = mustFit(block(text), neighbours);
      expect(refused).toMatchObject({ code: 'InvalidCidrBlock.Overlapped', parameter: 'CidrBlock' });
      expect(refused?.message).toContain('vsw-a');
    }
  });

  it('is not the destination of a custom route, but may lie within one', () => {
    const neighbours = { ...alone, routes: [{ id: 'rte-a', destination: block('10.0.4.0/24') }] };
    expect(mustFit(block('10.0.4.0/24'), neighbours)).toMatchObject({ code: 'InvalidCidrBlock.Overlapped' });
    expect(mustFit(block('10.0.4.0/25'), neighbours)).toBeUndefined();
  });

  it('cut one after the other never overlap and stay inside, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(vswitchBlock, { maxLength: 20 }), (asked) => {
        const taken: { id: string; cidr: Cidr }[] = [];
        for (const [index, each] of asked.entries()) {
          if (!mustFit(each, { ...alone, vswitches: taken })) taken.push({ id: `vsw-${index}`, cidr: each });
        }
        const spans = taken
          .map(({ cidr }) => [cidr.base, cidr.base + sizeOfCidr(cidr)] as const)
          .sort((a, b) => a[0] - b[0]);
        for (const [index, [start]] of spans.entries())
          expect(start).toBeGreaterThanOrEqual(spans[index - 1]?.[1] ?? 0);
        expect(taken.every(({ cidr }) => cidrContainsCidr(alone.vpcBlock, cidr))).toBe(true);
      }),
    );
  });
});

describe('A1 addresses of a VSwitch', () => {
  it('reserve the first and the last three', () => {
    expect(reservedAddresses(block('192.168.1.0/24')).map(formatIpv4)).toEqual([
      '192.168.1.0',
      '192.168.1.253',
      '192.168.1.254',
      '192.168.1.255',
    ]);
  });

  it('are either reserved or assignable, and counted right', () => {
    fc.assert(
      fc.property(vswitchBlock, (each) => {
        const reserved = new Set<number>(reservedAddresses(each));
        const { first, last } = assignableRange(each);
        expect(reserved.size).toBe(4);
        expect(last - first + 1).toBe(availableAddresses(each, reserved.size));
        for (const address of [each.base, first, last, last + 1, each.base + sizeOfCidr(each) - 1]) {
          expect(mayAssign(each, ipv4FromNumber(address))).toBe(!reserved.has(address));
        }
        expect(mayAssign(each, ipv4FromNumber(each.base - 1))).toBe(false);
        expect(mayAssign(each, ipv4FromNumber(each.base + sizeOfCidr(each)))).toBe(false);
      }),
    );
  });
});

describe('a VSwitch', () => {
  it('fits the quota up to its last place', () => {
    expect(mayAddVSwitch(23, 24)).toBeUndefined();
    expect(mayAddVSwitch(24, 24)).toMatchObject({ code: 'QuotaExceeded.VSwitch' });
  });

  it('must be Available to be changed', () => {
    expect(mustBeAvailableVSwitch({ id: 'vsw-a', status: 'Available' })).toBeUndefined();
    expect(mustBeAvailableVSwitch({ id: 'vsw-a', status: 'Pending' })).toMatchObject({
      code: 'IncorrectVSwitchStatus',
    });
  });

  it('X7: must be unused to go, and the refusal names what uses it', () => {
    expect(mustBeUnusedVSwitch([])).toBeUndefined();
    const refused = mustBeUnusedVSwitch(['i-a', 'eni-b']);
    expect(refused).toMatchObject({ code: 'DependencyViolation', parameter: 'VSwitchId' });
    expect(refused?.message).toContain('i-a, eni-b');
  });
});

describe('N3 the block of a default VSwitch', () => {
  const vpcBlock = block('172.31.0.0/16');

  it('is the first /20 of the VPC that overlaps no other VSwitch', () => {
    const somewhere = fc
      .tuple(fc.nat(0xffff), fc.integer({ min: 18, max: 29 }))
      .map(([low, prefix]) => blockOf(ipv4FromNumber(vpcBlock.base + low), prefix));
    fc.assert(
      fc.property(fc.array(somewhere, { maxLength: 12 }), (taken) => {
        const neighbours = { vpcBlock, vswitches: taken.map((cidr, n) => ({ id: `vsw-${n}`, cidr })), routes: [] };
        const answer = defaultBlock(neighbours);
        const all = Array.from({ length: 16 }, (_, n) => blockOf(ipv4FromNumber(vpcBlock.base + n * 4096), 20));
        const free = all.find((one) => !taken.some((other) => cidrsOverlap(one, other)));
        expect(isRefusal(answer) ? undefined : formatCidr(answer)).toBe(free && formatCidr(free));
      }),
    );
  });

  it('is refused when the VPC is full', () => {
    const full = { vpcBlock, vswitches: [{ id: 'vsw-all', cidr: vpcBlock }], routes: [] };
    expect(defaultBlock(full)).toMatchObject({ code: 'InvalidCidrBlock.Overlapped' });
  });
});
