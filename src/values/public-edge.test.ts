import { describe, expect, it } from 'vitest';
import { cidrContainsAddress, parseCidr } from './cidr.ts';
import { formatIpv4 } from './ip.ts';
import { DEFAULT_PUBLIC_EDGE, givableAddresses } from './public-edge.ts';

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

  it('gives nothing of blocks that are all ends', () => {
    expect(shown('203.0.113.0/31', '203.0.113.8/32')).toEqual([]);
  });

  it('keeps the host outside out of the pool', () => {
    const { pool, outside } = DEFAULT_PUBLIC_EDGE;
    expect(pool.some((block) => cidrContainsAddress(block, outside))).toBe(false);
  });
});
