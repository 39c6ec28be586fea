/** Ending the daemon of a data directory from outside, and what a killed one left behind. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Claim } from '../store/claim.ts';
import { silentLog } from '../values/log.ts';
import { isAlive, readDaemon, removeDaemon } from './directory.ts';
import { Failure } from './failure.ts';
import { claimDirectory, type ServeParts } from './serve.ts';

/** How long a daemon may take to end in order. Milliseconds, and between two looks. */
const PATIENCE = 60_000;
const LOOK = 20;

export type Ended = 'daemon' | 'leftovers' | 'nothing';

/**
 * Ends the daemon with its instances and networks; the data stays. Hands out the claim on the directory, so that no
 * other daemon starts on it before the caller is done.
 */
export async function endDaemon(
  dataDir: string,
  parts: Pick<ServeParts, 'endGuests'>,
): Promise<{ readonly ended: Ended; readonly claim: Claim }> {
  const record = readDaemon(dataDir);
  const running = record !== undefined && isAlive(record);
  if (running) {
    try {
      process.kill(record.pid, 'SIGTERM');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EPERM') {
        throw new Failure(`process ${record.pid} belongs to another user: end it as that user`);
      }
      // it has just ended
    }
    for (let waited = 0; isAlive(record); waited += LOOK) {
      if (waited >= PATIENCE) {
        throw new Failure(`process ${record.pid} does not end: kill -9 ${record.pid}, then 'yunlan down' again`);
      }
      await pause(LOOK);
    }
  }
  const claim = claimDirectory(dataDir);
  try {
    // One that ended in order has removed its record.
    const left = readDaemon(dataDir);
    if (left === undefined) return { ended: running ? 'daemon' : 'nothing', claim };
    if (left.driver === 'linux') await parts.endGuests(dataDir, silentLog);
    await removeDaemon(dataDir);
    return { ended: running ? 'daemon' : 'leftovers', claim };
  } catch (error) {
    claim.release();
    throw error;
  }
}
