/** What may be said about the public edge at a start, and what is refused in one line with nothing begun. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, UP, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

describe('up --public-pool and --uplink', () => {
  it('gives addresses of the pool, and starts with no pool that lacks one that was given out', async () => {
    const data = join(scratch(), 'data');
    const ask = async (...words: string[]) => {
      const { code, stdout, stderr } = await yunlan(['--data', data, ...words]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
      return JSON.parse(stdout);
    };
    await up(data, ['--public-pool', '198.51.0.0/28']);
    const { EipAddress, AllocationId } = await ask('vpc', 'AllocateEipAddress');
    expect(EipAddress).toBe('198.51.0.1');
    await yunlan(['down', '--data', data]);

    const refused = await yunlan([...UP, '--data', data]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      new RegExp(`^yunlan: .*198\\.18\\.0\\.0/15 does not hold 198\\.51\\.0\\.1 of ${AllocationId}.*\n$`, 'm'),
    );
    // A larger one that holds it will do.
    await up(data, ['--public-pool', '198.51.0.0/16']);
    expect((await ask('vpc', 'DescribeEipAddresses')).EipAddresses.EipAddress[0].IpAddress).toBe(EipAddress);
  });

  it.each([
    [['--public-pool', '10.1.0.0/16'], 'overlaps 10.0.0.0/8'],
    [['--public-pool', '198.18.0.1/15'], 'no IPv4 block'],
    [['--public-pool', '198.18.0.0/29'], 'prefix length'],
    [['--uplink'], 'simulated driver'],
  ])('%j is refused', async (words, reason) => {
    const data = join(scratch(), 'data');
    const { code, stdout, stderr } = await yunlan([...UP, '--data', data, ...words]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(reason);
    expect(existsSync(data)).toBe(false);
  });
});
