/**
 * Which names the instances of a network have, read from the store for each question, so an answer is never older than
 * the question. A network's names are looked up among its own instances alone.
 */
import type { Reader, Store } from '../store/port.ts';
import type { InstanceRow } from '../store/schema.ts';
import { fromSortableIpv4, type Ipv4, sortableIpv4 } from '../values/ip.ts';

/** Names and addresses of the instances of a network. */
export interface Directory {
  /**
   * Primary addresses of the instances of the network that are called so: by id, else by host name or, where it can
   * be a label, by instance name. Lower case, without a dot at the end. Empty when nobody is.
   */
  addressesOf(networkId: string, name: string): Promise<readonly Ipv4[]>;
  /** Lower-case host name of the instance that has the private address, its id when that cannot be a name in DNS. */
  nameAt(networkId: string, address: Ipv4): Promise<string | undefined>;
}

/** Instances that one name is answered for; those made first. */
const MOST_ALIKE = 1_000;

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** So that a domain can follow. */
const LONGEST_NAME = 200;

/** Lower case in DNS means ASCII: no other letter becomes one of ours. */
export function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The host name as a name in DNS, lower case; undefined when it cannot be one. */
function nameOfHost(row: InstanceRow): string | undefined {
  const name = lowerCase(row.host_name);
  return name.length <= LONGEST_NAME && name.split('.').every((label) => LABEL.test(label)) ? name : undefined;
}

/** What the instances of a network were called when the network's history had come to `sequence`. */
interface Names {
  readonly sequence: number;
  /** Name → ids of instances, those made first at the front. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
}

function namesOf(rows: readonly InstanceRow[], sequence: number): Names {
  const ids = new Map<string, string[]>();
  for (const row of rows) {
    const label = lowerCase(row.name);
    for (const name of new Set([nameOfHost(row), LABEL.test(label) ? label : undefined])) {
      if (name === undefined) continue;
      const list = ids.get(name);
      if (list === undefined) ids.set(name, [row.id]);
      else if (list.length < MOST_ALIKE) list.push(row.id);
    }
  }
  return { sequence, ids };
}

/**
 * The directory over the store. Reading all instances of a network for each question would let one busy instance
 * occupy the server, so the names are kept as long as the network's history has no new line: every action that makes
 * or names an instance writes one in its transaction. What they point to is read each time, so that a removed instance
 * is gone at once. Networks that are not asked for any longer are to be forgotten.
 */
export function openDirectory(store: Pick<Store, 'read'>): Directory & { forget(networkId: string): void } {
  const kept = new Map<string, Names>();

  async function currentNames(reader: Reader, networkId: string): Promise<Names> {
    const page = { orderBy: ['-sequence'], limit: 1 } as const;
    const [last] = await reader.find('journal', { network_id: networkId }, page);
    const sequence = last?.sequence ?? 0;
    const known = kept.get(networkId);
    if (known?.sequence === sequence) return known;
    const rows = await reader.find('instance', { vpc_id: networkId }, { orderBy: ['created_at', 'id'] });
    const names = namesOf(rows, sequence);
    // One who began to read before us may end after us: the later history stays.
    if ((kept.get(networkId)?.sequence ?? -1) < sequence) kept.set(networkId, names);
    return names;
  }

  return {
    addressesOf: (networkId, name) =>
      store.read(async (reader) => {
        const own = await reader.get('instance', { id: name, vpc_id: networkId });
        const ids = own ? [own.id] : ((await currentNames(reader, networkId)).ids.get(name) ?? []);
        if (ids.length === 0) return [];
        const cards = await reader.find('network_interface', { instance_id: ids, vpc_id: networkId, kind: 'Primary' });
        const leases = await reader.find('address_lease', {
          network_interface_id: cards.map((card) => card.id),
          network_id: networkId,
          purpose: 'primary',
        });
        return leases.map((lease) => fromSortableIpv4(lease.address)).sort((one, other) => one - other);
      }),
    nameAt: (networkId, address) =>
      store.read(async (reader) => {
        const lease = await reader.get('address_lease', { network_id: networkId, address: sortableIpv4(address) });
        if (!lease?.network_interface_id) return undefined;
        const card = await reader.get('network_interface', { id: lease.network_interface_id, vpc_id: networkId });
        if (!card?.instance_id) return undefined;
        const row = await reader.get('instance', { id: card.instance_id, vpc_id: networkId });
        return row && (nameOfHost(row) ?? row.id);
      }),
    forget(networkId) {
      kept.delete(networkId);
    },
  };
}
