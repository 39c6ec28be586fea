/** Entries of merged rules as answers show them. */
import { formatCidr } from '../../values/cidr.ts';
import { formatIpv4 } from '../../values/ip.ts';
import type { Names } from './names.ts';
import type { Direction, EffectiveEntry, Entry } from './port.ts';

const EVERY_PORT = '-1/-1';

/** An entry of a gate of this direction, the `position`-th from 0. */
export function shownEntry(entry: Entry, direction: Direction, position: number | undefined, names: Names) {
  const { match, verdict, origin } = entry;
  const group = origin.kind === 'default' ? undefined : origin.groupId;
  const row = origin.kind === 'rule' ? names.rule(origin.ruleId) : undefined;
  const { peer } = match;
  const peerGroup = peer && 'groupId' in peer ? peer.groupId : undefined;
  return {
    ...(position === undefined ? {} : { Position: position }),
    Origin: ORIGINS[origin.kind],
    Policy: verdict === 'accept' ? 'Accept' : 'Drop',
    Direction: direction,
    ...(origin.kind === 'rule' ? { Priority: origin.priority, SecurityGroupRuleId: origin.ruleId } : {}),
    ...(group === undefined ? {} : { SecurityGroupId: group, SecurityGroupName: names.groupName(group) }),
    IpProtocol: (match.protocol ?? 'all').toUpperCase(),
    PortRange: shownRange(match.ports),
    SourcePortRange: shownRange(match.sourcePorts),
    ...(peer && 'cidr' in peer ? { PeerCidrIp: formatCidr(peer.cidr) } : {}),
    ...(peerGroup === undefined ? {} : { PeerGroupId: peerGroup, PeerGroupName: names.groupName(peerGroup) }),
    ...(row?.peer_kind === 'prefixList' ? { PeerPrefixListId: row.peer } : {}),
    ...(match.local === undefined ? {} : { OwnCidrIp: formatCidr(match.local) }),
    ...(row === undefined ? {} : { Description: row.description }),
    Words: wordsOf(entry, direction, names),
  };
}

/** An entry with the addresses that a group as the peer stands for now. */
export function shownEffectiveEntry(entry: EffectiveEntry, direction: Direction, names: Names) {
  const shown = shownEntry(entry, direction, entry.position, names);
  return entry.members === undefined ? shown : { ...shown, PeerAddresses: entry.members.map(formatIpv4) };
}

const ORIGINS = { rule: 'Rule', 'inner-access': 'InnerAccess', default: 'Default' } as const;

function shownRange(range: { readonly from: number; readonly to: number } | undefined): string {
  return range ? `${range.from}/${range.to}` : EVERY_PORT;
}

/** What the entry says, for people. */
export function wordsOf({ match, verdict, origin }: Entry, direction: Direction, names: Names): string {
  if (origin.kind === 'inner-access') return `members of ${group(origin.groupId, names)} reach each other`;
  if (origin.kind === 'default') {
    const traffic = direction === 'ingress' ? 'inbound' : 'outbound';
    return `${traffic} traffic that no rule matches is ${verdict === 'accept' ? 'accepted' : 'refused'}`;
  }
  const { peer } = match;
  const side = direction === 'ingress' ? 'from' : 'to';
  const whom = !peer ? 'anywhere' : 'cidr' in peer ? formatCidr(peer.cidr) : group(peer.groupId, names);
  const words = [verdict, match.protocol ?? 'all'];
  if (match.ports) words.push(ports(match.ports));
  words.push(side, whom);
  if (match.sourcePorts) words.push(`from source ${ports(match.sourcePorts)}`);
  if (match.local) words.push(`on ${formatCidr(match.local)}`);
  return words.join(' ');
}

function ports({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? `port ${from}` : `ports ${from}-${to}`;
}

function group(id: string, names: Names): string {
  const name = names.groupName(id);
  return name === '' ? `group ${id}` : `group ${name} (${id})`;
}
