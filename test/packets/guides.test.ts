/** Guides whose blocks are run as they stand. */
import { describe, expect, it } from 'vitest';
import { walk } from './document.ts';

describe('the guides', () => {
  it('for the command line do what they say', async () => {
    const steps = await walk('docs/guides/clients/command-line.md');
    const [, help, , waited, printed, refused, others, last] = steps;
    expect(steps).toHaveLength(8);
    expect(help).toContain('--CidrBlock');
    expect(waited).toMatch(/^2$/m);
    expect(printed).toMatch(/^web00\d\nweb00\d\nName +Status +Address\n(web00\d +Running +10\.0\.1\.\d+\n){2}$/);
    expect(refused).toMatch(/^InvalidCidrBlock\.Malformed: .*\nstatus 1\n$/);
    expect(others).toMatch(/^LTAI\w+\n\d+\n$/);
    expect(last).toContain('ended');
  });

  it('for Node do what they say', async () => {
    const steps = await walk('docs/guides/clients/node.md');
    expect(steps.slice(1, 3)).toEqual([
      expect.stringMatching(/^InvalidCidrBlock\.Malformed [0-9A-F-]{36}\n$/),
      '1 answer, 1 VPC\nDryRunOperation\n',
    ]);
    expect(steps[3]).toMatch(/^true true\n/);
    expect(steps).toHaveLength(4);
  });
});
