/** Q1 and E12: what regions, zones, instance types and images tell over the API. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

describe('Q1 catalogues of instance types and images', () => {
  let region: Region;
  beforeAll(async () => {
    region = await startRegion();
  });
  afterAll(() => region.close());

  const types = async (request: object = {}): Promise<Body[]> =>
    (await region.ok('Ecs', 'DescribeInstanceTypes', request as Body)).InstanceTypes.InstanceType;
  const images = (request: object = {}): Promise<Body> =>
    region.ok('Ecs', 'DescribeImages', { PageSize: 100, ...request });

  it('Q1: all 612 instance types are told, with the queues of primary and secondary ENIs', async () => {
    expect(await types()).toHaveLength(612);
    const [g6] = await types({ InstanceTypes: ['ecs.g6.4xlarge'] });
    expect(g6).toMatchObject({
      InstanceTypeId: 'ecs.g6.4xlarge',
      PrimaryEniQueueNumber: 8,
      SecondaryEniQueueNumber: 8,
      EniQuantity: 8,
      EniPrivateIpAddressQuantity: 20,
      InstanceBandwidthRx: 5_120_000,
    });
    const many = await types({ MinimumPrimaryEniQueueNumber: 32, MinimumEniQuantity: 8 });
    expect(many.length).toBeGreaterThan(0);
    expect(many.every((type) => type.PrimaryEniQueueNumber >= 32 && type.EniQuantity >= 8)).toBe(true);
    expect(await types({ InstanceTypeFamily: 'ecs.t5', MaximumMemorySize: 0.5 })).toMatchObject([
      { InstanceTypeId: 'ecs.t5-lc2m1.nano', InstanceFamilyLevel: 'CreditEntryLevel' },
    ]);
    expect(await types({ CpuArchitecture: 'ARM' })).toEqual([]);
  });

  it('Q1: instance types come token by token', async () => {
    const seen = new Set<string>();
    let calls = 0;
    let NextToken: string | undefined;
    do {
      const body = await region.ok('Ecs', 'DescribeInstanceTypes', {
        MaxResults: 100,
        ...(NextToken ? { NextToken } : {}),
      });
      for (const type of body.InstanceTypes.InstanceType) seen.add(type.InstanceTypeId);
      NextToken = body.NextToken;
      calls += 1;
    } while (NextToken);
    expect(seen.size).toBe(612);
    expect(calls).toBe(7);
  });

  it('Q1: images tell whether multi-queue is supported and on; E12: who configures secondary ENIs', async () => {
    const body = await images();
    expect(body.TotalCount).toBe(body.Images.Image.length);
    const told = (name: string): string =>
      body.Images.Image.find((image: Body) => image.OSNameEn.startsWith(name))?.Description;
    expect(told('CentOS  7.3')).toContain(
      'NIC multi-queue: yes, on by default. Secondary ENIs are configured by the system itself.',
    );
    expect(told('Red Hat Enterprise Linux  7.4')).toContain(
      'NIC multi-queue: yes, off by default. Secondary ENIs are configured by hand.',
    );
    expect(told('Windows Server  2016')).toContain('by the system itself');
    for (const image of body.Images.Image) expect(image.Description).toContain('namespace instances');
  });

  it('images are found by what is asked', async () => {
    const found = async (request: object): Promise<string[]> =>
      (await images(request)).Images.Image.map((image: Body) => image.Platform);
    expect(new Set(await found({ OSType: 'windows' })).size).toBe(3);
    expect(await found({ ImageName: 'ubuntu_18' })).toEqual(['Ubuntu']);
    expect(await found({ ImageFamily: 'acs:debian_9_2_x64' })).toEqual(['Debian']);
    expect(await found({ ImageId: 'm-none' })).toEqual([]);
    expect(await found({ ImageOwnerAlias: 'self' })).toEqual([]);
    expect(await found({ Architecture: 'arm64' })).toEqual([]);
    expect((await found({ InstanceType: 'ecs.g6.large', ImageOwnerAlias: 'system' })).length).toBe(
      (await images()).TotalCount,
    );
    expect(await found({ Status: 'Deprecated,UnAvailable' })).toEqual([]);
    expect((await found({ Status: 'Available,Creating' })).length).toBe((await images({ Status: 'ALL' })).TotalCount);
    expect(await found({ Usage: 'instance' })).toEqual([]);
    const page = await images({ PageSize: 4, PageNumber: 2 });
    expect(page).toMatchObject({ PageNumber: 2, PageSize: 4, RegionId: 'cn-hangzhou' });
    expect(page.Images.Image).toHaveLength(4);
  });

  it('an image that an instance has is told to be used', async () => {
    const VpcId = await region.vpc();
    const vswitch = await region.vswitch(VpcId, '10.0.1.0/24');
    await region.run(vswitch, await region.group(VpcId));
    const used = (await images({ Usage: 'instance' })).Images.Image;
    expect(used).toMatchObject([{ Platform: 'Aliyun', Usage: 'instance' }]);
  });

  it('regions and zones are told in English and Chinese, with this server as their endpoint', async () => {
    const host = new URL(region.endpoint).host;
    const english = await region.ok('Ecs', 'DescribeRegions', { AcceptLanguage: 'en-US' });
    expect(english.Regions.Region).toContainEqual({
      RegionId: 'cn-hangzhou',
      LocalName: 'China (Hangzhou)',
      RegionEndpoint: host,
      Status: 'available',
    });
    const chinese = await region.ok('Vpc', 'DescribeRegions');
    expect(chinese.Regions.Region).toContainEqual({
      RegionId: 'cn-hangzhou',
      LocalName: '华东1（杭州）',
      RegionEndpoint: host,
    });

    const zones = (await region.ok('Ecs', 'DescribeZones', { AcceptLanguage: 'en-US' })).Zones.Zone;
    const zone = zones.find((each: Body) => each.ZoneId === 'cn-hangzhou-h');
    expect(zone).toMatchObject({ LocalName: 'Hangzhou Zone H', ZoneType: 'AvailabilityZone' });
    expect(zone.AvailableResourceCreation.ResourceTypes).toContain('VSwitch');
    expect(zone.AvailableInstanceTypes.InstanceTypes).toHaveLength(612);
    const brief = await region.ok('Ecs', 'DescribeZones', { Verbose: false });
    expect(Object.keys(brief.Zones.Zone[0]).sort()).toEqual(['LocalName', 'ZoneId', 'ZoneType']);
    const vpcZones = (await region.ok('Vpc', 'DescribeZones', { RegionId: 'us-west-1' })).Zones.Zone;
    expect(vpcZones.map((each: Body) => each.ZoneId)).toEqual(['us-west-1a', 'us-west-1b']);
    expect((await region.ok('Vpc', 'DescribeZones', { ZoneType: 'EdgeZone' })).Zones.Zone).toEqual([]);
  });

  it('the Location product answers this server for what it serves, and nothing for the rest', async () => {
    const ask = (ServiceCode: string, Id = 'cn-hangzhou'): Promise<Body> =>
      region.ok('Location', 'DescribeEndpoints', { Id, ServiceCode, Type: 'openAPI' });
    expect(await ask('ecs', 'cn-beijing')).toMatchObject({
      Success: true,
      Endpoints: {
        Endpoint: [
          {
            Endpoint: new URL(region.endpoint).host,
            Id: 'cn-beijing',
            SerivceCode: 'ecs',
            Protocols: { Protocols: ['HTTP'] },
          },
        ],
      },
    });
    expect((await ask('vpc')).Endpoints.Endpoint).toHaveLength(1);
    expect((await ask('rds')).Endpoints.Endpoint).toEqual([]);
    expect(await region.refused('Location', 'DescribeEndpoints', { Id: 'mars-1', ServiceCode: 'ecs' })).toMatchObject({
      code: 'InvalidRegionId.NotFound',
    });
  });
});
