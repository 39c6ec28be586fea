/** A1, X8: status, health and events of instances; why one does not start. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Client, type Region, startRegion } from './harness.ts';

const IMAGE = { InstanceType: 'ecs.g6.large', ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd' };

describe('A1 full status', () => {
  let region: Region;
  let broken = false;
  let well: string;
  let ill: string;
  let still: string;
  beforeAll(async () => {
    region = await startRegion({
      failures: (operation) => {
        if (broken && operation === 'start') throw new Error('the image has no init');
      },
    });
    const vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    const group = await region.group(vpc);
    [well = '', still = ''] = await region.run(vswitch, group, { Amount: 2 });
    await region.ok('Ecs', 'StopInstance', { InstanceId: still });
    await region.reach([still], 'Stopped');
    broken = true;
    const request = { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group };
    ill = (await region.ok('Ecs', 'RunInstances', request)).InstanceIdSets.InstanceIdSet[0];
    await region.until(async () => (await fullStatus({ InstanceId: [ill] }))[0].HealthStatus.Name === 'Impaired');
  });
  afterAll(() => region.close());

  async function fullStatus(request: Parameters<Client['ok']>[2], client: Client = region): Promise<Body> {
    const { InstanceFullStatusSet } = await client.ok('Ecs', 'DescribeInstancesFullStatus', request);
    return InstanceFullStatusSet.InstanceFullStatusType;
  }
  const idsOf = async (request: Parameters<Client['ok']>[2]) =>
    (await fullStatus(request)).map((one: Body) => one.InstanceId).sort();

  it('A1 an instance that does not start is impaired, and its event says why', async () => {
    const [shown] = await fullStatus({ InstanceId: [ill] });
    expect(shown).toMatchObject({
      InstanceId: ill,
      Status: { Name: 'Starting' },
      HealthStatus: { Name: 'Impaired' },
    });
    expect(shown.ScheduledSystemEventSet.ScheduledSystemEventType).toEqual([
      expect.objectContaining({
        EventType: expect.objectContaining({ Name: 'InstanceFailure.Reboot' }),
        EventCycleStatus: { Code: 24, Name: 'Scheduled' },
        EventPublishTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        Reason: expect.stringContaining('the image has no init'),
      }),
    ]);
  });

  it('A1 the others are as they are', async () => {
    expect(await fullStatus({ InstanceId: [well] })).toEqual([
      {
        InstanceId: well,
        Status: { Code: 1, Name: 'Running' },
        HealthStatus: { Code: 0, Name: 'OK' },
        ScheduledSystemEventSet: { ScheduledSystemEventType: [] },
      },
    ]);
    const [stopped] = await fullStatus({ InstanceId: [still] });
    expect(stopped).toMatchObject({ Status: { Name: 'Stopped' }, HealthStatus: { Name: 'NotApplicable' } });
  });

  it('every condition chooses; several must all hold', async () => {
    const [{ ScheduledSystemEventSet }] = await fullStatus({ InstanceId: [ill] });
    const [{ EventId, EventPublishTime: time }] = ScheduledSystemEventSet.ScheduledSystemEventType;
    const later = '2099-01-01T00:00:00Z';
    const conditions: [Parameters<Client['ok']>[2], string[]][] = [
      [{}, [well, ill, still]],
      [{ Status: 'Stopped' }, [still]],
      [{ Status: 'Pending' }, []],
      [{ HealthStatus: 'Impaired' }, [ill]],
      [{ HealthStatus: 'OK' }, [well]],
      [{ HealthStatus: 'Maintaining' }, []],
      [{ EventType: 'InstanceFailure.Reboot' }, [ill]],
      [{ EventType: 'InstanceExpiration.Stop' }, []],
      [{ InstanceEventType: ['SystemFailure.Reboot', 'InstanceFailure.Reboot'] }, [ill]],
      [{ InstanceEventType: ['SystemFailure.Reboot'], EventType: 'InstanceFailure.Reboot' }, []],
      [{ EventId: [EventId] }, [ill]],
      [{ EventId: ['e-unknown'] }, []],
      [{ EventPublishTime: { Start: '2001-01-01T00:00:00Z', End: later } }, [ill]],
      [{ EventPublishTime: { Start: later } }, []],
      [{ NotBefore: { End: '2001-01-01T00:00:00Z' } }, []],
      [{ NotBefore: { Start: '2001-01-01T00:00:00Z' }, Status: 'Running' }, []],
    ];
    expect(time < later).toBe(true);
    for (const [request, expected] of conditions)
      expect([request, await idsOf(request)]).toEqual([request, expected.sort()]);
  });

  it('is read page by page, with and without conditions on events', async () => {
    const page = (request: object) =>
      region.ok('Ecs', 'DescribeInstancesFullStatus', { PageSize: 2, PageNumber: 2, ...request });
    const all = await page({});
    expect([all.TotalCount, all.PageNumber, all.PageSize]).toEqual([3, 2, 2]);
    expect(all.InstanceFullStatusSet.InstanceFullStatusType).toHaveLength(1);
    const impaired = await page({ HealthStatus: 'Impaired' });
    expect(impaired.TotalCount).toBe(1);
    expect(impaired.InstanceFullStatusSet.InstanceFullStatusType).toEqual([]);
  });

  it("X8 another account's instances are not listed", async () => {
    const other = await region.account('other');
    expect(await fullStatus({ InstanceId: [well] }, other)).toEqual([]);
    expect(await fullStatus({ HealthStatus: 'Impaired' }, other)).toEqual([]);
  });

  it('A1 the event goes when it starts at last', async () => {
    broken = false;
    await region.reach([ill], 'Running');
    expect(await fullStatus({ InstanceId: [ill] })).toEqual([
      expect.objectContaining({
        HealthStatus: { Code: 0, Name: 'OK' },
        ScheduledSystemEventSet: { ScheduledSystemEventType: [] },
      }),
    ]);
  });
});
