/** A mismatch for people: what was asked of the API, the packet, the three verdicts, and what the kernel did. */
import { createInterface } from 'node:readline';
import type { Hop } from '../../src/realize/path/path.ts';
import { start } from '../../src/shell/shell.ts';
import { formatIpv4 } from '../../src/values/ip.ts';
import type { Mismatch } from './campaign.ts';
import type { Probe } from './oracle.ts';
import { until } from './region.ts';
import { retell } from './shrink.ts';
import { spellChange, spellTopology, vpcOf } from './topology.ts';
import type { Compared, Trial, TrialOptions } from './trial.ts';
import type { Outcome } from './verdicts.ts';

/** The mismatch as text, with the rules of its networks and a trace of its packet where it shows again. */
export async function report(mismatch: Mismatch, options: TrialOptions): Promise<string> {
  const { seed, number, story, compared } = mismatch;
  const kernel = await retell(mismatch, options, (trial, again) => look(trial, again)).catch(
    (error: unknown) => `the story could not be told again: ${error}`,
  );
  return [
    `MISMATCH  seed ${seed}, topology ${number}`,
    '',
    spellTopology(story.topology),
    ...story.changes.flatMap((round) => ['then', ...round.map((change) => `  ${spellChange(change)}`)]),
    ...(story.batch.length > 1 ? [`and ${story.batch.length - 1} other packets beside this one`] : []),
    '',
    spellCompared(compared),
    '',
    kernel ?? 'The packet cannot be sent any more.',
  ].join('\n');
}

/** The packet and its three verdicts. */
export function spellCompared({ probe, flow, must, why, path, analysed, seen }: Compared): string {
  const { from, protocol, source, destination, sourcePort, destinationPort } = probe;
  const ports = sourcePort === 0 ? '' : `, ports ${sourcePort} → ${destinationPort}`;
  return [
    `packet    ${from}: ${source} → ${destination}, protocol ${protocol}${ports}${flow ? ', of a flow begun before' : ''}`,
    `must      ${spellOutcome(must)} (${why})`,
    `analysis  ${spellOutcome(analysed)} (${path.reason})`,
    ...path.hops.map((hop) => `          ${spellHop(hop)}`),
    `seen      ${spellOutcome(seen)}`,
  ].join('\n');
}

function spellOutcome({ at, source, destination }: Outcome): string {
  return source === undefined ? at : `${at}, as ${source} → ${destination}`;
}

function spellHop(hop: Hop): string {
  const { kind, packet, ...rest } = hop;
  return `${kind} ${formatIpv4(packet.source)} → ${formatIpv4(packet.destination)} ${JSON.stringify(rest)}`;
}

/** Rules of every network, then what nft tells of one more such packet. */
async function look(trial: Trial, compared: Compared): Promise<string> {
  const networks = [
    ...trial.topology.vpcs.map(({ name }) => ({ name, id: trial.idOf(name) })),
    { name: 'edge', id: 'edge' },
  ];
  const rules = await Promise.all(
    networks.map(
      async ({ name, id }) => `rules of ${name} (${id})\n${await trial.region.inside(id, 'nft', 'list', 'ruleset')}`,
    ),
  );
  const again = spellCompared(compared);
  const traces = await Promise.all(networks.map(({ id }) => watch(trial, id)));
  // Whoever runs in a network pings there with every packet that is sent.
  const running = new Set(
    trial.topology.instances.flatMap((each) => (each.Status === 'Running' ? vpcOf(trial.topology, each) : [])),
  );
  const heard = traces.filter((_, place) => running.has(networks[place]?.name ?? '') || networks[place]?.id === 'edge');
  try {
    await until('nft traces', async () => {
      await trial.begin([compared.probe]);
      return heard.every((trace) => trace.lines.length > 0);
    });
    // Once more, now that all listen; complete where something later was told.
    for (const trace of traces) trace.lines.length = 0;
    await until('nft has told', async () => {
      await trial.begin([compared.probe]);
      return heard.every((trace) => pingsIn(trace.lines) > PINGS);
    });
  } finally {
    for (const trace of traces) await trace.end();
  }
  const told = traces.map(({ lines }, place) => {
    const own = linesOfPacket(lines, compared.probe);
    return `trace in ${networks[place]?.name}\n${own.length > 0 ? own.join('\n') : 'it never came here'}`;
  });
  return [`told again\n${again}`, ...rules, ...told].join('\n\n');
}

/** Pings that a guest sends with a batch, at most: see prober.c. */
const PINGS = 8;

function pingsIn(lines: readonly string[]): number {
  return new Set(lines.flatMap((line) => /icmp type echo-request .*icmp sequence (\d+)/.exec(line)?.[1] ?? [])).size;
}

/** The lines about the packet when it was sent first: pings, answers and further packets are traced too. */
function linesOfPacket(lines: readonly string[], { source, destination }: Probe): readonly string[] {
  const idOf = (line: string) => /^trace id (\w+)/.exec(line)?.[1];
  const isOurs = (line: string) =>
    line.includes(` ip saddr ${source} ip daddr ${destination} `) ||
    (line.includes(` ip daddr ${destination} `) && !line.includes(` ip saddr ${destination} `));
  const first = lines.find(isOurs);
  return first === undefined ? [] : lines.filter((line) => idOf(line) === idOf(first));
}

interface Watch {
  readonly lines: string[];
  end(): Promise<void>;
}

const TABLE = 'inet differential';

/** Listens to the traces of all packets in a network. */
async function watch(trial: Trial, network: string): Promise<Watch> {
  const { holder, inside } = trial.region;
  await inside(network, 'nft', `add table ${TABLE}`);
  await inside(
    network,
    'nft',
    `add chain ${TABLE} first { type filter hook prerouting priority -500 ; } ; add rule ${TABLE} first meta nftrace set 1`,
  );
  const child = start(holder.inside(['nft', 'monitor', 'trace'], { net: network }), {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: string[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    lines,
    async end() {
      await inside(network, 'nft', `delete table ${TABLE}`);
      // The signal reaches who entered the namespaces; the monitor itself ends with them.
      child.kill();
      await ended;
      child.stdout?.destroy();
    },
  };
}
