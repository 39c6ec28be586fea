/** Groups as peers, access within a group, advanced groups. */
import type { Rule, VerdictCase } from '../case.ts';

const ALL = { IpProtocol: 'ALL', PortRange: '-1/-1' } as const;
const EVERYTHING: Rule = { Description: 'everything', ...ALL, SourceCidrIp: '0.0.0.0/0' };
const NOTHING_IN: Rule = { Description: 'nothing in', ...ALL, Policy: 'drop', Priority: 1, SourceCidrIp: '0.0.0.0/0' };
const NOTHING_OUT: Rule = { Description: 'nothing out', ...ALL, Policy: 'drop', Priority: 1, DestCidrIp: '0.0.0.0/0' };

const to = { from: 'a', to: 'b' } as const;
const denied = { says: 'IngressDeniedByDefault', by: 'default' } as const;
const at = (last: number, ...groups: readonly string[]) => ({ PrivateIpAddress: `10.0.1.${last}`, groups });

export const GROUP_CASES: readonly VerdictCase[] = [
  {
    title: 'members of a basic group reach each other, by every protocol and across VSwitches',
    groups: { team: {} },
    instances: { a: at(10, 'team'), b: at(11, 'team'), c: { PrivateIpAddress: '10.0.2.10', groups: ['team'] } },
    steps: [
      { ...to, protocol: 'tcp', port: 1, says: 'Delivered', by: 'inner access of team' },
      { ...to, protocol: 'udp', port: 65535, says: 'Delivered', by: 'inner access of team' },
      { ...to, protocol: 'icmp', says: 'Delivered', by: 'inner access of team' },
      { ...to, protocol: 'gre', says: 'Delivered', by: 'inner access of team' },
      { ...to, protocol: 50, says: 'Delivered', by: 'inner access of team' },
      { from: 'c', to: 'a', protocol: 'icmp', says: 'Delivered', by: 'inner access of team' },
    ],
  },
  {
    title: 'members are apart where inner access is Drop',
    groups: {
      team: { InnerAccessPolicy: 'Drop', ingress: [{ ...EVERYTHING, IpProtocol: 'TCP', PortRange: '80/80' }] },
    },
    instances: { a: at(10, 'team'), b: at(11, 'team') },
    steps: [
      { ...to, protocol: 'icmp', ...denied },
      { ...to, protocol: 'tcp', port: 80, says: 'Delivered', by: 'everything' },
    ],
  },
  {
    title: 'inner access is asked before an explicit drop of priority 1, on both sides',
    groups: { team: { ingress: [NOTHING_IN], egress: [NOTHING_OUT] }, guests: {} },
    instances: { a: at(10, 'team'), b: at(11, 'team'), guest: at(12, 'guests') },
    steps: [
      { ...to, protocol: 'tcp', port: 22, says: 'Delivered', by: 'inner access of team' },
      { from: 'guest', to: 'b', protocol: 'tcp', port: 22, says: 'IngressDeniedByRule', by: 'nothing in' },
      { from: 'a', to: 'guest', protocol: 'tcp', port: 22, says: 'EgressDeniedByRule', by: 'nothing out' },
    ],
  },
  {
    title: 'inner access of one group is asked before the drops of another',
    groups: { team: {}, strict: { InnerAccessPolicy: 'Drop', ingress: [NOTHING_IN] } },
    instances: { a: at(10, 'team'), b: at(11, 'strict', 'team'), c: at(12, 'strict') },
    steps: [
      { ...to, protocol: 'icmp', says: 'Delivered', by: 'inner access of team' },
      { from: 'c', to: 'b', protocol: 'icmp', says: 'IngressDeniedByRule', by: 'nothing in' },
    ],
  },
  {
    title: 'two groups in common: one with inner access suffices',
    groups: { apart: { InnerAccessPolicy: 'Drop' }, team: {} },
    instances: { a: at(10, 'apart', 'team'), b: at(11, 'team', 'apart'), c: at(12, 'apart') },
    steps: [
      { ...to, protocol: 'icmp', says: 'Delivered', by: 'inner access of team' },
      { from: 'a', to: 'c', protocol: 'icmp', ...denied },
    ],
  },
  {
    title: 'being in different groups with inner access is nothing in common',
    groups: { one: {}, two: {} },
    instances: { a: at(10, 'one'), b: at(11, 'two') },
    steps: [{ ...to, protocol: 'icmp', ...denied }],
  },
  {
    title: 'a rule that names a group means its members',
    groups: {
      web: {},
      others: {},
      db: { ingress: [{ Description: 'from web', IpProtocol: 'TCP', PortRange: '5432/5432', SourceGroupId: 'web' }] },
    },
    instances: {
      a: at(10, 'web'),
      b: at(11, 'db'),
      c: at(12, 'others'),
      d: { PrivateIpAddress: '10.0.2.10', groups: ['others', 'web'] },
    },
    steps: [
      { ...to, protocol: 'tcp', port: 5432, says: 'Delivered', by: 'from web' },
      { ...to, protocol: 'tcp', port: 5433, ...denied },
      { from: 'c', to: 'b', protocol: 'tcp', port: 5432, ...denied },
      { from: 'd', to: 'b', protocol: 'tcp', port: 5432, says: 'Delivered', by: 'from web' },
      { from: 'b', to: 'a', protocol: 'tcp', port: 5432, ...denied },
    ],
  },
  {
    title: 'a drop that names a group, before an accept for everybody',
    groups: {
      bad: {},
      good: {},
      servers: {
        ingress: [
          { Description: 'not the bad', ...ALL, Policy: 'drop', Priority: 1, SourceGroupId: 'bad' },
          { ...EVERYTHING, Priority: 2 },
        ],
      },
    },
    instances: { a: at(10, 'bad'), b: at(11, 'servers'), c: at(12, 'good'), d: at(13, 'good', 'bad') },
    steps: [
      { ...to, protocol: 'icmp', says: 'IngressDeniedByRule', by: 'not the bad' },
      { from: 'c', to: 'b', protocol: 'icmp', says: 'Delivered', by: 'everything' },
      { from: 'd', to: 'b', protocol: 'icmp', says: 'IngressDeniedByRule', by: 'not the bad' },
    ],
  },
  {
    title: 'an outbound rule that names a group means receivers in it',
    groups: {
      senders: { egress: [{ Description: 'not to db', ...ALL, Policy: 'drop', Priority: 1, DestGroupId: 'db' }] },
      db: { ingress: [EVERYTHING] },
      web: { ingress: [EVERYTHING] },
    },
    instances: { a: at(10, 'senders'), b: at(11, 'db'), c: at(12, 'web'), d: at(13, 'web', 'db') },
    steps: [
      { ...to, protocol: 'icmp', says: 'EgressDeniedByRule', by: 'not to db' },
      { from: 'a', to: 'c', protocol: 'icmp', says: 'Delivered', by: 'everything' },
      { from: 'a', to: 'd', protocol: 'icmp', says: 'EgressDeniedByRule', by: 'not to db' },
    ],
  },
  {
    title: 'a group without members means nobody',
    groups: {
      nobody: {},
      clients: {},
      servers: { ingress: [{ Description: 'from nobody', ...ALL, SourceGroupId: 'nobody' }] },
    },
    instances: { a: at(10, 'clients'), b: at(11, 'servers') },
    steps: [{ ...to, protocol: 'icmp', ...denied }],
  },
  {
    title: 'a group and a block in one rule: the block is meant',
    groups: {
      web: {},
      servers: { ingress: [{ Description: 'block', ...ALL, SourceGroupId: 'web', SourceCidrIp: '10.0.2.0/24' }] },
    },
    instances: { a: at(10, 'web'), b: at(11, 'servers'), c: { PrivateIpAddress: '10.0.2.10', groups: ['web'] } },
    steps: [
      { ...to, protocol: 'icmp', ...denied },
      { from: 'c', to: 'b', protocol: 'icmp', says: 'Delivered', by: 'block' },
    ],
  },
  {
    title: 'an advanced group is closed both ways, also between its members',
    groups: { advanced: { SecurityGroupType: 'enterprise' }, basic: { ingress: [EVERYTHING] } },
    instances: { a: at(10, 'advanced'), b: at(11, 'advanced'), c: at(12, 'basic') },
    steps: [
      { ...to, protocol: 'icmp', says: 'EgressDeniedByDefault', by: 'default' },
      { from: 'a', to: 'c', protocol: 'tcp', port: 80, says: 'EgressDeniedByDefault', by: 'default' },
      { from: 'c', to: 'a', protocol: 'tcp', port: 80, ...denied },
    ],
  },
  {
    title: 'an advanced group opens by rules, each side for itself',
    groups: {
      out: { SecurityGroupType: 'enterprise', egress: [{ Description: 'to b', ...ALL, DestCidrIp: '10.0.1.11/32' }] },
      in: {
        SecurityGroupType: 'enterprise',
        ingress: [{ Description: 'web', IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.0.0.0/16' }],
      },
    },
    instances: { a: at(10, 'out'), b: at(11, 'in'), c: at(12, 'in') },
    steps: [
      { ...to, protocol: 'tcp', port: 80, says: 'Delivered', by: 'web' },
      { ...to, protocol: 'tcp', port: 81, ...denied },
      { from: 'a', to: 'c', protocol: 'tcp', port: 80, says: 'EgressDeniedByDefault', by: 'default' },
      { from: 'b', to: 'c', protocol: 'tcp', port: 80, says: 'EgressDeniedByDefault', by: 'default' },
    ],
  },
  {
    title: 'two advanced groups are merged like basic ones',
    groups: {
      one: {
        SecurityGroupType: 'enterprise',
        egress: [{ Description: 'out', ...ALL, DestCidrIp: '0.0.0.0/0', Priority: 2 }],
      },
      two: {
        SecurityGroupType: 'enterprise',
        egress: [
          {
            Description: 'no ping',
            IpProtocol: 'ICMP',
            PortRange: '-1/-1',
            Policy: 'drop',
            DestCidrIp: '0.0.0.0/0',
            Priority: 2,
          },
        ],
      },
      basic: { ingress: [EVERYTHING] },
    },
    instances: { a: at(10, 'one', 'two'), b: at(11, 'basic') },
    steps: [
      { ...to, protocol: 'icmp', says: 'EgressDeniedByRule', by: 'no ping' },
      { ...to, protocol: 'udp', port: 53, says: 'Delivered', by: 'everything' },
    ],
  },
];
