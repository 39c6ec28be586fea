import { describe, expect, it } from 'vitest';
import { CONSTRAINTS, constraintBroken, inUse, parentMissing } from '../../src/store/constraints.ts';
import { ConstraintBroken, type Writer } from '../../src/store/port.ts';
import type { TableName, Tables } from '../../src/store/schema.ts';
import { make, populate } from './rows.ts';
import { temporaryStore } from './world.ts';

type Provoke = (tx: Writer) => Promise<unknown>;

const again = <T extends TableName>(table: T, row: Partial<Tables[T]> = {}): Provoke => {
  return (tx) => tx.insert(table, make[table](row));
};

/** Columns of a public address that is associated with nothing. */
const FREE = {
  status: 'Available',
  instance_type: '',
  instance_id: null,
  network_interface_id: null,
  private_address: null,
  vpc_id: null,
} as const;

/** What breaks each unique constraint, over a database that holds the stock row of every table. */
const UNIQUE: { readonly [N in keyof typeof CONSTRAINTS]: Provoke } = {
  setting_key: again('setting'),
  account_key: again('account', { name: 'another' }),
  account_name: again('account', { id: '2' }),
  access_key_key: again('access_key'),
  vpc_key: again('vpc'),
  vpc_one_default: async (tx) => {
    await tx.insert('vpc', make.vpc({ id: 'vpc-b', is_default: true }));
    await tx.insert('vpc', make.vpc({ id: 'vpc-c', is_default: true }));
  },
  vswitch_key: again('vswitch'),
  vswitch_one_default: async (tx) => {
    await tx.insert('vswitch', make.vswitch({ id: 'vsw-b', is_default: true }));
    await tx.insert('vswitch', make.vswitch({ id: 'vsw-c', is_default: true }));
  },
  route_table_key: again('route_table', { kind: 'Custom' }),
  route_table_one_system: again('route_table', { id: 'vtb-b' }),
  route_entry_key: again('route_entry', { destination: '10.1.0.0/16' }),
  route_entry_destination: again('route_entry', { id: 'rte-b', next_hop_id: 'another' }),
  security_group_key: again('security_group'),
  security_group_rule_key: again('security_group_rule', { priority: 2 }),
  security_group_rule_tuple: again('security_group_rule', { id: 'sgr-b', description: 'another' }),
  prefix_list_key: again('prefix_list'),
  prefix_list_entry_key: again('prefix_list_entry', { position: 1 }),
  instance_key: again('instance'),
  network_interface_key: again('network_interface', { mac: 'another', kind: 'Secondary', device_index: 1 }),
  network_interface_mac: again('network_interface', { id: 'eni-b', instance_id: null, device_index: null }),
  network_interface_one_primary: again('network_interface', { id: 'eni-b', mac: 'another', device_index: 1 }),
  network_interface_device: again('network_interface', { id: 'eni-b', mac: 'another', kind: 'Secondary' }),
  network_interface_group_key: again('network_interface_group', { position: 1 }),
  address_lease_key: again('address_lease', { purpose: 'reserved', network_interface_id: null }),
  address_lease_one_primary: again('address_lease', { address: '0a000002' }),
  eip_key: again('eip', { address: 'another', instance_id: 'i-b', private_address: 'another' }),
  eip_address: again('eip', { ...FREE, id: 'eip-b' }),
  eip_private_address: again('eip', { id: 'eip-b', address: 'another', instance_id: 'i-b' }),
  eip_instance: again('eip', { id: 'eip-b', address: 'another', private_address: 'another' }),
  tag_key: again('tag', { value: 'another' }),
  network_state_key: again('network_state'),
  once_key: again('once'),
  journal_key: again('journal'),
  request_key: again('request'),
};

const remove =
  (table: TableName, id: string): Provoke =>
  (tx) =>
    tx.remove<'vpc'>(table as 'vpc', { id });

