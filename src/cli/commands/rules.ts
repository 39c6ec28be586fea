/** `rules`: what the two gates of an interface ask, as tables, in the order of their asking. */
import type { Answer as AnswerOf } from '../../contract/action.ts';
import type { describeEffectiveRules } from '../../contract/path.ts';
import { formatTable } from '../action/table.ts';
import { type Answer, call } from '../client.ts';
import { printAnswer, printLine } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

type Rules = AnswerOf<typeof describeEffectiveRules>;
type Entry = NonNullable<NonNullable<Rules['Ingress']>['Rule']>[number];

/** `of`: id of an interface, or id or name of an instance. */
export async function rules(of: string, options: { readonly json: boolean }, shared: SharedOptions): Promise<number> {
  const target = findTarget(shared);
  const region = target.region === undefined ? {} : { RegionId: target.region };
  const parameters = { [of.startsWith('eni-') ? 'NetworkInterfaceId' : 'InstanceId']: of, ...region };
  const answer = await call(target, 'Yunlan', 'DescribeEffectiveRules', parameters);
  if (options.json) printLine(JSON.stringify(answer));
  else if (shared.output !== undefined || shared.query !== undefined) printAnswer(answer, shared);
  else process.stdout.write(tables(answer as Answer & Rules, process.stdout.columns ?? Number.POSITIVE_INFINITY));
  return 0;
}

/** The answer as two tables of at most `width` characters a line, unless a line needs more. */
export function tables(answer: Rules, width: number): string {
  const of = answer.InstanceId ? ` of ${answer.InstanceId}` : ', plugged into no instance';
  const [inbound, outbound] = [answer.Ingress?.Rule ?? [], answer.Egress?.Rule ?? []];
  return [
    `${answer.NetworkInterfaceId}${of}, in ${(answer.SecurityGroupIds ?? []).join(', ')}\n`,
    '\ninbound: the first that matches decides\n',
    formatTable({ Ingress: { Rule: inbound.map((entry) => row(entry, 'From')) } }, width),
    '\noutbound: the first that matches decides\n',
    formatTable({ Egress: { Rule: outbound.map((entry) => row(entry, 'To')) } }, width),
  ].join('');
}

function row(entry: Entry, peer: 'From' | 'To') {
  const { Origin, Position, Priority, Policy, IpProtocol, PortRange, SourcePortRange, OwnCidrIp } = entry;
  const isGroup = entry.PeerGroupId !== undefined;
  const every = '-1/-1';
  return {
    '#': Position,
    Policy,
    Protocol: IpProtocol,
    Ports: PortRange === every ? 'all' : PortRange,
    [peer]: isGroup ? `group ${entry.PeerGroupName || entry.PeerGroupId}` : (entry.PeerCidrIp ?? 'anywhere'),
    SourcePorts: SourcePortRange === every ? '' : SourcePortRange,
    Own: OwnCidrIp,
    Priority: Priority,
    Group: entry.SecurityGroupName || entry.SecurityGroupId,
    Origin: Origin === 'Rule' ? entry.SecurityGroupRuleId : Origin === 'InnerAccess' ? 'inner access' : 'by default',
    Description: entry.Description,
  };
}
