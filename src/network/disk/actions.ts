/** One function for each action on disks. */
import type { Input } from '../../contract/action.ts';
import type { describeDisks } from '../../contract/disk.ts';
import { refuse } from '../../contract/errors.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { acceptFilters } from '../instance/filters.ts';
import { partAsked, partOfList, readPart } from '../paging-either.ts';
import { knownRegion } from '../region/regions.ts';
import { idsInAll } from '../selection.ts';
import { acceptTagConditions } from '../tag/rules.ts';
import { type Disk, diskOf, instanceIdOf } from './disk.ts';
import { listedDisk } from './view.ts';

type Asked = Input<typeof describeDisks>;

const ORDER = ['-created_at', 'id'] as const;

export const diskHandlers: HandlersOf<typeof describeDisks> = {
  async 'Ecs.DescribeDisks'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const tagged = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(tagged)) return tagged;
    const created = acceptFilters(input.Filter ?? []);
    if (isRefusal(created)) return created;
    const part = partAsked(input);
    if (isRefusal(part)) return part;
    if (call.dryRun) return refuse('DryRunOperation');
    const none = tagged.length > 0 || asksForNone(input);
    const conditions = conditionsOf(input);

    return call.read(async (reader) => {
      const ofDisks = input.DiskIds?.map(instanceIdOf);
      const where = {
        id: none ? [] : idsInAll(ofDisks, input.InstanceId === undefined ? undefined : [input.InstanceId]),
        account_id: call.caller.accountId,
        region_id: region.id,
        zone_id: input.ZoneId,
        resource_group_id: input.ResourceGroupId,
      };
      // Conditions that no column answers are asked of the disks; only then are all rows read.
      if (conditions.length === 0 && created.length === 0) {
        const { rows, facts } = await readPart(reader, 'instance', where, ORDER, part);
        return { ...facts, Disks: { Disk: rows.map((row) => listedDisk(diskOf(row))) } };
      }
      const all = await reader.find('instance', where, { orderBy: ORDER });
      const found = all
        .filter((row) => created.every((holds) => holds(row)))
        .map(diskOf)
        .filter((disk) => conditions.every((holds) => holds(disk)));
      const { rows, facts } = partOfList(found, part);
      return { ...facts, Disks: { Disk: rows.map(listedDisk) } };
    });
  },
};

/** Whether something is asked that no disk has. */
function asksForNone(input: Asked): boolean {
  return (
    input.DiskType === 'data' ||
    input.Portable === true ||
    input.DeleteWithInstance === false ||
    input.DeleteAutoSnapshot === true ||
    input.EnableAutoSnapshot === true ||
    input.EnableAutomatedSnapshotPolicy === true ||
    input.EnableShared === true ||
    input.Encrypted === true ||
    (input.MultiAttach ?? 'Disabled') !== 'Disabled' ||
    input.LockReason !== undefined ||
    input.AutoSnapshotPolicyId !== undefined ||
    input.SnapshotId !== undefined ||
    input.KMSKeyId !== undefined
  );
}

function conditionsOf({ DiskName, Category, Status, DiskChargeType }: Asked): readonly ((disk: Disk) => boolean)[] {
  const conditions: ((disk: Disk) => boolean)[] = [];
  if (DiskName !== undefined) conditions.push((disk) => disk.name === DiskName);
  if (Category !== 'all') conditions.push((disk) => disk.category === Category);
  if (Status !== 'All') conditions.push((disk) => disk.status === Status);
  if (DiskChargeType !== undefined) conditions.push((disk) => disk.chargeType === DiskChargeType);
  return conditions;
}
