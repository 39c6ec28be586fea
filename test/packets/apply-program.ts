/**
 * A daemon that does nothing but apply programs, to be killed in the middle: adopts the namespaces of the folder given
 * as the first argument and applies one after the other the programs, of networks and of the public edge, that it reads,
 * as JSON, from standard input.
 */
import { text } from 'node:stream/consumers';
import { openHolder } from '../../src/drivers/linux/holder.ts';
import type { EdgeProgram, NetworkProgram } from '../../src/realize/program.ts';
import { silentLog } from '../../src/values/log.ts';
import { networksIn } from './network-lab.ts';

const programs = JSON.parse(await text(process.stdin)) as (NetworkProgram | EdgeProgram)[];
const networks = networksIn(await openHolder({ runDir: process.argv[2] ?? '', log: silentLog }));
process.stdout.write('begins\n');
for (const program of programs) await ('routes' in program ? networks.applyEdge(program) : networks.apply(program));
await networks.close();
