/** `tls`: the certificate that the region shows, and the one to trust. Reads files alone: the region need not run. */
import { Failure } from '../../daemon/failure.ts';
import { describeTls } from '../../daemon/tls.ts';
import { printLine } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';

export async function tls(options: { readonly json: boolean }, { data }: SharedOptions): Promise<number> {
  const found = describeTls(data);
  if (!found) throw new Failure(`${data} has no certificate: start the region with 'yunlan up --tls'`);
  if (options.json) {
    printLine(JSON.stringify(found));
    return 0;
  }
  for (const [name, value] of Object.entries(found)) {
    if (value !== null) printLine(`${name.padEnd(12)} ${Array.isArray(value) ? value.join(' ') : value}`);
  }
  return 0;
}
