/**
 * `why`: what happens to a packet, for people: the verdict with what decides, then the way with the addresses at each
 * place; with `--probe` what became of a real one. Exit status 0 when it is delivered, 1 when it is refused (of a packet
 * that was sent, what happened to it counts), 2 when the question cannot be answered.
 */
import type { Answer as AnswerOf } from '../../contract/action.ts';
import type { probePath } from '../../contract/path.ts';
import { type Answer, call } from '../client.ts';
import { printAnswer, printLine } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

export interface WhyOptions {
  readonly protocol?: string;
  readonly port?: string;
  readonly sourcePort?: string;
  readonly sourceAddress?: string;
  readonly vpc?: string;
  readonly probe: boolean;
  readonly json: boolean;
}

/** The answer of ProbePath; without `Probe` that of AnalyzePath. */
export type Explained = Partial<AnswerOf<typeof probePath>>;
type Hop = NonNullable<NonNullable<NonNullable<Explained['Hops']>['Hop']>[number]>;
type Step = NonNullable<NonNullable<NonNullable<NonNullable<Explained['Probe']>['Trace']>['Step']>[number]>;
type Entry = NonNullable<Hop['DecidedBy']>;
type Packet = NonNullable<Explained['Packet']>;

export async function why(
  source: string,
  destination: string,
  options: WhyOptions,
  shared: SharedOptions,
): Promise<number> {
  const target = findTarget(shared);
  const parameters = {
    Source: source,
    Destination: destination,
    IpProtocol: options.protocol,
    Port: options.port,
    SourcePort: options.sourcePort,
    SourceAddress: options.sourceAddress,
    VpcId: options.vpc,
    RegionId: target.region,
  };
  const given = Object.entries(parameters).filter((each): each is [string, string] => each[1] !== undefined);
  const action = options.probe ? 'ProbePath' : 'AnalyzePath';
  const answer = await call(target, 'Yunlan', action, Object.fromEntries(given));
  const explained = answer as Answer & Explained;
  if (options.json) printLine(JSON.stringify(answer));
  else if (shared.output !== undefined || shared.query !== undefined) printAnswer(answer, shared);
  else for (const line of explain(explained)) printLine(line);
  return isDelivered(explained) ? 0 : 1;
}

function isDelivered({ Verdict, Probe }: Explained): boolean {
  const seen = Probe?.Outcome;
  return (seen === 'Delivered' || seen === 'Refused' ? seen : Verdict) === 'Delivered';
}

/** The answer as lines. */
export function explain(answer: Explained): string[] {
  const hops = answer.Hops?.Hop ?? [];
  const behind = answer.Behind ?? [];
  const elsewhere = answer.ElsewhereVpcIds ?? [];
  return [
    verdictLine(answer, hops),
    answer.Meaning ?? '',
    ...(elsewhere.length > 0 ? [`It may be meant in ${elsewhere.join(', ')}.`] : []),
    ...(behind.length > 0 ? [`Not yet real in ${behind.join(', ')}: packets may differ for a moment.`] : []),
    '',
    ...table(hops.map((hop) => [placeName(hop), hopKind(hop), addresses(hop.Packet), hopOutcome(hop)])),
    ...probeLines(answer),
  ];
}

/** `refused: IngressDeniedByRule – sgr-1 of web (sg-1), priority 1: drop tcp port 22 from anywhere` */
function verdictLine({ Verdict, Reason }: Explained, hops: readonly Hop[]): string {
  const verdict = (Verdict ?? '').toLowerCase();
  const decided = hops.findLast(({ DecidedBy }) => DecidedBy !== undefined)?.DecidedBy;
  // What refuses a packet after a gate has accepted it is not the gate's rule.
  const counts = Verdict === 'Delivered' || hops.at(-1)?.DecidedBy === decided;
  const reason = Reason === Verdict ? '' : `: ${Reason}`;
  return decided && counts ? `${verdict}${reason} – ${entryWords(decided)}` : `${verdict}${reason}`;
}

export function entryWords(entry: Entry): string {
  const { SecurityGroupRuleId, SecurityGroupName, SecurityGroupId, Priority, Words = '', Description } = entry;
  if (SecurityGroupRuleId === undefined) return Words;
  const group = SecurityGroupName ? `${SecurityGroupName} (${SecurityGroupId})` : SecurityGroupId;
  const description = Description ? ` “${Description}”` : '';
  return `${SecurityGroupRuleId} of ${group}, priority ${Priority}: ${Words}${description}`;
}

