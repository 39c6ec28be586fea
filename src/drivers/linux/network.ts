/**
 * Networks as namespaces of this machine: applies programs to them, one at a time for each network, several networks
 * beside each other.
 *
 * What was applied last is kept in memory and only the difference is carried out. When it is not known (after a start of
 * the daemon, or after a failure in the middle) the network is adopted: links are read back, the rules are written to
 * new tables that take over in one step. So any step may fail or be the last one of a crashed daemon, and applying
 * again reaches the same end.
 */
import type { NetworkDriver, Prober } from '../../realize/driver.ts';
import { EDGE, type NetworkProgram } from '../../realize/program.ts';
import { steadyClock } from '../../values/clock.ts';
import { formatIpv4 } from '../../values/ip.ts';
import type { Log } from '../../values/log.ts';
import { RESOLVERS } from '../../values/name-service.ts';
import { type Caps, capCommands, capsWithout, wantedCaps } from './caps.ts';
import { type GuestNamespaces, Guests, NAMESPACES } from './cards.ts';
import { deleteFlows, deletionsFor, listFlows, type TrackedFlow, translationHolds } from './conntrack.ts';
import { diffRulesets, freshRuleset } from './diff.ts';
import type { Wording } from './drift.ts';
import { EdgeNetwork } from './edge-network.ts';
import { type FoundWay, findCaps, findLinks, findTables } from './found.ts';
import { type Card, describeCard, type LinkSteps, type Links, linkSteps, plugCommands, wantedLinks } from './links.ts';
import { createProber } from './probe.ts';
import { type Ruleset, renderRuleset } from './ruleset.ts';
import { flowSettingsScript, settingsScript } from './settings.ts';
import { NftTool, ShellTool, type ToolOptions, ToolRefused } from './tools.ts';
import { UPLINK } from './uplink.ts';
import { type Applied, findDrift, mendPlace, PLACE } from './verify.ts';

export interface LinuxNetworksOptions {
  /** Arguments that run a command as root of the private namespaces, in one of its network namespaces or its own. */
  readonly inside: (command: readonly string[], options?: { readonly net?: string }) => readonly string[];
  readonly log: Log;
  readonly guestNamespaces: GuestNamespaces;
  /** Whether a flow that is under way could begin under the program: false cuts it. */
  readonly flowAllowed: (program: NetworkProgram, flow: TrackedFlow) => boolean;
  readonly idleMilliseconds?: number;
  /** Whether the machine itself is linked to the edge. */
  readonly uplink?: boolean;
}

/** The driver, and letting go of the programs that it keeps open. */
export interface LinuxNetworks extends NetworkDriver {
  readonly prober: Prober;
  close(): Promise<void>;
}

/** Where a file for each network tells them from guests. */
const MARKS = '/run/networks';

/** How long the links of removed guests may take until the next of them vanishes by itself. Milliseconds. */
const VANISHING = 300;
/** How often they are looked for in that time. */
const MOST_TRIES = 50;

interface Tools {
  readonly nft: NftTool;
  readonly shell: ShellTool;
}

/** What a namespace is to hold. */
interface Wanted {
  readonly id: string;
  readonly generation: number;
  readonly ruleset: Ruleset;
  readonly links: Links;
  readonly caps: Caps;
  /** Absent for the edge, which tracks no flows. */
  readonly program?: NetworkProgram;
}

