/**
 * The user and network namespace of an instance, made before its cards are plugged.
 *
 * Why a user namespace each: root of an instance may do anything to its own interfaces, so it holds CAP_NET_ADMIN in
 * the user namespace that owns its network namespace. If that were the holder's, which owns the routers too, it would
 * hold it there as well: rtnetlink takes requests for the network namespace at the other end of a veth pair
 * (IFLA_TARGET_NETNSID) from whoever has CAP_NET_ADMIN in its owner, and a guest could list and delete the ports of its
 * router. Seen working; with a user namespace each the kernel refuses. The holder's root keeps every right from above.
 */
import { readFile } from 'node:fs/promises';
import { run } from '../../shell/shell.ts';
import type { GuestNamespaces } from './cards.ts';
import type { Holder } from './holder.ts';

/** First process of an instance, as the machine counts; undefined when it does not run. */
export type ProcessOf = (id: string) => Promise<number | undefined>;

/**
 * Makes the namespaces of instances that have none: the network is /run/netns/ID in the holder, its owner
 * /run/userns/ID. Instances that run get names for those that they live in. One process for any number; loopback is
 * down until the instance starts.
 */
export async function makeGuestNamespaces(
  holder: Holder,
  ids: readonly string[],
  processOf: ProcessOf = async () => undefined,
): Promise<void> {
  const words = ids.map(async (id) => {
    const pid = await processOf(id);
    return pid === undefined ? id : `${id}=${pid}`;
  });
  await call(holder, 'make', await Promise.all(words));
}

/** Removes them; interfaces in them vanish once no process is in them. No error for what does not exist. */
export function removeGuestNamespaces(holder: Holder, ids: readonly string[]): Promise<void> {
  return call(holder, 'remove', ids);
}

/** Ids of the instances that have namespaces, whole or left half made. */
export async function listGuestNamespaces(holder: Holder): Promise<string[]> {
  const { stdout } = await run(holder.inside(['sh', '-c', 'mkdir -p /run/userns && ls /run/userns']));
  return stdout.split('\n').filter((id) => id !== '');
}

/** The namespaces of instances, as the network driver needs them. */
export function guestNamespacesOf(holder: Holder, processOf: ProcessOf): GuestNamespaces {
  return {
    make: (ids) => makeGuestNamespaces(holder, ids, processOf),
    remove: (ids) => removeGuestNamespaces(holder, ids),
    list: () => listGuestNamespaces(holder),
    async running(ids) {
      const processes = await Promise.all(ids.map(processOf));
      return ids.filter((_, place) => processes[place] !== undefined);
    },
  };
}

async function call(holder: Holder, act: 'make' | 'remove', ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const input = await readFile(new URL('./guest-namespaces.sh', import.meta.url), 'utf8');
  await run(holder.inside(['sh', '-s', act, ...ids]), { input, timeout: 120_000 });
}
