/** Where the checkout lies, and what programs of the test run find in their environment. */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** The locked Node of a checkout, else the one that runs us. */
export function nodeOf(root: string): string {
  const ours = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  return existsSync(ours) ? ours : process.execPath;
}

/** Our Node first in PATH, so that whatever a test starts finds it. */
export function environment(root: string): NodeJS.ProcessEnv {
  const path = [dirname(nodeOf(root)), '/usr/local/sbin', '/usr/sbin', '/sbin', process.env['PATH'] ?? ''];
  const { YUNLAN_DATA: _data, YUNLAN_ENDPOINT: _endpoint, ...rest } = process.env;
  return { ...rest, PATH: path.join(delimiter) };
}
