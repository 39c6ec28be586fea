/** Start, stop, restart and release of several instances in one transaction. */
import type { ActionKey } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { deleteInstances, rebootInstances, startInstances, stopInstances } from '../../contract/instance-batch.ts';
import type { Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { knownRegion } from '../region/regions.ts';
import { releasing, restarting, type Step, starting, stopping } from './lifecycle-steps.ts';
import { instanceNotFound } from './rules.ts';

type BatchAction = typeof startInstances | typeof stopInstances | typeof rebootInstances | typeof deleteInstances;

export const batchHandlers: HandlersOf<BatchAction> = {
  'Ecs.StartInstances': (call, input) => each(call, 'Ecs.StartInstances', input, starting),

  'Ecs.StopInstances': (call, input) =>
    each(call, 'Ecs.StopInstances', input, stopping(input.ForceStop, input.StoppedMode)),

  'Ecs.RebootInstances': (call, input) => each(call, 'Ecs.RebootInstances', input, restarting(input.ForceReboot)),

  async 'Ecs.DeleteInstances'(call, input) {
    const asked = { force: input.Force, terminateSubscription: input.TerminateSubscription };
    const batch = { InstanceId: input.InstanceId, BatchOptimization: 'AllTogether' } as const;
    const outcome = await each(call, 'Ecs.DeleteInstances', batch, releasing(asked, input.ForceStop));
    return isRefusal(outcome) ? outcome : {};
  },
};

interface Batch {
  readonly InstanceId: readonly string[];
  readonly BatchOptimization: 'AllTogether' | 'SuccessFirst';
}

/** What became of one instance of a batch. */
interface InstanceResponse {
  readonly InstanceId: string;
  readonly Code: string;
  readonly Message: string;
  readonly PreviousStatus: string;
  readonly CurrentStatus: string;
}

/**
 * Takes the step with each instance. All are written by one transaction, so that AllTogether is all or nothing whatever
 * else contends, and a crash leaves no half of it.
 */
async function each(
  call: Call,
  action: ActionKey,
  { InstanceId: ids, BatchOptimization }: Batch,
  step: Step,
): Promise<{ InstanceResponses: { InstanceResponse: InstanceResponse[] } } | Refusal> {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const repeated = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (repeated >= 0) {
    const parameter = `InstanceId.${repeated + 1}`;
    return refuse('InvalidParameter', { parameter, detail: 'The instance is given twice.' });
  }
  const where = { id: ids, account_id: call.caller.accountId, region_id: region.id };
  const before = await call.read((reader) => reader.find('instance', where));
  return call.write([...new Set(before.map((row) => row.vpc_id))], async (tx) => {
    const rows = new Map((await tx.find('instance', where)).map((row) => [row.id, row]));
    const responses: InstanceResponse[] = [];
    const networks = new Set<string>();
    for (const [index, id] of ids.entries()) {
      const parameter = `InstanceId.${index + 1}`;
      const row = rows.get(id);
      const patch = row ? step(row, call.clock.now(), parameter) : instanceNotFound(id, parameter);
      if (isRefusal(patch)) {
        if (BatchOptimization === 'AllTogether') return patch;
        responses.push(failed(id, row, patch));
      } else if (row) {
        await tx.update('instance', { id }, patch);
        await record(call, tx, action, row.vpc_id, id);
        networks.add(row.vpc_id);
        responses.push(succeeded(row, patch));
      }
    }
    await touchAll(tx, networks, region.id);
    return { InstanceResponses: { InstanceResponse: responses } };
  });
}

async function touchAll(tx: Writer, networks: ReadonlySet<string>, regionId: string): Promise<void> {
  for (const network of networks) await tx.touch(network, regionId);
}

function succeeded(row: Tables['instance'], patch: Partial<Tables['instance']>): InstanceResponse {
  return {
    InstanceId: row.id,
    Code: '200',
    Message: 'success',
    PreviousStatus: row.status,
    CurrentStatus: patch.status ?? row.status,
  };
}

function failed(id: string, row: Tables['instance'] | undefined, refusal: Refusal): InstanceResponse {
  const status = row?.status ?? '';
  return {
    InstanceId: id,
    Code: refusal.code,
    Message: refusal.message,
    PreviousStatus: status,
    CurrentStatus: status,
  };
}
