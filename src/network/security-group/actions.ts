/** One function for each action on security groups. */

import { refuse } from '../../contract/errors.ts';
import type {
  createSecurityGroup,
  deleteSecurityGroup,
  describeSecurityGroupAttribute,
  describeSecurityGroupReferences,
  describeSecurityGroups,
  modifySecurityGroupAttribute,
  modifySecurityGroupPolicy,
} from '../../contract/security-group.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { newId } from '../../values/id.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { startOfToken, tokenFor } from '../paging.ts';
import { partAsked, readPart } from '../paging-either.ts';
import { knownRegion } from '../region/regions.ts';
import { defaultResourceGroup } from '../resource-group/rules.ts';
import { idsInAll } from '../selection.ts';
import { acceptTagConditions, acceptTags } from '../tag/rules.ts';
import { addTags, readTags, removeTags, resourcesWithTags } from '../tag/tags.ts';
import { findVpc } from '../vpc/lookup.ts';
import { mustBeAvailable } from '../vpc/rules.ts';
import { findGroup, membersOf, networkOfGroup, withCounts } from './lookup.ts';
import { membershipHandlers } from './membership-actions.ts';
import { peerNames } from './peers.ts';
import { ruleHandlers } from './rule-actions.ts';
import { ruleChangeHandlers } from './rule-change-actions.ts';
import { mayAddGroup, mayBeGroupName, mayChangeInnerAccess, mayDeleteGroup, mustBeGroupId, roomIn } from './rules.ts';
import { type GroupCounts, listedGroup, listedReference, listedRule } from './view.ts';

type GroupAction =
  | typeof createSecurityGroup
  | typeof describeSecurityGroups
  | typeof describeSecurityGroupAttribute
  | typeof describeSecurityGroupReferences
  | typeof modifySecurityGroupAttribute
  | typeof modifySecurityGroupPolicy
  | typeof deleteSecurityGroup;

