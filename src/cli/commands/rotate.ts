/** `key rotate`: a new key for an old one. Where the old one is the data directory's, the new one takes its place there. */
import { readCredentials, writeCredentials } from '../../daemon/directory.ts';
import { call } from '../client.ts';
import { printAnswer, tell } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

export async function rotate(id: string | undefined, shared: SharedOptions): Promise<number> {
  const parameters = id === undefined ? {} : { UserAccessKeyId: id };
  const answer = await call(findTarget(shared), 'Yunlan', 'RotateAccessKey', parameters);
  const kept = readCredentials(shared.data);
  // From here on the old key is of no use: what happens to us now, the answer has to be seen.
  printAnswer(answer, shared);
  if (!kept || kept.accessKeyId !== answer['DisabledAccessKeyId']) return 0;
  const key = { accessKeyId: String(answer['AccessKeyId']), accessKeySecret: String(answer['AccessKeySecret']) };
  await writeCredentials(shared.data, { ...key, region: kept.region });
  tell(`commands on ${shared.data} sign with it from now on`);
  return 0;
}
