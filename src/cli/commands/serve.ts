/** `serve`: the detached half of `up --detach`. Reports its start to whoever started it, then serves until told to end. */
import { reportFailed, reportReady } from '../../daemon/detach.ts';
import { Failure, lineOf } from '../../daemon/failure.ts';
import { type Daemon, serve } from '../../daemon/serve.ts';
import type { Parts } from '../parts.ts';
import { readRates } from '../rates.ts';
import type { SharedOptions } from '../shared-options.ts';
import { endInOrder, tlsWish, toldToEnd, type UpOptions } from './up.ts';

export async function serveDetached(options: UpOptions, { data }: SharedOptions, parts: Parts): Promise<number> {
  const told = toldToEnd(['SIGINT', 'SIGTERM']);
  let daemon: Daemon | undefined;
  // No terminal can hang up on it; as with other daemons the signal is to read certificates anew.
  process.on('SIGHUP', () => daemon?.reload());
  try {
    const rates = readRates(options.throttle);
    daemon = await serve({ ...options, dataDir: data, tls: tlsWish(options), rates }, parts.serving);
  } catch (error) {
    reportFailed(lineOf(error));
    if (error instanceof Failure) return 1;
    throw error;
  }
  reportReady(daemon);
  await told;
  return endInOrder(daemon);
}
