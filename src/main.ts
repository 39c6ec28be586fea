/**
 * The program: reads the environment (alone but for the entry), and puts the command line together with the rest of the
 * system, which is loaded only when a command needs it.
 */

import type { Parts } from './cli/parts.ts';
import { runCommandLine } from './cli/program.ts';
import { VERSION } from './version.ts';

const parts: Omit<Parts, 'self'> = {
  environment: process.env,
  version: VERSION,
  serving: {
    startServer: async (options) => (await import('./server.ts')).startServer(options),
    linuxFacts: async () => {
      const { missingPrograms } = await import('./daemon/programs.ts');
      // The probe waits for programs; meanwhile the server's code is loaded.
      const [namespaces] = await Promise.all([probe(), import('./server.ts')]);
      return { namespaces, missing: missingPrograms().filter(({ needed }) => needed) };
    },
    createLog: async ({ path }) =>
      (await import('./observe/log.ts')).createLog({ path, level: process.env['YUNLAN_LOG_LEVEL'] }),
    endGuests: async (dataDir, log) => {
      const { createLinuxDriver } = await import('./drivers/linux/driver.ts');
      const { flowAllowed } = await import('./realize/path/flow.ts');
      const driver = createLinuxDriver({ dataDir, log, flowAllowed });
      await driver.open();
      await driver.shutdown();
    },
  },
  probeNamespaces: probe,
};

// Who reads what we print may stop early, as head does; that is no failure of ours, and there is nobody to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  // Commands that sit at a terminal listen, too: for them its end is no surprise.
  if (process.stdout.listenerCount('error') === 1) throw error;
});

/** Carries out the words of the command line; `entry` is the file by which the program is started. Its exit status. */
export function main(entry: string): Promise<number> {
  return runCommandLine(process.argv.slice(2), { ...parts, self: [process.execPath, entry] });
}

async function probe() {
  return (await import('./drivers/linux/namespaces.ts')).probeNamespaces();
}
