/** Security groups, their rules and members, by the vendor's client. */
import type { Script } from './drive.ts';

export const securityGroups: Script = async ({ region, call }) => {
  const RegionId = 'cn-hangzhou';
  const VpcId = await region.vpc();
  const VSwitchId = await region.vswitch(VpcId, '10.0.1.0/24');
  const { SecurityGroupId } = await call('CreateSecurityGroup', {
    RegionId,
    VpcId,
    SecurityGroupName: 'driven',
    Description: 'by the SDK',
    Tag: [{ Key: 'k', Value: 'v' }],
  });
  const other = await region.group(VpcId);
  const [InstanceId] = await region.run(VSwitchId, other);

  const rule = { IpProtocol: 'tcp', PortRange: '80/80', Policy: 'accept', Priority: '1' };
  const ingress = { RegionId, SecurityGroupId, Permissions: [{ ...rule, SourceCidrIp: '10.0.0.0/8' }] };
  const egress = { RegionId, SecurityGroupId, Permissions: [{ ...rule, DestGroupId: other }] };
  await call('AuthorizeSecurityGroup', ingress);
  await call('AuthorizeSecurityGroupEgress', egress);
  await call('DescribeSecurityGroupAttribute', { RegionId, SecurityGroupId, Direction: 'all' });
  await call('ModifySecurityGroupPolicy', { RegionId, SecurityGroupId, InnerAccessPolicy: 'Drop' });
  await call('JoinSecurityGroup', { SecurityGroupId, InstanceId });
  await call('DescribeSecurityGroups', { RegionId, VpcId });
  await call('LeaveSecurityGroup', { SecurityGroupId, InstanceId });
  await call('RevokeSecurityGroup', ingress);
  await call('RevokeSecurityGroupEgress', egress);
  await call('DeleteSecurityGroup', { RegionId, SecurityGroupId });
};
