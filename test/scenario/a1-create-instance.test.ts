/** A1, X8: CreateInstance makes an instance that has its address and is stopped; it runs when it is started. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { type Body, type Region, startRegion } from './harness.ts';

const IMAGE = { InstanceType: 'ecs.g6.large', ImageId: 'ubuntu_18_04_x64_20G_alibase_20200904.vhd' };

describe('A1 CreateInstance', () => {
  let gate: Gate;
  let region: Region;
  let vswitch: string;
  let group: string;
  beforeEach(async () => {
    gate = new Gate();
    region = await startRegion({ failures: gate.pass, quotas: { instancesPerRegion: 2 } });
    const vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    group = await region.group(vpc);
  });
  afterEach(async () => {
    gate.letGo('apply', 'start', 'stop', 'destroy');
    await region.close();
  });

  async function create(request: object = {}): Promise<string> {
    const good = { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group };
    return (await region.ok('Ecs', 'CreateInstance', { ...good, ...request })).InstanceId;
  }

  async function shown(id: string): Promise<Body> {
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    return Instances.Instance[0];
  }

  it('A1 Pending → Stopped, without a start; its interface is attached and keeps its address', async () => {
    gate.hold('apply');
    const id = await create({ PrivateIpAddress: '10.0.1.77', InstanceName: 'made', Description: 'kept for later' });
    expect((await shown(id)).Status).toBe('Pending');
    expect(await region.refused('Ecs', 'StartInstance', { InstanceId: id })).toMatchObject({
      code: 'IncorrectInstanceStatus',
    });
    gate.letGo('apply');
    await region.reach([id], 'Stopped');
    await region.server.reconciler.settled();
    expect(region.driver.count('start')).toBe(0);
    expect(await shown(id)).toMatchObject({
      InstanceName: 'made',
      Description: 'kept for later',
      StoppedMode: 'KeepCharging',
      StartTime: '',
      VpcAttributes: { PrivateIpAddress: { IpAddress: ['10.0.1.77'] } },
    });
    const { NetworkInterfaceSets } = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: id });
    expect(NetworkInterfaceSets.NetworkInterfaceSet[0]).toMatchObject({
      Status: 'InUse',
      PrivateIpAddress: '10.0.1.77',
    });

    await region.ok('Ecs', 'StartInstance', { InstanceId: id });
    await region.reach([id], 'Running');
    expect((await shown(id)).StartTime).not.toBe('');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id, Force: true });
    await region.gone([id]);
  });

  it('A1 an instance that never ran can be released', async () => {
    const id = await create();
    await region.reach([id], 'Stopped');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id });
    await region.gone([id]);
    expect(await create()).not.toBe(id);
  });

  it('X8 a repeated token gives the same instance, once', async () => {
    const first = await create({ ClientToken: 'one' });
    expect(await create({ ClientToken: 'one' })).toBe(first);
    const { TotalCount } = await region.ok('Ecs', 'DescribeInstances');
    expect(TotalCount).toBe(1);
    const other = { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group, ClientToken: 'one', Description: 'other' };
    expect(await region.refused('Ecs', 'CreateInstance', other)).toMatchObject({ code: 'IdempotentParameterMismatch' });
  });

  it('F14 counts against the quota of instances', async () => {
    const first = await create();
    await create();
    expect(
      await region.refused('Ecs', 'CreateInstance', { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group }),
    ).toEqual(expect.objectContaining({ code: 'QuotaExceed.ElasticQuota', status: 403 }));
    await region.reach([first], 'Stopped');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: first });
    await region.gone([first]);
    await create();
  });
});
