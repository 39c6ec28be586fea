/**
 * A daemon that does nothing but send one probe, to be killed in the middle: adopts the namespaces of the folder given as
 * the first argument, applies the programs and sends the probe that it reads, as JSON, from standard input.
 */
import { text } from 'node:stream/consumers';
import { openHolder } from '../../src/drivers/linux/holder.ts';
import type { ProbeWanted } from '../../src/realize/driver.ts';
import type { NetworkProgram } from '../../src/realize/program.ts';
import { silentLog } from '../../src/values/log.ts';
import { networksIn } from './network-lab.ts';

const { programs, wanted } = JSON.parse(await text(process.stdin)) as {
  programs: NetworkProgram[];
  wanted: ProbeWanted;
};
const networks = networksIn(await openHolder({ runDir: process.argv[2] ?? '', log: silentLog }));
for (const program of programs) await networks.apply(program);
process.stdout.write('sends\n');
process.stdout.write(`${JSON.stringify(await networks.prober.probe(wanted))}\n`);
await networks.close();
