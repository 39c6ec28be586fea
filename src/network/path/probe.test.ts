import { describe, expect, it } from 'vitest';
import { ipv4FromNumber } from '../../values/ip.ts';
import type { Analysed, Packet, Path, Seen } from './port.ts';
import { probeWhatIsWanted } from './probe.ts';

const PACKET: Packet = {
  protocol: 6,
  source: ipv4FromNumber(1),
  destination: ipv4FromNumber(2),
  sourcePort: 40_000,
  destinationPort: 80,
};
const CARD = { networkId: 'vpc-a', portId: 'eni-b' };
const delivered: Path = {
  verdict: 'delivered',
  reason: 'Delivered',
  hops: [{ kind: 'port', ...CARD, packet: PACKET }],
};
const unplugged: Path = { verdict: 'refused', reason: 'SenderNotPlugged', hops: [] };
const arrived: Seen = { end: { kind: 'arrived', at: CARD }, steps: [] };
const unsent: Seen = { end: { kind: 'unsent', why: 'not-plugged' }, steps: [] };

/** What is told one after the other: analyses before, packets, analyses after. The last of each is told for ever. */
async function probed(before: readonly Analysed[], packets: readonly Seen[], after: readonly Analysed[] = before) {
  const next = <T>(of: readonly T[], asked: { times: number }): T => {
    const told = of[Math.min(asked.times, of.length - 1)]!;
    asked.times += 1;
    return told;
  };
  const [analyses, probes, later] = [{ times: 0 }, { times: 0 }, { times: 0 }];
  const answer = await probeWhatIsWanted(
    {
      traceRealised: async () => next(before, analyses),
      trace: async () => next(after, later),
    },
    { obstacle: () => undefined, probe: async () => next(packets, probes) },
    { start: { networkId: 'vpc-a', portId: 'eni-a' }, packet: PACKET },
  );
  return { ...answer, probes: probes.times };
}

const whole = (path: Path): Analysed => ({ path, behind: [] });

describe('a probe and its analysis', () => {
  it('that agree are told at once', async () => {
    expect(await probed([whole(delivered)], [arrived])).toEqual({ ...whole(delivered), seen: arrived, probes: 1 });
  });

  it('that differ without a change between are told as they are: that is a fault', async () => {
    expect(await probed([whole(unplugged)], [arrived])).toEqual({ ...whole(unplugged), seen: arrived, probes: 1 });
  });

  it('are repeated when what is wanted changed between', async () => {
    const answer = await probed([whole(delivered), whole(unplugged)], [unsent], [whole(unplugged)]);
    expect(answer).toEqual({ ...whole(unplugged), seen: unsent, probes: 2 });
  });

  it('are repeated when a change was still being realised', async () => {
    const underWay: Analysed = { path: delivered, behind: ['vpc-a'] };
    const answer = await probed([whole(delivered)], [unsent, arrived], [underWay]);
    expect(answer).toEqual({ ...whole(delivered), seen: arrived, probes: 2 });
  });

  it('name what was behind when changes never cease, or are never realised', async () => {
    const underWay: Analysed = { path: delivered, behind: ['vpc-a'] };
    expect(await probed([whole(delivered)], [unsent], [underWay])).toEqual({ ...underWay, seen: unsent, probes: 3 });
    expect(await probed([underWay], [unsent])).toEqual({ ...underWay, seen: unsent, probes: 1 });
  });
});
