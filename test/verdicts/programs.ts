/**
 * Verdict cases that no request can bring about (yet): forwarders, an uplink, routes of the edge that lead nowhere. The
 * programs are written by hand, and so are the answers.
 */
import type { Packet, Reason, Start, World } from '../../src/realize/path/path.ts';
import type { NetworkProgram, Origin } from '../../src/realize/program.ts';
import { edge, mapping } from '../packets/edge-lab.ts';
import { accept, block, drop, ip, network, policy, port } from '../packets/network-lab.ts';

const RULE: Origin = { kind: 'rule', groupId: 'sg-1', ruleId: 'sgr-1', priority: 1 };

const a = port('a', '10.0.0.1');
const b = port('a', '10.0.0.3');
/** Sends what others have sent, but nothing under 10.0.0.51. */
const forwarder = port('a', '10.0.0.2', { forwards: true, policyId: 'forwarder' });
const unmapped = port('n', '10.0.0.1');

export const NETWORKS: readonly NetworkProgram[] = [
  network('a', {
    ports: [a, forwarder, b],
    policies: [
      policy('forwarder', [accept()], [{ ...drop({ local: block('10.0.0.51/32') }), origin: RULE }, accept()]),
      policy('open', [accept()]),
    ],
    publicMappings: [mapping(a, '198.18.0.1')],
  }),
  network('n', { ports: [unmapped] }),
];

/** Routes to networks that have no mapping for the address, no mapping at all, or are not there. */
export const EDGE_PROGRAM = edge({
  '198.18.0.1': 'vpc-a',
  '198.18.0.7': 'vpc-a',
  '198.18.0.8': 'vpc-gone',
  '198.18.0.9': 'vpc-n',
});

/** The machine has an uplink. */
export const WORLD: World = {
  edge: EDGE_PROGRAM,
  uplink: true,
  network: (networkId) => NETWORKS.find((program) => program.networkId === networkId),
};

/** Who sends. `world` is somebody beyond the uplink. */
export const SENDERS = {
  a: { guest: a.guestId, start: { networkId: 'vpc-a', portId: a.id } },
  b: { guest: b.guestId, start: { networkId: 'vpc-a', portId: b.id } },
  forwarder: { guest: forwarder.guestId, start: { networkId: 'vpc-a', portId: forwarder.id } },
  internet: { guest: 'internet', start: 'outside' },
  world: { guest: 'world', start: 'outside' },
} as const satisfies { readonly [name: string]: { readonly guest: string; readonly start: Start } };

export interface ProgramCase {
  readonly from: keyof typeof SENDERS;
  readonly source: string;
  readonly destination: string;
  readonly protocol?: 'icmp' | 'udp';
  readonly says: Reason;
  /** Guest that receives it, and the addresses that it bears there. */
  readonly arrives?: readonly [guest: string, source: string, destination: string];
  /** Code of ICMP that somebody is told. */
  readonly told?: number;
}

const OWN = { a: '10.0.0.1', forwarder: '10.0.0.2', b: '10.0.0.3', internet: '192.0.2.10', world: '203.0.113.7' };
const forwarded = (source: string) => ({ from: 'forwarder', source, destination: OWN.b }) as const;
const fromWorld = (source: string) => ({ from: 'world', source, destination: '198.18.0.1' }) as const;
const from = (name: keyof typeof OWN, destination: string) => ({ from: name, source: OWN[name], destination }) as const;

