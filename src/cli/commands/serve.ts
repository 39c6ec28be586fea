/** `serve`: the detached half of `up --detach`. Reports its start to whoever started it, then serves until told to end. */
import { reportFailed, reportReady } from '../../daemon/detach.ts';
import { Failure, lineOf } from '../../daemon/failure.ts';
import { type Daemon, serve } from '../../daemon/serve.ts';
import type { Parts } from '../parts.ts';
import type { SharedOptions } from '../shared-options.ts';
import { endInOrder, toldToEnd, type UpOptions } from './up.ts';

export async function serveDetached(options: UpOptions, { data }: SharedOptions, parts: Parts): Promise<number> {
  const told = toldToEnd();
  let daemon: Daemon;
  try {
    daemon = await serve({ ...options, dataDir: data }, parts.serving);
  } catch (error) {
    reportFailed(lineOf(error));
    if (error instanceof Failure) return 1;
    throw error;
  }
  reportReady(daemon);
  await told;
  return endInOrder(daemon);
}
