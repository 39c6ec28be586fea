/**
 * The public edge made real, and public addresses on their way. An address has two places in reality, a mapping in its
 * target's network and a route at the edge, each in a program of its own that is applied at its own time.
 */
import type { Store } from '../store/port.ts';
import type { Tables } from '../store/schema.ts';
import { EDGE, type PublicEdge } from '../values/public-edge.ts';
import { compileEdge } from './compile/edge.ts';
import type { NetworkDriver } from './driver.ts';
import { readEdgeSnapshot } from './snapshot.ts';

type Eip = Tables['eip'];

/** Realises the edge's present generation; answers the addresses that the applied program was made from. */
export async function realizeEdge(parts: {
  readonly store: Store;
  readonly driver: NetworkDriver;
  readonly publicEdge: PublicEdge;
}): Promise<readonly Eip[]> {
  const { store, driver, publicEdge } = parts;
  const snapshot = await store.read(readEdgeSnapshot);
  const program = compileEdge(snapshot, publicEdge);
  await driver.applyEdge(program);
  // As with a network: the generation that was read, so that a request that committed meanwhile keeps the edge behind.
  await store.write({ scope: [EDGE] }, (writer) =>
    writer.update('network_state', { network_id: EDGE }, { realized: program.generation, failure: '' }),
  );
  return snapshot.eips;
}

/**
 * What the last applied programs knew of public addresses, by the network (or edge) that was applied. Kept in memory:
 * a new process applies every network once, and so finds it out again.
 */
export class AppliedAddresses {
  readonly #known = new Map<string, ReadonlyMap<string, string>>();

  /** Notes that the program of this network was applied, made from these rows. */
  applied(networkId: string, eips: readonly Eip[]): void {
    this.#known.set(networkId, new Map(eips.map((eip) => [eip.id, stateOf(eip)])));
  }

  removed(networkId: string): void {
    this.#known.delete(networkId);
  }

  /**
   * Whether reality is where the address is going: both programs were made from the row as it is now. For one that is
   * Associating both have it then (or its port is not plugged), for one that is Unassociating neither has.
   */
  holds(eip: Eip): boolean {
    const state = stateOf(eip);
    return [EDGE, eip.vpc_id ?? ''].every((id) => this.#known.get(id)?.get(eip.id) === state);
  }
}

function stateOf({ status, vpc_id, network_interface_id, private_address }: Eip): string {
  return [status, vpc_id, network_interface_id, private_address].join(' ');
}

/** What an address that is associated with nothing says of its target. */
export const NO_TARGET = {
  instance_type: '',
  instance_id: null,
  network_interface_id: null,
  private_address: null,
  vpc_id: null,
} as const satisfies Partial<Eip>;

/** Addresses on their way that have arrived. */
export async function arrivedAddresses(store: Store, applied: AppliedAddresses): Promise<Eip[]> {
  const moving = await store.read((reader) => reader.find('eip', { status: ['Associating', 'Unassociating'] }));
  return moving.filter((eip) => applied.holds(eip));
}

/**
 * Writes the status that addresses have arrived at, guarded by what was read: the release of the instance may have taken
 * the address off meanwhile, and somebody associated it anew.
 */
export async function settleAddresses(store: Store, arrived: readonly Eip[]): Promise<void> {
  await store.write({ scope: [EDGE] }, async (writer) => {
    for (const { id, status, network_interface_id } of arrived) {
      const patch: Partial<Eip> =
        status === 'Associating' ? { status: 'InUse' } : { status: 'Available', ...NO_TARGET };
      await writer.update('eip', { id, status, network_interface_id }, patch);
    }
  });
}
