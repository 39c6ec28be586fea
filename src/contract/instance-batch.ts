/** Actions on several instances at once: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { boolean, list, text } from './parameter.ts';
import { clientToken, dryRun, regionId } from './request.ts';

const instanceIds = list({
  fate: 'realised',
  help: 'The instances, 1 to 100, each once.',
  required: true,
  most: 100,
  of: text({ fate: 'realised', help: 'Id of an instance.' }),
});

const batchOptimization = text({
  fate: 'realised',
  help: 'AllTogether: all instances or, when one may not, none and its refusal. SuccessFirst: each on its own, what became of it is answered.',
  enum: ['AllTogether', 'SuccessFirst'],
  default: 'AllTogether',
});

/** What became of each instance; Code is 200 or the code of the refusal. */
const responses = {
  InstanceResponses: {
    InstanceResponse: [
      {
        Code: 'string',
        CurrentStatus: 'string',
        InstanceId: 'string',
        Message: 'string',
        PreviousStatus: 'string',
      },
    ],
  },
} as const;

export const startInstances = action({
  product: 'Ecs',
  name: 'StartInstances',
  summary: 'Starts stopped instances.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    DryRun: dryRun,
    InstanceId: instanceIds,
    BatchOptimization: batchOptimization,
  },
  answer: responses,
  errors: ['InvalidRegionId.NotFound', 'InvalidInstanceId.NotFound', 'IncorrectInstanceStatus', 'InstanceExpired'],
});

export const stopInstances = action({
  product: 'Ecs',
  name: 'StopInstances',
  summary: 'Stops running instances.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    DryRun: dryRun,
    InstanceId: instanceIds,
    BatchOptimization: batchOptimization,
    ForceStop: boolean({
      fate: 'realised',
      help: 'true: end the guests like a power cut instead of asking them to shut down.',
      default: false,
    }),
    StoppedMode: text({
      fate: 'stored',
      help: 'Whether charging goes on while stopped.',
      enum: ['KeepCharging', 'StopCharging'],
      default: 'KeepCharging',
    }),
  },
  answer: responses,
  errors: ['InvalidRegionId.NotFound', 'InvalidInstanceId.NotFound', 'IncorrectInstanceStatus'],
});

export const rebootInstances = action({
  product: 'Ecs',
  name: 'RebootInstances',
  summary: 'Stops running instances and starts them again.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    DryRun: dryRun,
    InstanceId: instanceIds,
    BatchOptimization: batchOptimization,
    ForceReboot: boolean({
      fate: 'realised',
      help: 'true: end the guests like a power cut instead of asking them to shut down.',
      default: false,
    }),
  },
  answer: responses,
  errors: ['InvalidRegionId.NotFound', 'InvalidInstanceId.NotFound', 'IncorrectInstanceStatus'],
});

export const deleteInstances = action({
  product: 'Ecs',
  name: 'DeleteInstances',
  summary:
    'Releases instances with their primary interfaces and their disks: all of them or, when one may not go, none.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ClientToken: clientToken,
    DryRun: dryRun,
    InstanceId: instanceIds,
    Force: boolean({
      fate: 'realised',
      help: 'true: release the instances also when they are not stopped.',
      default: false,
    }),
    ForceStop: boolean({
      fate: 'realised',
      help: 'With Force: true ends the guests like a power cut, false asks them to shut down first.',
      default: true,
    }),
    TerminateSubscription: boolean({
      fate: 'realised',
      help: 'true: release PrePaid instances that have expired.',
      default: false,
    }),
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidInstanceId.NotFound',
    'IncorrectInstanceStatus',
    'IncorrectInstanceStatus.Initializing',
    'InvalidOperation.DeletionProtection',
    'ChargeTypeViolation',
  ],
});
