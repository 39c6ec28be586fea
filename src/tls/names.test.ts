import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { addressBytes, confinesOf, isWithin, rangeBytes } from './names.ts';

/** The other library takes `::1.2.3.4`, which nobody writes any more, for `::ffff:1.2.3.4`. */
const ADDRESS = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((text) => !/^::\d+\./.test(text)),
);

describe('bytes of addresses', () => {
  it('are those that another library finds', () => {
    fc.assert(
      fc.property(ADDRESS, (text) => {
        expect([...addressBytes(text)]).toEqual(ipaddr.parse(text).toByteArray());
      }),
    );
    expect([...addressBytes('::')]).toEqual(Array(16).fill(0));
    expect([...addressBytes('::ffff:1.2.3.4')].slice(10)).toEqual([255, 255, 1, 2, 3, 4]);
  });

  it('of ranges have nothing beyond the mask', () => {
    fc.assert(
      fc.property(ADDRESS, fc.double({ min: 0, max: 1, noNaN: true }), (text, part) => {
        const most = addressBytes(text).length * 8;
        const bits = Math.round(part * most);
        const { address, mask } = rangeBytes(`${text}/${bits}`);
        expect([...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('')).toBe(
          '1'.repeat(bits).padEnd(most, '0'),
        );
        expect(ipaddr.fromByteArray([...address]).match(ipaddr.parse(text), bits)).toBe(true);
        expect(address.every((byte, at) => (byte & ~mask[at]!) === 0)).toBe(true);
      }),
    );
  });
});

describe('confines', () => {
  it('hold what they were made for, and loopback', () => {
    const NAMES = fc.array(fc.oneof(ADDRESS, fc.domain()), { maxLength: 4 });
    fc.assert(
      fc.property(NAMES, (names) => {
        const confines = confinesOf(names);
        for (const name of [...names, 'localhost', 'a.localhost', '127.0.0.1', '::1']) {
          expect(isWithin(name, confines), name).toBe(true);
        }
      }),
    );
  });

  it('hold no more than the private range of an address, or the address', () => {
    const confines = confinesOf(['192.168.3.4', '203.0.113.9', 'fd00::1', '2001:db8::5', 'Box.Example']);
    for (const [name, inside] of [
      ['192.168.200.1', true],
      ['10.0.0.1', false],
      ['203.0.113.9', true],
      ['203.0.113.10', false],
      ['fdff::7', true],
      ['2001:db8::5', true],
      ['2001:db8::6', false],
      ['box.example', true],
      ['www.BOX.example', true],
      ['otherbox.example', false],
      ['example', false],
      ['localhost.evil', false],
    ] as const) {
      expect(isWithin(name, confines), name).toBe(inside);
    }
  });
});
