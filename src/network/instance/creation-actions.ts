/**
 * RunInstances and CreateInstance: what is asked is checked once, then the instances are made one by one in one
 * transaction. CreateInstance makes one that is to be stopped as soon as its interface is attached.
 */
import type { ActionKey, Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { createInstance, runInstances } from '../../contract/instance-creation.ts';
import type { Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { newId } from '../../values/id.ts';
import { addToIpv4 } from '../../values/ip.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { findImage } from '../image/catalogue.ts';
import { findInstanceType } from '../instance-type/catalogue.ts';
import { primaryQueues } from '../instance-type/rules.ts';
import { addPrimary } from '../interface/primary.ts';
import { knownRegion, knownZone, type Region } from '../region/regions.ts';
import { defaultResourceGroup } from '../resource-group/rules.ts';
import { roomIn } from '../security-group/rules.ts';
import { acceptTags, type Tag } from '../tag/rules.ts';
import { addTags } from '../tag/tags.ts';
import {
  type Amounts,
  acceptAmounts,
  acceptSubscription,
  acceptUserData,
  mayBePassword,
  mayHaveBandwidth,
  mayHaveQueues,
} from './creation-rules.ts';
import { echoOf } from './echo.ts';
import { acceptHostNames, acceptInstanceNames, mayBeHostName, mayBeInstanceName, type Platform } from './names.ts';
import { type Placement, type PrimaryAsked, place, readPrimary } from './placement.ts';

type Asked = Omit<Input<typeof runInstances>, 'DataDisk'>;

/** What the instances of one request are like, checked as far as that needs no state. */
interface Plan {
  readonly region: Region;
  readonly amounts: Amounts;
  readonly primary: PrimaryAsked;
  readonly queueNumber: number;
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly hostNames: readonly string[];
  readonly userData: string;
  readonly tags: readonly Tag[];
  readonly expiry: number | undefined;
  readonly wanted: 'Running' | 'Stopped';
}

export const creationHandlers: HandlersOf<typeof runInstances | typeof createInstance> = {
  async 'Ecs.RunInstances'(call, input) {
    const made = await create(call, 'Ecs.RunInstances', input, 'Running');
    return isRefusal(made) ? made : { InstanceIdSets: { InstanceIdSet: [...made] }, ...NO_ORDER };
  },

  async 'Ecs.CreateInstance'(call, input) {
    const { InstanceName, HostName } = input;
    // Only several instances can be numbered, so the name must do as it is.
    const refusal =
      (InstanceName === undefined ? undefined : mayBeInstanceName(InstanceName)) ??
      (HostName === undefined ? undefined : mayBeHostName(HostName, platformOf(input.ImageId)));
    if (refusal) return refusal;
    const { DataDisk: _refused, ...asked } = input;
    const made = await create(call, 'Ecs.CreateInstance', { ...asked, Amount: 1, UniqueSuffix: false }, 'Stopped');
    return isRefusal(made) ? made : { InstanceId: made[0]!, ...NO_ORDER };
  },
};

/** Nothing is ordered or charged. */
const NO_ORDER = { OrderId: '', TradePrice: 0 };

function platformOf(imageId: string | undefined): Platform {
  return (imageId === undefined ? undefined : findImage(imageId)?.osType) ?? 'linux';
}

/** Ids of the instances that were made. */
async function create(
  call: Call,
  action: ActionKey,
  input: Asked,
  wanted: Plan['wanted'],
): Promise<readonly string[] | Refusal> {
  const plan = planOf(call, input, wanted);
  if (isRefusal(plan)) return plan;
  const accountId = call.caller.accountId;
  const vswitch = await call.read((reader) =>
    reader.get('vswitch', { id: plan.primary.vswitchId, account_id: accountId }),
  );
  // A VSwitch never changes its VPC, so what the transaction contends on may be read before it.
  const scope = [`account:${accountId}`, ...(vswitch ? [vswitch.vpc_id] : [])];
  return call.write<readonly string[]>(scope, async (tx) => {
    const { region, amounts, primary } = plan;
    const placement = await place(tx, call, region.id, primary, input.ZoneId, amounts.most);
    if (isRefusal(placement)) return placement;
    const count = await affordable(call, tx, plan, placement);
    if (isRefusal(count)) return count;
    const made: string[] = [];
    while (made.length < count) {
      const added = await addInstance(call, tx, input, plan, placement, made.length);
      if (!added) break;
      made.push(added);
    }
    const short = enoughMade(made.length, plan, placement);
    if (short) return short;
    await tx.touch(placement.vswitch.vpc_id, region.id);
    for (const id of made) await record(call, tx, action, placement.vswitch.vpc_id, id);
    return made;
  });
}

/** Checks everything that no state is needed for. */
function planOf(call: Call, input: Asked, wanted: Plan['wanted']): Plan | Refusal {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const zone = input.ZoneId === undefined ? undefined : knownZone(region, input.ZoneId);
  if (isRefusal(zone)) return zone;
  const amounts = acceptAmounts(input.Amount, input.MinAmount);
  if (isRefusal(amounts)) return amounts;
  if (!input.ImageId) return refuse('MissingParameter', { parameter: 'ImageId' });
  const image = findImage(input.ImageId);
  if (!image) return refuse('InvalidImageId.NotFound', { parameter: 'ImageId' });
  if (!input.InstanceType) return refuse('MissingParameter', { parameter: 'InstanceType' });
  const type = findInstanceType(input.InstanceType);
  if (!type) return refuse('InvalidInstanceType.ValueNotSupported', { parameter: 'InstanceType' });
  const primary = readPrimary(input);
  if (isRefusal(primary)) return primary;
  const queueNumber = primary.queueNumber ?? primaryQueues(type);
  const refused =
    mayHaveQueues(queueNumber, primaryQueues(type), primary.queueParameter) ??
    mayBePassword(input.Password) ??
    mayHaveBandwidth(input.InternetMaxBandwidthOut);
  if (refused) return refused;
  const userData = acceptUserData(input.UserData);
  if (isRefusal(userData)) return userData;
  const tags = acceptTags(input.Tag, call.quotas.tagsPerResource);
  if (isRefusal(tags)) return tags;
  const expiry = acceptSubscription(input, call.clock.now());
  if (isRefusal(expiry)) return expiry;
  const ids = Array.from({ length: amounts.most }, () => newId('instance', region.code, call.random));
  const names =
    input.InstanceName === undefined ? ids : acceptInstanceNames(input.InstanceName, ids.length, input.UniqueSuffix);
  if (isRefusal(names)) return names;
  const hostNames = acceptHostNames(input, ids, image.osType);
  if (isRefusal(hostNames)) return hostNames;
  return { region, amounts, primary, queueNumber, ids, names, hostNames, userData, tags, expiry, wanted };
}

/** How many instances quota and groups allow, at most what is asked; refused when fewer than will do. */
async function affordable(call: Call, tx: Writer, plan: Plan, placement: Placement): Promise<number | Refusal> {
  const { most, least } = plan.amounts;
  const present = await tx.count('instance', { account_id: call.caller.accountId, region_id: plan.region.id });
  const quota = call.quotas.instancesPerRegion - present;
  if (quota < least) {
    return refuse('QuotaExceed.ElasticQuota', {
      parameter: 'Amount',
      detail: `There are ${present} of at most ${call.quotas.instancesPerRegion} instances.`,
    });
  }
  const rooms = placement.groups.map((group) => roomIn(group, call.quotas));
  const room = Math.min(...rooms);
  if (room < least) {
    const full = placement.groups[rooms.indexOf(room)];
    return refuse('SecurityGroupInstanceLimitExceed', {
      parameter: plan.primary.groupParameter,
      detail: `${full?.id} has room for ${Math.max(0, room)} more addresses.`,
    });
  }
  return Math.min(most, quota, room);
}

/** Adds the instance at this place of the request; undefined when it gets no address. */
async function addInstance(
  call: Call,
  tx: Writer,
  input: Asked,
  plan: Plan,
  { vswitch, groups, range, chosen }: Placement,
  index: number,
): Promise<string | undefined> {
  const id = plan.ids[index]!;
  const row: Tables['instance'] = {
    id,
    account_id: vswitch.account_id,
    region_id: vswitch.region_id,
    zone_id: vswitch.zone_id,
    vpc_id: vswitch.vpc_id,
    vswitch_id: vswitch.id,
    name: plan.names[index]!,
    description: input.Description ?? '',
    host_name: plan.hostNames[index]!,
    instance_type: input.InstanceType ?? '',
    image_id: input.ImageId ?? '',
    status: 'Pending',
    wanted: plan.wanted,
    boot_wanted: plan.wanted === 'Running' ? 1 : 0,
    boot_realized: 0,
    force_stop: false,
    user_data: plan.userData,
    deletion_protection: input.DeletionProtection,
    stopped_mode: plan.wanted === 'Running' ? 'Not-applicable' : 'KeepCharging',
    resource_group_id: input.ResourceGroupId ?? defaultResourceGroup(call.caller.accountId),
    echoed: echoOf(input, plan.expiry),
    failure: '',
    failed_at: null,
    created_at: call.clock.now(),
    started_at: null,
  };
  await tx.insert('instance', row);
  const plugged = await addPrimary(call, tx, {
    instanceId: id,
    region: plan.region,
    vswitch,
    address: chosen === undefined ? undefined : addToIpv4(chosen, index),
    range,
    groupIds: groups.map((group) => group.id),
    queueNumber: plan.queueNumber,
    sourceDestCheck: plan.primary.sourceDestCheck,
    name: plan.primary.name,
    description: plan.primary.description,
    resourceGroupId: row.resource_group_id,
  });
  if (!plugged) {
    await tx.remove('instance', { id });
    return undefined;
  }
  await addTags(tx, vswitch.account_id, 'instance', id, plan.tags);
  return id;
}

/** Chosen addresses must all be free; of automatic ones there must be enough for the fewest instances that will do. */
function enoughMade(made: number, plan: Plan, { vswitch, chosen }: Placement): Refusal | undefined {
  if (chosen !== undefined && made < plan.amounts.most) {
    return refuse('InvalidPrivateIpAddress.Duplicated', { parameter: plan.primary.addressParameter });
  }
  if (made >= plan.amounts.least) return undefined;
  return refuse('QuotaExceeded.PrivateIpAddress', {
    parameter: plan.primary.vswitchParameter,
    detail: `${vswitch.id} has ${made} free addresses.`,
  });
}