/** What breaks each foreign key, by the name that it gets. */
const REFERENCES: readonly (readonly [string, string, Provoke])[] = [
  ['an account with keys', inUse('account'), remove('account', '1000000000000001')],
  ['a VPC with VSwitches', inUse('vpc'), remove('vpc', 'vpc-a')],
  ['a VSwitch with instances', inUse('vswitch'), remove('vswitch', 'vsw-a')],
  ['a route table with entries', inUse('route_table'), remove('route_table', 'vtb-a')],
  ['a group with rules and members', inUse('security_group'), remove('security_group', 'sg-a')],
  ['an instance with interfaces', inUse('instance'), remove('instance', 'i-a')],
  ['an interface with addresses', inUse('network_interface'), remove('network_interface', 'eni-a')],
  ['a key of no account', parentMissing('access_key'), again('access_key', { id: 'b', account_id: 'none' })],
  ['a VSwitch of no VPC', parentMissing('vswitch'), again('vswitch', { id: 'b', vpc_id: 'none' })],
  ['a table of no VPC', parentMissing('route_table'), again('route_table', { id: 'b', vpc_id: 'none' })],
  ['an entry of no table', parentMissing('route_entry'), again('route_entry', { id: 'b', route_table_id: 'none' })],
  [
    'an entry of no VPC',
    parentMissing('route_entry'),
    again('route_entry', { id: 'b', destination: 'x', vpc_id: 'none' }),
  ],
  ['a group of no VPC', parentMissing('security_group'), again('security_group', { id: 'b', vpc_id: 'none' })],
  [
    'a rule of no group',
    parentMissing('security_group_rule'),
    again('security_group_rule', { id: 'b', security_group_id: 'none' }),
  ],
  [
    'a rule that names no group',
    parentMissing('security_group_rule'),
    again('security_group_rule', { id: 'b', peer_kind: 'group', peer: 'none' }),
  ],
  [
    'a rule that names no prefix list',
    parentMissing('security_group_rule'),
    again('security_group_rule', { id: 'b', peer_kind: 'prefixList', peer: 'none' }),
  ],
  [
    'a rule that turns to no prefix list',
    parentMissing('security_group_rule'),
    (tx) => tx.update('security_group_rule', { id: 'sgr-a' }, { peer_kind: 'prefixList', peer: 'none' }),
  ],
  ['a prefix list with entries', inUse('prefix_list'), remove('prefix_list', 'pl-a')],
  [
    'a prefix list that a rule names',
    inUse('prefix_list'),
    async (tx) => {
      await tx.update('security_group_rule', { id: 'sgr-a' }, { peer_kind: 'prefixList', peer: 'pl-a' });
      await tx.remove('prefix_list_entry', { prefix_list_id: 'pl-a' });
      await tx.remove('prefix_list', { id: 'pl-a' });
    },
  ],
  [
    'an entry of no prefix list',
    parentMissing('prefix_list_entry'),
    again('prefix_list_entry', { prefix_list_id: 'none' }),
  ],
  ['an instance in no VPC', parentMissing('instance'), again('instance', { id: 'b', vpc_id: 'none' })],
  ['an instance in no VSwitch', parentMissing('instance'), again('instance', { id: 'b', vswitch_id: 'none' })],
  [
    'an interface in no VPC',
    parentMissing('network_interface'),
    again('network_interface', { id: 'b', vpc_id: 'none', instance_id: null }),
  ],
  [
    'an interface in no VSwitch',
    parentMissing('network_interface'),
    again('network_interface', { id: 'b', mac: 'b', vswitch_id: 'none', instance_id: null }),
  ],
  [
    'an interface on no instance',
    parentMissing('network_interface'),
    again('network_interface', { id: 'b', mac: 'b', instance_id: 'none' }),
  ],
  [
    'an interface moved to no instance',
    parentMissing('network_interface'),
    (tx) => tx.update('network_interface', { id: 'eni-a' }, { instance_id: 'none' }),
  ],
  [
    'a membership of no interface',
    parentMissing('network_interface_group'),
    again('network_interface_group', { network_interface_id: 'none' }),
  ],
  [
    'a membership in no group',
    parentMissing('network_interface_group'),
    again('network_interface_group', { security_group_id: 'none' }),
  ],
  [
    'a lease in no VSwitch',
    parentMissing('address_lease'),
    again('address_lease', { address: 'b', purpose: 'secondary', vswitch_id: 'none' }),
  ],
  [
    'a lease of no interface',
    parentMissing('address_lease'),
    again('address_lease', { address: 'b', network_interface_id: 'none' }),
  ],
  [
    'a public address on no interface',
    parentMissing('eip'),
    again('eip', { id: 'b', address: 'b', instance_id: 'i-b', network_interface_id: 'none' }),
  ],
];

