/** How a story is made small: by anything that tells whether a mismatch stays, here without packets. */
import { describe, expect, it } from 'vitest';
import { chooserFor, type Mismatch } from './campaign.ts';
import { generateChanges, generateTopology } from './generate.ts';
import { generateProbes } from './probes.ts';
import { shrink, type Tell } from './shrink.ts';
import { type Change, changed, type Topology } from './topology.ts';
import type { Compared } from './trial.ts';

/** A mismatch of a generated topology, about a packet of one of its instances. */
function found(number: number): Mismatch {
  const topology = generateTopology(chooserFor(11, number, 'topology'));
  const [sender] = topology.instances;
  const changes: Change[][] = [];
  let state: Topology = topology;
  for (let round = 0; round < 3; round += 1) {
    const next = generateChanges(chooserFor(11, number, `changes ${round}`), state);
    changes.push(next);
    state = next.reduce(changed, state);
  }
  const probe = {
    from: sender?.name ?? '',
    protocol: 6,
    source: '',
    destination: '',
    sourcePort: 1,
    destinationPort: 1,
  };
  const company = generateProbes(chooserFor(11, number, 'probes'), state, 50);
  const compared = { probe, flow: undefined, equal: false } as Compared;
  return { seed: 11, number, story: { topology, changes, batch: [probe, ...company] }, compared };
}

/** Tells of a mismatch as long as what the story leads to satisfies `stays`. */
const staysWhile =
  (stays: (after: Topology, story: Mismatch['story']) => boolean): Tell =>
  async ({ story, compared }) => ({
    ...compared,
    equal: !stays(story.changes.flat().reduce(changed, story.topology), story),
  });

describe('X1 shrinking', () => {
  it.each([0, 1, 2, 3, 4])('leaves what the mismatch needs, and what that needs (topology %i)', async (number) => {
    const mismatch = found(number);
    const after = mismatch.story.changes.flat().reduce(changed, mismatch.story.topology);
    const needed = after.rules.at(-1)!;
    const { mismatch: small, repeats } = await shrink(
      mismatch,
      staysWhile((state) => state.rules.some((rule) => rule.Description === needed.Description)),
    );
    expect(repeats).toBe(true);
    const { topology, changes } = small.story;
    expect(changes).toEqual([]);
    expect(topology.rules).toEqual([needed]);
    expect(topology.instances.map((instance) => instance.name)).toEqual([mismatch.compared.probe.from]);
    expect(topology.eips).toEqual([]);
    expect(topology.vpcs.length).toBeLessThanOrEqual(2);
    expect(topology.vswitches.length).toBe(1);
  });

  it('keeps a change that it needs, and only that', async () => {
    const mismatch = found(2);
    const [needed] = mismatch.story.changes.flat();
    const { mismatch: small } = await shrink(
      mismatch,
      staysWhile((_, { changes }) => changes.flat().some((change) => change === needed)),
    );
    expect(small.story.changes).toEqual([[needed]]);
  });

  it('keeps the company that it needs, and only that', async () => {
    const mismatch = found(2);
    const needed = mismatch.story.batch.slice(3).find((one) => one.from === 'internet')!;
    const { mismatch: small } = await shrink(
      mismatch,
      staysWhile((_, { batch }) => batch.includes(needed)),
    );
    expect(small.story.batch).toEqual([mismatch.compared.probe, needed]);
    expect(small.story.changes).toEqual([]);
  });

  it('gives the whole story back when the mismatch does not show again', async () => {
    const mismatch = found(1);
    const shrunk = await shrink(
      mismatch,
      staysWhile(() => false),
    );
    expect(shrunk).toEqual({ mismatch, tries: 2, repeats: false });
  });

  it('tells a story no more than eighty times', async () => {
    let told = 0;
    await shrink(found(3), async ({ compared }) => {
      told += 1;
      return { ...compared, equal: told % 2 === 0 };
    });
    expect(told).toBeLessThanOrEqual(80);
  });
});
