/**
 * The driver that carries no packets: the same life cycle as a real one, kept in memory. For tests, demonstrations and
 * machines without namespaces. It refuses what a real driver would refuse (a guest whose cards are not plugged), and
 * says plainly that nothing runs when someone wants to run a command in a guest.
 */
import type { Compute, Driver, ExecStreams, GuestSpec, NetworkDriver } from '../../realize/driver.ts';
import { EDGE, type EdgeProgram, type NetworkProgram, type PortProgram } from '../../realize/program.ts';

/** What can be made to fail; the id is that of the network (`edge` for the public edge) or guest ('' for the driver's own). */
export type SimulatedOperation =
  | 'open'
  | 'apply'
  | 'applyEdge'
  | 'remove'
  | 'start'
  | 'stop'
  | 'destroy'
  | 'exec'
  | 'release'
  | 'shutdown';

/** Where an operation stands: `half` is left behind by a driver that is cut off in the middle. */
export type SimulatedMoment = 'before' | 'half' | 'after';

/** What exists outside of the process that drives it: it stays when that process ends. */
export interface SimulatedReality {
  /** Network id → the program it obeys. */
  readonly programs: Map<string, NetworkProgram>;
  /** Guests with processes. */
  readonly guests: Map<string, GuestSpec>;
  /** Guests with a disk, and what their console showed. */
  readonly consoles: Map<string, string>;
  /** The program of the public edge. */
  edge?: EdgeProgram | undefined;
}

export function emptyReality(): SimulatedReality {
  return { programs: new Map(), guests: new Map(), consoles: new Map() };
}

export interface SimulatedOptions {
  /** What an earlier driver left, adopted and changed in place; nothing when absent. */
  readonly reality?: SimulatedReality;
  /** Time from `start` to a running guest; 0 when absent. */
  readonly bootMilliseconds?: number;
  /** Called before anything changes; what it throws is the failure of that operation. */
  readonly failures?: (operation: SimulatedOperation, id: string) => void | Promise<void>;
  /** Told of every moment of every operation. */
  readonly step?: (operation: SimulatedOperation, id: string, moment: SimulatedMoment) => void;
}

/** The driver, and what tests may ask it beyond the port. */
export interface SimulatedDriver extends Driver {
  readonly name: 'simulated';
  readonly realPackets: false;
  /** The program that the network obeys; undefined when there is no such network. */
  applied(networkId: string): NetworkProgram | undefined;
  /** The program that the public edge obeys; undefined when none was applied. */
  appliedEdge(): EdgeProgram | undefined;
  /** How often each operation was carried out to its end. */
  count(operation: SimulatedOperation): number;
}

const EXEC_REFUSAL =
  'This region runs with the simulated driver: no instance is real and no packet moves, so no command can run in one.\n';

/** Status of a shell that found no such command. */
const NOT_FOUND = 127;

export function createSimulatedDriver(options: SimulatedOptions = {}): SimulatedDriver {
  const reality = options.reality ?? emptyReality();
  const { programs, guests, consoles } = reality;
  const counts = new Map<SimulatedOperation, number>();
  /** What this driver applied last, by network. */
  const intended = new Map<string, string>();

  /** An operation with two effects can be cut off between them. */
  async function carryOut(operation: SimulatedOperation, id: string, ...effects: (() => void)[]): Promise<void> {
    await options.failures?.(operation, id);
    options.step?.(operation, id, 'before');
    for (const [index, effect] of effects.entries()) {
      effect();
      if (index < effects.length - 1) options.step?.(operation, id, 'half');
    }
    options.step?.(operation, id, 'after');
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
  }

  const network: NetworkDriver = {
    apply: (program) =>
      carryOut(
        'apply',
        program.networkId,
        () => {
          programs.set(program.networkId, halfApplied(programs.get(program.networkId), structuredClone(program)));
        },
        () => {
          programs.set(program.networkId, structuredClone(program));
          intended.set(program.networkId, JSON.stringify(program));
        },
      ),
    applyEdge: (program) =>
      carryOut(
        'applyEdge',
        EDGE,
        () => {
          const routes = program.routes.slice(0, Math.ceil(program.routes.length / 2));
          reality.edge = structuredClone({ ...program, routes });
        },
        () => {
          reality.edge = structuredClone(program);
          intended.set(EDGE, JSON.stringify(program));
        },
      ),
    // Somebody else changes reality by hand: that of the driver, where tests have it in theirs.
    verify: async (networkId) => {
      const found = networkId === EDGE ? reality.edge : programs.get(networkId);
      return found !== undefined && JSON.stringify(found) === intended.get(networkId);
    },
    onDoubt: () => {},
    remove: (networkId) =>
      carryOut(
        'remove',
        networkId,
        () => {
          const program = programs.get(networkId);
          if (program) programs.set(networkId, { ...program, ports: [], policies: [] });
        },
        () => {
          programs.delete(networkId);
        },
      ),
    networks: async () => [...programs.keys()],
  };

  const compute: Compute = {
    start: (guest) => bootGuest(guest),
    stop: (guestId, { force }) =>
      carryOut('stop', guestId, () => {
        if (guests.delete(guestId)) write(guestId, force ? 'Power off' : 'Stopped');
      }),
    destroy: (guestId) =>
      carryOut(
        'destroy',
        guestId,
        () => {
          guests.delete(guestId);
        },
        () => {
          consoles.delete(guestId);
        },
      ),
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
    await carryOut(
      'start',
      guest.id,
      () => {
        requirePlugged(guest, programs.values());
        if (!consoles.has(guest.id)) write(guest.id, 'Simulated instance: made a disk');
      },
      () => {
        guests.set(guest.id, structuredClone(guest));
        write(guest.id, `Simulated instance ${guest.hostName} (${guest.id}) at ${guest.primaryAddress}: running`);
      },
    );
  }

  return {
    name: 'simulated',
    realPackets: false,
    network,
    compute,
    open: () => carryOut('open', '', () => {}),
    release: () => carryOut('release', '', () => {}),
    shutdown: () =>
      carryOut(
        'shutdown',
        '',
        () => {
          for (const id of guests.keys()) write(id, 'Stopped');
          guests.clear();
        },
        () => {
          programs.clear();
          reality.edge = undefined;
        },
      ),
    applied: (networkId) => programs.get(networkId),
    appliedEdge: () => reality.edge,
    count: (operation) => counts.get(operation) ?? 0,
  };
}

/** What is there when applying is cut off: the old ports not yet unplugged, the new ones in part, the rest still old. */
function halfApplied(before: NetworkProgram | undefined, program: NetworkProgram): NetworkProgram {
  const old = before?.ports ?? [];
  const known = new Set(old.map((port) => port.id));
  const added = program.ports.filter((port) => !known.has(port.id));
  return {
    ...program,
    generation: before?.generation ?? 0,
    ports: [...old, ...added.slice(0, Math.ceil(added.length / 2))],
    groups: before?.groups ?? [],
    policies: before?.policies ?? [],
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
