import { describe, expect, it } from 'vitest';
import { cidrContainsAddress, parseCidr } from './cidr.ts';
import { formatIpv4 } from './ip.ts';
import { acceptPool, DEFAULT_PUBLIC_EDGE, givableAddresses } from './public-edge.ts';

describe('the public edge', () => {
  const shown = (...blocks: string[]) =>
    givableAddresses(blocks.map((text) => parseCidr(text)!)).map(
      ({ first, last }) => `${formatIpv4(first)} ${formatIpv4(last)}`,
    );

  it('gives all of a block but its ends', () => {
    expect(shown('198.18.0.0/15')).toEqual(['198.18.0.1 198.19.255.254']);
    expect(shown('203.0.113.0/29', '203.0.113.16/30')).toEqual([
      '203.0.113.1 203.0.113.6',
      '203.0.113.17 203.0.113.18',
    ]);
  });

  it.each(['198.18.0.0/15', '198.51.0.0/28', '47.0.0.0/8', '192.0.2.128/25', '192.0.2.16/28', '223.255.255.0/24'])(
    'may have the pool %s',
    (text) => {
      expect(acceptPool(text)).toEqual(parseCidr(text));
    },
  );

  it.each([
    ['', 'no IPv4 block'],
    ['198.18.0.0', 'no IPv4 block'],
    ['198.18.0.1/15', 'no IPv4 block'],
    ['2001:db8::/32', 'no IPv4 block'],
    ['64.0.0.0/7', 'prefix length'],
    ['198.18.0.0/29', 'prefix length'],
    ['10.1.2.0/24', '10.0.0.0/8'],
    ['172.0.0.0/8', '172.16.0.0/12'],
    ['172.31.255.0/24', '172.16.0.0/12'],
    ['192.168.0.0/16', '192.168.0.0/16'],
    ['100.100.2.0/24', '100.64.0.0/10'],
    ['127.0.0.0/8', '127.0.0.0/8'],
    ['169.254.0.0/16', '169.254.0.0/16'],
    ['224.0.0.0/8', '224.0.0.0/3'],
    ['240.0.0.0/8', '224.0.0.0/3'],
    ['0.0.0.0/8', '0.0.0.0/8'],
    ['192.0.0.0/24', '192.0.0.0/24'],
    ['192.0.2.0/24', '192.0.2.10/31'],
    ['192.0.2.0/28', '192.0.2.10/31'],
  ])('may not have the pool %j: %s', (text, reason) => {
    expect(acceptPool(text)).toContain(reason);
  });

  it('gives nothing of blocks that are all ends', () => {
    expect(shown('203.0.113.0/31', '203.0.113.8/32')).toEqual([]);
  });

  it('keeps the host outside out of the pool', () => {
    const { pool, outside } = DEFAULT_PUBLIC_EDGE;
    expect(pool.some((block) => cidrContainsAddress(block, outside))).toBe(false);
  });
});
