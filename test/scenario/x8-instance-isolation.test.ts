/** X8: groups, instances and interfaces of one account do not exist for another, whatever the action. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Region, startRegion } from './harness.ts';

describe('X8 isolation of accounts', () => {
  let region: Region;
  let stranger: Client;
  let owned: { vpc: string; vswitch: string; group: string; instance: string; eni: string; rule: string };
  beforeAll(async () => {
    region = await startRegion();
    stranger = await region.account('stranger');
    const vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    const group = await region.group(vpc, { SecurityGroupName: 'mine', Tag: [{ Key: 'k', Value: 'v' }] });
    await region.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId: group,
      IpProtocol: 'TCP',
      PortRange: '22/22',
      SourceCidrIp: '0.0.0.0/0',
    });
    const [instance = ''] = await region.run(vswitch, group, { InstanceName: 'mine', Tag: [{ Key: 'k', Value: 'v' }] });
    const enis = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: instance });
    const shown = await region.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId: group });
    owned = {
      vpc,
      vswitch,
      group,
      instance,
      eni: enis.NetworkInterfaceSets.NetworkInterfaceSet[0].NetworkInterfaceId,
      rule: shown.Permissions.Permission[0].SecurityGroupRuleId,
    };
  });
  afterAll(() => region.close());

  it('X8 lists of another account are empty, whatever is asked for', async () => {
    const { vpc, vswitch, group, instance, eni } = owned;
    const tag = { Tag: [{ Key: 'k', Value: 'v' }] };
    const address = '10.0.1.1';
    const lists: [action: string, requests: object[]][] = [
      [
        'DescribeSecurityGroups',
        [
          {},
          { SecurityGroupId: group },
          { SecurityGroupIds: JSON.stringify([group]) },
          { VpcId: vpc },
          tag,
          { SecurityGroupName: 'mine' },
        ],
      ],
      [
        'DescribeInstances',
        [
          {},
          { InstanceIds: JSON.stringify([instance]) },
          { SecurityGroupId: group },
          { VSwitchId: vswitch },
          tag,
          { InstanceName: 'm*' },
          { PrivateIpAddresses: JSON.stringify([address]), VpcId: vpc },
        ],
      ],
      ['DescribeInstanceStatus', [{}, { InstanceId: [instance] }]],
      [
        'DescribeNetworkInterfaces',
        [
          {},
          { NetworkInterfaceId: [eni] },
          { InstanceId: instance },
          { SecurityGroupId: group },
          { VpcId: vpc, PrivateIpAddress: [address] },
        ],
      ],
    ];
    for (const [action, requests] of lists) {
      for (const request of requests) {
        expect(await region.ok('Ecs', action, request as never)).toMatchObject({ TotalCount: 1 });
        expect(await stranger.ok('Ecs', action, request as never)).toMatchObject({ TotalCount: 0 });
      }
    }
  });

  it('X8 every change of another account is refused as of something that does not exist', async () => {
    const { vpc, vswitch, group, instance, eni, rule } = owned;
    const ownVpc = await stranger.vpc();
    const ownVswitch = await stranger.vswitch(ownVpc, '10.0.1.0/24');
    const ownGroup = await stranger.group(ownVpc);
    const [ownInstance] = await stranger.run(ownVswitch, ownGroup);
    const tuple = { IpProtocol: 'TCP', PortRange: '22/22', SourceCidrIp: '0.0.0.0/0' };
    const egress = { IpProtocol: 'TCP', PortRange: '22/22', DestCidrIp: '0.0.0.0/0' };
    const image = { InstanceType: 'ecs.g6.large', ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd' };
    const group404 = 'InvalidSecurityGroupId.NotFound';
    const instance404 = 'InvalidInstanceId.NotFound';
    const attempts: [action: string, request: object, code: string][] = [
      ['CreateSecurityGroup', { VpcId: vpc }, 'InvalidVpcId.NotFound'],
      ['DescribeSecurityGroupAttribute', { SecurityGroupId: group }, group404],
      ['AuthorizeSecurityGroup', { SecurityGroupId: group, ...tuple }, group404],
      [
        'AuthorizeSecurityGroup',
        { SecurityGroupId: ownGroup, ...tuple, SourceCidrIp: '', SourceGroupId: group },
        'InvalidSourceGroupId.NotFound',
      ],
      ['AuthorizeSecurityGroupEgress', { SecurityGroupId: group, ...egress }, group404],
      [
        'AuthorizeSecurityGroupEgress',
        { SecurityGroupId: ownGroup, ...egress, DestCidrIp: '', DestGroupId: group },
        'InvalidDestGroupId.NotFound',
      ],
      ['RevokeSecurityGroup', { SecurityGroupId: group, ...tuple }, group404],
      ['RevokeSecurityGroup', { SecurityGroupId: group, SecurityGroupRuleId: [rule] }, group404],
      ['RevokeSecurityGroupEgress', { SecurityGroupId: group, ...egress }, group404],
      ['ModifySecurityGroupPolicy', { SecurityGroupId: group, InnerAccessPolicy: 'Drop' }, group404],
      ['DeleteSecurityGroup', { SecurityGroupId: group }, group404],
      ['JoinSecurityGroup', { SecurityGroupId: group, InstanceId: ownInstance }, group404],
      ['JoinSecurityGroup', { SecurityGroupId: ownGroup, InstanceId: instance }, instance404],
      ['JoinSecurityGroup', { SecurityGroupId: ownGroup, NetworkInterfaceId: eni }, 'InvalidEniId.NotFound'],
      ['LeaveSecurityGroup', { SecurityGroupId: group, InstanceId: instance }, instance404],
      ['RunInstances', { ...image, VSwitchId: vswitch, SecurityGroupId: group }, 'InvalidVSwitchId.NotFound'],
      ['RunInstances', { ...image, VSwitchId: ownVswitch, SecurityGroupId: group }, group404],
      ['StartInstance', { InstanceId: instance }, instance404],
      ['StopInstance', { InstanceId: instance }, instance404],
      ['RebootInstance', { InstanceId: instance }, instance404],
      ['DeleteInstance', { InstanceId: instance, Force: true }, instance404],
    ];
    const before = await region.snapshot();
    for (const [action, request, code] of attempts) {
      expect([action, await stranger.refused('Ecs', action, request as never)]).toMatchObject([
        action,
        { code, status: 404 },
      ]);
    }
    expect(await region.snapshot()).toEqual(before);
  });
});
