/**
 * Frames of probes: making one, recognising it again behind translations, and reading what answers it. Pure.
 *
 * A probe is the first packet of a flow: an echo request, a SYN, a datagram, an SCTP INIT; else a bare header. It is
 * known by the identification of its IP header, which nothing on its way changes.
 */
import type { Packet, ProbeAnswer } from '../../realize/driver.ts';
import { formatIpv4, type Ipv4, ipv4FromNumber } from '../../values/ip.ts';
import { isMac } from '../../values/mac.ts';

const [ICMP, TCP, UDP, GRE, SCTP] = [1, 6, 17, 47, 132];

/** Bytes of an Ethernet header, of an IP header without options, and of the start of the packet that an error quotes. */
const [ETHERNET, IP, QUOTED] = [14, 20, 28];
const IPV4 = 0x0800;
const TIME_TO_LIVE = 64;
const DO_NOT_FRAGMENT = 0x4000;

const ECHO_REQUEST = 8;
const ECHO_REPLY = 0;
/** ICMP errors that tell of a destination. */
const UNREACHABLE = 3;

const [SYN, RST, ACK] = [0x02, 0x04, 0x10];

/** What an application that listens is given: nobody speaks a protocol that begins like this. */
const WORDS = new TextEncoder().encode('yunlan probe\n');

/** A probe that is known by its identification, 1 to 65,535. */
export interface Probe {
  readonly packet: Packet;
  readonly ident: number;
}

/** The frame that carries the probe from a card with this MAC to its router. */
export function frameOf({ packet, ident }: Probe, macs: { readonly from: string; readonly to: string }): Uint8Array {
  const inner = innerOf(packet, ident);
  const frame = new Uint8Array(ETHERNET + IP + inner.length);
  const view = new DataView(frame.buffer);
  frame.set([...macBytes(macs.to), ...macBytes(macs.from)]);
  view.setUint16(12, IPV4);
  view.setUint8(ETHERNET, 0x45);
  view.setUint16(ETHERNET + 2, IP + inner.length);
  view.setUint16(ETHERNET + 4, ident);
  view.setUint16(ETHERNET + 6, DO_NOT_FRAGMENT);
  view.setUint8(ETHERNET + 8, TIME_TO_LIVE);
  view.setUint8(ETHERNET + 9, packet.protocol);
  view.setUint32(ETHERNET + 12, packet.source);
  view.setUint32(ETHERNET + 16, packet.destination);
  view.setUint16(ETHERNET + 10, checksum(frame.subarray(ETHERNET, ETHERNET + IP)));
  frame.set(inner, ETHERNET + IP);
  return frame;
}

function innerOf(packet: Packet, ident: number): Uint8Array {
  switch (packet.protocol) {
    case ICMP:
      return withChecksum([ECHO_REQUEST, 0, 0, 0, ...word(ident), 0, 1, ...WORDS], 2);
    case TCP:
      // Sequence numbers need not be hard to guess: the flow ends with the answer.
      return withChecksum([...ports(packet), ...long(ident), ...long(0), 0x50, SYN, ...word(64_240), 0, 0, 0, 0], 16, {
        packet,
      });
    case UDP: {
      const length = 8 + WORDS.length;
      const bytes = withChecksum([...ports(packet), ...word(length), 0, 0, ...WORDS], 6, { packet });
      return neverZero(bytes, 6);
    }
    case GRE:
      // Version 0 with IPv4 inside, of which nothing follows.
      return Uint8Array.from([0, 0, ...word(IPV4)]);
    case SCTP:
      return sctpInit(packet, ident);
    default:
      return WORDS;
  }
}

/** Tracking of flows takes nothing else for the beginning of one. */
function sctpInit(packet: Packet, ident: number): Uint8Array {
  const chunk = [1, 0, ...word(20), ...long(ident), ...long(65_536), 0, 1, 0, 1, ...long(ident)];
  const bytes = Uint8Array.from([...ports(packet), ...long(0), ...long(0), ...chunk]);
  new DataView(bytes.buffer).setUint32(8, crc32c(bytes), true);
  return bytes;
}

