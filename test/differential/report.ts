/** A mismatch for people: what was asked of the API, the packet, the three verdicts, and what the kernel did. */
import { createInterface } from 'node:readline';
import type { Hop } from '../../src/realize/path/path.ts';
import { start } from '../../src/shell/shell.ts';
import { formatIpv4 } from '../../src/values/ip.ts';
import type { Mismatch } from './campaign.ts';
import { until } from './region.ts';
import { retell } from './shrink.ts';
import { spellChange, spellTopology } from './topology.ts';
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
  try {
    await until('nft traces', async () => {
      await trial.begin([compared.probe]);
      return traces.some((trace) => trace.lines.length > 0);
    });
    // Once more, now that all are sure to listen.
    for (const trace of traces) trace.lines.length = 0;
    await trial.begin([compared.probe]);
    await until('nft has told', async () => traces.some((trace) => trace.lines.length > 0));
  } catch {
    // no network has seen it
  } finally {
    for (const trace of traces) await trace.end();
  }
  const told = traces.map(({ lines }, place) => `trace in ${networks[place]?.name}\n${lines.join('\n')}`);
  return [`told again\n${again}`, ...rules, ...told].join('\n\n');
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
  const child = start(holder.inside(['nft', 'monitor', 'trace'], { net: network }));
  const lines: string[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    lines,
    async end() {
      await inside(network, 'nft', `delete table ${TABLE}`);
      // The signal reaches who entered the namespaces; the monitor ends when nobody reads it, at the latest with them.
      child.kill();
      child.stdout?.destroy();
      await ended;
    },
  };
}
