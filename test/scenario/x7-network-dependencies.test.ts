/** X7: a VPC or VSwitch that is in use is not deleted; each refusal names what uses it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

describe('X7 dependencies of VPCs and VSwitches', () => {
  let region: Region;
  beforeAll(async () => {
    region = await startRegion();
  });
  afterAll(() => region.close());

  it('X7: VSwitches, then groups, then nothing holds a VPC; instances hold a VSwitch, stopped ones too', async () => {
    const VpcId = await region.vpc();
    const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
    const group = await region.group(VpcId);
    const [InstanceId] = await region.run(VSwitchId, group);

    const refused = async (action: string, request: object, code: string, user: string): Promise<void> => {
      const before = await region.snapshot();
      const answer = await region.refused('Vpc', action, request as Body);
      expect(answer).toMatchObject({ code, status: 400 });
      expect(answer.message).toContain(user);
      expect(await region.snapshot()).toEqual(before);
    };
    await refused('DeleteVpc', { VpcId }, 'DependencyViolation.VSwitch', VSwitchId);
    await refused('DeleteVSwitch', { VSwitchId }, 'DependencyViolation', InstanceId!);

    await region.ok('Ecs', 'StopInstance', { InstanceId });
    await region.reach([InstanceId!], 'Stopped');
    await refused('DeleteVSwitch', { VSwitchId }, 'DependencyViolation', InstanceId!);

    await region.ok('Ecs', 'DeleteInstance', { InstanceId });
    await region.until(async () => (await region.ok('Ecs', 'DescribeInstances')).TotalCount === 0);
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    await refused('DeleteVpc', { VpcId }, 'DependencyViolation.SecurityGroup', group);
    await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: group });
    await region.ok('Vpc', 'DeleteVpc', { VpcId });

    const { vpc, vswitch, route_table, route_entry, address_lease, tag } = await region.snapshot();
    expect({ vpc, vswitch, route_table, route_entry, address_lease, tag }).toEqual({
      vpc: [],
      vswitch: [],
      route_table: [],
      route_entry: [],
      address_lease: [],
      tag: [],
    });
  });

  it('X7: tags go with what they are on', async () => {
    const Tag = [{ Key: 'team', Value: 'a' }];
    const VpcId = await region.vpc({ Tag });
    const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24', { Tag });
    expect((await region.snapshot())['tag']).toHaveLength(2);
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId });
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
    expect((await region.snapshot())['tag']).toEqual([]);
  });
});
