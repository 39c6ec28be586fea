/** The variables by which clients find a region. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

describe('env', () => {
  it('is read by a shell, and names endpoint, region and key', async () => {
    const data = join(scratch(), 'data');
    const { endpoint, accessKeyId, accessKeySecret, region } = await up(data);
    const { code, stdout, stderr } = await yunlan(['env', '--data', data]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const seen = spawnSync('sh', ['-c', 'eval "$0"; env', stdout], { encoding: 'utf8', env: {} }).stdout;
    const variables = new Map(seen.split('\n').map((line) => line.split(/=(.*)/s, 2) as [string, string]));
    const host = new URL(endpoint).host;
    for (const [name, value] of [
      ['ALIBABA_CLOUD_ACCESS_KEY_ID', accessKeyId],
      ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', accessKeySecret],
      ['ALIBABA_CLOUD_REGION_ID', region],
      ['ALICLOUD_ACCESS_KEY', accessKeyId],
      ['ALICLOUD_SECRET_KEY', accessKeySecret],
      ['ALIBABA_CLOUD_ENDPOINT_ECS', host],
      ['ALIBABA_CLOUD_ENDPOINT_VPC', host],
    ] as const) {
      expect([name, variables.get(name)]).toEqual([name, value]);
    }
  });

  it('tells nothing about a region that does not run', async () => {
    const found = await yunlan(['env', '--data', join(scratch(), 'data')]);
    expect(found).toMatchObject({ code: 1, stdout: '' });
    expect(found.stderr).toContain("start one with 'yunlan up'");
  });
});