export function createLinuxNetworks(options: LinuxNetworksOptions): LinuxNetworks {
  const { inside, log, flowAllowed } = options;
  const toolsIn = (net?: string): ToolOptions => ({
    inside: (command) => inside(command, net === undefined ? {} : { net }),
    ...(options.idleMilliseconds === undefined ? {} : { idleMilliseconds: options.idleMilliseconds }),
  });
  // Serves all networks, so its death must not fail work on each of them.
  const ground = new ShellTool({ ...toolsIn(), repeatable: true });
  const guests = new Guests(ground, options.guestNamespaces);
  const tools = new Map<string, Tools>();
  const applied = new Map<string, Applied>();
  /** What was applied where somebody has changed it since. */
  const doubted = new Map<string, Applied>();
  const wording: Wording = new Map();
  let doubt: (networkId: string) => void = () => {};
  const turns = new Map<string, Promise<unknown>>();
  let census: Promise<void> | undefined;
  const edge = new EdgeNetwork(
    {
      inTurn: (work) => inTurn(EDGE, work),
      prepare: () => prepare(EDGE),
      exists: async () => (await listPlaces()).includes(EDGE),
      shellOf: (networkId) => toolsOf(networkId).shell,
      realise: (wanted) => realise({ id: EDGE, ...wanted, caps: new Map() }),
      lost(name) {
        const last = applied.get(EDGE);
        if (!last) return;
        const routes = new Map([...last.links.routes].filter(([, { via }]) => via !== name));
        applied.set(EDGE, { ...last, links: { ...last.links, routes } });
      },
      found(networkIds) {
        for (const [id, { linked }] of applied) if (linked && !networkIds.has(id)) doubt(id);
      },
    },
    options.uplink ?? false,
  );

  /** Runs `work` after what was asked for this network before, however that ended. */
  function inTurn<Result>(networkId: string, work: () => Promise<Result>): Promise<Result> {
    const mine = (turns.get(networkId) ?? Promise.resolve()).then(work, work);
    const settled = mine.then(
      () => {},
      () => {},
    );
    turns.set(networkId, settled);
    void settled.then(() => {
      if (turns.get(networkId) === settled) turns.delete(networkId);
    });
    return mine;
  }

  /** Runs `work` in the turns of all these; taken in the order in which a network that links itself takes them. */
  function alone<Result>(networkIds: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const order = networkIds.filter((id) => id !== EDGE).sort();
    if (networkIds.includes(EDGE)) order.push(EDGE);
    return order.reduceRight((inner, id) => () => inTurn(id, inner), work)();
  }

  function toolsOf(networkId: string): Tools {
    const known = tools.get(networkId);
    if (known) return known;
    const place = { ...toolsIn(networkId), onDeath: () => doubt(networkId) };
    const made = { nft: new NftTool(place), shell: new ShellTool(place) };
    tools.set(networkId, made);
    return made;
  }

  /**
   * Learns once which guests have cards in which networks, so that no guest's namespace is removed too early, and
   * removes those of guests that have none. Every apply waits for it, so none plugs a card meanwhile.
   */
  function takeCensus(): Promise<void> {
    census ??= (async () => {
      let complete = true;
      for (const networkId of await listPlaces()) {
        try {
          for (const card of (await findLinks(toolsOf(networkId).shell)).cards.values()) if (card) guests.note(card);
        } catch (error) {
          // One that a daemon was just making or removing; its guests, if any, must not be taken for orphans.
          log.warn({ networkId, error }, 'a network could not be read');
          complete = false;
        }
      }
      if (complete) await guests.sweep();
    })().catch((error: unknown) => {
      census = undefined;
      throw error;
    });
    return census;
  }

  /** Networks and, once it was needed, the edge. */
  async function listPlaces(): Promise<string[]> {
    const text = await ground.run(`mkdir -p ${MARKS} && ls ${MARKS}`);
    return text.split('\n').filter((name) => name !== '');
  }

  /** Makes the namespace of a network, its settings, or nothing of it when it is there. */
  async function prepare(networkId: string): Promise<void> {
    const file = `${NAMESPACES}/${networkId}`;
    // The mark comes first: a namespace without one would never be removed. Not `ip netns add`, which makes the folder
    // a mount of its own, over those of guests that are there already.
    await ground.run(`mkdir -p ${MARKS} && : >${MARKS}/${networkId} &&
      { [ "$(stat -f -c %T ${file} 2>/dev/null)" = nsfs ] || { : >${file} && unshare --net=${file} true; }; }`);
    const { shell } = toolsOf(networkId);
    await shell.ip(['link set dev lo up']);
    await shell.run(settingsScript());
  }

  async function realise({ id, generation, ruleset, links: wanted, caps, program }: Wanted): Promise<void> {
    const started = steadyClock.now();
    await takeCensus();
    const last = applied.get(id);
    // What was applied before somebody else changed it: wrong about the namespace, right about whose address was whose.
    const before = last ?? doubted.get(id);
    // Until the end is reached nobody may trust what we remember.
    applied.delete(id);
    doubted.delete(id);
    const { nft, shell } = toolsOf(id);

    let table: string;
    let found: Omit<FoundWay, 'mending'>;
    let refuses: boolean;
    if (last) {
      table = last.table;
      found = { ...last.links, linked: last.linked };
      const diff = diffRulesets(last.ruleset, ruleset, table);
      for (const transaction of diff.transactions) await nft.transact(transaction);
      refuses = diff.refuses;
    } else {
      await prepare(id);
      const old = await findTables(shell);
      table = old.next;
      for (const transaction of freshRuleset(ruleset, table, old.tables)) await nft.transact(transaction);
      if (program) await shell.run(flowSettingsScript());
      found = await mendPlace(shell, guests, wanted);
      // While rules were missing, flows may have begun that they refuse.
      refuses = old.tables.length > 0 || before !== undefined;
    }

    // Rules come before links: a link never carries a packet that no rule judges.
    const steps = linkSteps(found, wanted);
    await shell.ip(steps.before);
    await unplug(id, steps, wanted);
    await plug(id, steps.plug);
    await shell.ip(steps.after, ({ command, words }) => command.includes(' delete ') && /No such|Cannot/.test(words));
    const linked = program !== undefined && program.publicMappings.length > 0;
    const joins = linked && !(last && found.linked && edge.leadsTo(id));
    if (joins) await edge.link(id, found.linked);
    else if (found.linked && !linked) await edge.unlink(id);

    if (program) {
      const anew = [...steps.unplug.keys(), ...steps.plug.keys(), ...(linked && !joins ? [] : [UPLINK])];
      await shell.tc(capCommands(last ? capsWithout(last.caps, anew) : await findCaps(shell), caps));
    }
    const forget = new Set(before ? linkSteps(before.links, wanted).released : [...steps.released, ...steps.gained]);
    if (program && (refuses || forget.size > 0)) await cutFlows(program, shell, forget);
    applied.set(id, { ruleset, links: wanted, table, linked, caps, program });
    // The edge may have lost the link since, and who found that saw nothing applied here.
    if (linked && !edge.leadsTo(id)) doubt(id);
    log.debug(
      {
        networkId: id,
        generation,
        ports: wanted.cards.size,
        adopted: last === undefined,
        milliseconds: Math.round(steadyClock.now() - started),
      },
      'network applied',
    );
  }

  /**
   * Whether a namespace still holds what was applied. If not, that is forgotten, so that the next application reads back
   * what there is and makes the rest. In the network's turn: nothing of ours changes it meanwhile.
   */
  async function verify(id: string): Promise<boolean> {
    const last = applied.get(id);
    if (last === undefined) return false;
    const place = { id, mark: `${MARKS}/${id}`, ground, shellOf: () => toolsOf(id).shell, guests };
    const drift = await findDrift(place, last, { wording, leadsTo: () => edge.leadsTo(id) });
    if (drift.length === 0) return true;
    log.warn(
      { networkId: id, drift: drift.slice(0, 20), more: Math.max(0, drift.length - 20) },
      'a network was changed',
    );
    applied.delete(id);
    doubted.set(id, last);
    if (drift.includes(PLACE)) await closeTools(id);
    if (id === EDGE) edge.forget();
    return false;
  }

  async function apply(program: NetworkProgram): Promise<void> {
    const { networkId: id, generation } = program;
    const [ruleset, links, caps] = [renderRuleset(program), wantedLinks(program), wantedCaps(program)];
    await realise({ id, generation, ruleset, links, caps, program });
  }

  async function unplug(networkId: string, steps: LinkSteps, wanted: Links): Promise<void> {
    if (steps.unplug.size === 0) return;
    const { shell } = toolsOf(networkId);
    const staying = new Set(Array.from(wanted.cards.values(), (card) => card.guestId));
    const nameOf = new Map(Array.from(steps.unplug, ([name, card]) => [card?.portId, name]));
    const halfMade = [...steps.unplug].filter(([, card]) => card === undefined).map(([name]) => name);
    const cards = [...steps.unplug.values()].filter((card) => card !== undefined);
    const left = (await guests.drop(cards, staying)).map((card) => nameOf.get(card.portId));
    const one = [...halfMade, ...left];
    await shell.ip(
      one.map((name) => `link delete dev ${name}`),
      isGone,
    );
    // The kernel removes the links of a namespace some time after its name; and not while a process still lives there.
    const waiting = new Set([...steps.unplug.keys()].filter((name) => !one.includes(name)));
    for (let tries = 0; waiting.size > 0; tries += 1) {
      const listed = await shell.run('ip -o link show type veth');
      const present = new Set<string>(listed.match(/(?<=^\d+: )[^@:]+/gm));
      for (const name of waiting) {
        if (present.has(name)) continue;
        waiting.delete(name);
        tries = 0;
      }
      if (tries < MOST_TRIES) {
        if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, VANISHING / MOST_TRIES));
        continue;
      }
      await shell.ip(
        [...waiting].map((name) => `link delete dev ${name}`),
        isGone,
      );
      return;
    }
  }

  async function plug(networkId: string, wanted: ReadonlyMap<string, Card>): Promise<void> {
    if (wanted.size === 0) return;
    const { shell } = toolsOf(networkId);
    const cards = [...wanted.values()];
    await guests.prepare(cards);
    const make = () => shell.ip([...wanted].flatMap(([name, card]) => plugCommands(name, card)));
    try {
      await make();
    } catch (error) {
      // Something in a guest has the name that a card needs: the rest of a removed network, or the guest's own doing.
      if (!(error instanceof ToolRefused && error.words.includes('File exists'))) throw error;
      for (const card of cards) await guests.clear(card);
      await shell.ip(
        [...wanted.keys()].map((name) => `link delete dev ${name}`),
        isGone,
      );
      await make();
    }
    await guests.configure(cards);
    await shell.ip(Array.from(wanted, ([name, card]) => `link set dev ${name} alias ${describeCard(card)}`));
  }

  /** Ends the flows of `forget` and those that the program would not let begin. */
  async function cutFlows(program: NetworkProgram, shell: ShellTool, forget: ReadonlySet<string>): Promise<void> {
    const gateways = new Set([...program.subnets.map((subnet) => subnet.gateway), ...RESOLVERS]);
    const refused: TrackedFlow[] = [];
    const kept: TrackedFlow[] = [];
    for (const flow of await listFlows(shell)) {
      const ends = [flow.source, flow.destination, flow.privateDestination];
      const reused = forget.size > 0 && ends.some((end) => end !== undefined && forget.has(formatIpv4(end)));
      // What the router itself answers passes no gate.
      const allowed =
        !reused && (gateways.has(flow.destination) || (translationHolds(program, flow) && flowAllowed(program, flow)));
      (allowed ? kept : refused).push(flow);
    }
    const deletions = deletionsFor(refused, kept);
    await deleteFlows(shell, deletions);
    if (refused.length > 0) {
      log.info({ networkId: program.networkId, flows: refused.length, deletions: deletions.length }, 'cut flows');
    }
  }

  async function remove(networkId: string): Promise<void> {
    await takeCensus();
    if (!(await listPlaces()).includes(networkId)) return;
    const found = await findLinks(toolsOf(networkId).shell).catch(() => undefined);
    applied.delete(networkId);
    doubted.delete(networkId);
    await edge.unlink(networkId);
    await closeTools(networkId);
    const cards = [...(found?.cards.values() ?? [])].filter((card) => card !== undefined);
    await guests.drop(cards, new Set());
    const file = `${NAMESPACES}/${networkId}`;
    await ground.run(`umount -l ${file} 2>/dev/null; rm -f ${file} ${MARKS}/${networkId}`);
  }

  async function closeTools(networkId: string): Promise<void> {
    const open = tools.get(networkId);
    tools.delete(networkId);
    if (open) await Promise.all([open.nft.close(), open.shell.close()]);
  }

  const prober = createProber({
    inside: (command) => inside(command),
    alone,
    network: (networkId) => applied.get(networkId),
    tools: toolsOf,
    outside: () => edge.program?.outside,
    leadsTo: (address) => edge.program?.routes.find(({ publicAddress }) => publicAddress === address)?.networkId,
    world: options.uplink ?? false,
  });

  return {
    prober,
    apply: (program) => inTurn(program.networkId, () => apply(program)),
    remove: (networkId) => inTurn(networkId, () => remove(networkId)),
    verify: (networkId) => inTurn(networkId, () => verify(networkId)),
    onDoubt(listener) {
      doubt = listener;
    },
    applyEdge: (program) => edge.apply(program),
    networks: async () => (await listPlaces()).filter((id) => id !== EDGE),
    async close() {
      await Promise.all(turns.values());
      await Promise.all([...tools.keys()].map(closeTools));
      await ground.close();
    },
  };
}

function isGone(refusal: ToolRefused): boolean {
  return refusal.words.includes('Cannot find device');
}
