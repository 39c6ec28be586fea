/**
 * Flows that the kernel knows: reading them, and choosing how to delete those that are refused now. Pure but for the
 * two functions at the end.
 *
 * Deleting cuts a flow because the networks have nf_conntrack_tcp_loose=0: a segment in the middle of a connection that
 * is not known any more is invalid and dropped. `conntrack` walks the machine's whole table for each deletion, some
 * milliseconds, so one deletion should cover as many refused flows as it can, and never one that stays.
 */

import type { NetworkProgram } from '../../realize/program.ts';
import { formatIpv4, type Ipv4, parseIpv4 } from '../../values/ip.ts';
import type { ShellTool } from './tools.ts';

/** A flow in the direction of its first packet; ports are 0 where the protocol has none. */
export interface TrackedFlow {
  /** IP protocol number. */
  readonly protocol: number;
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Source that its packets bear beyond the edge, where it was translated. */
  readonly publicSource?: Ipv4;
  /** Receiver that its packets reach, where the destination was translated. */
  readonly privateDestination?: Ipv4;
}

/** Reads `conntrack -L -o extended`. Lines that are none of IPv4 are left out. */
export function readFlows(text: string): TrackedFlow[] {
  const flows: TrackedFlow[] = [];
  for (const line of text.split('\n')) {
    const found = /^ipv4\s+\d+\s+\S+\s+(\d+)\s.*?\bsrc=(\S+) dst=(\S+)(?: sport=(\d+) dport=(\d+))?(.*)/.exec(line);
    if (!found) continue;
    const [, protocol, src = '', dst = '', sourcePort, destinationPort, rest = ''] = found;
    const [source, destination] = [parseIpv4(src), parseIpv4(dst)];
    if (source === undefined || destination === undefined) continue;
    const [, from = '', to = ''] = /\bsrc=(\S+) dst=(\S+)/.exec(rest) ?? [];
    const [answerFrom, answerTo] = [parseIpv4(from), parseIpv4(to)];
    flows.push({
      protocol: Number(protocol),
      source,
      destination,
      sourcePort: Number(sourcePort ?? 0),
      destinationPort: Number(destinationPort ?? 0),
      ...(answerTo === undefined || answerTo === source ? {} : { publicSource: answerTo }),
      ...(answerFrom === undefined || answerFrom === destination ? {} : { privateDestination: answerFrom }),
    });
  }
  return flows;
}

/** Whether the program translates the flow's addresses as they have been translated since it began. */
export function translationHolds(program: NetworkProgram, flow: TrackedFlow): boolean {
  const { source, destination, publicSource, privateDestination } = flow;
  const holds = (publicAddress: Ipv4, privateAddress: Ipv4) =>
    program.publicMappings.some((one) => one.publicAddress === publicAddress && one.privateAddress === privateAddress);
  return (
    (publicSource === undefined || holds(publicSource, source)) &&
    (privateDestination === undefined || holds(destination, privateDestination))
  );
}

type Field = Exclude<keyof TrackedFlow, 'publicSource' | 'privateDestination'>;

/** What a deletion may name, the widest first. */
const SHAPES: readonly (readonly Field[])[] = [
  ['source'],
  ['destination'],
  ['protocol', 'destinationPort'],
  ['source', 'destination'],
  ['protocol', 'source', 'destination'],
  ['protocol', 'source', 'destinationPort'],
  ['protocol', 'destination', 'destinationPort'],
  ['protocol', 'source', 'destination', 'destinationPort'],
  ['protocol', 'source', 'destination', 'sourcePort', 'destinationPort'],
];

/** Protocols whose ports a deletion can name. */
const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
]);

/** As many deletions as may be taken to name each flow for itself: about a fifth of a second. */
const FEW = 20;

/**
 * Arguments of `conntrack -D`, one list a deletion, that together match every refused flow and no kept one. As narrow as
 * few deletions can be, since a wide one would also cut a flow that has begun since the flows were listed. A flow of
 * which a kept one is the twin in all that a deletion can name is deleted with it.
 */
export function deletionsFor(refused: readonly TrackedFlow[], kept: readonly TrackedFlow[]): string[] {
  const spared = SHAPES.map((shape) => new Set(kept.map((flow) => keyOf(flow, shape))));
  for (let widest = SHAPES.length - 1; widest > 0; widest -= 1) {
    const deletions = deletionsOf(refused, spared, widest);
    if (deletions.length <= FEW) return deletions;
  }
  return deletionsOf(refused, spared, 0);
}

/** The deletions that need no shape before `widest`, except for flows that only those can name. */
function deletionsOf(
  refused: readonly TrackedFlow[],
  spared: readonly ReadonlySet<string>[],
  widest: number,
): string[] {
  const chosen = SHAPES.map(() => new Map<string, TrackedFlow>());
  for (const flow of refused) {
    if (SHAPES.some((shape, index) => chosen[index]?.has(keyOf(flow, shape)))) continue;
    const usable = SHAPES.findIndex(
      (shape, index) => index >= widest && nameable(flow, shape) && !spared[index]?.has(keyOf(flow, shape)),
    );
    const index = usable < 0 ? SHAPES.findLastIndex((shape) => nameable(flow, shape)) : usable;
    const shape = SHAPES[index];
    if (shape) chosen[index]?.set(keyOf(flow, shape), flow);
  }
  return chosen.flatMap((flows, index) =>
    Array.from(flows.values(), (flow) => argumentsFor(flow, SHAPES[index] ?? [])),
  );
}

function keyOf(flow: TrackedFlow, shape: readonly Field[]): string {
  return shape.map((field) => flow[field]).join(' ');
}

function nameable(flow: TrackedFlow, shape: readonly Field[]): boolean {
  return PROTOCOL_NAMES.has(flow.protocol) || !(shape.includes('sourcePort') || shape.includes('destinationPort'));
}

function argumentsFor(flow: TrackedFlow, shape: readonly Field[]): string {
  const words: string[] = [];
  if (shape.includes('protocol')) words.push(`-p ${PROTOCOL_NAMES.get(flow.protocol) ?? flow.protocol}`);
  if (shape.includes('source')) words.push(`-s ${formatIpv4(flow.source)}`);
  if (shape.includes('destination')) words.push(`-d ${formatIpv4(flow.destination)}`);
  if (shape.includes('sourcePort')) words.push(`--sport ${flow.sourcePort}`);
  if (shape.includes('destinationPort')) words.push(`--dport ${flow.destinationPort}`);
  return words.join(' ');
}

/** The flows of the namespace that the shell is in. */
export async function listFlows(shell: ShellTool): Promise<TrackedFlow[]> {
  return readFlows(await shell.run('conntrack -L -o extended'));
}

/** Carries out deletions of {@link deletionsFor}. One that matches nothing any more is no failure. */
export async function deleteFlows(shell: ShellTool, deletions: readonly string[]): Promise<void> {
  if (deletions.length === 0) return;
  const lines = deletions.map((words) => `-D ${words}`).join('\n');
  await shell.run(`conntrack -R - >/dev/null <<'END'\n${lines}\nEND`);
}
