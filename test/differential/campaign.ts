/** Many topologies, one after the other, each with packets before and after changes; all of it follows from a seed. */
import { seededRandom } from '../../src/values/random.ts';
import { Chooser } from '../model/seeded.ts';
import { generateChanges, generateTopology } from './generate.ts';
import { createOracle, type Probe } from './oracle.ts';
import { generateProbes } from './probes.ts';
import { type Change, changed, type Topology } from './topology.ts';
import { type Compared, type Flow, openTrial, type TrialOptions } from './trial.ts';
import { outcomeOfOracle, sameOutcome } from './verdicts.ts';

export interface Size {
  /** Rounds of packets; there are changes before each but the first. */
  readonly rounds: number;
  /** Packets of a round that begin flows. */
  readonly probes: number;
  /** Flows of a round that go on after the next changes, at most. */
  readonly flows: number;
}

/** What a topology was and became before a packet. */
export interface Story {
  readonly topology: Topology;
  /** In the order of rounds. */
  readonly changes: readonly (readonly Change[])[];
  /** Packets that began flows at once, the last time: the one in question, and its company. */
  readonly batch: readonly Probe[];
}

/** A packet whose three verdicts are not one. */
export interface Mismatch {
  readonly seed: number;
  /** Which topology of the seed. */
  readonly number: number;
  readonly story: Story;
  readonly compared: Compared;
}

/** What was seen so far. */
export class Tally {
  topologies = 0;
  changes = 0;
  /** Packets that begin a flow. */
  begun = 0;
  /** Packets of flows that go on after a change. */
  goneOn = 0;
  delivered = 0;
  /** Milliseconds in which packets were sent and judged. */
  probing = 0;
  /** Packets by what path analysis says of them. */
  readonly reasons = new Map<string, number>();

  get probes(): number {
    return this.begun + this.goneOn;
  }

  add(compared: readonly Compared[]): void {
    for (const { flow, must, path } of compared) {
      if (flow === undefined) this.begun += 1;
      else this.goneOn += 1;
      if (must.at !== 'nowhere') this.delivered += 1;
      this.reasons.set(path.reason, (this.reasons.get(path.reason) ?? 0) + 1);
    }
  }
}

/** Choices for one purpose of one topology, which others do not disturb. */
export function chooserFor(seed: number, number: number, purpose: string): Chooser {
  // FNV-1a, so that neighbouring seeds have nothing in common.
  let hash = 0x811c9dc5;
  for (const character of `${seed} ${number} ${purpose}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return new Chooser(seededRandom(hash >>> 0));
}

/** Runs the topology of this number; resolves to the first mismatch, with which it ends. */
export async function runTopology(
  seed: number,
  number: number,
  size: Size,
  options: TrialOptions,
  tally: Tally,
): Promise<Mismatch | undefined> {
  const chooser = (purpose: string) => chooserFor(seed, number, purpose);
  const topology = generateTopology(chooser('topology'));
  const trial = await openTrial(topology, chooser('order'), options);
  const [changing, probing] = [chooser('changes'), chooser('probes')];
  const changes: Change[][] = [];
  let batch: readonly Probe[] = [];
  const judged = (compared: readonly Compared[]): Mismatch | undefined => {
    tally.add(compared);
    const unequal = compared.find((one) => !one.equal);
    return unequal && { seed, number, story: { topology, changes, batch }, compared: unequal };
  };
  try {
    let flows: Flow[] = [];
    for (let round = 0; round < size.rounds; round += 1) {
      if (round > 0) {
        const next = generateChanges(changing, trial.topology);
        const clear = clearFlows(flows, trial.topology, next);
        await trial.change(next);
        changes.push(next);
        tally.changes += next.length;
        const mismatch = judged(await timed(tally, () => trial.goOn(clear)));
        if (mismatch) return mismatch;
      }
      batch = generateProbes(probing, trial.topology, size.probes);
      const compared = await timed(tally, () => trial.begin(batch));
      const mismatch = judged(compared);
      if (mismatch) return mismatch;
      const begun = compared.flatMap((one) => one.begun ?? []);
      flows = begun.length > 0 ? probing.some(begun, size.flows) : [];
    }
    tally.topologies += 1;
    return undefined;
  } finally {
    await trial.close();
  }
}

async function timed<Result>(tally: Tally, work: () => Promise<Result>): Promise<Result> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    tally.probing += performance.now() - begun;
  }
}

/**
 * Flows of which it is clear what must become of them: those that must end, and those that no change touched. One that
 * was refused for a moment between two changes may have been cut or not; one whose instance was replaced has ended.
 */
function clearFlows(flows: readonly Flow[], topology: Topology, changes: readonly Change[]): Flow[] {
  const states = changes.map((_, count) => changes.slice(0, count + 1).reduce(changed, topology));
  const [before, ...oracles] = [topology, ...states].map(createOracle);
  const replaced = new Set(changes.flatMap((change) => (change.kind === 'replace' ? [change.instance] : [])));
  return flows.filter(({ probe }) => {
    const verdicts = oracles.map((oracle) => outcomeOfOracle(oracle(probe)));
    if (verdicts.at(-1)?.at === 'nowhere') return true;
    if (before === undefined) return false;
    const first = outcomeOfOracle(before(probe));
    return !replaced.has(probe.from) && !replaced.has(first.at) && verdicts.every((one) => sameOutcome(one, first));
  });
}
