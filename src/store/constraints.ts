/**
 * The one map from what a database says of a broken constraint to the constraint's name. SQLite tells the columns of a
 * unique index and nothing of a foreign key; PostgreSQL tells the name in the migrations.
 */
import type { Violation } from './engine.ts';
import { ConstraintBroken } from './port.ts';
import type { TableName } from './schema.ts';

/** Unique constraints: name (as in the migrations) → the columns as SQLite words them. */
const UNIQUE = {
  setting_key: 'setting.name',
  account_key: 'account.id',
  account_name: 'account.name',
  access_key_key: 'access_key.id',
  vpc_key: 'vpc.id',
  vpc_one_default: 'vpc.account_id, vpc.region_id',
  vswitch_key: 'vswitch.id',
  vswitch_one_default: 'vswitch.vpc_id, vswitch.zone_id',
  route_table_key: 'route_table.id',
  route_table_one_system: 'route_table.vpc_id',
  route_entry_key: 'route_entry.id',
  route_entry_destination: 'route_entry.route_table_id, route_entry.destination',
  security_group_key: 'security_group.id',
  security_group_rule_key: 'security_group_rule.id',
  security_group_rule_tuple: [
    'security_group_id',
    'direction',
    'protocol',
    'port_from',
    'port_to',
    'source_port_from',
    'source_port_to',
    'peer_kind',
    'peer',
    'local_cidr',
    'policy',
    'priority',
  ]
    .map((column) => `security_group_rule.${column}`)
    .join(', '),
  prefix_list_key: 'prefix_list.id',
  prefix_list_entry_key: 'prefix_list_entry.prefix_list_id, prefix_list_entry.cidr',
  instance_key: 'instance.id',
  network_interface_key: 'network_interface.id',
  network_interface_mac: 'network_interface.vpc_id, network_interface.mac',
  network_interface_one_primary: 'network_interface.instance_id',
  network_interface_device: 'network_interface.instance_id, network_interface.device_index',
  network_interface_group_key:
    'network_interface_group.network_interface_id, network_interface_group.security_group_id',
  address_lease_key: 'address_lease.network_id, address_lease.address',
  address_lease_one_primary: 'address_lease.network_interface_id',
  eip_key: 'eip.id',
  eip_address: 'eip.address',
  eip_private_address: 'eip.network_interface_id, eip.private_address',
  eip_instance: 'eip.instance_id',
  tag_key: 'tag.resource_kind, tag.resource_id, tag.key',
  network_state_key: 'network_state.network_id',
  once_key: 'once.account_id, once.region_id, once.action, once.token',
  journal_key: 'journal.sequence',
  request_key: 'request.sequence',
} as const;

/** Names of the unique constraints, for code that expects to lose a race: `CONSTRAINTS.account_name`. */
export const CONSTRAINTS = Object.fromEntries(Object.keys(UNIQUE).map((name) => [name, name])) as {
  readonly [N in keyof typeof UNIQUE]: N;
};

export type UniqueConstraint = keyof typeof UNIQUE;

/** Name of what breaks when a row is removed that others refer to. */
export function inUse<T extends TableName>(table: T): `${T}_in_use` {
  return `${table}_in_use`;
}

/** Name of what breaks when a row refers to one that is not there. */
export function parentMissing<T extends TableName>(table: T): `${T}_parent_missing` {
  return `${table}_parent_missing`;
}

const BY_COLUMNS = new Map<string, string>(Object.entries(UNIQUE).map(([name, columns]) => [columns, name]));

/**
 * The broken constraint, named. A foreign key is named by the table and by what was done, as no engine tells more of it
 * than that.
 */
export function constraintBroken(
  violation: Violation,
  table: TableName,
  change: 'write' | 'remove',
  cause: unknown,
): ConstraintBroken {
  return new ConstraintBroken(nameOf(violation, table, change), cause);
}

function nameOf(violation: Violation, table: TableName, change: 'write' | 'remove'): string {
  switch (violation.kind) {
    case 'unique':
      return BY_COLUMNS.get(violation.columns) ?? `${table}_unique (${violation.columns})`;
    case 'named':
      // PostgreSQL calls foreign keys TABLE_COLUMN_fkey; unique constraints have our own names.
      return violation.name.endsWith('_fkey') ? referenceName(table, change === 'remove') : violation.name;
    case 'reference':
      return referenceName(table, violation.restrict);
    case 'value':
      return `${table}_value`;
  }
}

function referenceName(table: TableName, restrict: boolean): string {
  return restrict ? inUse(table) : parentMissing(table);
}
