/**
 * The verdict cases with real packets: each is sent, and where it arrives, what it bears there and what the sender is
 * told must be what the case says. The analyser is asked beside it: its path must be the packet's. What a packet that
 * arrives nowhere is told by stands in test/differential/prober.c.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Path, Reason } from '../../../src/realize/path/path.ts';
import { createPathAnalyser, type PathAnalyser } from '../../../src/realize/path-analyser.ts';
import { formatIpv4 } from '../../../src/values/ip.ts';
import { DEFAULT_PUBLIC_EDGE, edgeAddress, OUTSIDE } from '../../../src/values/public-edge.ts';
import {
  compileProber,
  type Prober,
  type ProberProgram,
  type Seen,
  type Sent,
  startProber,
} from '../../differential/prober.ts';
import { openRegion, type Region, until } from '../../differential/region.ts';
import { Client, type Region as Endpoint } from '../../scenario/harness.ts';
import type { Question, VerdictCase } from '../../verdicts/case.ts';
import { CASES } from '../../verdicts/cases.ts';
import { type Asked, Stage } from '../../verdicts/stage.ts';

const OUTSIDE_GUEST = {
  id: OUTSIDE,
  address: formatIpv4(DEFAULT_PUBLIC_EDGE.outside),
  gateway: formatIpv4(edgeAddress(DEFAULT_PUBLIC_EDGE.outside)),
};

/** What a sender is told when nothing arrives: ICMP's code of an unreachable destination; by nobody where absent. */
const TOLD: { readonly [R in Reason]?: 0 | 1 } = {
  NoRoute: 0,
  OtherNetwork: 0,
  NoPublicAddress: 0,
  AddressUnassigned: 1,
  PublicAddressUnassigned: 1,
};

/** Code of ICMP: nobody serves the port. */
const PORT_UNREACHABLE = 3;

const [TCP, UDP] = [6, 17];

/** Cases that are built at the same time. They are before any is played, as all share the edge. */
const AT_ONCE = 6;

