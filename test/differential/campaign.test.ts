/** The differential harness in earnest: topologies of a fixed seed, and faults that it has to find. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tracePath } from '../../src/realize/path/trace.ts';
import { type Mismatch, runTopology, Tally } from './campaign.ts';
import { COMPILER_FAULTS, DRIVER_FAULTS } from './faults.ts';
import { compileProber, type ProberProgram } from './prober.ts';
import { report, spellCompared } from './report.ts';
import type { TrialOptions } from './trial.ts';
import { sameOutcome } from './verdicts.ts';

const SEED = 20_260_801;
const TOPOLOGIES = 4;
const SIZE = { rounds: 4, probes: 900, flows: 150 };

let program: ProberProgram;
beforeAll(async () => {
  program = await compileProber();
});
afterAll(() => program?.remove());

describe('X1 N2 N4 N9 A3 X2 X3 analysis, packets and requirements agree', () => {
  it(`about every packet of ${TOPOLOGIES} topologies that change`, async () => {
    const tally = new Tally();
    const options = { program, asked: 30 };
    for (let number = 0; number < TOPOLOGIES; number += 1) {
      const mismatch = await runTopology(SEED, number, SIZE, options, tally);
      expect(mismatch && (await report(mismatch, options))).toBeUndefined();
    }
    expect(tally.probes).toBeGreaterThan(10_000);
    // What never happens proves nothing.
    expect(tally.delivered).toBeGreaterThan(tally.probes / 5);
    expect(tally.goneOn).toBeGreaterThan(300);
    expect([...tally.reasons].filter(([, times]) => times >= 10).map(([reason]) => reason)).toEqual(
      expect.arrayContaining([
        'Delivered',
        'AnsweredByRouter',
        'SenderNotPlugged',
        'SpoofedSource',
        'EgressDeniedByRule',
        'EgressDeniedByDefault',
        'IngressDeniedByRule',
        'IngressDeniedByDefault',
        'AddressUnassigned',
        'NoRoute',
        'NoPublicAddress',
        'PublicAddressUnassigned',
        'RouterClosed',
        'NotRouted',
      ]),
    );
  });
});

/** The first mismatch, within no more packets than are sent above. */
async function firstMismatch(options: Omit<TrialOptions, 'program'>): Promise<Mismatch | undefined> {
  const tally = new Tally();
  for (let number = 0; number < TOPOLOGIES; number += 1) {
    const mismatch = await runTopology(SEED, number, { ...SIZE, rounds: 2 }, { program, ...options }, tally);
    if (mismatch) return mismatch;
  }
  return undefined;
}

describe('X1 the harness finds', () => {
  it.each(Object.entries(COMPILER_FAULTS))('a compiler of which %s: the requirements differ', async (_, compiled) => {
    const mismatch = await firstMismatch({ faults: { compiled } });
    expect(mismatch).toBeDefined();
    const { must, analysed, seen } = mismatch!.compared;
    expect(sameOutcome(must, analysed)).toBe(false);
    expect(sameOutcome(analysed, seen), spellCompared(mismatch!.compared)).toBe(true);
  });

  it.each(Object.entries(DRIVER_FAULTS))('a driver of which %s: packets differ', async (_, makeFault) => {
    const mismatch = await firstMismatch({ faults: { driven: makeFault() } });
    expect(mismatch).toBeDefined();
    const { must, analysed, seen } = mismatch!.compared;
    expect(sameOutcome(must, analysed)).toBe(true);
    expect(sameOutcome(must, seen)).toBe(false);
  });

  it('an analysis that takes every packet for TCP: it alone differs; told with rules and a trace', async () => {
    const trace: typeof tracePath = (world, start, packet) => tracePath(world, start, { ...packet, protocol: 6 });
    const mismatch = await firstMismatch({ trace });
    expect(mismatch).toBeDefined();
    const { must, analysed, seen } = mismatch!.compared;
    expect(sameOutcome(must, seen)).toBe(true);
    expect(sameOutcome(must, analysed)).toBe(false);
    const text = await report(mismatch!, { program, trace });
    expect(text).toContain(`MISMATCH  seed ${SEED}`);
    for (const part of [/^CreateVpc /m, /^packet +/m, /^must +/m, /^analysis +/m, /^seen +/m])
      expect(text).toMatch(part);
    expect(text).toContain('chain ingress_gate');
    expect(text).toMatch(/^trace id \w+ inet yunlan\d+ spoof/m);
  });
});
