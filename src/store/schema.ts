/**
 * Rows of the store, as code sees them. Times are milliseconds since 1970 (UTC); JSON columns hold values here and text
 * in the database (`columns.ts` says how each column is held); addresses are held in the
 * sortable form. The constraints stand in the migrations.
 */

/** Small facts about this data directory. */
export interface SettingRow {
  name: string;
  value: string;
}

export interface AccountRow {
  /** 16 decimal digits. */
  id: string;
  name: string;
  administrator: boolean;
  /** Keys of an inactive account are refused. */
  status: 'Active' | 'Inactive';
  created_at: number;
}

export interface AccessKeyRow {
  id: string;
  account_id: string;
  /** The secret, sealed with the key of the data directory; never the secret itself. */
  sealed_secret: string;
  status: 'Active' | 'Inactive';
  created_at: number;
}

export interface VpcRow {
  id: string;
  account_id: string;
  region_id: string;
  name: string;
  description: string;
  cidr: string;
  status: 'Pending' | 'Available';
  is_default: boolean;
  dns_hostname: boolean;
  vrouter_id: string;
  resource_group_id: string;
  created_at: number;
}

export interface VSwitchRow {
  id: string;
  account_id: string;
  region_id: string;
  zone_id: string;
  vpc_id: string;
  name: string;
  description: string;
  cidr: string;
  status: 'Pending' | 'Available';
  is_default: boolean;
  /** Sortable form of the address after the last one given out: where the next search starts. */
  cursor: string;
  created_at: number;
}

export interface RouteTableRow {
  id: string;
  account_id: string;
  region_id: string;
  vpc_id: string;
  vrouter_id: string;
  name: string;
  description: string;
  kind: 'System' | 'Custom';
  created_at: number;
}

export interface RouteEntryRow {
  id: string;
  route_table_id: string;
  vpc_id: string;
  /** Canonical CIDR; unique in its table. */
  destination: string;
  kind: 'System' | 'Custom';
  /** `local` for the routes of VSwitches; else the kind of next hop of the API. */
  next_hop_type: string;
  /** Id of the next hop; for `local` the id of the VSwitch. */
  next_hop_id: string;
  name: string;
  description: string;
  status: 'Pending' | 'Available' | 'Modifying';
  created_at: number;
}

export interface SecurityGroupRow {
  id: string;
  account_id: string;
  region_id: string;
  vpc_id: string;
  name: string;
  description: string;
  kind: 'normal' | 'enterprise';
  inner_access: 'Accept' | 'Drop';
  resource_group_id: string;
  created_at: number;
}

/** The rule's protocol: a name for those with ports or an own meaning, `all`, or a number as text. */
export type RuleProtocol = 'tcp' | 'udp' | 'icmp' | 'gre' | 'all';

export interface SecurityGroupRuleRow {
  id: string;
  security_group_id: string;
  account_id: string;
  vpc_id: string;
  direction: 'ingress' | 'egress';
  protocol: RuleProtocol;
  /** −1/−1 = every port. */
  port_from: number;
  port_to: number;
  source_port_from: number;
  source_port_to: number;
  /** Ingress: the sender. Egress: the receiver. */
  peer_kind: 'cidr' | 'group' | 'prefixList';
  /** Canonical CIDR, or the id of the other group or of the prefix list. */
  peer: string;
  /** The other side's own address restriction (DestCidrIp of ingress, SourceCidrIp of egress); '' = none. */
  local_cidr: string;
  policy: 'Accept' | 'Drop';
  /** 1 (first) to 100. */
  priority: number;
  description: string;
  created_at: number;
}

/** Blocks under one id, for rules that name them all. */
export interface PrefixListRow {
  id: string;
  account_id: string;
  region_id: string;
  name: string;
  description: string;
  address_family: 'IPv4';
  /** Most entries; what a rule that names the list counts against the rule quota. Never changes. */
  max_entries: number;
  resource_group_id: string;
  created_at: number;
}

export interface PrefixListEntryRow {
  prefix_list_id: string;
  /** Canonical CIDR; once in a list. */
  cidr: string;
  description: string;
  /** Order in which entries are shown. */
  position: number;
}

export interface InstanceRow {
  id: string;
  account_id: string;
  region_id: string;
  zone_id: string;
  vpc_id: string;
  vswitch_id: string;
  name: string;
  description: string;
  host_name: string;
  instance_type: string;
  image_id: string;
  status: 'Pending' | 'Starting' | 'Running' | 'Stopping' | 'Stopped';
  /** What the owner asked for last; the reconciler moves `status` towards it. */
  wanted: 'Running' | 'Stopped' | 'Deleted';
  /** Counts the starts asked for; the reconciler realises each one once (a reboot raises it on a running instance). */
  boot_wanted: number;
  boot_realized: number;
  /** Whether the stop under way may skip the orderly end of the instance's processes. */
  force_stop: boolean;
  user_data: string;
  deletion_protection: boolean;
  stopped_mode: 'KeepCharging' | 'StopCharging' | 'Not-applicable';
  resource_group_id: string;
  /** Parameters that are stored and shown again without further effect (charge type, disks …). */
  echoed: { [name: string]: string | number | boolean };
  /** Words of the failure that keeps it from its next status; '' when none. */
  failure: string;
  /** When it was; null when none. */
  failed_at: number | null;
  created_at: number;
  started_at: number | null;
}