/** Whose place it is. */
function placeName({ Kind, InstanceName, InstanceId, NetworkInterfaceId, VpcId }: Hop | Step): string {
  if (Kind === 'Withheld') return 'another account';
  if (Kind === 'Outside') return 'internet';
  if (Kind === 'Edge') return 'public edge';
  return InstanceName || InstanceId || NetworkInterfaceId || VpcId || '';
}

const KINDS: { readonly [kind: string]: string } = {
  Card: 'network card',
  SourceCheck: 'source check',
  Router: 'router',
  Translation: 'translation',
  Cap: 'cap',
  Edge: 'router',
  Outside: 'host',
};

function hopKind({ Kind = '', Direction }: Hop | Step): string {
  return Kind === 'Gate' ? `${Direction} gate` : (KINDS[Kind] ?? '');
}

function addresses(packet: Packet | undefined): string {
  if (!packet) return '';
  const end = (address?: string, port?: number) => (port === undefined ? `${address}` : `${address}:${port}`);
  return `${end(packet.SourceAddress, packet.SourcePort)} → ${end(packet.DestinationAddress, packet.DestinationPort)}`;
}

const NEXT: { readonly [next: string]: string } = {
  Interface: 'to an interface of its own',
  Edge: 'to the public edge',
  Itself: 'to itself',
  Nowhere: 'no way on',
  Outside: 'to the host outside',
  Uplink: 'to the machine’s own network',
};

function hopOutcome(hop: Hop): string {
  switch (hop.Kind) {
    case 'SourceCheck':
      return hop.Passed ? 'the source is its own' : 'dropped: the source is not its own';
    case 'Gate':
      return `${hop.Passed ? 'accepted' : 'dropped'}: ${hop.DecidedBy ? entryWords(hop.DecidedBy) : ''}`;
    case 'Translation':
      return `${hop.Changes?.toLowerCase()} changed by ${hop.AllocationId}`;
    case 'Withheld':
      return 'withheld';
    default:
      if (hop.Next === 'Vpc') return `to ${hop.NextVpcId ?? 'a network of another account'}`;
      return NEXT[hop.Next ?? ''] ?? '';
  }
}

const AGREEMENT: { readonly [agreement: string]: string } = {
  Agrees: 'The analysis says the same.',
  Differs: 'The analysis says otherwise!',
};

const HEARD: { readonly [answer: string]: string } = {
  EchoReply: 'an echo reply',
  SynAck: 'SYN-ACK: something listens there',
  Reset: 'RST: nothing listens on that port',
  Data: 'an answer',
  PortUnreachable: 'port unreachable: nothing listens there',
  ProtocolUnreachable: 'protocol unreachable: the receiver does not speak it',
  HostUnreachable: 'host unreachable',
  NetworkUnreachable: 'network unreachable',
  Unreachable: 'unreachable',
};

function probeLines({ Probe }: Explained): string[] {
  if (!Probe) return [];
  const { Outcome = '', Meaning, Agreement = '', Answer: heard } = Probe;
  const steps = Probe.Trace?.Step ?? [];
  const seen: { readonly [outcome: string]: string } = { NotSent: 'not sent', Unknown: 'unknown' };
  return [
    '',
    [`packet ${seen[Outcome] ?? Outcome.toLowerCase()}: ${Meaning}`, AGREEMENT[Agreement]].filter(Boolean).join(' '),
    ...(heard === undefined ? [] : [`The sender heard ${HEARD[heard] ?? heard}.`]),
    ...(steps.length > 0 ? [''] : []),
    ...table(
      steps.map((step) => [
        placeName(step),
        hopKind(step),
        addresses(step.Packet),
        stepOutcome(step),
        step.Chain ?? '',
      ]),
    ),
  ];
}

const ORIGINS: { readonly [origin: string]: string } = { InnerAccess: 'inner access', Default: 'default' };

function stepOutcome({ Kind, Verdict, Rule, DecidedBy }: Step): string {
  if (Kind === 'Withheld') return 'withheld';
  const origin = DecidedBy && (DecidedBy.SecurityGroupRuleId ?? ORIGINS[DecidedBy.Origin ?? '']);
  return `${Verdict?.toLowerCase()}${origin === undefined ? '' : ` by ${origin}`}: ${Rule ?? ''}`;
}

/** Rows in columns, numbered. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows.map((row, at) => {
    const cells = row.map((text, column) => text.padEnd(widths[column] ?? 0));
    return `${String(at + 1).padStart(2)}  ${cells.join('  ')}`.trimEnd();
  });
}