describe('X1 N9 X3 what packets say of the verdict cases', () => {
  let region: Region;
  let program: ProberProgram;
  let prober: Prober;
  let client: Client;
  let analyser: PathAnalyser;
  let sent = 0;
  const stages = new Map<VerdictCase, Promise<Stage>>();

  beforeAll(async () => {
    [region, program] = await Promise.all([openRegion(), compileProber()]);
    prober = await startProber(region.holder, program);
    const { server } = region;
    client = new Client({ endpoint: server.endpoint } as Endpoint, server.administratorKey);
    analyser = createPathAnalyser({ store: server.store, publicEdge: DEFAULT_PUBLIC_EDGE, uplink: false });
    await buildAll();
  }, 300_000);
  afterAll(async () => {
    await prober?.close();
    await region?.close();
    await program?.remove();
  });

  /** Sends the packet and tells what was seen of it. */
  async function send({ packet }: Asked, guest: string): Promise<Seen> {
    sent += 1;
    const hasPorts = packet.protocol === TCP || packet.protocol === UDP;
    const one: Sent = {
      id: sent,
      flow: sent,
      guest,
      protocol: packet.protocol,
      source: formatIpv4(packet.source),
      destination: formatIpv4(packet.destination),
      // What an echo request has instead of ports: whose it is, and which.
      sourcePort: hasPorts ? packet.sourcePort : sent & 0xffff,
      destinationPort: hasPorts ? packet.destinationPort : 1,
    };
    const [seen] = await prober.send([one]);
    if (!seen) throw new Error('the prober said nothing');
    return seen;
  }

  async function attendTo(stage: Stage, but?: string): Promise<void> {
    const guests = stage.running
      .filter(({ instanceId }) => instanceId !== stage.actors.get(but ?? '')?.instanceId)
      .map(({ instanceId: id, address, gateway }) => ({
        id,
        address: formatIpv4(address),
        gateway: formatIpv4(gateway),
      }));
    await prober.attend([OUTSIDE_GUEST, ...guests], []);
  }

  /** Builds the stages of all cases, some at a time; what went wrong is told when a case is played. */
  async function buildAll(): Promise<void> {
    const left = [...CASES];
    const builder = async () => {
      for (let script = left.shift(); script; script = left.shift()) {
        const stage = new Stage(script, { client, analyser, store: region.server.store });
        const built = stage.build().then(() => stage);
        stages.set(script, built);
        await built.catch(() => {});
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, builder));
  }

  async function play(script: VerdictCase): Promise<void> {
    const stage = await stages.get(script);
    if (!stage) throw new Error('no stage was built for the case');
    for (const step of script.steps) {
      if ('says' in step && step.says === 'SenderItself') await keepsToItself(stage, step);
    }
    await attendTo(stage);
    for (const step of script.steps) {
      if ('change' in step) {
        // A socket in a guest's namespace would keep it, and its card, from going.
        if (step.change === 'stop') await attendTo(stage, step.instance);
        await stage.change(step);
        await stage.settled();
        await attendTo(stage);
      } else {
        await judge(stage, step);
      }
    }
    await prober.attend([], []);
  }

  /** By the kernel of the guest, which alone can keep a packet: it would take this one in by itself. */
  async function keepsToItself(stage: Stage, question: Question): Promise<void> {
    const { packet } = await stage.ask(question);
    const guest = stage.actors.get(question.from)?.instanceId ?? OUTSIDE;
    const route = await region.inside(guest, 'ip', 'route', 'get', formatIpv4(packet.destination));
    expect(route).toMatch(/^local /);
  }

  async function judge(stage: Stage, question: Question): Promise<void> {
    const asked = await stage.ask(question);
    const { says, by, behind, path } = await stage.tell(asked);
    expect({ question, says, by, behind }).toEqual({ question, says: question.says, by: question.by, behind: [] });
    if (says === 'SenderItself') return;
    const guest = question.from === 'internet' ? OUTSIDE : (stage.actors.get(question.from)?.instanceId ?? '');
    if (says === 'SenderNotPlugged') {
      await expect(region.inside(guest, 'ip', 'link', 'show', 'eth0')).rejects.toThrow();
      return;
    }
    const code = TOLD[question.says];
    let seen = await send(asked, guest);
    // Routers say so to one sender only so many times a second.
    if (code !== undefined) {
      await until(`${stage.script.title}: somebody is told`, async () => {
        if (seen.unreachable.length === 0) seen = await send(asked, guest);
        return seen.unreachable.length > 0;
      });
    }
    const receiver = question.to === 'internet' ? OUTSIDE : stage.receiver(question)?.instanceId;
    expect({ question, ...seen }).toEqual({ question, ...expected({ question, asked, path, guest, receiver }) });
  }

  it.each(CASES.map((script) => [script.title, script] as const))('%s', (_title, script) => play(script));
});

/** What must be seen of a packet of which the case, and the analyser with it, says this. */
function expected(about: {
  readonly question: Question;
  readonly asked: Asked;
  readonly path: Path;
  readonly guest: string;
  readonly receiver: string | undefined;
}): Seen {
  const { question, asked, path, guest, receiver } = about;
  const destination = formatIpv4(asked.packet.destination);
  const nothing = { received: [], answeredBy: [], returned: [], unreachable: [] };
  if (question.says === 'AnsweredByRouter') {
    // Nobody serves names here; that the question was let through to the port is told by its router.
    const asksForName = question.protocol === 'udp';
    return asksForName
      ? { ...nothing, unreachable: [{ source: destination, code: PORT_UNREACHABLE }] }
      : { ...nothing, answeredBy: [destination] };
  }
  const last = path.hops.at(-1);
  if (question.says === 'Delivered' && last) {
    const { source, destination: there, sourcePort, destinationPort } = last.packet;
    const ports = { sourcePort: expect.anything(), destinationPort: expect.anything() };
    return {
      ...nothing,
      received: [
        {
          guest: receiver ?? 'nobody',
          source: formatIpv4(source),
          destination: formatIpv4(there),
          ...(sourcePort === 0 ? ports : { sourcePort, destinationPort }),
        },
      ],
      returned: question.unanswered ? [] : [{ guest, source: destination }],
    };
  }
  const code = TOLD[question.says];
  return code === undefined ? nothing : { ...nothing, unreachable: [{ source: expect.anything(), code }] };
}
