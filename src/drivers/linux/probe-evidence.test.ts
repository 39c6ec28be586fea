import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../values/ip.ts';
import { Evidence, readChains, stepsOf } from './probe-evidence.ts';
import { frameOf, type Headers, type Probe } from './probe-frame.ts';
import { readTrace, type TraceEvent } from './probe-trace.ts';
import { program } from './program-for-test.ts';

const ip = (text: string) => parseIpv4(text)!;

const PROBE: Probe = {
  ident: 77,
  packet: { protocol: 6, source: ip('10.0.0.1'), destination: ip('10.0.1.2'), sourcePort: 50_000, destinationPort: 80 },
};
const LINKS = new Map([
  [
    'vpc-1',
    new Map([
      [2, 'p1'],
      [3, 'p2'],
      [4, 'up0'],
    ]),
  ],
  ['edge', new Map([[5, 'world0']])],
]);
const headers = (timeToLive = 64, more: Partial<Headers> = {}): Headers => ({
  packet: PROBE.packet,
  ident: PROBE.ident,
  timeToLive,
  ...more,
});

const event = (chain: string, more: Partial<TraceEvent> = {}): TraceEvent => ({
  table: chain === 'begins' || chain === 'ends' ? 'yunlan_probe' : 'yunlan0',
  chain,
  packetId: 1,
  by: { handle: 1 },
  verdict: 'continue',
  ...more,
});
const begins = (timeToLive = 64, more: Partial<TraceEvent> = {}) => [
  event('begins', { headers: headers(timeToLive), inLink: 2, ...more }),
  event('begins', { by: 'policy', verdict: 'accept' }),
];

function evidenceOf(...events: readonly (readonly [string, TraceEvent])[]): Evidence {
  const evidence = new Evidence(PROBE, LINKS);
  for (const [networkId, one] of events) evidence.trace(networkId, one);
  return evidence;
}
const at = (networkId: string, ...events: readonly TraceEvent[]) => events.map((one) => [networkId, one] as const);

describe('X1 messages about traced packets', () => {
  it('are read as the kernel writes them', () => {
    // Of Linux 6.18: the rule of spoof that let a probe pass, and the policy of arrive.
    const rule =
      `${le32(0)}110a0000${'0'.repeat(16)}01000000` +
      attribute(1, text('yunlan0')) +
      attribute(2, text('spoof')) +
      attribute(4, '00000003') +
      attribute(3, '0000000000000025') +
      attribute(5, attribute(1, '00000001'), true) +
      attribute(6, '4d6d9be4') +
      attribute(10, '00000002') +
      attribute(8, '450000280001400040060000' + '0a000001' + '0a000102') +
      attribute(9, 'c3df0050');
    const policy =
      `${le32(0)}110a0000${'0'.repeat(16)}01000000` +
      attribute(1, text('yunlan0')) +
      attribute(2, text('arrive')) +
      attribute(4, '00000001') +
      attribute(16, '00000001') +
      attribute(6, '4d6d9be4');
    const other = `${le32(20)}020a0000${'0'.repeat(24)}`;
    const bytes = Buffer.from(whole(rule) + other + whole(policy), 'hex');
    expect(readTrace(bytes)).toEqual([
      {
        table: 'yunlan0',
        chain: 'spoof',
        packetId: 0x4d6d9be4,
        by: { handle: 0x25 },
        verdict: 'accept',
        inLink: 2,
        headers: { packet: { ...PROBE.packet, sourcePort: 50_143 }, ident: 1, timeToLive: 64 },
      },
      { table: 'yunlan0', chain: 'arrive', packetId: 0x4d6d9be4, by: 'policy', verdict: 'accept' },
    ]);
    expect(readTrace(bytes.subarray(0, 40))).toEqual([]);
    expect(readTrace(new Uint8Array())).toEqual([]);
  });
});

