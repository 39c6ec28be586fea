/** One topology in a region of its own, and packets in it: sends them and holds the three verdicts beside each other. */
import type { Path, Start } from '../../src/realize/path/path.ts';
import { tracePath } from '../../src/realize/path/trace.ts';
import type { Chooser } from '../model/seeded.ts';
import { type Made, makeTopology } from './make.ts';
import { createOracle, type Probe } from './oracle.ts';
import { NOTHING, type ProberProgram, type Sent, startProber } from './prober.ts';
import { type Faults, openRegion, type Region } from './region.ts';
import { type Change, type Instance, named, type Topology, vpcOf } from './topology.ts';
import {
  hasPorts,
  type Outcome,
  outcomeOfOracle,
  outcomeOfPath,
  outcomeOfSeen,
  packetOf,
  sameOutcome,
} from './verdicts.ts';

export interface TrialOptions {
  readonly program: ProberProgram;
  readonly faults?: Faults;
  /** Path analysis; the product's when absent. */
  readonly trace?: typeof tracePath;
  /** Of so many packets of a batch AnalyzePath is asked too, which has to say what the analysis does; of none when absent. */
  readonly asked?: number;
}

/** A packet and what became of it, thrice. */
export interface Compared {
  readonly probe: Probe;
  /** The packet that began the flow, when this one goes on with it. */
  readonly flow: Flow | undefined;
  readonly must: Outcome;
  /** The oracle's words. */
  readonly why: string;
  readonly path: Path;
  readonly analysed: Outcome;
  readonly seen: Outcome;
  readonly equal: boolean;
  /** To go on with the flow; undefined when there is none. */
  readonly begun: Flow | undefined;
}

/** A flow whose first packet was delivered and answered. */
export interface Flow {
  readonly id: number;
  readonly probe: Probe;
}

/** A trial that is open. */
export interface Trial {
  readonly region: Region;
  readonly topology: Topology;
  idOf(name: string): string;
  /** Changes the topology; resolves when that is in force. Flows go on. */
  change(changes: readonly Change[]): Promise<void>;
  /** Sends packets that begin flows, after all earlier flows are forgotten. */
  begin(probes: readonly Probe[]): Promise<Compared[]>;
  /** Sends one more packet of each flow. */
  goOn(flows: readonly Flow[]): Promise<Compared[]>;
  close(): Promise<void>;
}

/** The host beyond the edge as a guest. */
const INTERNET = { id: 'internet', address: '192.0.2.10', gateway: '192.0.2.11' };

export async function openTrial(topology: Topology, choose: Chooser, options: TrialOptions): Promise<Trial> {
  const region = await openRegion(options.faults);
  try {
    const made = await makeTopology(region, topology, choose);
    return await attend(region, made, options);
  } catch (error) {
    await region.close();
    throw error;
  }
}

