/**
 * The driver that carries no packets: the same life cycle as a real one, kept in memory. For tests, demonstrations and
 * machines without namespaces. It refuses what a real driver would refuse (a guest whose cards are not plugged), and
 * says plainly that nothing runs when someone wants to run a command in a guest.
 */
import type { Compute, Driver, ExecStreams, GuestSpec, NetworkDriver } from '../../realize/driver.ts';
import type { NetworkProgram, PortProgram } from '../../realize/program.ts';

/** What can be made to fail; the id is that of the network or guest ('' for the driver's own). */
export type SimulatedOperation =
  | 'open'
  | 'apply'
  | 'remove'
  | 'start'
  | 'stop'
  | 'destroy'
  | 'exec'
  | 'release'
  | 'shutdown';

export interface SimulatedOptions {
  /** Time from `start` to a running guest; 0 when absent. */
  readonly bootMilliseconds?: number;
  /** Called before anything changes; what it throws is the failure of that operation. */
  readonly failures?: (operation: SimulatedOperation, id: string) => void | Promise<void>;
}

/** The driver, and what tests may ask it beyond the port. */
export interface SimulatedDriver extends Driver {
  readonly name: 'simulated';
  readonly realPackets: false;
  /** The program that the network obeys; undefined when there is no such network. */
  applied(networkId: string): NetworkProgram | undefined;
  /** How often each operation was carried out to its end. */
  count(operation: SimulatedOperation): number;
}

const EXEC_REFUSAL =
  'This region runs with the simulated driver: no instance is real and no packet moves, so no command can run in one.\n';

/** Status of a shell that found no such command. */
const NOT_FOUND = 127;

export function createSimulatedDriver(options: SimulatedOptions = {}): SimulatedDriver {
  const programs = new Map<string, NetworkProgram>();
  const guests = new Map<string, GuestSpec>();
  const consoles = new Map<string, string>();
  const counts = new Map<SimulatedOperation, number>();

  async function carryOut(operation: SimulatedOperation, id: string, effect: () => void): Promise<void> {
    await options.failures?.(operation, id);
    effect();
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
  }

  const network: NetworkDriver = {
    apply: (program) =>
      carryOut('apply', program.networkId, () => {
        programs.set(program.networkId, structuredClone(program));
      }),
    remove: (networkId) =>
      carryOut('remove', networkId, () => {
        programs.delete(networkId);
      }),
    networks: async () => [...programs.keys()],
  };

  const compute: Compute = {
    start: (guest) => bootGuest(guest),
    stop: (guestId, { force }) =>
      carryOut('stop', guestId, () => {
        if (guests.delete(guestId)) write(guestId, force ? 'Power off' : 'Stopped');
      }),
    destroy: (guestId) =>
      carryOut('destroy', guestId, () => {
        guests.delete(guestId);
        consoles.delete(guestId);
      }),
    running: async () => [...guests.keys()],
    disks: async () => [...consoles.keys()],
    async exec(guestId, _command, streams) {
      await carryOut('exec', guestId, () => {});
      await writeRefusal(streams);
      return { code: NOT_FOUND };
    },
    async log(guestId, bytes) {
      const text = Buffer.from(consoles.get(guestId) ?? '', 'utf8');
      return text.subarray(Math.max(0, text.length - bytes)).toString('utf8');
    },
  };

  function write(guestId: string, line: string): void {
    consoles.set(guestId, `${consoles.get(guestId) ?? ''}${line}\n`);
  }

  async function bootGuest(guest: GuestSpec): Promise<void> {
    if (guests.has(guest.id)) return;
    const boot = options.bootMilliseconds ?? 0;
    if (boot > 0) await new Promise((resolve) => setTimeout(resolve, boot));
    await carryOut('start', guest.id, () => {
      requirePlugged(guest, programs.values());
      guests.set(guest.id, structuredClone(guest));
      if (!consoles.has(guest.id)) write(guest.id, 'Simulated instance: made a disk');
      write(guest.id, `Simulated instance ${guest.hostName} (${guest.id}) at ${guest.primaryAddress}: running`);
    });
  }

  return {
    name: 'simulated',
    realPackets: false,
    network,
    compute,
    open: () => carryOut('open', '', () => {}),
    release: () => carryOut('release', '', () => {}),
    shutdown: () =>
      carryOut('shutdown', '', () => {
        for (const id of guests.keys()) write(id, 'Stopped');
        guests.clear();
        programs.clear();
      }),
    applied: (networkId) => programs.get(networkId),
    count: (operation) => counts.get(operation) ?? 0,
  };
}

/** Throws when a card of the guest has no port, or the port lies elsewhere: a real guest would boot without it. */
function requirePlugged(guest: GuestSpec, programs: Iterable<NetworkProgram>): void {
  const ports = new Map<string, PortProgram>();
  for (const program of programs) for (const port of program.ports) ports.set(port.id, port);
  for (const card of guest.cards) {
    const port = ports.get(card.networkInterfaceId);
    const plugged = port?.guestId === guest.id && port.deviceIndex === card.deviceIndex && port.mac === card.mac;
    if (!plugged) {
      throw new Error(
        `guest ${guest.id} cannot start: ${card.networkInterfaceId} is not plugged as eth${card.deviceIndex}`,
      );
    }
  }
}

function writeRefusal(streams: ExecStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    streams.stderr.write(EXEC_REFUSAL, (error?: Error | null) => (error ? reject(error) : resolve()));
  });
}
