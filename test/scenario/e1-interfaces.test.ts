/** E1: the attributes of elastic network interfaces; an instance has addresses only through its primary one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Client, type Region, type Request, startRegion } from './harness.ts';

describe('E1 interfaces', () => {
  let region: Region;
  let vpc: string;
  let vswitch: string;
  let group: string;
  let group2: string;
  let instances: string[];
  beforeAll(async () => {
    region = await startRegion();
    vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    group = await region.group(vpc);
    group2 = await region.group(vpc);
    instances = await region.run(vswitch, group, { Amount: 12 });
  });
  afterAll(() => region.close());

  async function listed(request: object): Promise<Body[]> {
    const body = await region.ok('Ecs', 'DescribeNetworkInterfaces', { PageSize: 100, ...request });
    return body.NetworkInterfaceSets.NetworkInterfaceSet;
  }

  it("E1 the attributes of an interface that is not there, or another account's, are none", async () => {
    const [eni] = await listed({ InstanceId: instances[0] });
    const other = await region.account('other');
    const gone: [Client, Request][] = [
      [region, { NetworkInterfaceId: 'eni-unknown' }],
      [region, { NetworkInterfaceId: eni.NetworkInterfaceId, RegionId: 'cn-beijing' }],
      [region, { NetworkInterfaceId: eni.NetworkInterfaceId, Tag: [{ Key: 'k' }] }],
      [other, { NetworkInterfaceId: eni.NetworkInterfaceId }],
    ];
    for (const [client, request] of gone) {
      const body = await client.ok('Ecs', 'DescribeNetworkInterfaceAttribute', request);
      expect(Object.keys(body)).toEqual(['RequestId']);
    }
  });

  it('E1 a primary interface shows what it is and whose', async () => {
    const [id] = await region.run(vswitch, '', {
      VSwitchId: '',
      InstanceType: 'ecs.g6.2xlarge',
      ResourceGroupId: 'rg-1',
      NetworkInterface: [
        {
          InstanceType: 'Primary',
          VSwitchId: vswitch,
          SecurityGroupIds: [group2, group],
          PrimaryIpAddress: '10.0.1.100',
          NetworkInterfaceName: 'front',
          Description: 'faces the street',
          QueueNumber: 4,
        },
      ],
    });
    const [eni] = await listed({ InstanceId: id });
    expect(eni).toMatchObject({
      NetworkInterfaceName: 'front',
      Description: 'faces the street',
      Type: 'Primary',
      Status: 'InUse',
      InstanceId: id,
      Attachment: { InstanceId: id, DeviceIndex: 0 },
      VpcId: vpc,
      VSwitchId: vswitch,
      ZoneId: 'cn-hangzhou-h',
      PrivateIpAddress: '10.0.1.100',
      PrivateIpSets: { PrivateIpSet: [{ PrivateIpAddress: '10.0.1.100', Primary: true }] },
      Ipv6Sets: { Ipv6Set: [] },
      SecurityGroupIds: { SecurityGroupId: [group2, group] },
      QueueNumber: 4,
      SourceDestCheck: true,
      DeleteOnRelease: true,
      ServiceManaged: false,
      ResourceGroupId: 'rg-1',
      NetworkInterfaceTrafficMode: 'Standard',
    });
    expect(eni.MacAddress).toMatch(/^00:16:3e(:[0-9a-f]{2}){3}$/);
    expect(eni.CreationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(eni.OwnerId).toMatch(/^\d{16}$/);
    const { PrivateIpSets, ...alike } = eni;
    const attributes = await region.ok('Ecs', 'DescribeNetworkInterfaceAttribute', {
      NetworkInterfaceId: eni.NetworkInterfaceId,
      Attribute: 'basic',
    });
    expect(attributes).toMatchObject(alike);
    expect(attributes.PrivateIpSets.PrivateIpSet[0].PrivateIpAddress).toBe(
      PrivateIpSets.PrivateIpSet[0].PrivateIpAddress,
    );
    expect(attributes.NetworkInterfaceTrafficConfig).toEqual({
      NetworkInterfaceTrafficMode: 'Standard',
      QueueNumber: 4,
      QueuePairNumber: 0,
    });
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    expect(Instances.Instance[0]).toMatchObject({
      SecurityGroupIds: { SecurityGroupId: [group2, group] },
      NetworkInterfaces: {
        NetworkInterface: [
          {
            NetworkInterfaceId: eni.NetworkInterfaceId,
            MacAddress: eni.MacAddress,
            Type: 'Primary',
            PrimaryIpAddress: '10.0.1.100',
            PrivateIpSets: { PrivateIpSet: [{ PrivateIpAddress: '10.0.1.100', Primary: true }] },
          },
        ],
      },
      VpcAttributes: { VpcId: vpc, VSwitchId: vswitch, PrivateIpAddress: { IpAddress: ['10.0.1.100'] } },
    });
    const port = region.driver.applied(vpc)?.ports.find((each) => each.id === eni.NetworkInterfaceId);
    expect(port).toMatchObject({ guestId: id, mac: eni.MacAddress, queues: 4, deviceIndex: 0, forwards: false });
  });

  it('E1 an interface has the queues of its type unless fewer are asked for', async () => {
    const [eni] = await listed({ InstanceId: instances[0] });
    expect(eni.QueueNumber).toBe(2);
  });

  it('E1 interfaces are found by every filter', async () => {
    const all = await listed({ VpcId: vpc });
    const one = all.find((eni) => eni.InstanceId === instances[3]);
    const ids = (list: Body[]) => list.map((eni) => eni.NetworkInterfaceId);
    const only = [one.NetworkInterfaceId];
    expect(ids(await listed({ NetworkInterfaceId: only }))).toEqual(only);
    expect(ids(await listed({ InstanceId: instances[3] }))).toEqual(only);
    expect(ids(await listed({ PrimaryIpAddress: one.PrivateIpAddress }))).toEqual(only);
    expect(ids(await listed({ VpcId: vpc, Status: 'InUse', PrivateIpAddress: [one.PrivateIpAddress] }))).toEqual(only);
    expect(await listed({ VSwitchId: vswitch, Type: 'Primary', SecurityGroupId: group })).toHaveLength(all.length);
    const nothing = [
      { Type: 'Secondary' },
      { Status: 'Available' },
      { VpcId: 'vpc-unknown' },
      { NetworkInterfaceId: ['eni-unknown'] },
      { PrivateIpAddress: ['10.0.1.250'] },
      { PrimaryIpAddress: 'nonsense' },
      { Ipv6Address: ['2001:db8::1'] },
      { ServiceManaged: true },
      { SecurityGroupId: 'sg-unknown' },
      { Tag: [{ Key: 'none' }] },
      { NetworkInterfaceName: 'none' },
      { RegionId: 'cn-beijing' },
    ];
    for (const request of nothing) expect(await listed(request)).toEqual([]);
  });

  it('E1 both styles of paging show every interface once', async () => {
    const all = new Set((await listed({ VpcId: vpc })).map((eni) => eni.NetworkInterfaceId));
    const byToken: string[] = [];
    let NextToken: string | undefined;
    do {
      const body: Body = await region.ok('Ecs', 'DescribeNetworkInterfaces', { VpcId: vpc, MaxResults: 10, NextToken });
      expect(body.PageSize).toBe(10);
      byToken.push(...body.NetworkInterfaceSets.NetworkInterfaceSet.map((eni: Body) => eni.NetworkInterfaceId));
      NextToken = body.NextToken;
    } while (NextToken);
    expect(byToken).toHaveLength(all.size);
    expect(new Set(byToken)).toEqual(all);
    const page = await region.ok('Ecs', 'DescribeNetworkInterfaces', { VpcId: vpc, PageSize: 5, PageNumber: 3 });
    expect(page).toMatchObject({ TotalCount: all.size, PageNumber: 3, PageSize: 5, NextToken: '' });
    expect(page.NetworkInterfaceSets.NetworkInterfaceSet).toHaveLength(all.size - 10);
    const most = await region.ok('Ecs', 'DescribeNetworkInterfaces', { VpcId: vpc, MaxResults: 5000 });
    expect(most.PageSize).toBe(500);
  });
});

describe('A1 instances in lists', () => {
  let region: Region;
  let vpc: string;
  let group: string;
  let web: string;
  let database: string;
  beforeAll(async () => {
    region = await startRegion();
    vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    const vswitch2 = await region.vswitch(vpc, '10.0.2.0/24', { ZoneId: 'cn-hangzhou-i' });
    group = await region.group(vpc);
    const group2 = await region.group(vpc);
    [web = ''] = await region.run(vswitch, group, {
      InstanceName: 'web-1',
      KeyPairName: 'mine',
      PrivateIpAddress: '10.0.1.5',
      Tag: [{ Key: 'tier', Value: 'web' }],
      HttpTokens: 'required',
    });
    [database = ''] = await region.run(vswitch2, group2, {
      InstanceName: 'db-1',
      InstanceType: 'ecs.t1.small',
      ImageId: 'centos_7_03_64_20G_alibase_20200904.vhd',
      ResourceGroupId: 'rg-2',
      InstanceChargeType: 'PrePaid',
      Period: 1,
      InternetChargeType: 'PayByBandwidth',
    });
    await region.ok('Ecs', 'StopInstance', { InstanceId: database });
    await region.reach([database], 'Stopped');
  });
  afterAll(() => region.close());

  it('A1 instances are found by every filter', async () => {
    const found = async (request: object) => {
      const { Instances } = await region.ok('Ecs', 'DescribeInstances', request as never);
      return Instances.Instance.map((each: Body) => each.InstanceId);
    };
    const both = await found({ VpcId: vpc });
    expect([...both].sort()).toEqual([web, database].sort());
    const onlyWeb: object[] = [
      { InstanceIds: JSON.stringify([web]) },
      { InstanceName: 'web-1' },
      { InstanceName: 'web*' },
      { Status: 'Running' },
      { ZoneId: 'cn-hangzhou-h' },
      { SecurityGroupId: group },
      { InstanceType: 'ecs.g6.large' },
      { InstanceTypeFamily: 'ecs.g6' },
      { ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd' },
      { InstanceNetworkType: 'vpc', VpcId: vpc, PrivateIpAddresses: JSON.stringify(['10.0.1.5', '10.9.9.9']) },
      { KeyPairName: 'mine' },
      { InstanceChargeType: 'PostPaid' },
      { InternetChargeType: 'PayByTraffic' },
      { HttpTokens: 'required' },
      { Filter: [{ Key: 'ExpiredStartTime', Value: '2098-01-01T00:00Z' }] },
      { IoOptimized: true },
      { Tag: [{ Key: 'tier', Value: 'web' }] },
    ];
    for (const request of onlyWeb) expect([request, await found(request)]).toEqual([request, [web]]);
    const onlyDatabase: object[] = [
      { Status: 'Stopped' },
      { InstanceName: '*b-1', ZoneId: 'cn-hangzhou-i' },
      { ResourceGroupId: 'rg-2' },
      { IoOptimized: false },
      { InstanceChargeType: 'PrePaid' },
      { Filter: [{ Key: 'ExpiredEndTime', Value: '2098-01-01T00:00Z' }] },
    ];
    for (const request of onlyDatabase) expect([request, await found(request)]).toEqual([request, [database]]);
    const nobody: object[] = [
      { InstanceIds: JSON.stringify(['i-unknown']) },
      { InstanceIds: '[]' },
      { InstanceIds: JSON.stringify([web]), Status: 'Stopped' },
      { InstanceName: 'web' },
      { InstanceNetworkType: 'classic' },
      { PublicIpAddresses: '["1.2.3.4"]' },
      { EipAddresses: '["1.2.3.4"]' },
      { LockReason: 'security' },
      { Filter: [{ Key: 'CreationStartTime', Value: '2099-01-01T00:00Z' }] },
      { Filter: [{ Key: 'CreationEndTime', Value: '2000-01-01T00:00Z' }] },
      { RegionId: 'cn-beijing' },
    ];
    for (const request of nobody) expect([request, await found(request)]).toEqual([request, []]);
    const since = { Filter: [{ Key: 'CreationStartTime', Value: '2000-01-01T00:00Z' }] };
    expect(await found(since)).toEqual(both);
  });

  it('A1 both styles of paging show every instance once, also with conditions that no column answers', async () => {
    for (const condition of [{}, { HttpEndpoint: 'enabled' }]) {
      const first = await region.ok('Ecs', 'DescribeInstances', { ...condition, MaxResults: 1 });
      expect(first).toMatchObject({ PageSize: 1, TotalCount: 2 });
      const NextToken = first.NextToken;
      const second = await region.ok('Ecs', 'DescribeInstances', { ...condition, MaxResults: 1, NextToken });
      expect(second.NextToken).toBe('');
      const page = await region.ok('Ecs', 'DescribeInstances', { ...condition, PageSize: 1, PageNumber: 2 });
      expect(page).toMatchObject({ TotalCount: 2, PageNumber: 2, PageSize: 1, NextToken: '' });
      expect(page.Instances.Instance).toEqual(second.Instances.Instance);
      const ids = [first, second].map((body) => body.Instances.Instance[0].InstanceId);
      expect(ids.sort()).toEqual([web, database].sort());
    }
    const statuses = await region.ok('Ecs', 'DescribeInstanceStatus', { PageSize: 1, PageNumber: 2 });
    expect(statuses).toMatchObject({ TotalCount: 2, PageNumber: 2, PageSize: 1 });
    expect((await region.ok('Ecs', 'DescribeInstanceStatus', { ZoneId: 'cn-hangzhou-i' })).InstanceStatuses).toEqual({
      InstanceStatus: [{ InstanceId: database, Status: 'Stopped' }],
    });
  });
});
