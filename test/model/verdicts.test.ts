/** The analyser on every verdict case, from rows that the API has written. The same cases by packets: test/packets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tracePath } from '../../src/realize/path/trace.ts';
import { createPathAnalyser } from '../../src/realize/path-analyser.ts';
import { formatIpv4 } from '../../src/values/ip.ts';
import { DEFAULT_PUBLIC_EDGE } from '../../src/values/public-edge.ts';
import { type Region, startRegion } from '../scenario/harness.ts';
import { CASES } from '../verdicts/cases.ts';
import { PROGRAM_CASES, packetOf, SENDERS, WORLD } from '../verdicts/programs.ts';
import { Stage } from '../verdicts/stage.ts';

describe('X1 N9 what the analyser says of the verdict cases', () => {
  let region: Region;
  beforeAll(async () => {
    region = await startRegion();
  });
  afterAll(() => region?.close());

  it('there are many, each with a title of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CASES.map(({ title }) => title)).size).toBe(CASES.length);
  });

  it.concurrent.each(CASES.map((script) => [script.title, script] as const))('%s', async (_title, script) => {
    const { store } = region.server;
    const analyser = createPathAnalyser({ store, publicEdge: DEFAULT_PUBLIC_EDGE, uplink: false });
    const stage = new Stage(script, { client: region, analyser, store });
    await stage.build();
    for (const step of script.steps) {
      if ('change' in step) {
        await stage.change(step);
        await stage.settled();
        continue;
      }
      const { says, by, behind } = await stage.tell(await stage.ask(step));
      expect({ step, says, by, behind }).toEqual({ step, says: step.says, by: step.by, behind: [] });
    }
  });
});

describe('X1 A9 what the analyser says where no request leads', () => {
  it.each(PROGRAM_CASES.map((asked) => [`${asked.from}, as ${asked.source}, to ${asked.destination}`, asked] as const))(
    '%s',
    (_title, asked) => {
      const { reason, hops } = tracePath(WORLD, SENDERS[asked.from].start, packetOf(asked, 20_000));
      expect(reason).toBe(asked.says);
      if (!asked.arrives) return;
      const { source, destination } = hops.at(-1)?.packet ?? {};
      expect([source, destination].map((address) => address !== undefined && formatIpv4(address))).toEqual(
        asked.arrives.slice(1),
      );
    },
  );
});
