/**
 * Entry of the process: reads the environment (alone in the program), keeps compiled code between starts, and puts the
 * command line together with the rest of the system, which is loaded only when a command needs it.
 */
import { statSync } from 'node:fs';
import { constants, enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import type { Parts } from './cli/parts.ts';
import { VERSION } from './version.ts';

keepCompiledCode();

const { runCommandLine } = await import('./cli/program.ts');

const parts: Parts = {
  environment: process.env,
  self: [process.execPath, import.meta.filename],
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

// A daemon that is killed one day would not write it down at its end.
setTimeout(flushCompileCache, 5_000).unref();

// Who reads what we print may stop early, as head does; that is no failure of ours, and there is nobody to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  // Commands that sit at a terminal listen, too: for them its end is no surprise.
  if (process.stdout.listenerCount('error') === 1) throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), parts);

async function probe() {
  return (await import('./drivers/linux/namespaces.ts')).probeNamespaces();
}

/**
 * A start with compiled code at hand takes a third of the time. The code is kept where only this user can write (nobody
 * else may hand us code to run): beside the dependencies when they are ours, else in the user's own cache.
 */
function keepCompiledCode(): void {
  const { NODE_COMPILE_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  if (NODE_COMPILE_CACHE) return;
  const modules = join(import.meta.dirname, '..', 'node_modules');
  const home = XDG_CACHE_HOME ?? (HOME === undefined ? undefined : join(HOME, '.cache'));
  const places = isOurs(modules)
    ? [join(modules, '.cache', 'yunlan')]
    : HOME !== undefined && home !== undefined && isOurs(HOME)
      ? [join(home, 'yunlan', 'compiled')]
      : [];
  for (const place of places) {
    const { status } = enableCompileCache(place);
    if (status === constants.compileCacheStatus.ENABLED) return;
  }
}

function isOurs(path: string): boolean {
  try {
    const { uid, mode } = statSync(path);
    return uid === process.getuid?.() && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}
