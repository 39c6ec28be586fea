/** A1, X8: start, stop, restart and release of several instances by one call, and what the answer says of each. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { type Client, type Region, startRegion } from './harness.ts';

describe('A1 several instances at once', () => {
  let gate: Gate;
  let region: Region;
  let ids: string[];
  beforeEach(async () => {
    gate = new Gate();
    region = await startRegion({ failures: gate.pass });
    const vpc = await region.vpc();
    const other = await region.vpc();
    const here = await region.vswitch(vpc, '10.0.1.0/24');
    const there = await region.vswitch(other, '10.0.1.0/24');
    ids = [
      ...(await region.run(here, await region.group(vpc), { Amount: 2 })),
      ...(await region.run(there, await region.group(other))),
    ];
  });
  afterEach(async () => {
    gate.letGo('apply', 'start', 'stop', 'destroy');
    await region.close();
  });

  const statuses = async (client: Client = region) => {
    const { InstanceStatuses } = await client.ok('Ecs', 'DescribeInstanceStatus', { InstanceId: ids });
    return Object.fromEntries(
      InstanceStatuses.InstanceStatus.map((one: { InstanceId: string; Status: string }) => [
        one.InstanceId,
        one.Status,
      ]),
    );
  };

  it('A1 all stop, start and restart, in several VPCs, with the statuses before and now', async () => {
    const stopped = await region.ok('Ecs', 'StopInstances', { InstanceId: ids, StoppedMode: 'StopCharging' });
    expect(stopped.InstanceResponses.InstanceResponse).toEqual(
      ids.map((InstanceId) => ({
        InstanceId,
        Code: '200',
        Message: 'success',
        PreviousStatus: 'Running',
        CurrentStatus: 'Stopping',
      })),
    );
    await region.reach(ids, 'Stopped');
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify(ids) });
    expect(new Set(Instances.Instance.map((one: { StoppedMode: string }) => one.StoppedMode))).toEqual(
      new Set(['StopCharging']),
    );

    const started = await region.ok('Ecs', 'StartInstances', { InstanceId: ids });
    expect(started.InstanceResponses.InstanceResponse[2]).toMatchObject({
      InstanceId: ids[2],
      PreviousStatus: 'Stopped',
      CurrentStatus: 'Starting',
    });
    await region.reach(ids, 'Running');

    const starts = region.driver.count('start');
    await region.ok('Ecs', 'RebootInstances', { InstanceId: ids, ForceReboot: true });
    await region.until(async () => region.driver.count('start') === starts + 3);
    await region.reach(ids, 'Running');
  });

  it('A1 AllTogether changes nothing when one may not; SuccessFirst tells of each', async () => {
    await region.ok('Ecs', 'StopInstance', { InstanceId: ids[1] });
    await region.reach([ids[1]!], 'Stopped');
    expect(await region.refused('Ecs', 'StopInstances', { InstanceId: ids })).toMatchObject({
      code: 'IncorrectInstanceStatus',
      message: expect.stringContaining('InstanceId.2'),
    });
    expect(Object.values(await statuses()).sort()).toEqual(['Running', 'Running', 'Stopped']);

    gate.hold('stop');
    const { InstanceResponses } = await region.ok('Ecs', 'StopInstances', {
      InstanceId: [...ids, 'i-unknown'],
      BatchOptimization: 'SuccessFirst',
      ForceStop: true,
    });
    expect(InstanceResponses.InstanceResponse).toEqual([
      expect.objectContaining({ InstanceId: ids[0], Code: '200', CurrentStatus: 'Stopping' }),
      {
        InstanceId: ids[1],
        Code: 'IncorrectInstanceStatus',
        Message: expect.stringContaining('InstanceId.2'),
        PreviousStatus: 'Stopped',
        CurrentStatus: 'Stopped',
      },
      expect.objectContaining({ InstanceId: ids[2], Code: '200', CurrentStatus: 'Stopping' }),
      {
        InstanceId: 'i-unknown',
        Code: 'InvalidInstanceId.NotFound',
        Message: expect.stringContaining('InstanceId.4'),
        PreviousStatus: '',
        CurrentStatus: '',
      },
    ]);
    expect(await statuses()).toEqual({ [ids[0]!]: 'Stopping', [ids[1]!]: 'Stopped', [ids[2]!]: 'Stopping' });
    gate.letGo('stop');
    await region.reach(ids, 'Stopped');
  });

  it("X8 another account's instances are not found, one by one either", async () => {
    const other = await region.account('other');
    const { InstanceResponses } = await other.ok('Ecs', 'StopInstances', {
      InstanceId: ids,
      BatchOptimization: 'SuccessFirst',
    });
    expect(InstanceResponses.InstanceResponse.map((one: { Code: string }) => one.Code)).toEqual(
      ids.map(() => 'InvalidInstanceId.NotFound'),
    );
    expect(Object.values(await statuses())).toEqual(['Running', 'Running', 'Running']);
  });

  it('A1 expired subscriptions do not start; they are released only when that is asked for', async () => {
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([ids[0]]) });
    const [known] = Instances.Instance;
    const place = {
      VSwitchId: known.VpcAttributes.VSwitchId,
      SecurityGroupId: known.SecurityGroupIds.SecurityGroupId[0],
      ImageId: known.ImageId,
      InstanceType: known.InstanceType,
    };
    const month = { ...place, InstanceChargeType: 'PrePaid', Period: 1 };
    const { InstanceId } = await region.ok('Ecs', 'CreateInstance', month);
    await region.reach([InstanceId], 'Stopped');
    const all = [ids[2]!, InstanceId];
    const refused = (request: object) =>
      region.refused('Ecs', 'DeleteInstances', { InstanceId: all, Force: true, ...request });
    expect(await refused({ TerminateSubscription: true })).toMatchObject({ code: 'ChargeTypeViolation', status: 403 });
    await region.ok('Yunlan', 'MoveClock', { Seconds: 40 * 24 * 3600 });
    expect(await refused({})).toMatchObject({ code: 'ChargeTypeViolation' });
    expect(await region.refused('Ecs', 'StartInstances', { InstanceId: [InstanceId] })).toMatchObject({
      code: 'InstanceExpired',
      message: expect.stringContaining('InstanceId.1'),
    });
    gate.hold('apply');
    const { InstanceId: young } = await region.ok('Ecs', 'CreateInstance', place);
    expect(await region.refused('Ecs', 'DeleteInstances', { InstanceId: [young], Force: true })).toMatchObject({
      code: 'IncorrectInstanceStatus.Initializing',
      status: 403,
    });
    gate.letGo('apply');
    await region.ok('Ecs', 'DeleteInstances', { InstanceId: all, Force: true, TerminateSubscription: true });
    await region.gone(all);
  });

  it('A1 all are released or none; a repeated token releases once', async () => {
    expect(await region.refused('Ecs', 'DeleteInstances', { InstanceId: ids })).toMatchObject({
      code: 'IncorrectInstanceStatus',
    });
    const request = { InstanceId: ids, Force: true, ClientToken: 'away' };
    await region.ok('Ecs', 'DeleteInstances', request);
    await region.gone(ids);
    await region.ok('Ecs', 'DeleteInstances', request);
  });
});
