/** A3, F14, X8: what is bought, what is listed, whose it is, and where the pool ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCidr } from '../../src/values/cidr.ts';
import { type Body, type Client, type Region, startRegion } from './harness.ts';

describe('A3 EIPs as they are listed', () => {
  let region: Region;
  let instance: string;
  let ids: string[];
  beforeAll(async () => {
    region = await startRegion();
    const vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    [instance = ''] = await region.run(vswitch, await region.group(vpc));
    ids = [];
    for (const request of [
      { Name: 'one', Description: 'first', ResourceGroupId: 'rg-1', Tag: [{ Key: 'k', Value: 'v' }] },
      { Name: 'two', InternetChargeType: 'PayByTraffic', Bandwidth: '200', Tag: [{ Key: 'k', Value: 'w' }] },
      { Name: 'two', InstanceChargeType: 'PrePaid', Period: 2, PricingCycle: 'Year', Netmode: 'public' },
    ]) {
      ids.push((await region.eip(request)).id);
      await region.ok('Yunlan', 'MoveClock', { Seconds: 120 });
    }
    await region.associate(ids[0]!, instance);
  });
  afterAll(() => region.close());

  const list = async (request: object = {}, client: Client = region): Promise<Body> =>
    client.ok('Vpc', 'DescribeEipAddresses', request as never);
  /** Which of the three a request lists: their numbers, newest first as answered. */
  const found = async (request: object) => {
    const { EipAddresses, TotalCount } = await list(request);
    const numbers = EipAddresses.EipAddress.map((each: Body) => ids.indexOf(each.AllocationId));
    expect(TotalCount).toBe(numbers.length);
    return numbers;
  };

  it('A3 tells everything of each', async () => {
    const { EipAddresses } = await list({ AllocationId: ids[0]! });
    const [eip] = EipAddresses.EipAddress;
    expect(eip).toMatchObject({
      AllocationId: ids[0],
      Name: 'one',
      Description: 'first',
      RegionId: 'cn-hangzhou',
      Status: 'InUse',
      InstanceId: instance,
      Bandwidth: '5',
      EipBandwidth: '5',
      InternetChargeType: 'PayByBandwidth',
      ChargeType: 'PostPaid',
      ExpiredTime: '',
      ISP: 'BGP',
      Netmode: 'public',
      Mode: 'NAT',
      ResourceGroupId: 'rg-1',
      BusinessStatus: 'Normal',
      DeletionProtection: false,
      HDMonitorStatus: 'OFF',
      ServiceManaged: 0,
      OperationLocks: { LockReason: [] },
      Tags: { Tag: [{ Key: 'k', Value: 'v' }] },
    });
    expect(eip.IpAddress).toMatch(/^198\.1[89]\.\d+\.\d+$/);
    expect(eip.AllocationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('A3 finds by every condition', async () => {
    const all = (await list()).EipAddresses.EipAddress as Body[];
    const address = (n: number) => all.find((each) => each.AllocationId === ids[n]).IpAddress;
    expect(await found({})).toEqual([2, 1, 0]);
    expect(await found({ AllocationId: `${ids[0]},${ids[2]}` })).toEqual([2, 0]);
    expect(await found({ EipAddress: `${address(1)},198.19.9.9` })).toEqual([1]);
    expect(await found({ EipAddress: 'nonsense' })).toEqual([]);
    expect(await found({ EipName: 'two' })).toEqual([2, 1]);
    expect(await found({ Status: 'InUse' })).toEqual([0]);
    expect(await found({ Status: 'Available' })).toEqual([2, 1]);
    expect(await found({ Status: 'Releasing' })).toEqual([]);
    expect(await found({ ChargeType: 'PrePaid' })).toEqual([2]);
    expect(await found({ ISP: 'BGP' })).toEqual([2, 1, 0]);
    expect(await found({ ISP: 'BGP_PRO' })).toEqual([]);
    expect(await found({ ResourceGroupId: 'rg-1' })).toEqual([0]);
    expect(await found({ AssociatedInstanceType: 'EcsInstance', AssociatedInstanceId: instance })).toEqual([0]);
    expect(await found({ AssociatedInstanceId: instance })).toEqual([0]);
    expect(await found({ AssociatedInstanceType: 'EcsInstance' })).toEqual([0]);
    expect(await found({ AssociatedInstanceType: 'Nat' })).toEqual([]);
    expect(await found({ AssociatedInstanceType: 'Nat', AssociatedInstanceId: instance })).toEqual([]);
    expect(await found({ Tag: [{ Key: 'k' }] })).toEqual([1, 0]);
    expect(await found({ Tag: [{ Key: 'k', Value: 'w' }] })).toEqual([1]);
    expect(await found({ Tag: [{ Key: 'k', Value: 'w' }], AllocationId: ids[0] })).toEqual([]);
    for (const nothing of [
      { LockReason: 'financial' },
      { PublicIpAddressPoolId: 'pippool-1' },
      { SegmentInstanceId: 'eipsg-1' },
      { SecurityProtectionEnabled: true },
      { ServiceManaged: true },
      { RegionId: 'cn-beijing' },
    ]) {
      expect(await found(nothing)).toEqual([]);
    }
    expect(await found({ SecurityProtectionEnabled: false, ServiceManaged: false })).toEqual([2, 1, 0]);
    const minute = (n: number) => `${all.find((each) => each.AllocationId === ids[n]).AllocationTime.slice(0, 16)}Z`;
    expect(await found({ Filter: [{ Key: 'CreationStartTime', Value: minute(1) }] })).toEqual([2, 1]);
    expect(await found({ Filter: [{ Key: 'CreationStartTime', Value: '2099-01-01T00:00Z' }] })).toEqual([]);
    expect(await region.refused('Vpc', 'DescribeEipAddresses', { DryRun: true })).toMatchObject({
      code: 'DryRunOperation',
    });
  });

  it('A3 is read in pages, each with the whole count', async () => {
    const page = async (PageNumber: number, more: object = {}) => {
      const body = await list({ PageNumber, PageSize: 2, ...more });
      expect(body).toMatchObject({ PageNumber, PageSize: 2, TotalCount: 3 });
      return body.EipAddresses.EipAddress.map((each: Body) => ids.indexOf(each.AllocationId));
    };
    expect([await page(1), await page(2), await page(3)]).toEqual([[2, 1], [0], []]);
    const since = { Filter: [{ Key: 'CreationStartTime', Value: '2000-01-01T00:00Z' }] };
    expect([await page(1, since), await page(2, since)]).toEqual([[2, 1], [0]]);
  });

  it('X8 another account sees and changes nothing of it', async () => {
    const other = await region.account('eip-other');
    expect(await list({}, other)).toMatchObject({ TotalCount: 0, EipAddresses: { EipAddress: [] } });
    const before = await region.snapshot();
    const notFound = { code: 'InvalidAllocationId.NotFound', status: 404 };
    for (const [action, request] of [
      ['AssociateEipAddress', { InstanceId: instance }],
      ['UnassociateEipAddress', {}],
      ['ModifyEipAddressAttribute', { Bandwidth: '1' }],
      ['ReleaseEipAddress', {}],
    ] as const) {
      expect(await other.refused('Vpc', action, { AllocationId: ids[0]!, ...request })).toMatchObject(notFound);
    }
    expect(await region.snapshot()).toEqual(before);
    const own = await other.eip();
    const request = { AllocationId: own.id, InstanceId: instance };
    expect(await other.refused('Vpc', 'AssociateEipAddress', request)).toMatchObject({
      code: 'InvalidInstanId.NotFound',
    });
    await other.ok('Vpc', 'ReleaseEipAddress', { AllocationId: own.id });
  });

  it('X8 the same ClientToken buys, associates and takes off once', async () => {
    const token = { ClientToken: 'once-eip' };
    const first = await region.eip(token);
    expect(await region.eip(token)).toEqual(first);
    expect(await region.refused('Vpc', 'AllocateEipAddress', { ...token, Bandwidth: '6' })).toMatchObject({
      code: 'IdempotentParameterMismatch',
    });
    const before = await list();
    expect(before.TotalCount).toBe(4);
    await region.ok('Vpc', 'UnassociateEipAddress', { AllocationId: ids[0]!, ClientToken: 'off' });
    await region.ok('Vpc', 'UnassociateEipAddress', { AllocationId: ids[0]!, ClientToken: 'off' });
    await region.eipReaches(ids[0]!, 'Available');
    const associate = { AllocationId: first.id, InstanceId: instance, ClientToken: 'on' };
    await region.ok('Vpc', 'AssociateEipAddress', associate);
    await region.ok('Vpc', 'AssociateEipAddress', associate);
    await region.eipReaches(first.id, 'InUse');
  });
});

describe('A3 the pool of public addresses', () => {
  let region: Region;
  beforeAll(async () => {
    const pool = ['198.51.100.0/29', '203.0.113.8/30'].map((text) => parseCidr(text)!);
    region = await startRegion({ quotas: { eipsPerAccount: 6 }, publicEdge: { pool } });
  });
  afterAll(() => region.close());

  it('F14 X4 gives each address once over all regions and accounts, ends at the quota, then at the pool', async () => {
    const other = await region.account('neighbour');
    const mine = [];
    for (const RegionId of ['cn-hangzhou', 'cn-beijing', 'cn-hangzhou', 'cn-beijing', 'cn-hangzhou', 'cn-beijing']) {
      mine.push(await region.eip({ RegionId }));
    }
    expect(mine.map(({ address }) => address)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `198.51.100.${n}`));
    const full = await region.refused('Vpc', 'AllocateEipAddress');
    expect(full).toMatchObject({ code: 'QuotaExceeded.Eip', status: 400 });
    expect(full.message).toContain('6 of at most 6');

    const theirs = [await other.eip(), await other.eip()];
    expect(theirs.map(({ address }) => address)).toEqual(['203.0.113.9', '203.0.113.10']);
    const before = await region.snapshot();
    expect(await other.refused('Vpc', 'AllocateEipAddress')).toMatchObject({ code: 'ReserveIpFail', status: 400 });
    for (const IpAddress of ['198.51.100.3', '198.51.100.0', '198.51.100.7', '203.0.113.11', '192.0.2.10']) {
      const refused = await other.refused('Vpc', 'AllocateEipAddress', { IpAddress });
      expect(refused).toMatchObject({ code: 'ReserveIpFail', status: 400 });
      expect(refused.message).toContain('IpAddress');
    }
    expect(await region.snapshot()).toEqual(before);

    const released = mine[2]!;
    await region.ok('Vpc', 'ReleaseEipAddress', { AllocationId: released.id });
    expect((await other.eip()).address).toBe(released.address);
    await region.ok('Vpc', 'ReleaseEipAddress', { AllocationId: mine[0]!.id, RegionId: 'cn-hangzhou' });
    await region.ok('Vpc', 'ReleaseEipAddress', { AllocationId: mine[4]!.id });
    expect((await other.eip({ IpAddress: mine[0]!.address })).address).toBe(mine[0]!.address);
    expect((await region.eip()).address).toBe(mine[4]!.address);
    const rows = await region.server.store.read((reader) => reader.find('eip', {}));
    expect(new Set(rows.map((row) => row.address)).size).toBe(8);
  });
});