describe('X1 what became of a probe', () => {
  it('nothing is certain before something decides', () => {
    const evidence = evidenceOf(...at('vpc-1', ...begins()));
    expect(evidence.end()).toBeUndefined();
    expect(evidence.lost()).toEqual({ kind: 'lost', networkId: 'vpc-1', inLink: 'p1', packet: PROBE.packet });
  });

  it('a rule that drops it has refused it, also where no rule matched and the policy drops', () => {
    const dropped = evidenceOf(
      ...at('vpc-1', ...begins(), event('spoof', { headers: headers(), by: { handle: 9 }, verdict: 'drop' })),
    );
    expect(dropped.end()).toMatchObject({ kind: 'dropped', networkId: 'vpc-1', by: { chains: ['spoof'] } });
    const closed = evidenceOf(
      ...at(
        'vpc-1',
        ...begins(),
        event('spoof', { headers: headers(), verdict: 'accept' }),
        event('arrive', { by: 'policy', verdict: 'accept' }),
        event('router_input', { by: 'policy', verdict: 'drop' }),
      ),
    );
    expect(closed.end()).toMatchObject({ kind: 'dropped', by: { chains: ['router_input'], rules: [] } });
  });

  it('a router that takes it answers; a card that has it is the end', () => {
    const taken = at('vpc-1', ...begins(), event('router_input', { headers: headers(), verdict: 'accept' }));
    expect(evidenceOf(...taken).end()).toEqual({ kind: 'answered', networkId: 'vpc-1' });
    const evidence = evidenceOf(...at('vpc-1', ...begins()));
    const frame = frameOf(PROBE, { from: '00:16:3e:00:00:01', to: 'ee:ff:ff:ff:ff:ff' });
    expect(
      evidence.arrived(
        'outside',
        frameOf({ ...PROBE, ident: 78 }, { from: '00:16:3e:00:00:01', to: 'ee:ff:ff:ff:ff:ff' }),
      ),
    ).toBe(false);
    expect(evidence.end()).toBeUndefined();
    expect(evidence.arrived({ networkId: 'vpc-1', portId: 'eni-2' }, frame)).toBe(true);
    expect(evidence.end()).toEqual({ kind: 'arrived', at: { networkId: 'vpc-1', portId: 'eni-2' } });
  });

  it('what leaves the edge by the machine’s link has left', () => {
    const leaving = event('ends', { headers: headers(62), outLink: 5 });
    expect(evidenceOf(...at('edge', ...begins(63), leaving)).end()).toEqual({ kind: 'left' });
    expect(evidenceOf(...at('edge', ...begins(63), { ...leaving, outLink: 6 })).end()).toBeUndefined();
  });

  it('what routing threw away was past no rule after it', () => {
    const gated = event('egress_gate', { headers: headers(63), verdict: 'accept' });
    expect(evidenceOf(...at('vpc-1', ...begins(), gated)).lost()).toBeUndefined();
    expect(evidenceOf().lost()).toBeUndefined();
  });

  it('other packets are not taken for it, traced or not', () => {
    const evidence = new Evidence(PROBE, LINKS);
    const others = [
      headers(64, { ident: 78 }),
      headers(64, { packet: { ...PROBE.packet, protocol: 17 } }),
      headers(64, { packet: { ...PROBE.packet, destinationPort: 81 } }),
      headers(64, { packet: { ...PROBE.packet, sourcePort: 81 } }),
    ];
    for (const [packetId, other] of others.entries()) {
      expect(evidence.trace('vpc-1', event('spoof', { headers: other, packetId, verdict: 'drop' }))).toBe(false);
      expect(evidence.trace('vpc-1', event('spoof', { packetId, by: 'policy', verdict: 'drop' }))).toBe(false);
    }
    expect(evidence.end()).toBeUndefined();
    // Two packets whose events come mixed
    evidence.trace('vpc-1', event('begins', { headers: headers(), packetId: 9, verdict: 'accept' }));
    evidence.trace('vpc-1', event('spoof', { headers: headers(64, { ident: 78 }), packetId: 8 }));
    evidence.trace('vpc-1', event('spoof', { packetId: 8, verdict: 'drop' }));
    expect(evidence.end()).toBeUndefined();
  });

  it('visits come in the order of the routers, whatever order they are told in', () => {
    const evidence = evidenceOf(
      ...at('vpc-1', ...begins(64), event('spoof', { headers: headers(64), verdict: 'accept' })),
      ...at('vpc-1', ...begins(62), event('spoof', { headers: headers(62), verdict: 'accept' })),
      ...at('edge', ...begins(63), event('spoof', { headers: headers(63), verdict: 'accept' })),
    );
    expect(evidence.visits().map(({ networkId, passed }) => [networkId, passed[0]?.headers.timeToLive])).toEqual([
      ['vpc-1', 64],
      ['edge', 63],
      ['vpc-1', 62],
    ]);
  });

  it('the first answer counts', () => {
    const evidence = new Evidence(PROBE, LINKS);
    const frame = (flags: number) => {
      const { source, destination, sourcePort, destinationPort } = PROBE.packet;
      const back = {
        source: destination,
        destination: source,
        sourcePort: destinationPort,
        destinationPort: sourcePort,
      };
      const bytes = frameOf(
        { ident: 3, packet: { ...PROBE.packet, ...back } },
        { from: '00:16:3e:00:00:01', to: 'ee:ff:ff:ff:ff:ff' },
      );
      bytes[47] = flags;
      return bytes;
    };
    expect(evidence.heard(frame(0x12))).toBe(true);
    expect(evidence.heard(frame(0x04))).toBe(true);
    expect(evidence.answer).toBe('syn-ack');
    expect(evidence.toldUnreachable).toBe(false);
  });
});

