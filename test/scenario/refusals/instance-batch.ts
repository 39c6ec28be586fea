/** Invalid calls on several instances at once. */
import type { Request } from '../harness.ts';
import { type Case, callsOf, type World } from './catalogue.ts';

/** What each of the four actions refuses alike. `good`: an instance that the action would take. */
function alike(good: (world: World) => string): Case[] {
  const notFound = { code: 'InvalidInstanceId.NotFound', status: 404 } as const;
  return [
    { why: 'no instance', request: () => ({}), code: 'MissingParameter', status: 400, parameter: 'InstanceId' },
    {
      why: '101 instances',
      request: () => ({ InstanceId: Array.from({ length: 101 }, (_, n) => `i-${n}`) }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'InstanceId',
    },
    {
      why: 'an instance twice',
      request: (w) => ({ InstanceId: [good(w), good(w)] }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'InstanceId.2',
    },
    {
      why: 'one unknown: none is touched',
      request: (w) => ({ InstanceId: [good(w), 'i-unknown'] }),
      ...notFound,
      parameter: 'InstanceId.2',
    },
    {
      why: "one of another account's: none is touched",
      request: (w) => ({ InstanceId: [good(w), w.foreign.instance] }),
      ...notFound,
      parameter: 'InstanceId.2',
    },
    {
      why: 'asked in another region',
      request: (w) => ({ RegionId: 'cn-beijing', InstanceId: [good(w)] }),
      ...notFound,
      parameter: 'InstanceId.1',
    },
    {
      why: 'unknown region',
      request: (w) => ({ RegionId: 'cn-nowhere', InstanceId: [good(w)] }),
      code: 'InvalidRegionId.NotFound',
      status: 404,
      parameter: 'RegionId',
    },
    { why: 'dry run', request: (w) => ({ InstanceId: [good(w)], DryRun: true }), code: 'DryRunOperation', status: 400 },
  ];
}

const optimization: Case = {
  why: 'unknown BatchOptimization',
  request: (w) => ({ InstanceId: [w.running], BatchOptimization: 'Somehow' }),
  code: 'InvalidParameter',
  status: 400,
  parameter: 'BatchOptimization',
};

function wrongState(request: (world: World) => Request, parameter: string): Case {
  return { why: 'one in another state', request, code: 'IncorrectInstanceStatus', status: 403, parameter };
}

export const INSTANCE_BATCH_CALLS = [
  ...callsOf('Ecs', 'StartInstances', [
    ...alike((w) => w.stopped),
    optimization,
    wrongState((w) => ({ InstanceId: [w.stopped, w.running] }), 'InstanceId.2'),
  ]),
  ...callsOf('Ecs', 'StopInstances', [
    ...alike((w) => w.running),
    optimization,
    wrongState((w) => ({ InstanceId: [w.running, w.stopped] }), 'InstanceId.2'),
    {
      why: 'unknown StoppedMode',
      request: (w) => ({ InstanceId: [w.running], StoppedMode: 'Cheap' }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'StoppedMode',
    },
    {
      why: 'SuccessFirst as a dry run',
      request: (w) => ({ InstanceId: [w.running, 'i-unknown'], BatchOptimization: 'SuccessFirst', DryRun: true }),
      code: 'DryRunOperation',
      status: 400,
    },
  ]),
  ...callsOf('Ecs', 'RebootInstances', [
    ...alike((w) => w.running),
    optimization,
    wrongState((w) => ({ InstanceId: [w.stopped] }), 'InstanceId.1'),
  ]),
  ...callsOf('Ecs', 'DeleteInstances', [
    ...alike((w) => w.stopped),
    wrongState((w) => ({ InstanceId: [w.stopped, w.running] }), 'InstanceId.2'),
    {
      why: 'one is protected: none is released',
      request: (w) => ({ InstanceId: [w.stopped, w.protected], Force: true }),
      code: 'InvalidOperation.DeletionProtection',
      status: 403,
      parameter: 'InstanceId.2',
    },
    {
      why: 'token of 65 characters',
      request: (w) => ({ InstanceId: [w.stopped], ClientToken: 'x'.repeat(65) }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'ClientToken',
    },
  ]),
];
