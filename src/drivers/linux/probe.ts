/**
 * Probes: one packet, sent for real from a guest's card and watched on its way.
 *
 * While a probe is under way nothing else is done to the networks that it may cross (their turns are taken, in one order
 * for all, the edge's last). So a change neither overtakes the packet nor is overtaken, the drift check meets no table of
 * ours, two probes never meet in one network, and a table that somebody finds in his own turn is one that a crash has
 * left: whoever looks next removes it. What takes long, starting the process that watches, happens before.
 *
 * Marking costs other packets one comparison; flows that are under way are not touched: the probe begins a flow of its
 * own, whose entry in connection tracking is removed at the end, and is not sent when it would belong to another.
 */
import { existsSync } from 'node:fs';
import type { Packet, ProbeEnd, Prober, ProbeSeen, ProbeWanted } from '../../realize/driver.ts';
import { EDGE, type NetworkProgram, type PortProgram } from '../../realize/program.ts';
import { SYSTEM_PATHS } from '../../shell/shell.ts';
import { steadyClock } from '../../values/clock.ts';
import { formatIpv4, type Ipv4 } from '../../values/ip.ts';
import { OUTSIDE } from '../../values/public-edge.ts';
import { OUTSIDE_MAC } from './edge.ts';
import { PROBE_TABLE } from './found.ts';
import { ROUTER_MAC } from './links.ts';
import {
  BEGINS,
  type EarlyEnd,
  ENDS,
  Evidence,
  type ListedRules,
  type Receiver,
  readChains,
  stepOf,
  stepsOf,
} from './probe-evidence.ts';
import { filterOfProbe, filtersOfAnswers, frameOf, hasPorts, matchOfProbe, type Probe } from './probe-frame.ts';
import { readTrace, type Visit } from './probe-trace.ts';
import { startWatcher, type Watcher } from './probe-watcher.ts';
import type { NftTool, ShellTool } from './tools.ts';

/** What is known of a network that was applied. */
export interface ProbeNetwork {
  /** Absent for the edge. */
  readonly program?: NetworkProgram | undefined;
  /** Whether it is linked to the edge. */
  readonly linked: boolean;
}

/** What a probe needs of those who keep namespaces. */
export interface ProbeGround {
  /** Arguments that run a command as root of the private namespaces. */
  inside(command: readonly string[]): readonly string[];
  /** Runs `work` after all that was asked of these networks before, and lets nothing of them begin until it has ended. */
  alone<Result>(networkIds: readonly string[], work: () => Promise<Result>): Promise<Result>;
  /** Undefined when it is not known to be as it was applied last. Certain within {@link alone}. */
  network(networkId: string): ProbeNetwork | undefined;
  tools(networkId: string): { readonly nft: NftTool; readonly shell: ShellTool };
  /** The host outside, and the network that a public address leads to; both undefined while there is no edge. */
  outside(): Ipv4 | undefined;
  leadsTo(publicAddress: Ipv4): string | undefined;
  /** Whether the machine is linked to the edge. */
  readonly world: boolean;
}

/** Milliseconds: without any sign of the packet the router is asked for its route. A capped link may hold it back for 50. */
const QUIET = 250;
/** Then nothing more is waited for. */
const PATIENCE = 5_000;
/** How long a receiver may take to answer; its kernel does at once. */
const ANSWER = 150;

/** Probes that may be under way or wait: each holds up changes of the networks that it crosses for a moment. */
const MOST_AT_ONCE = 8;

/** Greatest identification of an IP header. */
const GREATEST_IDENT = 0xffff;

