/**
 * What was asked of the server, by whom and with which outcome; and accounts that are switched off. Rows of requests are
 * added at the end and removed at the beginning, so their number keeps the order. They have no index but that: one is
 * written with every change, and what is kept of them is few enough to look through.
 */
export const requests = `
create table request (
  sequence integer not null primary key,
  at integer not null,
  request_id text not null,
  account_id text not null,
  access_key_id text not null,
  action text not null,
  region_id text not null,
  code text not null,
  status integer not null,
  remote text not null,
  milliseconds integer not null
) strict;

alter table account add column status text not null default 'Active';
`;
