/** Runs a sequence of calls under a witness, and starts servers in the worlds that it left. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createSimulatedDriver, emptyReality, type SimulatedReality } from '../../src/drivers/simulated/driver.ts';
import { type RunningServer, STORE_FILE, startServer } from '../../src/server.ts';
import { openStore } from '../../src/store/open.ts';
import { systemClock } from '../../src/values/clock.ts';
import { silentLog } from '../../src/values/log.ts';
import { seededRandom } from '../../src/values/random.ts';
import { readAllRows } from './all-rows.ts';
import { type Answer, type CallSent, type Signer, send } from './client.ts';
import { type Held, heldBy, hold, nothingHeld, tellable, toldBy } from './held.ts';
import { faultsOf } from './invariants.ts';
import { Chooser, tickingClock } from './seeded.ts';
import { type Phase, Sequence, TOUR } from './sequence.ts';
import { Witness, type World } from './worlds.ts';

/** A call as its client knows it; the answer comes in when it comes. */
export interface Sent {
  readonly call: CallSent;
  answer?: Answer;
  /** How many answers had come before this one. */
  place?: number;
}

/** What a client knew at a moment. */
export interface Known {
  readonly answered: readonly Sent[];
  /** Sent, but not answered yet. What they will be answered where nobody is killed is seen later. */
  readonly inFlight: readonly Sent[];
}

export interface Run {
  readonly worlds: readonly World<Known>[];
  /** All moments that were seen, in words. */
  readonly moments: readonly string[];
  readonly sent: readonly Sent[];
}

/** Passes of the reconciler that nobody asks for come often here: they also remove disks that nobody owns. */
const INTERVAL = 20;

export interface RunOptions {
  readonly seed: number;
  /** So many calls that follow from the seed, or every action in order. */
  readonly calls: number | 'tour';
  /** An empty directory for everything. */
  readonly folder: string;
}

/** Runs a sequence of calls to its end and keeps the world of every moment on the way. */
export async function runWitnessed({ seed, calls, folder }: RunOptions): Promise<Run> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { recursive: true });
  const choose = new Chooser(seededRandom(seed));
  const clock = tickingClock();
  const reality = emptyReality();
  const sent: Sent[] = [];
  let answers = 0;
  const witness = new Witness<Known>({
    dataDir,
    reality,
    copies: join(folder, 'worlds'),
    client: () => {
      const answered = sent.filter((one) => one.answer);
      const inFlight = sent.filter((one) => !one.answer);
      return { told: { answered, inFlight }, key: sent.map((one) => (one.answer ? 'a' : 'f')).join('') };
    },
  });
  const server = await startServer({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    driver: 'simulated',
    driverMade: createSimulatedDriver({ reality, step: witness.step }),
    storeMade: witness.watch(await openStore({ path: join(dataDir, STORE_FILE), synchronous: 'NORMAL' })),
    // Passes by the timer would come at moments that no seed decides.
    reconcileInterval: 3_600_000,
    recordInterval: 3_600_000,
    clock,
    random: seededRandom(seed + 1),
    log: silentLog,
  });
  try {
    const signer: Signer = { clock, random: seededRandom(seed + 2) };
    const sequence = new Sequence(choose);
    const held = nothingHeld();
    const sendOne = async (call: CallSent): Promise<void> => {
      const one: Sent = { call };
      sent.push(one);
      const answer = await send(server, call, signer);
      one.place = answers;
      answers += 1;
      one.answer = answer;
      hold(held, call, answer);
    };
    if (calls === 'tour') {
      for (const action of TOUR) {
        await server.reconciler.settled();
        const call = sequence.one(held, action);
        if (call) await sendOne(call);
      }
    } else {
      for (let made = 0; made < calls; ) {
        // Bursts: calls that were not answered when the next ones were sent.
        const burst = Math.min(calls - made, choose.oneIn(3) ? 2 + choose.below(2) : 1);
        const together = Array.from({ length: burst }, () => sequence.next(held, phaseAt(made / calls)));
        made += burst;
        await Promise.all(together.map(sendOne));
        // Else the next calls meet what is still under way.
        if (!choose.oneIn(4)) await server.reconciler.settled();
      }
    }
    await server.reconciler.settled();
  } finally {
    witness.end();
    await server.close({ endGuests: false });
  }
  return { worlds: witness.worlds, moments: witness.moments, sent };
}

function phaseAt(share: number): Phase {
  if (share < 0.35) return 'build';
  return share < 0.65 ? 'live' : 'end';
}

/** What was killed: the daemon alone, or the machine with all guests and networks; disks stay. */
export type Killed = 'daemon' | 'machine';

export interface RecoveryOptions {
  readonly seed: number;
  readonly killed: Killed;
  /** A directory that is made, and removed when nothing was found. */
  readonly folder: string;
  /** Kills the recovering server as well, at this moment of its start. */
  readonly again?: number;
}

export interface Recovery {
  /** What is wrong, in words; empty when everything holds. */
  readonly faults: readonly string[];
  /** The world in which the recovering server was killed, too. */
  readonly next: World<Known> | undefined;
}

