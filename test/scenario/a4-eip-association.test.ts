/** A4, A9: when an EIP may be associated and released, and who wins when many ask at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { type Body, type Region, type Request, startRegion } from './harness.ts';

describe('A4 A9 association and release of EIPs', () => {
  const gate = new Gate();
  let region: Region;
  let vswitch: string;
  let group: string;
  beforeAll(async () => {
    region = await startRegion({ failures: gate.pass, quotas: { eipsPerAccount: 100 } });
    const vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    group = await region.group(vpc);
  });
  afterAll(() => region.close());

  const one = async (request: Request = {}): Promise<string> => (await region.run(vswitch, group, request))[0]!;
  const refusedFor = (AllocationId: string, InstanceId: string, more: object = {}) =>
    region.refused('Vpc', 'AssociateEipAddress', { AllocationId, InstanceId, ...more });

  it('A4 an instance is Running or Stopped', async () => {
    const { id } = await region.eip();
    gate.hold('apply', 'start', 'stop');
    const { InstanceIdSets } = await region.ok('Ecs', 'RunInstances', {
      VSwitchId: vswitch,
      SecurityGroupId: group,
      InstanceType: 'ecs.g6.large',
      ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
    });
    const target = InstanceIdSets.InstanceIdSet[0];
    const wrong = { code: 'IncorrectInstanceStatus', status: 400 };
    expect(await refusedFor(id, target)).toMatchObject(wrong);
    expect((await refusedFor(id, target)).message).toContain('Pending');
    gate.letGo('apply');
    await region.reach([target], 'Starting');
    expect(await refusedFor(id, target)).toMatchObject(wrong);
    gate.letGo('start');
    await region.reach([target], 'Running');
    await region.ok('Ecs', 'StopInstance', { InstanceId: target });
    expect(await refusedFor(id, target)).toMatchObject(wrong);
    gate.letGo('stop');
    await region.reach([target], 'Stopped');
    await region.associate(id, target);

    // Its card stays plugged as long as the program waits, and so does the instance that is to go.
    const other = await region.eip();
    const leaving = await one();
    await region.server.reconciler.settled();
    gate.hold('apply');
    await region.ok('Ecs', 'StopInstance', { InstanceId: leaving });
    await region.reach([leaving], 'Stopped');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: leaving });
    const late = await refusedFor(other.id, leaving);
    expect(late).toMatchObject(wrong);
    expect(late.message).toContain('being released');
    gate.letGo('apply');
    await region.gone([leaving]);
    expect(await refusedFor(other.id, leaving)).toMatchObject({ code: 'InvalidInstanId.NotFound', status: 404 });
  });

  it('A4 an instance has one EIP, an EIP one instance', async () => {
    const [a, b] = [await region.eip(), await region.eip()];
    const [i, j] = [await one(), await one()];
    await region.associate(a.id, i);
    const twice = await refusedFor(b.id, i);
    expect(twice).toMatchObject({ code: 'InvalidAssociation.Duplicated', status: 400 });
    expect(twice.message).toContain(a.id);
    const used = await refusedFor(a.id, j);
    expect(used).toMatchObject({ code: 'IncorrectEipStatus', status: 400 });
    expect(used.message).toContain(i);
  });

  it('A4 EIP and instance are in the same region', async () => {
    const far = await region.eip({ RegionId: 'cn-beijing' });
    const target = await one();
    const request = { AllocationId: far.id, InstanceId: target, RegionId: 'cn-beijing' };
    expect(await region.refused('Vpc', 'AssociateEipAddress', request)).toMatchObject({
      code: 'InvalidParameter.Mismatch',
      status: 400,
    });
    const near = await region.eip();
    expect(await refusedFor(near.id, target, { InstanceRegionId: 'cn-beijing' })).toMatchObject({
      code: 'InvalidParameter.Mismatch',
    });
    await region.ok('Vpc', 'AssociateEipAddress', {
      AllocationId: near.id,
      InstanceId: target,
      InstanceRegionId: 'cn-hangzhou',
      InstanceType: 'EcsInstance',
      Mode: 'NAT',
    });
    await region.eipReaches(near.id, 'InUse');
  });

  it('A4 of 20 requests for one EIP exactly one wins', async () => {
    const { id } = await region.eip();
    const targets = await region.run(vswitch, group, { Amount: 20 });
    const answers = await Promise.all(
      targets.map((InstanceId) => region.call('Vpc', 'AssociateEipAddress', { AllocationId: id, InstanceId })),
    );
    const won = answers.flatMap(({ status }, n) => (status === 200 ? [targets[n]] : []));
    expect(won).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 200) expect(body.Code).toBe('IncorrectEipStatus');
    await region.eipReaches(id, 'InUse');
    expect(await region.eipOf(id)).toMatchObject({ InstanceId: won[0] });
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', {
      InstanceIds: JSON.stringify(targets),
      PageSize: 100,
    });
    const with_ = Instances.Instance.filter((each: Body) => each.EipAddress.AllocationId !== '');
    expect(with_.map((each: Body) => each.InstanceId)).toEqual(won);
  });

  it('A4 of 20 EIPs for one instance exactly one wins', async () => {
    const target = await one();
    const eips = await Promise.all(Array.from({ length: 20 }, () => region.eip()));
    const answers = await Promise.all(
      eips.map(({ id }) => region.call('Vpc', 'AssociateEipAddress', { AllocationId: id, InstanceId: target })),
    );
    const won = answers.flatMap(({ status }, n) => (status === 200 ? [eips[n]!.id] : []));
    expect(won).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 200) expect(body.Code).toBe('InvalidAssociation.Duplicated');
    await region.eipReaches(won[0]!, 'InUse');
    const rows = await region.server.store.read((reader) => reader.find('eip', { instance_id: target }));
    expect(rows.map((row) => row.id)).toEqual(won);
    await region.server.reconciler.settled();
    for (const { id } of eips) {
      if (id !== won[0]) await region.ok('Vpc', 'ReleaseEipAddress', { AllocationId: id });
    }
  });

  it('A9 an EIP is taken off before it is released', async () => {
    const { id } = await region.eip({ Tag: [{ Key: 'row', Value: 'a9' }] });
    const target = await one();
    await region.associate(id, target);
    const refused = await region.refused('Vpc', 'ReleaseEipAddress', { AllocationId: id });
    expect(refused).toMatchObject({ code: 'IncorrectEipStatus', status: 400 });
    expect(refused.message).toContain(target);
    await region.ok('Vpc', 'UnassociateEipAddress', {
      AllocationId: id,
      InstanceId: target,
      InstanceType: 'EcsInstance',
    });
    await region.eipReaches(id, 'Available');
    await region.ok('Vpc', 'ReleaseEipAddress', { AllocationId: id });
    expect(await region.eipOf(id)).toBeUndefined();
    expect((await region.snapshot())['tag']).not.toContainEqual(expect.objectContaining({ resource_id: id }));
    expect(await region.refused('Vpc', 'ReleaseEipAddress', { AllocationId: id })).toMatchObject({
      code: 'InvalidAllocationId.NotFound',
      status: 404,
    });
  });

  it('A9 a subscription is released when it has ended', async () => {
    const { id } = await region.eip({ InstanceChargeType: 'PrePaid', Period: 1, Bandwidth: '1000', AutoPay: true });
    const { ChargeType, AllocationTime, ExpiredTime, Bandwidth } = await region.eipOf(id);
    expect([ChargeType, Bandwidth]).toEqual(['PrePaid', '1000']);
    const days = (Date.parse(ExpiredTime) - Date.parse(AllocationTime)) / 86_400_000;
    expect([28, 29, 30, 31]).toContain(days);
    expect(await region.refused('Vpc', 'ReleaseEipAddress', { AllocationId: id })).toMatchObject({
      code: 'Forbidden.ChargeTypeIsPrepaid',
      status: 400,
    });
    await region.ok('Yunlan', 'MoveClock', { Seconds: days * 86_400 });
    await region.ok('Vpc', 'ReleaseEipAddress', { AllocationId: id });
  });
});
