/** ModifyInstanceAttribute, DescribeInstanceAttribute and DescribeUserData. */
import type { Input } from '../../contract/action.ts';
import type {
  describeInstanceAttribute,
  describeUserData,
  modifyInstanceAttribute,
} from '../../contract/instance-attribute.ts';
import type { Reader, Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { eipsOfInstances } from '../eip/lookup.ts';
import { record } from '../history.ts';
import { findImage } from '../image/catalogue.ts';
import { findInstanceType } from '../instance-type/catalogue.ts';
import { withBelongings } from '../interface/lookup.ts';
import { knownRegion } from '../region/regions.ts';
import { countAddresses, findGroup, withCounts } from '../security-group/lookup.ts';
import type { JoinedGroup } from '../security-group/rules.ts';
import {
  acceptQueues,
  mayChange,
  mayChangeLogon,
  mayHaveCredits,
  mayMoveTo,
  mayProtect,
  mustDiffer,
} from './attribute-rules.ts';
import { instanceAttributes } from './attribute-view.ts';
import { acceptUserData, mayBePassword } from './creation-rules.ts';
import { type Echo, echoWith, readEcho } from './echo.ts';
import { findInstance, networkOfInstance } from './lookup.ts';
import { mayBeHostName, mayBeInstanceName } from './names.ts';
import { instanceNotFound, mayChangeGroupsOf } from './rules.ts';

type Instance = Tables['instance'];
type Asked = Input<typeof modifyInstanceAttribute>;
type AttributeAction = typeof modifyInstanceAttribute | typeof describeInstanceAttribute | typeof describeUserData;

export const attributeHandlers: HandlersOf<AttributeAction> = {
  async 'Ecs.ModifyInstanceAttribute'(call, input) {
    const wording = wordingOf(input);
    if (isRefusal(wording)) return wording;
    return call.write(await networkOfInstance(call, input.InstanceId), async (tx) => {
      const instance = await findInstance(tx, call, input.InstanceId, { malformed: false });
      if (isRefusal(instance)) return instance;
      const patch = patchOf(input, instance, wording);
      if (isRefusal(patch)) return patch;
      const reachesPackets = await changeInterface(tx, call, input, instance);
      if (isRefusal(reachesPackets)) return reachesPackets;
      await tx.update('instance', { id: instance.id }, patch);
      if (reachesPackets) await tx.touch(instance.vpc_id, instance.region_id);
      await record(call, tx, 'Ecs.ModifyInstanceAttribute', instance.vpc_id, instance.id);
      return {};
    });
  },

  'Ecs.DescribeInstanceAttribute': (call, input) =>
    call.read(async (reader) => {
      const instance = await findInstance(reader, call, input.InstanceId, { malformed: false });
      if (isRefusal(instance)) return instance;
      const [primary] = await withBelongings(
        reader,
        await reader.find('network_interface', { instance_id: instance.id, kind: 'Primary' }),
      );
      const eips = await eipsOfInstances(reader, [instance.id]);
      return instanceAttributes(instance, primary, eips.get(instance.id));
    }),

  async 'Ecs.DescribeUserData'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const where = { id: input.InstanceId, account_id: call.caller.accountId, region_id: region.id };
    const instance = await call.read((reader) => reader.get('instance', where));
    if (!instance) return instanceNotFound(input.InstanceId);
    const UserData = Buffer.from(instance.user_data, 'utf8').toString('base64');
    return { InstanceId: instance.id, RegionId: region.id, UserData };
  },
};

/** What the texts of a request say, checked as far as that needs no state. */
interface Wording {
  readonly userData: string | undefined;
}

function wordingOf(input: Asked): Wording | Refusal {
  const refusal =
    (input.InstanceName === undefined ? undefined : mayBeInstanceName(input.InstanceName)) ??
    mayBePassword(input.Password) ??
    mustDiffer(input.SecurityGroupIds ?? []);
  if (refusal) return refusal;
  const userData = input.UserData === undefined ? undefined : acceptUserData(input.UserData);
  return isRefusal(userData) ? userData : { userData };
}

/** The change of the instance's row. */
function patchOf(input: Asked, instance: Instance, wording: Wording): Partial<Instance> | Refusal {
  const { HostName, Password, DeletionProtection, CreditSpecification, Recyclable } = input;
  const refusal =
    mayChange(instance) ??
    (HostName === undefined && Password === undefined ? undefined : mayChangeLogon(instance)) ??
    (HostName === undefined ? undefined : mayBeHostName(HostName, findImage(instance.image_id)?.osType ?? 'linux')) ??
    (DeletionProtection === undefined ? undefined : mayProtect(DeletionProtection, readEcho(instance).ExpiresAt)) ??
    (CreditSpecification === undefined ? undefined : mayHaveCredits(findInstanceType(instance.instance_type)));
  if (refusal) return refusal;
  const kept: Partial<Echo> = { CreditSpecification, Recyclable };
  const patch: { -readonly [C in keyof Instance]?: Instance[C] | undefined } = {
    name: input.InstanceName,
    description: input.Description,
    host_name: HostName,
    user_data: wording.userData,
    deletion_protection: DeletionProtection,
    echoed: echoWith(instance, kept),
  };
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

/**
 * Changes groups and queues of the primary interface. Whether something changed that packets see. Everything that
 * changes memberships of this network holds its scope, so the groups have the room that was found.
 */
async function changeInterface(tx: Writer, call: Call, input: Asked, instance: Instance): Promise<boolean | Refusal> {
  const groupIds = input.SecurityGroupIds ?? [];
  const queues = input.NetworkInterfaceQueueNumber;
  if (groupIds.length === 0 && queues === undefined) return false;
  const card = await tx.get('network_interface', { instance_id: instance.id, kind: 'Primary' });
  if (!card) throw new Error(`instance ${instance.id} has no primary interface`);
  if (queues !== undefined) {
    const accepted = acceptQueues(queues, findInstanceType(instance.instance_type), instance);
    if (isRefusal(accepted)) return accepted;
    await tx.update('network_interface', { id: card.id }, { queue_number: accepted });
  }
  if (groupIds.length > 0) {
    const refusal = mayChangeGroupsOf(instance) ?? (await mayTakeGroups(tx, call, groupIds, card));
    if (refusal) return refusal;
    await tx.remove('network_interface_group', { network_interface_id: card.id });
    for (const [position, groupId] of groupIds.entries()) {
      await tx.insert('network_interface_group', {
        network_interface_id: card.id,
        security_group_id: groupId,
        position,
      });
    }
  }
  return true;
}

async function mayTakeGroups(
  reader: Reader,
  call: Call,
  groupIds: readonly string[],
  card: Tables['network_interface'],
): Promise<Refusal | undefined> {
  const groups: JoinedGroup[] = [];
  for (const [index, groupId] of groupIds.entries()) {
    const group = await findGroup(reader, call, groupId, card.region_id, `SecurityGroupIds.${index + 1}`);
    if (isRefusal(group)) return group;
    groups.push(await withCounts(reader, group));
  }
  const memberships = await reader.find('network_interface_group', { network_interface_id: card.id });
  const present = memberships.map((membership) => membership.security_group_id);
  return mayMoveTo(groups, present, card.vpc_id, await countAddresses(reader, [card.id]), call.quotas);
}
