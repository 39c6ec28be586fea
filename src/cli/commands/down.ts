/** `down` ends what runs; `reset` also deletes the data. */
import { isDataDirectory, removeDirectory } from '../../daemon/directory.ts';
import { endDaemon } from '../../daemon/end.ts';
import { causeOf, Failure, lineOf } from '../../daemon/failure.ts';
import { tell } from '../output.ts';
import type { Parts } from '../parts.ts';
import { withProgress } from '../progress.ts';
import type { SharedOptions } from '../shared-options.ts';

const WORDS = {
  daemon: 'ended, with its instances; their disks and all settings stay',
  leftovers: 'its daemon had been killed; what it left running is ended',
  nothing: 'nothing was running',
} as const;

export async function down({ data }: SharedOptions, parts: Parts): Promise<number> {
  if (!isDataDirectory(data)) {
    tell(`${data}: nothing was running`);
    return 0;
  }
  const { ended, claim } = await withProgress('ending instances and networks', endDaemon(data, parts.serving));
  claim.release();
  tell(`${data}: ${WORDS[ended]}`);
  return 0;
}

export async function reset(
  options: { readonly yes: boolean },
  { data }: SharedOptions,
  parts: Parts,
): Promise<number> {
  if (!isDataDirectory(data)) {
    tell(`${data}: no data`);
    return 0;
  }
  if (!options.yes && !(await confirmed(data))) {
    tell('nothing was changed');
    return 1;
  }
  const { claim } = await withProgress('ending instances and networks', endDaemon(data, parts.serving));
  try {
    await withProgress('deleting', removeDirectory(data));
  } catch (error) {
    throw new Failure(`${data} cannot be deleted: ${causeOf(error) ?? lineOf(error)}`, { cause: error });
  } finally {
    claim.release();
  }
  tell(`${data}: deleted`);
  return 0;
}

async function confirmed(data: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Failure(`reset deletes everything in ${data}: confirm with --yes`);
  const { confirm } = await import('@clack/prompts');
  const answer = await confirm({
    message: `Delete everything in ${data}, with the disks of all instances?`,
    initialValue: false,
    output: process.stderr,
  });
  return answer === true;
}