async function broken(provoke: Provoke): Promise<string> {
  const store = await temporaryStore();
  await store.write({ scope: ['test'] }, populate);
  const before = await everything(store);
  try {
    await store.write({ scope: ['test'] }, provoke);
  } catch (error) {
    expect(await everything(store)).toEqual(before);
    if (error instanceof ConstraintBroken) return error.constraint;
    throw error;
  }
  return 'nothing';
}

async function everything(store: Awaited<ReturnType<typeof temporaryStore>>) {
  return store.read(async (reader) => {
    const tables: unknown[] = [];
    for (const table of Object.keys(make) as TableName[]) tables.push(await reader.find(table, {}));
    return tables;
  });
}

describe('constraints of the database', () => {
  it.each(Object.entries(UNIQUE))('%s is broken by its name', async (name, provoke) => {
    expect(await broken(provoke)).toBe(name);
  });

  it.each(REFERENCES)('%s breaks %s', async (_what, name, provoke) => {
    expect(await broken(provoke)).toBe(name);
  });

  it('keeps a group that a rule of another group names', async () => {
    const provoke: Provoke = async (tx) => {
      await tx.insert('security_group', make.security_group({ id: 'sg-b' }));
      await tx.insert('security_group_rule', make.security_group_rule({ id: 'b', peer_kind: 'group', peer: 'sg-b' }));
      await tx.remove('security_group', { id: 'sg-b' });
    };
    expect(await broken(provoke)).toBe('security_group_in_use');
  });

  it('keeps an interface that a public address is translated to', async () => {
    const provoke: Provoke = async (tx) => {
      await tx.insert('network_interface', make.network_interface({ id: 'eni-b', mac: 'b', instance_id: null }));
      await tx.update('eip', { id: 'eip-a' }, { network_interface_id: 'eni-b' });
      await tx.remove('network_interface', { id: 'eni-b' });
    };
    expect(await broken(provoke)).toBe(inUse('network_interface'));
  });

  it('lets many public addresses be associated with nothing', async () => {
    const provoke: Provoke = async (tx) => {
      for (const id of ['eip-b', 'eip-c']) await tx.insert('eip', make.eip({ ...FREE, id, address: id }));
    };
    expect(await broken(provoke).catch(() => 'failed')).toBe('nothing');
  });

  it('a value that a column never holds is refused', async () => {
    await expect(broken(again('vpc', { id: 'b', is_default: 1 as never }))).rejects.toThrow(
      /vpc\.is_default cannot hold/,
    );
    await expect(broken(again('vpc', { id: 'b', created_at: 1.5 }))).rejects.toThrow(/vpc\.created_at cannot hold/);
    expect(await broken(again('vpc', { id: 'b', cidr: undefined as never }))).toBe('vpc_value');
  });

  it('frees what it held when the row goes', async () => {
    const provoke: Provoke = async (tx) => {
      await tx.remove('address_lease', { network_interface_id: 'eni-a' });
      await tx.insert('address_lease', make.address_lease());
    };
    expect(await broken(provoke).catch(() => 'failed')).toBe('nothing');
  });
});

describe('names of constraints as PostgreSQL tells them', () => {
  const named = (name: string, change: 'write' | 'remove') =>
    constraintBroken({ kind: 'named', name }, 'vswitch', change, undefined).constraint;

  it('are the names in the migrations', () => {
    expect(named('address_lease_key', 'write')).toBe(CONSTRAINTS.address_lease_key);
  });

  it('of foreign keys are named by what was done', () => {
    expect(named('vswitch_vpc_id_fkey', 'write')).toBe('vswitch_parent_missing');
    expect(named('instance_vswitch_id_fkey', 'remove')).toBe('vswitch_in_use');
  });
});
