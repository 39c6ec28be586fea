/**
 * A region whose networks are real and whose instances are not: the Linux driver makes their namespaces and cards, no
 * process boots in them. Calls go through the whole gateway. Nothing of it is left after `close`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Product } from '../../src/contract/action.ts';
import { createLinuxDriver } from '../../src/drivers/linux/driver.ts';
import { type Holder, openHolder } from '../../src/drivers/linux/holder.ts';
import { createSimulatedDriver, emptyReality, type SimulatedReality } from '../../src/drivers/simulated/driver.ts';
import type { Driver, NetworkDriver } from '../../src/realize/driver.ts';
import { flowAllowed } from '../../src/realize/path/flow.ts';
import type { World } from '../../src/realize/path/path.ts';
import { EDGE, type NetworkProgram } from '../../src/realize/program.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { run } from '../../src/shell/shell.ts';
import { systemClock } from '../../src/values/clock.ts';
import { silentLog } from '../../src/values/log.ts';
import { systemRandom } from '../../src/values/random.ts';
import { type Answer, type Request, send } from '../model/client.ts';

/** Faults that a test plants; each changes what comes out of a part of Yunlan. */
export interface Faults {
  /** In the compiler: what analysis and packets both obey. */
  readonly compiled?: (program: NetworkProgram) => NetworkProgram;
  /** In the driver: what packets alone obey. */
  readonly driven?: (program: NetworkProgram) => NetworkProgram;
}

export interface Region {
  readonly holder: Holder;
  readonly server: RunningServer;
  /** What was compiled and applied last. */
  readonly world: World;
  /** Sends a call; the answer whatever it is. */
  call(product: Product, action: string, request: Request): Promise<Answer>;
  /** Resolves when reality is what is wanted everywhere: each network has realised its wanted generation. */
  inForce(): Promise<void>;
  /** Another daemon goes on with what this one leaves running; resolves when it has applied every network. */
  restart(): Promise<void>;
  /** Output of a program in a network's namespace. */
  inside(network: string, ...argv: string[]): Promise<string>;
  close(): Promise<void>;
}

/** How long anything may take until it is in force. Milliseconds. */
const PATIENCE = 60_000;

/** Nobody else changes these networks, and looking at them costs what others need. Milliseconds. */
const NEVER = 24 * 3600 * 1000;

export async function openRegion(faults: Faults = {}): Promise<Region> {
  const dataDir = await mkdtemp(join(tmpdir(), 'yunlan-differential-'));
  const reality = emptyReality();
  const begin = () =>
    startServer({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      driver: 'linux',
      driverMade: withoutGuests(createLinuxDriver({ dataDir, log: silentLog, flowAllowed }), reality, faults),
      log: silentLog,
      verifyInterval: NEVER,
    });
  let server = await begin();
  // The one that the driver has made.
  const holder = await openHolder({ runDir: join(dataDir, 'run'), log: silentLog });
  const signer = { clock: systemClock, random: systemRandom };

  async function inForce(): Promise<void> {
    let failures: readonly string[] = [];
    await until('all networks are in force', async () => {
      const { moving, behind, networks } = await server.store.read(async (reader) => ({
        moving:
          (await reader.count('instance', { status: ['Pending', 'Starting', 'Stopping'] })) +
          (await reader.count('instance', { wanted: 'Deleted' })) +
          (await reader.count('eip', { status: ['Associating', 'Unassociating'] })),
        behind: await reader.behind(),
        networks: await reader.find('network_state', { deleted: false }),
      }));
      failures = behind.map((state) => state.failure).filter((words) => words !== '');
      // Another daemon applies everything once; the edge is made whether anything asks for it or not.
      const made = networks.every(({ network_id }) => network_id === EDGE || reality.programs.has(network_id));
      return moving === 0 && behind.length === 0 && made && reality.edge !== undefined;
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${failures.join('; ')}`);
    });
  }

  return {
    holder,
    get server() {
      return server;
    },
    world: {
      get edge() {
        if (reality.edge === undefined) throw new Error('the edge is not made yet');
        return reality.edge;
      },
      uplink: false,
      network: (networkId) => reality.programs.get(networkId),
    },
    call: (product, action, request) => send(server, { product, action, request }, signer),
    inForce,
    async restart() {
      await server.close({ endGuests: false });
      reality.programs.clear();
      reality.edge = undefined;
      server = await begin();
      await inForce();
    },
    inside: async (network, ...argv) => (await run(holder.inside(argv, { net: network }))).stdout,
    async close() {
      await server.close({ endGuests: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Real networks with simulated instances; names are not served, as nobody lives to ask. `reality` learns what was applied
 * and keeps who runs.
 */
function withoutGuests(linux: Driver, reality: SimulatedReality, { compiled = same, driven = same }: Faults): Driver {
  const network: NetworkDriver = {
    ...linux.network,
    async apply(program) {
      const said = compiled(program);
      await linux.network.apply(driven(said));
      reality.programs.set(program.networkId, said);
    },
    async applyEdge(program) {
      await linux.network.applyEdge(program);
      reality.edge = program;
    },
    async remove(networkId) {
      await linux.network.remove(networkId);
      reality.programs.delete(networkId);
    },
  };
  const { doors: _, ...rest } = linux;
  return { ...rest, network, compute: createSimulatedDriver({ reality }).compute };
}

function same(program: NetworkProgram): NetworkProgram {
  return program;
}

/** Waits for a state, never for a time; fails when it does not come. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const late = systemClock.now() + PATIENCE;
  while (!(await holds())) {
    if (systemClock.now() > late) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
