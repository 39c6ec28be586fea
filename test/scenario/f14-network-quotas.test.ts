/** F14: creation fails exactly at limit + 1, and there is room again after a deletion. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Region, startRegion } from './harness.ts';

describe('F14 quotas of VPCs and VSwitches', () => {
  let region: Region;
  beforeAll(async () => {
    region = await startRegion({ quotas: { vpcsPerRegion: 2, vswitchesPerVpc: 3 } });
  });
  afterAll(() => region.close());

  it('F14: VPCs count by region and account', async () => {
    const first = await region.vpc();
    await region.vpc();
    expect(await region.refused('Vpc', 'CreateVpc')).toMatchObject({ code: 'QuotaExceeded.Vpc', status: 400 });
    await region.ok('Vpc', 'CreateVpc', { RegionId: 'cn-beijing' });
    const other = await region.account('quota');
    await other.vpc();
    await region.ok('Vpc', 'DeleteVpc', { VpcId: first });
    const again = await region.vpc();
    expect(await region.refused('Vpc', 'CreateVpc')).toMatchObject({ code: 'QuotaExceeded.Vpc' });
    await region.ok('Vpc', 'DeleteVpc', { VpcId: again });
  });

  it('F14: VSwitches count by VPC', async () => {
    const VpcId = await region.vpc();
    const made = [];
    for (const part of [1, 2, 3]) made.push(await region.vswitch(VpcId, `10.0.${part}.0/24`));
    const fourth = { VpcId, CidrBlock: '10.0.4.0/24', ZoneId: 'cn-hangzhou-h' };
    expect(await region.refused('Vpc', 'CreateVSwitch', fourth)).toMatchObject({
      code: 'QuotaExceeded.VSwitch',
      status: 400,
    });
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId: made[1] });
    await region.vswitch(VpcId, '10.0.4.0/24');
  });

  it('F14: of many creations at once exactly as many succeed as there is room', async () => {
    const client = await region.account('crowd');
    const calls = await Promise.all(Array.from({ length: 8 }, () => client.call('Vpc', 'CreateVpc')));
    expect(calls.filter((call) => call.status === 200)).toHaveLength(2);
    expect(calls.filter((call) => call.body.Code === 'QuotaExceeded.Vpc')).toHaveLength(6);
  });
});
