/**
 * The long run: as many requests as you like, made from the contract, against a region with the simulated driver.
 *
 *     node test/fuzz/run.ts [--requests 100000] [--seed N]
 *
 * Ends with status 1 after an answer or a state that must not be; the request is made small and printed.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/values/clock.ts';
import { runCampaign } from './campaign.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(systemClock.now() % 1_000_000) },
  },
});

function count(name: keyof typeof values): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name} takes a whole number, not ${values[name]}\n`);
  process.exit(2);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const [requests, seed] = [count('requests'), count('seed')];
let stop = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stop = true));

say(`seed ${seed}`);
const begun = performance.now();
const report = await runCampaign({ requests, seed, say, stop: () => stop });
const seconds = (performance.now() - begun) / 1000;

for (const fault of report.faults) say(fault);
const never = [...report.actions].filter(([, { succeeded }]) => succeeded === 0).map(([key]) => key);
if (never.length > 0) say(`never succeeded: ${never.join(', ')}`);
const codes = [...report.codes].sort((a, b) => b[1] - a[1]).map(([code, times]) => `${code} ${times}`);
say(`codes: ${codes.join(', ')}`);
const mebibytes = report.memory.map((bytes) => Math.round(bytes / 2 ** 20));
say(
  `seed ${seed}: ${report.requests} requests in ${Math.round(seconds)} s (${Math.round(report.requests / seconds)} a second), ` +
    `${report.succeeded} succeeded, ${report.codes.size} codes, ${report.actions.size} actions, ` +
    `${Math.min(...mebibytes)} to ${Math.max(...mebibytes)} MiB in use, ${report.faults.length} faults`,
);
process.exitCode = report.faults.length === 0 ? 0 : 1;
