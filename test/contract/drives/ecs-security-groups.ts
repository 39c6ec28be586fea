/** Security groups with their rules, prefix lists and tags, by the vendor's client. */
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
  const { Permissions } = await call('DescribeSecurityGroupAttribute', { RegionId, SecurityGroupId, Direction: 'all' });
  await call('DescribeSecurityGroupReferences', { RegionId, SecurityGroupId: [other] });
  const [inbound, outbound] = Permissions.Permission;
  const changed = { RegionId, SecurityGroupId, Priority: '2' };
  const ids = [inbound, outbound].map((each) => each.SecurityGroupRuleId);
  await call('ModifySecurityGroupRule', { ...changed, SecurityGroupRuleId: ids[0] });
  await call('ModifySecurityGroupEgressRule', { ...changed, SecurityGroupRuleId: ids[1] });
  await call('ModifySecurityGroupAttribute', { RegionId, SecurityGroupId, SecurityGroupName: 'driven-again' });
  await call('ModifySecurityGroupPolicy', { RegionId, SecurityGroupId, InnerAccessPolicy: 'Drop' });
  await call('JoinSecurityGroup', { SecurityGroupId, InstanceId });
  await call('DescribeSecurityGroups', { RegionId, VpcId });
  await call('LeaveSecurityGroup', { SecurityGroupId, InstanceId });
  await call('RevokeSecurityGroup', { RegionId, SecurityGroupId, SecurityGroupRuleId: [ids[0]] });
  await call('RevokeSecurityGroupEgress', { RegionId, SecurityGroupId, SecurityGroupRuleId: [ids[1]] });
  await call('DeleteSecurityGroup', { RegionId, SecurityGroupId });
};

export const prefixLists: Script = async ({ region, call }) => {
  const RegionId = 'cn-hangzhou';
  const { PrefixListId } = await call('CreatePrefixList', {
    RegionId,
    PrefixListName: 'driven',
    Description: 'by the SDK',
    AddressFamily: 'IPv4',
    MaxEntries: 5,
    Entry: [{ Cidr: '10.0.0.0/8', Description: 'ten' }],
    Tag: [{ Key: 'k', Value: 'v' }],
  });
  const SecurityGroupId = await region.group(await region.vpc());
  const rule = { IpProtocol: 'tcp', PortRange: '80/80', SourcePrefixListId: PrefixListId };
  await call('AuthorizeSecurityGroup', { RegionId, SecurityGroupId, Permissions: [rule] });
  await call('DescribePrefixLists', { RegionId, PrefixListId: [PrefixListId] });
  await call('DescribePrefixListAttributes', { RegionId, PrefixListId });
  await call('DescribePrefixListAssociations', { RegionId, PrefixListId });
  await call('ModifyPrefixList', { RegionId, PrefixListId, AddEntry: [{ Cidr: '11.0.0.0/8' }] });
  await call('RevokeSecurityGroup', { RegionId, SecurityGroupId, Permissions: [rule] });
  await call('DeletePrefixList', { RegionId, PrefixListId });
};

export const tags: Script = async ({ region, call }) => {
  const RegionId = 'cn-hangzhou';
  const group = await region.group(await region.vpc());
  const resources = { RegionId, ResourceType: 'securitygroup', ResourceId: [group] };
  await call('TagResources', { ...resources, Tag: [{ Key: 'k', Value: 'v' }] });
  await call('ListTagResources', { ...resources, Tag: [{ Key: 'k', Value: 'v' }] });
  await call('ListTagResources', { RegionId, ResourceType: 'securitygroup', TagFilter: [{ TagKey: 'k*' }] });
  await call('DescribeTags', { RegionId, ResourceType: 'securitygroup' });
  await call('UntagResources', { ...resources, TagKey: ['k'] });
};

export const resourceGroups: Script = async ({ region, call }) => {
  const ResourceId = await region.group(await region.vpc());
  const request = { RegionId: 'cn-hangzhou', ResourceType: 'securitygroup', ResourceId, ResourceGroupId: 'rg-other' };
  await call('JoinResourceGroup', request);
};