async function attend(
  region: Region,
  made: Made,
  { program, trace = tracePath, asked = 0 }: TrialOptions,
): Promise<Trial> {
  const prober = await startProber(region.holder, program);
  let lastId = 0;

  const guestOf = (instance: Instance) => {
    const { CidrBlock } = named(made.topology.vswitches, instance.vswitch);
    return { id: made.idOf(instance.name), address: instance.PrivateIpAddress, gateway: gatewayOf(CidrBlock) };
  };
  const attendTo = (wanted: (instance: Instance) => boolean) =>
    prober.attend(
      [INTERNET, ...made.topology.instances.filter((each) => each.Status === 'Running' && wanted(each)).map(guestOf)],
      made.topology.vpcs.map((vpc) => made.idOf(vpc.name)),
    );

  const nameOf = (guestId: string) => {
    if (guestId === INTERNET.id) return 'internet';
    return made.topology.instances.find((each) => made.idOf(each.name) === guestId)?.name ?? guestId;
  };
  const startOf = ({ from }: Probe): Start => {
    if (from === 'internet') return 'outside';
    const networkId = made.idOf(vpcOf(made.topology, named(made.topology.instances, from)));
    const port = region.world.network(networkId)?.ports.find((each) => each.guestId === made.idOf(from));
    return { networkId, portId: port?.id ?? 'of nobody who runs' };
  };

  /** The reason that AnalyzePath gives. */
  async function askApi({ from, protocol, source, destination, sourcePort, destinationPort }: Probe): Promise<string> {
    const [name, ports] = hasPorts(protocol)
      ? [protocol === 6 ? 'tcp' : 'udp', { SourcePort: sourcePort, Port: destinationPort }]
      : [String(protocol), {}];
    const { status, body } = await region.call('Yunlan', 'AnalyzePath', {
      Source: from === 'internet' ? from : made.idOf(from),
      SourceAddress: source,
      Destination: destination,
      IpProtocol: name,
      ...ports,
    });
    return status === 200 ? body.Reason : `${body.Code}: ${body.Message}`;
  }

  /** Sends those that somebody can send: who is stopped sends nothing. */
  async function compare(packets: readonly { probe: Probe; flow: Flow | undefined }[]): Promise<Compared[]> {
    const oracle = createOracle(made.topology);
    const running = new Set(
      made.topology.instances.filter((each) => each.Status === 'Running').map((each) => each.name),
    );
    const sent = packets.map(({ probe, flow }): Sent | undefined => {
      if (probe.from !== 'internet' && !running.has(probe.from)) return undefined;
      lastId += 1;
      const guest = probe.from === 'internet' ? INTERNET.id : made.idOf(probe.from);
      return { ...onWire(probe, lastId, flow?.id ?? lastId), guest };
    });
    const seen = await prober.send(sent.filter((one) => one !== undefined));
    const said = await Promise.all(packets.slice(0, asked).map(({ probe }) => askApi(probe)));
    let next = 0;
    return packets.map(({ probe, flow }, place) => {
      const one = sent[place];
      const what = one === undefined ? NOTHING : (seen[next++] ?? NOTHING);
      const verdict = oracle(probe);
      const path = trace(region.world, startOf(probe), packetOf(probe));
      const outcomes = {
        must: outcomeOfOracle(verdict),
        analysed: besideApi(outcomeOfPath(path, nameOf), path.reason, said[place]),
        seen: outcomeOfSeen(what, probe, nameOf),
      };
      const { must, analysed } = outcomes;
      const equal = sameOutcome(must, analysed) && sameOutcome(must, outcomes.seen);
      const begun = equal && one && what.received.length > 0 ? { id: one.flow, probe } : undefined;
      return { probe, flow, why: verdict.why, path, ...outcomes, equal, begun };
    });
  }

  try {
    await attendTo(() => true);
  } catch (error) {
    await prober.close();
    throw error;
  }
  return {
    region,
    get topology() {
      return made.topology;
    },
    idOf: (name) => made.idOf(name),
    async change(changes) {
      // A socket in a guest's namespace would keep it, and its card, from going.
      const leaving = new Set(
        changes.flatMap((change) => (change.kind === 'stop' || change.kind === 'replace' ? [change.instance] : [])),
      );
      await attendTo((each) => !leaving.has(each.name));
      await made.change(changes);
      await attendTo(() => true);
    },
    async begin(probes) {
      await prober.flush();
      return compare(probes.map((probe) => ({ probe, flow: undefined })));
    },
    goOn: (flows) => compare(flows.map((flow) => ({ probe: flow.probe, flow }))),
    async close() {
      await prober.close();
      await region.close();
    },
  };
}

/** The outcome of an analysis, another one when AnalyzePath does not agree. Only the API knows of other networks. */
function besideApi(outcome: Outcome, reason: string, said: string | undefined): Outcome {
  const same = said === reason || (said === 'OtherNetwork' && (reason === 'NoRoute' || reason === 'NoPublicAddress'));
  return said === undefined || same ? outcome : { at: `${outcome.at}, but AnalyzePath says ${said}` };
}

/** What an echo request has instead of ports: the flow it is of, and which of its packets it is. */
function onWire(probe: Probe, id: number, flow: number): Omit<Sent, 'guest'> {
  const { from: _, ...packet } = probe;
  if (hasPorts(probe.protocol)) return { ...packet, id, flow };
  return { ...packet, id, flow, sourcePort: flow & 0xffff, destinationPort: id & 0xffff };
}

/** The third address from the end of a VSwitch. */
function gatewayOf(CidrBlock: string): string {
  const [base = '', prefix] = CidrBlock.split('/');
  const parts = base.split('.').map(Number);
  const first = parts.reduce((sum, part) => sum * 256 + part, 0);
  const gateway = first + 2 ** (32 - Number(prefix)) - 3;
  return [24, 16, 8, 0].map((shift) => (gateway >>> shift) & 255).join('.');
}
