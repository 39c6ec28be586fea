/** Public addresses: which address each gate sees, and what has none or leads nowhere. */
import type { Rule, VerdictCase } from '../case.ts';

const ALL = { IpProtocol: 'ALL', PortRange: '-1/-1' } as const;
const EVERYTHING: Rule = { Description: 'everything', ...ALL, SourceCidrIp: '0.0.0.0/0' };
const at = (last: number, ...groups: readonly string[]) => ({ PrivateIpAddress: `10.0.1.${last}`, groups });
const withEip = (last: number, ...groups: readonly string[]) => ({ ...at(last, ...groups), eip: true }) as const;
const denied = { says: 'IngressDeniedByDefault', by: 'default' } as const;

const TWINS = {
  one: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24'] },
  two: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24'] },
} as const;

export const PUBLIC_CASES: readonly VerdictCase[] = [
  {
    title: 'in: by a rule for those outside, else not',
    groups: {
      web: { ingress: [{ Description: 'web', IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '0.0.0.0/0' }] },
    },
    instances: { b: withEip(11, 'web') },
    steps: [
      { from: 'internet', to: 'public:b', protocol: 'tcp', port: 80, says: 'Delivered', by: 'web' },
      { from: 'internet', to: 'public:b', protocol: 'tcp', port: 22, ...denied },
      { from: 'internet', to: 'public:b', protocol: 'icmp', ...denied },
      { from: 'internet', to: 'public:b', protocol: 'gre', ...denied },
    ],
  },
  {
    title: 'in: the gate sees the sender outside and the private receiver',
    groups: {
      web: {
        ingress: [
          { Description: 'the host', IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: 'internet' },
          {
            Description: 'to private',
            IpProtocol: 'TCP',
            PortRange: '81/81',
            SourceCidrIp: '0.0.0.0/0',
            DestCidrIp: '10.0.1.11/32',
          },
          {
            Description: 'to public',
            IpProtocol: 'TCP',
            PortRange: '82/82',
            SourceCidrIp: '0.0.0.0/0',
            DestCidrIp: 'public:b',
          },
        ],
      },
    },
    instances: { b: withEip(11, 'web') },
    steps: [
      { from: 'internet', to: 'public:b', protocol: 'tcp', port: 80, says: 'Delivered', by: 'the host' },
      { from: 'internet', to: 'public:b', protocol: 'tcp', port: 81, says: 'Delivered', by: 'to private' },
      { from: 'internet', to: 'public:b', protocol: 'tcp', port: 82, ...denied },
    ],
  },
  {
    title: 'out: the gate sees the private sender and the receiver outside',
    groups: {
      team: {
        egress: [
          {
            Description: 'not the host',
            IpProtocol: 'TCP',
            PortRange: '80/80',
            Policy: 'drop',
            DestCidrIp: 'internet',
          },
          {
            Description: 'not from private',
            IpProtocol: 'TCP',
            PortRange: '81/81',
            Policy: 'drop',
            DestCidrIp: '0.0.0.0/0',
            SourceCidrIp: 'a',
          },
          {
            Description: 'not from public',
            IpProtocol: 'TCP',
            PortRange: '82/82',
            Policy: 'drop',
            DestCidrIp: '0.0.0.0/0',
            SourceCidrIp: 'public:a',
          },
        ],
      },
    },
    instances: { a: withEip(10, 'team') },
    steps: [
      { from: 'a', to: 'internet', protocol: 'icmp', says: 'Delivered', by: 'default' },
      { from: 'a', to: 'internet', protocol: 'tcp', port: 80, says: 'EgressDeniedByRule', by: 'not the host' },
      { from: 'a', to: 'internet', protocol: 'tcp', port: 81, says: 'EgressDeniedByRule', by: 'not from private' },
      { from: 'a', to: 'internet', protocol: 'tcp', port: 82, says: 'Delivered', by: 'default' },
    ],
  },
  {
    title: 'out of an advanced group: only what a rule accepts',
    groups: {
      advanced: {
        SecurityGroupType: 'enterprise',
        egress: [{ Description: 'names', IpProtocol: 'UDP', PortRange: '53/53', DestCidrIp: '0.0.0.0/0' }],
      },
    },
    instances: { a: withEip(10, 'advanced') },
    steps: [
      { from: 'a', to: 'internet', protocol: 'udp', port: 53, says: 'Delivered', by: 'names' },
      { from: 'a', to: 'internet', protocol: 'tcp', port: 53, says: 'EgressDeniedByDefault', by: 'default' },
    ],
  },
  {
    title: 'an instance without an EIP beside one that has it: its gate is asked, then there is no way',
    groups: {
      team: {
        egress: [
          { Description: 'no mail', IpProtocol: 'TCP', PortRange: '25/25', Policy: 'drop', DestCidrIp: '0.0.0.0/0' },
        ],
      },
    },
    instances: { a: at(10, 'team'), b: withEip(11, 'team') },
    steps: [
      { from: 'a', to: 'internet', protocol: 'tcp', port: 25, says: 'EgressDeniedByRule', by: 'no mail' },
      { from: 'a', to: 'internet', protocol: 'tcp', port: 80, says: 'NoPublicAddress', by: 'default' },
      { from: 'a', to: 'public:b', protocol: 'tcp', port: 80, says: 'NoPublicAddress', by: 'default' },
      { from: 'b', to: 'internet', protocol: 'tcp', port: 80, says: 'Delivered', by: 'default' },
    ],
  },
  {
    title: 'to a neighbour’s EIP: one comes from one’s own EIP',
    groups: {
      clients: {},
      servers: {
        ingress: [
          { Description: 'public', IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: 'public:a' },
          { Description: 'private', IpProtocol: 'TCP', PortRange: '81/81', SourceCidrIp: 'a' },
        ],
      },
    },
    instances: { a: withEip(10, 'clients'), b: withEip(11, 'servers') },
    steps: [
      { from: 'a', to: 'public:b', protocol: 'tcp', port: 80, says: 'Delivered', by: 'public' },
      { from: 'a', to: 'public:b', protocol: 'tcp', port: 81, ...denied },
      { from: 'a', to: 'b', protocol: 'tcp', port: 80, ...denied },
      { from: 'a', to: 'b', protocol: 'tcp', port: 81, says: 'Delivered', by: 'private' },
    ],
  },
  {
    title: 'groups and inner access are private matters: by an EIP one is a stranger',
    groups: {
      team: {},
      web: {},
      db: { ingress: [{ Description: 'from web', ...ALL, SourceGroupId: 'web' }] },
    },
    instances: { a: withEip(10, 'team'), b: withEip(11, 'team'), c: withEip(12, 'web'), d: withEip(13, 'db') },
    steps: [
      { from: 'a', to: 'b', protocol: 'icmp', says: 'Delivered', by: 'inner access of team' },
      { from: 'a', to: 'public:b', protocol: 'icmp', ...denied },
      { from: 'c', to: 'd', protocol: 'icmp', says: 'Delivered', by: 'from web' },
      { from: 'c', to: 'public:d', protocol: 'icmp', ...denied },
    ],
  },
  {
    title: 'an outbound drop for a neighbour does not mean its EIP, and the other way about',
    groups: {
      clients: {
        egress: [
          { Description: 'not the private', IpProtocol: 'TCP', PortRange: '80/80', Policy: 'drop', DestCidrIp: 'b' },
          {
            Description: 'not the public',
            IpProtocol: 'TCP',
            PortRange: '81/81',
            Policy: 'drop',
            DestCidrIp: 'public:b',
          },
          {
            Description: 'not the group',
            IpProtocol: 'TCP',
            PortRange: '82/82',
            Policy: 'drop',
            DestGroupId: 'servers',
          },
        ],
      },
      servers: { ingress: [EVERYTHING] },
    },
    instances: { a: withEip(10, 'clients'), b: withEip(11, 'servers') },
    steps: [
      { from: 'a', to: 'b', protocol: 'tcp', port: 80, says: 'EgressDeniedByRule', by: 'not the private' },
      { from: 'a', to: 'public:b', protocol: 'tcp', port: 80, says: 'Delivered', by: 'everything' },
      { from: 'a', to: 'b', protocol: 'tcp', port: 81, says: 'Delivered', by: 'everything' },
      { from: 'a', to: 'public:b', protocol: 'tcp', port: 81, says: 'EgressDeniedByRule', by: 'not the public' },
      { from: 'a', to: 'b', protocol: 'tcp', port: 82, says: 'EgressDeniedByRule', by: 'not the group' },
      { from: 'a', to: 'public:b', protocol: 'tcp', port: 82, says: 'Delivered', by: 'everything' },
    ],
  },
  {
    title: 'VPCs with the same block meet by EIPs',
    vpcs: TWINS,
    groups: {
      one: { vpc: 'one' },
      two: {
        vpc: 'two',
        ingress: [{ Description: 'from one', IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: 'public:a' }],
      },
    },
    instances: {
      a: { vpc: 'one', ...withEip(10, 'one') },
      b: { vpc: 'two', ...withEip(10, 'two') },
      c: { vpc: 'two', ...withEip(11, 'two') },
    },
    steps: [
      { from: 'a', to: 'public:b', protocol: 'tcp', port: 80, says: 'Delivered', by: 'from one' },
      { from: 'a', to: 'public:b', protocol: 'tcp', port: 81, ...denied },
      { from: 'c', to: 'public:b', protocol: 'tcp', port: 80, ...denied },
      { from: 'b', to: 'public:a', protocol: 'tcp', port: 80, ...denied },
    ],
  },
  {
    title: 'accounts meet by EIPs as strangers do',
    vpcs: { one: TWINS.one, two: { ...TWINS.two, account: 'neighbour' } },
    groups: { one: { vpc: 'one' }, two: { vpc: 'two', ingress: [{ ...EVERYTHING, SourceCidrIp: 'public:a' }] } },
    instances: { a: { vpc: 'one', ...withEip(10, 'one') }, b: { vpc: 'two', ...withEip(11, 'two') } },
    steps: [
      { from: 'a', to: 'public:b', protocol: 'udp', port: 53, says: 'Delivered', by: 'everything' },
      { from: 'internet', to: 'public:b', protocol: 'udp', port: 53, ...denied },
      { from: 'b', to: 'public:a', protocol: 'udp', port: 53, ...denied },
    ],
  },
  {
    title: 'to oneself by the own EIP: out and in again',
    groups: {
      mirror: {
        ingress: [{ Description: 'myself', IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: 'public:a' }],
        egress: [
          { Description: 'not out', IpProtocol: 'TCP', PortRange: '82/82', Policy: 'drop', DestCidrIp: 'public:a' },
        ],
      },
    },
    instances: { a: withEip(10, 'mirror') },
    steps: [
      { from: 'a', to: 'public:a', protocol: 'tcp', port: 80, says: 'Delivered', by: 'myself' },
      { from: 'a', to: 'public:a', protocol: 'tcp', port: 81, ...denied },
      { from: 'a', to: 'public:a', protocol: 'tcp', port: 82, says: 'EgressDeniedByRule', by: 'not out' },
      { from: 'a', to: 'public:a', protocol: 'icmp', ...denied },
    ],
  },
  {
    title: 'to oneself by the own EIP, where an answer would look the same: it is one, and meets no inbound rule',
    groups: { closed: { InnerAccessPolicy: 'Drop' } },
    instances: { a: withEip(10, 'closed') },
    steps: [
      { from: 'a', to: 'public:a', protocol: 'udp', port: 7000, sourcePort: 7000, says: 'Delivered', by: 'default' },
      // What opens a connection is no answer to what opens one, so the next segment belongs to none.
      {
        from: 'a',
        to: 'public:a',
        protocol: 'tcp',
        port: 7001,
        sourcePort: 7001,
        says: 'Delivered',
        by: 'default',
        unanswered: true,
      },
      { from: 'a', to: 'public:a', protocol: 'gre', says: 'Delivered', by: 'default' },
      { from: 'a', to: 'public:a', protocol: 50, says: 'Delivered', by: 'default' },
      { from: 'a', to: 'public:a', protocol: 'udp', port: 7000, sourcePort: 7002, ...denied },
    ],
  },
  {
    title: 'an EIP that is nobody’s',
    groups: { open: { ingress: [EVERYTHING] } },
    instances: { a: withEip(10, 'open') },
    steps: [
      { from: 'internet', to: 'public:lost', protocol: 'icmp', says: 'PublicAddressUnassigned' },
      { from: 'a', to: 'public:lost', protocol: 'tcp', port: 80, says: 'PublicAddressUnassigned', by: 'default' },
      { from: 'internet', to: '198.19.255.254', protocol: 'icmp', says: 'PublicAddressUnassigned' },
    ],
  },
  {
    title: 'the EIP of a stopped instance, alone in its VPC and beside another',
    vpcs: TWINS,
    groups: { one: { vpc: 'one', ingress: [EVERYTHING] }, two: { vpc: 'two', ingress: [EVERYTHING] } },
    instances: {
      alone: { vpc: 'one', ...withEip(10, 'one') },
      beside: { vpc: 'two', ...withEip(10, 'two') },
      other: { vpc: 'two', ...withEip(11, 'two') },
    },
    steps: [
      { change: 'stop', instance: 'alone' },
      { change: 'stop', instance: 'beside' },
      { from: 'internet', to: 'public:alone', protocol: 'icmp', says: 'PublicAddressUnassigned' },
      { from: 'internet', to: 'public:beside', protocol: 'icmp', says: 'PublicAddressUnassigned' },
      { from: 'other', to: 'public:beside', protocol: 'icmp', says: 'PublicAddressUnassigned', by: 'default' },
      { from: 'other', to: 'public:alone', protocol: 'icmp', says: 'PublicAddressUnassigned', by: 'default' },
      { from: 'internet', to: 'public:other', protocol: 'icmp', says: 'Delivered', by: 'everything' },
      { change: 'start', instance: 'alone' },
      { from: 'internet', to: 'public:alone', protocol: 'icmp', says: 'Delivered', by: 'everything' },
    ],
  },
  {
    title: 'from outside to private addresses there is no route',
    groups: { open: { ingress: [EVERYTHING] } },
    instances: { a: withEip(10, 'open') },
    steps: [
      { from: 'internet', to: 'a', protocol: 'icmp', says: 'NoRoute' },
      { from: 'internet', to: '203.0.113.7', protocol: 'icmp', says: 'NoRoute' },
    ],
  },
  {
    title: 'the host outside sends under its own address alone',
    groups: { open: { ingress: [EVERYTHING] } },
    instances: { a: withEip(10, 'open') },
    steps: [
      { from: 'internet', to: 'public:a', source: '203.0.113.7', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'internet', to: 'public:a', source: '10.0.1.11', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'internet', to: 'public:a', source: 'public:lost', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'internet', to: 'public:a', source: 'public:a', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'a', to: 'internet', source: 'public:a', protocol: 'icmp', says: 'SpoofedSource' },
    ],
  },
  {
    title: 'the edge answers ping, and nothing else',
    groups: { open: { ingress: [EVERYTHING] } },
    instances: { a: withEip(10, 'open') },
    steps: [
      { from: 'internet', to: 'edge', protocol: 'icmp', says: 'AnsweredByRouter' },
      { from: 'internet', to: 'edge', protocol: 'tcp', port: 22, says: 'RouterClosed' },
      { from: 'a', to: 'edge', protocol: 'icmp', says: 'AnsweredByRouter', by: 'default' },
      { from: 'a', to: 'edge', protocol: 'udp', port: 53, says: 'RouterClosed', by: 'default' },
      { from: 'internet', to: '255.255.255.255', protocol: 'udp', port: 67, says: 'NotRouted' },
      { from: 'internet', to: '224.0.0.1', protocol: 'icmp', says: 'NotRouted' },
    ],
  },
  {
    title: 'with an EIP, to addresses that no network here has',
    vpcs: { one: TWINS.one, two: { CidrBlock: '172.16.0.0/16', vswitches: ['172.16.1.0/24'] } },
    groups: { one: { vpc: 'one' }, two: { vpc: 'two', ingress: [EVERYTHING] } },
    instances: {
      a: { vpc: 'one', ...withEip(10, 'one') },
      b: { vpc: 'two', PrivateIpAddress: '172.16.1.10', groups: ['two'], eip: true },
    },
    steps: [
      { from: 'a', to: 'b', protocol: 'icmp', says: 'OtherNetwork', by: 'default' },
      { from: 'a', to: '192.168.1.1', protocol: 'icmp', says: 'NoRoute', by: 'default' },
      { from: 'a', to: '203.0.113.7', protocol: 'icmp', says: 'NoRoute', by: 'default' },
      { from: 'a', to: '192.0.0.8', protocol: 'icmp', says: 'RouterClosed' },
      { from: 'a', to: 'public:b', protocol: 'icmp', says: 'Delivered', by: 'everything' },
    ],
  },
];
