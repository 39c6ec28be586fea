import { expect, it } from 'vitest';
import { formatIpv4 } from './ip.ts';
import { RESOLVERS } from './name-service.ts';

it('X5 names the resolvers of the official product', () => {
  expect(RESOLVERS.map(formatIpv4)).toEqual(['100.100.2.136', '100.100.2.138']);
});
