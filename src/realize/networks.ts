/**
 * One step of making a network real: snapshot → program → driver → what now holds. Takes no input besides the network's
 * id, so that the happy path, a retry and the first pass after a crash are the same code.
 */
import type { Store } from '../store/port.ts';
import { compileNetwork } from './compile/network.ts';
import type { NetworkDriver } from './driver.ts';
import type { NetworkProgram } from './program.ts';
import { type NetworkSnapshot, readSnapshot } from './snapshot.ts';

/** A network as it was just applied. */
export interface RealizedNetwork {
  readonly program: NetworkProgram;
  readonly snapshot: NetworkSnapshot;
}

/**
 * Realises the network's present generation and tells what was applied; undefined when the network was removed.
 *
 * A request may commit while the driver works. It raises `wanted`, which we do not touch: we write the generation that
 * was read, so the network stays behind and the next pass takes the rest. Statuses move only for rows that the applied
 * snapshot held; a VSwitch made meanwhile stays Pending.
 */
export async function realizeNetwork(
  networkId: string,
  parts: { readonly store: Store; readonly driver: NetworkDriver },
): Promise<RealizedNetwork | undefined> {
  const { store, driver } = parts;
  const snapshot = await store.read((reader) => readSnapshot(reader, networkId));
  if (!snapshot) {
    await driver.remove(networkId);
    await write(store, networkId, (writer) => writer.remove('network_state', { network_id: networkId, deleted: true }));
    return undefined;
  }
  const program = compileNetwork(snapshot);
  await driver.apply(program);
  await recordRealized(store, snapshot, program);
  return { program, snapshot };
}

/** Leaves the driver's words where people look for them; `wanted` stays ahead of `realized`. */
export async function recordNetworkFailure(store: Store, networkId: string, failure: string): Promise<void> {
  await write(store, networkId, (writer) =>
    writer.update('network_state', { network_id: networkId }, { failure: failure.slice(0, 2000) }),
  );
}

async function recordRealized(store: Store, snapshot: NetworkSnapshot, program: NetworkProgram): Promise<void> {
  const { networkId, generation } = snapshot;
  await write(store, networkId, async (writer) => {
    await writer.update('network_state', { network_id: networkId }, { realized: generation, failure: '' });
    if (snapshot.vpc.status === 'Pending') {
      await writer.update('vpc', { id: networkId, status: 'Pending' }, { status: 'Available' });
    }
    const vswitches = pendingIds(snapshot.vswitches);
    if (vswitches.length > 0) {
      await writer.update('vswitch', { id: vswitches, status: 'Pending' }, { status: 'Available' });
    }
    const entries = pendingIds(snapshot.routeEntries);
    if (entries.length > 0) {
      await writer.update('route_entry', { id: entries, status: 'Pending' }, { status: 'Available' });
    }
    const plugged = new Set(program.ports.map((port) => port.id));
    const attached = snapshot.interfaces.filter((row) => row.status === 'Attaching' && plugged.has(row.id));
    if (attached.length > 0) {
      const ids = attached.map((row) => row.id);
      await writer.update('network_interface', { id: ids, status: 'Attaching' }, { status: 'InUse' });
    }
  });
}

function pendingIds(rows: readonly { readonly id: string; readonly status: string }[]): string[] {
  return rows.filter((row) => row.status === 'Pending').map((row) => row.id);
}

async function write(store: Store, scope: string, fn: Parameters<Store['write']>[1]): Promise<void> {
  const outcome = await store.write({ scope: [scope] }, fn);
  if (outcome.kind !== 'done') throw new Error(`the reconciler’s write ended as ${outcome.kind}`);
}