/** Checksum of Castagnoli, bit by bit: a probe has a few bytes. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** `bytes` with their checksum at this place, over the addresses as well where a packet is given. */
function withChecksum(bytes: readonly number[], at: number, over?: { readonly packet: Packet }): Uint8Array {
  const done = Uint8Array.from(bytes);
  const head = over
    ? [...long(over.packet.source), ...long(over.packet.destination), 0, over.packet.protocol, ...word(bytes.length)]
    : [];
  new DataView(done.buffer).setUint16(at, checksum(Uint8Array.from([...head, ...bytes])));
  return done;
}

/** Of UDP 0 would mean that there is no checksum. */
function neverZero(bytes: Uint8Array, at: number): Uint8Array {
  const view = new DataView(bytes.buffer);
  if (view.getUint16(at) === 0) view.setUint16(at, 0xffff);
  return bytes;
}

/** The checksum of the internet (RFC 1071). */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const word = (value: number): number[] => [(value >>> 8) & 255, value & 255];
const long = (value: number): number[] => [...word(value >>> 16), ...word(value)];
const ports = ({ sourcePort, destinationPort }: Packet): number[] => [...word(sourcePort), ...word(destinationPort)];

function macBytes(mac: string): number[] {
  if (!isMac(mac)) throw new TypeError(`not a MAC: ${mac}`);
  return mac.split(':').map((part) => Number.parseInt(part, 16));
}

/** Whether both ports of a packet of this protocol are in its header where tracking and rules look for them. */
export function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP;
}

/** An IP header, and the transport header that follows it as far as it is known. */
export interface Headers {
  readonly packet: Packet;
  readonly ident: number;
  readonly timeToLive: number;
}

/** Reads the headers of a packet, from its IP header on; undefined when it is none of IPv4. */
export function readHeaders(ip: Uint8Array, transport?: Uint8Array): Headers | undefined {
  if (ip.length < IP || (ip[0] ?? 0) >>> 4 !== 4) return undefined;
  const view = viewOf(ip);
  const protocol = view.getUint8(9);
  const inner = transport ?? ip.subarray(lengthOf(ip));
  const withPorts = hasPorts(protocol) && inner.length >= 4;
  return {
    packet: {
      protocol,
      source: ipv4FromNumber(view.getUint32(12)),
      destination: ipv4FromNumber(view.getUint32(16)),
      sourcePort: withPorts ? viewOf(inner).getUint16(0) : 0,
      destinationPort: withPorts ? viewOf(inner).getUint16(2) : 0,
    },
    ident: view.getUint16(4),
    timeToLive: view.getUint8(8),
  };
}

/** Reads the headers of what a frame carries. */
export function readFrame(frame: Uint8Array): Headers | undefined {
  return readHeaders(frame.subarray(ETHERNET));
}

/** What a frame that the sender's card has received says about the probe; undefined when it does not. */
export function readAnswer(frame: Uint8Array, { packet, ident }: Probe): ProbeAnswer | undefined {
  const ip = frame.subarray(ETHERNET);
  const headers = readHeaders(ip);
  if (!headers) return undefined;
  const inner = ip.subarray(lengthOf(ip));
  const { protocol } = headers.packet;
  if (protocol === ICMP && inner[0] === UNREACHABLE) {
    // The router that tells may have translated the addresses in what it quotes, not the identification.
    const quoted = inner.length >= QUOTED ? readHeaders(inner.subarray(8)) : undefined;
    if (quoted?.ident !== ident || quoted.packet.protocol !== packet.protocol) return undefined;
    return UNREACHABLE_CODES[inner[1] ?? -1] ?? 'unreachable';
  }
  if (protocol !== packet.protocol || headers.packet.destination !== packet.source) return undefined;
  if (headers.packet.source !== packet.destination) return undefined;
  if (protocol === ICMP) {
    return inner[0] === ECHO_REPLY && viewOf(inner).getUint16(4) === ident ? 'echo-reply' : undefined;
  }
  if (!hasPorts(protocol)) return 'data';
  const { sourcePort, destinationPort } = headers.packet;
  if (sourcePort !== packet.destinationPort || destinationPort !== packet.sourcePort) return undefined;
  if (protocol === UDP) return 'data';
  const flags = inner[13] ?? 0;
  if (flags & RST) return 'reset';
  return (flags & (SYN | ACK)) === (SYN | ACK) ? 'syn-ack' : 'data';
}

