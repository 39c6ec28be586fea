/** In which order the rules of several groups are asked. */
import type { Rule, VerdictCase } from '../case.ts';

const WEB = { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '0.0.0.0/0' } as const;
const OUT = { IpProtocol: 'TCP', PortRange: '80/80', DestCidrIp: '0.0.0.0/0' } as const;
const accept = (Priority: number, more: Partial<Rule> = {}): Rule => ({
  ...WEB,
  Description: `accept at ${Priority}`,
  Priority,
  ...more,
});
const drop = (Priority: number, more: Partial<Rule> = {}): Rule => ({
  ...WEB,
  Description: `drop at ${Priority}`,
  Policy: 'drop',
  Priority,
  ...more,
});

const A = { PrivateIpAddress: '10.0.1.10', groups: ['clients'] } as const;
const B = '10.0.1.11';
const clients = {} as const;
const web = { from: 'a', to: 'b', protocol: 'tcp', port: 80 } as const;

/** The receiver b is in these groups, a in one that says nothing. */
const receiving = (groups: {
  readonly [name: string]: readonly Rule[];
}): Pick<VerdictCase, 'groups' | 'instances'> => ({
  groups: { clients, ...Object.fromEntries(Object.entries(groups).map(([name, ingress]) => [name, { ingress }])) },
  instances: { a: A, b: { PrivateIpAddress: B, groups: Object.keys(groups) } },
});

/** The sender a is in these groups; b takes everything. */
const sending = (groups: { readonly [name: string]: readonly Rule[] }): Pick<VerdictCase, 'groups' | 'instances'> => ({
  groups: {
    open: {
      ingress: [{ Description: 'all', IpProtocol: 'ALL', PortRange: '-1/-1', SourceCidrIp: '0.0.0.0/0' }],
    },
    ...Object.fromEntries(Object.entries(groups).map(([name, egress]) => [name, { egress }])),
  },
  instances: {
    a: { PrivateIpAddress: '10.0.1.10', groups: Object.keys(groups) },
    b: { PrivateIpAddress: B, groups: ['open'] },
  },
});

const out = (rule: Rule): Rule => {
  const { SourceCidrIp: _, ...rest } = rule;
  return { ...OUT, ...rest };
};

