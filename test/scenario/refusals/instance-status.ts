/** Invalid calls that ask for the status and the options of instances. */
import { callsOf } from './catalogue.ts';

export const INSTANCE_STATUS_CALLS = callsOf('Ecs', 'DescribeInstancesFullStatus', [
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
