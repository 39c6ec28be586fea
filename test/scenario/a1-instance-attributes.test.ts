/** A1, N9, E11, Q1, F14: changing and reading the attributes of one instance. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, type Request, startRegion } from './harness.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const TOKEN_SCRIPT = '#!/bin/sh\necho "grüße" > /etc/motd\n';

describe('attributes of an instance', () => {
  let region: Region;
  let vpc: string;
  let vswitch: string;
  let group: string;
  beforeAll(async () => {
    region = await startRegion({ quotas: { addressesPerBasicGroup: 3, rulesPerInterface: 4 } });
    vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    group = await region.group(vpc);
  });
  afterAll(() => region.close());

  async function instance(request: Request = {}): Promise<string> {
    const [id] = await region.run(vswitch, await region.group(vpc), request);
    return id!;
  }

  async function stop(id: string): Promise<void> {
    await region.ok('Ecs', 'StopInstance', { InstanceId: id });
    await region.reach([id], 'Stopped');
  }

  async function shown(id: string): Promise<Body> {
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    return Instances.Instance[0];
  }

  /** Groups of the policy that the instance's port obeys in what the driver was given last. */
  async function groupsInForce(id: string): Promise<readonly string[]> {
    await region.server.reconciler.settled();
    const program = region.driver.applied(vpc);
    const port = program?.ports.find((each) => each.guestId === id);
    return program?.policies.find((policy) => policy.id === port?.policyId)?.groupIds ?? [];
  }

  const modify = (InstanceId: string, change: Request) =>
    region.ok('Ecs', 'ModifyInstanceAttribute', { InstanceId, ...change });

  const rules = (SecurityGroupId: string, count: number) =>
    region.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId,
      Permissions: Array.from({ length: count }, (_, n) => ({
        IpProtocol: 'TCP',
        PortRange: `${n + 1}/${n + 1}`,
        SourceCidrIp: '10.0.0.0/8',
      })),
    });

  it('A1 name, description, host name, protection and switches change; what is not given stays', async () => {
    const id = await instance({ InstanceType: 'ecs.t5-lc1m2.large', Description: 'before', HostName: 'old-host' });
    await modify(id, { InstanceName: 'new-name', DeletionProtection: true });
    expect(await shown(id)).toMatchObject({
      InstanceName: 'new-name',
      Description: 'before',
      HostName: 'old-host',
      DeletionProtection: true,
      Recyclable: false,
    });
    await modify(id, {
      Description: 'after',
      HostName: 'new-host.example',
      DeletionProtection: false,
      Recyclable: true,
      CreditSpecification: 'Unlimited',
      Password: 'Abc-12345',
      EnableJumboFrame: false,
    });
    expect(await shown(id)).toMatchObject({
      InstanceName: 'new-name',
      Description: 'after',
      HostName: 'new-host.example',
      DeletionProtection: false,
      Recyclable: true,
      CreditSpecification: 'Unlimited',
      InstanceChargeType: 'PostPaid',
    });
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id, Force: true });
  });

  it('A1 DescribeInstanceAttribute tells of one instance what the list tells', async () => {
    const id = await instance({ InstanceName: 'described', Description: 'one of them' });
    const eip = await region.eip();
    await region.associate(eip.id, id);
    const listed = await shown(id);
    const told = await region.ok('Ecs', 'DescribeInstanceAttribute', { InstanceId: id });
    const alike = [
      'InstanceId InstanceName Description HostName RegionId ZoneId Status StoppedMode InstanceType Cpu Memory ImageId',
      'InstanceNetworkType VpcAttributes SecurityGroupIds PublicIpAddress InnerIpAddress InternetChargeType',
      'InternetMaxBandwidthIn InternetMaxBandwidthOut InstanceChargeType CreationTime ExpiredTime',
    ]
      .join(' ')
      .split(' ');
    for (const field of alike) expect([field, told[field]]).toEqual([field, listed[field]]);
    expect(told.IoOptimized).toBe('optimized');
    expect(told.EipAddress).toMatchObject({ AllocationId: eip.id, IpAddress: eip.address });
  });

  it('A1 user data can be read, and changed as text of any language', async () => {
    const id = await instance({ UserData: base64('first') });
    const read = async () => (await region.ok('Ecs', 'DescribeUserData', { InstanceId: id })).UserData;
    expect(await read()).toBe(base64('first'));
    await modify(id, { UserData: base64(TOKEN_SCRIPT) });
    expect(await read()).toBe(base64(TOKEN_SCRIPT));
    expect(await region.refused('Ecs', 'DescribeUserData', { InstanceId: id, RegionId: 'cn-beijing' })).toMatchObject({
      code: 'InvalidInstanceId.NotFound',
      status: 404,
    });
    const none = await instance();
    expect(await region.ok('Ecs', 'DescribeUserData', { InstanceId: none })).toMatchObject({ UserData: '' });
  });

  it('N9 E11 groups are exchanged in one go, in this order, and reach the network', async () => {
    const id = await instance();
    const [second, third] = [await region.group(vpc), await region.group(vpc)];
    await modify(id, { SecurityGroupIds: [third, second] });
    expect((await shown(id)).SecurityGroupIds.SecurityGroupId).toEqual([third, second]);
    expect(await groupsInForce(id)).toEqual([second, third].sort());
    await modify(id, { SecurityGroupIds: [second] });
    expect(await groupsInForce(id)).toEqual([second]);

    await stop(id);
    await modify(id, { SecurityGroupIds: [third] });
    await region.ok('Ecs', 'StartInstance', { InstanceId: id });
    await region.reach([id], 'Running');
    expect(await groupsInForce(id)).toEqual([third]);
  });

  it('N9 groups may change from basic to advanced, not be mixed', async () => {
    const id = await instance();
    const advanced = await region.group(vpc, { SecurityGroupType: 'enterprise' });
    expect(
      await region.refused('Ecs', 'ModifyInstanceAttribute', { InstanceId: id, SecurityGroupIds: [group, advanced] }),
    ).toMatchObject({ code: 'EnterpriseGroupLimited.MutliGroupType', status: 403 });
    await modify(id, { SecurityGroupIds: [advanced] });
    expect(await groupsInForce(id)).toEqual([advanced]);
  });

  it('F14 a full group takes nobody, but who is in it may stay; rules over all groups have a limit', async () => {
    const full = await region.group(vpc);
    const members = await region.run(vswitch, full, { Amount: 3 });
    const more = await region.group(vpc);
    await modify(members[0]!, { SecurityGroupIds: [more, full] });
    const id = await instance();
    expect(
      await region.refused('Ecs', 'ModifyInstanceAttribute', { InstanceId: id, SecurityGroupIds: [more, full] }),
    ).toMatchObject({
      code: 'SecurityGroupInstanceLimitExceed',
      message: expect.stringContaining('SecurityGroupIds.2'),
    });
    const [three, two] = [await region.group(vpc), await region.group(vpc)];
    await rules(three, 3);
    await rules(two, 2);
    expect(
      await region.refused('Ecs', 'ModifyInstanceAttribute', { InstanceId: id, SecurityGroupIds: [three, two] }),
    ).toMatchObject({ code: 'AclLimitExceed', status: 403 });
    await modify(id, { SecurityGroupIds: [three] });
    await region.ok('Ecs', 'DeleteInstances', { InstanceId: members, Force: true });
    await region.gone(members);
  });

  it('Q1 queues of the primary interface change while the instance is stopped', async () => {
    const id = await instance({ InstanceType: 'ecs.g6.2xlarge' });
    const queues = async () => {
      const { NetworkInterfaceSets } = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: id });
      return NetworkInterfaceSets.NetworkInterfaceSet[0].QueueNumber;
    };
    const all = await queues();
    expect(all).toBeGreaterThan(2);
    const refused = (NetworkInterfaceQueueNumber: number) =>
      region.refused('Ecs', 'ModifyInstanceAttribute', { InstanceId: id, NetworkInterfaceQueueNumber });
    expect(await refused(2)).toMatchObject({ code: 'InvalidStatus.StoppedRequired', status: 400 });
    await stop(id);
    expect(await refused(all + 1)).toMatchObject({ code: 'InvalidOperation.MaxEniQueueNumberExceeded', status: 403 });
    await modify(id, { NetworkInterfaceQueueNumber: 2 });
    expect(await queues()).toBe(2);
    await region.ok('Ecs', 'StartInstance', { InstanceId: id });
    await region.reach([id], 'Running');
    expect(region.driver.applied(vpc)?.ports.find((port) => port.guestId === id)?.queues).toBe(2);
    await stop(id);
    await modify(id, { NetworkInterfaceQueueNumber: -1 });
    expect(await queues()).toBe(all);
  });

  it('A1 a subscription needs no protection', async () => {
    const id = await instance({ InstanceChargeType: 'PrePaid', Period: 1 });
    expect(
      await region.refused('Ecs', 'ModifyInstanceAttribute', { InstanceId: id, DeletionProtection: true }),
    ).toMatchObject({ code: 'ChargeTypeViolation', status: 400 });
    await modify(id, { DeletionProtection: false });
  });
});
