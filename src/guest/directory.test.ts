import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { make } from '../../test/store/rows.ts';
import { openStore } from '../store/open.ts';
import type { Reader, Store } from '../store/port.ts';
import type { InstanceRow } from '../store/schema.ts';
import { type Ipv4, parseIpv4, sortableIpv4 } from '../values/ip.ts';
import { openDirectory } from './directory.ts';

let folder: string;
let store: Store;

const ip = (text: string): Ipv4 => parseIpv4(text)!;

/** An instance as RunInstances writes it, with the line of history. */
async function run(id: string, vpc: string, address: string, row: Partial<InstanceRow> = {}): Promise<void> {
  await store.write({ scope: [] }, async (tx) => {
    await tx.insert(
      'instance',
      make.instance({ id, vpc_id: vpc, vswitch_id: `vsw-${vpc}`, host_name: `h-${id}`, ...row }),
    );
    const card = { id: `eni-${id}`, vpc_id: vpc, vswitch_id: `vsw-${vpc}`, instance_id: id, device_index: 0 };
    await tx.insert('network_interface', make.network_interface({ ...card, kind: 'Primary', mac: `mac-${id}` }));
    await tx.insert('address_lease', {
      network_id: vpc,
      address: sortableIpv4(ip(address)),
      vswitch_id: `vsw-${vpc}`,
      purpose: 'primary',
      network_interface_id: `eni-${id}`,
    });
    await remember(tx, vpc, id);
  });
}

const remember = (tx: Parameters<Parameters<Store['write']>[1]>[0], network_id: string, resource_id: string) =>
  tx.journal({ at: 0, request_id: '', account_id: '', action: 'Ecs.RunInstances', network_id, resource_id });

async function terminate(id: string): Promise<void> {
  await store.write({ scope: [] }, async (tx) => {
    await tx.remove('address_lease', { network_interface_id: `eni-${id}` });
    await tx.remove('network_interface', { id: `eni-${id}` });
    await tx.remove('instance', { id });
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yunlan-directory-'));
  store = await openStore({ path: join(folder, 'db'), synchronous: 'NORMAL' });
  await store.write({ scope: [] }, async (tx) => {
    await tx.insert('account', make.account());
    for (const vpc of ['vpc-a', 'vpc-b']) {
      await tx.insert('vpc', make.vpc({ id: vpc }));
      await tx.insert('vswitch', make.vswitch({ id: `vsw-${vpc}`, vpc_id: vpc }));
    }
  });
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

describe('X5 directory', () => {
  it('finds instances by host name, instance name and id, of the own network alone', async () => {
    await run('i-1', 'vpc-a', '10.0.0.1', { host_name: 'Web', name: 'Front' });
    await run('i-2', 'vpc-b', '10.0.0.1', { host_name: 'web', name: 'back' });
    await run('i-3', 'vpc-b', '10.0.0.3', { host_name: 'a.b', name: 'not_a_label' });
    const directory = openDirectory(store);
    const find = (network: string, name: string) => directory.addressesOf(network, name);
    for (const name of ['web', 'front', 'i-1']) expect(await find('vpc-a', name)).toEqual([ip('10.0.0.1')]);
    for (const name of ['back', 'a.b', 'i-2', 'i-3']) expect(await find('vpc-a', name)).toEqual([]);
    expect(await find('vpc-b', 'a.b')).toEqual([ip('10.0.0.3')]);
    expect(await find('vpc-b', 'not_a_label')).toEqual([]);
    expect(await find('vpc-none', 'web')).toEqual([]);
  });

  it('finds all who share a name, and only its owner by an id', async () => {
    await run('i-1', 'vpc-a', '10.0.0.2', { host_name: 'same' });
    await run('i-2', 'vpc-a', '10.0.0.1', { host_name: 'other', name: 'Same' });
    await run('i-3', 'vpc-a', '10.0.0.3', { host_name: 'same', name: 'same' });
    await run('i-4', 'vpc-a', '10.0.0.4', { name: 'i-1' });
    const directory = openDirectory(store);
    expect(await directory.addressesOf('vpc-a', 'same')).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(ip));
    expect(await directory.addressesOf('vpc-a', 'i-1')).toEqual([ip('10.0.0.2')]);
  });

  it('follows instances that come, go and are renamed', async () => {
    const directory = openDirectory(store);
    expect(await directory.addressesOf('vpc-a', 'one')).toEqual([]);
    await run('i-1', 'vpc-a', '10.0.0.1', { host_name: 'one' });
    expect(await directory.addressesOf('vpc-a', 'one')).toEqual([ip('10.0.0.1')]);
    await store.write({ scope: [] }, async (tx) => {
      await tx.update('instance', { id: 'i-1' }, { host_name: 'two' });
      await remember(tx, 'vpc-a', 'i-1');
    });
    expect(await directory.addressesOf('vpc-a', 'one')).toEqual([]);
    expect(await directory.addressesOf('vpc-a', 'two')).toEqual([ip('10.0.0.1')]);
    // The reconciler removes rows without a line of history.
    await terminate('i-1');
    expect(await directory.addressesOf('vpc-a', 'two')).toEqual([]);
    expect(await directory.nameAt('vpc-a', ip('10.0.0.1'))).toBeUndefined();
  });

  it('reads all instances of a network only when its history went on', async () => {
    await run('i-1', 'vpc-a', '10.0.0.1', { host_name: 'one' });
    let listings = 0;
    const counting: Pick<Store, 'read'> = {
      read: (fn) =>
        store.read((reader) => {
          const find: Reader['find'] = (table, where, page) => {
            if (table === 'instance' && !('id' in where)) listings += 1;
            return reader.find(table, where, page);
          };
          return fn({ ...reader, find, get: reader.get.bind(reader) });
        }),
    };
    const directory = openDirectory(counting);
    for (let count = 0; count < 3; count += 1) await directory.addressesOf('vpc-a', 'one');
    await run('i-2', 'vpc-b', '10.0.0.1');
    await directory.addressesOf('vpc-a', 'none');
    expect(listings).toBe(1);
    await run('i-3', 'vpc-a', '10.0.0.3', { host_name: 'three' });
    expect(await directory.addressesOf('vpc-a', 'three')).toEqual([ip('10.0.0.3')]);
    expect(listings).toBe(2);
    directory.forget('vpc-a');
    await directory.addressesOf('vpc-a', 'one');
    expect(listings).toBe(3);
  });

  it('names addresses by host name, by id when that is no name in DNS', async () => {
    await run('i-1', 'vpc-a', '10.0.0.1', { host_name: 'Web.Prod' });
    await run('i-2', 'vpc-a', '10.0.0.2', { host_name: 'x'.repeat(64) });
    await run('i-3', 'vpc-b', '10.0.0.3');
    const directory = openDirectory(store);
    expect(await directory.nameAt('vpc-a', ip('10.0.0.1'))).toBe('web.prod');
    expect(await directory.nameAt('vpc-a', ip('10.0.0.2'))).toBe('i-2');
    expect(await directory.nameAt('vpc-a', ip('10.0.0.3'))).toBeUndefined();
    expect(await directory.nameAt('vpc-b', ip('10.0.0.1'))).toBeUndefined();
  });
});