const UNREACHABLE_CODES: { readonly [code: number]: ProbeAnswer } = {
  0: 'network-unreachable',
  1: 'host-unreachable',
  2: 'protocol-unreachable',
  3: 'port-unreachable',
};

function lengthOf(ip: Uint8Array): number {
  return ((ip[0] ?? 0) & 15) * 4;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An instruction of a packet filter: code, jump if true, jump if false, operand. */
export type FilterStep = readonly [code: number, whenTrue: number, whenFalse: number, operand: number];

const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const RETURN = 0x06;
/** Bytes that are taken of a frame: all headers, also those that an error quotes. */
const TAKEN = 128;

/** A packet filter that takes frames at which all these values are found. */
function allOf(...tests: readonly (readonly [load: number, at: number, value: number])[]): FilterStep[] {
  const steps = tests.flatMap(([load, at, value], place): FilterStep[] => [
    [load, 0, 0, at],
    [JUMP_EQUAL, 0, (tests.length - place) * 2 - 1, value],
  ]);
  return [...steps, [RETURN, 0, 0, TAKEN], [RETURN, 0, 0, 0]];
}

/** Takes the probe itself, so that a busy guest's other packets wake nobody. */
export function filterOfProbe({ packet, ident }: Probe): FilterStep[] {
  return allOf([LOAD_HALF, 12, IPV4], [LOAD_HALF, ETHERNET + 4, ident], [LOAD_BYTE, ETHERNET + 9, packet.protocol]);
}

/** Takes what may answer the probe, each as one filter. Errors come from whoever, and there are few of them. */
export function filtersOfAnswers({ packet, ident }: Probe): FilterStep[][] {
  const inner = ETHERNET + IP;
  const fromReceiver = [
    [LOAD_HALF, 12, IPV4],
    [LOAD_BYTE, ETHERNET + 9, packet.protocol],
    [LOAD_WORD, ETHERNET + 12, packet.destination],
  ] as const;
  const own = hasPorts(packet.protocol)
    ? ([
        [LOAD_HALF, inner, packet.destinationPort],
        [LOAD_HALF, inner + 2, packet.sourcePort],
      ] as const)
    : packet.protocol === ICMP
      ? ([
          [LOAD_BYTE, inner, ECHO_REPLY],
          [LOAD_HALF, inner + 4, ident],
        ] as const)
      : [];
  return [
    allOf(...fromReceiver, ...own),
    allOf([LOAD_HALF, 12, IPV4], [LOAD_BYTE, ETHERNET + 9, ICMP], [LOAD_BYTE, inner, UNREACHABLE]),
  ];
}

/** Conditions of nftables that the probe fulfils wherever it is met, and hardly anything else. */
export function matchOfProbe(
  { packet, ident }: Probe,
  also: { readonly source?: Ipv4 | undefined; readonly destination?: Ipv4 | undefined },
): string {
  const oneOf = (...addresses: readonly (Ipv4 | undefined)[]) =>
    `{ ${[...new Set(addresses.filter((each) => each !== undefined))].map(formatIpv4).join(', ')} }`;
  const words = [
    `ip saddr ${oneOf(packet.source, also.source)}`,
    `ip daddr ${oneOf(packet.destination, also.destination)}`,
    `ip protocol ${packet.protocol}`,
    `ip id ${ident}`,
  ];
  const name = packet.protocol === TCP ? 'tcp' : 'udp';
  if (hasPorts(packet.protocol)) {
    words.push(`${name} sport ${packet.sourcePort}`, `${name} dport ${packet.destinationPort}`);
  }
  return words.join(' ');
}