export const PROGRAM_CASES: readonly ProgramCase[] = [
  // A forwarder bears the addresses of others, and they are the own side at its gate.
  { ...forwarded('10.0.0.2'), says: 'Delivered', arrives: [b.guestId, '10.0.0.2', OWN.b] },
  { ...forwarded('10.0.0.50'), says: 'Delivered', arrives: [b.guestId, '10.0.0.50', OWN.b] },
  { ...forwarded('203.0.113.5'), says: 'Delivered', arrives: [b.guestId, '203.0.113.5', OWN.b] },
  { ...forwarded('10.0.0.1'), says: 'Delivered', arrives: [b.guestId, '10.0.0.1', OWN.b] },
  { ...forwarded('10.0.0.51'), says: 'EgressDeniedByRule' },
  // But not those that no host has, nor those of its router.
  { ...forwarded('0.0.0.0'), says: 'SpoofedSource' },
  { ...forwarded('127.0.0.1'), says: 'SpoofedSource' },
  { ...forwarded('224.0.0.1'), says: 'SpoofedSource' },
  { ...forwarded('255.255.255.255'), says: 'SpoofedSource' },
  { ...forwarded('10.0.0.253'), says: 'SpoofedSource' },
  { ...forwarded('10.0.1.253'), says: 'SpoofedSource' },
  { ...forwarded('100.100.2.136'), says: 'SpoofedSource' },
  { ...forwarded('192.0.0.8'), says: 'SpoofedSource' },
  // Nor the public address of another.
  { ...forwarded('10.0.0.1'), destination: OWN.internet, says: 'NoPublicAddress', told: 0 },
  { ...forwarded('10.0.0.2'), destination: OWN.internet, says: 'NoPublicAddress', told: 0 },

  // Routes of the edge that lead nowhere.
  { ...from('a', '198.18.0.7'), says: 'PublicAddressUnassigned', told: 1 },
  { ...from('a', '198.18.0.8'), says: 'PublicAddressUnassigned', told: 1 },
  { ...from('a', '198.18.0.9'), says: 'PublicAddressUnassigned', told: 1 },
  { ...from('internet', '198.18.0.7'), says: 'PublicAddressUnassigned', told: 1 },
  { ...from('internet', '198.18.0.9'), says: 'PublicAddressUnassigned', told: 1 },

  // Out by the uplink: under a public address, wherever to.
  { ...from('a', '203.0.113.9'), says: 'LeavesByUplink', arrives: ['world', '198.18.0.1', '203.0.113.9'] },
  { ...from('a', '172.16.0.1'), says: 'LeavesByUplink', arrives: ['world', '198.18.0.1', '172.16.0.1'] },
  { ...from('internet', '203.0.113.9'), says: 'LeavesByUplink', arrives: ['world', OWN.internet, '203.0.113.9'] },
  { ...from('internet', '10.0.0.1'), says: 'LeavesByUplink', arrives: ['world', OWN.internet, '10.0.0.1'] },
  { ...from('b', '203.0.113.9'), says: 'NoPublicAddress', told: 0 },
  { ...from('b', '172.16.0.1'), says: 'NoPublicAddress', told: 0 },

  // In by the uplink: under any address that is not at home here.
  { ...fromWorld(OWN.world), says: 'Delivered', arrives: [a.guestId, OWN.world, OWN.a] },
  { ...fromWorld('192.0.0.2'), says: 'Delivered', arrives: [a.guestId, '192.0.0.2', OWN.a] },
  { ...fromWorld('172.16.0.1'), says: 'Delivered', arrives: [a.guestId, '172.16.0.1', OWN.a] },
  { ...fromWorld('10.0.0.3'), says: 'PrivateSourceFromOutside' },
  { ...fromWorld('10.0.77.77'), says: 'PrivateSourceFromOutside' },
  { ...fromWorld('198.18.0.7'), says: 'SpoofedSource' },
  { ...fromWorld('198.19.0.1'), says: 'SpoofedSource' },
  { ...fromWorld('192.0.2.11'), says: 'SpoofedSource' },
  { ...fromWorld('192.0.0.8'), says: 'SpoofedSource' },
  { ...fromWorld('0.0.0.0'), says: 'SpoofedSource' },
  { ...fromWorld('127.0.0.1'), says: 'SpoofedSource' },
  { ...fromWorld('224.0.0.1'), says: 'SpoofedSource' },
  { ...from('world', OWN.internet), says: 'Delivered', arrives: ['internet', OWN.world, OWN.internet] },
  { ...from('world', '192.0.2.11'), protocol: 'icmp', says: 'AnsweredByRouter' },
  { ...from('world', '192.0.2.11'), says: 'RouterClosed' },
  { ...from('world', '198.19.0.1'), says: 'PublicAddressUnassigned', told: 1 },
  { ...from('world', '198.18.0.9'), says: 'PublicAddressUnassigned', told: 1 },
  { ...from('world', '10.0.0.1'), says: 'NoRoute' },
  { ...from('world', '203.0.113.9'), says: 'NoRoute' },
];

/** The packet of a case; ports of its own, so that it is a flow of its own. */
export function packetOf({ source, destination, protocol = 'udp' }: ProgramCase, sourcePort: number): Packet {
  const [ICMP, UDP] = [1, 17];
  const ports = protocol === 'udp' ? { sourcePort, destinationPort: 4711 } : { sourcePort: 0, destinationPort: 0 };
  return { protocol: protocol === 'udp' ? UDP : ICMP, source: ip(source), destination: ip(destination), ...ports };
}
