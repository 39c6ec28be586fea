import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deletionsFor, readFlows, type TrackedFlow, translationHolds } from './conntrack.ts';
import { ip, port, program } from './program-for-test.ts';

const tcp = (source: string, destination: string, sourcePort: number, destinationPort: number): TrackedFlow => ({
  protocol: 6,
  source: ip(source),
  destination: ip(destination),
  sourcePort,
  destinationPort,
});
const icmp = (source: string, destination: string): TrackedFlow => ({ ...tcp(source, destination, 0, 0), protocol: 1 });

describe('flows', () => {
  it('are read in the direction of their first packet', () => {
    const text = [
      'ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=37266 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=37266 [ASSURED] mark=0 use=1',
      'ipv4     2 icmp     1 29 src=10.0.0.1 dst=10.0.0.253 type=8 code=0 id=8443 src=10.0.0.253 dst=10.0.0.1 type=0 code=0 id=8443 mark=0 use=1',
      'ipv4     2 udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=5 dport=9002 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=9002 dport=5 mark=0 use=1',
      'ipv4     2 unknown  89 599 src=10.0.0.1 dst=10.0.0.2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 mark=0 use=1',
      'ipv6     10 tcp      6 1 ESTABLISHED src=::1 dst=::1 sport=1 dport=2 src=::1 dst=::1 sport=2 dport=1 mark=0 use=1',
      '',
    ].join('\n');
    expect(readFlows(text)).toEqual([
      tcp('10.0.0.1', '10.0.0.2', 37266, 80),
      icmp('10.0.0.1', '10.0.0.253'),
      { ...tcp('10.0.0.1', '10.0.0.2', 5, 9002), protocol: 17 },
      { ...icmp('10.0.0.1', '10.0.0.2'), protocol: 89 },
    ]);
  });

  it('are deleted one by one when they are few', () => {
    expect(deletionsFor([], [])).toEqual([]);
    const refused = [
      tcp('10.0.0.1', '10.0.0.2', 1000, 80),
      tcp('10.0.0.1', '10.0.0.2', 1001, 80),
      icmp('10.0.0.1', '10.0.0.2'),
    ];
    expect(deletionsFor(refused, [])).toEqual([
      '-p 1 -s 10.0.0.1 -d 10.0.0.2',
      '-p tcp -s 10.0.0.1 -d 10.0.0.2 --sport 1000 --dport 80',
      '-p tcp -s 10.0.0.1 -d 10.0.0.2 --sport 1001 --dport 80',
    ]);
  });

  it('are deleted together when they are many, as narrowly as will do and as those that stay demand', () => {
    const many = Array.from({ length: 200 }, (_, number) => tcp('10.0.0.1', '10.0.0.2', 1000 + number, 80));
    expect(deletionsFor(many, [])).toEqual(['-p tcp -s 10.0.0.1 -d 10.0.0.2 --dport 80']);
    const receivers = Array.from({ length: 200 }, (_, number) =>
      tcp('10.0.0.1', `10.0.1.${number}`, 1000, 80 + number),
    );
    expect(deletionsFor(receivers, [])).toEqual(['-s 10.0.0.1']);
    const stays = tcp('10.0.0.1', '10.0.1.7', 1000, 9);
    const others = deletionsFor(receivers, [stays]);
    expect(others).not.toContain('-s 10.0.0.1');
    expect(others).toHaveLength(200);
  });

  it('are all deleted and no other', () => {
    const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3');
    const flow = fc
      .record({
        protocol: fc.constantFrom(1, 6, 17, 47),
        source: address,
        destination: address,
        sport: fc.nat(2),
        dport: fc.nat(2),
      })
      .map(({ protocol, source, destination, sport, dport }) =>
        protocol === 6 || protocol === 17
          ? { ...tcp(source, destination, sport, dport), protocol }
          : { ...icmp(source, destination), protocol },
      );
    fc.assert(
      fc.property(
        fc.uniqueArray(flow, { selector: (one) => JSON.stringify(one) }),
        fc.func(fc.boolean()),
        (flows, judge) => {
          const refused = flows.filter((one) => judge(JSON.stringify(one)));
          const kept = flows.filter((one) => !refused.includes(one));
          const deletions = deletionsFor(refused, kept);
          for (const one of flows) expect(deletions.some((words) => covers(words, one))).toBe(refused.includes(one));
          expect(deletions.length).toBeLessThanOrEqual(refused.length);
        },
      ),
    );
  });

  it('tell which addresses were translated, and whether they still are', () => {
    const line = (words: string) =>
      readFlows(`ipv4     2 tcp      6 431999 ESTABLISHED ${words} [ASSURED] mark=0 use=1`)[0];
    const out = line('src=10.0.0.1 dst=192.0.2.10 sport=1 dport=80 src=192.0.2.10 dst=198.18.0.1 sport=80 dport=1');
    const into = line('src=192.0.2.10 dst=198.18.0.1 sport=1 dport=80 src=10.0.0.1 dst=192.0.2.10 sport=80 dport=1');
    const plain = line('src=10.0.0.1 dst=10.0.0.2 sport=1 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1');
    expect(out).toMatchObject({ source: ip('10.0.0.1'), publicSource: ip('198.18.0.1') });
    expect(into).toMatchObject({ destination: ip('198.18.0.1'), privateDestination: ip('10.0.0.1') });
    expect(Object.keys(plain ?? {})).toHaveLength(5);
    const mapped = (publicAddress: string, privateAddress: string) =>
      program({
        publicMappings: [
          {
            id: 'eip-1',
            portId: port(1).id,
            publicAddress: ip(publicAddress),
            privateAddress: ip(privateAddress),
            outbound: 1_000_000,
            inbound: 1_000_000,
          },
        ],
      });
    for (const flow of [out, into]) {
      if (!flow) throw new TypeError('no flow');
      expect(translationHolds(mapped('198.18.0.1', '10.0.0.1'), flow)).toBe(true);
      expect(translationHolds(mapped('198.18.0.1', '10.0.0.2'), flow)).toBe(false);
      expect(translationHolds(mapped('198.18.0.2', '10.0.0.1'), flow)).toBe(false);
      expect(translationHolds(program(), flow)).toBe(false);
    }
    if (plain) expect(translationHolds(program(), plain)).toBe(true);
  });
});

/** Whether `conntrack -D` with these arguments deletes the flow. */
function covers(words: string, flow: TrackedFlow): boolean {
  const all = words.split(' ');
  const protocols: { [name: string]: number } = { tcp: 6, udp: 17 };
  for (let at = 0; at < all.length; at += 2) {
    const value = all[at + 1] ?? '';
    const wanted: { [option: string]: boolean } = {
      '-p': (protocols[value] ?? Number(value)) === flow.protocol,
      '-s': flow.source === (value.includes('.') ? ip(value) : -1),
      '-d': flow.destination === (value.includes('.') ? ip(value) : -1),
      '--sport': Number(value) === flow.sourcePort,
      '--dport': Number(value) === flow.destinationPort,
    };
    if (!wanted[all[at] ?? '']) return false;
  }
  return true;
}
