/**
 * Start, stop, restart and release. A request only writes what is wanted and the first status on the way; the
 * reconciler takes it from there and wakes because the network is touched.
 */
import type { ActionKey } from '../../contract/action.ts';
import type { deleteInstance, rebootInstance, startInstance, stopInstance } from '../../contract/instance.ts';
import type { Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { readEcho } from './echo.ts';
import { findInstance, networkOfInstance } from './lookup.ts';
import { mayReboot, mayRelease, mayRunAt, mayStart, mayStop } from './rules.ts';

type Instance = Tables['instance'];

type LifecycleAction = typeof startInstance | typeof stopInstance | typeof rebootInstance | typeof deleteInstance;

export const lifecycleHandlers: HandlersOf<LifecycleAction> = {
  'Ecs.StartInstance': (call, input) =>
    change(call, input.InstanceId, 'Ecs.StartInstance', async (tx, instance) => {
      const refusal = mayStart(instance) ?? mayRunAt(call.clock.now(), readEcho(instance).ExpiresAt);
      if (refusal) return refusal;
      return update(tx, instance, {
        status: 'Starting',
        wanted: 'Running',
        boot_wanted: instance.boot_wanted + 1,
        stopped_mode: 'Not-applicable',
      });
    }),

  'Ecs.StopInstance': (call, input) =>
    change(call, input.InstanceId, 'Ecs.StopInstance', async (tx, instance) => {
      const refusal = mayStop(instance);
      if (refusal) return refusal;
      return update(tx, instance, {
        status: 'Stopping',
        wanted: 'Stopped',
        force_stop: input.ForceStop,
        stopped_mode: input.StoppedMode,
      });
    }),

  'Ecs.RebootInstance': (call, input) =>
    change(call, input.InstanceId, 'Ecs.RebootInstance', async (tx, instance) => {
      const refusal = mayReboot(instance);
      if (refusal) return refusal;
      return update(tx, instance, {
        status: 'Stopping',
        boot_wanted: instance.boot_wanted + 1,
        force_stop: input.ForceStop,
      });
    }),

  'Ecs.DeleteInstance': (call, input) =>
    change(call, input.InstanceId, 'Ecs.DeleteInstance', async (tx, instance) => {
      const refusal = mayRelease(instance, readEcho(instance).ExpiresAt, call.clock.now(), {
        force: input.Force,
        terminateSubscription: input.TerminateSubscription,
      });
      if (refusal) return refusal;
      // Its rows go when its cards are unplugged in reality, so that its addresses are never given again before.
      if (instance.status === 'Stopped') return update(tx, instance, { wanted: 'Deleted' });
      return update(tx, instance, { status: 'Stopping', wanted: 'Deleted', force_stop: input.ForceStop });
    }),
};

async function change(
  call: Call,
  instanceId: string,
  action: ActionKey,
  step: (tx: Writer, instance: Instance) => Promise<Refusal | undefined>,
): Promise<Record<string, never> | Refusal> {
  return call.write(await networkOfInstance(call, instanceId), async (tx) => {
    const instance = await findInstance(tx, call, instanceId, { malformed: false });
    if (isRefusal(instance)) return instance;
    const refusal = await step(tx, instance);
    if (refusal) return refusal;
    await tx.touch(instance.vpc_id, instance.region_id);
    await record(call, tx, action, instance.vpc_id, instance.id);
    return {};
  });
}

async function update(tx: Writer, instance: Instance, patch: Partial<Instance>): Promise<undefined> {
  await tx.update('instance', { id: instance.id }, patch);
}
