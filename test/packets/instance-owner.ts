/**
 * A daemon in small, to be killed: opens the namespaces of the data directory, starts the instances named, says what
 * it has done line by line and then waits.
 *     node instance-owner.ts DATADIR ID...
 */
import { join } from 'node:path';
import { createLinuxCompute } from '../../src/drivers/linux/compute.ts';
import { makeGuestNamespaces } from '../../src/drivers/linux/guest-namespaces.ts';
import { openHolder } from '../../src/drivers/linux/holder.ts';
import { silentLog } from '../../src/values/log.ts';

const [, , dataDir = '', ...ids] = process.argv;
const say = (line: string) => process.stdout.write(`${line}\n`);
say('begun');
const holder = await openHolder({ runDir: join(dataDir, 'run'), log: silentLog });
say(`holder ${holder.pid}`);
const compute = createLinuxCompute({ holder, dataDir, log: silentLog });
for (const id of ids) {
  await makeGuestNamespaces(holder, [id]);
  say(`namespaces ${id}`);
  const userData = '#!/bin/sh\necho run >>/var/user-data-runs\n';
  await compute.start({ id, hostName: id, cards: [], userData, primaryAddress: '10.0.0.1' });
  say(`started ${id}`);
}
setInterval(() => {}, 60_000);
