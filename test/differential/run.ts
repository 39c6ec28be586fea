/**
 * The long run: as many packets as you like, compared three ways, until there is a mismatch.
 *
 *     node test/differential/run.ts [--probes 100000] [--seed N] [--only K] [--rounds 5] [--each 1000]
 *
 * `--only K` runs the K-th topology of the seed alone. Ends with status 1 after a mismatch, which is made small and
 * printed. See docs/guides/differential.md.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/values/clock.ts';
import { runTopology, Tally } from './campaign.ts';
import { compileProber } from './prober.ts';
import { report } from './report.ts';
import { retell, shrink } from './shrink.ts';

const { values } = parseArgs({
  options: {
    probes: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(systemClock.now() % 1_000_000) },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    each: { type: 'string', default: '1000' },
  },
});

function count(name: keyof typeof values): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name} takes a whole number, not ${values[name]}\n`);
  process.exit(2);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const [seed, wanted] = [count('seed'), count('probes')];
const size = { rounds: count('rounds'), probes: count('each'), flows: Math.ceil(count('each') / 5) };
const only = values.only === undefined ? undefined : count('only');

const tally = new Tally();
const begun = performance.now();
const seconds = () => (performance.now() - begun) / 1000;
const rate = () => Math.round(tally.probes / seconds());
const program = await compileProber();
const options = { program, asked: 5 };
let mismatches = 0;
let stop = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stop = true));
try {
  let told = 0;
  for (let number = only ?? 0; !stop && mismatches === 0 && tally.probes < wanted; number += 1) {
    const mismatch = await runTopology(seed, number, size, options, tally).catch((error: unknown) => {
      throw new Error(`topology ${number} of seed ${seed}`, { cause: error });
    });
    if (mismatch) {
      mismatches += 1;
      say(`topology ${number}: a mismatch; making it small`);
      const shrunk = await shrink(mismatch, (one) => retell(one, options, async (_, compared) => compared));
      if (!shrunk.repeats) say('it did not show again; the whole story follows');
      say(await report(shrunk.mismatch, options));
    }
    if (seconds() - told > 10) {
      told = seconds();
      say(`${tally.topologies} topologies, ${tally.probes} probes, ${rate()} probes/s`);
    }
    if (only !== undefined) break;
  }
} finally {
  await program.remove();
}
say(
  `reasons: ${[...tally.reasons]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, times]) => `${reason} ${times}`)
    .join(', ')}`,
);
say(`${tally.delivered} delivered, ${tally.goneOn} of flows that went on after ${tally.changes} changes`);
say(
  `seed ${seed}: ${tally.topologies} topologies, ${tally.probes} probes in ${Math.round(seconds())} s, ${rate()} probes/s ` +
    `(${Math.round((tally.probes / tally.probing) * 1000)} probes/s while probing), ${mismatches} mismatches`,
);
process.exitCode = mismatches === 0 ? 0 : 1;
