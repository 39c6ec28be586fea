import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { addToIpv4, formatIpv4, fromSortableIpv4, type Ipv4, ipv4FromNumber, parseIpv4, sortableIpv4 } from './ip.ts';

const address = fc.integer({ min: 0, max: 0xffffffff }).map((value) => ipv4FromNumber(value));

/** What an independent library makes of the same text. */
function peerNumber(text: string): number {
  return ipaddr.IPv4.parse(text)
    .toByteArray()
    .reduce((value, byte) => value * 256 + byte, 0);
}

describe('IPv4 addresses', () => {
  it('are formatted and parsed as an independent library does', () => {
    fc.assert(
      fc.property(address, (value) => {
        const text = formatIpv4(value);
        expect(peerNumber(text)).toBe(value);
        expect(parseIpv4(text)).toBe(value);
      }),
    );
  });

  it('are accepted exactly when they are four plain decimal parts', () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 300 }).map(String),
      fc.constantFrom('', '00', '01', '-1', '0x1', '1e1', ' 1'),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.join('.');
        const plain =
          parts.length === 4 &&
          parts.every((each) => String(Number(each)) === each && Number(each) >= 0 && Number(each) <= 255);
        expect(parseIpv4(text) !== undefined).toBe(plain && ipaddr.IPv4.isValidFourPartDecimal(text));
      }),
    );
  });

  it.each([
    '010.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '0x7f.0.0.1',
    '１.2.3.4',
    '',
    '1..2.3',
  ])('refuse %j', (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  });

  it('sort in their sortable form as they do as numbers, and come back from it', () => {
    fc.assert(
      fc.property(address, address, (a, b) => {
        expect(Math.sign(sortableIpv4(a).localeCompare(sortableIpv4(b), 'en'))).toBe(Math.sign(a - b));
        expect(fromSortableIpv4(sortableIpv4(a))).toBe(a);
      }),
    );
  });

  it('never leave the address space', () => {
    expect(addToIpv4(0 as Ipv4, 0xffffffff)).toBe(0xffffffff);
    expect(() => addToIpv4(0xffffffff as Ipv4, 1)).toThrow(RangeError);
    expect(() => addToIpv4(0 as Ipv4, -1)).toThrow(RangeError);
    expect(() => ipv4FromNumber(1.5)).toThrow(RangeError);
  });
});
