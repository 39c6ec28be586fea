/** Regions that there are not, and tags that there may not be, for every action on networks, groups and lists. */
import type { Product } from '../../../src/contract/action.ts';
import type { ErrorCode } from '../../../src/contract/errors.ts';
import type { Request } from '../harness.ts';
import type { InvalidCall, World } from './catalogue.ts';

type Good = (world: World) => Request;

/** Calls that would be answered in a region that there is. */
const GOOD: readonly (readonly [Product, string, Good])[] = [
  ['Ecs', 'DescribePrefixListAttributes', (w) => ({ PrefixListId: w.prefixList })],
  ['Ecs', 'DescribePrefixListAssociations', (w) => ({ PrefixListId: w.prefixList })],
  ['Ecs', 'ModifyPrefixList', (w) => ({ PrefixListId: w.prefixList, PrefixListName: 'renamed' })],
  ['Ecs', 'DeletePrefixList', (w) => ({ PrefixListId: w.prefixList })],
  ['Ecs', 'DescribeSecurityGroups', () => ({})],
  ['Ecs', 'DescribeSecurityGroupAttribute', (w) => ({ SecurityGroupId: w.group })],
  ['Ecs', 'ModifySecurityGroupPolicy', (w) => ({ SecurityGroupId: w.group, InnerAccessPolicy: 'Drop' })],
  ['Ecs', 'DeleteSecurityGroup', (w) => ({ SecurityGroupId: w.emptyGroup })],
  ['Vpc', 'DescribeVpcs', () => ({})],
  ['Vpc', 'DescribeVpcAttribute', (w) => ({ VpcId: w.vpc })],
  ['Vpc', 'ModifyVpcAttribute', (w) => ({ VpcId: w.vpc, VpcName: 'renamed' })],
  ['Vpc', 'DeleteVpc', (w) => ({ VpcId: w.otherVpc })],
  ['Vpc', 'CreateVSwitch', (w) => ({ VpcId: w.vpc, CidrBlock: '10.0.99.0/24', ZoneId: 'cn-hangzhou-h' })],
  ['Vpc', 'DescribeVSwitches', () => ({})],
  ['Vpc', 'DescribeVSwitchAttributes', (w) => ({ VSwitchId: w.vswitch })],
  ['Vpc', 'ModifyVSwitchAttribute', (w) => ({ VSwitchId: w.vswitch, VSwitchName: 'renamed' })],
  ['Vpc', 'DeleteVSwitch', (w) => ({ VSwitchId: w.vswitch2 })],
  ['Vpc', 'DescribeVRouters', () => ({})],
  ['Vpc', 'DescribeRouteTableList', () => ({})],
  ['Vpc', 'DescribeRouteEntryList', (w) => ({ RouteTableId: w.routeTable })],
  ['Vpc', 'DescribeZones', () => ({})],
  ['Vpc', 'ListTagResources', (w) => ({ ResourceType: 'VPC', ResourceId: [w.vpc] })],
];

const REGIONS = GOOD.map(
  ([product, action, good]): InvalidCall => ({
    name: `${product} ${action}: a region that there is not`,
    product,
    action,
    request: (world) => ({ ...good(world), RegionId: 'cn-nowhere' }),
    code: 'InvalidRegionId.NotFound',
    status: 404,
    parameter: 'RegionId',
  }),
);

const many = Array.from({ length: 21 }, (_, index) => ({ Key: `k${index}`, Value: '' }));

type TagFault = readonly [why: string, tags: Request[], code: ErrorCode, parameter: string];

const ASKED: readonly TagFault[] = [
  ['21 tags', many, 'InvalidTagCount', 'Tag.21'],
  ['a tag without a key', [{ Value: 'v' }], 'InvalidTagKey.Malformed', 'Tag.1.Key'],
];

const NEW: readonly TagFault[] = [
  ...ASKED,
  ['a reserved key', [{ Key: 'acs:k', Value: 'v' }], 'InvalidTagKey.Malformed', 'Tag.1.Key'],
  ['a link as value', [{ Key: 'k', Value: 'http://v' }], 'InvalidTagValue.Malformed', 'Tag.1.Value'],
  [
    'a key twice',
    [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ],
    'Duplicate.TagKey',
    'Tag.2.Key',
  ],
];

const TAGGED: readonly (readonly [Product, string, Good, readonly TagFault[]])[] = [
  ['Vpc', 'CreateVpc', () => ({ CidrBlock: '10.0.0.0/8' }), NEW],
  ['Vpc', 'CreateVSwitch', (w) => ({ VpcId: w.vpc, CidrBlock: '10.0.99.0/24', ZoneId: 'cn-hangzhou-h' }), NEW],
  ['Ecs', 'CreateSecurityGroup', (w) => ({ VpcId: w.vpc }), NEW],
  ['Ecs', 'CreatePrefixList', () => ({ PrefixListName: 'list', AddressFamily: 'IPv4', MaxEntries: 1 }), NEW],
  ['Vpc', 'DescribeVpcs', () => ({}), ASKED],
  ['Vpc', 'DescribeVSwitches', () => ({}), ASKED],
  ['Vpc', 'DescribeRouteTableList', () => ({}), ASKED],
  ['Ecs', 'DescribeSecurityGroups', () => ({}), ASKED],
  ['Ecs', 'DescribePrefixLists', () => ({}), ASKED],
];

const TAGS = TAGGED.flatMap(([product, action, good, faults]) =>
  faults.map(
    ([why, Tag, code, parameter]): InvalidCall => ({
      name: `${action}, its tags: ${why}`,
      product,
      action,
      request: (world) => ({ ...good(world), Tag }),
      code,
      status: 400,
      parameter,
    }),
  ),
);

const long = 'x'.repeat(257);

const TEXTS: readonly InvalidCall[] = (
  [
    ['Vpc', 'ModifyVpcAttribute', (w) => ({ VpcId: w.vpc, Description: long }), 'InvalidVpcDiscription.Malformed'],
    [
      'Vpc',
      'ModifyVSwitchAttribute',
      (w) => ({ VSwitchId: w.vswitch, Description: long }),
      'InvalidVSwitchDiscription.Malformed',
    ],
    [
      'Ecs',
      'ModifyPrefixList',
      (w) => ({ PrefixListId: w.prefixList, Description: long }),
      'InvalidDescription.Malformed',
    ],
  ] as readonly (readonly [Product, string, Good, ErrorCode])[]
).map(([product, action, request, code]) => ({
  name: `${action}: a description that is too long`,
  product,
  action,
  request,
  code,
  status: 400,
  parameter: 'Description',
}));

export const NETWORK_REGION_CALLS: readonly InvalidCall[] = [...REGIONS, ...TAGS, ...TEXTS];