export function createProber(ground: ProbeGround): Prober {
  let [idents, underWay] = [0, 0];

  async function probe({ start, packet }: ProbeWanted): Promise<ProbeSeen> {
    idents = (idents % GREATEST_IDENT) + 1;
    const one: Probe = { packet, ident: idents };
    const watcher = await startWatcher((command) => ground.inside(command));
    try {
      // Whom a public address leads to may change until the turns are ours.
      for (;;) {
        const networkIds = networksFor(start, packet);
        const seen = await ground.alone(networkIds, async () => {
          const same = networksFor(start, packet).join() === networkIds.join();
          return same ? new Sending(ground, one, start, networkIds).carryOut(watcher) : undefined;
        });
        if (seen) return seen;
      }
    } finally {
      watcher.end();
    }
  }

  /** Those that the packet can come to, the sender's first. */
  function networksFor(start: ProbeWanted['start'], { destination }: Packet): string[] {
    const own = start === 'outside' ? [] : [start.networkId];
    const leaves = start === 'outside' || (ground.network(start.networkId)?.linked ?? false);
    const other = leaves ? ground.leadsTo(destination) : undefined;
    return [...new Set([...own, ...(leaves ? [EDGE] : []), ...(other === undefined ? [] : [other])])];
  }

  return {
    obstacle() {
      if (!SYSTEM_PATHS.some((folder) => existsSync(`${folder}/python3`))) {
        return 'The machine lacks python3, by which packets are sent.';
      }
      return underWay >= MOST_AT_ONCE ? `${MOST_AT_ONCE} probes are under way already: try again.` : undefined;
    },
    async probe(wanted) {
      underWay += 1;
      try {
        return await probe(wanted);
      } finally {
        underWay -= 1;
      }
    },
  };
}

/** Who sends: its namespace and the card's MAC. */
interface Sender {
  readonly guestId: string;
  readonly mac: string;
}

/** One packet, with the turns of its networks taken. */
class Sending {
  readonly #ground: ProbeGround;
  readonly #probe: Probe;
  readonly #start: ProbeWanted['start'];
  readonly #networkIds: readonly string[];

  constructor(ground: ProbeGround, probe: Probe, start: ProbeWanted['start'], networkIds: readonly string[]) {
    this.#ground = ground;
    this.#probe = probe;
    this.#start = start;
    this.#networkIds = networkIds;
  }

