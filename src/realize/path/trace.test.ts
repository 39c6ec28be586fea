import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../values/cidr.ts';
import { formatIpv4, parseIpv4 } from '../../values/ip.ts';
import type { EdgeProgram, NetworkProgram, PolicyEntry } from '../program.ts';
import { effectiveRules } from './effective-rules.ts';
import { type Packet, type Path, REASONS, type World } from './path.ts';
import { tracePath } from './trace.ts';

const ip = (text: string) => parseIpv4(text)!;
const block = (text: string) => parseCidr(text)!;
const BY_DEFAULT = { kind: 'default' } as const;
const rule = (ruleId: string, priority: number) => ({ kind: 'rule', groupId: 'sg-b', ruleId, priority }) as const;
const accept = (more: Partial<PolicyEntry> = {}): PolicyEntry => ({
  match: {},
  verdict: 'accept',
  origin: BY_DEFAULT,
  ...more,
});
const drop = (more: Partial<PolicyEntry> = {}): PolicyEntry => ({ ...accept(), verdict: 'drop', ...more });

const PUBLIC = { a: '198.18.0.1', b: '198.18.0.2' };

/** a and b, both with public addresses; b takes port 80 from members of sg-a, and 81 from anybody. */
const NETWORK: NetworkProgram = {
  networkId: 'vpc-1',
  generation: 1,
  blocks: [block('10.0.0.0/16')],
  subnets: [{ id: 'vsw-1', cidr: block('10.0.0.0/24'), gateway: ip('10.0.0.253') }],
  ports: (['a', 'b'] as const).map((name, at) => ({
    id: `eni-${name}`,
    subnetId: 'vsw-1',
    mac: `00:16:3e:00:00:0${at + 1}`,
    addresses: [ip(`10.0.0.${at + 1}`)],
    guestId: `i-${name}`,
    deviceIndex: 0,
    queues: 1,
    policyId: `sg-${name}`,
    forwards: false,
  })),
  groups: [{ id: 'sg-a', members: [ip('10.0.0.1'), ip('10.0.0.9')] }],
  policies: [
    { id: 'sg-a', groupIds: ['sg-a'], ingress: [drop()], egress: [accept()] },
    {
      id: 'sg-b',
      groupIds: ['sg-b'],
      ingress: [
        accept({
          match: { protocol: 'tcp', ports: { from: 80, to: 80 }, peer: { groupId: 'sg-a' } },
          origin: rule('sgr-1', 1),
        }),
        accept({
          match: { protocol: 'tcp', ports: { from: 81, to: 81 }, peer: { cidr: block('128.0.0.0/1') } },
          origin: rule('sgr-2', 2),
        }),
        drop(),
      ],
      egress: [accept()],
    },
  ],
  publicMappings: (['a', 'b'] as const).map((name, at) => ({
    id: `eip-${name}`,
    portId: `eni-${name}`,
    publicAddress: ip(PUBLIC[name]),
    privateAddress: ip(`10.0.0.${at + 1}`),
    outbound: 5_000_000,
    inbound: 10_000_000,
  })),
};

const EDGE: EdgeProgram = {
  generation: 1,
  pool: [block('198.18.0.0/15')],
  outside: ip('192.0.2.10'),
  routes: [PUBLIC.a, PUBLIC.b].map((address) => ({ publicAddress: ip(address), networkId: 'vpc-1' })),
};

const WORLD: World = {
  edge: EDGE,
  uplink: false,
  network: (networkId) => (networkId === 'vpc-1' ? NETWORK : undefined),
  elsewhere: (address) => (formatIpv4(address) === '172.16.0.1' ? ['vpc-2', 'vpc-3'] : []),
};

const packet = (source: string, destination: string, destinationPort: number): Packet => ({
  protocol: 6,
  source: ip(source),
  destination: ip(destination),
  sourcePort: 40_000,
  destinationPort,
});
const fromA = (destination: string, port: number) =>
  tracePath(WORLD, { networkId: 'vpc-1', portId: 'eni-a' }, packet('10.0.0.1', destination, port));

/** A path as lines: what each hop is and decides, and the addresses there. */
const told = ({ reason, hops }: Path) => [
  ...hops.map((hop) => {
    const { source, destination } = hop.packet;
    const more =
      hop.kind === 'gate'
        ? `${hop.direction} ${hop.portId} ${hop.policyId}[${hop.position}] ${hop.entry.verdict} by ${hop.entry.origin.kind}`
        : hop.kind === 'translation'
          ? `${hop.mappingId} ${hop.changes}`
          : hop.kind === 'port'
            ? `${hop.portId} ${hop.guestId}`
            : hop.kind === 'source-check'
              ? `${hop.portId} ${hop.passed}`
              : hop.kind === 'outside'
                ? ''
                : `to ${typeof hop.next === 'string' ? hop.next : hop.next.networkId}`;
    return `${hop.kind} ${more}: ${formatIpv4(source)} > ${formatIpv4(destination)}`.replace(' :', ':');
  }),
  reason,
];

