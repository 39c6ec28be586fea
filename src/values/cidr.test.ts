import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import {
  blockOf,
  type Cidr,
  cidrContainsAddress,
  cidrContainsCidr,
  cidrsOverlap,
  formatCidr,
  lastOfCidr,
  netmaskOfCidr,
  parseCidr,
  parseCidrOrAddress,
  parseLooseCidr,
  parseMaskedCidr,
  sizeOfCidr,
} from './cidr.ts';
import { formatIpv4, ipv4FromNumber } from './ip.ts';

const address = fc.integer({ min: 0, max: 0xffffffff }).map((value) => ipv4FromNumber(value));
const prefix = fc.integer({ min: 0, max: 32 });
const block = fc.tuple(address, prefix).map(([base, length]) => blockOf(base, length));
/** Blocks that meet often: few bits differ. */
const closeBlock = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([low, length]) => blockOf(ipv4FromNumber(0x0a000000 + low), length));

function addressesOf(each: Cidr): Set<number> {
  return new Set(Array.from({ length: sizeOfCidr(each) }, (_, index) => each.base + index));
}

describe('CIDR blocks', () => {
  it('begin, end and mask as an independent library says', () => {
    fc.assert(
      fc.property(address, prefix, (base, length) => {
        const each = blockOf(base, length);
        const text = `${formatIpv4(base)}/${length}`;
        expect(formatIpv4(each.base)).toBe(ipaddr.IPv4.networkAddressFromCIDR(text).toString());
        expect(formatIpv4(lastOfCidr(each))).toBe(ipaddr.IPv4.broadcastAddressFromCIDR(text).toString());
        expect(netmaskOfCidr(each)).toBe(ipaddr.IPv4.subnetMaskFromPrefixLength(length).toString());
        expect(parseLooseCidr(text)).toEqual(each);
      }),
    );
  });

  it('contain an address exactly when an independent library matches it', () => {
    fc.assert(
      fc.property(fc.oneof(block, closeBlock), address, fc.boolean(), (each, other, near) => {
        const asked = near ? ipv4FromNumber((each.base ^ (other & 0xff)) >>> 0) : other;
        const peer = ipaddr.IPv4.parse(formatIpv4(asked)).match(ipaddr.IPv4.parse(formatIpv4(each.base)), each.prefix);
        expect(cidrContainsAddress(each, asked)).toBe(peer);
      }),
    );
  });

  it('contain and overlap each other as sets of addresses do', () => {
    fc.assert(
      fc.property(closeBlock, closeBlock, (a, b) => {
        const [first, second] = [addressesOf(a), addressesOf(b)];
        expect(cidrContainsCidr(a, b)).toBe([...second].every((each) => first.has(each)));
        expect(cidrsOverlap(a, b)).toBe([...second].some((each) => first.has(each)));
        expect(cidrsOverlap(a, b)).toBe(cidrsOverlap(b, a));
      }),
    );
  });

  it('are parsed from what they are formatted to, and only with zero host bits', () => {
    fc.assert(
      fc.property(address, prefix, (base, length) => {
        const each = blockOf(base, length);
        expect(parseCidr(formatCidr(each))).toEqual(each);
        const text = `${formatIpv4(base)}/${length}`;
        expect(parseCidr(text)).toEqual(each.base === base ? each : undefined);
      }),
    );
  });

  it('F13: take the mask as a length or dotted, with the same meaning', () => {
    fc.assert(
      fc.property(block, (each) => {
        expect(parseMaskedCidr(formatCidr(each))).toEqual(each);
        expect(parseMaskedCidr(`${formatIpv4(each.base)}/${netmaskOfCidr(each)}`)).toEqual(each);
      }),
    );
  });

  it('F13: refuse dotted masks with holes', () => {
    fc.assert(
      fc.property(address, (mask) => {
        const whole = ipaddr.IPv4.parse(formatIpv4(mask)).prefixLengthFromSubnetMask() !== null;
        expect(parseMaskedCidr(`0.0.0.0/${formatIpv4(mask)}`) !== undefined).toBe(whole);
      }),
    );
    expect(parseMaskedCidr('10.0.0.0/255.0.255.0')).toBeUndefined();
    expect(parseMaskedCidr('10.0.0.1/255.255.0.0')).toBeUndefined();
    expect(parseMaskedCidr('10.0.0.0/0.0.255.255')).toBeUndefined();
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '/8',
    'fd00::/8',
    '10.0.0.0/ 8',
  ])('refuse %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
    expect(parseMaskedCidr(text)).toBeUndefined();
    expect(parseLooseCidr(text)).toBeUndefined();
  });

  it('take a single address as a block of one where that is allowed', () => {
    expect(formatCidr(parseCidrOrAddress('10.0.0.7')!)).toBe('10.0.0.7/32');
    expect(formatCidr(parseCidrOrAddress('10.0.0.7/8')!)).toBe('10.0.0.0/8');
    expect(parseCidrOrAddress('10.0.0.300')).toBeUndefined();
  });

  it('have prefixes of 0 to 32', () => {
    expect(() => blockOf(ipv4FromNumber(0), 33)).toThrow(RangeError);
    expect(() => blockOf(ipv4FromNumber(0), -1)).toThrow(RangeError);
    expect(() => blockOf(ipv4FromNumber(0), 1.5)).toThrow(RangeError);
  });
});
