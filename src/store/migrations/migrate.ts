/**
 * Brings a database to the tables that this program knows. Migrations are numbered from 1, never changed once released,
 * each applied in one transaction together with its number (`user_version`): interrupted, a database is at one number.
 */
import type { SqliteConnection } from '../sqlite.ts';
import { unavailable } from '../unavailable.ts';
import { first } from './0001-first.ts';
import { eip } from './0002-eip.ts';
import { prefixList } from './0003-prefix-list.ts';
import { instanceFailure } from './0004-instance-failure.ts';
import { requests } from './0005-requests.ts';

/** The migrations in order: the first brings a new file to version 1. */
export const MIGRATIONS: readonly string[] = [first, eip, prefixList, instanceFailure, requests];

/** Marks the file as ours (SQLite's `application_id`): "YLan". */
const APPLICATION = 0x594c616e;

/** Applies what is missing. Throws StoreUnavailable for a database of a newer program or of another one. */
export function migrate(connection: SqliteConnection, migrations: readonly string[] = MIGRATIONS): void {
  if (isCurrent(connection, migrations)) return;
  // Another process may be doing the same: what is missing is asked for again under the lock.
  connection.execute('begin immediate');
  try {
    const version = versionOf(connection, migrations);
    if (version === 0) connection.execute(`pragma application_id = ${APPLICATION}`);
    for (const migration of migrations.slice(version)) connection.execute(migration);
    connection.execute(`pragma user_version = ${migrations.length}`);
    connection.execute('commit');
  } catch (error) {
    if (connection.inTransaction) connection.execute('rollback');
    throw error;
  }
}

function isCurrent(connection: SqliteConnection, migrations: readonly string[]): boolean {
  return versionOf(connection, migrations) === migrations.length;
}

/** The version of the database; refuses what is not ours or not known. */
function versionOf(connection: SqliteConnection, migrations: readonly string[]): number {
  const application = connection.value('pragma application_id');
  const version = Number(connection.value('pragma user_version'));
  const empty = connection.value('select count(*) from sqlite_schema') === 0;
  if (application !== APPLICATION && !(empty && version === 0)) throw unavailable('foreign', connection.path);
  if (version > migrations.length) {
    const words = new Error(`its tables have version ${version}, this program knows ${migrations.length}`);
    throw unavailable('newer', connection.path, words);
  }
  return version;
}
