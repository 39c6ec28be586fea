/** Actions that explain what happens to a packet (our own product). What reasons mean: docs/guides/path-analysis.md. */
import { action } from './action.ts';
import { integer, text } from './parameter.ts';

const QUESTION = {
  Source: text({
    fate: 'realised',
    help: 'Who sends: id or name of an instance, id of an interface, a private address of one of your interfaces, one of your EIPs (id or address: what it leads to), or internet for the host beyond the public edge.',
    required: true,
  }),
  Destination: text({
    fate: 'realised',
    help: 'Where to: id or name of an instance, id of an interface, id of an EIP, internet, or any IPv4 address. An instance or interface stands for its primary private address; seen from internet for its public one, when it has one.',
    required: true,
  }),
  VpcId: text({ fate: 'realised', help: 'VPC of a Source that is a private address which several of your VPCs have.' }),
  IpProtocol: text({
    fate: 'realised',
    help: 'tcp, udp, icmp (an echo request), gre, or a protocol number of 0 to 255; tcp with a Port and icmp without one when absent.',
    invalid: 'InvalidIpProtocol.ValueNotSupported',
  }),
  Port: integer({
    fate: 'realised',
    help: 'Destination port, 1 to 65535; with tcp and udp alone, which need it.',
    range: [1, 65_535],
    invalid: 'InvalidParam.PortRange',
  }),
  SourcePort: integer({
    fate: 'realised',
    help: 'Source port, 1 to 65535; with tcp and udp alone. One that clients use when absent.',
    range: [1, 65_535],
    invalid: 'InvalidSourcePortRange.Malformed',
  }),
  SourceAddress: text({
    fate: 'realised',
    help: 'Source address that the packet bears instead of the sender’s own, to ask about a spoofed one.',
    invalid: 'InvalidPrivateIpAddress.Malformed',
  }),
} as const;

const ERRORS = [
  'InvalidInstanceId.NotFound',
  'InvalidEniId.NotFound',
  'InvalidAllocationId.NotFound',
  'InvalidVpcId.NotFound',
  'InvalidPrivateIpAddress.Malformed',
  'InvalidSource.NotFound',
  'IncorrectEipStatus',
  'InvalidIpProtocol.ValueNotSupported',
  'InvalidIpProtocol.Malformed',
  'InvalidParam.PortRange',
  'InvalidSourcePortRange.Malformed',
  'InvalidParameter.Conflict',
  'MissingParameter',
] as const;

const PACKET = {
  IpProtocol: 'string',
  SourceAddress: 'string',
  SourcePort: 'integer',
  DestinationAddress: 'string',
  DestinationPort: 'integer',
} as const;

/** An entry of an interface's merged rules. `Origin`: Rule, InnerAccess or Default. */
const ENTRY = {
  Position: 'integer',
  Origin: 'string',
  Policy: 'string',
  Direction: 'string',
  Priority: 'integer',
  SecurityGroupRuleId: 'string',
  SecurityGroupId: 'string',
  SecurityGroupName: 'string',
  IpProtocol: 'string',
  PortRange: 'string',
  SourcePortRange: 'string',
  PeerCidrIp: 'string',
  PeerGroupId: 'string',
  PeerGroupName: 'string',
  PeerPrefixListId: 'string',
  OwnCidrIp: 'string',
  Description: 'string',
  Words: 'string',
} as const;

/** A place of the way. `Kind`: Card, SourceCheck, Gate, Router, Translation, Cap, Edge, Outside or Withheld. */
const PLACE = {
  Kind: 'string',
  VpcId: 'string',
  NetworkInterfaceId: 'string',
  InstanceId: 'string',
  InstanceName: 'string',
  Direction: 'string',
} as const;

const ANALYSIS = {
  Verdict: 'string',
  Reason: 'string',
  Meaning: 'string',
  Packet: PACKET,
  Hops: {
    Hop: [
      {
        ...PLACE,
        Passed: 'boolean',
        Next: 'string',
        NextVpcId: 'string',
        Changes: 'string',
        AllocationId: 'string',
        Packet: PACKET,
        DecidedBy: ENTRY,
      },
    ],
  },
  /** VPCs in which the destination may be meant, when it is a private address of another one. */
  ElsewhereVpcIds: ['string'],
  /** VPCs on the way (`edge`: the public edge) whose packets do not yet follow what is wanted. */
  Behind: ['string'],
} as const;

export const analyzePath = action({
  product: 'Yunlan',
  name: 'AnalyzePath',
  summary: 'Tells what happens to the first packet of a flow: whether it arrives, its way, and the rule that decides.',
  effect: 'read',
  parameters: QUESTION,
  answer: ANALYSIS,
  errors: ERRORS,
});

export const probePath = action({
  product: 'Yunlan',
  name: 'ProbePath',
  summary:
    'Sends the packet that AnalyzePath is asked about for real, and tells what becomes of it beside the analysis.',
  effect: 'read',
  parameters: QUESTION,
  answer: {
    ...ANALYSIS,
    Probe: {
      /** Delivered, Refused, NotSent or Unknown. */
      Outcome: 'string',
      Meaning: 'string',
      /** Agrees, Differs or Unknown. */
      Agreement: 'string',
      /** What the sender heard in answer. */
      Answer: 'string',
      /** Where it was refused. */
      Where: { ...PLACE, DecidedBy: ENTRY },
      Trace: {
        Step: [{ ...PLACE, Verdict: 'string', Chain: 'string', Rule: 'string', Packet: PACKET, DecidedBy: ENTRY }],
      },
    },
  },
  errors: [...ERRORS, 'InvalidOperation.NoRealPackets', 'ServiceUnavailable'],
});

const RULES = { Rule: [{ ...ENTRY, PeerAddresses: ['string'] }] } as const;

export const describeEffectiveRules = action({
  product: 'Yunlan',
  name: 'DescribeEffectiveRules',
  summary:
    'Lists what the two gates of an interface ask: the rules of all its groups merged, in the order of their asking.',
  effect: 'read',
  parameters: {
    NetworkInterfaceId: text({ fate: 'realised', help: 'Id of the interface.' }),
    InstanceId: text({
      fate: 'realised',
      help: 'Id or name of an instance instead, for its primary interface.',
    }),
  },
  answer: {
    NetworkInterfaceId: 'string',
    InstanceId: 'string',
    SecurityGroupIds: ['string'],
    Ingress: RULES,
    Egress: RULES,
  },
  errors: [
    'InvalidEniId.NotFound',
    'InvalidInstanceId.NotFound',
    'InvalidParam.EniIdAndInstanceId.Conflict',
    'MissingParameter',
  ],
});
