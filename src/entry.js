// @ts-check
/**
 * Where the process begins: keeps compiled code between starts, then loads the program. A start with compiled code at
 * hand takes a third of the time. Plain JavaScript, since what runs before that is never kept: a first file of
 * TypeScript would have Node load its type stripper at every start, which costs as much as all the rest of it.
 */
import { statSync } from 'node:fs';
import { constants, enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

keepCompiledCode();
const { main } = await import('./main.ts');

// A daemon that is killed one day would not write it down at its end.
setTimeout(flushCompileCache, 5_000).unref();

process.exitCode = await main(import.meta.filename);

/**
 * The code is kept where only this user can write (nobody else may hand us code to run): beside the dependencies when
 * they are ours, else in the user's own cache.
 */
function keepCompiledCode() {
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

/** @param {string} path */
function isOurs(path) {
  try {
    const { uid, mode } = statSync(path);
    return uid === process.getuid?.() && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}