export interface NetworkInterfaceRow {
  id: string;
  account_id: string;
  region_id: string;
  zone_id: string;
  /** Id of the network whose addresses and MACs are unique among themselves: a VPC. */
  vpc_id: string;
  vswitch_id: string;
  kind: 'Primary' | 'Secondary';
  status: 'Creating' | 'Available' | 'Attaching' | 'InUse' | 'Detaching' | 'Deleting';
  mac: string;
  name: string;
  description: string;
  instance_id: string | null;
  /** 0 = primary. */
  device_index: number | null;
  queue_number: number;
  delete_on_release: boolean;
  source_dest_check: boolean;
  resource_group_id: string;
  created_at: number;
}

/** Membership of an interface in a group. */
export interface NetworkInterfaceGroupRow {
  network_interface_id: string;
  security_group_id: string;
  /** Order in which groups are shown. */
  position: number;
}

export interface AddressLeaseRow {
  /** A VPC, or later a region's classic network. */
  network_id: string;
  /** Sortable form. */
  address: string;
  vswitch_id: string;
  purpose: 'reserved' | 'primary' | 'secondary';
  /** Null for reserved addresses. */
  network_interface_id: string | null;
}

/** An elastic public address. */
export interface EipRow {
  /** AllocationId. */
  id: string;
  account_id: string;
  region_id: string;
  name: string;
  description: string;
  /** Sortable form; unique in the whole deployment. */
  address: string;
  /** Mbit/s. */
  bandwidth: number;
  internet_charge_type: 'PayByBandwidth' | 'PayByTraffic';
  charge_type: 'PostPaid' | 'PrePaid';
  isp: string;
  resource_group_id: string;
  /** The reconciler moves Associating to InUse and Unassociating to Available. */
  status: 'Available' | 'Associating' | 'InUse' | 'Unassociating';
  /** How the target has it: translated to one private address. */
  mode: 'NAT';
  /** Kind and id of what it is associated with, as the API names it; '' and null when Available. */
  instance_type: 'EcsInstance' | '';
  instance_id: string | null;
  /** Interface and private address (sortable form) that it is translated to, and their network; null when Available. */
  network_interface_id: string | null;
  private_address: string | null;
  vpc_id: string | null;
  created_at: number;
  /** End of a subscription; null for pay-as-you-go. */
  expires_at: number | null;
}

export interface TagRow {
  account_id: string;
  resource_kind: string;
  resource_id: string;
  key: string;
  value: string;
}

/** How far reality is behind what is wanted, a network a row. */
export interface NetworkStateRow {
  network_id: string;
  region_id: string;
  wanted: number;
  realized: number;
  /** True once the network is deleted; the row goes when reality is clean. */
  deleted: boolean;
  failure: string;
}

/** Stored reply of an idempotent call. */
export interface OnceRow {
  account_id: string;
  region_id: string;
  action: string;
  token: string;
  request_hash: string;
  reply: string;
  created_at: number;
}

/** History of what was changed by whom; also the wake-up of later readers. */
export interface JournalRow {
  sequence: number;
  at: number;
  request_id: string;
  account_id: string;
  action: string;
  network_id: string;
  resource_id: string;
}

/** A request as it ended. Nothing of its parameters or its answer. */
export interface RequestRow {
  sequence: number;
  /** When it came, by the real clock. */
  at: number;
  request_id: string;
  /** Who signed it; '' when nobody was found to have. */
  account_id: string;
  access_key_id: string;
  /** `PRODUCT.ACTION`; '' when none was found. */
  action: string;
  region_id: string;
  /** `OK`, or the code of the refusal. */
  code: string;
  /** Of HTTP; 101 for one that became a stream. */
  status: number;
  /** Address of the other end. */
  remote: string;
  /** From its arrival to its answer; for a write to the end of its transaction. */
  milliseconds: number;
}

export interface Tables {
  setting: SettingRow;
  account: AccountRow;
  access_key: AccessKeyRow;
  vpc: VpcRow;
  vswitch: VSwitchRow;
  route_table: RouteTableRow;
  route_entry: RouteEntryRow;
  security_group: SecurityGroupRow;
  security_group_rule: SecurityGroupRuleRow;
  prefix_list: PrefixListRow;
  prefix_list_entry: PrefixListEntryRow;
  instance: InstanceRow;
  network_interface: NetworkInterfaceRow;
  network_interface_group: NetworkInterfaceGroupRow;
  address_lease: AddressLeaseRow;
  eip: EipRow;
  tag: TagRow;
  network_state: NetworkStateRow;
  once: OnceRow;
  journal: JournalRow;
  request: RequestRow;
}

export type TableName = keyof Tables;
