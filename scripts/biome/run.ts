/** Runs Biome's binary for this platform with the given arguments; exits with its status. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const binary = join(folder, 'node_modules', '@biomejs', `cli-linux-${process.arch}`, 'biome');
if (!existsSync(binary)) {
  spawnSync('npm', ['ci', '--prefix', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
}
const run = spawnSync(binary, process.argv.slice(2), { stdio: 'inherit' });
process.exit(run.status ?? 1);
