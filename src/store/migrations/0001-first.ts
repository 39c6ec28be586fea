/**
 * The first tables. Foreign keys restrict, so nothing that is in use can go; unique indexes hold what two requests
 * could race for. Times are milliseconds, booleans 0 or 1, addresses of leases fixed-width hexadecimal text.
 */
export const first = `
create table setting (
  name text not null primary key,
  value text not null
) strict, without rowid;

create table account (
  id text not null primary key,
  name text not null,
  administrator integer not null check (administrator in (0, 1)),
  created_at integer not null
) strict, without rowid;
create unique index account_name on account (name);

create table access_key (
  id text not null primary key,
  account_id text not null references account (id) on delete restrict,
  sealed_secret text not null,
  status text not null,
  created_at integer not null
) strict, without rowid;
create index access_key_account on access_key (account_id);

create table vpc (
  id text not null primary key,
  account_id text not null,
  region_id text not null,
  name text not null,
  description text not null,
  cidr text not null,
  status text not null,
  is_default integer not null check (is_default in (0, 1)),
  dns_hostname integer not null check (dns_hostname in (0, 1)),
  vrouter_id text not null,
  resource_group_id text not null,
  created_at integer not null
) strict;
create index vpc_owner on vpc (account_id, region_id, created_at, id);

create table vswitch (
  id text not null primary key,
  account_id text not null,
  region_id text not null,
  zone_id text not null,
  vpc_id text not null references vpc (id) on delete restrict,
  name text not null,
  description text not null,
  cidr text not null,
  status text not null,
  is_default integer not null check (is_default in (0, 1)),
  cursor text not null,
  created_at integer not null
) strict;
create index vswitch_owner on vswitch (account_id, region_id, created_at, id);
create index vswitch_vpc on vswitch (vpc_id);

create table route_table (
  id text not null primary key,
  account_id text not null,
  region_id text not null,
  vpc_id text not null references vpc (id) on delete restrict,
  vrouter_id text not null,
  name text not null,
  description text not null,
  kind text not null,
  created_at integer not null
) strict;
create index route_table_owner on route_table (account_id, region_id, created_at, id);
create index route_table_vpc on route_table (vpc_id);
create unique index route_table_one_system on route_table (vpc_id) where kind = 'System';

create table route_entry (
  id text not null primary key,
  route_table_id text not null references route_table (id) on delete restrict,
  vpc_id text not null references vpc (id) on delete restrict,
  destination text not null,
  kind text not null,
  next_hop_type text not null,
  next_hop_id text not null,
  name text not null,
  description text not null,
  status text not null,
  created_at integer not null
) strict;
create unique index route_entry_destination on route_entry (route_table_id, destination);
create index route_entry_vpc on route_entry (vpc_id);
create index route_entry_next_hop on route_entry (next_hop_id);

create table security_group (
  id text not null primary key,
  account_id text not null,
  region_id text not null,
  vpc_id text not null references vpc (id) on delete restrict,
  name text not null,
  description text not null,
  kind text not null,
  inner_access text not null,
  resource_group_id text not null,
  created_at integer not null
) strict;
create index security_group_owner on security_group (account_id, region_id, created_at, id);
create index security_group_vpc on security_group (vpc_id);

-- peer_group_id exists only for its foreign key: a group that a rule of another group names cannot go.
create table security_group_rule (
  id text not null primary key,
  security_group_id text not null references security_group (id) on delete restrict,
  account_id text not null,
  vpc_id text not null,
  direction text not null,
  protocol text not null,
  port_from integer not null,
  port_to integer not null,
  source_port_from integer not null,
  source_port_to integer not null,
  peer_kind text not null,
  peer text not null,
  local_cidr text not null,
  policy text not null,
  priority integer not null,
  description text not null,
  created_at integer not null,
  peer_group_id text generated always as (case when peer_kind = 'group' then peer end) stored
    references security_group (id) on delete restrict
) strict;
create unique index security_group_rule_tuple on security_group_rule (
  security_group_id, direction, protocol, port_from, port_to, source_port_from, source_port_to, peer_kind, peer,
  local_cidr, policy, priority
);
create index security_group_rule_peer on security_group_rule (peer_group_id) where peer_group_id is not null;
create index security_group_rule_vpc on security_group_rule (vpc_id);

create table instance (
  id text not null primary key,
  account_id text not null,
  region_id text not null,
  zone_id text not null,
  vpc_id text not null references vpc (id) on delete restrict,
  vswitch_id text not null references vswitch (id) on delete restrict,
  name text not null,
  description text not null,
  host_name text not null,
  instance_type text not null,
  image_id text not null,
  status text not null,
  wanted text not null,
  boot_wanted integer not null,
  boot_realized integer not null,
  force_stop integer not null check (force_stop in (0, 1)),
  user_data text not null,
  deletion_protection integer not null check (deletion_protection in (0, 1)),
  stopped_mode text not null,
  resource_group_id text not null,
  echoed text not null,
  failure text not null,
  created_at integer not null,
  started_at integer
) strict;
create index instance_owner on instance (account_id, region_id, created_at, id);
create index instance_status on instance (status);
create index instance_name on instance (account_id, name);
create index instance_vpc on instance (vpc_id);
create index instance_vswitch on instance (vswitch_id);

create table network_interface (
  id text not null primary key,
  account_id text not null,
  region_id text not null,
  zone_id text not null,
  vpc_id text not null references vpc (id) on delete restrict,
  vswitch_id text not null references vswitch (id) on delete restrict,
  kind text not null,
  status text not null,
  mac text not null,
  name text not null,
  description text not null,
  instance_id text references instance (id) on delete restrict,
  device_index integer,
  queue_number integer not null,
  delete_on_release integer not null check (delete_on_release in (0, 1)),
  source_dest_check integer not null check (source_dest_check in (0, 1)),
  resource_group_id text not null,
  created_at integer not null
) strict;
create unique index network_interface_mac on network_interface (vpc_id, mac);
create unique index network_interface_one_primary on network_interface (instance_id) where kind = 'Primary';
create unique index network_interface_device on network_interface (instance_id, device_index)
  where instance_id is not null;
create index network_interface_owner on network_interface (account_id, region_id, created_at, id);
create index network_interface_vswitch on network_interface (vswitch_id);

create table network_interface_group (
  network_interface_id text not null references network_interface (id) on delete restrict,
  security_group_id text not null references security_group (id) on delete restrict,
  position integer not null,
  primary key (network_interface_id, security_group_id)
) strict, without rowid;
create index network_interface_group_group on network_interface_group (security_group_id);

create table address_lease (
  network_id text not null,
  address text not null,
  vswitch_id text not null references vswitch (id) on delete restrict,
  purpose text not null,
  network_interface_id text references network_interface (id) on delete restrict,
  primary key (network_id, address)
) strict, without rowid;
create index address_lease_vswitch on address_lease (vswitch_id);
create index address_lease_interface on address_lease (network_interface_id) where network_interface_id is not null;
create unique index address_lease_one_primary on address_lease (network_interface_id) where purpose = 'primary';

create table tag (
  account_id text not null,
  resource_kind text not null,
  resource_id text not null,
  key text not null,
  value text not null,
  primary key (resource_kind, resource_id, key)
) strict, without rowid;
create index tag_value on tag (account_id, resource_kind, key, value);

create table network_state (
  network_id text not null primary key,
  region_id text not null,
  wanted integer not null,
  realized integer not null,
  deleted integer not null check (deleted in (0, 1)),
  failure text not null
) strict, without rowid;
create index network_state_behind on network_state (network_id) where wanted <> realized;

create table once (
  account_id text not null,
  region_id text not null,
  action text not null,
  token text not null,
  request_hash text not null,
  reply text not null,
  created_at integer not null,
  primary key (account_id, region_id, action, token)
) strict, without rowid;
create index once_age on once (created_at);

create table journal (
  sequence integer not null primary key autoincrement,
  at integer not null,
  request_id text not null,
  account_id text not null,
  action text not null,
  network_id text not null,
  resource_id text not null
) strict;
create index journal_resource on journal (resource_id);
create index journal_network on journal (network_id);
`;
