/** VPCs in answers. */
import type { Tables } from '../../store/schema.ts';
import { formatSeconds } from '../../values/clock.ts';
import type { Tag } from '../tag/rules.ts';
import { vpcTags } from '../tag/view.ts';

/** What an answer on a VPC tells besides its row. */
export interface VpcSurroundings {
  readonly vswitchIds: readonly string[];
  readonly routeTableIds: readonly string[];
  readonly tags: readonly Tag[] | undefined;
}

/** The fields that DescribeVpcs and DescribeVpcAttribute share. */
function describeVpc(vpc: Tables['vpc'], { vswitchIds, tags }: VpcSurroundings) {
  return {
    VpcId: vpc.id,
    VpcName: vpc.name,
    Description: vpc.description,
    CidrBlock: vpc.cidr,
    Status: vpc.status,
    RegionId: vpc.region_id,
    OwnerId: Number(vpc.account_id),
    IsDefault: vpc.is_default,
    DnsHostnameStatus: vpc.dns_hostname ? 'ENABLED' : 'DISABLED',
    VRouterId: vpc.vrouter_id,
    ResourceGroupId: vpc.resource_group_id,
    CreationTime: formatSeconds(vpc.created_at),
    VSwitchIds: { VSwitchId: [...vswitchIds] },
    Tags: vpcTags(tags),
    EnabledIpv6: false,
    Ipv6CidrBlock: '',
    Ipv6CidrBlocks: { Ipv6CidrBlock: [] },
    SecondaryCidrBlocks: { SecondaryCidrBlock: [] },
    UserCidrs: { UserCidr: [] },
    DhcpOptionsSetId: '',
    DhcpOptionsSetStatus: '',
  };
}

/** An item of DescribeVpcs. */
export function listedVpc(vpc: Tables['vpc'], surroundings: VpcSurroundings) {
  return {
    ...describeVpc(vpc, surroundings),
    CenStatus: '',
    NatGatewayIds: { NatGatewayIds: [] },
    RouterTableIds: { RouterTableIds: [...surroundings.routeTableIds] },
  };
}

/** The answer of DescribeVpcAttribute. */
export function vpcAttribute(vpc: Tables['vpc'], surroundings: VpcSurroundings) {
  return {
    ...describeVpc(vpc, surroundings),
    AssociatedCens: { AssociatedCen: [] },
    AssociatedPropagationSources: { AssociatedPropagationSources: [] },
    ClassicLinkEnabled: false,
    CloudResources: {
      CloudResourceSetType: [
        { ResourceType: 'VRouter', ResourceCount: 1 },
        { ResourceType: 'VSwitch', ResourceCount: surroundings.vswitchIds.length },
        { ResourceType: 'RouteTable', ResourceCount: surroundings.routeTableIds.length },
      ],
    },
    Ipv4GatewayId: '',
    SupportIpv4Gateway: false,
  };
}
