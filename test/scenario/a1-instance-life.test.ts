/** A1, X8: the life of an instance as the API shows it, step by step with the driver held. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { type Body, type Region, startRegion } from './harness.ts';

const IMAGE = { InstanceType: 'ecs.g6.xlarge', ImageId: 'ubuntu_18_04_x64_20G_alibase_20200904.vhd' };

describe('A1 life of an instance', () => {
  let gate: Gate;
  let region: Region;
  let vswitch: string;
  let group: string;
  beforeEach(async () => {
    gate = new Gate();
    region = await startRegion({ failures: gate.pass });
    const vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    group = await region.group(vpc);
  });
  afterEach(async () => {
    gate.letGo('apply', 'start', 'stop', 'destroy');
    await region.close();
  });

  async function shown(id: string): Promise<Body> {
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    return Instances.Instance[0];
  }

  async function status(id: string): Promise<string | undefined> {
    const { InstanceStatuses } = await region.ok('Ecs', 'DescribeInstanceStatus', { InstanceId: [id] });
    return InstanceStatuses.InstanceStatus[0]?.Status;
  }

  async function eniStatus(id: string): Promise<string> {
    const { NetworkInterfaceSets } = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: id });
    return NetworkInterfaceSets.NetworkInterfaceSet[0].Status;
  }

  async function begin(request: object = {}): Promise<string> {
    const body = await region.ok('Ecs', 'RunInstances', {
      ...IMAGE,
      VSwitchId: vswitch,
      SecurityGroupId: group,
      ...request,
    });
    return body.InstanceIdSets.InstanceIdSet[0];
  }

  const refusedNow = async (id: string, ...actions: string[]) => {
    for (const action of actions) {
      expect(await region.refused('Ecs', action, { InstanceId: id })).toMatchObject({
        code: 'IncorrectInstanceStatus',
        status: 403,
      });
    }
  };

  it('A1 Pending → Starting → Running → Stopping → Stopped → Starting → Running → gone', async () => {
    gate.hold('apply', 'start', 'stop');
    const id = await begin();
    expect(await status(id)).toBe('Pending');
    expect((await shown(id)).Status).toBe('Pending');
    expect(await eniStatus(id)).toBe('Attaching');
    await refusedNow(id, 'StartInstance', 'StopInstance', 'RebootInstance');
    expect(await region.refused('Ecs', 'DeleteInstance', { InstanceId: id, Force: true })).toMatchObject({
      code: 'IncorrectInstanceStatus.Initializing',
      status: 403,
    });

    gate.letGo('apply');
    await region.until(async () => (await status(id)) === 'Starting');
    expect(await eniStatus(id)).toBe('InUse');
    await refusedNow(id, 'StartInstance', 'StopInstance', 'RebootInstance', 'DeleteInstance');
    gate.letGo('start');
    await region.until(async () => (await status(id)) === 'Running');
    expect((await shown(id)).StartTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);

    await region.ok('Ecs', 'StopInstance', { InstanceId: id, StoppedMode: 'StopCharging' });
    expect(await status(id)).toBe('Stopping');
    expect((await shown(id)).StoppedMode).toBe('Not-applicable');
    await refusedNow(id, 'StartInstance', 'StopInstance', 'RebootInstance', 'DeleteInstance');
    gate.letGo('stop');
    await region.until(async () => (await status(id)) === 'Stopped');
    expect((await shown(id)).StoppedMode).toBe('StopCharging');
    await refusedNow(id, 'StopInstance', 'RebootInstance');

    gate.hold('start');
    await region.ok('Ecs', 'StartInstance', { InstanceId: id });
    expect(await status(id)).toBe('Starting');
    gate.letGo('start');
    await region.until(async () => (await status(id)) === 'Running');

    gate.hold('stop');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id, Force: true });
    expect(await status(id)).toBe('Stopping');
    await refusedNow(id, 'StartInstance', 'DeleteInstance');
    expect(await region.refused('Ecs', 'DeleteInstance', { InstanceId: id, Force: true })).toMatchObject({
      code: 'IncorrectInstanceStatus',
    });
    gate.letGo('stop');
    await region.until(async () => (await status(id)) === undefined);
  });

  it('A1 a restart ends the guest and starts it again, once', async () => {
    const id = await begin();
    await region.reach([id], 'Running');
    const starts = region.driver.count('start');
    gate.hold('stop', 'start');
    await region.ok('Ecs', 'RebootInstance', { InstanceId: id, ForceStop: true });
    expect(await status(id)).toBe('Stopping');
    await refusedNow(id, 'RebootInstance', 'StopInstance', 'StartInstance');
    gate.letGo('stop');
    await region.until(async () => (await status(id)) === 'Starting');
    gate.letGo('start');
    await region.until(async () => (await status(id)) === 'Running');
    await region.server.reconciler.settled();
    expect(region.driver.count('start')).toBe(starts + 1);
  });

  it('A1 releasing an instance takes its interface, address, memberships and tags', async () => {
    const before = await region.snapshot();
    const id = await begin({ Tag: [{ Key: 'row', Value: 'a1' }] });
    await region.reach([id], 'Running');
    await region.ok('Ecs', 'StopInstance', { InstanceId: id });
    await region.reach([id], 'Stopped');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id });
    await region.gone([id]);
    const after = await region.snapshot();
    const kept = ({ journal, network_state, vswitch, ...rest }: typeof before) => rest;
    expect(kept(after)).toEqual(kept(before));
    const [vpcId] = after.vpc!.map((row) => (row as { id: string }).id);
    expect(region.driver.applied(vpcId!)?.ports).toEqual([]);
  });

  it('A1 X4 a stopped instance keeps its address until its card is unplugged in reality', async () => {
    const id = await begin({ PrivateIpAddress: '10.0.1.9' });
    await region.reach([id], 'Running');
    gate.hold('apply');
    await region.ok('Ecs', 'StopInstance', { InstanceId: id });
    await region.reach([id], 'Stopped');
    gate.hold('stop');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id });
    await refusedNow(id, 'StartInstance', 'StopInstance', 'RebootInstance', 'DeleteInstance');
    expect(await status(id)).toBe('Stopped');
    expect(
      await region.refused('Ecs', 'RunInstances', {
        ...IMAGE,
        VSwitchId: vswitch,
        SecurityGroupId: group,
        PrivateIpAddress: '10.0.1.9',
      }),
    ).toMatchObject({ code: 'InvalidPrivateIpAddress.Duplicated' });
    gate.letGo('apply');
    await region.gone([id]);
    gate.letGo('stop');
    const again = await begin({ PrivateIpAddress: '10.0.1.9' });
    await region.reach([again], 'Running');
  });

  it('A1 shows what was asked for', async () => {
    const id = await begin({
      InstanceName: 'web',
      HostName: 'web.example',
      Description: 'front end',
      UserData: Buffer.from('#!/bin/sh\necho ready\n').toString('base64'),
      KeyPairName: 'mine',
      Password: 'Secret-123',
      DeletionProtection: true,
      ResourceGroupId: 'rg-1',
      CreditSpecification: 'Standard',
      HttpTokens: 'required',
      Tag: [{ Key: 'row', Value: 'a1' }],
      SystemDisk: { Category: 'cloud_essd', Size: 40 },
      IoOptimized: 'optimized',
      InternetMaxBandwidthOut: 0,
      SpotStrategy: 'NoSpot',
      Ipv6AddressCount: 0,
    });
    await region.reach([id], 'Running');
    const instance = await shown(id);
    expect(instance).toMatchObject({
      InstanceId: id,
      InstanceName: 'web',
      HostName: 'web.example',
      Description: 'front end',
      RegionId: 'cn-hangzhou',
      ZoneId: 'cn-hangzhou-h',
      InstanceType: 'ecs.g6.xlarge',
      InstanceTypeFamily: 'ecs.g6',
      Cpu: 4,
      Memory: 16384,
      IoOptimized: true,
      ImageId: IMAGE.ImageId,
      OSType: 'linux',
      OSName: 'Ubuntu  18.04 64 bit',
      InstanceNetworkType: 'vpc',
      KeyPairName: 'mine',
      DeletionProtection: true,
      ResourceGroupId: 'rg-1',
      CreditSpecification: 'Standard',
      MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required' },
      InstanceChargeType: 'PostPaid',
      InternetChargeType: 'PayByTraffic',
      InternetMaxBandwidthOut: 0,
      InternetMaxBandwidthIn: 10,
      SpotStrategy: 'NoSpot',
      ExpiredTime: '2099-12-31T15:59Z',
      SecurityGroupIds: { SecurityGroupId: [group] },
      PublicIpAddress: { IpAddress: [] },
      EipAddress: { AllocationId: '', IpAddress: '' },
      OperationLocks: { LockReason: [] },
      Tags: { Tag: [{ TagKey: 'row', TagValue: 'a1' }] },
      VpcAttributes: { VSwitchId: vswitch },
    });
    expect(instance.CreationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
    const snapshot = await region.snapshot();
    expect(JSON.stringify(snapshot)).not.toContain('Secret-123');
    expect(snapshot.instance).toMatchObject([{ user_data: '#!/bin/sh\necho ready\n' }]);
  });

  it('A1 several instances are numbered in a row', async () => {
    const named = async (request: object) => {
      const body = await region.ok('Ecs', 'RunInstances', {
        ...IMAGE,
        VSwitchId: vswitch,
        SecurityGroupId: group,
        ...request,
      });
      const ids = body.InstanceIdSets.InstanceIdSet;
      await region.reach(ids, 'Running');
      return Promise.all(
        ids.map(async (id: string) => {
          const { InstanceName, HostName } = await shown(id);
          return [InstanceName, HostName];
        }),
      );
    };
    expect(await named({ Amount: 2, InstanceName: 'web[9,3]-x', HostName: 'h[0,1]' })).toEqual([
      ['web009-x', 'h0'],
      ['web010-x', 'h1'],
    ]);
    expect(await named({ Amount: 2, InstanceName: 'db', HostName: 'db', UniqueSuffix: true })).toEqual([
      ['db001', 'db001'],
      ['db002', 'db002'],
    ]);
    expect(await named({ Amount: 2, InstanceName: 'same', HostNames: ['one', 'two'] })).toEqual([
      ['same', 'one'],
      ['same', 'two'],
    ]);
  });

  it('A1 a subscription is not released before it ends, and then only on purpose', async () => {
    const id = await begin({ InstanceChargeType: 'PrePaid', Period: 1, PeriodUnit: 'Week' });
    await region.reach([id], 'Running');
    const request = { InstanceId: id, Force: true, TerminateSubscription: true };
    expect(await region.refused('Ecs', 'DeleteInstance', request)).toMatchObject({
      code: 'ChargeTypeViolation',
      status: 403,
    });
    const { InstanceChargeType, ExpiredTime, CreationTime } = await shown(id);
    expect(InstanceChargeType).toBe('PrePaid');
    const minutes = (text: string) => Date.parse(text.replace('Z', ':00Z'));
    expect(minutes(ExpiredTime) - minutes(CreationTime)).toBe(7 * 24 * 3600 * 1000);

    await region.ok('Ecs', 'StopInstance', { InstanceId: id });
    await region.reach([id], 'Stopped');
    await region.ok('Yunlan', 'MoveClock', { Seconds: 7 * 24 * 3600 });
    expect(await region.refused('Ecs', 'StartInstance', { InstanceId: id })).toMatchObject({
      code: 'InstanceExpired',
      status: 403,
    });
    expect(await region.refused('Ecs', 'DeleteInstance', { InstanceId: id })).toMatchObject({
      code: 'ChargeTypeViolation',
    });
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id, TerminateSubscription: true });
    await region.gone([id]);
  });

  it('A1 the same ClientToken gives the same instances once', async () => {
    const request = { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group, Amount: 2, ClientToken: 'once-1' };
    const first = await region.ok('Ecs', 'RunInstances', request);
    const second = await region.ok('Ecs', 'RunInstances', request);
    expect(second.InstanceIdSets).toEqual(first.InstanceIdSets);
    expect((await region.ok('Ecs', 'DescribeInstances')).TotalCount).toBe(2);
    expect(await region.refused('Ecs', 'RunInstances', { ...request, Amount: 1 })).toMatchObject({
      code: 'IdempotentParameterMismatch',
    });
  });
});
