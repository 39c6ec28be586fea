/** Plays a case: makes its topology and its changes through the API, and asks the analyser its questions. */
import type { Hop, Packet, Path, Start } from '../../src/realize/path/path.ts';
import type { PathAnalyser } from '../../src/realize/path-analyser.ts';
import type { Store } from '../../src/store/port.ts';
import { cidrContainsAddress, parseCidr } from '../../src/values/cidr.ts';
import { addToIpv4, formatIpv4, fromSortableIpv4, type Ipv4, parseIpv4 } from '../../src/values/ip.ts';
import { DEFAULT_PUBLIC_EDGE, EDGE, edgeAddress } from '../../src/values/public-edge.ts';
import { Client, type Request } from '../scenario/harness.ts';
import { type Change, type Instance, ONE_VPC, type Question, type Rule, type VerdictCase } from './case.ts';

/** An instance as it was made. */
export interface Actor {
  readonly instanceId: string;
  readonly networkInterfaceId: string;
  readonly vpcId: string;
  readonly address: Ipv4;
  readonly gateway: Ipv4;
}

interface MadeVpc {
  readonly id: string;
  readonly client: Client;
  /** VSwitches by their blocks. */
  readonly vswitches: ReadonlyMap<string, string>;
}

/** A question in numbers. */
export interface Asked {
  readonly start: Start;
  readonly packet: Packet;
}

/** What the analyser answers, in the words of a case. */
export interface Told {
  readonly says: string;
  readonly by: string | undefined;
  readonly path: Path;
  readonly behind: readonly string[];
}

const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, gre: 47 } as const;

/** Source ports of questions that name none: each its own, so that each is a flow of its own. */
const FIRST_PORT = 20_000;
let asked = 0;

/** Account of VPCs that name none. */
const OWN_ACCOUNT = 'own';
/** Accounts of all cases, whose names must differ. */
let accounts = 0;

export class Stage {
  readonly script: VerdictCase;
  readonly #administrator: Client;
  readonly #analyser: PathAnalyser;
  readonly #store: Store;
  readonly #accounts = new Map<string, Promise<Client>>();
  readonly #vpcs = new Map<string, MadeVpc>();
  readonly #groups = new Map<string, { readonly id: string; readonly client: Client }>();
  readonly #actors = new Map<string, Actor>();
  /** Names of those that were stopped. */
  readonly #stopped = new Set<string>();
  /** Instances that EIPs are associated with, by the name of the EIP. */
  readonly #holders = new Map<string, string>();
  readonly #eips = new Map<string, Promise<{ readonly id: string; readonly address: string }>>();

  /** `client`: one that may make accounts; the case lives in accounts of its own. */
  constructor(
    script: VerdictCase,
    parts: { readonly client: Client; readonly analyser: PathAnalyser; readonly store: Store },
  ) {
    this.script = script;
    this.#administrator = parts.client;
    this.#analyser = parts.analyser;
    this.#store = parts.store;
  }

  get actors(): ReadonlyMap<string, Actor> {
    return this.#actors;
  }

