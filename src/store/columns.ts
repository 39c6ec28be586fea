/**
 * The columns of every table: how the database holds each, and which ones give a table its order. Types follow from
 * `schema.ts`, so a column that is missing or held wrongly does not compile; a test holds the migrations to it.
 */
import type { TableName, Tables } from './schema.ts';

/** How a column is held: booleans as 0 or 1, JSON as text. */
export type ColumnKind = 'text' | 'integer' | 'boolean' | 'json';

type KindOf<V> = [V] extends [boolean]
  ? 'boolean'
  : [V] extends [string | null]
    ? 'text'
    : [V] extends [number | null]
      ? 'integer'
      : 'json';

type ColumnsOf<R> = { readonly [C in keyof R]-?: KindOf<R[C]> };

export const COLUMNS: { readonly [T in TableName]: ColumnsOf<Tables[T]> } = {
  setting: { name: 'text', value: 'text' },
  account: { id: 'text', name: 'text', administrator: 'boolean', created_at: 'integer' },
  access_key: { id: 'text', account_id: 'text', sealed_secret: 'text', status: 'text', created_at: 'integer' },
  vpc: {
    id: 'text',
    account_id: 'text',
    region_id: 'text',
    name: 'text',
    description: 'text',
    cidr: 'text',
    status: 'text',
    is_default: 'boolean',
    dns_hostname: 'boolean',
    vrouter_id: 'text',
    resource_group_id: 'text',
    created_at: 'integer',
  },
  vswitch: {
    id: 'text',
    account_id: 'text',
    region_id: 'text',
    zone_id: 'text',
    vpc_id: 'text',
    name: 'text',
    description: 'text',
    cidr: 'text',
    status: 'text',
    is_default: 'boolean',
    cursor: 'text',
    created_at: 'integer',
  },
  route_table: {
    id: 'text',
    account_id: 'text',
    region_id: 'text',
    vpc_id: 'text',
    vrouter_id: 'text',
    name: 'text',
    description: 'text',
    kind: 'text',
    created_at: 'integer',
  },
  route_entry: {
    id: 'text',
    route_table_id: 'text',
    vpc_id: 'text',
    destination: 'text',
    kind: 'text',
    next_hop_type: 'text',
    next_hop_id: 'text',
    name: 'text',
    description: 'text',
    status: 'text',
    created_at: 'integer',
  },
  security_group: {
    id: 'text',
    account_id: 'text',
    region_id: 'text',
    vpc_id: 'text',
    name: 'text',
    description: 'text',
    kind: 'text',
    inner_access: 'text',
    resource_group_id: 'text',
    created_at: 'integer',
  },
  security_group_rule: {
    id: 'text',
    security_group_id: 'text',
    account_id: 'text',
    vpc_id: 'text',
    direction: 'text',
    protocol: 'text',
    port_from: 'integer',
    port_to: 'integer',
    source_port_from: 'integer',
    source_port_to: 'integer',
    peer_kind: 'text',
    peer: 'text',
    local_cidr: 'text',
    policy: 'text',
    priority: 'integer',
    description: 'text',
    created_at: 'integer',
  },
  instance: {
    id: 'text',
    account_id: 'text',
    region_id: 'text',
    zone_id: 'text',
    vpc_id: 'text',
    vswitch_id: 'text',
    name: 'text',
    description: 'text',
    host_name: 'text',
    instance_type: 'text',
    image_id: 'text',
    status: 'text',
    wanted: 'text',
    boot_wanted: 'integer',
    boot_realized: 'integer',
    force_stop: 'boolean',
    user_data: 'text',
    deletion_protection: 'boolean',
    stopped_mode: 'text',
    resource_group_id: 'text',
    echoed: 'json',
    failure: 'text',
    created_at: 'integer',
    started_at: 'integer',
  },
  network_interface: {
    id: 'text',
    account_id: 'text',
    region_id: 'text',
    zone_id: 'text',
    vpc_id: 'text',
    vswitch_id: 'text',
    kind: 'text',
    status: 'text',
    mac: 'text',
    name: 'text',
    description: 'text',
    instance_id: 'text',
    device_index: 'integer',
    queue_number: 'integer',
    delete_on_release: 'boolean',
    source_dest_check: 'boolean',
    resource_group_id: 'text',
    created_at: 'integer',
  },
  network_interface_group: { network_interface_id: 'text', security_group_id: 'text', position: 'integer' },
  address_lease: {
    network_id: 'text',
    address: 'text',
    vswitch_id: 'text',
    purpose: 'text',
    network_interface_id: 'text',
  },
  tag: { account_id: 'text', resource_kind: 'text', resource_id: 'text', key: 'text', value: 'text' },
  network_state: {
    network_id: 'text',
    region_id: 'text',
    wanted: 'integer',
    realized: 'integer',
    deleted: 'boolean',
    failure: 'text',
  },
  once: {
    account_id: 'text',
    region_id: 'text',
    action: 'text',
    token: 'text',
    request_hash: 'text',
    reply: 'text',
    created_at: 'integer',
  },
  journal: {
    sequence: 'integer',
    at: 'integer',
    request_id: 'text',
    account_id: 'text',
    action: 'text',
    network_id: 'text',
    resource_id: 'text',
  },
};

/** The columns that identify a row, and the order of rows where none is asked for. */
export const KEY_COLUMNS: { readonly [T in TableName]: readonly (keyof Tables[T] & string)[] } = {
  setting: ['name'],
  account: ['id'],
  access_key: ['id'],
  vpc: ['id'],
  vswitch: ['id'],
  route_table: ['id'],
  route_entry: ['id'],
  security_group: ['id'],
  security_group_rule: ['id'],
  instance: ['id'],
  network_interface: ['id'],
  network_interface_group: ['network_interface_id', 'security_group_id'],
  address_lease: ['network_id', 'address'],
  tag: ['resource_kind', 'resource_id', 'key'],
  network_state: ['network_id'],
  once: ['account_id', 'region_id', 'action', 'token'],
  journal: ['sequence'],
};

export const TABLE_NAMES = Object.keys(COLUMNS) as readonly TableName[];

/** The columns of a table with the way each is held, for code that handles any table alike. */
export function columnsOf(table: TableName): { readonly [column: string]: ColumnKind } {
  return COLUMNS[table];
}
