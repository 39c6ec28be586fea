/** X7: groups and instances that are in use stay, and the refusal says what uses them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Region, startRegion } from './harness.ts';

describe('X7 groups and instances in use', () => {
  let region: Region;
  let vpc: string;
  let vswitch: string;
  beforeAll(async () => {
    region = await startRegion();
    vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
  });
  afterAll(() => region.close());

  it('X7 a group with members stays and names them; without them it goes', async () => {
    const group = await region.group(vpc);
    const [id = ''] = await region.run(vswitch, group);
    const refused = await region.refused('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: group });
    expect(refused).toMatchObject({ code: 'DependencyViolation', status: 403 });
    expect(refused.message).toContain(id);
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id, Force: true });
    await region.gone([id]);
    await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: group });
    expect((await region.ok('Ecs', 'DescribeSecurityGroups', { SecurityGroupId: group })).TotalCount).toBe(0);
  });

  it('X7 a group that a rule of another one names stays; the group with the rule may go', async () => {
    const named = await region.group(vpc);
    const naming = await region.group(vpc);
    const rule = { SecurityGroupId: naming, IpProtocol: 'TCP', PortRange: '22/22', SourceGroupId: named };
    await region.ok('Ecs', 'AuthorizeSecurityGroup', rule);
    const refused = await region.refused('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: named });
    expect(refused).toMatchObject({ code: 'DependencyViolation', status: 403 });
    expect(refused.message).toContain(naming);
    const listed = await region.ok('Ecs', 'DescribeSecurityGroups', { SecurityGroupId: naming });
    expect(listed.SecurityGroups.SecurityGroup).toMatchObject([{ RuleCount: 1, GroupToGroupRuleCount: 1 }]);
    await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: naming });
    await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: named });
  });

  it('X7 a VSwitch and a VPC with an instance stay, also while it is stopped', async () => {
    const group = await region.group(vpc);
    const [id = ''] = await region.run(vswitch, group);
    await region.ok('Ecs', 'StopInstance', { InstanceId: id });
    await region.reach([id], 'Stopped');
    expect((await region.refused('Vpc', 'DeleteVSwitch', { VSwitchId: vswitch })).code).toMatch(/^DependencyViolation/);
    expect((await region.refused('Vpc', 'DeleteVpc', { VpcId: vpc })).code).toMatch(/^DependencyViolation/);
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id });
    await region.gone([id]);
    await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: group });
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId: vswitch });
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
  });

  it('X7 a protected instance stays', async () => {
    const group = await region.group(vpc);
    const [id = ''] = await region.run(vswitch, group, { DeletionProtection: true });
    for (const request of [{ InstanceId: id }, { InstanceId: id, Force: true }]) {
      expect(await region.refused('Ecs', 'DeleteInstance', request)).toMatchObject({
        code: 'InvalidOperation.DeletionProtection',
        status: 403,
      });
    }
    await region.reach([id], 'Running');
  });
});
