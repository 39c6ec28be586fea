/** The same question before and after a change. */
import type { Rule, VerdictCase } from '../case.ts';

const ALL = { IpProtocol: 'ALL', PortRange: '-1/-1' } as const;
const EVERYTHING: Rule = { Description: 'everything', ...ALL, SourceCidrIp: '0.0.0.0/0', Priority: 50 };
const to = { from: 'a', to: 'b', protocol: 'tcp', port: 80 } as const;
const denied = { says: 'IngressDeniedByDefault', by: 'default' } as const;
const at = (last: number, ...groups: readonly string[]) => ({ PrivateIpAddress: `10.0.1.${last}`, groups });

export const CHANGE_CASES: readonly VerdictCase[] = [
  {
    title: 'who joins a group that a rule names is let in, who leaves it is not',
    groups: {
      start: {},
      friends: {},
      servers: { ingress: [{ Description: 'friends', ...ALL, SourceGroupId: 'friends' }] },
    },
    instances: { a: at(10, 'start'), b: at(11, 'servers') },
    steps: [
      { ...to, ...denied },
      { change: 'join', instance: 'a', group: 'friends' },
      { ...to, says: 'Delivered', by: 'friends' },
      { change: 'leave', instance: 'a', group: 'friends' },
      { ...to, ...denied },
    ],
  },
  {
    title: 'who joins a group that an outbound rule names is no longer reached',
    groups: {
      senders: { egress: [{ Description: 'not to the set apart', ...ALL, Policy: 'drop', DestGroupId: 'apart' }] },
      apart: {},
      servers: { ingress: [EVERYTHING] },
    },
    instances: { a: at(10, 'senders'), b: at(11, 'servers') },
    steps: [
      { ...to, says: 'Delivered', by: 'everything' },
      { change: 'join', instance: 'b', group: 'apart' },
      { ...to, says: 'EgressDeniedByRule', by: 'not to the set apart' },
      { change: 'leave', instance: 'b', group: 'apart' },
      { ...to, says: 'Delivered', by: 'everything' },
    ],
  },
  {
    title: 'the receiver’s own groups: one that drops is joined and left',
    groups: {
      clients: {},
      servers: { ingress: [EVERYTHING] },
      quarantine: {
        ingress: [{ Description: 'nobody', ...ALL, Policy: 'drop', Priority: 1, SourceCidrIp: '0.0.0.0/0' }],
      },
    },
    instances: { a: at(10, 'clients'), b: at(11, 'servers') },
    steps: [
      { ...to, says: 'Delivered', by: 'everything' },
      { change: 'join', instance: 'b', group: 'quarantine' },
      { ...to, says: 'IngressDeniedByRule', by: 'nobody' },
      { change: 'leave', instance: 'b', group: 'quarantine' },
      { ...to, says: 'Delivered', by: 'everything' },
    ],
  },
  {
    title: 'inner access begins with the second member, and ends with it',
    groups: { one: { InnerAccessPolicy: 'Drop' }, two: { InnerAccessPolicy: 'Drop' }, team: {} },
    instances: { a: at(10, 'one', 'team'), b: at(11, 'two') },
    steps: [
      { ...to, ...denied },
      { change: 'join', instance: 'b', group: 'team' },
      { ...to, says: 'Delivered', by: 'inner access of team' },
      { change: 'leave', instance: 'a', group: 'team' },
      { ...to, ...denied },
    ],
  },
  {
    title: 'inner access is switched off and on',
    groups: { team: {} },
    instances: { a: at(10, 'team'), b: at(11, 'team') },
    steps: [
      { ...to, says: 'Delivered', by: 'inner access of team' },
      { change: 'inner access', group: 'team', policy: 'Drop' },
      { ...to, ...denied },
      { change: 'inner access', group: 'team', policy: 'Accept' },
      { ...to, says: 'Delivered', by: 'inner access of team' },
    ],
  },
  {
    title: 'rules are added and taken away',
    groups: { clients: {}, servers: {} },
    instances: { a: at(10, 'clients'), b: at(11, 'servers') },
    steps: [
      { ...to, ...denied },
      { change: 'authorize', group: 'servers', direction: 'ingress', rule: EVERYTHING },
      { ...to, says: 'Delivered', by: 'everything' },
      {
        change: 'authorize',
        group: 'servers',
        direction: 'ingress',
        rule: { Description: 'not a', ...ALL, Policy: 'drop', Priority: 50, SourceCidrIp: 'a' },
      },
      { ...to, says: 'IngressDeniedByRule', by: 'not a' },
      { change: 'revoke', group: 'servers', direction: 'ingress', rule: EVERYTHING },
      { ...to, says: 'IngressDeniedByRule', by: 'not a' },
      {
        change: 'authorize',
        group: 'clients',
        direction: 'egress',
        rule: { Description: 'stay', ...ALL, Policy: 'drop', Priority: 1, DestGroupId: 'servers' },
      },
      { ...to, says: 'EgressDeniedByRule', by: 'stay' },
    ],
  },
  {
    title: 'a flow that was let in does not open the way for the next one',
    groups: { clients: {}, servers: { ingress: [EVERYTHING] } },
    instances: { a: at(10, 'clients'), b: at(11, 'servers') },
    steps: [
      { from: 'a', to: 'b', protocol: 'gre', says: 'Delivered', by: 'everything' },
      { change: 'revoke', group: 'servers', direction: 'ingress', rule: EVERYTHING },
      { from: 'a', to: 'b', protocol: 'gre', ...denied },
    ],
  },
  {
    title: 'a stopped instance has no card in the network, a started one has',
    groups: { team: {} },
    instances: { a: at(10, 'team'), b: at(11, 'team'), c: at(12, 'team') },
    steps: [
      { change: 'stop', instance: 'b' },
      { ...to, says: 'AddressUnassigned' },
      { ...to, from: 'b', to: 'a', says: 'SenderNotPlugged' },
      { ...to, to: 'c', says: 'Delivered', by: 'inner access of team' },
      { change: 'start', instance: 'b' },
      { ...to, says: 'Delivered', by: 'inner access of team' },
      { ...to, from: 'b', to: 'a', says: 'Delivered', by: 'inner access of team' },
    ],
  },
  {
    title: 'an EIP comes and goes',
    groups: { servers: { ingress: [EVERYTHING] } },
    instances: { a: at(10, 'servers') },
    steps: [
      { from: 'internet', to: 'public:a', protocol: 'icmp', says: 'PublicAddressUnassigned' },
      { from: 'a', to: 'internet', protocol: 'icmp', says: 'NoPublicAddress' },
      { change: 'associate', instance: 'a' },
      { from: 'internet', to: 'public:a', protocol: 'icmp', says: 'Delivered', by: 'everything' },
      { from: 'a', to: 'internet', protocol: 'icmp', says: 'Delivered', by: 'default' },
      { change: 'unassociate', instance: 'a' },
      { from: 'internet', to: 'public:a', protocol: 'icmp', says: 'PublicAddressUnassigned' },
      { from: 'a', to: 'internet', protocol: 'icmp', says: 'NoPublicAddress' },
    ],
  },
  {
    title: 'an EIP moves to an instance of another VPC with the same address',
    vpcs: {
      one: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24'] },
      two: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24'] },
    },
    groups: { open: { vpc: 'one', ingress: [EVERYTHING] }, closed: { vpc: 'two' } },
    instances: {
      a: { vpc: 'one', PrivateIpAddress: '10.0.1.10', groups: ['open'], eip: true },
      b: { vpc: 'two', PrivateIpAddress: '10.0.1.10', groups: ['closed'] },
    },
    steps: [
      { from: 'internet', to: 'public:a', protocol: 'tcp', port: 80, says: 'Delivered', by: 'everything' },
      { change: 'unassociate', instance: 'a' },
      { change: 'associate', instance: 'b', eip: 'a' },
      { from: 'internet', to: 'public:a', protocol: 'tcp', port: 80, ...denied },
      { from: 'b', to: 'internet', protocol: 'tcp', port: 80, says: 'Delivered', by: 'default' },
      { from: 'a', to: 'internet', protocol: 'tcp', port: 80, says: 'NoPublicAddress' },
    ],
  },
];
