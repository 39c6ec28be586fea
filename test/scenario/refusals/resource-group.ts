/** Invalid calls on resource groups and purchases. */
import type { Product } from '../../../src/contract/action.ts';
import type { ErrorCode } from '../../../src/contract/errors.ts';
import type { Request } from '../harness.ts';
import type { InvalidCall, World } from './catalogue.ts';

type Asked = (world: World) => Request;

const refusing =
  (product: Product, action: string) =>
  (why: string, request: Asked, code: ErrorCode, status: number, parameter: string): InvalidCall => ({
    name: `${action}: ${why}`,
    product,
    action,
    request,
    code,
    status,
    parameter,
  });

const joining =
  (change: Request): Asked =>
  (w) => ({ ResourceType: 'securitygroup', ResourceId: w.group, ResourceGroupId: 'rg-new', ...change });
const moving =
  (change: Request): Asked =>
  (w) => ({ ResourceType: 'Vpc', ResourceId: w.vpc, NewResourceGroupId: 'rg-new', ...change });

const join = refusing('Ecs', 'JoinResourceGroup');
const move = refusing('Vpc', 'MoveResourceGroup');
const list = refusing('ResourceManager', 'ListResourceGroups');
const bought = refusing('BssOpenApi', 'QueryAvailableInstances');

export const RESOURCE_GROUP_CALLS: readonly InvalidCall[] = [
  join('unknown region', joining({ RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  join('no type', joining({ ResourceType: '' }), 'MissingParameter', 400, 'ResourceType'),
  join('unknown type', joining({ ResourceType: 'moon' }), 'InvalidResourceType.NotFound', 404, 'ResourceType'),
  join('no resource', joining({ ResourceId: '' }), 'MissingParameter', 400, 'ResourceId'),
  join('unknown resource', joining({ ResourceId: 'sg-unknown' }), 'InvalidResourceId.NotFound', 404, 'ResourceId'),
  join('type without resources', joining({ ResourceType: 'image' }), 'InvalidResourceId.NotFound', 404, 'ResourceId'),
  join(
    "another account's resource",
    (w) => joining({ ResourceId: w.foreign.group })(w),
    'InvalidResourceId.NotFound',
    404,
    'ResourceId',
  ),
  join(
    'resource of another region',
    joining({ RegionId: 'cn-beijing' }),
    'InvalidResourceId.NotFound',
    404,
    'ResourceId',
  ),
  join('no group', joining({ ResourceGroupId: '' }), 'MissingParameter', 400, 'ResourceGroupId'),
  join('not a group', joining({ ResourceGroupId: 'group' }), 'InvalidResourceGroup.NotFound', 404, 'ResourceGroupId'),
  join(
    'the group that it is in already',
    (w) => joining({ ResourceId: w.groupedGroup, ResourceGroupId: 'rg-grouped' })(w),
    'InvalidResourceGroup.Duplicate',
    403,
    'ResourceGroupId',
  ),
  move('no region', moving({ RegionId: '' }), 'MissingParameter', 400, 'RegionId'),
  move('unknown region', moving({ RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  move('unknown type', moving({ ResourceType: 'moon' }), 'IllegalParam.ResourceType', 400, 'ResourceType'),
  move('unknown resource', moving({ ResourceId: 'vpc-unknown' }), 'InvalidResourceId.NotFound', 400, 'ResourceId'),
  move('type without resources', moving({ ResourceType: 'HaVip' }), 'InvalidResourceId.NotFound', 400, 'ResourceId'),
  move(
    "another account's resource",
    (w) => moving({ ResourceId: w.foreign.vpc })(w),
    'InvalidResourceId.NotFound',
    400,
    'ResourceId',
  ),
  move('no group', moving({ NewResourceGroupId: '' }), 'MissingParameter', 400, 'NewResourceGroupId'),
  move('not a group', moving({ NewResourceGroupId: 'x' }), 'InvalidResourceGroupId', 400, 'NewResourceGroupId'),
  list('page size 101', () => ({ PageSize: 101 }), 'InvalidParameter', 400, 'PageSize'),
  list('unknown status', () => ({ Status: 'Ready' }), 'InvalidParameter', 400, 'Status'),
  refusing('ResourceManager', 'GetResourceGroup')(
    'unknown group',
    () => ({ ResourceGroupId: 'rg-unknown' }),
    'EntityNotExists.ResourceGroup',
    404,
    'ResourceGroupId',
  ),
  refusing('ResourceManager', 'GetResourceGroup')('no group', () => ({}), 'MissingParameter', 400, 'ResourceGroupId'),
  bought('a time that is none', () => ({ EndTimeEnd: 'soon' }), 'InvalidParameter', 400, 'EndTimeEnd'),
  bought('page size 301', () => ({ PageSize: 301 }), 'InvalidParameter', 400, 'PageSize'),
  bought('unknown charge type', () => ({ SubscriptionType: 'x' }), 'InvalidParameter', 400, 'SubscriptionType'),
];
