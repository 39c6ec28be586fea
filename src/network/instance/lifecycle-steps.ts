/** What start, stop, restart and release write on an instance, or why not; alike for one instance and for several. */
import type { Tables } from '../../store/schema.ts';
import type { Refusal } from '../../values/refusal.ts';
import { readEcho } from './echo.ts';
import { mayReboot, mayRelease, mayRunAt, mayStart, mayStop, type ReleaseAsked } from './rules.ts';

type Instance = Tables['instance'];

/** A change of the row. `parameter`: where the instance was named; `now`: the time that rules see. */
export type Step = (instance: Instance, now: number, parameter: string) => Partial<Instance> | Refusal;

export const starting: Step = (instance, now, parameter) =>
  mayStart(instance, parameter) ??
  mayRunAt(now, readEcho(instance).ExpiresAt, parameter) ?? {
    status: 'Starting',
    wanted: 'Running',
    boot_wanted: instance.boot_wanted + 1,
    stopped_mode: 'Not-applicable',
  };

export const stopping =
  (force: boolean, mode: 'KeepCharging' | 'StopCharging'): Step =>
  (instance, _now, parameter) =>
    mayStop(instance, parameter) ?? { status: 'Stopping', wanted: 'Stopped', force_stop: force, stopped_mode: mode };

export const restarting =
  (force: boolean): Step =>
  (instance, _now, parameter) =>
    mayReboot(instance, parameter) ?? {
      status: 'Stopping',
      boot_wanted: instance.boot_wanted + 1,
      force_stop: force,
    };

/** `powerOff`: whether a guest that still runs ends like in a power cut. */
export const releasing =
  (asked: ReleaseAsked, powerOff: boolean): Step =>
  (instance, now, parameter) => {
    const refusal = mayRelease(instance, readEcho(instance).ExpiresAt, now, asked, parameter);
    if (refusal) return refusal;
    // Its rows go when its cards are unplugged in reality, so that its addresses are never given again before.
    if (instance.status === 'Stopped') return { wanted: 'Deleted' };
    return { status: 'Stopping', wanted: 'Deleted', force_stop: powerOff };
  };
