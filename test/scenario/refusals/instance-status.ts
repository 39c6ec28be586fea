/** Invalid calls that ask for the status and the options of instances. */
import { type Case, callsOf } from './catalogue.ts';

const unknownRegion: Case = {
  why: 'unknown region',
  request: () => ({ RegionId: 'cn-nowhere', InstanceIds: '[]', InstanceId: 'i-1' }),
  code: 'InvalidRegionId.NotFound',
  status: 404,
  parameter: 'RegionId',
};

const FULL_STATUS_CALLS = callsOf('Ecs', 'DescribeInstancesFullStatus', [
  {
    why: 'unknown region',
    request: () => ({ RegionId: 'cn-nowhere' }),
    code: 'InvalidRegionId.NotFound',
    status: 404,
    parameter: 'RegionId',
  },
  {
    why: 'unknown health',
    request: () => ({ HealthStatus: 'Fine' }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'HealthStatus',
  },
  {
    why: 'unknown type of event',
    request: () => ({ EventType: 'Party' }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'EventType',
  },
  {
    why: 'malformed time',
    request: () => ({ EventPublishTime: { Start: 'yesterday' } }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'EventPublishTime.Start',
  },
  {
    why: 'time without seconds',
    request: () => ({ NotBefore: { End: '2026-01-01T00:00Z' } }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'NotBefore.End',
  },
  {
    why: '101 ids',
    request: () => ({ InstanceId: Array.from({ length: 101 }, (_, n) => `i-${n}`) }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'InstanceId',
  },
  {
    why: '101 on a page',
    request: () => ({ PageSize: 101 }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'PageSize',
  },
]);

export const INSTANCE_STATUS_CALLS = [
  ...FULL_STATUS_CALLS,
  ...callsOf('Ecs', 'DescribeInstanceRamRole', [
    unknownRegion,
    {
      why: 'neither instances nor role',
      request: () => ({}),
      code: 'MissingParameter',
      status: 400,
      parameter: 'InstanceIds',
    },
    {
      why: 'ids not a JSON array',
      request: () => ({ InstanceIds: 'i-1' }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'InstanceIds',
    },
    {
      why: '51 on a page',
      request: () => ({ InstanceIds: '[]', PageSize: 51 }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'PageSize',
    },
  ]),
  ...callsOf('Ecs', 'DescribeInstanceAttachmentAttributes', [
    unknownRegion,
    { why: 'no instances', request: () => ({}), code: 'MissingParameter', status: 400, parameter: 'InstanceIds' },
  ]),
  ...callsOf('Ecs', 'DescribeInstanceMaintenanceAttributes', [
    { ...unknownRegion, request: () => ({ RegionId: 'cn-nowhere' }) },
    {
      why: '101 ids',
      request: () => ({ InstanceId: Array.from({ length: 101 }, (_, n) => `i-${n}`) }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'InstanceId',
    },
  ]),
  ...callsOf('Ecs', 'DescribeInstanceAutoRenewAttribute', [
    unknownRegion,
    {
      why: 'neither instances nor way of renewal',
      request: () => ({}),
      code: 'MissingParameter',
      status: 400,
      parameter: 'InstanceId',
    },
    {
      why: 'unknown way of renewal',
      request: () => ({ RenewalStatus: 'Perhaps' }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'RenewalStatus',
    },
    {
      why: '101 ids',
      request: () => ({ InstanceId: Array.from({ length: 101 }, (_, n) => `i-${n}`).join() }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'InstanceId',
    },
  ]),
];
