/**
 * Paths that no request can bring about (yet), by packets: forwarders, an uplink, routes of the edge that lead nowhere.
 * The world beyond the uplink is a namespace of the test; the machine's own network is not touched.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guestNamespacesOf } from '../../../src/drivers/linux/guest-namespaces.ts';
import { type Holder, openHolder } from '../../../src/drivers/linux/holder.ts';
import { createLinuxNetworks, type LinuxNetworks } from '../../../src/drivers/linux/network.ts';
import { flowAllowed } from '../../../src/realize/path/flow.ts';
import { tracePath } from '../../../src/realize/path/trace.ts';
import { run } from '../../../src/shell/shell.ts';
import { formatIpv4 } from '../../../src/values/ip.ts';
import { silentLog } from '../../../src/values/log.ts';
import { compileProber, type Prober, type ProberProgram, type Seen, startProber } from '../../differential/prober.ts';
import { until } from '../../differential/region.ts';
import {
  EDGE_PROGRAM,
  NETWORKS,
  PROGRAM_CASES,
  type ProgramCase,
  packetOf,
  SENDERS,
  WORLD,
} from '../../verdicts/programs.ts';

const [WORLD_MAC, EDGE_MAC] = ['02:00:00:00:00:01', '02:00:00:00:00:02'];

/** The edge's link to a world that answers nothing but what the prober does. */
const LINK = `
ip netns add world
ip link add dev world0 netns edge address ${EDGE_MAC} type veth peer name eth0 netns world address ${WORLD_MAC}
ip -n world link set eth0 up
ip -n edge link set world0 up
ip -n edge neighbour replace 192.0.0.2 lladdr ${WORLD_MAC} dev world0 nud permanent
ip -n edge route replace default via 192.0.0.2 dev world0 onlink src 192.0.2.11
table=$(ip netns exec edge nft list tables arp | cut -d' ' -f3)
ip netns exec edge nft insert rule arp $table sender iifname world0 accept
`;

describe('X1 A9 what packets and the analyser say where no request leads', () => {
  let runDir: string;
  let holder: Holder;
  let networks: LinuxNetworks;
  let program: ProberProgram;
  let prober: Prober;
  let sent = 0;

  beforeAll(async () => {
    runDir = await mkdtemp(join(tmpdir(), 'yunlan-path-'));
    program = await compileProber();
    holder = await openHolder({ runDir, log: silentLog });
    networks = createLinuxNetworks({
      inside: (command, where) => holder.inside(command, where),
      guestNamespaces: guestNamespacesOf(holder, async () => undefined),
      log: silentLog,
      flowAllowed,
      uplink: true,
    });
    for (const network of NETWORKS) await networks.apply(network);
    await networks.applyEdge(EDGE_PROGRAM);
    await run(holder.inside(['sh', '-ec', LINK]));
    prober = await startProber(holder, program);
    const inNetwork = NETWORKS.flatMap(({ ports }) =>
      ports.map(({ guestId: id, addresses: [address] }) => ({
        id,
        address: address === undefined ? '' : formatIpv4(address),
        gateway: '10.0.0.253',
      })),
    );
    await prober.attend(
      [
        ...inNetwork,
        { id: 'internet', address: '192.0.2.10', gateway: '192.0.2.11' },
        { id: 'world', address: '203.0.113.77', gateway: '192.0.2.11' },
      ],
      [],
    );
  });
  afterAll(async () => {
    await prober?.close();
    await networks?.close();
    await holder?.end();
    await program?.remove();
    await rm(runDir, { recursive: true, force: true });
  });

  async function send(asked: ProgramCase): Promise<Seen> {
    sent += 1;
    const packet = packetOf(asked, 20_000 + sent);
    const [seen] = await prober.send([
      {
        ...packet,
        id: sent,
        flow: sent,
        guest: SENDERS[asked.from].guest,
        source: asked.source,
        destination: asked.destination,
      },
    ]);
    if (!seen) throw new Error('the prober said nothing');
    return seen;
  }

  it.each(PROGRAM_CASES.map((asked) => [`${asked.from}, as ${asked.source}, to ${asked.destination}`, asked] as const))(
    '%s',
    async (_title, asked) => {
      const path = tracePath(WORLD, SENDERS[asked.from].start, packetOf(asked, 20_000 + sent));
      expect(path.reason).toBe(asked.says);
      let seen = await send(asked);
      // Routers say so to one sender only so many times a second.
      if (asked.told !== undefined) {
        await until('somebody is told', async () => {
          if (seen.unreachable.length === 0) seen = await send(asked);
          return seen.unreachable.length > 0;
        });
      }
      const { source, destination } = path.hops.at(-1)?.packet ?? {};
      expect({
        arrives: seen.received.map((one) => [one.guest, one.source, one.destination]),
        bears: asked.arrives && [source, destination].map((address) => address !== undefined && formatIpv4(address)),
        told: seen.unreachable.map(({ code }) => code),
        answered: seen.answeredBy,
      }).toEqual({
        arrives: asked.arrives ? [asked.arrives] : [],
        bears: asked.arrives?.slice(1),
        told: asked.told === undefined ? [] : [asked.told],
        answered: asked.says === 'AnsweredByRouter' ? [asked.destination] : [],
      });
    },
  );
});
