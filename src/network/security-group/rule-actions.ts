/** One function for each action on the rules of security groups; the two directions share their work. */
import type { ActionKey, Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type {
  authorizeSecurityGroup,
  authorizeSecurityGroupEgress,
  revokeSecurityGroup,
  revokeSecurityGroupEgress,
} from '../../contract/security-group-rule.ts';
import type { Tables } from '../../store/schema.ts';
import { newId } from '../../values/id.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { knownRegion, type Region } from '../region/regions.ts';
import { findGroup, networkOfGroup, weightOf } from './lookup.ts';
import { refusePeer, scopeOfRules } from './peers.ts';
import {
  type Direction,
  isMeant,
  type Permission,
  type PermissionFields,
  parsePermission,
  sameRule,
} from './permission.ts';
import { mayAddRules, mustBeGroupId } from './rules.ts';

type Rule = Tables['security_group_rule'];

type AuthorizeInput = Input<typeof authorizeSecurityGroup> | Input<typeof authorizeSecurityGroupEgress>;
type RevokeInput = Input<typeof revokeSecurityGroup> | Input<typeof revokeSecurityGroupEgress>;

type RuleAction =
  | typeof authorizeSecurityGroup
  | typeof authorizeSecurityGroupEgress
  | typeof revokeSecurityGroup
  | typeof revokeSecurityGroupEgress;

export const ruleHandlers: HandlersOf<RuleAction> = {
  'Ecs.AuthorizeSecurityGroup': (call, input) => authorize(call, 'ingress', input, 'Ecs.AuthorizeSecurityGroup'),
  'Ecs.AuthorizeSecurityGroupEgress': (call, input) =>
    authorize(call, 'egress', input, 'Ecs.AuthorizeSecurityGroupEgress'),
  'Ecs.RevokeSecurityGroup': (call, input) => revoke(call, 'ingress', input, 'Ecs.RevokeSecurityGroup'),
  'Ecs.RevokeSecurityGroupEgress': (call, input) => revoke(call, 'egress', input, 'Ecs.RevokeSecurityGroupEgress'),
};

/** A rule of a request, and what stands before the names of its parameters. */
interface Asked {
  readonly permission: Permission;
  readonly prefix: string;
}

async function authorize(
  call: Call,
  direction: Direction,
  input: AuthorizeInput,
  action: ActionKey,
): Promise<Record<string, never> | Refusal> {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const malformed = mustBeGroupId(input.SecurityGroupId);
  if (malformed) return malformed;
  const asked = readPermissions(call, direction, input);
  if (isRefusal(asked)) return asked;

  const named = asked.map(({ permission }) => permission);
  return call.write(await scopeOfRules(call, input.SecurityGroupId, named), async (tx) => {
    const group = await findGroup(tx, call, input.SecurityGroupId, region.id);
    if (isRefusal(group)) return group;
    for (const { permission, prefix } of asked) {
      const stranger = await refusePeer(call, tx, group, permission, prefix);
      if (stranger) return stranger;
    }
    const present = await tx.find('security_group_rule', { security_group_id: group.id });
    const added = newRules(call, region, group, asked, present);
    const full = mayAddRules(await weightOf(tx, present), await weightOf(tx, added), call.quotas.rulesPerSecurityGroup);
    if (full) return full;
    for (const rule of added) await tx.insert('security_group_rule', rule);
    if (added.length > 0) await tx.touch(group.vpc_id, group.region_id);
    await record(call, tx, action, group.vpc_id, group.id);
    return {};
  });
}

/** Rows for the rules that the group does not have yet; a rule that is asked for twice is made once. */
function newRules(
  call: Call,
  region: Region,
  group: Tables['security_group'],
  asked: readonly Asked[],
  present: readonly Rule[],
): Rule[] {
  const added: Rule[] = [];
  for (const { permission } of asked) {
    const rule: Rule = {
      ...permission,
      priority: permission.priority ?? 1,
      id: newId('securityGroupRule', region.code, call.random),
      security_group_id: group.id,
      account_id: group.account_id,
      vpc_id: group.vpc_id,
      created_at: call.clock.now(),
    };
    if (![...present, ...added].some((other) => sameRule(other, rule))) added.push(rule);
  }
  return added;
}

async function revoke(
  call: Call,
  direction: Direction,
  input: RevokeInput,
  action: ActionKey,
): Promise<Record<string, never> | Refusal> {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const malformed = mustBeGroupId(input.SecurityGroupId);
  if (malformed) return malformed;
  const ids = input.SecurityGroupRuleId ?? [];
  if (ids.length > 0 && (input.Permissions?.length || input.IpProtocol !== undefined)) {
    return refuse('InvalidParameter.Conflict', {
      parameter: 'SecurityGroupRuleId',
      detail: 'Rules are told either by their ids or by what they say.',
    });
  }
  const asked = ids.length > 0 ? [] : readPermissions(call, direction, input);
  if (isRefusal(asked)) return asked;

  return call.write(await networkOfGroup(call, input.SecurityGroupId), async (tx) => {
    const group = await findGroup(tx, call, input.SecurityGroupId, region.id);
    if (isRefusal(group)) return group;
    const present = await tx.find('security_group_rule', { security_group_id: group.id, direction });
    const removed = ids.length > 0 ? rulesById(present, ids) : rulesMeant(present, asked);
    if (isRefusal(removed)) return removed;
    await tx.remove('security_group_rule', { id: removed });
    await tx.touch(group.vpc_id, group.region_id);
    await record(call, tx, action, group.vpc_id, group.id);
    return {};
  });
}

function rulesById(present: readonly Rule[], ids: readonly string[]): string[] | Refusal {
  for (const [index, id] of ids.entries()) {
    if (!present.some((rule) => rule.id === id)) {
      return refuse('InvalidGroupAuthItem.NotFound', {
        parameter: `SecurityGroupRuleId.${index + 1}`,
        detail: `'${id}' is not a rule of this group and direction.`,
      });
    }
  }
  return [...new Set(ids)];
}

/** Ids of the rules that the permissions describe; each must describe at least one. */
function rulesMeant(present: readonly Rule[], asked: readonly Asked[]): string[] | Refusal {
  const ids = new Set<string>();
  for (const { permission, prefix } of asked) {
    const meant = present.filter((rule) => isMeant(rule, permission));
    if (meant.length === 0) {
      return refuse('InvalidGroupAuthItem.NotFound', {
        parameter: prefix === '' ? 'IpProtocol' : prefix.slice(0, -1),
        detail: 'No rule of the group has exactly this peer, these ports, this protocol and this policy.',
      });
    }
    for (const rule of meant) ids.add(rule.id);
  }
  return [...ids];
}

/** The rules of a request: `Permissions.N.*`, or the one that the old flat parameters describe. */
function readPermissions(
  call: Call,
  direction: Direction,
  input: PermissionFields & { readonly Permissions?: readonly PermissionFields[] | undefined },
): readonly Asked[] | Refusal {
  const listed = input.Permissions ?? [];
  if (listed.length > 0 && input.IpProtocol !== undefined) {
    return refuse('InvalidParameter.Conflict', {
      parameter: 'Permissions',
      detail: 'A rule is given outside of it, too.',
    });
  }
  const given: readonly (readonly [PermissionFields, string])[] =
    listed.length > 0 ? listed.map((fields, index) => [fields, `Permissions.${index + 1}.`]) : [[input, '']];
  const asked: Asked[] = [];
  for (const [fields, prefix] of given) {
    const permission = parsePermission(direction, fields, call.caller, prefix);
    if (isRefusal(permission)) return permission;
    asked.push({ permission, prefix });
  }
  return asked;
}
