/**
 * Rules of security groups as requests carry them: parsing, and when two are the same. Both directions are handled by
 * the same code; a direction only says which parameter is the peer and which restricts the own side.
 */
import { type ErrorCode, refuse } from '../../contract/errors.ts';
import { formatCidr, parseCidrOrAddress } from '../../values/cidr.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';

export type Direction = 'ingress' | 'egress';
export type Protocol = 'tcp' | 'udp' | 'icmp' | 'gre' | 'all';

export type PeerKind = 'cidr' | 'group' | 'prefixList';

/** Everything that tells two rules of a group apart; names as the columns of a rule's row. */
export interface RuleTuple {
  readonly direction: Direction;
  readonly protocol: Protocol;
  /** −1 to −1 = every port. */
  readonly port_from: number;
  readonly port_to: number;
  readonly source_port_from: number;
  readonly source_port_to: number;
  readonly peer_kind: PeerKind;
  /** Canonical block, or the id of a group or of a prefix list. */
  readonly peer: string;
  /** Canonical block that the own address must be in; '' = any. */
  readonly local_cidr: string;
  readonly policy: 'Accept' | 'Drop';
}

/** A rule to add, or to look for (then without a priority it means any). */
export interface Permission extends RuleTuple {
  readonly priority: number | undefined;
  readonly description: string;
}

/** Fields of a rule as decoded by the contract, of both directions. */
export interface PermissionFields {
  readonly IpProtocol?: 'TCP' | 'UDP' | 'ICMP' | 'GRE' | 'ALL' | undefined;
  readonly PortRange?: string | undefined;
  readonly SourcePortRange?: string | undefined;
  readonly Policy?: 'accept' | 'drop' | undefined;
  readonly Priority?: number | undefined;
  readonly NicType?: 'intranet' | 'internet' | undefined;
  readonly Description?: string | undefined;
  readonly SourceCidrIp?: string | undefined;
  readonly DestCidrIp?: string | undefined;
  readonly SourceGroupId?: string | undefined;
  readonly SourceGroupOwnerAccount?: string | undefined;
  readonly SourceGroupOwnerId?: number | undefined;
  readonly DestGroupId?: string | undefined;
  readonly DestGroupOwnerAccount?: string | undefined;
  readonly DestGroupOwnerId?: number | undefined;
  readonly SourcePrefixListId?: string | undefined;
  readonly DestPrefixListId?: string | undefined;
}

interface Side {
  readonly cidr: 'SourceCidrIp' | 'DestCidrIp';
  readonly cidrCode: ErrorCode;
}

interface PeerSide extends Side {
  readonly group: 'SourceGroupId' | 'DestGroupId';
  readonly ownerAccount: 'SourceGroupOwnerAccount' | 'DestGroupOwnerAccount';
  readonly ownerId: 'SourceGroupOwnerId' | 'DestGroupOwnerId';
  readonly prefixList: 'SourcePrefixListId' | 'DestPrefixListId';
  readonly missing: ErrorCode;
}

const PEER: { readonly [D in Direction]: PeerSide } = {
  ingress: {
    cidr: 'SourceCidrIp',
    cidrCode: 'InvalidParam.SourceIp',
    group: 'SourceGroupId',
    ownerAccount: 'SourceGroupOwnerAccount',
    ownerId: 'SourceGroupOwnerId',
    prefixList: 'SourcePrefixListId',
    missing: 'MissingParameter.Source',
  },
  egress: {
    cidr: 'DestCidrIp',
    cidrCode: 'InvalidParam.DestIp',
    group: 'DestGroupId',
    ownerAccount: 'DestGroupOwnerAccount',
    ownerId: 'DestGroupOwnerId',
    prefixList: 'DestPrefixListId',
    missing: 'MissingParameter.Dest',
  },
};

/** The side that a rule's own addresses are on. */
const OWN: { readonly [D in Direction]: Side } = {
  ingress: { cidr: 'DestCidrIp', cidrCode: 'InvalidParam.DestIp' },
  egress: { cidr: 'SourceCidrIp', cidrCode: 'InvalidParam.SourceIp' },
};

/** Wire name of the parameter that holds a peer of this kind. */
export function peerParameter(direction: Direction, kind: PeerKind): keyof PermissionFields {
  return PEER[direction][kind];
}

/** The kind of peer that the fields name; of several the one that wins. */
export function peerKindOf(direction: Direction, fields: PermissionFields): PeerKind | undefined {
  const kinds: readonly PeerKind[] = ['cidr', 'group', 'prefixList'];
  return kinds.find((kind) => Boolean(fields[PEER[direction][kind]]));
}

