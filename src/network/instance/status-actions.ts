/** DescribeInstanceStatus and DescribeInstancesFullStatus. */
import type { describeInstanceStatus, describeInstancesFullStatus } from '../../contract/instance-status.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { pageOfList, readPage } from '../paging.ts';
import { knownRegion, knownZone } from '../region/regions.ts';
import { fullStatus, healthCondition } from './health.ts';
import { ORDER } from './listing-actions.ts';

export const statusHandlers: HandlersOf<typeof describeInstanceStatus | typeof describeInstancesFullStatus> = {
  async 'Ecs.DescribeInstanceStatus'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const zone = input.ZoneId === undefined ? undefined : knownZone(region, input.ZoneId);
    if (isRefusal(zone)) return zone;
    return call.read(async (reader) => {
      const where = {
        id: input.ClusterId === undefined ? given(input.InstanceId) : [],
        account_id: call.caller.accountId,
        region_id: region.id,
        zone_id: input.ZoneId,
      };
      const { rows, facts } = await readPage(reader, 'instance', where, ORDER, input);
      return {
        ...facts,
        InstanceStatuses: { InstanceStatus: rows.map((row) => ({ InstanceId: row.id, Status: row.status })) },
      };
    });
  },

  async 'Ecs.DescribeInstancesFullStatus'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const holds = healthCondition(input);
    if (isRefusal(holds)) return holds;
    return call.read(async (reader) => {
      const where = {
        id: given(input.InstanceId),
        account_id: call.caller.accountId,
        region_id: region.id,
        status: input.Status,
      };
      // Conditions that no column answers are asked of the rows; only then are all rows read.
      const { rows, facts } =
        holds === undefined
          ? await readPage(reader, 'instance', where, ORDER, input)
          : pageOfList((await reader.find('instance', where, { orderBy: ORDER })).filter(holds), input);
      return { ...facts, InstanceFullStatusSet: { InstanceFullStatusType: rows.map(fullStatus) } };
    });
  },
};

function given(list: readonly string[] | undefined): readonly string[] | undefined {
  return list && list.length > 0 ? list : undefined;
}
