/** The tour of the README, run as it stands there. */
import { describe, expect, it } from 'vitest';
import { walk } from './document.ts';

describe('the README', () => {
  it('A3 N9 X1 its tour does what it says', async () => {
    const steps = await walk('README.md');
    const [started, built, inside, outside, why, opened, ended] = steps;
    expect(steps).toHaveLength(7);
    expect(started).toContain('driver      linux');
    expect(built).toMatch(/^i-\w+ Running 10\.0\.1\.\d+$/m);
    expect(inside).toMatch(/eth0\S* +UP +10\.0\.1\.\d+\/24/);
    expect(outside).toContain('hello from web');
    expect(why).toContain('refused, as the groups say');
    expect(why).toMatch(/delivered/i);
    expect(opened).toContain('1 received');
    expect(ended).toContain('ended');
  });
});