/** Who asks, to tell own groups from those of other accounts. */
export interface Owner {
  readonly accountId: string;
  readonly accountName: string;
}

/** The rule that the fields describe. `prefix` stands before the names of parameters in refusals (`Permissions.2.`). */
export function parsePermission(
  direction: Direction,
  fields: PermissionFields,
  owner: Owner,
  prefix: string,
): Permission | Refusal {
  if (fields.IpProtocol === undefined) return refuse('MissingParameter', { parameter: `${prefix}IpProtocol` });
  if (fields.PortRange === undefined) return refuse('MissingParameter', { parameter: `${prefix}PortRange` });
  if (fields.NicType === 'internet') return refuse('InvalidNicType.Mismatch', { parameter: `${prefix}NicType` });
  const protocol = PROTOCOL[fields.IpProtocol];
  const ports = parsePorts(protocol, fields.PortRange, `${prefix}PortRange`);
  if (isRefusal(ports)) return ports;
  const sourcePorts = parseSourcePorts(protocol, fields.SourcePortRange, `${prefix}SourcePortRange`);
  if (isRefusal(sourcePorts)) return sourcePorts;
  const peer = parsePeer(direction, fields, owner, prefix);
  if (isRefusal(peer)) return peer;
  const own = parseBlock(fields, OWN[direction], prefix);
  if (isRefusal(own)) return own;
  return {
    direction,
    protocol,
    port_from: ports.from,
    port_to: ports.to,
    source_port_from: sourcePorts.from,
    source_port_to: sourcePorts.to,
    ...peer,
    local_cidr: own ?? '',
    policy: fields.Policy === 'drop' ? 'Drop' : 'Accept',
    priority: fields.Priority,
    description: fields.Description ?? '',
  };
}

const PROTOCOL = { TCP: 'tcp', UDP: 'udp', ICMP: 'icmp', GRE: 'gre', ALL: 'all' } as const;

interface Ports {
  readonly from: number;
  readonly to: number;
}

const EVERY_PORT: Ports = { from: -1, to: -1 };

const RANGE = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/;

/** The ports of `FROM/TO`; undefined when it is no range of 1 to 65535. */
function parseRange(text: string): Ports | undefined {
  if (text === '-1/-1') return EVERY_PORT;
  const parts = RANGE.exec(text);
  if (!parts) return undefined;
  const [from, to] = [Number(parts[1]), Number(parts[2])];
  return from <= to && to <= 65_535 ? { from, to } : undefined;
}

function hasPorts(protocol: Protocol): boolean {
  return protocol === 'tcp' || protocol === 'udp';
}

function parsePorts(protocol: Protocol, text: string, parameter: string): Ports | Refusal {
  const ports = parseRange(text);
  if (!ports)
    return refuse('InvalidParam.PortRange', { parameter, detail: 'It is FROM/TO with ports of 1 to 65535, or -1/-1.' });
  if (hasPorts(protocol) === (ports.from === -1)) {
    const need = hasPorts(protocol) ? 'ports of 1 to 65535, e.g. 1/65535' : '-1/-1';
    return refuse('InvalidIpProtocol.Malformed', { parameter, detail: `${protocol.toUpperCase()} needs ${need}.` });
  }
  return ports;
}

function parseSourcePorts(protocol: Protocol, text: string | undefined, parameter: string): Ports | Refusal {
  if (!text) return EVERY_PORT;
  const ports = parseRange(text);
  if (!ports || (ports.from !== -1 && !hasPorts(protocol))) {
    const need = hasPorts(protocol) ? 'FROM/TO with ports of 1 to 65535, or -1/-1' : '-1/-1';
    return refuse('InvalidSourcePortRange.Malformed', {
      parameter,
      detail: `${protocol.toUpperCase()} needs ${need}.`,
    });
  }
  return ports;
}

type Peer = Pick<RuleTuple, 'peer_kind' | 'peer'>;

/** A block wins over a group that is given too, and both over a prefix list. */
function parsePeer(direction: Direction, fields: PermissionFields, owner: Owner, prefix: string): Peer | Refusal {
  const side = PEER[direction];
  const block = parseBlock(fields, side, prefix);
  if (isRefusal(block)) return block;
  if (block !== undefined) return { peer_kind: 'cidr', peer: block };
  const group = fields[side.group];
  if (group) return refuseForeign(side, fields, owner, prefix) ?? { peer_kind: 'group', peer: group };
  const list = fields[side.prefixList];
  return list ? { peer_kind: 'prefixList', peer: list } : refuse(side.missing, { parameter: `${prefix}${side.cidr}` });
}

