/** Status of instances: short, and with health and events. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { pages } from './paging.ts';
import { list, struct, text } from './parameter.ts';
import { regionId } from './request.ts';

const instanceIds = list({
  fate: 'realised',
  help: 'Only these instances, up to 100.',
  most: 100,
  of: text({ fate: 'realised', help: 'Id of an instance.' }),
});

export const describeInstanceStatus = action({
  product: 'Ecs',
  name: 'DescribeInstanceStatus',
  summary: 'Lists the status of instances.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ZoneId: text({ fate: 'realised', help: 'Only instances of this zone.' }),
    ClusterId: text({ fate: 'realised', help: 'Only instances of this physical cluster; there is none.' }),
    InstanceId: instanceIds,
    ...pages(50),
  },
  answer: {
    InstanceStatuses: { InstanceStatus: [{ InstanceId: 'string', Status: 'string' }] },
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidZoneId.NotFound'],
});

const EVENT_TYPES = [
  'SystemMaintenance.Reboot',
  'SystemFailure.Reboot',
  'InstanceFailure.Reboot',
  'InstanceExpiration.Stop',
  'InstanceExpiration.Delete',
  'AccountUnbalanced.Stop',
  'AccountUnbalanced.Delete',
] as const;

const period = (what: string) =>
  struct({
    fate: 'realised',
    help: `Only instances with an event ${what} in this time.`,
    fields: {
      Start: text({ fate: 'realised', help: 'Begin, yyyy-MM-ddTHH:mm:ssZ.' }),
      End: text({ fate: 'realised', help: 'End, yyyy-MM-ddTHH:mm:ssZ.' }),
    },
  });

export const describeInstancesFullStatus = action({
  product: 'Ecs',
  name: 'DescribeInstancesFullStatus',
  summary:
    'Lists status, health and events of instances: an instance that does not start is Impaired, and its event says why.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    InstanceId: instanceIds,
    Status: text({
      fate: 'realised',
      help: 'Only instances in this state.',
      enum: ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'],
    }),
    HealthStatus: text({
      fate: 'realised',
      help: 'Only instances of this health.',
      enum: ['Impaired', 'Warning', 'Maintaining', 'Initializing', 'InsufficientData', 'NotApplicable', 'OK'],
    }),
    EventType: text({
      fate: 'realised',
      help: 'Only instances with an event of this type; without effect when InstanceEventType is given.',
      enum: EVENT_TYPES,
    }),
    InstanceEventType: list({
      fate: 'realised',
      help: 'Only instances with an event of one of these types, up to 30.',
      most: 30,
      of: text({ fate: 'realised', help: 'Type of an event, e.g. InstanceFailure.Reboot.' }),
    }),
    EventId: list({
      fate: 'realised',
      help: 'Only instances with one of these events, up to 100.',
      most: 100,
      of: text({ fate: 'realised', help: 'Id of an event.' }),
    }),
    EventPublishTime: period('published'),
    NotBefore: period('scheduled'),
    ...pages(100),
  },
  answer: {
    InstanceFullStatusSet: {
      InstanceFullStatusType: [
        {
          HealthStatus: { Code: 'integer', Name: 'string' },
          InstanceId: 'string',
          ScheduledSystemEventSet: {
            ScheduledSystemEventType: [
              {
                EventCycleStatus: { Code: 'integer', Name: 'string' },
                EventId: 'string',
                EventPublishTime: 'string',
                EventType: { Code: 'integer', Name: 'string' },
                ExtendedAttribute: {
                  Device: 'string',
                  DiskId: 'string',
                  InactiveDisks: {
                    InactiveDisk: [
                      {
                        CreationTime: 'string',
                        DeviceCategory: 'string',
                        DeviceSize: 'string',
                        DeviceType: 'string',
                        ReleaseTime: 'string',
                      },
                    ],
                  },
                },
                ImpactLevel: 'string',
                NotBefore: 'string',
                Reason: 'string',
              },
            ],
          },
          Status: { Code: 'integer', Name: 'string' },
        },
      ],
    },
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidParameter'],
});
