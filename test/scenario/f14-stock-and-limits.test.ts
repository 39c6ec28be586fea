/** F14, Q1: limits of an account with what is used; what can be had where. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, type Request, startRegion } from './harness.ts';

describe('F14 limits of an account', () => {
  let region: Region;
  beforeAll(async () => {
    region = await startRegion({ quotas: { securityGroupsPerRegion: 7 } });
  });
  afterAll(() => region.close());

  async function attributes(...AttributeName: string[]): Promise<{ [name: string]: string[] }> {
    const { AccountAttributeItems } = await region.ok('Ecs', 'DescribeAccountAttributes', { AttributeName });
    return Object.fromEntries(
      AccountAttributeItems.AccountAttributeItem.map((item: Body) => [
        item.AttributeName,
        item.AttributeValues.ValueItem.map((value: Body) => value.Value),
      ]),
    );
  }

  it('F14 are those in force', async () => {
    expect(await attributes('max-security-groups', 'instance-network-type', 'max-elastic-network-interfaces')).toEqual({
      'max-security-groups': ['7'],
      'instance-network-type': ['vpc'],
      'max-elastic-network-interfaces': ['100'],
    });
    const all = await attributes();
    expect(Object.keys(all)).toHaveLength(15);
    expect(all['supported-postpaid-instance-types']).toHaveLength(612);
    // There is no limit of vCPUs here.
    expect(all['max-postpaid-instance-vcpu-count']).toEqual([]);
  });

  it('F14 use rises with each PostPaid instance and falls when it is released', async () => {
    const used = async () =>
      (await attributes('used-postpaid-instance-vcpu-count'))['used-postpaid-instance-vcpu-count'];
    expect(await used()).toEqual(['0']);
    const vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    const group = await region.group(vpc);
    const ids = await region.run(vswitch, group, { Amount: 2, InstanceType: 'ecs.g6.xlarge' });
    await region.run(vswitch, group, { InstanceChargeType: 'PrePaid', Period: 1 });
    expect(await used()).toEqual(['8']);
    await region.ok('Ecs', 'DeleteInstances', { InstanceId: ids, Force: true });
    await region.gone(ids);
    expect(await used()).toEqual(['0']);
  });
});

describe('Q1 what can be had', () => {
  let region: Region;
  let instance: string;
  beforeAll(async () => {
    region = await startRegion();
    const vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    [instance = ''] = await region.run(vswitch, await region.group(vpc));
  });
  afterAll(() => region.close());

  const zones = async (DestinationResource: string, request: Request = {}): Promise<Body[]> =>
    (await region.ok('Ecs', 'DescribeAvailableResource', { DestinationResource, ...request })).AvailableZones
      .AvailableZone;
  /** Values in the first zone; undefined when there is none. */
  const values = async (DestinationResource: string, request: Request = {}): Promise<string[] | undefined> =>
    (
      await zones(DestinationResource, request)
    )[0]?.AvailableResources.AvailableResource[0].SupportedResources.SupportedResource.map((one: Body) => one.Value);

  it('every zone has the same', async () => {
    const all = await zones('Zone');
    expect(all.map((zone) => zone.ZoneId)).toContain('cn-hangzhou-h');
    expect(all).toHaveLength(6);
    expect(all[0]).toMatchObject({ RegionId: 'cn-hangzhou', Status: 'Available', StatusCategory: 'WithStock' });
    expect(await zones('Zone', { ZoneId: 'cn-hangzhou-h', InstanceType: 'ecs.g5.large' })).toHaveLength(1);
    expect(await zones('Zone', { InstanceType: 'ecs.unheard.of' })).toEqual([]);
  });

  it('Q1 types by size, disk access and name', async () => {
    const four = await values('InstanceType', { Cores: 4, Memory: 16 });
    expect(four).toContain('ecs.g6.xlarge');
    expect(four).not.toContain('ecs.g6.large');
    expect(await values('InstanceType', { InstanceType: 'ecs.g6.large' })).toEqual(['ecs.g6.large']);
    const old = await values('InstanceType', { IoOptimized: 'none' });
    expect(old).toContain('ecs.t1.small');
    expect(old).not.toContain('ecs.g6.large');
    expect(await values('InstanceType')).not.toContain('ecs.t1.small');
  });

  it('ways of disk access, networks and system disks', async () => {
    expect(await values('IoOptimized')).toEqual(['optimized', 'none']);
    expect(await values('IoOptimized', { InstanceType: 'ecs.g6.large' })).toEqual(['optimized']);
    expect(await values('Network')).toEqual(['vpc']);
    expect(await values('SystemDisk', { InstanceType: 'ecs.g6.large' })).toContain('cloud_essd');
    expect(await values('SystemDisk', { InstanceType: 'ecs.g6.large', SystemDiskCategory: 'cloud_ssd' })).toEqual([
      'cloud_ssd',
    ]);
  });

  it('nothing of what is not here', async () => {
    const none: [string, Request][] = [
      ['DataDisk', { InstanceType: 'ecs.g6.large' }],
      ['ddh', {}],
      ['Network', { InstanceType: 'ecs.unheard.of' }],
      ['InstanceType', { SpotStrategy: 'SpotAsPriceGo' }],
      ['InstanceType', { ResourceType: 'ddh' }],
      ['InstanceType', { NetworkCategory: 'classic' }],
      ['InstanceType', { DataDiskCategory: 'cloud_ssd' }],
      ['InstanceType', { SystemDiskCategory: 'ephemeral_ssd' }],
      ['InstanceType', { DedicatedHostId: 'dh-1' }],
    ];
    for (const [what, request] of none)
      expect([what, request, await zones(what, request)]).toEqual([what, request, []]);
  });

  it('Q1 an instance could have every other type, in its own zone', async () => {
    const ask = async (request: Request) =>
      (
        await region.ok('Ecs', 'DescribeResourcesModification', {
          ResourceId: instance,
          DestinationResource: 'InstanceType',
          ...request,
        })
      ).AvailableZones.AvailableZone;
    const [zone, ...others] = await ask({ Cores: 2, Memory: 8 });
    expect(others).toEqual([]);
    expect(zone.ZoneId).toBe('cn-hangzhou-h');
    const [{ SupportedResources, Type }] = zone.AvailableResources.AvailableResource;
    const types = SupportedResources.SupportedResource.map((one: Body) => one.Value);
    expect([Type, types.includes('ecs.g5.large'), types.includes('ecs.g6.large')]).toEqual([
      'InstanceType',
      true,
      false,
    ]);
    expect(await ask({ ZoneId: 'cn-hangzhou-i' })).toEqual([]);
    const [disks] = await ask({ DestinationResource: 'SystemDisk', InstanceType: 'ecs.g5.large' });
    expect(disks.AvailableResources.AvailableResource[0].SupportedResources.SupportedResource[0]).toMatchObject({
      Value: 'cloud_efficiency',
      Max: 2048,
      Unit: 'GiB',
    });
  });

  it('Q1 families and what an image runs on', async () => {
    const families = async (request: Request = {}) =>
      (await region.ok('Ecs', 'DescribeInstanceTypeFamilies', request)).InstanceTypeFamilies.InstanceTypeFamily;
    const all = await families();
    expect(all).toContainEqual({ InstanceTypeFamilyId: 'ecs.g6', Generation: '' });
    expect(new Set(all.map((one: Body) => one.InstanceTypeFamilyId)).size).toBe(all.length);
    expect((await families({ Generation: 'ecs-1' })).map((one: Body) => one.InstanceTypeFamilyId)).toContain('ecs.t1');
    expect(await families({ Generation: 'ecs-6' })).toEqual([]);
    const ImageId = 'debian_9_02_64_20G_alibase_20200904.vhd';
    const { InstanceTypes } = await region.ok('Ecs', 'DescribeImageSupportInstanceTypes', { ImageId });
    expect(InstanceTypes.InstanceType).toHaveLength(612);
    expect(InstanceTypes.InstanceType).toContainEqual({
      InstanceTypeId: 'ecs.g6.large',
      InstanceTypeFamily: 'ecs.g6',
      CpuCoreCount: 2,
      MemorySize: 8,
    });
  });

  it('Q1 types with what no instance here has are none', async () => {
    const types = async (request: Request) =>
      (await region.ok('Ecs', 'DescribeInstanceTypes', { InstanceTypes: ['ecs.g6.large'], ...request })).InstanceTypes
        .InstanceType.length;
    const nothing: Request[] = [
      { MinimumGPUAmount: 1 },
      { GPUSpec: 'NVIDIA V100' },
      { GpuSpecs: ['NVIDIA V100'] },
      { LocalStorageCategory: 'local_ssd_pro' },
      { LocalStorageCategories: ['local_ssd_pro'] },
      { MinimumLocalStorageAmount: 1 },
      { MinimumLocalStorageCapacity: 1 },
      { MinimumDiskQuantity: 2 },
      { MinimumEniIpv6AddressQuantity: 1 },
      { MinimumEriQuantity: 1 },
      { MinimumQueuePairNumber: 1 },
      { NvmeSupport: 'required' },
    ];
    for (const request of nothing) expect([request, await types(request)]).toEqual([request, 0]);
    expect(
      await types({ MinimumGPUAmount: 0, MaximumGPUAmount: 0, MinimumDiskQuantity: 1, NvmeSupport: 'unsupported' }),
    ).toBe(1);
  });
});
