/** Rows of security groups and rules as answers show them. */
import type { Tables } from '../../store/schema.ts';
import { formatSeconds } from '../../values/clock.ts';
import type { Tag } from '../tag/rules.ts';
import { ecsTags } from '../tag/view.ts';

/** Numbers of a group that its row does not hold. */
export interface GroupCounts {
  readonly rules: number;
  readonly groupRules: number;
  /** Instances in the group and room for more; only where they were asked for. */
  readonly instances?: { readonly present: number; readonly room: number };
}

/** A group as DescribeSecurityGroups lists it. */
export function listedGroup(row: Tables['security_group'], counts: GroupCounts, tags: readonly Tag[] | undefined) {
  return {
    SecurityGroupId: row.id,
    SecurityGroupName: row.name,
    Description: row.description,
    SecurityGroupType: row.kind,
    VpcId: row.vpc_id,
    CreationTime: formatSeconds(row.created_at),
    ResourceGroupId: row.resource_group_id,
    ServiceID: 0,
    ServiceManaged: false,
    RuleCount: counts.rules,
    GroupToGroupRuleCount: counts.groupRules,
    EcsCount: counts.instances?.present ?? 0,
    AvailableInstanceAmount: counts.instances?.room ?? 0,
    Tags: ecsTags(tags),
  };
}

/** A group with the other groups that have rules that name it; all are of one account. */
export function listedReference(row: Tables['security_group'], namedBy: readonly string[]) {
  return {
    SecurityGroupId: row.id,
    ReferencingSecurityGroups: {
      ReferencingSecurityGroup: namedBy.map((id) => ({ AliUid: row.account_id, SecurityGroupId: id })),
    },
  };
}

/** A rule as DescribeSecurityGroupAttribute lists it. `peerName`: name of the group or prefix list that it names. */
export function listedRule(row: Tables['security_group_rule'], peerName: string | undefined) {
  const ingress = row.direction === 'ingress';
  const peer = {
    cidr: row.peer_kind === 'cidr' ? row.peer : '',
    group: row.peer_kind === 'group' ? row.peer : '',
    groupName: row.peer_kind === 'group' ? (peerName ?? '') : '',
    list: row.peer_kind === 'prefixList' ? row.peer : '',
    listName: row.peer_kind === 'prefixList' ? (peerName ?? '') : '',
  };
  return {
    SecurityGroupRuleId: row.id,
    Direction: row.direction,
    IpProtocol: row.protocol.toUpperCase(),
    PortRange: `${row.port_from}/${row.port_to}`,
    SourcePortRange: `${row.source_port_from}/${row.source_port_to}`,
    Policy: row.policy,
    Priority: String(row.priority),
    NicType: 'intranet',
    Description: row.description,
    CreateTime: formatSeconds(row.created_at),
    SourceCidrIp: ingress ? peer.cidr : row.local_cidr,
    SourceGroupId: ingress ? peer.group : '',
    SourceGroupName: ingress ? peer.groupName : '',
    SourceGroupOwnerAccount: '',
    DestCidrIp: ingress ? row.local_cidr : peer.cidr,
    DestGroupId: ingress ? '' : peer.group,
    DestGroupName: ingress ? '' : peer.groupName,
    DestGroupOwnerAccount: '',
    Ipv6SourceCidrIp: '',
    Ipv6DestCidrIp: '',
    SourcePrefixListId: ingress ? peer.list : '',
    SourcePrefixListName: ingress ? peer.listName : '',
    DestPrefixListId: ingress ? '' : peer.list,
    DestPrefixListName: ingress ? '' : peer.listName,
    PortRangeListId: '',
    PortRangeListName: '',
  };
}
