/**
 * Elastic public addresses. An address belongs to one row of the whole deployment; a private address and an instance
 * have one each. What an address is associated with cannot go: its interface is a foreign key.
 */
export const eip = `
create table eip (
  id text not null primary key,
  account_id text not null,
  region_id text not null,
  name text not null,
  description text not null,
  address text not null,
  bandwidth integer not null,
  internet_charge_type text not null,
  charge_type text not null,
  isp text not null,
  resource_group_id text not null,
  status text not null,
  mode text not null,
  instance_type text not null,
  instance_id text,
  network_interface_id text references network_interface (id) on delete restrict,
  private_address text,
  vpc_id text,
  created_at integer not null,
  expires_at integer
) strict;
create unique index eip_address on eip (address);
create unique index eip_private_address on eip (network_interface_id, private_address)
  where network_interface_id is not null;
create unique index eip_instance on eip (instance_id) where instance_type = 'EcsInstance';
create index eip_owner on eip (account_id, region_id, created_at, id);
create index eip_status on eip (status);
create index eip_vpc on eip (vpc_id) where vpc_id is not null;
create index eip_target on eip (instance_id) where instance_id is not null;
`;
