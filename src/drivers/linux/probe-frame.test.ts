import { describe, expect, it } from 'vitest';
import type { Packet } from '../../realize/driver.ts';
import { parseIpv4 } from '../../values/ip.ts';
import {
  type FilterStep,
  filterOfProbe,
  filtersOfAnswers,
  frameOf,
  matchOfProbe,
  type Probe,
  readAnswer,
  readFrame,
} from './probe-frame.ts';

const ip = (text: string) => parseIpv4(text)!;
const [A, B] = [ip('10.0.0.1'), ip('10.0.1.2')];
const MACS = { from: '00:16:3e:00:00:01', to: 'ee:ff:ff:ff:ff:ff' };

function probe(protocol: number, ports: readonly [number, number] = [0, 0], ident = 0x1234): Probe {
  const [sourcePort, destinationPort] = ports;
  return { ident, packet: { protocol, source: A, destination: B, sourcePort, destinationPort } };
}

const frame = (one: Probe) => frameOf(one, MACS);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The sum over bytes that hold their own checksum is all ones. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < bytes.length; at += 2) total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

function pseudoHeader({ source, destination, protocol }: Packet, length: number): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, source);
  view.setUint32(4, destination);
  view.setUint16(8, protocol);
  view.setUint16(10, length);
  return bytes;
}

/** Runs a packet filter as the kernel does; the bytes taken, 0 = none. */
function filtered(steps: readonly FilterStep[], bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let loaded = 0;
  for (let at = 0; ; at += 1) {
    const [code, whenTrue, whenFalse, operand] = steps[at]!;
    // The kernel takes nothing of a frame that ends before what is asked for.
    if (code === 0x28) loaded = operand + 2 <= bytes.length ? view.getUint16(operand) : Number.NaN;
    else if (code === 0x30) loaded = operand < bytes.length ? view.getUint8(operand) : Number.NaN;
    else if (code === 0x20) loaded = operand + 4 <= bytes.length ? view.getUint32(operand) : Number.NaN;
    else if (code === 0x15) at += loaded === operand ? whenTrue : whenFalse;
    else if (code === 0x06) return operand;
    else throw new Error(`code ${code}`);
  }
}

const takenBy = (filters: readonly (readonly FilterStep[])[], bytes: Uint8Array) =>
  filters.some((steps) => filtered(steps, bytes) > 0);

/** The answer of a receiver: ends exchanged, and what else its inner bytes are to be. */
function answerTo({ packet }: Probe, inner: readonly number[], more: Partial<Packet> = {}): Uint8Array {
  const { sourcePort, destinationPort } = packet;
  const back = { ...packet, source: packet.destination, destination: packet.source, ...more };
  const bytes = frame({ ident: 7, packet: { ...back, sourcePort: destinationPort, destinationPort: sourcePort } });
  return Uint8Array.from([...bytes.subarray(0, 34), ...inner]);
}

const word = (value: number) => [value >>> 8, value & 255];
const tcpAnswer = (one: Probe, flags: number) => {
  const { sourcePort, destinationPort } = one.packet;
  return answerTo(one, [...word(destinationPort), ...word(sourcePort), 0, 0, 0, 0, 0, 0, 0, 0, 0x50, flags, 0, 0]);
};
const unreachable = (one: Probe, code: number) => {
  const router = { source: ip('10.0.0.253'), protocol: 1 };
  return answerTo(one, [3, code, 0, 0, 0, 0, 0, 0, ...frame(one).subarray(14, 14 + 28)], router);
};

