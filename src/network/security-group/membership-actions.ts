/** Joining and leaving security groups, alike for an instance (its primary interface) and a secondary interface. */
import type { ActionKey, Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { joinSecurityGroup, leaveSecurityGroup } from '../../contract/security-group.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { findInstance } from '../instance/lookup.ts';
import { mayChangeGroupsOf } from '../instance/rules.ts';
import { findInterface } from '../interface/lookup.ts';
import { mayChangeGroups } from '../interface/rules.ts';
import { countAddresses, findGroup, groupsOf, networkOfGroup, withCounts } from './lookup.ts';
import { mayJoin, mayLeave } from './rules.ts';

type Membership = Input<typeof joinSecurityGroup>;

export const membershipHandlers: HandlersOf<typeof joinSecurityGroup | typeof leaveSecurityGroup> = {
  'Ecs.JoinSecurityGroup': (call, input) =>
    change(call, input, 'Ecs.JoinSecurityGroup', async (tx, group, joiner) => {
      if (joiner.card.vpc_id !== group.vpc_id) {
        return refuse(joiner.kind === 'instance' ? 'InvalidInstanceId.Mismatch' : 'InvalidOperation.VpcMismatch', {
          parameter: 'SecurityGroupId',
        });
      }
      const present = [];
      for (const each of await groupsOf(tx, joiner.card.id)) present.push(await withCounts(tx, each));
      const addresses = await countAddresses(tx, [joiner.card.id]);
      const refusal = mayJoin(await withCounts(tx, group), present, addresses, call.quotas, joiner.kind);
      if (refusal) return refusal;
      const memberships = await tx.find('network_interface_group', { network_interface_id: joiner.card.id });
      await tx.insert('network_interface_group', {
        network_interface_id: joiner.card.id,
        security_group_id: group.id,
        position: Math.max(-1, ...memberships.map((membership) => membership.position)) + 1,
      });
      return undefined;
    }),

  'Ecs.LeaveSecurityGroup': (call, input) =>
    change(call, input, 'Ecs.LeaveSecurityGroup', async (tx, group, { card }) => {
      const refusal = mayLeave(group.id, await groupsOf(tx, card.id));
      if (refusal) return refusal;
      await tx.remove('network_interface_group', { network_interface_id: card.id, security_group_id: group.id });
      return undefined;
    }),
};

interface Joiner {
  readonly kind: 'instance' | 'interface';
  /** The interface whose groups change. */
  readonly card: Tables['network_interface'];
}

type Step = (
  tx: Parameters<Parameters<Call['write']>[1]>[0],
  group: Tables['security_group'],
  joiner: Joiner,
) => Promise<Refusal | undefined>;

async function change(
  call: Call,
  input: Membership,
  action: ActionKey,
  step: Step,
): Promise<Record<string, never> | Refusal> {
  if (input.InstanceId && input.NetworkInterfaceId) {
    return refuse('InvalidParam.EniIdAndInstanceId.Conflict', { parameter: 'NetworkInterfaceId' });
  }
  if (!input.InstanceId && !input.NetworkInterfaceId) {
    return refuse('MissingParameter', { parameter: 'InstanceId', detail: 'Or NetworkInterfaceId.' });
  }
  return call.write(await networkOfGroup(call, input.SecurityGroupId), async (tx) => {
    const joiner = await findJoiner(tx, call, input);
    if (isRefusal(joiner)) return joiner;
    const group = await findGroup(tx, call, input.SecurityGroupId, input.RegionId);
    if (isRefusal(group)) return group;
    const refusal = await step(tx, group, joiner);
    if (refusal) return refusal;
    await tx.touch(group.vpc_id, group.region_id);
    await record(call, tx, action, group.vpc_id, joiner.card.id);
    return {};
  });
}

async function findJoiner(reader: Reader, call: Call, input: Membership): Promise<Joiner | Refusal> {
  if (input.NetworkInterfaceId) {
    const card = await findInterface(reader, call, input.NetworkInterfaceId);
    if (isRefusal(card)) return card;
    return mayChangeGroups(card) ?? { kind: 'interface', card };
  }
  const instance = await findInstance(reader, call, input.InstanceId ?? '', { malformed: true });
  if (isRefusal(instance)) return instance;
  const busy = mayChangeGroupsOf(instance);
  if (busy) return busy;
  const card = await reader.get('network_interface', { instance_id: instance.id, kind: 'Primary' });
  if (!card) throw new Error(`instance ${instance.id} has no primary interface`);
  return { kind: 'instance', card };
}
