/**
 * Start, stop, restart and release of one instance. A request only writes what is wanted and the first status on the
 * way; the reconciler takes it from there and wakes because the network is touched.
 */
import type { ActionKey } from '../../contract/action.ts';
import type { deleteInstance, rebootInstance, startInstance, stopInstance } from '../../contract/instance.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { releasing, restarting, type Step, starting, stopping } from './lifecycle-steps.ts';
import { findInstance, networkOfInstance } from './lookup.ts';

type LifecycleAction = typeof startInstance | typeof stopInstance | typeof rebootInstance | typeof deleteInstance;

export const lifecycleHandlers: HandlersOf<LifecycleAction> = {
  'Ecs.StartInstance': (call, input) => change(call, input.InstanceId, 'Ecs.StartInstance', starting),

  'Ecs.StopInstance': (call, input) =>
    change(call, input.InstanceId, 'Ecs.StopInstance', stopping(input.ForceStop, input.StoppedMode)),

  'Ecs.RebootInstance': (call, input) =>
    change(call, input.InstanceId, 'Ecs.RebootInstance', restarting(input.ForceStop)),

  'Ecs.DeleteInstance': (call, input) =>
    change(
      call,
      input.InstanceId,
      'Ecs.DeleteInstance',
      releasing({ force: input.Force, terminateSubscription: input.TerminateSubscription }, input.ForceStop),
    ),
};

async function change(
  call: Call,
  instanceId: string,
  action: ActionKey,
  step: Step,
): Promise<Record<string, never> | Refusal> {
  return call.write(await networkOfInstance(call, instanceId), async (tx) => {
    const instance = await findInstance(tx, call, instanceId, { malformed: false });
    if (isRefusal(instance)) return instance;
    const patch = step(instance, call.clock.now(), 'InstanceId');
    if (isRefusal(patch)) return patch;
    await tx.update('instance', { id: instance.id }, patch);
    await tx.touch(instance.vpc_id, instance.region_id);
    await record(call, tx, action, instance.vpc_id, instance.id);
    return {};
  });
}
