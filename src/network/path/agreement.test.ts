import { describe, expect, it } from 'vitest';
import { agreementOf } from './agreement.ts';
import type { Entry, Hop, Path, SeenEnd, SeenPlace } from './port.ts';

const packet = { protocol: 6, source: 1, destination: 2, sourcePort: 3, destinationPort: 4 } as Hop['packet'];
const rule = (ruleId: string): Entry => ({
  match: {},
  verdict: 'drop',
  origin: { kind: 'rule', groupId: 'sg-1', ruleId, priority: 1 },
});
const path = (reason: string, verdict: Path['verdict'], ...hops: Omit<Hop, 'packet'>[]): Path => ({
  verdict,
  reason,
  hops: hops.map((hop) => ({ ...hop, packet })),
});
const says = (said: Path, end: SeenEnd) => agreementOf(said, { end, steps: [] });

const gate = { kind: 'gate', networkId: 'vpc-1', portId: 'eni-2', direction: 'ingress', entry: rule('sgr-1') } as const;
const card = { kind: 'port', networkId: 'vpc-1', portId: 'eni-2' } as const;
const delivered = path('Delivered', 'delivered', card);
const dropped = path('IngressDeniedByRule', 'refused', gate);
const refused = (place: SeenPlace): SeenEnd => ({ kind: 'refused', place });

describe('X1 analysis and packet', () => {
  it('agree when the packet came to the card that was named', () => {
    expect(says(delivered, { kind: 'arrived', at: { networkId: 'vpc-1', portId: 'eni-2' } })).toBe('Agrees');
    expect(says(delivered, { kind: 'arrived', at: { networkId: 'vpc-2', portId: 'eni-2' } })).toBe('Differs');
    expect(says(delivered, { kind: 'arrived', at: { networkId: 'vpc-1', portId: 'eni-3' } })).toBe('Differs');
    expect(says(delivered, { kind: 'arrived', at: 'outside' })).toBe('Differs');
    expect(says(path('Delivered', 'delivered', { kind: 'outside' }), { kind: 'arrived', at: 'outside' })).toBe(
      'Agrees',
    );
    expect(says(dropped, { kind: 'arrived', at: { networkId: 'vpc-1', portId: 'eni-2' } })).toBe('Differs');
  });

  it('agree when the same rule of the same gate has refused it', () => {
    const { kind, networkId, portId, direction } = gate;
    const place = { kind, networkId, portId, direction, entry: rule('sgr-1') };
    expect(says(dropped, refused({ ...place, position: 4 }))).toBe('Agrees');
    expect(says(dropped, refused({ ...place, entry: rule('sgr-2') }))).toBe('Differs');
    expect(says(dropped, refused({ ...place, direction: 'egress' }))).toBe('Differs');
    expect(says(dropped, refused({ ...place, portId: 'eni-1' }))).toBe('Differs');
    expect(says(dropped, refused({ kind, networkId, portId, direction }))).toBe('Differs');
    expect(says(delivered, refused(place))).toBe('Differs');
  });

  it('agree when it ended in the same place otherwise', () => {
    const nowhere = path('NoRoute', 'refused', { kind: 'router', networkId: 'vpc-1', next: 'nowhere' });
    expect(says(nowhere, refused({ networkId: 'vpc-1', kind: 'router' }))).toBe('Agrees');
    expect(says(nowhere, refused({ networkId: 'vpc-2', kind: 'router' }))).toBe('Differs');
    expect(says(nowhere, refused({ networkId: 'edge', kind: 'edge' }))).toBe('Differs');
    const atEdge = path('NoRoute', 'refused', { kind: 'edge', next: 'nowhere' });
    expect(says(atEdge, refused({ networkId: 'edge', kind: 'edge' }))).toBe('Agrees');
    expect(says(nowhere, { kind: 'answered', networkId: 'vpc-1' })).toBe('Differs');
    const itself = path('AnsweredByRouter', 'delivered', { kind: 'router', networkId: 'vpc-1', next: 'itself' });
    expect(says(itself, { kind: 'answered', networkId: 'vpc-1' })).toBe('Agrees');
    expect(says(itself, { kind: 'answered', networkId: 'edge' })).toBe('Differs');
    expect(says(path('LeavesByUplink', 'delivered', { kind: 'edge', next: 'uplink' }), { kind: 'left' })).toBe(
      'Agrees',
    );
    expect(says(delivered, { kind: 'left' })).toBe('Differs');
  });

  it('nothing is said of what was not sent or not seen, but where analysis says the same', () => {
    expect(says(delivered, { kind: 'unknown' })).toBe('Unknown');
    for (const why of ['known-flow', 'not-realised', 'no-card', 'beyond'] as const) {
      expect(says(delivered, { kind: 'unsent', why })).toBe('Unknown');
    }
    expect(says(path('SenderNotPlugged', 'refused'), { kind: 'unsent', why: 'not-plugged' })).toBe('Agrees');
    expect(says(delivered, { kind: 'unsent', why: 'not-plugged' })).toBe('Differs');
    expect(says(path('SenderItself', 'delivered', card), { kind: 'unsent', why: 'itself' })).toBe('Agrees');
    expect(says(delivered, { kind: 'unsent', why: 'itself' })).toBe('Differs');
  });
});
