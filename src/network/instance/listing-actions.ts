/** DescribeInstances. */
import type { Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { describeInstances } from '../../contract/instance.ts';
import type { Reader, Where } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { parseIpv4, sortableIpv4 } from '../../values/ip.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { eipsOfInstances, instancesWithEip } from '../eip/lookup.ts';
import { INSTANCE_TYPES } from '../instance-type/catalogue.ts';
import { interfacesWithAddress, withBelongings } from '../interface/lookup.ts';
import { partAsked, partOfList, readPart } from '../paging-either.ts';
import { knownRegion } from '../region/regions.ts';
import { membersOf } from '../security-group/lookup.ts';
import { idsInAll } from '../selection.ts';
import { acceptTagConditions } from '../tag/rules.ts';
import { readTags, resourcesWithTags } from '../tag/tags.ts';
import { acceptFilters, type Condition, conditionsOnEcho } from './filters.ts';
import { listedInstance } from './view.ts';

type Instance = Tables['instance'];
type Asked = Input<typeof describeInstances>;

/** The order in which instances are listed everywhere. */
export const ORDER = ['-created_at', 'id'] as const;

export const listingHandlers: HandlersOf<typeof describeInstances> = {
  async 'Ecs.DescribeInstances'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const tagged = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(tagged)) return tagged;
    const times = acceptFilters(input.Filter ?? []);
    if (isRefusal(times)) return times;
    const part = partAsked(input);
    if (isRefusal(part)) return part;
    if (call.dryRun) return refuse('DryRunOperation');
    const conditions: readonly Condition[] = [...times, ...conditionsOnEcho(input)];

    return call.read(async (reader) => {
      const withTags = await resourcesWithTags(reader, call.caller.accountId, 'instance', tagged);
      const chosen = await idsAsked(reader, call, region.id, input);
      const where: Where<Instance> = {
        id: asksForNone(input) ? [] : idsInAll(withTags, ...chosen),
        account_id: call.caller.accountId,
        region_id: region.id,
        zone_id: input.ZoneId,
        vpc_id: input.VpcId,
        vswitch_id: input.VSwitchId,
        name: input.InstanceName?.includes('*') ? { like: input.InstanceName } : input.InstanceName,
        status: input.Status,
        instance_type: typesAsked(input),
        image_id: input.ImageId,
        resource_group_id: input.ResourceGroupId,
      };
      // Conditions that no column answers are asked of the rows; only then are all rows read.
      const { rows, facts } =
        conditions.length === 0
          ? await readPart(reader, 'instance', where, ORDER, part)
          : partOfList(await satisfying(reader, where, conditions), part);
      return { ...facts, Instances: { Instance: await listed(reader, rows) } };
    });
  },
};

async function satisfying(
  reader: Reader,
  where: Where<Instance>,
  conditions: readonly Condition[],
): Promise<Instance[]> {
  const rows = await reader.find('instance', where, { orderBy: ORDER });
  return rows.filter((row) => conditions.every((holds) => holds(row)));
}

async function listed(reader: Reader, rows: readonly Instance[]) {
  const ids = rows.map((row) => row.id);
  const tags = await readTags(reader, 'instance', ids);
  const cardRows = await reader.find('network_interface', { instance_id: ids }, { orderBy: ['device_index', 'id'] });
  const cards = Map.groupBy(await withBelongings(reader, cardRows), (card) => card.row.instance_id);
  const eips = await eipsOfInstances(reader, ids);
  return rows.map((row) => listedInstance(row, cards.get(row.id) ?? [], eips.get(row.id), tags.get(row.id)));
}

/** Whether something is asked that no instance has: no own public, classic or IPv6 address, lock or cluster. */
function asksForNone(input: Asked): boolean {
  return (
    input.InstanceNetworkType === 'classic' ||
    input.PublicIpAddresses !== undefined ||
    input.InnerIpAddresses !== undefined ||
    input.RdmaIpAddresses !== undefined ||
    input.HpcClusterId !== undefined ||
    input.LockReason !== undefined ||
    (input.Ipv6Address?.length ?? 0) > 0
  );
}

/** Lists of ids that conditions beside the instance's row leave over. */
async function idsAsked(
  reader: Reader,
  call: Call,
  regionId: string,
  input: Asked,
): Promise<(readonly string[] | undefined)[]> {
  const lists: (readonly string[] | undefined)[] = [input.InstanceIds];
  if (input.SecurityGroupId !== undefined) {
    lists.push(await instancesOf(reader, await membersOf(reader, input.SecurityGroupId)));
  }
  if (input.PrivateIpAddresses !== undefined) {
    const addresses = input.PrivateIpAddresses.flatMap((text) => parseIpv4(text) ?? []);
    lists.push(await instancesOf(reader, await interfacesWithAddress(reader, call, regionId, addresses)));
  }
  if (input.EipAddresses !== undefined) {
    const addresses = input.EipAddresses.flatMap((text) => parseIpv4(text) ?? []);
    lists.push(await instancesWithEip(reader, call, addresses.map(sortableIpv4)));
  }
  return lists;
}

async function instancesOf(reader: Reader, networkInterfaceIds: readonly string[]): Promise<string[]> {
  const cards = await reader.find('network_interface', { id: networkInterfaceIds, kind: 'Primary' });
  return cards.flatMap((card) => card.instance_id ?? []);
}

/** Types that satisfy the conditions on the type; undefined when there are none. */
function typesAsked({ InstanceType, InstanceTypeFamily, IoOptimized }: Asked): readonly string[] | string | undefined {
  if (InstanceTypeFamily === undefined && IoOptimized === undefined) return InstanceType;
  return INSTANCE_TYPES.filter(
    (type) =>
      (InstanceType === undefined || type.id === InstanceType) &&
      (InstanceTypeFamily === undefined || type.family === InstanceTypeFamily) &&
      (IoOptimized === undefined || (type.ioOptimized !== 'never') === IoOptimized),
  ).map((type) => type.id);
}
