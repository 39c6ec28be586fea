/**
 * Caps of public traffic as traffic control of the kernel, and what leads from one state to another. Pure.
 *
 * Each mapping has a class (`1:NUMBER`) in a token bucket (HTB) of two links: outbound where its network meets the edge,
 * inbound at the router's end of its port. The rules give packets that cross the edge their class as priority; all others
 * have none and pass at full speed. Queues are bounded by time, else a thousand packets wait in front of a small cap.
 */
import { createHash } from 'node:crypto';
import type { NetworkProgram } from '../../realize/program.ts';
import { hostNames } from './links.ts';
import { UPLINK } from './uplink.ts';

/** Link → number of the class → bits a second. */
export type Caps = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Numbers of classes that exist by link; rates are not read back. */
export type FoundCaps = ReadonlyMap<string, ReadonlySet<number>>;

/** The lowest is the bucket's own number, the highest the kernel's. */
const [FIRST_CLASS, LAST_CLASS] = [2, 0xfff0];

/** How long a packet may wait in the queue of a cap, at most. Seconds. */
const LONGEST_WAIT = 0.05;
/**
 * Never less than one piece of TCP as senders here hand it over: up to 64 KiB that are cut to frames behind the queue. One
 * that does not fit is lost as a whole, and a flow that has just been fast stands still for seconds. Bytes.
 */
const SMALLEST_QUEUE = 68 * 1024;

/** What may pass at once: what a busy machine is late by, and never less than some packets. Bytes. */
const BURST_SECONDS = 0.01;
const SMALLEST_BURST = 16 * 1024;

/**
 * Number of each mapping's class, from its id: it stays while other mappings come and go, unless the one goes whose
 * place it would have taken.
 */
export function classNumbers(program: NetworkProgram): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const taken = new Set<number>();
  const places = LAST_CLASS - FIRST_CLASS + 1;
  for (const id of program.publicMappings.map((mapping) => mapping.id).sort()) {
    if (taken.size === places) throw new Error(`${program.networkId} has more public addresses than classes`);
    let place = createHash('sha256').update(id).digest().readUInt32BE() % places;
    while (taken.has(place)) place = (place + 1) % places;
    taken.add(place);
    numbers.set(id, FIRST_CLASS + place);
  }
  return numbers;
}

/** The class in words of nft and tc. */
export function className(number: number): string {
  return `1:${number.toString(16)}`;
}

/** The caps that a program asks for. */
export function wantedCaps(program: NetworkProgram): Caps {
  const numbers = classNumbers(program);
  const links = hostNames(program.ports);
  const caps = new Map<string, Map<number, number>>();
  const put = (link: string, number: number, rate: number) => {
    if (!Number.isSafeInteger(rate) || rate < 1_000) throw new Error(`not a cap: ${rate} bit/s`);
    caps.set(link, (caps.get(link) ?? new Map<number, number>()).set(number, rate));
  };
  for (const { id, portId, outbound, inbound } of program.publicMappings) {
    const [number, link] = [numbers.get(id), links.get(portId)];
    if (number === undefined || link === undefined) throw new Error(`${id} is mapped to ${portId}, which is no port`);
    put(UPLINK, number, outbound);
    put(link, number, inbound);
  }
  return caps;
}

/**
 * Commands of tc between two states; `found` tells rates where they are known. A changed cap changes its class in
 * place: what waits in the queue stays there and no flow notices more than the new rate.
 */
export function capCommands(found: Caps | FoundCaps, wanted: Caps): string[] {
  const commands: string[] = [];
  for (const [link, classes] of found) {
    const staying = wanted.get(link);
    if (!staying) {
      commands.push(`qdisc delete dev ${link} root`);
      continue;
    }
    for (const number of classes.keys()) {
      if (!staying.has(number)) commands.push(`class delete dev ${link} classid ${className(number)}`);
    }
  }
  for (const [link, classes] of wanted) {
    const present = found.get(link);
    if (!present) commands.push(`qdisc replace dev ${link} root handle 1: htb default 0`);
    for (const [number, rate] of classes) {
      if (present instanceof Map && present.get(number) === rate) continue;
      commands.push(...classCommands(link, number, rate));
    }
  }
  return commands;
}

/** Makes a class and its queue, or changes them. */
function classCommands(link: string, number: number, rate: number): string[] {
  const burst = Math.max(SMALLEST_BURST, Math.ceil((rate / 8) * BURST_SECONDS));
  const queue = Math.max(SMALLEST_QUEUE, Math.ceil((rate / 8) * LONGEST_WAIT));
  // The quantum matters only among classes that borrow; left to itself the kernel complains about large ones.
  const bucket = `htb rate ${rate}bit ceil ${rate}bit burst ${burst}b cburst ${burst}b quantum 60000`;
  return [
    `class replace dev ${link} parent 1: classid ${className(number)} ${bucket}`,
    `qdisc replace dev ${link} parent ${className(number)} handle ${number.toString(16)}: bfifo limit ${queue}`,
  ];
}

/** Links that have a bucket of ours, from `tc -j qdisc show`. */
export function readBuckets(text: string): string[] {
  const queues = JSON.parse(text.trim() || '[]') as { kind: string; handle: string; dev: string; root?: boolean }[];
  return queues.filter(({ kind, handle, root }) => kind === 'htb' && handle === '1:' && root).map(({ dev }) => dev);
}

/** Numbers of classes by link, from lines `= LINK` that are each followed by the words of `tc class show dev LINK`. */
export function readClasses(text: string): FoundCaps {
  const found = new Map<string, Set<number>>();
  for (const part of text.split(/^= /m).slice(1)) {
    const numbers = Array.from(part.matchAll(/^class htb 1:([0-9a-f]+) /gm), ([, digits = '']) => digits);
    found.set(part.split('\n', 1)[0] ?? '', new Set(numbers.map((digits) => Number.parseInt(digits, 16))));
  }
  return found;
}

const UNITS: { readonly [unit: string]: number } = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** The caps in what {@link readClasses} reads, with rates as tc rounds them. */
export function readRates(text: string): Caps {
  const found = new Map<string, Map<number, number>>();
  for (const part of text.split(/^= /m).slice(1)) {
    const classes = part.matchAll(/^class htb 1:([0-9a-f]+) .*?\brate ([\d.]+)([KMGT]?)bit /gm);
    const rates = Array.from(classes, ([, digits = '', rate, unit = '']) => {
      return [Number.parseInt(digits, 16), Number(rate) * (UNITS[unit] ?? Number.NaN)] as const;
    });
    found.set(part.split('\n', 1)[0] ?? '', new Map(rates));
  }
  return found;
}

/** Caps that are not there as they are wanted, in words. */
export function capDrift(wanted: Caps, found: Caps): string[] {
  return Array.from(wanted, ([link, classes]) => {
    const present = found.get(link);
    const same =
      present?.size === classes.size && [...classes].every(([number, rate]) => near(present.get(number), rate));
    return same ? [] : [`caps of ${link}`];
  }).flat();
}

function near(found: number | undefined, wanted: number): boolean {
  return found !== undefined && Math.abs(found - wanted) <= wanted / 1000;
}

/** Caps without those of links that were made anew or are gone. */
export function capsWithout(caps: Caps, links: Iterable<string>): Caps {
  const left = new Map(caps);
  for (const link of links) left.delete(link);
  return left;
}