describe('X1 steps in the words of the program', () => {
  const wanted = program();
  const [sender, receiver] = [wanted.ports[0]!, wanted.ports[1]!];
  const linkOf = (id: string) => `p${id.slice(-13)}`;
  const links = new Map([
    [
      wanted.networkId,
      new Map([
        [2, linkOf(sender.id)],
        [3, linkOf(receiver.id)],
        [4, 'up0'],
      ]),
    ],
  ]);
  const listing = [
    'table inet yunlan0 {',
    '\tchain c_1 { # handle 19',
    ...wanted.policies
      .find(({ id }) => id === receiver.policyId)!
      .ingress.map((_, n) => `\t\trule ${n} # handle ${20 + n}`),
    '\t}',
    '}',
    'table inet yunlan0 {',
    '\tchain spoof { # handle 3',
    '\t\ttype filter hook prerouting priority -450; policy drop;',
    '\t\tiifname "lo" accept # handle 4',
    '\t\tcounter packets 0 bytes 0 drop # handle 5',
    '\t}',
    '}',
  ].join('\n');
  const wording = {
    links,
    rules: new Map([[wanted.networkId, readChains(listing)]]),
    programs: new Map([[wanted.networkId, wanted]]),
  };
  const walk = (...events: readonly TraceEvent[]) => {
    const evidence = new Evidence(PROBE, links);
    for (const one of [...begins(), ...events]) evidence.trace(wanted.networkId, one);
    return stepsOf(evidence.visits(), wording);
  };

  it('a rule of a group is the entry at its place', () => {
    const [step] = walk(
      event('ingress_gate', { headers: headers(63), inLink: 2, outLink: 3, verdict: 'other' }),
      event('c_1', { by: { handle: 21 }, verdict: 'accept' }),
    );
    const policy = wanted.policies.find(({ id }) => id === receiver.policyId)!;
    expect(step).toMatchObject({
      kind: 'gate',
      direction: 'ingress',
      portId: receiver.id,
      position: 1,
      entry: policy.ingress[1],
      rule: 'rule 1',
      chain: 'ingress_gate > c_1',
      verdict: 'accept',
    });
  });

  it('towards the edge the router decides, and the source check is the sender’s', () => {
    const steps = walk(
      event('spoof', { headers: headers(), inLink: 2, by: { handle: 4 }, verdict: 'accept' }),
      event('arrive', { by: 'policy', verdict: 'accept' }),
      event('ingress_gate', { headers: headers(63), inLink: 2, outLink: 4, verdict: 'other' }),
      event('to_edge', { by: { handle: 30 }, verdict: 'drop' }),
    );
    expect(steps).toMatchObject([
      { kind: 'source-check', portId: sender.id, rule: 'iifname "lo" accept' },
      { kind: 'router', chain: 'ingress_gate > to_edge', verdict: 'drop' },
    ]);
    expect(steps).toHaveLength(2);
  });

  it('where no rule matched the policy has decided', () => {
    expect(walk(event('router_input', { by: 'policy', verdict: 'drop' }))).toMatchObject([
      { kind: 'router', rule: 'policy drop', verdict: 'drop' },
    ]);
  });
});

function le32(value: number): string {
  return Buffer.from(Uint32Array.of(value).buffer).toString('hex');
}

/** A message with its length in its first four bytes. */
function whole(message: string): string {
  return le32(message.length / 2) + message.slice(8);
}

function text(value: string): string {
  return `${Buffer.from(value).toString('hex')}00`;
}

function attribute(type: number, value: string, nested = false): string {
  const length = 4 + value.length / 2;
  const header = Buffer.from(Uint16Array.of(length, type | (nested ? 0x8000 : 0)).buffer).toString('hex');
  return header + value + '00'.repeat((4 - (length % 4)) % 4);
}
