/**
 * Builds what the npm package ships: `dist/main.js` with its lazily loaded pieces (Node runs no TypeScript below
 * node_modules), and beside them the files that the program reads at run time. Dependencies stay outside. Another
 * folder may be named as argument.
 */
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');
const ENTRY = join(SRC, 'entry.js');
const DIST = process.argv[2] ?? join(ROOT, 'dist');

const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: { readonly [name: string]: string };
};
const outside = Object.keys(dependencies);

rmSync(DIST, { recursive: true, force: true });
const bundle = await rolldown({
  input: ENTRY,
  platform: 'node',
  external: (id) => id.startsWith('node:') || outside.some((name) => id === name || id.startsWith(`${name}/`)),
});
await bundle.write({
  dir: DIST,
  format: 'esm',
  entryFileNames: 'main.js',
  // Flat, so that a file read relative to the module lies beside it wherever the module's text went.
  chunkFileNames: '[name]-[hash].js',
});
await bundle.close();

// Everything else below src/ that is no TypeScript is read relative to the module that uses it.
const read = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => path !== ENTRY);
const names = read.map((path) => basename(path));
if (new Set(names).size < names.length)
  throw new Error(`two files of one name would meet in dist/: ${names.join(', ')}`);
for (const path of read) cpSync(path, join(DIST, basename(path)));

process.stdout.write(`${readdirSync(DIST).length} files in ${DIST}\n`);
