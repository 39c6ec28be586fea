/** Invalid questions about packets, and about the rules of interfaces. */
import type { Request } from '../harness.ts';
import type { InvalidCall, World } from './catalogue.ts';

type Wrong = Omit<InvalidCall, 'product' | 'action' | 'name' | 'request'> & {
  readonly request: (world: World) => Request;
};

/** The same question is refused alike whether it is analysed or sent. */
const asked = (why: string, { request, ...call }: Wrong): InvalidCall[] =>
  ['AnalyzePath', 'ProbePath'].map((action) => ({
    ...call,
    product: 'Yunlan',
    action,
    name: `${action}: ${why}`,
    request: (world) => ({ Source: world.running, Destination: world.stopped, ...request(world) }),
  }));

const rules = (why: string, call: Wrong): InvalidCall => ({
  ...call,
  product: 'Yunlan',
  action: 'DescribeEffectiveRules',
  name: `DescribeEffectiveRules: ${why}`,
});

const missing = (parameter: string) => ({ code: 'MissingParameter', status: 400, parameter }) as const;
const notFound = (code: InvalidCall['code'], parameter: string) => ({ code, status: 404, parameter });
const wrong = (code: InvalidCall['code'], parameter: string) => ({ code, status: 400, parameter });

export const PATH_CALLS: readonly InvalidCall[] = [
  ...asked('no source', { request: () => ({ Source: undefined }), ...missing('Source') }),
  ...asked('no destination', { request: () => ({ Destination: undefined }), ...missing('Destination') }),
  ...(['Source', 'Destination'] as const).flatMap((side) => [
    ...asked(`${side} that nobody has`, {
      request: () => ({ [side]: 'nobody' }),
      ...notFound('InvalidInstanceId.NotFound', side),
    }),
    ...asked(`${side} of another account`, {
      request: ({ foreign }) => ({ [side]: foreign.instance }),
      ...notFound('InvalidInstanceId.NotFound', side),
    }),
    ...asked(`${side}: unknown interface`, {
      request: () => ({ [side]: 'eni-bp1nobody' }),
      ...notFound('InvalidEniId.NotFound', side),
    }),
    ...asked(`${side}: interface of another account`, {
      request: ({ foreign }) => ({ [side]: foreign.eni }),
      ...notFound('InvalidEniId.NotFound', side),
    }),
    ...asked(`${side}: EIP of another account`, {
      request: ({ foreign }) => ({ [side]: foreign.eip }),
      ...notFound('InvalidAllocationId.NotFound', side),
    }),
    ...asked(`${side}: half an address`, {
      request: () => ({ [side]: '10.0.1' }),
      ...wrong('InvalidPrivateIpAddress.Malformed', side),
    }),
    ...asked(`${side}: a block`, {
      request: () => ({ [side]: '10.0.1.0/24' }),
      ...wrong('InvalidPrivateIpAddress.Malformed', side),
    }),
    ...asked(`${side}: an octal address`, {
      request: () => ({ [side]: '010.0.1.10' }),
      ...wrong('InvalidPrivateIpAddress.Malformed', side),
    }),
  ]),
  ...asked('source: an address that no interface has', {
    request: () => ({ Source: '10.0.1.200' }),
    ...notFound('InvalidSource.NotFound', 'Source'),
  }),
  ...asked('source: the gateway', {
    request: () => ({ Source: '10.0.1.253' }),
    ...notFound('InvalidSource.NotFound', 'Source'),
  }),
  ...asked('source: an address out there', {
    request: () => ({ Source: '8.8.8.8' }),
    ...notFound('InvalidSource.NotFound', 'Source'),
  }),
  ...asked('source: an EIP that leads nowhere', {
    request: ({ eip }) => ({ Source: eip }),
    ...wrong('IncorrectEipStatus', 'Source'),
  }),
  ...asked('unknown VPC', { request: () => ({ VpcId: 'vpc-none' }), ...notFound('InvalidVpcId.NotFound', 'VpcId') }),
  ...asked('VPC of another account', {
    request: ({ foreign }) => ({ VpcId: foreign.vpc }),
    ...notFound('InvalidVpcId.NotFound', 'VpcId'),
  }),
  ...asked('another VPC than that of the source', {
    request: ({ otherVpc }) => ({ VpcId: otherVpc }),
    ...wrong('InvalidParameter.Conflict', 'VpcId'),
  }),
  ...asked('a VPC for the host outside', {
    request: ({ vpc }) => ({ Source: 'internet', VpcId: vpc }),
    ...wrong('InvalidParameter.Conflict', 'VpcId'),
  }),
  ...asked('an address that lies in the other VPC', {
    request: ({ otherVpc }) => ({ Source: '10.0.1.10', VpcId: otherVpc }),
    ...notFound('InvalidSource.NotFound', 'Source'),
  }),
  ...(['sctp', '256', '-1', '06', '1.5', 'tcp '] as const).flatMap((IpProtocol) =>
    asked(`protocol '${IpProtocol}'`, {
      request: () => ({ IpProtocol }),
      ...wrong('InvalidIpProtocol.ValueNotSupported', 'IpProtocol'),
    }),
  ),
  ...(['58', '136'] as const).flatMap((IpProtocol) =>
    asked(`protocol ${IpProtocol}, which nothing carries`, {
      request: () => ({ IpProtocol }),
      ...wrong('InvalidIpProtocol.ValueNotSupported', 'IpProtocol'),
    }),
  ),
  ...asked('tcp without a port', { request: () => ({ IpProtocol: 'tcp' }), ...missing('Port') }),
  ...asked('udp with a source port alone', {
    request: () => ({ IpProtocol: 'udp', SourcePort: 53 }),
    ...missing('Port'),
  }),
  ...asked('icmp with a port', {
    request: () => ({ IpProtocol: 'icmp', Port: 80 }),
    ...wrong('InvalidIpProtocol.Malformed', 'Port'),
  }),
  ...asked('gre with a source port', {
    request: () => ({ IpProtocol: 'gre', SourcePort: 80 }),
    ...wrong('InvalidIpProtocol.Malformed', 'SourcePort'),
  }),
  ...asked('a source port without a port, which means icmp', {
    request: () => ({ SourcePort: 80 }),
    ...wrong('InvalidIpProtocol.Malformed', 'SourcePort'),
  }),
  ...([0, 65_536, '80/80', 'http'] as const).flatMap((Port) =>
    asked(`port ${Port}`, { request: () => ({ Port }), ...wrong('InvalidParam.PortRange', 'Port') }),
  ),
  ...([0, 65_536, 'x'] as const).flatMap((SourcePort) =>
    asked(`source port ${SourcePort}`, {
      request: () => ({ Port: 80, SourcePort }),
      ...wrong('InvalidSourcePortRange.Malformed', 'SourcePort'),
    }),
  ),
  ...(['web', '10.0.0.0/8', '1.2.3', '::1'] as const).flatMap((SourceAddress) =>
    asked(`source address ${SourceAddress}`, {
      request: () => ({ SourceAddress }),
      ...wrong('InvalidPrivateIpAddress.Malformed', 'SourceAddress'),
    }),
  ),
  {
    name: 'ProbePath: where no packet moves',
    product: 'Yunlan',
    action: 'ProbePath',
    request: ({ running }) => ({ Source: running, Destination: 'internet' }),
    code: 'InvalidOperation.NoRealPackets',
    status: 400,
  },
  rules('of nothing', { request: () => ({}), ...missing('NetworkInterfaceId') }),
  rules('of two things', {
    request: ({ running, runningEni }) => ({ InstanceId: running, NetworkInterfaceId: runningEni }),
    code: 'InvalidParam.EniIdAndInstanceId.Conflict',
    status: 403,
    parameter: 'InstanceId',
  }),
  rules('unknown instance', {
    request: () => ({ InstanceId: 'i-none' }),
    ...notFound('InvalidInstanceId.NotFound', 'InstanceId'),
  }),
  rules('instance of another account', {
    request: ({ foreign }) => ({ InstanceId: foreign.instance }),
    ...notFound('InvalidInstanceId.NotFound', 'InstanceId'),
  }),
  rules('unknown interface', {
    request: () => ({ NetworkInterfaceId: 'eni-none' }),
    ...notFound('InvalidEniId.NotFound', 'NetworkInterfaceId'),
  }),
  rules('interface of another account', {
    request: ({ foreign }) => ({ NetworkInterfaceId: foreign.eni }),
    ...notFound('InvalidEniId.NotFound', 'NetworkInterfaceId'),
  }),
];