/** Starts a server in a world and holds it to everything its client knew. */
export async function recover(world: World<Known>, options: RecoveryOptions): Promise<Recovery> {
  const { seed, killed, folder, again } = options;
  const dataDir = join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  cpSync(world.dataDir, dataDir, { recursive: true });
  const reality = structuredClone(world.reality);
  if (killed === 'machine') endOfMachine(reality);
  const witness = new Witness<Known>({
    dataDir,
    reality,
    copies: join(folder, 'worlds'),
    client: () => ({ told: world.client, key: '' }),
    only: again ?? 0,
  });
  const driver = createSimulatedDriver({ reality, step: witness.step });
  // A second life draws other numbers than the first one would have gone on to draw.
  const random = seededRandom(seed * 7919 + world.point);
  const server = await startServer({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    driver: 'simulated',
    driverMade: driver,
    storeMade: witness.watch(await openStore({ path: join(dataDir, STORE_FILE), synchronous: 'NORMAL' })),
    reconcileInterval: INTERVAL,
    clock: tickingClock(Date.UTC(2026, 10, 1, 0, 5)),
    random,
    log: silentLog,
  });
  const faults: string[] = [];
  try {
    const rest = async (): Promise<void> => {
      const left = await untilRest(() => faultsOf(server.store, driver));
      faults.push(...left);
    };
    await rest();
    witness.end();
    if (faults.length === 0) faults.push(...(await breaches(server, world.client, rest, random)));
  } finally {
    witness.end();
    await server.close({ endGuests: false });
  }
  rmSync(dataDir, { recursive: true, force: true });
  return { faults, next: witness.worlds[0] };
}

/** Guests and networks end with the machine that they were on; disks and what is on them stay. */
function endOfMachine(reality: SimulatedReality): void {
  reality.programs.clear();
  reality.guests.clear();
  reality.edge = undefined;
}

/** Resolves with no faults as soon as there are none, else with those that are left after a long time. */
async function untilRest(faults: () => Promise<string[]>, limit = 5000): Promise<string[]> {
  const end = systemClock.now() + limit;
  for (;;) {
    const found = await faults();
    if (found.length === 0 || systemClock.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Holds the server to the answers that were given before it was started. */
async function breaches(
  server: RunningServer,
  { answered, inFlight }: Known,
  rest: () => Promise<void>,
  random: ReturnType<typeof seededRandom>,
): Promise<string[]> {
  const faults: string[] = [];
  const rows = await readAllRows(server.store);
  const found = heldBy(rows);
  const done = carriedOut(answered, inFlight, found);
  if (!done) {
    return [`neither all nor nothing of the calls in flight: ${differences(heldAfter(answered, []), found)}`];
  }
  faults.push(...broken(answered, found, tellable(rows)));

  const signer: Signer = { clock: tickingClock(Date.UTC(2026, 10, 1, 0, 10)), random };
  const held = heldAfter(answered, done);

  // Whoever was not answered asks again. What was carried out is told again, what was not is carried out now.
  for (const one of inFlight) {
    if (!one.call.request['ClientToken']) continue;
    const answer = await send(server, one.call, signer);
    if (done.includes(one) && !isDeepStrictEqual(answer, one.answer)) {
      faults.push(`${nameOf(one)} was carried out, but its retry is told ${JSON.stringify(answer)}`);
    }
    if (!done.includes(one)) hold(held, one.call, answer);
  }
  await rest();
  const after = await readAllRows(server.store);
  if (!isDeepStrictEqual(heldBy(after), held)) {
    faults.push(`after the retries: ${differences(held, heldBy(after))}`);
  }
  // Whoever was answered may ask again, too.
  for (const one of answered) {
    if (!one.call.request['ClientToken'] || one.answer?.status !== 200) continue;
    const answer = await send(server, one.call, signer);
    if (!isDeepStrictEqual(answer, one.answer)) {
      faults.push(`${nameOf(one)} was answered before, but its retry is told ${JSON.stringify(answer)}`);
    }
  }
  if (!isDeepStrictEqual(await readAllRows(server.store), after)) faults.push('retries changed rows');
  return faults;
}

/**
 * The calls in flight that were carried out, when that explains what is found: each of them whole or not at all.
 * Undefined when no choice of them does.
 */
function carriedOut(answered: readonly Sent[], inFlight: readonly Sent[], found: Held): readonly Sent[] | undefined {
  const could = inFlight.filter((one) => one.answer?.status === 200);
  for (let set = 0; set < 2 ** could.length; set++) {
    const chosen = could.filter((_, index) => set & (1 << index));
    if (isDeepStrictEqual(heldAfter(answered, chosen), found)) return chosen;
  }
  return undefined;
}

function heldAfter(answered: readonly Sent[], more: readonly Sent[]): Held {
  const held = nothingHeld();
  const inOrder = [...answered, ...more].sort((a, b) => (a.place ?? 0) - (b.place ?? 0));
  for (const { call, answer } of inOrder) if (answer) hold(held, call, answer);
  return held;
}

/** What clients were told of interfaces and addresses of instances that are still there. */
function broken(answered: readonly Sent[], found: Held, tell: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  for (const { call, answer } of answered) {
    for (const [id, told] of toldBy(call, answer!)) {
      if (found.instances[id] && tell.get(id) !== told) faults.push(`${id} has ${tell.get(id)}, told was ${told}`);
    }
  }
  return faults;
}

function differences(wanted: Held, found: Held): string {
  const parts: string[] = [];
  for (const part of Object.keys(wanted) as (keyof Held)[]) {
    if (!isDeepStrictEqual(wanted[part], found[part])) {
      parts.push(`${part} ${JSON.stringify(found[part])} instead of ${JSON.stringify(wanted[part])}`);
    }
  }
  return parts.join('; ');
}

/** A call in a few words, for failures. */
export function nameOf({ call, answer }: Sent): string {
  const outcome = answer ? (answer.status === 200 ? JSON.stringify(answer.body) : answer.body.Code) : 'not answered';
  return `${call.action} ${JSON.stringify(call.request)} → ${outcome}`;
}
