/** Invalid calls on default networks, route tables and single addresses. */
import type { ErrorCode } from '../../../src/contract/errors.ts';
import type { Request } from '../harness.ts';
import type { InvalidCall, World } from './catalogue.ts';

const refusing =
  (action: string) =>
  (
    why: string,
    request: (world: World) => Request,
    code: ErrorCode,
    status: number,
    parameter: string,
  ): InvalidCall => ({
    name: `${action}: ${why}`,
    product: 'Vpc',
    action,
    request,
    code,
    status,
    parameter,
  });

const asking =
  (change: Request) =>
  (w: World): Request => ({ VSwitchId: w.vswitch, PrivateIpAddress: '10.0.1.77', ...change });
const renaming =
  (change: Request) =>
  (w: World): Request => ({ RouteTableId: w.routeTable, RouteTableName: 'renamed', ...change });

const vpc = refusing('CreateDefaultVpc');
const vswitch = refusing('CreateDefaultVSwitch');
const check = refusing('CheckCanAllocateVpcPrivateIpAddress');
const tables = refusing('DescribeRouteTables');
const modify = refusing('ModifyRouteTableAttributes');

export const DEFAULT_NETWORK_CALLS: readonly InvalidCall[] = [
  vpc('no region', () => ({ RegionId: '' }), 'MissingParameter', 400, 'RegionId'),
  vpc('unknown region', () => ({ RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  vpc('IPv6', () => ({ EnableIpv6: true }), 'UnsupportedParameter', 400, 'EnableIpv6'),
  vpc('IPv6 block', () => ({ Ipv6CidrBlock: '2001:db8::/56' }), 'UnsupportedParameter', 400, 'Ipv6CidrBlock'),
  vswitch('no zone', () => ({}), 'MissingParameter', 400, 'ZoneId'),
  vswitch('unknown zone', () => ({ ZoneId: 'cn-hangzhou-x' }), 'InvalidZoneId.NotFound', 404, 'ZoneId'),
  vswitch('unknown region', () => ({ RegionId: 'x', ZoneId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  vswitch('no default VPC', () => ({ ZoneId: 'cn-hangzhou-h' }), 'InvalidVpcId.NotFound', 404, 'RegionId'),
  vswitch(
    'IPv6 block',
    () => ({ ZoneId: 'cn-hangzhou-h', Ipv6CidrBlock: 1 }),
    'UnsupportedParameter',
    400,
    'Ipv6CidrBlock',
  ),
  check('unknown region', asking({ RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  check('no VSwitch', asking({ VSwitchId: '' }), 'MissingParameter', 400, 'VSwitchId'),
  check('unknown VSwitch', asking({ VSwitchId: 'vsw-x' }), 'InvalidVSwitchId.NotFound', 404, 'VSwitchId'),
  check(
    "another account's VSwitch",
    (w) => asking({ VSwitchId: w.foreign.vswitch })(w),
    'InvalidVSwitchId.NotFound',
    404,
    'VSwitchId',
  ),
  check('no address', asking({ PrivateIpAddress: '' }), 'MissingParameter', 400, 'PrivateIpAddress'),
  check(
    'malformed address',
    asking({ PrivateIpAddress: '10.0.1' }),
    'InvalidPrivateIpAddress.Malformed',
    400,
    'PrivateIpAddress',
  ),
  check('IPv6', asking({ IpVersion: 'ipv6' }), 'UnsupportedParameter', 400, 'IpVersion'),
  tables('no table', () => ({}), 'MissingParameter', 400, 'VRouterId'),
  tables(
    'the router twice',
    () => ({ VRouterId: 'vrt-x', RouterId: 'vrt-x' }),
    'InvalidParameter.Conflict',
    400,
    'RouterId',
  ),
  tables('unknown region', () => ({ VRouterId: 'x', RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  tables('unknown kind', () => ({ VRouterId: 'x', Type: 'Static' }), 'InvalidParameter', 400, 'Type'),
  tables('page size 51', () => ({ VRouterId: 'x', PageSize: 51 }), 'InvalidParameter', 400, 'PageSize'),
  modify('unknown region', renaming({ RegionId: 'x' }), 'InvalidRegionId.NotFound', 404, 'RegionId'),
  modify('no table', renaming({ RouteTableId: '' }), 'MissingParameter', 400, 'RouteTableId'),
  modify('unknown table', renaming({ RouteTableId: 'vtb-x' }), 'InvalidRouteTableId.NotFound', 404, 'RouteTableId'),
  modify(
    "another account's table",
    (w) => renaming({ RouteTableId: w.foreign.routeTable })(w),
    'InvalidRouteTableId.NotFound',
    404,
    'RouteTableId',
  ),
  modify('name is a link', renaming({ RouteTableName: 'http://a' }), 'InvalidParameter', 400, 'RouteTableName'),
  modify('description too long', renaming({ Description: 'x'.repeat(257) }), 'InvalidParameter', 400, 'Description'),
  modify(
    'without dynamic routes',
    renaming({ RoutePropagationEnable: false }),
    'UnsupportedParameter',
    400,
    'RoutePropagationEnable',
  ),
];