const groupHandlers: HandlersOf<GroupAction> = {
  async 'Ecs.CreateSecurityGroup'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const vpcId = input.VpcId;
    if (!vpcId) {
      return refuse('OperationDenied', {
        parameter: 'VpcId',
        detail: 'A group without a VPC is a classic one; this account cannot choose the classic network.',
      });
    }
    const name = input.SecurityGroupName ?? '';
    const badName = name === '' ? undefined : mayBeGroupName(name);
    if (badName) return badName;
    const tags = acceptTags(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(tags)) return tags;

    const accountId = call.caller.accountId;
    return call.write([vpcId, `account:${accountId}`], async (tx) => {
      const vpc = await findVpc(tx, call, vpcId, region.id);
      if (isRefusal(vpc)) return vpc;
      const pending = mustBeAvailable(vpc);
      if (pending) return pending;
      const present = await tx.count('security_group', { account_id: accountId, region_id: region.id });
      const full = mayAddGroup(present, call.quotas.securityGroupsPerRegion);
      if (full) return full;
      const id = newId('securityGroup', region.code, call.random);
      await tx.insert('security_group', {
        id,
        account_id: accountId,
        region_id: region.id,
        vpc_id: vpc.id,
        name,
        description: input.Description ?? '',
        kind: input.SecurityGroupType,
        inner_access: input.SecurityGroupType === 'normal' ? 'Accept' : 'Drop',
        resource_group_id: input.ResourceGroupId ?? defaultResourceGroup(accountId),
        created_at: call.clock.now(),
      });
      await addTags(tx, accountId, 'securityGroup', id, tags);
      await record(call, tx, 'Ecs.CreateSecurityGroup', vpc.id, id);
      return { SecurityGroupId: id };
    });
  },

  async 'Ecs.DescribeSecurityGroups'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    const part = partAsked(input);
    if (isRefusal(part)) return part;
    if (call.dryRun) return refuse('DryRunOperation');
    const accountId = call.caller.accountId;
    const impossible = input.NetworkType === 'classic' || input.ServiceManaged === true;

    return call.read(async (reader) => {
      const tagged = await resourcesWithTags(reader, accountId, 'securityGroup', conditions);
      const named = input.SecurityGroupId ? [input.SecurityGroupId] : undefined;
      const where = {
        id: impossible ? [] : idsInAll(named, input.SecurityGroupIds, tagged),
        account_id: accountId,
        region_id: region.id,
        vpc_id: input.VpcId || undefined,
        kind: input.SecurityGroupType,
        resource_group_id: input.ResourceGroupId || undefined,
        name:
          input.FuzzyQuery && input.SecurityGroupName
            ? { like: `*${input.SecurityGroupName}*` }
            : input.SecurityGroupName || undefined,
      };
      const { rows, facts } = await readPart(reader, 'security_group', where, ['-created_at', 'id'], part);
      const tags = await readTags(
        reader,
        'securityGroup',
        rows.map((row) => row.id),
      );
      const groups = [];
      for (const row of rows) {
        groups.push(
          listedGroup(row, await countsOf(call, reader, row, input.IsQueryEcsCount ?? false), tags.get(row.id)),
        );
      }
      return { ...facts, RegionId: region.id, SecurityGroups: { SecurityGroup: groups } };
    });
  },

  async 'Ecs.DescribeSecurityGroupAttribute'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const malformed = mustBeGroupId(input.SecurityGroupId);
    if (malformed) return malformed;
    const start = startOfToken(input.NextToken);
    if (isRefusal(start)) return start;
    return call.read(async (reader) => {
      const group = await findGroup(reader, call, input.SecurityGroupId, region.id);
      if (isRefusal(group)) return group;
      const where = {
        security_group_id: group.id,
        direction: input.Direction === 'all' ? undefined : input.Direction,
      };
      const total = await reader.count('security_group_rule', where);
      const rows = await reader.find('security_group_rule', where, {
        orderBy: ['-direction', 'priority', 'created_at', 'id'],
        limit: input.MaxResults,
        offset: start,
      });
      const names = await peerNames(reader, rows);
      return {
        RegionId: group.region_id,
        SecurityGroupId: group.id,
        SecurityGroupName: group.name,
        Description: group.description,
        VpcId: group.vpc_id,
        InnerAccessPolicy: group.inner_access,
        NextToken: tokenFor(start + rows.length, total),
        Permissions: { Permission: rows.map((row) => listedRule(row, names.get(row.peer))) },
        SnapshotPolicyIds: { SnapshotPolicyId: [] },
      };
    });
  },

  async 'Ecs.DescribeSecurityGroupReferences'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    for (const [index, id] of input.SecurityGroupId.entries()) {
      const malformed = mustBeGroupId(id, `SecurityGroupId.${index + 1}`);
      if (malformed) return malformed;
    }
    return call.read(async (reader) => {
      const references = [];
      for (const [index, id] of input.SecurityGroupId.entries()) {
        const group = await findGroup(reader, call, id, region.id, `SecurityGroupId.${index + 1}`);
        if (isRefusal(group)) return group;
        references.push(listedReference(group, await namingGroups(reader, id)));
      }
      return { SecurityGroupReferences: { SecurityGroupReference: references } };
    });
  },

  async 'Ecs.ModifySecurityGroupAttribute'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const { SecurityGroupName: name, Description: description } = input;
    const badName = name === undefined ? undefined : mayBeGroupName(name);
    if (badName) return badName;
    return call.write(await networkOfGroup(call, input.SecurityGroupId), async (tx) => {
      const group = await findGroup(tx, call, input.SecurityGroupId, region.id);
      if (isRefusal(group)) return group;
      await tx.update(
        'security_group',
        { id: group.id },
        { ...(name !== undefined && { name }), ...(description !== undefined && { description }) },
      );
      await record(call, tx, 'Ecs.ModifySecurityGroupAttribute', group.vpc_id, group.id);
      return {};
    });
  },

  async 'Ecs.ModifySecurityGroupPolicy'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const malformed = mustBeGroupId(input.SecurityGroupId);
    if (malformed) return malformed;
    return call.write(await networkOfGroup(call, input.SecurityGroupId), async (tx) => {
      const group = await findGroup(tx, call, input.SecurityGroupId, region.id);
      if (isRefusal(group)) return group;
      const fixed = mayChangeInnerAccess(group);
      if (fixed) return fixed;
      if (group.inner_access !== input.InnerAccessPolicy) {
        await tx.update('security_group', { id: group.id }, { inner_access: input.InnerAccessPolicy });
        await tx.touch(group.vpc_id, group.region_id);
      }
      await record(call, tx, 'Ecs.ModifySecurityGroupPolicy', group.vpc_id, group.id);
      return {};
    });
  },

  async 'Ecs.DeleteSecurityGroup'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    return call.write(await networkOfGroup(call, input.SecurityGroupId), async (tx) => {
      const group = await findGroup(tx, call, input.SecurityGroupId, region.id);
      if (isRefusal(group)) return group;
      const used = mayDeleteGroup(await userIds(tx, group.id), await namingGroups(tx, group.id));
      if (used) return used;
      await tx.remove('security_group_rule', { security_group_id: group.id });
      await removeTags(tx, 'securityGroup', group.id);
      await tx.remove('security_group', { id: group.id });
      await record(call, tx, 'Ecs.DeleteSecurityGroup', group.vpc_id, group.id);
      return {};
    });
  },
};

/** The handlers of everything about security groups. */
export const securityGroupHandlers = {
  ...groupHandlers,
  ...ruleHandlers,
  ...ruleChangeHandlers,
  ...membershipHandlers,
};

async function countsOf(
  call: Call,
  reader: Reader,
  group: Tables['security_group'],
  withInstances: boolean,
): Promise<GroupCounts> {
  const rules = await reader.count('security_group_rule', { security_group_id: group.id });
  const groupRules = await reader.count('security_group_rule', { security_group_id: group.id, peer_kind: 'group' });
  if (!withInstances) return { rules, groupRules };
  const instances = await instancesOf(reader, await membersOf(reader, group.id));
  const room = roomIn(await withCounts(reader, group), call.quotas);
  return { rules, groupRules, instances: { present: instances.length, room: Math.max(0, room) } };
}

/** Instances that these interfaces belong to, each once. */
async function instancesOf(reader: Reader, networkInterfaceIds: readonly string[]): Promise<string[]> {
  const cards = await reader.find('network_interface', { id: networkInterfaceIds });
  return [...new Set(cards.flatMap((card) => card.instance_id ?? []))];
}

/** What is in the group: instances, and interfaces that have none. */
async function userIds(reader: Reader, groupId: string): Promise<string[]> {
  const cards = await reader.find('network_interface', { id: await membersOf(reader, groupId) });
  return [...new Set(cards.map((card) => card.instance_id ?? card.id))].sort();
}

/** Other groups with a rule that names this one. */
async function namingGroups(reader: Reader, groupId: string): Promise<string[]> {
  const rules = await reader.find('security_group_rule', { peer_kind: 'group', peer: groupId });
  return [...new Set(rules.map((rule) => rule.security_group_id))].filter((id) => id !== groupId).sort();
}
