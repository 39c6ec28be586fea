/** Health of an instance and the event that a failure is: it starts again by itself, and the event says why. */
import { refuse } from '../../contract/errors.ts';
import type { Tables } from '../../store/schema.ts';
import { formatSeconds, parseSeconds } from '../../values/clock.ts';
import type { Refusal } from '../../values/refusal.ts';

type Instance = Tables['instance'];

/** Health as DescribeInstancesFullStatus names it. */
export type Health = 'OK' | 'Impaired' | 'Initializing' | 'NotApplicable';

export function healthOf(row: Pick<Instance, 'status' | 'failure'>): Health {
  if (row.failure !== '') return 'Impaired';
  if (row.status === 'Pending') return 'Initializing';
  return row.status === 'Stopped' ? 'NotApplicable' : 'OK';
}

/** The event of a failure: the instance is to start again. */
export const FAILURE_EVENT = 'InstanceFailure.Reboot';

/** Id of the event; an instance has one at a time, so it follows from the instance's. */
export function eventIdOf(instanceId: string): string {
  return instanceId.replace(/^i-/, 'e-');
}

/** Codes beside names: OK, Running and Scheduled as in the documented examples, the others are ours. */
const HEALTH_CODES: { readonly [H in Health]: number } = { OK: 0, Impaired: 16, Initializing: 32, NotApplicable: 80 };
const STATUS_CODES: { readonly [S in Instance['status']]: number } = {
  Pending: 0,
  Running: 1,
  Starting: 2,
  Stopping: 3,
  Stopped: 4,
};

/** An item of DescribeInstancesFullStatus. */
export function fullStatus(row: Instance) {
  const health = healthOf(row);
  return {
    InstanceId: row.id,
    Status: { Code: STATUS_CODES[row.status], Name: row.status },
    HealthStatus: { Code: HEALTH_CODES[health], Name: health },
    ScheduledSystemEventSet: { ScheduledSystemEventType: row.failure === '' ? [] : [failureEvent(row)] },
  };
}

function failureEvent(row: Instance) {
  const time = formatSeconds(row.failed_at ?? row.created_at);
  return {
    EventId: eventIdOf(row.id),
    EventType: { Code: 3, Name: FAILURE_EVENT },
    EventCycleStatus: { Code: 24, Name: 'Scheduled' },
    EventPublishTime: time,
    NotBefore: time,
    Reason: row.failure,
    ImpactLevel: '',
    ExtendedAttribute: { Device: '', DiskId: '', InactiveDisks: { InactiveDisk: [] } },
  };
}

/** Conditions on health and events; an absent one holds. */
export interface HealthAsked {
  readonly HealthStatus?: string | undefined;
  readonly EventType?: string | undefined;
  readonly InstanceEventType?: readonly string[] | undefined;
  readonly EventId?: readonly string[] | undefined;
  readonly EventPublishTime?: PeriodAsked | undefined;
  readonly NotBefore?: PeriodAsked | undefined;
}

interface PeriodAsked {
  readonly Start?: string | undefined;
  readonly End?: string | undefined;
}

/** Whether an instance satisfies the conditions; undefined when there are none, which every instance does. */
export function healthCondition(asked: HealthAsked): ((row: Instance) => boolean) | undefined | Refusal {
  const tests: ((row: Instance) => boolean)[] = [];
  if (asked.HealthStatus !== undefined) tests.push((row) => healthOf(row) === asked.HealthStatus);
  const types = asked.InstanceEventType ?? [];
  if (types.length > 0) tests.push((row) => row.failure !== '' && types.includes(FAILURE_EVENT));
  else if (asked.EventType !== undefined) {
    tests.push((row) => row.failure !== '' && asked.EventType === FAILURE_EVENT);
  }
  const ids = asked.EventId ?? [];
  if (ids.length > 0) tests.push((row) => row.failure !== '' && ids.includes(eventIdOf(row.id)));
  for (const [name, period] of Object.entries({
    EventPublishTime: asked.EventPublishTime,
    NotBefore: asked.NotBefore,
  })) {
    for (const edge of ['Start', 'End'] as const) {
      const text = period?.[edge];
      if (text === undefined) continue;
      const time = parseSeconds(text);
      if (time === undefined) {
        return refuse('InvalidParameter', {
          parameter: `${name}.${edge}`,
          detail: 'It is a time in the form yyyy-MM-ddTHH:mm:ssZ.',
        });
      }
      tests.push((row) => row.failed_at !== null && (edge === 'Start' ? shown(row) >= time : shown(row) <= time));
    }
  }
  return tests.length === 0 ? undefined : (row) => tests.every((holds) => holds(row));
}

/** Answers show seconds, so a time of failure counts as its second. */
function shown(row: Instance): number {
  return Math.floor((row.failed_at ?? 0) / 1000) * 1000;
}