export const ORDER_CASES: readonly VerdictCase[] = [
  {
    title: 'no rule: outbound is open, inbound is not',
    ...receiving({ empty: [] }),
    steps: [
      { ...web, says: 'IngressDeniedByDefault', by: 'default' },
      { from: 'b', to: 'a', protocol: 'udp', port: 9, says: 'IngressDeniedByDefault', by: 'default' },
    ],
  },
  {
    title: 'one accept rule opens what it names',
    ...receiving({ web: [accept(1)] }),
    steps: [
      { ...web, says: 'Delivered', by: 'accept at 1' },
      { ...web, port: 81, says: 'IngressDeniedByDefault', by: 'default' },
    ],
  },
  {
    title: 'a drop of lower number is asked before an accept',
    ...receiving({ web: [accept(2), drop(1)] }),
    steps: [{ ...web, says: 'IngressDeniedByRule', by: 'drop at 1' }],
  },
  {
    title: 'an accept of lower number is asked before a drop',
    ...receiving({ web: [drop(2), accept(1)] }),
    steps: [{ ...web, says: 'Delivered', by: 'accept at 1' }],
  },
  {
    title: 'at equal priority drop wins, whichever was made first',
    groups: {
      clients,
      'accept first': { ingress: [accept(50), drop(50)] },
      'drop first': { ingress: [drop(50), accept(50)] },
    },
    instances: {
      a: A,
      b: { PrivateIpAddress: B, groups: ['accept first'] },
      c: { PrivateIpAddress: '10.0.1.12', groups: ['drop first'] },
    },
    steps: [
      { ...web, says: 'IngressDeniedByRule', by: 'drop at 50' },
      { ...web, to: 'c', says: 'IngressDeniedByRule', by: 'drop at 50' },
    ],
  },
  {
    title: 'priorities are numbers: 2 comes before 10, and 100 last',
    groups: {
      clients,
      two: { ingress: [drop(10), accept(2), drop(100)] },
      ten: { ingress: [drop(2), accept(10)] },
      hundred: { ingress: [accept(99), drop(100)] },
    },
    instances: {
      a: A,
      b: { PrivateIpAddress: B, groups: ['two'] },
      c: { PrivateIpAddress: '10.0.1.12', groups: ['ten'] },
      d: { PrivateIpAddress: '10.0.1.13', groups: ['hundred'] },
    },
    steps: [
      { ...web, says: 'Delivered', by: 'accept at 2' },
      { ...web, to: 'c', says: 'IngressDeniedByRule', by: 'drop at 2' },
      { ...web, to: 'd', says: 'Delivered', by: 'accept at 99' },
    ],
  },
  {
    title: 'the rules of two groups are one list by priority',
    ...receiving({ one: [accept(5)], two: [drop(4)] }),
    steps: [{ ...web, says: 'IngressDeniedByRule', by: 'drop at 4' }],
  },
  {
    title: 'an accept in one group suffices where the other is silent',
    ...receiving({ one: [], two: [accept(100)] }),
    steps: [{ ...web, says: 'Delivered', by: 'accept at 100' }],
  },
  {
    title: 'at equal priority the drop of one group beats the accept of another, in whichever order they were joined',
    groups: { clients, one: { ingress: [accept(7)] }, two: { ingress: [drop(7)] } },
    instances: {
      a: A,
      b: { PrivateIpAddress: B, groups: ['one', 'two'] },
      c: { PrivateIpAddress: '10.0.1.12', groups: ['two', 'one'] },
      d: { PrivateIpAddress: '10.0.1.13', groups: ['one'] },
    },
    steps: [
      { ...web, says: 'IngressDeniedByRule', by: 'drop at 7' },
      { ...web, to: 'c', says: 'IngressDeniedByRule', by: 'drop at 7' },
      { ...web, to: 'd', says: 'Delivered', by: 'accept at 7' },
    ],
  },
  {
    title: 'priorities of three groups interleave',
    ...receiving({
      one: [drop(10, { PortRange: '80/80' })],
      two: [accept(20, { PortRange: '80/81' })],
      three: [drop(30, { PortRange: '80/82' }), accept(40, { PortRange: '80/83' })],
    }),
    steps: [
      { ...web, says: 'IngressDeniedByRule', by: 'drop at 10' },
      { ...web, port: 81, says: 'Delivered', by: 'accept at 20' },
      { ...web, port: 82, says: 'IngressDeniedByRule', by: 'drop at 30' },
      { ...web, port: 83, says: 'Delivered', by: 'accept at 40' },
      { ...web, port: 84, says: 'IngressDeniedByDefault', by: 'default' },
    ],
  },
  {
    title: 'priority counts, not how much a rule names',
    ...receiving({ web: [accept(2, { SourceCidrIp: '10.0.1.10/32' }), drop(1)] }),
    steps: [{ ...web, says: 'IngressDeniedByRule', by: 'drop at 1' }],
  },
  {
    title: 'a narrow accept before a wide drop is the exception to it',
    ...receiving({
      web: [drop(2, { IpProtocol: 'ALL', PortRange: '-1/-1' }), accept(1, { SourceCidrIp: '10.0.1.10/32' })],
    }),
    steps: [
      { ...web, says: 'Delivered', by: 'accept at 1' },
      { ...web, port: 81, says: 'IngressDeniedByRule', by: 'drop at 2' },
    ],
  },
  {
    title: 'outbound rules by priority, in one group and over two',
    groups: {
      ...sending({}).groups,
      closed: { egress: [out(drop(1)), out(accept(2))] },
      opened: { egress: [out(accept(1)), out(drop(2))] },
      wide: { egress: [out(drop(3, { IpProtocol: 'ALL', PortRange: '-1/-1' }))] },
    },
    instances: {
      a: { PrivateIpAddress: '10.0.1.10', groups: ['closed'] },
      b: { PrivateIpAddress: B, groups: ['open'] },
      c: { PrivateIpAddress: '10.0.1.12', groups: ['opened'] },
      d: { PrivateIpAddress: '10.0.1.13', groups: ['wide', 'opened'] },
    },
    steps: [
      { ...web, says: 'EgressDeniedByRule', by: 'drop at 1' },
      { ...web, from: 'c', says: 'Delivered', by: 'all' },
      { ...web, from: 'd', says: 'Delivered', by: 'all' },
      { ...web, from: 'd', port: 81, says: 'EgressDeniedByRule', by: 'drop at 3' },
    ],
  },
  {
    title: 'at equal priority an outbound drop wins, too',
    ...sending({ one: [out(accept(9))], two: [out(drop(9))] }),
    steps: [
      { ...web, says: 'EgressDeniedByRule', by: 'drop at 9' },
      { ...web, port: 81, says: 'Delivered', by: 'all' },
    ],
  },
  {
    title: 'the sender’s gate is asked first: both refuse, and it is the one',
    groups: { closed: { egress: [out(drop(1))] }, dropping: { ingress: [drop(1)] } },
    instances: {
      a: { PrivateIpAddress: '10.0.1.10', groups: ['closed'] },
      b: { PrivateIpAddress: B, groups: ['dropping'] },
    },
    steps: [{ ...web, says: 'EgressDeniedByRule', by: 'drop at 1' }],
  },
  {
    title: 'each side’s groups rule that side alone',
    groups: {
      senders: { ingress: [accept(1)] },
      receivers: { egress: [out(drop(1))], ingress: [accept(1, { PortRange: '443/443' })] },
    },
    instances: {
      a: { PrivateIpAddress: '10.0.1.10', groups: ['senders'] },
      b: { PrivateIpAddress: B, groups: ['receivers'] },
    },
    steps: [
      { ...web, says: 'IngressDeniedByDefault', by: 'default' },
      { ...web, port: 443, says: 'Delivered', by: 'accept at 1' },
      { ...web, from: 'b', to: 'a', says: 'EgressDeniedByRule', by: 'drop at 1' },
    ],
  },
];
