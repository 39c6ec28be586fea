/** The default VPC of a region, whose block is chosen here. */
import type { createDefaultVpc } from '../../contract/vpc.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { knownRegion } from '../region/regions.ts';
import { defaultResourceGroup } from '../resource-group/rules.ts';
import { addVpc, newVpc } from './creation.ts';
import { DEFAULT_VPC_BLOCK, mayAddDefaultVpc, mustNotEnableIpv6 } from './rules.ts';

export const defaultVpcHandlers: HandlersOf<typeof createDefaultVpc> = {
  async 'Vpc.CreateDefaultVpc'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const ipv6 = mustNotEnableIpv6(input.EnableIpv6, 'EnableIpv6');
    if (ipv6) return ipv6;
    const accountId = call.caller.accountId;
    const row = newVpc(call, region, {
      name: '',
      description: '',
      cidr: DEFAULT_VPC_BLOCK,
      is_default: true,
      dns_hostname: false,
      resource_group_id: input.ResourceGroupId ?? defaultResourceGroup(accountId),
    });
    return call.write([`account:${accountId}`], async (tx) => {
      const present = await tx.get('vpc', { account_id: accountId, region_id: region.id, is_default: true });
      const refused = mayAddDefaultVpc(present?.id);
      if (refused) return refused;
      const RouteTableId = await addVpc(call, tx, region, row);
      await record(call, tx, 'Vpc.CreateDefaultVpc', row.id, row.id);
      return { VpcId: row.id, VRouterId: row.vrouter_id, RouteTableId };
    });
  },
};
