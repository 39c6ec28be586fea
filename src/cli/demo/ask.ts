/** Puts the demo's questions to the region: what its analysis says of a packet, and what becomes of one that is sent. */
import type { Answer as AnswerOf } from '../../contract/action.ts';
import type { probePath } from '../../contract/path.ts';
import { Failure } from '../../daemon/failure.ts';
import { CallRefused } from '../client.ts';
import { EIP_OF, INSTANCES, type InstancePlan, type Party, QUESTIONS, type Question } from './plan.ts';
import { type DemoRegion, type Found, fieldsIn, textOf } from './region.ts';

/** One packet: who, to whom, what is said of it. Verdicts are the API's words. */
export interface Row {
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'icmp';
  readonly port?: number;
  /** Whose address the packet bears instead of the sender's own. */
  readonly as?: string;
  readonly analysis: string;
  readonly reason: string;
  /** What decided, in words. */
  readonly why: string;
  /** What happened to a real packet; absent where none can be sent. */
  readonly packet?: string;
  /** Whether both end at the same place for the same cause: Agrees, Differs or Unknown. */
  readonly agreement?: string;
  /** What the sender heard in answer. */
  readonly answer?: string;
}

export interface Asked {
  readonly rows: readonly Row[];
  /** Why no packet was sent; undefined when they were. */
  readonly unsent?: string;
}

type Explained = Partial<AnswerOf<typeof probePath>>;
type Hop = NonNullable<NonNullable<NonNullable<Explained['Hops']>['Hop']>[number]>;

export async function askAll(region: DemoRegion): Promise<Asked> {
  const things = { instance: await region.byRole('instance'), eip: (await region.byRole('eip')).get(EIP_OF) };
  let unsent = region.realPackets ? undefined : 'the driver is simulated, no packet moves';
  const rows: Row[] = [];
  for (const question of QUESTIONS) {
    const parameters = parametersOf(question, things);
    let answer: Explained | undefined;
    if (unsent === undefined) {
      try {
        answer = await region.call('Yunlan', 'ProbePath', parameters);
      } catch (error) {
        // This machine cannot send single packets; nothing else depends on it.
        if (!(error instanceof CallRefused) || error.code !== 'ServiceUnavailable') throw error;
        unsent = error.message;
      }
    }
    answer ??= await region.call('Yunlan', 'AnalyzePath', parameters);
    rows.push(rowOf(question, answer));
  }
  return { rows, ...(unsent === undefined ? {} : { unsent }) };
}

interface Things {
  readonly instance: ReadonlyMap<string, Found>;
  readonly eip: Found | undefined;
}

function parametersOf(question: Question, things: Things): { readonly [name: string]: string } {
  return {
    Source: idOf(question.from, things),
    Destination: idOf(question.to, things),
    IpProtocol: question.protocol,
    ...(question.port === undefined ? {} : { Port: String(question.port) }),
    ...(question.as === undefined ? {} : { SourceAddress: planOf(question.as).address }),
  };
}

function idOf(party: Party, { instance, eip }: Things): string {
  if (party === 'internet') return party;
  if (party !== 'eip' && 'address' in party) return party.address;
  const found = party === 'eip' ? eip : instance.get(party.instance);
  if (found === undefined) throw new Failure('somebody has removed a part of the demo meanwhile: start again');
  // The address, not the id: it may lead to nobody just now, which is an answer, too.
  return party === 'eip' ? textOf(found.fields, 'IpAddress') : found.id;
}

function rowOf({ from, to, protocol, port, as }: Question, answer: Explained): Row {
  const { Verdict: analysis = '', Reason: reason = '', Probe } = answer;
  return {
    from: nameOf(from),
    to: nameOf(to),
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(as === undefined ? {} : { as: planOf(as).name }),
    analysis,
    reason,
    why: whyOf(answer),
    ...(Probe ? { packet: Probe.Outcome ?? '', agreement: Probe.Agreement ?? '' } : {}),
    ...(Probe?.Answer ? { answer: Probe.Answer } : {}),
  };
}

function nameOf(party: Party): string {
  if (party === 'internet') return party;
  if (party === 'eip') return `EIP of ${nameOf({ instance: EIP_OF })}`;
  if ('address' in party) return party.address;
  return planOf(party.instance).name;
}

function planOf(instance: string): InstancePlan {
  const plan = INSTANCES.find(({ role }) => role === instance);
  if (plan === undefined) throw new TypeError(`no instance is a ${instance}`);
  return plan;
}

/** Reasons that demos end with, in fewer words than the API's, so that a row stays a line. */
const SHORTLY: { readonly [reason: string]: string } = {
  IngressDeniedByDefault: 'no rule lets it in',
  EgressDeniedByDefault: 'no rule lets it out',
  SpoofedSource: 'the source address is not its own',
  AddressUnassigned: 'nobody in this VPC has that address',
  NoPublicAddress: 'the sender has no public address',
  PublicAddressUnassigned: 'the address leads to nobody',
  SenderNotPlugged: 'the sender does not run',
};

/** What decided: the rule when it was one, else the reason. */
function whyOf({ Verdict, Reason = '', Hops, Meaning = '' }: Explained): string {
  const hops = Hops?.Hop ?? [];
  const gate = hops.findLast(({ DecidedBy }) => DecidedBy !== undefined);
  const decided = Verdict === 'Delivered' || gate === hops.at(-1) ? gate?.DecidedBy : undefined;
  return (decided && ruleWords(decided)) ?? SHORTLY[Reason] ?? Meaning.replace(/\.$/, '');
}

/** Undefined for the refusal of what no rule accepts. Names are enough here: ids make lines long. */
function ruleWords(entry: NonNullable<Hop['DecidedBy']>): string | undefined {
  const { Origin, Policy, Direction, Words = '', SecurityGroupName: group } = entry;
  if (Origin === 'Rule') return `${group}: ${Words.replaceAll(/ \(sg-[a-z0-9]+\)| port(?= )| group(?= )/g, '')}`;
  if (Origin === 'InnerAccess') return `members of ${group} reach each other`;
  return Policy === 'Accept' ? `${Direction === 'egress' ? 'outbound' : 'inbound'} traffic is open` : undefined;
}

/** Public address of the web server while it has one; undefined after somebody took it away. */
export async function publicAddress(region: DemoRegion): Promise<string | undefined> {
  const web = (await region.byRole('instance')).get(EIP_OF);
  const address = web && textOf(fieldsIn(web.fields, 'EipAddress'), 'IpAddress');
  return address === '' ? undefined : address;
}
