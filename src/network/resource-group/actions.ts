/** One function for each action on resource groups. */
import type { ActionKey } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type {
  getResourceGroup,
  joinResourceGroup,
  listResourceGroups,
  moveResourceGroup,
} from '../../contract/resource-group.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { pageOfList } from '../paging.ts';
import { knownRegion } from '../region/regions.ts';
import { mayJoinGroup, resourceNotFound } from './rules.ts';
import { defaultGroupOf } from './view.ts';

type ResourceGroupAction =
  | typeof listResourceGroups
  | typeof getResourceGroup
  | typeof joinResourceGroup
  | typeof moveResourceGroup;

/** Kinds of resources that are in a group of their own: as the products spell them, and their tables. */
const ECS_TABLE: { readonly [type: string]: GroupedTable | undefined } = {
  instance: 'instance',
  securitygroup: 'security_group',
  eni: 'network_interface',
};
const VPC_TABLE: { readonly [type: string]: GroupedTable | undefined } = { Vpc: 'vpc', Eip: 'eip' };

type GroupedTable = 'instance' | 'security_group' | 'network_interface' | 'vpc' | 'eip';

export const resourceGroupHandlers: HandlersOf<ResourceGroupAction> = {
  async 'ResourceManager.ListResourceGroups'(call, input) {
    const group = defaultGroupOf(await ownAccount(call));
    const asked = input.ResourceGroupIds?.length ? input.ResourceGroupIds : input.ResourceGroupId;
    const isAsked =
      (asked === undefined || asked.includes(group.Id)) &&
      group.Name.includes(input.Name ?? '') &&
      group.DisplayName.includes(input.DisplayName ?? '') &&
      (input.Status ?? group.Status) === group.Status &&
      !input.Tag?.length;
    const { rows, facts } = pageOfList(isAsked ? [group] : [], input);
    return { ...facts, ResourceGroups: { ResourceGroup: rows } };
  },

  async 'ResourceManager.GetResourceGroup'(call, input) {
    const group = defaultGroupOf(await ownAccount(call));
    if (group.Id !== input.ResourceGroupId) {
      return refuse('EntityNotExists.ResourceGroup', { parameter: 'ResourceGroupId' });
    }
    const regions = call.regions.all.map((region) => ({ RegionId: region.id, Status: 'OK' }));
    return { ResourceGroup: { ...group, RegionStatuses: { RegionStatus: regions } } };
  },

  async 'Ecs.JoinResourceGroup'(call, input) {
    const { ResourceId: id, ResourceGroupId: group } = input;
    return move(call, 'Ecs.JoinResourceGroup', ECS_TABLE[input.ResourceType], id, group, (row) =>
      row ? mayJoinGroup(row.resource_group_id, group) : resourceNotFound(id, 404),
    );
  },

  async 'Vpc.MoveResourceGroup'(call, input) {
    const { ResourceId: id, NewResourceGroupId: group } = input;
    return move(call, 'Vpc.MoveResourceGroup', VPC_TABLE[input.ResourceType], id, group, (row) =>
      row ? undefined : resourceNotFound(id, 400),
    );
  },
};

async function ownAccount(call: Call): Promise<Tables['account']> {
  const account = await call.read((reader) => reader.get('account', { id: call.caller.accountId }));
  if (!account) throw new Error(`the caller's account ${call.caller.accountId} does not exist`);
  return account;
}

async function move(
  call: Call,
  action: ActionKey,
  table: GroupedTable | undefined,
  id: string,
  group: string,
  refusalOf: (row: Pick<Tables[GroupedTable], 'resource_group_id'> | undefined) => Refusal | undefined,
): Promise<Record<string, never> | Refusal> {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const accountId = call.caller.accountId;
  return call.write([`account:${accountId}`], async (tx): Promise<Record<string, never> | Refusal> => {
    const row = table && (await tx.get(table, { id, account_id: accountId, region_id: region.id }));
    const refusal = refusalOf(row);
    if (refusal) return refusal;
    if (table) await tx.update(table, { id }, { resource_group_id: group });
    await record(call, tx, action, '', id);
    return {};
  });
}
