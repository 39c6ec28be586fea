/** A region that tells what went wrong inside, with quotas that requests reach and a store that need not survive. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedDriver } from '../../src/drivers/simulated/driver.ts';
import { STORE_FILE, startServer } from '../../src/server.ts';
import { openStore } from '../../src/store/open.ts';
import type { Log } from '../../src/values/log.ts';
import { Region } from '../scenario/harness.ts';

export interface FuzzedRegion {
  readonly region: Region;
  /** What the server told its operator about failures inside: there must be none. */
  readonly errors: readonly string[];
}

export async function startFuzzedRegion(): Promise<FuzzedRegion> {
  const { log, errors } = listeningLog();
  const dataDir = await mkdtemp(join(tmpdir(), 'yunlan-fuzz-'));
  const driver = createSimulatedDriver();
  const server = await startServer({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    driver: 'simulated',
    driverMade: driver,
    storeMade: await openStore({ path: join(dataDir, STORE_FILE), synchronous: 'NORMAL' }),
    log,
    quotas: { instancesPerRegion: 40, networkInterfacesPerRegion: 60 },
  });
  return { region: new Region(server, driver, dataDir, server.administratorKey), errors };
}

function listeningLog(): { readonly log: Log; readonly errors: string[] } {
  const errors: string[] = [];
  const log: Log = {
    debug() {},
    info() {},
    warn() {},
    error(facts, message) {
      const { error, ...rest } = facts;
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error ?? '');
      errors.push(`${message} ${JSON.stringify(rest)} ${words}`);
    },
    child: () => log,
  };
  return { log, errors };
}