  /** Instances that have a card in their network. */
  get running(): readonly Actor[] {
    return [...this.#actors].filter(([name]) => !this.#stopped.has(name)).map(([, actor]) => actor);
  }

  /** The instance that the destination of a question is, by its own or by its public address. */
  receiver({ to, from }: Question): Actor | undefined {
    const [, eip] = /^public:(.+)$/.exec(to) ?? [];
    if (eip !== undefined) return this.#actors.get(this.#holders.get(eip) ?? '');
    const { vpcId } = this.#actors.get(from) ?? {};
    const neighbours = [...this.#actors.values()].filter((actor) => actor.vpcId === vpcId);
    return this.#actors.get(to) ?? neighbours.find(({ address }) => formatIpv4(address) === to);
  }

  /** Everything that the case starts from; resolves when all of it is realised. */
  async build(): Promise<void> {
    const { vpcs = ONE_VPC, groups, instances } = this.script;
    await each(vpcs, async (name, { CidrBlock, vswitches, account }) => {
      const client = await this.#account(account ?? OWN_ACCOUNT);
      const id = await client.vpc({ CidrBlock });
      const made = vswitches.map(async (block) => [block, await client.vswitch(id, block)] as const);
      this.#vpcs.set(name, { id, client, vswitches: new Map(await Promise.all(made)) });
    });
    await each(groups, async (group, { vpc, SecurityGroupType = 'normal', InnerAccessPolicy: policy }) => {
      const { id: vpcId, client } = this.#vpc(vpc);
      this.#groups.set(group, { id: await client.group(vpcId, { SecurityGroupType }), client });
      if (policy) await this.change({ change: 'inner access', group, policy });
    });
    await each(instances, (name, instance) => this.#run(name, instance));
    await each(groups, async (group, { ingress = [], egress = [] }) => {
      await this.#rules('Authorize', group, 'ingress', ingress);
      await this.#rules('Authorize', group, 'egress', egress);
    });
    await this.settled();
  }

  /** Makes a change; resolves when the API has answered it and shows it. */
  async change(change: Change): Promise<void> {
    switch (change.change) {
      case 'join':
      case 'leave': {
        const { id, client } = found(this.#groups, change.group);
        const { instanceId } = found(this.#actors, change.instance);
        const action = change.change === 'join' ? 'JoinSecurityGroup' : 'LeaveSecurityGroup';
        await client.ok('Ecs', action, { SecurityGroupId: id, InstanceId: instanceId });
        return;
      }
      case 'authorize':
      case 'revoke': {
        const verb = change.change === 'authorize' ? 'Authorize' : 'Revoke';
        return this.#rules(verb, change.group, change.direction, [change.rule]);
      }
      case 'inner access': {
        const { id, client } = found(this.#groups, change.group);
        const InnerAccessPolicy = change.policy;
        await client.ok('Ecs', 'ModifySecurityGroupPolicy', { SecurityGroupId: id, InnerAccessPolicy });
        return;
      }
      case 'stop':
      case 'start': {
        const client = this.#clientOf(change.instance);
        const { instanceId } = found(this.#actors, change.instance);
        const stop = change.change === 'stop';
        await client.ok('Ecs', stop ? 'StopInstance' : 'StartInstance', { InstanceId: instanceId });
        await client.reach([instanceId], stop ? 'Stopped' : 'Running');
        if (stop) this.#stopped.add(change.instance);
        else this.#stopped.delete(change.instance);
        return;
      }
      case 'associate': {
        const eip = change.eip ?? change.instance;
        const { id } = await this.#eip(eip);
        this.#holders.set(eip, change.instance);
        await this.#clientOf(change.instance).associate(id, found(this.#actors, change.instance).instanceId);
        return;
      }
      case 'unassociate': {
        const client = this.#clientOf(change.instance);
        const eip = change.eip ?? change.instance;
        const { id } = await this.#eip(eip);
        this.#holders.delete(eip);
        await client.ok('Vpc', 'UnassociateEipAddress', { AllocationId: id });
        await client.eipReaches(id, 'Available');
      }
    }
  }

  /** Waits until reality is what is wanted of every network of the case, and of the edge. */
  async settled(): Promise<void> {
    const own = new Set([EDGE, ...[...this.#vpcs.values()].map(({ id }) => id)]);
    await this.#administrator.until(async () => {
      const behind = await this.#store.read((reader) => reader.behind());
      return !behind.some((state) => own.has(state.network_id));
    }, 60_000);
  }

  /** The packet of a question, and where it starts. */
  async ask(question: Question): Promise<Asked> {
    const { from, to, protocol, port = 0, sourcePort, source } = question;
    const hasPorts = protocol === 'tcp' || protocol === 'udp';
    const actor = from === 'internet' ? undefined : found(this.#actors, from);
    asked += 1;
    return {
      start: actor ? { networkId: actor.vpcId, portId: actor.networkInterfaceId } : 'outside',
      packet: {
        protocol: typeof protocol === 'number' ? protocol : PROTOCOLS[protocol],
        source: await this.#address(source ?? from),
        destination: await this.#address(to),
        sourcePort: hasPorts ? (sourcePort ?? FIRST_PORT + (asked % 10_000)) : 0,
        destinationPort: hasPorts ? port : 0,
      },
    };
  }

  /** What the analyser says. */
  async tell({ start, packet }: Asked): Promise<Told> {
    const { path, behind } = await this.#analyser.trace(start, packet);
    const gate = path.hops.findLast((hop) => hop.kind === 'gate');
    return { says: path.reason, by: gate && (await this.#decider(gate)), path, behind };
  }

  async #decider({ entry: { origin } }: Hop & { kind: 'gate' }): Promise<string> {
    if (origin.kind === 'default') return 'default';
    if (origin.kind === 'rule') {
      const row = await this.#store.read((reader) => reader.get('security_group_rule', { id: origin.ruleId }));
      return row?.description ?? `no rule ${origin.ruleId}`;
    }
    const name = [...this.#groups].find(([, { id }]) => id === origin.groupId)?.[0];
    return `inner access of ${name}`;
  }

  async #run(name: string, { vpc, PrivateIpAddress, groups, eip }: Instance): Promise<void> {
    const { id: vpcId, client, vswitches } = this.#vpc(vpc);
    const address = parseIpv4(PrivateIpAddress) as Ipv4;
    const within = [...vswitches].find(([text]) => cidrContainsAddress(blockOf(text), address));
    if (!within) throw new Error(`${PrivateIpAddress} lies in no VSwitch of the case`);
    const [block, VSwitchId] = within;
    const { InstanceIdSets } = await client.ok('Ecs', 'RunInstances', {
      VSwitchId,
      PrivateIpAddress,
      SecurityGroupIds: groups.map((group) => found(this.#groups, group).id),
      InstanceType: 'ecs.g6.large',
      ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
    });
    const [instanceId] = InstanceIdSets.InstanceIdSet;
    await client.reach([instanceId], 'Running');
    const card = await this.#store.read((reader) => reader.get('network_interface', { instance_id: instanceId }));
    const lease = await this.#store.read((reader) =>
      reader.get('address_lease', { network_interface_id: card?.id ?? '' }),
    );
    if (!card || !lease || fromSortableIpv4(lease.address) !== address) throw new Error(`${name} is not as was asked`);
    const gateway = addToIpv4(blockOf(block).base, 2 ** (32 - blockOf(block).prefix) - 3);
    this.#actors.set(name, { instanceId, networkInterfaceId: card.id, vpcId, address, gateway });
    if (eip) await this.change({ change: 'associate', instance: name });
  }

  async #rules(
    verb: 'Authorize' | 'Revoke',
    group: string,
    direction: 'ingress' | 'egress',
    rules: readonly Rule[],
  ): Promise<void> {
    if (rules.length === 0) return;
    const { id: SecurityGroupId, client } = found(this.#groups, group);
    const Permissions: Request[] = [];
    for (const rule of rules) Permissions.push(await this.#permission(rule));
    const side = direction === 'egress' ? 'Egress' : '';
    await client.ok('Ecs', `${verb}SecurityGroup${side}`, { SecurityGroupId, Permissions });
  }

  async #permission({ SourceGroupId, DestGroupId, SourceCidrIp, DestCidrIp, ...rest }: Rule) {
    const block = async (place: string) =>
      place.includes('/') ? place : `${formatIpv4(await this.#address(place))}/32`;
    return {
      ...rest,
      ...(SourceGroupId === undefined ? {} : { SourceGroupId: found(this.#groups, SourceGroupId).id }),
      ...(DestGroupId === undefined ? {} : { DestGroupId: found(this.#groups, DestGroupId).id }),
      ...(SourceCidrIp === undefined ? {} : { SourceCidrIp: await block(SourceCidrIp) }),
      ...(DestCidrIp === undefined ? {} : { DestCidrIp: await block(DestCidrIp) }),
    };
  }

  async #address(place: string): Promise<Ipv4> {
    const { outside } = DEFAULT_PUBLIC_EDGE;
    const known = parseIpv4(place) ?? this.#actors.get(place)?.address;
    if (known !== undefined) return known;
    if (place === 'internet') return outside;
    if (place === 'edge') return edgeAddress(outside);
    const [, name] = /^public:(.+)$/.exec(place) ?? [];
    if (name === undefined) throw new Error(`there is no ${place} in the case`);
    return parseIpv4((await this.#eip(name)).address) as Ipv4;
  }

  /** The EIP of an instance, or one that is nobody's; bought when it is first spoken of. */
  #eip(name: string) {
    const known = this.#eips.get(name);
    if (known) return known;
    const account = name in this.script.instances ? this.#clientOf(name) : this.#account(OWN_ACCOUNT);
    const bought = Promise.resolve(account).then((client) => client.eip());
    this.#eips.set(name, bought);
    return bought;
  }

  #account(name: string): Promise<Client> {
    const known = this.#accounts.get(name);
    if (known) return known;
    const made = this.#administrator
      .ok('Yunlan', 'CreateAccount', { AccountName: `${name}-${accounts++}` })
      .then(
        ({ AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret }) =>
          new Client(this.#administrator.region, { accessKeyId, accessKeySecret }),
      );
    this.#accounts.set(name, made);
    return made;
  }

  #clientOf(instance: string): Client {
    return this.#vpc(this.script.instances[instance]?.vpc).client;
  }

  #vpc(name: string | undefined): MadeVpc {
    return found(this.#vpcs, name ?? Object.keys(this.script.vpcs ?? ONE_VPC)[0] ?? '');
  }
}

/** Does the same with all of them at once. */
async function each<T>(things: { readonly [name: string]: T }, work: (name: string, thing: T) => Promise<void>) {
  await Promise.all(Object.entries(things).map(([name, thing]) => work(name, thing)));
}

function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`there is no ${name} in the case`);
  return value;
}

function blockOf(text: string) {
  const block = parseCidr(text);
  if (!block) throw new Error(`no block: ${text}`);
  return block;
}
