/**
 * Prefix lists. A block is in a list once; a list that a rule names cannot go: `peer_prefix_list_id` exists only for that
 * foreign key. Which rules name a group or a list is asked often, hence an index for it.
 *
 * A region has one default VPC of an account, a zone one default VSwitch. Resources that were put into no resource group
 * are in their account's default one.
 */
export const prefixList = `
create table prefix_list (
  id text not null primary key,
  account_id text not null,
  region_id text not null,
  name text not null,
  description text not null,
  address_family text not null,
  max_entries integer not null,
  resource_group_id text not null,
  created_at integer not null
) strict;
create index prefix_list_owner on prefix_list (account_id, region_id, created_at, id);

create table prefix_list_entry (
  prefix_list_id text not null references prefix_list (id) on delete restrict,
  cidr text not null,
  description text not null,
  position integer not null,
  primary key (prefix_list_id, cidr)
) strict, without rowid;

alter table security_group_rule add column peer_prefix_list_id text
  generated always as (case when peer_kind = 'prefixList' then peer end) virtual
  references prefix_list (id) on delete restrict;
create index security_group_rule_prefix_list on security_group_rule (peer_prefix_list_id)
  where peer_prefix_list_id is not null;
create index security_group_rule_named on security_group_rule (peer_kind, peer);

create unique index vpc_one_default on vpc (account_id, region_id) where is_default = 1;
create unique index vswitch_one_default on vswitch (vpc_id, zone_id) where is_default = 1;

update vpc set resource_group_id = 'rg-' || substr(account_id, 2) where resource_group_id = '';
update security_group set resource_group_id = 'rg-' || substr(account_id, 2) where resource_group_id = '';
update instance set resource_group_id = 'rg-' || substr(account_id, 2) where resource_group_id = '';
update network_interface set resource_group_id = 'rg-' || substr(account_id, 2) where resource_group_id = '';
update eip set resource_group_id = 'rg-' || substr(account_id, 2) where resource_group_id = '';
`;