  async carryOut(watcher: Watcher): Promise<ProbeSeen> {
    const sender = this.#sender();
    if ('why' in sender) return { end: { kind: 'unsent', ...sender }, steps: [] };
    if (await this.#isKnownFlow()) return { end: { kind: 'unsent', why: 'known-flow' }, steps: [] };
    let visits: readonly Visit[] = [];
    try {
      await this.#mark();
      const receivers = this.#receivers();
      const { links } = await watcher.open({
        networks: this.#networkIds,
        receivers: receivers.map(({ guestId }) => guestId),
        sender: sender.guestId,
        mac: sender.mac,
        frame: frameOf(this.#probe, { from: sender.mac, to: ROUTER_MAC }),
        probeFilter: filterOfProbe(this.#probe),
        answerFilters: filtersOfAnswers(this.#probe),
      });
      const evidence = new Evidence(this.#probe, links);
      if (!(await watcher.send())) return { end: { kind: 'unsent', why: 'no-card' }, steps: [] };
      const early = await this.#watch(watcher, evidence, receivers);
      visits = evidence.visits();
      const wording = { links, rules: await this.#words(visits), programs: this.#programs() };
      const { answer } = evidence;
      return {
        end: early ? endOf(early, wording) : { kind: 'unknown' },
        steps: stepsOf(visits, wording),
        ...(answer === undefined ? {} : { answer }),
      };
    } finally {
      await this.#clear(visits);
    }
  }

  #sender(): Sender | { readonly why: Extract<ProbeEnd, { kind: 'unsent' }>['why'] } {
    const { source, destination } = this.#probe.packet;
    const isLoopback = destination >>> 24 === 127;
    // A network that is not known to be as it was applied cannot be explained; the edge may not be there yet at all.
    const known = this.#networkIds.every((id) => this.#ground.network(id) !== undefined);
    if (this.#start === 'outside') {
      if (!known) return { why: 'not-realised' };
      if (destination === source || isLoopback) return { why: 'itself' };
      if (this.#ground.world && source !== this.#ground.outside()) return { why: 'beyond' };
      return { guestId: OUTSIDE, mac: OUTSIDE_MAC };
    }
    const port = this.#port(this.#start.networkId, this.#start.portId);
    if (!port) return { why: this.#ground.network(this.#start.networkId) ? 'not-plugged' : 'not-realised' };
    if (!known) return { why: 'not-realised' };
    if (isLoopback || port.addresses.includes(destination)) return { why: 'itself' };
    return port;
  }

  #port(networkId: string, portId: string): PortProgram | undefined {
    return this.#ground.network(networkId)?.program?.ports.find(({ id }) => id === portId);
  }

  #programs(): ReadonlyMap<string, NetworkProgram> {
    return new Map(
      this.#networkIds.flatMap((id) => {
        const program = this.#ground.network(id)?.program;
        return program ? [[id, program] as const] : [];
      }),
    );
  }

  /** Guests whose card the packet can come to: in whichever network the address is at home, or behind a translation. */
  #receivers(): { readonly guestId: string; readonly at: Receiver }[] {
    const { destination } = this.#probe.packet;
    const found: { guestId: string; at: Receiver }[] = [];
    for (const { networkId, ports, publicMappings } of this.#programs().values()) {
      const mapped = publicMappings.find(({ publicAddress }) => publicAddress === destination)?.privateAddress;
      for (const { id, guestId, addresses } of ports) {
        if (addresses.includes(destination) || (mapped !== undefined && addresses.includes(mapped))) {
          found.push({ guestId, at: { networkId, portId: id } });
        }
      }
    }
    if (this.#networkIds.includes(EDGE) && destination === this.#ground.outside()) {
      found.push({ guestId: OUTSIDE, at: 'outside' });
    }
    return found;
  }

  /** Has the probe, and nothing else, traced in each network. What an earlier probe has left goes first. */
  async #mark(): Promise<void> {
    const { source, destination } = this.#probe.packet;
    const mappings = [...this.#programs().values()].flatMap(({ publicMappings }) => publicMappings);
    const match = matchOfProbe(this.#probe, {
      source: mappings.find(({ privateAddress }) => privateAddress === source)?.publicAddress,
      destination: mappings.find(({ publicAddress }) => publicAddress === destination)?.privateAddress,
    });
    const table = `inet ${PROBE_TABLE}`;
    const commands = [
      `add table ${table}`,
      `delete table ${table}`,
      `add table ${table}`,
      `add chain ${table} ${BEGINS} { type filter hook prerouting priority -500; }`,
      `add chain ${table} ${ENDS} { type filter hook postrouting priority 1000; }`,
      `add rule ${table} ${BEGINS} ${match} meta nftrace set 1`,
      // Only a rule that matches tells where the packet goes from here.
      `add rule ${table} ${ENDS} ${match} meta nftrace set 1`,
    ];
    for (const id of this.#networkIds) await this.#ground.tools(id).nft.transact(commands);
  }

  /** Collects evidence until it is certain what became of the packet. */
  async #watch(
    watcher: Watcher,
    evidence: Evidence,
    receivers: readonly { readonly at: Receiver }[],
  ): Promise<EarlyEnd | undefined> {
    const take = (): boolean => {
      let ours = false;
      for (const sight of watcher.take()) {
        if (sight.kind === 'trace') {
          const networkId = this.#networkIds[sight.place] ?? '';
          for (const event of readTrace(sight.bytes)) ours = evidence.trace(networkId, event) || ours;
        } else if (sight.kind === 'arrived') {
          const receiver = receivers[sight.place];
          ours = (receiver !== undefined && evidence.arrived(receiver.at, sight.bytes)) || ours;
        } else {
          ours = evidence.heard(sight.bytes) || ours;
        }
      }
      return ours;
    };
    const begun = steadyClock.now();
    let last = begun;
    let asked = false;
    let early: EarlyEnd | undefined;
    while (!early && steadyClock.now() - begun < PATIENCE) {
      await watcher.news(QUIET);
      if (take()) last = steadyClock.now();
      if (evidence.toldUnreachable) {
        // Its cause, if it left any trace, has happened before.
        await watcher.settled();
        take();
        early = evidence.end() ?? evidence.lost();
      } else if (steadyClock.now() - last >= QUIET && !asked) {
        asked = true;
        early = await this.#askRoute(evidence);
      }
      early ??= evidence.end();
    }
    if (early?.kind === 'arrived' || early?.kind === 'answered') {
      const until = steadyClock.now() + ANSWER;
      while (evidence.answer === undefined && steadyClock.now() < until) {
        await watcher.news(until - steadyClock.now());
        take();
      }
    }
    // The end may have been read before what led to it.
    await watcher.settled();
    take();
    return early;
  }

  /** Routing drops without a word that could be traced, and its ICMP errors are limited: the route itself tells. */
  async #askRoute(evidence: Evidence): Promise<EarlyEnd | undefined> {
    const lost = evidence.lost();
    if (!lost?.inLink) return undefined;
    const { networkId, inLink, packet } = lost;
    // A public address is translated before it is routed where it leads to.
    const mapping = this.#ground
      .network(networkId)
      ?.program?.publicMappings.find(({ publicAddress }) => publicAddress === packet.destination);
    const to = formatIpv4(mapping?.privateAddress ?? packet.destination);
    const question = `ip -j -4 route get ${to} from ${formatIpv4(packet.source)} iif ${inLink} 2>/dev/null || echo none`;
    const answer = (await this.#ground.tools(networkId).shell.run(question)).trim();
    const type = answer.endsWith('none') ? 'none' : ((JSON.parse(answer) as { type?: string }[])[0]?.type ?? 'unicast');
    return type === 'unicast' || type === 'local' ? undefined : lost;
  }

  /** The rules of all chains that were met, in the kernel's words. */
  async #words(visits: readonly Visit[]): Promise<ReadonlyMap<string, ListedRules>> {
    const chains = new Map<string, Set<string>>();
    for (const { networkId, passed } of visits) {
      for (const { table, rules } of passed) {
        if (table === PROBE_TABLE) continue;
        const met = chains.get(networkId) ?? new Set();
        for (const { chain } of rules) met.add(`nft -a list chain inet ${table} ${chain}`);
        chains.set(networkId, met);
      }
    }
    const words = new Map<string, ListedRules>();
    for (const [networkId, lists] of chains) {
      if (lists.size > 0)
        words.set(networkId, readChains(await this.#ground.tools(networkId).shell.run([...lists].join('\n'))));
    }
    return words;
  }

  /** Whether connection tracking has a flow that the packet would belong to, in either direction. */
  async #isKnownFlow(): Promise<boolean> {
    const { packet } = this.#probe;
    const first = this.#networkIds.find((id) => id !== EDGE);
    if (first === undefined) return false;
    const forward = flowWords(this.#probe, packet);
    const [from, to] = [formatIpv4(packet.source), formatIpv4(packet.destination)];
    const ports = hasPorts(packet.protocol)
      ? ` --reply-port-src ${packet.sourcePort} --reply-port-dst ${packet.destinationPort}`
      : '';
    const backward = `-p ${packet.protocol} --reply-src ${from} --reply-dst ${to}${ports}`;
    const text = await this.#ground
      .tools(first)
      .shell.run(`conntrack -L ${forward} 2>/dev/null; conntrack -L ${backward} 2>/dev/null; :`);
    return text.trim() !== '';
  }

  /** Leaves nothing behind: no table, no flow. */
  async #clear(visits: readonly Visit[]): Promise<void> {
    for (const id of this.#networkIds) {
      await this.#ground.tools(id).nft.transact([`add table inet ${PROBE_TABLE}`, `delete table inet ${PROBE_TABLE}`]);
    }
    for (const { networkId, passed } of visits) {
      const entered = passed[0]?.headers.packet;
      if (networkId === EDGE || !entered) continue;
      const words = flowWords(this.#probe, entered);
      await this.#ground.tools(networkId).shell.run(`conntrack -D ${words} >/dev/null 2>&1 || :`);
    }
  }
}

function endOf(early: EarlyEnd, wording: Parameters<typeof stepOf>[2]): ProbeEnd {
  if (early.kind === 'dropped') {
    const { packet, chain, rule, verdict, ...place } = stepOf(early.networkId, early.by, wording);
    return { kind: 'refused', place };
  }
  if (early.kind === 'lost') {
    const { networkId } = early;
    return { kind: 'refused', place: { networkId, kind: networkId === EDGE ? 'edge' : 'router' } };
  }
  return early;
}

/** What `conntrack` calls the flow that begins with the packet. */
function flowWords({ ident }: Probe, { protocol, source, destination, sourcePort, destinationPort }: Packet): string {
  const words = [`-p ${protocol} -s ${formatIpv4(source)} -d ${formatIpv4(destination)}`];
  if (hasPorts(protocol)) words.push(`--sport ${sourcePort} --dport ${destinationPort}`);
  // ICMP
  if (protocol === 1) words.push(`--icmp-type 8 --icmp-code 0 --icmp-id ${ident}`);
  return words.join(' ');
}
