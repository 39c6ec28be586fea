/**
 * X5 The daemon is killed at every write of the store and every step of the driver in a sequence of calls, and started
 * again; once with everything that was made still there, once after the machine ended, too. Whatever was answered
 * holds, whatever was not is there whole or not at all.
 *
 * A kill is a copy: see worlds.ts. `CRASH_SEEDS=1,2,3` runs other sequences, of `CRASH_CALLS` calls (a number or
 * `tour`), `CRASH_POINT` one moment of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/values/random.ts';
import { type Killed, nameOf, type Run, recover, runWitnessed } from './killed.ts';
import { Chooser } from './seeded.ts';
import { TOUR } from './sequence.ts';

const ASKED = process.env['CRASH_CALLS'] ?? '25';
const CALLS = ASKED === 'tour' ? ASKED : Number(ASKED);
const SEEDS = process.env['CRASH_SEEDS']?.split(',').map(Number);
const SEQUENCES: readonly { readonly seed: number; readonly calls: number | 'tour' }[] = SEEDS?.map((seed) => ({
  seed,
  calls: CALLS,
})) ?? [
  { seed: 1, calls: 'tour' },
  { seed: 2, calls: CALLS },
];
const POINT = process.env['CRASH_POINT'] === undefined ? undefined : Number(process.env['CRASH_POINT']);

/** One recovery of so many is killed, too. */
const AGAIN = 6;

/** After the end of the machine worlds are the same that differed only in what ended with it. */
function distinct(worlds: Run['worlds'], killed: Killed): Run['worlds'] {
  if (killed === 'daemon') return worlds;
  const kept = new Map<string, Run['worlds'][number]>();
  for (const world of worlds) {
    const { dataDir, reality, client } = world;
    const left = [dataDir, [...reality.consoles.keys()], client.answered.length, client.inFlight.length];
    const key = JSON.stringify(left);
    if (!kept.has(key)) kept.set(key, world);
  }
  return [...kept.values()];
}

describe.each(SEQUENCES)('X5 $calls calls of seed $seed', ({ seed, calls }) => {
  let folder: string;
  let run: Run;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'yunlan-crash-'));
    run = await runWitnessed({ seed, calls, folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What to say when something is wrong at a moment: enough to see it again. */
  const repeat = (point: number, moment: string, killed: Killed, faults: readonly string[]): string =>
    [
      `CRASH_SEEDS=${seed} CRASH_CALLS=${calls} CRASH_POINT=${point}: the ${killed} ended ${moment}`,
      ...faults,
      'The calls were:',
      ...run.sent.map(nameOf),
    ].join('\n  ');

  it('has moments of every kind', () => {
    const moments = run.moments.join('\n');
    for (const change of ['commit of', 'apply vpc-', 'start i-', 'stop i-', 'destroy i-']) {
      for (const moment of ['before', 'after']) expect(moments).toMatch(new RegExp(`^${moment}.* ${change}`, 'm'));
    }
    for (const change of ['apply vpc-', 'start i-', 'destroy i-']) expect(moments).toContain(`half ${change}`);
    const carriedOut = run.sent.filter((one) => one.answer?.status === 200).map((one) => one.call.action);
    if (calls === 'tour') expect(new Set(carriedOut)).toEqual(new Set(TOUR));
    expect(run.worlds.length).toBeGreaterThan(run.moments.length / 4);
  });

  it.each(['daemon', 'machine'] as const)('survives the end of the %s at every moment', async (killed) => {
    const choose = new Chooser(seededRandom(seed));
    const worlds = distinct(run.worlds, killed).filter((world) => POINT === undefined || world.point === POINT);
    let ends = 0;
    for (const world of worlds) {
      const again = choose.oneIn(AGAIN) ? 1 + choose.below(12) : undefined;
      const first = join(folder, `${killed}-${world.point}`);
      const { faults, next } = await recover(world, { seed, killed, folder: first, ...(again ? { again } : {}) });
      ends += 1;
      if (faults.length > 0) throw new Error(repeat(world.point, world.moment, killed, faults));
      if (next) {
        const second = join(folder, `${killed}-${world.point}-again`);
        const last = await recover(next, { seed: seed + 1, killed, folder: second });
        ends += 1;
        const moment = `${world.moment}, and again ${next.moment}`;
        if (last.faults.length > 0) throw new Error(repeat(world.point, moment, killed, last.faults));
        rmSync(second, { recursive: true, force: true });
      }
      rmSync(first, { recursive: true, force: true });
    }
    console.log(`seed ${seed}: ${run.moments.length} moments, ${worlds.length} worlds, ${ends} recoveries (${killed})`);
  });
});
