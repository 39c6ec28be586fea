/** Changing rules of security groups in place; the two directions share their work. */
import type { ActionKey, Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { modifySecurityGroupEgressRule, modifySecurityGroupRule } from '../../contract/security-group-rule.ts';
import type { Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { looksLikeId } from '../../values/id.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { knownRegion } from '../region/regions.ts';
import { findGroup, networkOfGroup, weightOf } from './lookup.ts';
import { refusePeer, scopeOfRules } from './peers.ts';
import {
  changedFields,
  type Direction,
  isMeant,
  type Permission,
  type PermissionFields,
  parsePermission,
  sameRule,
} from './permission.ts';
import { mayAddRules, mustBeGroupId } from './rules.ts';

type Rule = Tables['security_group_rule'];
type Group = Tables['security_group'];
type ModifyInput = Input<typeof modifySecurityGroupRule> | Input<typeof modifySecurityGroupEgressRule>;
type Done = Record<string, never> | Refusal;

export const ruleChangeHandlers: HandlersOf<typeof modifySecurityGroupRule | typeof modifySecurityGroupEgressRule> = {
  'Ecs.ModifySecurityGroupRule': (call, input) => modify(call, 'ingress', input, 'Ecs.ModifySecurityGroupRule'),
  'Ecs.ModifySecurityGroupEgressRule': (call, input) =>
    modify(call, 'egress', input, 'Ecs.ModifySecurityGroupEgressRule'),
};

async function modify(call: Call, direction: Direction, input: ModifyInput, action: ActionKey): Promise<Done> {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const malformed = mustBeGroupId(input.SecurityGroupId);
  if (malformed) return malformed;
  const { SecurityGroupRuleId: ruleId } = input;
  if (ruleId === undefined) return describe(call, direction, input, action, region.id);
  if (!looksLikeId('securityGroupRule', ruleId)) {
    return refuse('InvalidParam.SecurityGroupRuleId', { parameter: 'SecurityGroupRuleId' });
  }

  const named = [{ peer_kind: 'prefixList' }] as const;
  return call.write(await scopeOfRules(call, input.SecurityGroupId, named), async (tx): Promise<Done> => {
    const group = await findGroup(tx, call, input.SecurityGroupId, region.id);
    if (isRefusal(group)) return group;
    const present = await tx.find('security_group_rule', { security_group_id: group.id });
    const rule = present.find((each) => each.id === ruleId && each.direction === direction);
    if (!rule) {
      return refuse('InvalidSecurityGroupRuleId.NotFound', {
        parameter: 'SecurityGroupRuleId',
        detail: `'${ruleId}' is not a rule of this group and direction.`,
      });
    }
    const fields = changedFields(rule, input);
    if (isRefusal(fields)) return fields;
    const permission = parsePermission(direction, fields, call.caller, '');
    if (isRefusal(permission)) return permission;
    const changed: Rule = { ...rule, ...permission, priority: permission.priority ?? rule.priority };
    const others = present.filter((each) => each.id !== rule.id);
    const refused = await refuseChange(call, tx, group, changed, others);
    if (refused) return refused;
    const { id, ...columns } = changed;
    await tx.update('security_group_rule', { id }, columns);
    if (!sameRule(rule, changed)) await tx.touch(group.vpc_id, group.region_id);
    await record(call, tx, action, group.vpc_id, group.id);
    return {};
  });
}

async function refuseChange(
  call: Call,
  tx: Writer,
  group: Group,
  changed: Rule,
  others: readonly Rule[],
): Promise<Refusal | undefined> {
  const stranger = await refusePeer(call, tx, group, changed, '');
  if (stranger) return stranger;
  const twin = others.find((each) => sameRule(each, changed));
  if (twin) {
    return refuse('InvalidOperation.RuleDuplicate', {
      parameter: 'SecurityGroupRuleId',
      detail: `${twin.id} would be the same rule.`,
    });
  }
  const quota = call.quotas.rulesPerSecurityGroup;
  return mayAddRules(await weightOf(tx, others), await weightOf(tx, [changed]), quota);
}

/** The older form: the parameters tell the rule, of which only the description changes. */
async function describe(
  call: Call,
  direction: Direction,
  input: PermissionFields & { readonly SecurityGroupId: string },
  action: ActionKey,
  regionId: string,
): Promise<Done> {
  const asked: Permission | Refusal = parsePermission(direction, input, call.caller, '');
  if (isRefusal(asked)) return asked;
  return call.write(await networkOfGroup(call, input.SecurityGroupId), async (tx): Promise<Done> => {
    const group = await findGroup(tx, call, input.SecurityGroupId, regionId);
    if (isRefusal(group)) return group;
    const present = await tx.find('security_group_rule', { security_group_id: group.id, direction });
    const ids = present.filter((rule) => isMeant(rule, asked)).map((rule) => rule.id);
    if (ids.length === 0) {
      return refuse('SecurityGroupRule.NotFound', {
        parameter: 'IpProtocol',
        detail: 'No rule of the group has exactly this peer, these ports, this protocol and this policy.',
      });
    }
    await tx.update('security_group_rule', { id: ids }, { description: asked.description });
    await record(call, tx, action, group.vpc_id, group.id);
    return {};
  });
}