function refuseForeign(side: PeerSide, fields: PermissionFields, owner: Owner, prefix: string): Refusal | undefined {
  const account = fields[side.ownerAccount];
  const accountId = fields[side.ownerId];
  const foreign =
    (account && account !== owner.accountName && account !== owner.accountId && side.ownerAccount) ||
    (accountId !== undefined && String(accountId) !== owner.accountId && side.ownerId);
  if (!foreign) return undefined;
  return refuse('UnsupportedParameter', {
    parameter: `${prefix}${foreign}`,
    detail: 'Only groups of the own account are served.',
  });
}

function parseBlock(fields: PermissionFields, { cidr, cidrCode }: Side, prefix: string): string | undefined | Refusal {
  const text = fields[cidr];
  if (!text) return undefined;
  const block = parseCidrOrAddress(text);
  return block
    ? formatCidr(block)
    : refuse(cidrCode, { parameter: `${prefix}${cidr}`, detail: `'${text}' is no IPv4 address or block.` });
}

/** Whether two rules do the same at the same priority: the second one needs no row of its own. */
export function sameRule(a: RuleTuple & { priority: number }, b: RuleTuple & { priority: number }): boolean {
  return a.priority === b.priority && sameTuple(a, b);
}

/** Whether a rule is what a request to revoke describes. Every part is asked, the peer above all; without a priority any. */
export function isMeant(rule: RuleTuple & { priority: number }, asked: Permission): boolean {
  return sameTuple(rule, asked) && (asked.priority === undefined || asked.priority === rule.priority);
}

function sameTuple(a: RuleTuple, b: RuleTuple): boolean {
  return (
    a.direction === b.direction &&
    a.protocol === b.protocol &&
    a.port_from === b.port_from &&
    a.port_to === b.port_to &&
    a.source_port_from === b.source_port_from &&
    a.source_port_to === b.source_port_to &&
    a.peer_kind === b.peer_kind &&
    a.peer === b.peer &&
    a.local_cidr === b.local_cidr &&
    a.policy === b.policy
  );
}

/** The fields that describe a rule: what {@link parsePermission} reads back to the same rule. */
export function permissionFieldsOf(rule: RuleTuple & { priority: number; description: string }): PermissionFields {
  const peer = PEER[rule.direction];
  return {
    IpProtocol: rule.protocol.toUpperCase() as NonNullable<PermissionFields['IpProtocol']>,
    PortRange: `${rule.port_from}/${rule.port_to}`,
    SourcePortRange: `${rule.source_port_from}/${rule.source_port_to}`,
    Policy: rule.policy === 'Drop' ? 'drop' : 'accept',
    Priority: rule.priority,
    Description: rule.description,
    [peer[rule.peer_kind]]: rule.peer,
    ...(rule.local_cidr === '' ? {} : { [OWN[rule.direction].cidr]: rule.local_cidr }),
  };
}

/** The fields that a change may give; all others stay as they are. */
const CHANGEABLE = [
  'IpProtocol',
  'PortRange',
  'SourcePortRange',
  'Policy',
  'Priority',
  'Description',
] as const satisfies readonly (keyof PermissionFields)[];

/**
 * The fields of a rule after a change: what `given` has, else what the rule is. The kind of peer never changes; of a
 * peer of another kind that is given beside the rule's own, the one that wins counts.
 */
export function changedFields(
  rule: RuleTuple & { priority: number; description: string },
  given: PermissionFields,
): PermissionFields | Refusal {
  const { direction } = rule;
  if (given.NicType === 'internet') return refuse('InvalidOperation.ModifyNicType', { parameter: 'NicType' });
  const kind = peerKindOf(direction, given);
  if (kind && kind !== rule.peer_kind) {
    return refuse('InvalidOperation.ModifySgRuleEntityType', { parameter: peerParameter(direction, kind) });
  }
  const names: readonly (keyof PermissionFields)[] = [
    ...CHANGEABLE,
    OWN[direction].cidr,
    PEER[direction].ownerAccount,
    PEER[direction].ownerId,
    ...(kind ? [peerParameter(direction, kind)] : []),
  ];
  const changes = Object.fromEntries(
    names.map((name) => [name, given[name]]).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(changes).length === 0) {
    return refuse('InvalidParam.InvalidModifyRuleRequest', { parameter: 'SecurityGroupRuleId' });
  }
  return { ...permissionFieldsOf(rule), ...changes };
}