describe('X1 the walk of a packet', () => {
  it('within a network', () => {
    expect(told(fromA('10.0.0.2', 80))).toEqual([
      'port eni-a i-a: 10.0.0.1 > 10.0.0.2',
      'source-check eni-a true: 10.0.0.1 > 10.0.0.2',
      'router to port: 10.0.0.1 > 10.0.0.2',
      'gate egress eni-a sg-a[0] accept by default: 10.0.0.1 > 10.0.0.2',
      'gate ingress eni-b sg-b[0] accept by rule: 10.0.0.1 > 10.0.0.2',
      'port eni-b i-b: 10.0.0.1 > 10.0.0.2',
      'Delivered',
    ]);
  });

  it('ends at the gate that refuses, with the entry that decides', () => {
    const path = fromA('10.0.0.2', 81);
    expect(told(path).slice(-2)).toEqual([
      'gate ingress eni-b sg-b[2] drop by default: 10.0.0.1 > 10.0.0.2',
      'IngressDeniedByDefault',
    ]);
    expect(path.verdict).toBe('refused');
  });

  it('out and in again by public addresses, in the addresses of each place', () => {
    expect(told(fromA(PUBLIC.b, 81))).toEqual([
      'port eni-a i-a: 10.0.0.1 > 198.18.0.2',
      'source-check eni-a true: 10.0.0.1 > 198.18.0.2',
      'router to edge: 10.0.0.1 > 198.18.0.2',
      'gate egress eni-a sg-a[0] accept by default: 10.0.0.1 > 198.18.0.2',
      'translation eip-a source: 198.18.0.1 > 198.18.0.2',
      'edge to vpc-1: 198.18.0.1 > 198.18.0.2',
      'translation eip-b destination: 198.18.0.1 > 10.0.0.2',
      'router to port: 198.18.0.1 > 10.0.0.2',
      'gate ingress eni-b sg-b[1] accept by rule: 198.18.0.1 > 10.0.0.2',
      'port eni-b i-b: 198.18.0.1 > 10.0.0.2',
      'Delivered',
    ]);
  });

  it('out to the host outside, and in from it', () => {
    expect(told(fromA('192.0.2.10', 443)).slice(-4)).toEqual([
      'translation eip-a source: 198.18.0.1 > 192.0.2.10',
      'edge to outside: 198.18.0.1 > 192.0.2.10',
      'outside: 198.18.0.1 > 192.0.2.10',
      'Delivered',
    ]);
    expect(told(tracePath(WORLD, 'outside', packet('192.0.2.10', PUBLIC.b, 81)))).toEqual([
      'outside: 192.0.2.10 > 198.18.0.2',
      'edge to vpc-1: 192.0.2.10 > 198.18.0.2',
      'translation eip-b destination: 192.0.2.10 > 10.0.0.2',
      'router to port: 192.0.2.10 > 10.0.0.2',
      'gate ingress eni-b sg-b[1] accept by rule: 192.0.2.10 > 10.0.0.2',
      'port eni-b i-b: 192.0.2.10 > 10.0.0.2',
      'Delivered',
    ]);
  });

  it('names the networks that a destination may be meant in', () => {
    const path = fromA('172.16.0.1', 80);
    expect([path.reason, path.elsewhere]).toEqual(['OtherNetwork', ['vpc-2', 'vpc-3']]);
    expect(told(path).at(-2)).toBe('edge to nowhere: 198.18.0.1 > 172.16.0.1');
  });

  it('of a network or an interface that is not there has no hop', () => {
    for (const start of [
      { networkId: 'vpc-9', portId: 'eni-a' },
      { networkId: 'vpc-1', portId: 'eni-9' },
    ]) {
      const path = tracePath(WORLD, start, packet('10.0.0.1', '10.0.0.2', 80));
      expect([path.reason, path.hops]).toEqual(['SenderNotPlugged', []]);
    }
  });

  it('where the edge does not know a network’s address yet, ends there', () => {
    const path = tracePath(
      { ...WORLD, edge: { ...EDGE, routes: [] } },
      { networkId: 'vpc-1', portId: 'eni-a' },
      packet('10.0.0.1', '192.0.2.10', 80),
    );
    expect(told(path).slice(-2)).toEqual(['edge to nowhere: 198.18.0.1 > 192.0.2.10', 'SpoofedSource']);
  });

  it('to a network that has no link to the edge ends at the edge', () => {
    const apart = { ...NETWORK, publicMappings: [] };
    const path = tracePath({ ...WORLD, network: () => apart }, 'outside', packet('192.0.2.10', PUBLIC.b, 81));
    expect(told(path)).toEqual([
      'outside: 192.0.2.10 > 198.18.0.2',
      'edge to nowhere: 192.0.2.10 > 198.18.0.2',
      'PublicAddressUnassigned',
    ]);
  });

  it('has a verdict that is the reason’s', () => {
    const paths = [fromA('10.0.0.2', 80), fromA('10.0.0.2', 81), fromA('10.0.0.77', 1), fromA('10.0.0.253', 1)];
    for (const { reason, verdict } of paths) expect(verdict).toBe(REASONS[reason].verdict);
    expect(new Set(paths.map(({ verdict }) => verdict))).toEqual(new Set(['delivered', 'refused']));
  });
});

describe('X1 effective rules', () => {
  it('are the entries in their order, with the addresses of groups', () => {
    expect(effectiveRules(NETWORK, 'eni-b')).toEqual({
      groupIds: ['sg-b'],
      ingress: [
        { ...NETWORK.policies[1]?.ingress[0], position: 0, members: [ip('10.0.0.1'), ip('10.0.0.9')] },
        { ...NETWORK.policies[1]?.ingress[1], position: 1 },
        { ...drop(), position: 2 },
      ],
      egress: [{ ...accept(), position: 0 }],
    });
  });

  it('are undefined of a port that is not there', () => {
    expect(effectiveRules(NETWORK, 'eni-9')).toBeUndefined();
  });
});
