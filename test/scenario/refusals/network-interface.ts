/** Invalid calls on elastic network interfaces. */
import { callsOf, type InvalidCall } from './catalogue.ts';

const list = (why: string, call: Omit<InvalidCall, 'product' | 'action' | 'name'>): InvalidCall => ({
  ...call,
  product: 'Ecs',
  action: 'DescribeNetworkInterfaces',
  name: `DescribeNetworkInterfaces: ${why}`,
});

export const NETWORK_INTERFACE_CALLS: readonly InvalidCall[] = [
  list('unknown region', {
    request: () => ({ RegionId: 'cn-nowhere' }),
    code: 'InvalidRegionId.NotFound',
    status: 404,
    parameter: 'RegionId',
  }),
  list('unknown type', {
    request: () => ({ Type: 'Trunk' }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'Type',
  }),
  list('unknown status', {
    request: () => ({ Status: 'Lost' }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'Status',
  }),
  list('page 0', {
    request: () => ({ PageNumber: 0 }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'PageNumber',
  }),
  list('501 entries on a page', {
    request: () => ({ PageSize: 501 }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'PageSize',
  }),
  list('0 results', {
    request: () => ({ MaxResults: 0 }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'MaxResults',
  }),
  list('foreign token', {
    request: () => ({ NextToken: 'zzz' }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'NextToken',
  }),
  list('21 tags', {
    request: () => ({ Tag: Array.from({ length: 21 }, (_, n) => ({ Key: `k${n}` })) }),
    code: 'InvalidTagCount',
    status: 400,
    parameter: 'Tag.21',
  }),
  list('101 ids', {
    request: () => ({ NetworkInterfaceId: Array.from({ length: 101 }, (_, n) => `eni-${n}`) }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'NetworkInterfaceId',
  }),
  ...callsOf('Ecs', 'DescribeNetworkInterfaceAttribute', [
    {
      why: 'no interface',
      request: () => ({}),
      code: 'MissingParameter',
      status: 400,
      parameter: 'NetworkInterfaceId',
    },
    {
      why: 'unknown region',
      request: (w) => ({ RegionId: 'cn-nowhere', NetworkInterfaceId: w.runningEni }),
      code: 'InvalidRegionId.NotFound',
      status: 404,
      parameter: 'RegionId',
    },
    {
      why: 'tag without a key',
      request: (w) => ({ NetworkInterfaceId: w.runningEni, Tag: [{ Value: 'v' }] }),
      code: 'InvalidTagKey.Malformed',
      status: 400,
      parameter: 'Tag.1.Key',
    },
  ]),
];
