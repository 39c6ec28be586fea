/** A1, X8: disks and the other things that clients read around an instance. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { type Body, type Client, type Region, type Request, startRegion } from './harness.ts';

describe('A1 disks and options of instances', () => {
  const gate = new Gate();
  let region: Region;
  let vswitch: string;
  let group: string;
  let plain: string;
  let chosen: string;
  beforeAll(async () => {
    region = await startRegion({ failures: gate.pass });
    const vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    group = await region.group(vpc);
    [plain = ''] = await region.run(vswitch, group);
    [chosen = ''] = await region.run(vswitch, group, {
      SystemDisk: {
        Category: 'cloud_essd',
        Size: 40,
        DiskName: 'root',
        Description: 'the only one',
        PerformanceLevel: 'PL2',
      },
      InstanceChargeType: 'PrePaid',
      Period: 2,
      PeriodUnit: 'Week',
      AutoRenew: true,
      AutoRenewPeriod: 3,
      ResourceGroupId: 'rg-1',
    });
  });
  afterAll(async () => {
    gate.letGo('apply');
    await region.close();
  });

  const disks = async (request: Request = {}, client: Client = region): Promise<Body[]> =>
    (await client.ok('Ecs', 'DescribeDisks', request)).Disks.Disk;
  const ownersOf = async (request: Request) => (await disks(request)).map((disk) => disk.InstanceId).sort();

  it('A1 each instance has one system disk, whose id stays', async () => {
    const [disk] = await disks({ InstanceId: plain });
    expect(disk).toMatchObject({
      DiskId: plain.replace('i-', 'd-'),
      InstanceId: plain,
      Type: 'system',
      Category: 'cloud_efficiency',
      Size: 20,
      Status: 'In_use',
      Device: '/dev/xvda',
      DiskChargeType: 'PostPaid',
      ZoneId: 'cn-hangzhou-h',
      Attachments: { Attachment: [{ InstanceId: plain, Device: '/dev/xvda' }] },
      DeleteWithInstance: true,
      Portable: false,
    });
    await region.ok('Ecs', 'RebootInstance', { InstanceId: plain });
    await region.reach([plain], 'Running');
    expect((await disks({ DiskIds: JSON.stringify([disk.DiskId]) })).map((one) => one.DiskId)).toEqual([disk.DiskId]);
  });

  it('A1 what was asked of the disk at creation is shown', async () => {
    expect((await disks({ InstanceId: chosen }))[0]).toMatchObject({
      Category: 'cloud_essd',
      Size: 40,
      DiskName: 'root',
      Description: 'the only one',
      PerformanceLevel: 'PL2',
      DiskChargeType: 'PrePaid',
      ResourceGroupId: 'rg-1',
    });
  });

  it('every condition chooses', async () => {
    const both = [plain, chosen].sort();
    const conditions: [Request, string[]][] = [
      [{}, both],
      [{ DiskType: 'system', Category: 'all', Status: 'All' }, both],
      [{ DiskType: 'data' }, []],
      [{ DiskName: 'root' }, [chosen]],
      [{ Category: 'cloud_essd' }, [chosen]],
      [{ Category: 'local_ssd_pro' }, []],
      [{ DiskChargeType: 'PostPaid' }, [plain]],
      [{ ResourceGroupId: 'rg-1' }, [chosen]],
      [{ ZoneId: 'cn-hangzhou-i' }, []],
      [{ Status: 'In_use' }, both],
      [{ Status: 'Available' }, []],
      [{ InstanceId: plain, DiskIds: JSON.stringify([chosen.replace('i-', 'd-')]) }, []],
      [{ DiskIds: JSON.stringify(['d-unknown']) }, []],
      [{ Portable: false, Encrypted: false, MultiAttach: 'Disabled', DeleteWithInstance: true }, both],
      [{ Portable: true }, []],
      [{ Encrypted: true }, []],
      [{ EnableShared: true }, []],
      [{ MultiAttach: 'Enabled' }, []],
      [{ DeleteWithInstance: false }, []],
      [{ DeleteAutoSnapshot: true }, []],
      [{ EnableAutoSnapshot: true }, []],
      [{ EnableAutomatedSnapshotPolicy: true }, []],
      [{ LockReason: 'security' }, []],
      [{ AutoSnapshotPolicyId: 'sp-1' }, []],
      [{ SnapshotId: 's-1' }, []],
      [{ KMSKeyId: 'k-1' }, []],
      [{ Tag: [{ Key: 'k' }] }, []],
      [{ Filter: [{ Key: 'CreationStartTime', Value: '2001-01-01T00:00Z' }] }, both],
      [{ Filter: [{ Key: 'CreationEndTime', Value: '2001-01-01T00:00Z' }] }, []],
      [{ RegionId: 'cn-beijing' }, []],
    ];
    for (const [request, expected] of conditions)
      expect([request, await ownersOf(request)]).toEqual([request, expected]);
  });

  it('are read in parts by token and by page', async () => {
    const first = await region.ok('Ecs', 'DescribeDisks', { MaxResults: 1 });
    const second = await region.ok('Ecs', 'DescribeDisks', { MaxResults: 1, NextToken: first.NextToken });
    expect([first, second].map((part) => part.Disks.Disk[0].InstanceId).sort()).toEqual([plain, chosen].sort());
    expect(second.NextToken).toBe('');
    const page = await region.ok('Ecs', 'DescribeDisks', { PageSize: 1, PageNumber: 2, Status: 'In_use' });
    expect([page.TotalCount, page.PageNumber, page.Disks.Disk.length]).toEqual([2, 2, 1]);
  });

  it('A1 a disk is being created as long as its instance is, and goes with it', async () => {
    gate.hold('apply');
    const request = { VSwitchId: vswitch, SecurityGroupId: group, InstanceType: 'ecs.g6.large' };
    const image = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';
    const { InstanceId } = await region.ok('Ecs', 'CreateInstance', { ...request, ImageId: image });
    expect(await ownersOf({ Status: 'Creating' })).toEqual([InstanceId]);
    gate.letGo('apply');
    await region.reach([InstanceId], 'Stopped');
    expect((await disks({ InstanceId }))[0].Status).toBe('In_use');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId });
    await region.gone([InstanceId]);
    expect(await disks({ InstanceId })).toEqual([]);
  });

  it('subscriptions tell whether they are renewed; other instances are not listed', async () => {
    const renewals = async (request: Request) =>
      (await region.ok('Ecs', 'DescribeInstanceAutoRenewAttribute', request)).InstanceRenewAttributes
        .InstanceRenewAttribute;
    const shown = {
      InstanceId: chosen,
      AutoRenewEnabled: true,
      Duration: 3,
      PeriodUnit: 'Week',
      RenewalStatus: 'AutoRenewal',
      EnableExpectedRenewDay: false,
    };
    expect(await renewals({ InstanceId: `${plain},${chosen}` })).toEqual([shown]);
    expect(await renewals({ RenewalStatus: 'AutoRenewal' })).toEqual([shown]);
    expect(await renewals({ RenewalStatus: 'Normal' })).toEqual([]);
  });

  it('role, reserved capacity and maintenance of instances are the defaults', async () => {
    const InstanceIds = JSON.stringify([plain]);
    const role = await region.ok('Ecs', 'DescribeInstanceRamRole', { InstanceIds });
    expect(role).toMatchObject({ RegionId: 'cn-hangzhou', TotalCount: 1 });
    expect(role.InstanceRamRoleSets.InstanceRamRoleSet).toEqual([{ InstanceId: plain, RamRoleName: '' }]);
    expect((await region.ok('Ecs', 'DescribeInstanceRamRole', { RamRoleName: 'any' })).TotalCount).toBe(0);
    const attachment = await region.ok('Ecs', 'DescribeInstanceAttachmentAttributes', { InstanceIds });
    expect(attachment.Instances.Instance).toEqual([
      { InstanceId: plain, PrivatePoolOptionsId: '', PrivatePoolOptionsMatchCriteria: 'None' },
    ]);
    const maintenance = await region.ok('Ecs', 'DescribeInstanceMaintenanceAttributes', { InstanceId: [plain] });
    expect(maintenance.MaintenanceAttributes.MaintenanceAttribute).toMatchObject([
      { InstanceId: plain, ActionOnMaintenance: { Value: 'AutoRecover' }, NotifyOnMaintenance: false },
    ]);
    expect((await region.ok('Ecs', 'DescribeInstanceMaintenanceAttributes')).TotalCount).toBe(2);
    expect(await region.ok('Ecs', 'DescribeKeyPairs')).toMatchObject({ TotalCount: 0, KeyPairs: { KeyPair: [] } });
  });

  it("X8 nothing of another account's instances is told", async () => {
    const other = await region.account('other');
    expect(await disks({ InstanceId: plain }, other)).toEqual([]);
    expect(await disks({ Category: 'cloud_essd' }, other)).toEqual([]);
    const InstanceIds = JSON.stringify([plain, chosen]);
    const counts = [
      await other.ok('Ecs', 'DescribeInstanceRamRole', { InstanceIds }),
      await other.ok('Ecs', 'DescribeInstanceAttachmentAttributes', { InstanceIds }),
      await other.ok('Ecs', 'DescribeInstanceMaintenanceAttributes', { InstanceId: [plain] }),
      await other.ok('Ecs', 'DescribeInstanceAutoRenewAttribute', { InstanceId: chosen }),
    ].map((body) => body.TotalCount);
    expect(counts).toEqual([0, 0, 0, 0]);
  });

  it('an action that is not served yet says so', async () => {
    expect(await region.refused('Ecs', 'DescribeInstanceVncUrl', { InstanceId: plain })).toMatchObject({
      code: 'UnsupportedOperation',
    });
  });
});