describe('X1 frames of probes', () => {
  it('is an Ethernet frame with a whole IP header', () => {
    const bytes = frame(probe(1));
    expect(hex(bytes.subarray(0, 14))).toBe('eeffffffffff00163e0000010800');
    expect(sum(bytes.subarray(14, 34))).toBe(0xffff);
    const view = new DataView(bytes.buffer);
    expect(view.getUint16(16)).toBe(bytes.length - 14);
    expect(readFrame(bytes)).toEqual({ packet: probe(1).packet, ident: 0x1234, timeToLive: 64 });
  });

  it('tcp is a SYN, udp a datagram, icmp an echo request, each with a right checksum', () => {
    for (const [protocol, ports] of [
      [6, [50_001, 80]],
      [17, [50_001, 53]],
    ] as const) {
      const one = probe(protocol, ports);
      const inner = frame(one).subarray(34);
      expect(sum(Uint8Array.from([...pseudoHeader(one.packet, inner.length), ...inner]))).toBe(0xffff);
      expect(readFrame(frame(one))?.packet).toEqual(one.packet);
    }
    expect(frame(probe(6, [50_001, 80]))[47]).toBe(2);
    const echo = frame(probe(1)).subarray(34);
    expect(sum(echo)).toBe(0xffff);
    expect(hex(echo.subarray(0, 2))).toBe('0800');
  });

  it('a UDP checksum is never 0, which would mean none', () => {
    const sums = Array.from({ length: 4000 }, (_, n) => {
      const bytes = frame(probe(17, [40_000 + n, 53]));
      return new DataView(bytes.buffer).getUint16(40);
    });
    expect(sums).not.toContain(0);
  });

  it('SCTP begins with an INIT whose checksum is Castagnoli’s', () => {
    const inner = frame(probe(132)).subarray(34);
    expect(inner[12]).toBe(1);
    const zeroed = Uint8Array.from(inner);
    zeroed.fill(0, 8, 12);
    let crc = 0xffffffff;
    for (const byte of zeroed) {
      for (let bit = 0; bit < 8; bit += 1) {
        crc = (crc ^ (byte >>> bit)) & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
    }
    expect(new DataView(inner.buffer, inner.byteOffset).getUint32(8, true)).toBe(~crc >>> 0);
  });

  it('refuses what is no MAC', () => {
    expect(() => frameOf(probe(1), { ...MACS, to: 'x' })).toThrow('not a MAC');
  });

  it('other protocols have something to carry', () => {
    for (const protocol of [0, 47, 50, 99, 255]) {
      const bytes = frame(probe(protocol));
      expect(bytes.length).toBeGreaterThan(34);
      expect(readFrame(bytes)?.packet.protocol).toBe(protocol);
    }
  });
});

describe('X1 answers to probes', () => {
  const tcp = probe(6, [50_001, 80]);
  const udp = probe(17, [50_001, 53]);

  it('tells what came back', () => {
    expect(readAnswer(tcpAnswer(tcp, 0x12), tcp)).toBe('syn-ack');
    expect(readAnswer(tcpAnswer(tcp, 0x14), tcp)).toBe('reset');
    expect(readAnswer(tcpAnswer(tcp, 0x10), tcp)).toBe('data');
    expect(readAnswer(answerTo(udp, [...word(53), ...word(50_001), 0, 8, 0, 0]), udp)).toBe('data');
    expect(readAnswer(answerTo(probe(1), [0, 0, 0, 0, 0x12, 0x34, 0, 1]), probe(1))).toBe('echo-reply');
    expect(readAnswer(answerTo(probe(47), [0, 0, 8, 0]), probe(47))).toBe('data');
    expect([0, 1, 2, 3, 13].map((code) => readAnswer(unreachable(tcp, code), tcp))).toEqual([
      'network-unreachable',
      'host-unreachable',
      'protocol-unreachable',
      'port-unreachable',
      'unreachable',
    ]);
  });

  it('what answers another packet is no answer', () => {
    const other = probe(6, [50_002, 80], 0x4321);
    expect(readAnswer(tcpAnswer(other, 0x12), tcp)).toBeUndefined();
    expect(readAnswer(unreachable(other, 1), tcp)).toBeUndefined();
    expect(readAnswer(answerTo(probe(1), [0, 0, 0, 0, 0, 9, 0, 1]), probe(1))).toBeUndefined();
    expect(readAnswer(answerTo(probe(1), [8, 0, 0, 0, 0x12, 0x34, 0, 1]), probe(1))).toBeUndefined();
    expect(readAnswer(answerTo(tcp, [0], { source: ip('10.9.9.9') }), tcp)).toBeUndefined();
    expect(readAnswer(frame(tcp), tcp)).toBeUndefined();
    expect(readAnswer(new Uint8Array(20), tcp)).toBeUndefined();
    // An error that quotes too little
    expect(readAnswer(unreachable(tcp, 1).subarray(0, 50), tcp)).toBeUndefined();
  });

  it('filters take the probe and its answers, and little else', () => {
    for (const one of [tcp, udp, probe(1), probe(47)]) {
      expect(takenBy([filterOfProbe(one)], frame(one))).toBe(true);
      expect(takenBy([filterOfProbe(one)], frame({ ...one, ident: 9 }))).toBe(false);
      expect(takenBy(filtersOfAnswers(one), unreachable(one, 1))).toBe(true);
      expect(takenBy(filtersOfAnswers(one), frame(one))).toBe(false);
    }
    expect(takenBy(filtersOfAnswers(tcp), tcpAnswer(tcp, 0x12))).toBe(true);
    expect(takenBy(filtersOfAnswers(tcp), tcpAnswer(probe(6, [50_002, 80]), 0x12))).toBe(false);
    expect(takenBy(filtersOfAnswers(probe(1)), answerTo(probe(1), [0, 0, 0, 0, 0x12, 0x34, 0, 1]))).toBe(true);
    expect(takenBy(filtersOfAnswers(probe(1)), answerTo(probe(1), [0, 0, 0, 0, 0x12, 0x35, 0, 1]))).toBe(false);
    expect(takenBy(filtersOfAnswers(probe(47)), answerTo(probe(47), [0, 0, 8, 0]))).toBe(true);
    // ARP
    const arp = frame(tcp);
    new DataView(arp.buffer).setUint16(12, 0x0806);
    expect(takenBy([filterOfProbe(tcp), ...filtersOfAnswers(tcp)], arp)).toBe(false);
  });

  it('is matched by nftables under either of its addresses', () => {
    expect(matchOfProbe(tcp, { source: ip('198.18.0.1'), destination: undefined })).toBe(
      'ip saddr { 10.0.0.1, 198.18.0.1 } ip daddr { 10.0.1.2 } ip protocol 6 ip id 4660 tcp sport 50001 tcp dport 80',
    );
    expect(matchOfProbe(probe(47), { source: A, destination: B })).toBe(
      'ip saddr { 10.0.0.1 } ip daddr { 10.0.1.2 } ip protocol 47 ip id 4660',
    );
    expect(matchOfProbe(udp, { source: undefined, destination: undefined })).toMatch(/udp sport 50001 udp dport 53$/);
  });
});
