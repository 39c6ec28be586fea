/** Addresses that are no neighbour’s: routers, nobody’s, other networks’, borrowed ones. */
import type { Rule, VerdictCase } from '../case.ts';

const ALL = { IpProtocol: 'ALL', PortRange: '-1/-1' } as const;
const EVERYTHING: Rule = { Description: 'everything', ...ALL, SourceCidrIp: '0.0.0.0/0' };
const NOTHING_OUT: Rule = { Description: 'nothing out', ...ALL, Policy: 'drop', DestCidrIp: '0.0.0.0/0' };
const at = (last: number, ...groups: readonly string[]) => ({ PrivateIpAddress: `10.0.1.${last}`, groups });

const ALONE = { groups: { team: {} }, instances: { a: at(10, 'team') } } as const;
const SHUT = {
  groups: { shut: { SecurityGroupType: 'enterprise', egress: [NOTHING_OUT] } },
  instances: { a: at(10, 'shut') },
} as const;

export const ADDRESS_CASES: readonly VerdictCase[] = [
  {
    title: 'gateways of the VPC answer ping, and nothing else',
    ...ALONE,
    steps: [
      { from: 'a', to: '10.0.1.253', protocol: 'icmp', says: 'AnsweredByRouter' },
      { from: 'a', to: '10.0.2.253', protocol: 'icmp', says: 'AnsweredByRouter' },
      { from: 'a', to: '10.0.1.253', protocol: 'tcp', port: 22, says: 'RouterClosed' },
      { from: 'a', to: '10.0.1.253', protocol: 'udp', port: 53, says: 'RouterClosed' },
      { from: 'a', to: '10.0.1.253', protocol: 'gre', says: 'RouterClosed' },
    ],
  },
  {
    title: 'the resolvers answer questions for names, and nothing else',
    ...ALONE,
    steps: [
      { from: 'a', to: '100.100.2.136', protocol: 'udp', port: 53, says: 'AnsweredByRouter' },
      { from: 'a', to: '100.100.2.138', protocol: 'tcp', port: 53, says: 'AnsweredByRouter' },
      { from: 'a', to: '100.100.2.136', protocol: 'icmp', says: 'RouterClosed' },
      { from: 'a', to: '100.100.2.136', protocol: 'udp', port: 54, says: 'RouterClosed' },
      { from: 'a', to: '100.100.2.138', protocol: 'tcp', port: 80, says: 'RouterClosed' },
    ],
  },
  {
    title: 'no gate is asked on the way to the router',
    ...SHUT,
    steps: [
      { from: 'a', to: '10.0.1.253', protocol: 'icmp', says: 'AnsweredByRouter' },
      { from: 'a', to: '100.100.2.136', protocol: 'udp', port: 53, says: 'AnsweredByRouter' },
    ],
  },
  {
    title: 'addresses of the VPC that nobody has, in a VSwitch and in none',
    ...ALONE,
    steps: [
      { from: 'a', to: '10.0.1.99', protocol: 'tcp', port: 80, says: 'AddressUnassigned' },
      { from: 'a', to: '10.0.2.99', protocol: 'icmp', says: 'AddressUnassigned' },
      { from: 'a', to: '10.0.200.1', protocol: 'udp', port: 1, says: 'AddressUnassigned' },
    ],
  },
  {
    title: 'an address that nobody has is told before any gate is asked',
    ...SHUT,
    steps: [{ from: 'a', to: '10.0.1.99', protocol: 'tcp', port: 80, says: 'AddressUnassigned' }],
  },
  {
    title: 'first and last addresses of a VSwitch are nobody’s',
    ...ALONE,
    steps: [
      { from: 'a', to: '10.0.1.0', protocol: 'icmp', says: 'AddressUnassigned' },
      { from: 'a', to: '10.0.1.255', protocol: 'icmp', says: 'AddressUnassigned' },
      { from: 'a', to: '10.0.1.254', protocol: 'icmp', says: 'AddressUnassigned' },
    ],
  },
  {
    title: 'broadcast and multicast are not carried',
    groups: { team: {} },
    instances: { a: at(10, 'team'), b: at(11, 'team') },
    steps: [
      { from: 'a', to: '255.255.255.255', protocol: 'udp', port: 67, says: 'NotRouted' },
      { from: 'a', to: '224.0.0.1', protocol: 'icmp', says: 'NotRouted' },
      { from: 'a', to: '239.1.2.3', protocol: 'udp', port: 5353, says: 'NotRouted' },
      { from: 'a', to: '0.0.0.0', protocol: 'udp', port: 9, says: 'NotRouted' },
    ],
  },
  {
    title: 'only one’s own address is a sender',
    groups: { team: {} },
    instances: { a: at(10, 'team'), b: at(11, 'team'), c: at(12, 'team') },
    steps: [
      { from: 'a', to: 'b', source: 'c', protocol: 'tcp', port: 80, says: 'SpoofedSource' },
      { from: 'a', to: 'b', source: '10.0.1.99', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'a', to: 'b', source: '10.0.1.253', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'a', to: 'b', source: 'internet', protocol: 'udp', port: 9, says: 'SpoofedSource' },
      { from: 'a', to: 'b', source: '0.0.0.0', protocol: 'udp', port: 9, says: 'SpoofedSource' },
      { from: 'a', to: 'b', source: 'a', protocol: 'icmp', says: 'Delivered', by: 'inner access of team' },
    ],
  },
  {
    title: 'a borrowed sender is told before anything else',
    groups: { team: { egress: [NOTHING_OUT] } },
    instances: { a: at(10, 'team') },
    steps: [
      { from: 'a', to: '10.0.1.99', source: '10.0.1.50', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'a', to: '10.0.1.253', source: '10.0.1.50', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'a', to: '224.0.0.1', source: '10.0.1.50', protocol: 'icmp', says: 'SpoofedSource' },
      { from: 'a', to: 'internet', source: '10.0.1.50', protocol: 'icmp', says: 'SpoofedSource' },
    ],
  },
  {
    title: 'what one sends to oneself meets no rule',
    groups: { shut: { InnerAccessPolicy: 'Drop', egress: [NOTHING_OUT] } },
    instances: { a: at(10, 'shut') },
    steps: [
      { from: 'a', to: 'a', protocol: 'udp', port: 80, says: 'SenderItself' },
      { from: 'a', to: '127.0.0.1', protocol: 'udp', port: 80, says: 'SenderItself' },
    ],
  },
  {
    title: 'VPCs with the same block: an address means the own one’s',
    vpcs: {
      one: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24'] },
      two: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24'] },
    },
    groups: {
      one: { vpc: 'one', ingress: [EVERYTHING] },
      two: { vpc: 'two', ingress: [{ ...EVERYTHING, Policy: 'drop' }] },
    },
    instances: {
      a: { vpc: 'one', ...at(10, 'one') },
      b: { vpc: 'one', ...at(11, 'one') },
      c: { vpc: 'two', ...at(10, 'two') },
      d: { vpc: 'two', ...at(12, 'two') },
    },
    steps: [
      { from: 'a', to: '10.0.1.11', protocol: 'icmp', says: 'Delivered', by: 'inner access of one' },
      { from: 'a', to: '10.0.1.12', protocol: 'icmp', says: 'AddressUnassigned' },
      { from: 'c', to: '10.0.1.11', protocol: 'icmp', says: 'AddressUnassigned' },
      { from: 'c', to: '10.0.1.12', protocol: 'icmp', says: 'Delivered', by: 'inner access of two' },
      { from: 'd', to: '10.0.1.10', protocol: 'icmp', says: 'Delivered', by: 'inner access of two' },
    ],
  },
  {
    title: 'private addresses of another own VPC, of a stranger’s, of nobody’s',
    vpcs: {
      one: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24'] },
      two: { CidrBlock: '172.16.0.0/16', vswitches: ['172.16.1.0/24'] },
      three: { CidrBlock: '192.168.0.0/16', vswitches: ['192.168.1.0/24'], account: 'stranger' },
    },
    groups: {
      one: { vpc: 'one' },
      two: { vpc: 'two', ingress: [EVERYTHING] },
      three: { vpc: 'three', ingress: [EVERYTHING] },
    },
    instances: {
      a: { vpc: 'one', ...at(10, 'one') },
      b: { vpc: 'two', PrivateIpAddress: '172.16.1.10', groups: ['two'] },
      c: { vpc: 'three', PrivateIpAddress: '192.168.1.10', groups: ['three'] },
    },
    steps: [
      { from: 'a', to: 'b', protocol: 'icmp', says: 'OtherNetwork' },
      { from: 'a', to: '172.16.77.77', protocol: 'icmp', says: 'OtherNetwork' },
      { from: 'a', to: 'c', protocol: 'icmp', says: 'NoRoute' },
      { from: 'a', to: '172.31.0.1', protocol: 'icmp', says: 'NoRoute' },
      { from: 'c', to: 'a', protocol: 'icmp', says: 'NoRoute' },
      { from: 'b', to: 'a', protocol: 'icmp', says: 'OtherNetwork' },
    ],
  },
  {
    title: 'without any public address in the VPC there is no way out, and no gate on it',
    ...SHUT,
    steps: [
      { from: 'a', to: 'internet', protocol: 'tcp', port: 443, says: 'NoPublicAddress' },
      { from: 'a', to: 'edge', protocol: 'icmp', says: 'NoPublicAddress' },
      { from: 'a', to: '203.0.113.7', protocol: 'udp', port: 53, says: 'NoPublicAddress' },
      { from: 'a', to: 'public:lost', protocol: 'icmp', says: 'NoPublicAddress' },
      { from: 'a', to: '192.0.0.8', protocol: 'icmp', says: 'NoPublicAddress' },
    ],
  },
];
