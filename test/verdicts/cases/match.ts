/** Which packets a rule means: protocols, ports, blocks on either side. */
import type { Rule, VerdictCase } from '../case.ts';

const A = { PrivateIpAddress: '10.0.1.10', groups: ['clients'] } as const;
const ALL = { IpProtocol: 'ALL', PortRange: '-1/-1' } as const;
const ANYBODY = { SourceCidrIp: '0.0.0.0/0' } as const;

/** b takes what these rules say, a is in a group that says nothing. */
const taking = (...ingress: readonly Rule[]): Pick<VerdictCase, 'groups' | 'instances'> => ({
  groups: { clients: {}, servers: { ingress } },
  instances: { a: A, b: { PrivateIpAddress: '10.0.1.11', groups: ['servers'] } },
});

const to = { from: 'a', to: 'b' } as const;
const denied = { says: 'IngressDeniedByDefault', by: 'default' } as const;

export const MATCH_CASES: readonly VerdictCase[] = [
  {
    title: 'TCP and UDP are apart',
    ...taking(
      { Description: 'tcp', IpProtocol: 'TCP', PortRange: '53/53', ...ANYBODY },
      { Description: 'udp', IpProtocol: 'UDP', PortRange: '54/54', ...ANYBODY },
    ),
    steps: [
      { ...to, protocol: 'tcp', port: 53, says: 'Delivered', by: 'tcp' },
      { ...to, protocol: 'udp', port: 53, ...denied },
      { ...to, protocol: 'udp', port: 54, says: 'Delivered', by: 'udp' },
      { ...to, protocol: 'tcp', port: 54, ...denied },
    ],
  },
  {
    title: 'ports do not open ping, and ping opens no port',
    groups: {
      clients: {},
      ports: {
        ingress: [
          { Description: 'tcp', IpProtocol: 'TCP', PortRange: '1/65535', ...ANYBODY },
          { Description: 'udp', IpProtocol: 'UDP', PortRange: '1/65535', ...ANYBODY },
        ],
      },
      ping: { ingress: [{ Description: 'icmp', IpProtocol: 'ICMP', PortRange: '-1/-1', ...ANYBODY }] },
    },
    instances: {
      a: A,
      b: { PrivateIpAddress: '10.0.1.11', groups: ['ports'] },
      c: { PrivateIpAddress: '10.0.1.12', groups: ['ping'] },
    },
    steps: [
      { ...to, protocol: 'icmp', ...denied },
      { ...to, protocol: 'tcp', port: 22, says: 'Delivered', by: 'tcp' },
      { from: 'a', to: 'c', protocol: 'icmp', says: 'Delivered', by: 'icmp' },
      { from: 'a', to: 'c', protocol: 'tcp', port: 22, ...denied },
      { from: 'a', to: 'c', protocol: 'udp', port: 22, ...denied },
    ],
  },
  {
    title: 'both ends of a port range are in it',
    ...taking({ Description: 'range', IpProtocol: 'TCP', PortRange: '8000/8010', ...ANYBODY }),
    steps: [
      { ...to, protocol: 'tcp', port: 7999, ...denied },
      { ...to, protocol: 'tcp', port: 8000, says: 'Delivered', by: 'range' },
      { ...to, protocol: 'tcp', port: 8005, says: 'Delivered', by: 'range' },
      { ...to, protocol: 'tcp', port: 8010, says: 'Delivered', by: 'range' },
      { ...to, protocol: 'tcp', port: 8011, ...denied },
    ],
  },
  {
    title: '1/65535 is every port of a protocol, and of that one alone',
    ...taking({ Description: 'every', IpProtocol: 'UDP', PortRange: '1/65535', ...ANYBODY }),
    steps: [
      { ...to, protocol: 'udp', port: 1, says: 'Delivered', by: 'every' },
      { ...to, protocol: 'udp', port: 65535, says: 'Delivered', by: 'every' },
      { ...to, protocol: 'tcp', port: 1, ...denied },
    ],
  },
  {
    title: 'ports dropped within a range that is accepted',
    ...taking(
      { Description: 'hole', IpProtocol: 'TCP', PortRange: '8005/8005', Policy: 'drop', Priority: 1, ...ANYBODY },
      { Description: 'range', IpProtocol: 'TCP', PortRange: '8000/8010', Priority: 2, ...ANYBODY },
    ),
    steps: [
      { ...to, protocol: 'tcp', port: 8004, says: 'Delivered', by: 'range' },
      { ...to, protocol: 'tcp', port: 8005, says: 'IngressDeniedByRule', by: 'hole' },
      { ...to, protocol: 'tcp', port: 8006, says: 'Delivered', by: 'range' },
    ],
  },
  {
    title: 'ALL with -1/-1 is every protocol, with a name or none',
    ...taking({ Description: 'all', ...ALL, ...ANYBODY }),
    steps: [
      { ...to, protocol: 'tcp', port: 4711, says: 'Delivered', by: 'all' },
      { ...to, protocol: 'udp', port: 4711, says: 'Delivered', by: 'all' },
      { ...to, protocol: 'icmp', says: 'Delivered', by: 'all' },
      { ...to, protocol: 'gre', says: 'Delivered', by: 'all' },
      { ...to, protocol: 50, says: 'Delivered', by: 'all' },
      { ...to, protocol: 103, says: 'Delivered', by: 'all' },
    ],
  },
  {
    title: 'GRE is a protocol of its own',
    ...taking({ Description: 'tunnel', IpProtocol: 'GRE', PortRange: '-1/-1', ...ANYBODY }),
    steps: [
      { ...to, protocol: 'gre', says: 'Delivered', by: 'tunnel' },
      { ...to, protocol: 50, ...denied },
      { ...to, protocol: 'tcp', port: 47, ...denied },
      { ...to, protocol: 'icmp', ...denied },
    ],
  },
  {
    title: 'a protocol without a name is opened by ALL alone',
    ...taking(
      { Description: 'tcp', IpProtocol: 'TCP', PortRange: '1/65535', ...ANYBODY },
      { Description: 'udp', IpProtocol: 'UDP', PortRange: '1/65535', ...ANYBODY },
      { Description: 'icmp', IpProtocol: 'ICMP', PortRange: '-1/-1', ...ANYBODY },
      { Description: 'gre', IpProtocol: 'GRE', PortRange: '-1/-1', ...ANYBODY },
    ),
    steps: [{ ...to, protocol: 50, ...denied }],
  },
  {
    title: 'a drop of ALL is asked before an accept of one protocol',
    ...taking(
      { Description: 'nothing', ...ALL, Policy: 'drop', Priority: 1, ...ANYBODY },
      { Description: 'ping', IpProtocol: 'ICMP', PortRange: '-1/-1', Priority: 2, ...ANYBODY },
    ),
    steps: [
      { ...to, protocol: 'icmp', says: 'IngressDeniedByRule', by: 'nothing' },
      { ...to, protocol: 50, says: 'IngressDeniedByRule', by: 'nothing' },
    ],
  },
  {
    title: 'a drop of ICMP leaves the ports open',
    ...taking(
      { Description: 'no ping', IpProtocol: 'ICMP', PortRange: '-1/-1', Policy: 'drop', Priority: 1, ...ANYBODY },
      { Description: 'all', ...ALL, Priority: 1, ...ANYBODY },
    ),
    steps: [
      { ...to, protocol: 'icmp', says: 'IngressDeniedByRule', by: 'no ping' },
      { ...to, protocol: 'tcp', port: 80, says: 'Delivered', by: 'all' },
    ],
  },
  {
    title: 'source ports narrow a rule',
    ...taking({
      Description: 'from 1000',
      IpProtocol: 'TCP',
      PortRange: '80/80',
      SourcePortRange: '1000/2000',
      ...ANYBODY,
    }),
    steps: [
      { ...to, protocol: 'tcp', port: 80, sourcePort: 999, ...denied },
      { ...to, protocol: 'tcp', port: 80, sourcePort: 1000, says: 'Delivered', by: 'from 1000' },
      { ...to, protocol: 'tcp', port: 80, sourcePort: 2000, says: 'Delivered', by: 'from 1000' },
      { ...to, protocol: 'tcp', port: 80, sourcePort: 2001, ...denied },
      { ...to, protocol: 'tcp', port: 81, sourcePort: 1500, ...denied },
      { ...to, protocol: 'udp', port: 80, sourcePort: 1500, ...denied },
    ],
  },
  {
    title: 'the source port of an outbound rule is the sender’s',
    groups: {
      senders: {
        egress: [
          {
            Description: 'not from 1000',
            IpProtocol: 'UDP',
            PortRange: '1/65535',
            SourcePortRange: '1000/1000',
            Policy: 'drop',
            DestCidrIp: '0.0.0.0/0',
          },
        ],
      },
      servers: { ingress: [{ Description: 'all', ...ALL, ...ANYBODY }] },
    },
    instances: {
      a: { PrivateIpAddress: '10.0.1.10', groups: ['senders'] },
      b: { PrivateIpAddress: '10.0.1.11', groups: ['servers'] },
    },
    steps: [
      { ...to, protocol: 'udp', port: 2000, sourcePort: 1000, says: 'EgressDeniedByRule', by: 'not from 1000' },
      { ...to, protocol: 'udp', port: 1000, sourcePort: 2000, says: 'Delivered', by: 'all' },
    ],
  },
  {
    title: 'a source port range of -1/-1 is every one',
    ...taking({ Description: 'any', IpProtocol: 'TCP', PortRange: '80/80', SourcePortRange: '-1/-1', ...ANYBODY }),
    steps: [
      { ...to, protocol: 'tcp', port: 80, sourcePort: 1, says: 'Delivered', by: 'any' },
      { ...to, protocol: 'tcp', port: 80, sourcePort: 65535, says: 'Delivered', by: 'any' },
    ],
  },
  {
    title: 'the sender’s block, with its first and last address',
    vpcs: { vpc: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24', '10.0.2.0/24'] } },
    groups: {
      clients: {},
      servers: { ingress: [{ Description: 'eight', ...ALL, SourceCidrIp: '10.0.1.16/29' }] },
    },
    instances: {
      before: { PrivateIpAddress: '10.0.1.15', groups: ['clients'] },
      first: { PrivateIpAddress: '10.0.1.16', groups: ['clients'] },
      last: { PrivateIpAddress: '10.0.1.23', groups: ['clients'] },
      after: { PrivateIpAddress: '10.0.1.24', groups: ['clients'] },
      b: { PrivateIpAddress: '10.0.2.11', groups: ['servers'] },
    },
    steps: [
      { from: 'before', to: 'b', protocol: 'icmp', ...denied },
      { from: 'first', to: 'b', protocol: 'icmp', says: 'Delivered', by: 'eight' },
      { from: 'last', to: 'b', protocol: 'icmp', says: 'Delivered', by: 'eight' },
      { from: 'after', to: 'b', protocol: 'icmp', ...denied },
    ],
  },
  {
    title: 'one address, and half of all',
    ...taking(
      { Description: 'the one', IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.0.1.10' },
      { Description: 'low half', IpProtocol: 'TCP', PortRange: '81/81', SourceCidrIp: '0.0.0.0/1' },
      { Description: 'high half', IpProtocol: 'TCP', PortRange: '82/82', SourceCidrIp: '128.0.0.0/1' },
    ),
    steps: [
      { ...to, protocol: 'tcp', port: 80, says: 'Delivered', by: 'the one' },
      { ...to, protocol: 'tcp', port: 81, says: 'Delivered', by: 'low half' },
      { ...to, protocol: 'tcp', port: 82, ...denied },
    ],
  },
  {
    title: 'inbound with SourceCidrIp and DestCidrIp: both sides must be so',
    groups: {
      clients: {},
      servers: {
        ingress: [
          {
            Description: 'this way',
            IpProtocol: 'TCP',
            PortRange: '80/80',
            SourceCidrIp: 'a',
            DestCidrIp: '10.0.1.11/32',
          },
        ],
      },
    },
    instances: {
      a: A,
      other: { PrivateIpAddress: '10.0.1.20', groups: ['clients'] },
      b: { PrivateIpAddress: '10.0.1.11', groups: ['servers'] },
      c: { PrivateIpAddress: '10.0.1.12', groups: ['servers'] },
    },
    steps: [
      { ...to, protocol: 'tcp', port: 80, says: 'Delivered', by: 'this way' },
      { from: 'a', to: 'c', protocol: 'tcp', port: 80, ...denied },
      { from: 'other', to: 'b', protocol: 'tcp', port: 80, ...denied },
    ],
  },
  {
    title: 'outbound with DestCidrIp and SourceCidrIp: both sides must be so',
    groups: {
      senders: {
        egress: [
          { Description: 'not this way', ...ALL, Policy: 'drop', DestCidrIp: 'b', SourceCidrIp: '10.0.1.10/32' },
        ],
      },
      servers: { ingress: [{ Description: 'all', ...ALL, ...ANYBODY }] },
    },
    instances: {
      a: { PrivateIpAddress: '10.0.1.10', groups: ['senders'] },
      other: { PrivateIpAddress: '10.0.1.20', groups: ['senders'] },
      b: { PrivateIpAddress: '10.0.1.11', groups: ['servers'] },
      c: { PrivateIpAddress: '10.0.1.12', groups: ['servers'] },
    },
    steps: [
      { ...to, protocol: 'udp', port: 5, says: 'EgressDeniedByRule', by: 'not this way' },
      { from: 'a', to: 'c', protocol: 'udp', port: 5, says: 'Delivered', by: 'all' },
      { from: 'other', to: 'b', protocol: 'udp', port: 5, says: 'Delivered', by: 'all' },
    ],
  },
];
