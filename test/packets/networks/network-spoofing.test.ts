/** N7, N9: nobody speaks for another. Frames made by hand on a guest's eth0; the receiver sniffs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accept, type Guest, ip, type Lab, network, openLab, policy, port, until } from '../network-lab.ts';

const ROUTER = 'eeffffffffff';
const MAC = { one: '00163e000001', two: '00163e000002', foreign: '00163e0000aa' };

let lab: Lab;
let one: Guest;
let two: Guest;

const program = (forwards: boolean) =>
  network('sp', {
    ports: [port('sp', '10.0.0.1', { forwards }), port('sp', '10.0.0.2'), port('sp', '10.0.0.3')],
    policies: [policy('open', [accept()])],
  });

beforeAll(async () => {
  lab = await openLab();
  await lab.networks.apply(program(false));
  [one, two] = [await lab.guest('i-sp-0-1'), await lab.guest('i-sp-0-2')];
  await two.sniff();
});

afterAll(() => lab.close());

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
const address = (text: string) => hex(ip(text), 8);

function checksum(header: string): string {
  let sum = 0;
  for (const word of header.match(/.{4}/g) ?? []) sum += Number.parseInt(word, 16);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return hex(~sum & 0xffff, 4);
}

/** An Ethernet frame with an IPv4 packet. `fragment` is the field of flags and offset. */
function packet(
  source: { readonly mac: string; readonly ip: string },
  payload: string,
  more: { readonly protocol?: number; readonly id?: number; readonly fragment?: number } = {},
): string {
  const length = hex(20 + payload.length / 2, 4);
  const start = `4500${length}${hex(more.id ?? 1, 4)}${hex(more.fragment ?? 0, 4)}40${hex(more.protocol ?? 17, 2)}`;
  const ends = address(source.ip) + address('10.0.0.2');
  return `${ROUTER}${source.mac}0800${start}${checksum(`${start}0000${ends}`)}${ends}${payload}`;
}

const udp = (text: string) => `1388${hex(9, 4)}${hex(8 + text.length, 4)}0000${Buffer.from(text).toString('hex')}`;

/** Sends frames, then an honest datagram; resolves to all that the second guest saw until that arrived. */
let count = 0;
async function seenAfter(...frames: string[]): Promise<string> {
  count += 1;
  const honest = `honest ${count}`;
  for (const frame of frames) await one.sendFrame(frame);
  await one.sendFrame(packet({ mac: MAC.one, ip: '10.0.0.1' }, udp(honest)));
  let seen = '';
  await until('the honest datagram arrives', async () => {
    seen = (await two.frames()).join('\n');
    return seen.includes(Buffer.from(honest).toString('hex'));
  });
  return seen;
}
const has = (seen: string, text: string) => seen.includes(Buffer.from(text).toString('hex'));

describe('N9 a guest', () => {
  it('cannot send with the address of another, of nobody, or from outside', async () => {
    const sources = ['10.0.0.3', '10.0.0.77', '198.51.100.7', '10.0.0.253', '127.0.0.1'];
    const frames = sources.map((source) => packet({ mac: MAC.one, ip: source }, udp(`as ${source} `)));
    const seen = await seenAfter(...frames);
    for (const source of sources) expect(has(seen, `as ${source} `), source).toBe(false);
  });

  it('cannot send with another MAC', async () => {
    const seen = await seenAfter(
      packet({ mac: MAC.foreign, ip: '10.0.0.1' }, udp('foreign mac')),
      packet({ mac: MAC.two, ip: '10.0.0.2' }, udp('mac of another')),
    );
    expect([has(seen, 'foreign mac'), has(seen, 'mac of another')]).toEqual([false, false]);
  });

  it('cannot slip a fragment into the datagram of another', async () => {
    const text = 'first half of eight x 3 bytesecond half not of the same guest ';
    const whole = udp(text);
    const three = await lab.guest('i-sp-0-3');
    const [head, tail] = [whole.slice(0, 32), whole.slice(32)];
    // Tail first: the datagram then becomes whole by the packet of its true sender, in its name.
    await one.sendFrame(packet({ mac: MAC.one, ip: '10.0.0.3' }, tail, { id: 77, fragment: 2 }));
    await three.sendFrame(packet({ mac: '00163e000003', ip: '10.0.0.3' }, head, { id: 77, fragment: 0x2000 }));
    await three.sendFrame(packet({ mac: '00163e000003', ip: '10.0.0.3' }, udp('whole of three')));
    await until('three is heard', async () => has((await two.frames()).join('\n'), 'whole of three'));
    expect((await two.frames()).join('\n').includes(tail)).toBe(false);
    // The same two from their true sender do arrive, so the frames themselves are good.
    const own = { mac: MAC.one, ip: '10.0.0.1' };
    const good = await seenAfter(
      packet(own, tail, { id: 78, fragment: 2 }),
      packet(own, head, { id: 78, fragment: 0x2000 }),
    );
    expect(good.includes(tail)).toBe(true);
  });

  it('gets no answer to ARP in the name of another', async () => {
    await one.sniff();
    const request = (mac: string, sender: string, ether = mac) =>
      `ffffffffffff${ether}08060001080006040001${mac}${address(sender)}000000000000${address('10.0.0.253')}`;
    await one.sendFrame(request(MAC.one, '10.0.0.3'));
    await one.sendFrame(request(MAC.foreign, '10.0.0.1'));
    await one.sendFrame(request(MAC.one, '10.0.0.1', MAC.foreign));
    await one.sendFrame(request(MAC.one, '10.0.0.1'));
    const replies = async () => (await one.frames()).filter((frame) => frame.slice(24, 44) === '08060001080006040002');
    await until('the honest request is answered', async () => (await replies()).length > 0);
    expect((await replies()).map((frame) => frame.slice(64, 84))).toEqual([MAC.one + address('10.0.0.1')]);
    const table = await lab.inside('vpc-sp', 'ip', 'neighbour', 'show', '10.0.0.3');
    expect(table).toContain('00:16:3e:00:00:03');
  });

  it('cannot reach anybody by IPv6 or by broadcast', async () => {
    const seen = await seenAfter(
      `ffffffffffff${MAC.one}0800${packet({ mac: MAC.one, ip: '10.0.0.1' }, udp('to all')).slice(28).replace(address('10.0.0.2'), 'ffffffff')}`,
      `333300000001${MAC.one}86dd6000000000083afffe800000000000000000000000000001ff020000000000000000000000000001870000000000000a`,
    );
    expect(has(seen, 'to all')).toBe(false);
    expect(seen).not.toContain('86dd60');
  });

  it('may, as a forwarder, emit foreign addresses but never a foreign MAC', async () => {
    await lab.networks.apply(program(true));
    const seen = await seenAfter(
      packet({ mac: MAC.one, ip: '198.51.100.7' }, udp('forwarded packet')),
      packet({ mac: MAC.foreign, ip: '198.51.100.7' }, udp('forwarded foreign')),
    );
    expect([has(seen, 'forwarded packet'), has(seen, 'forwarded foreign')]).toEqual([true, false]);
    await lab.networks.apply(program(false));
    expect(
      has(await seenAfter(packet({ mac: MAC.one, ip: '198.51.100.8' }, udp('no longer one'))), 'no longer one'),
    ).toBe(false);
  });
});
