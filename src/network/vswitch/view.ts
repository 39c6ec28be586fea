/** VSwitches in answers. */
import type { Tables } from '../../store/schema.ts';
import { formatSeconds } from '../../values/clock.ts';
import type { Tag } from '../tag/rules.ts';
import { vpcTags } from '../tag/view.ts';

/** What an answer on a VSwitch tells besides its row. */
export interface VSwitchSurroundings {
  readonly availableAddresses: number;
  readonly resourceGroupId: string;
  readonly routeTable: Tables['route_table'] | undefined;
  readonly tags: readonly Tag[] | undefined;
}

/** An item of DescribeVSwitches, and the answer of DescribeVSwitchAttributes. */
export function describedVSwitch(
  vswitch: Tables['vswitch'],
  { availableAddresses, resourceGroupId, routeTable, tags }: VSwitchSurroundings,
) {
  return {
    VSwitchId: vswitch.id,
    VSwitchName: vswitch.name,
    Description: vswitch.description,
    VpcId: vswitch.vpc_id,
    ZoneId: vswitch.zone_id,
    CidrBlock: vswitch.cidr,
    Status: vswitch.status,
    AvailableIpAddressCount: availableAddresses,
    IsDefault: vswitch.is_default,
    OwnerId: Number(vswitch.account_id),
    ResourceGroupId: resourceGroupId,
    CreationTime: formatSeconds(vswitch.created_at),
    RouteTable: { RouteTableId: routeTable?.id ?? '', RouteTableType: routeTable?.kind ?? '' },
    Tags: vpcTags(tags),
    EnabledIpv6: false,
    Ipv6CidrBlock: '',
    NetworkAclId: '',
    ShareType: '',
  };
}
