import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { type ColumnKind, columnsOf, KEY_COLUMNS, TABLE_NAMES } from '../../src/store/columns.ts';
import { CONSTRAINTS } from '../../src/store/constraints.ts';
import { MIGRATIONS, migrate } from '../../src/store/migrations/migrate.ts';
import { openStore, type StoreOptions } from '../../src/store/open.ts';
import { SqliteConnection } from '../../src/store/sqlite.ts';
import { make, populate } from './rows.ts';
import { temporaryDirectory, temporaryStore, write } from './world.ts';

const newPath = () => join(temporaryDirectory(), 'test.db');
const connect = (path: string) => new SqliteConnection({ path, synchronous: 'NORMAL', patience: 0, readOnly: false });

/** Looks into a database with the plain library. */
function look<R>(path: string, work: (database: DatabaseSync) => R): R {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** Everything that makes up the tables, as the database keeps it. */
const schemaOf = (path: string) =>
  look(path, (database) => [
    database.prepare('select type, name, sql from sqlite_schema order by type, name').all(),
    database.prepare('pragma user_version').get(),
  ]);

async function migratedFile(): Promise<string> {
  const path = newPath();
  await (await openStore({ path })).close();
  return path;
}

describe('tables', () => {
  it('have the columns that code knows, held as it knows', async () => {
    const HELD: { readonly [K in ColumnKind]: string } = {
      text: 'TEXT',
      json: 'TEXT',
      integer: 'INTEGER',
      boolean: 'INTEGER',
    };
    const path = await migratedFile();
    look(path, (database) => {
      for (const table of TABLE_NAMES) {
        const held = database.prepare(`select name, type from pragma_table_info(?)`).all(table);
        expect(Object.fromEntries(held.map((row) => [row['name'], row['type']])), table).toEqual(
          Object.fromEntries(Object.entries(columnsOf(table)).map(([name, kind]) => [name, HELD[kind]])),
        );
      }
      const tables = database.prepare(
        `select name from sqlite_schema where type = 'table' and name not like 'sqlite%'`,
      );
      expect(new Set(tables.all().map((row) => row['name']))).toEqual(new Set(TABLE_NAMES));
    });
  });

  it('have a unique index on the key that code knows, and every unique index has a name', async () => {
    const path = await migratedFile();
    look(path, (database) => {
      const named = new Set<string>(Object.keys(CONSTRAINTS));
      for (const table of TABLE_NAMES) {
        const columns = database
          .prepare(`select name, pk from pragma_table_info(?) where pk > 0 order by pk`)
          .all(table);
        expect(
          columns.map((row) => row['name']),
          table,
        ).toEqual(KEY_COLUMNS[table]);
        const indexes = database.prepare(`select name, origin from pragma_index_list(?) where "unique" = 1`).all(table);
        for (const index of indexes) {
          const name = index['origin'] === 'pk' ? `${table}_key` : String(index['name']);
          expect(named, `${name} of ${table}`).toContain(name);
        }
      }
    });
  });

  it('find what is asked for most by an index', async () => {
    const path = await migratedFile();
    const ASKED: readonly (readonly [string, string])[] = [
      [`select * from vpc where account_id = '1' and region_id = 'r' order by created_at desc`, 'vpc_owner'],
      [`select * from instance where account_id = '1' and region_id = 'r' order by created_at desc`, 'instance_owner'],
      [`select * from instance where account_id = '1' and name = 'a'`, 'instance_name'],
      [`select * from network_interface where vpc_id = 'v'`, 'network_interface_mac'],
      [
        `select * from network_interface where instance_id in (select value from json_each('[]'))`,
        'network_interface_device',
      ],
      [`select * from network_interface where instance_id = 'i'`, 'network_interface_device'],
      [`select * from network_interface_group where security_group_id = 'g'`, 'network_interface_group_group'],
      [
        `select * from address_lease where network_interface_id in (select value from json_each('[]'))`,
        'address_lease_interface',
      ],
      [`select * from address_lease where network_interface_id = 'e'`, 'address_lease_interface'],
      [`select count(*) from address_lease where vswitch_id = 's'`, 'address_lease_vswitch'],
      [
        `select * from security_group_rule where security_group_id in (select value from json_each('[]'))`,
        'security_group_rule_tuple',
      ],
      [`select * from route_entry where vpc_id = 'v'`, 'route_entry_vpc'],
      [
        `select * from tag where resource_kind = 'vpc' and resource_id in (select value from json_each('[]'))`,
        'PRIMARY KEY',
      ],
      [`select * from tag where account_id = '1' and resource_kind = 'vpc' and key = 'k' and value = 'v'`, 'tag_value'],
      [`select * from eip where account_id = '1' and region_id = 'r' order by created_at desc`, 'eip_owner'],
      [`select * from eip where vpc_id = 'v'`, 'eip_vpc'],
      [`select * from eip where status in (select value from json_each('[]'))`, 'eip_status'],
      [`select * from eip where instance_id in (select value from json_each('[]'))`, 'eip_target'],
      [`select address from eip where address between 'a' and 'b' order by address limit 1`, 'eip_address'],
      [`delete from network_interface where id = 'e'`, 'eip_private_address'],
      [`select * from network_state where wanted <> realized order by network_id`, 'network_state_behind'],
      [`delete from security_group where id = 'g'`, 'security_group_rule_peer'],
      [
        `select * from prefix_list where account_id = '1' and region_id = 'r' order by created_at desc`,
        'prefix_list_owner',
      ],
      [`select * from security_group_rule where peer_kind = 'group' and peer = 'g'`, 'security_group_rule_named'],
      [`delete from prefix_list where id = 'p'`, 'security_group_rule_prefix_list'],
      [`delete from once where created_at <= 1`, 'once_age'],
      [`select * from request where account_id = '1' and sequence < 9 order by sequence desc limit 5`, 'PRIMARY KEY'],
      [`delete from request where sequence < 9`, 'PRIMARY KEY'],
    ];
    look(path, (database) => {
      for (const [sql, index] of ASKED) {
        const plan = database
          .prepare(`explain query plan ${sql}`)
          .all()
          .map((row) => String(row['detail']));
        const steps = plan.filter((step) => !/^(LIST SUBQUERY|SCAN json_each)/.test(step));
        expect(steps.join('; '), sql).toContain(index);
        // Walking the small partial index of networks that are behind is what that index is for.
        expect(
          steps.filter((step) => /^SCAN|TEMP B-TREE/.test(step) && !step.includes('_behind')),
          sql,
        ).toEqual([]);
      }
    });
  });
});

describe('migrations', () => {
  it('make the same tables again and again, and change nothing in a current database', async () => {
    const path = await migratedFile();
    const first = schemaOf(path);
    expect(first).toEqual(schemaOf(await migratedFile()));
    const store = await openStore({ path });
    await write(store, populate);
    await store.close();
    const again = await temporaryStore(path);
    expect(await again.read((reader) => reader.get('instance', {}))).toEqual(make.instance());
    await again.close();
    expect(schemaOf(path)).toEqual(first);
  });

  it('go on from where a database is', () => {
    const path = newPath();
    const two = ['create table a (x text) strict;', 'alter table a add column y text; create table b (z text) strict;'];
    const connection = connect(path);
    migrate(connection, two.slice(0, 1));
    connection.execute(`insert into a values ('kept')`);
    migrate(connection, two);
    migrate(connection, two);
    connection.close();
    look(path, (database) => {
      expect(database.prepare('select * from a').all()).toEqual([{ x: 'kept', y: null }]);
      expect(database.prepare('pragma user_version').get()).toEqual({ user_version: 2 });
    });
  });

  it('put resources of no resource group into the default one of their account', () => {
    const path = newPath();
    const connection = connect(path);
    migrate(connection, MIGRATIONS.slice(0, 2));
    const columns = (id: string, group: string) =>
      `'${id}', '1000000000000001', 'r', '', '', '10.0.0.0/8', 'Available', 0, 0, '', '${group}', 0`;
    connection.execute(`insert into vpc values (${columns('vpc-a', '')}), (${columns('vpc-b', 'rg-b')})`);
    migrate(connection);
    connection.close();
    const groups = look(path, (database) => database.prepare('select id, resource_group_id from vpc').all());
    expect(groups).toEqual([
      { id: 'vpc-a', resource_group_id: 'rg-000000000000001' },
      { id: 'vpc-b', resource_group_id: 'rg-b' },
    ]);
  });

  it('leave a database as it was when one of them fails', () => {
    const path = newPath();
    const connection = connect(path);
    migrate(connection, ['create table a (x text) strict;']);
    const before = schemaOf(path);
    const broken = ['', 'create table b (z text) strict;', 'create table b (z text) strict;'];
    expect(() => migrate(connection, broken)).toThrow('already exists');
    expect(connection.inTransaction).toBe(false);
    connection.close();
    expect(schemaOf(path)).toEqual(before);
  });

  it('refuse a database of a newer program, and change nothing in it', async () => {
    const path = await migratedFile();
    look(path, (database) => database.exec(`pragma user_version = ${MIGRATIONS.length + 1}`));
    const before = schemaOf(path);
    await expect(openStore({ path })).rejects.toMatchObject({
      reason: 'newer',
      message: `The database ${path} was made by a newer version of this program (its tables have version ${MIGRATIONS.length + 1}, this program knows ${MIGRATIONS.length}). Use that version, or another data directory.`,
    });
    expect(schemaOf(path)).toEqual(before);
  });

  it('refuse a database of another program', async () => {
    const path = newPath();
    look(path, (database) => database.exec('create table theirs (x text)'));
    await expect(openStore({ path })).rejects.toMatchObject({ reason: 'foreign' });
    const other = newPath();
    look(other, (database) => database.exec('pragma user_version = 3'));
    await expect(openStore({ path: other })).rejects.toMatchObject({ reason: 'foreign' });
  });
});

describe('a connection for reads', () => {
  it('cannot write', async () => {
    const path = await migratedFile();
    const reading = new SqliteConnection({ path, synchronous: 'FULL', patience: 0, readOnly: true });
    const change = reading.change('delete from vpc', []);
    await expect(change).rejects.toMatchObject({ reason: 'read-only' });
    reading.close();
  });
});

describe('an opened database', () => {
  it('is written ahead, for its owner only', async () => {
    const path = newPath();
    const store = await openStore({ path });
    await write(store, populate);
    expect(look(path, (database) => database.prepare('pragma journal_mode').get())).toEqual({ journal_mode: 'wal' });
    for (const end of ['', '-wal', '-shm', '-owner']) expect(statSync(path + end).mode & 0o777, end).toBe(0o600);
    await store.close();
  });

  it('waits for the disk at every commit unless told otherwise', async () => {
    const asked = async (options: Partial<StoreOptions>) => {
      const execute = vi.spyOn(SqliteConnection.prototype, 'execute');
      const store = await openStore({ path: newPath(), ...options });
      const pragmas = execute.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('synchronous'));
      execute.mockRestore();
      await store.close();
      return pragmas.at(-1);
    };
    expect(await asked({})).toBe('pragma synchronous = FULL');
    expect(await asked({ synchronous: 'NORMAL' })).toBe('pragma synchronous = NORMAL');
    const full = new SqliteConnection({ path: newPath(), synchronous: 'FULL', patience: 0, readOnly: false });
    expect(full.value('pragma synchronous')).toBe(2);
    expect(full.value('pragma foreign_keys')).toBe(1);
    full.close();
  });
});
