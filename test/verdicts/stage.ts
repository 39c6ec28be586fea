/** Plays a case: makes its topology and its changes through the API, and asks the analyser its questions. */
import type { Hop, Packet, Path, Start } from '../../src/realize/path/path.ts';
import type { PathAnalyser } from '../../src/realize/path-analyser.ts';
import type { Store } from '../../src/store/port.ts';
import { cidrContainsAddress, parseCidr } from '../../src/values/cidr.ts';
import { addToIpv4, formatIpv4, fromSortableIpv4, type Ipv4, parseIpv4 } from '../../src/values/ip.ts';
import { DEFAULT_PUBLIC_EDGE, EDGE, edgeAddress } from '../../src/values/public-edge.ts';
import { Client, type Region } from '../scenario/harness.ts';
import { type Change, type Instance, ONE_VPC, type Question, type Rule, type VerdictCase } from './case.ts';

/** An instance as it was made. */
export interface Actor {
  readonly instanceId: string;
  readonly networkInterfaceId: string;
  readonly vpcId: string;
  readonly address: Ipv4;
  readonly gateway: Ipv4;
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

export class Stage {
  readonly script: VerdictCase;
  readonly #region: Client['region'];
  readonly #client: Client;
  readonly #analyser: PathAnalyser;
  readonly #store: Store;
  readonly #accounts = new Map<string, Promise<Client>>();
  readonly #vpcs = new Map<string, { readonly id: string; readonly client: Client }>();
  /** VSwitches of a VPC by their blocks. */
  readonly #vswitches = new Map<string, ReadonlyMap<string, string>>();
  readonly #groups = new Map<string, { readonly id: string; readonly client: Client }>();
  readonly #actors = new Map<string, Actor>();
  readonly #eips = new Map<string, Promise<{ readonly id: string; readonly address: string }>>();

  constructor(
    script: VerdictCase,
    parts: { readonly client: Client; readonly analyser: PathAnalyser; readonly store: Store },
  ) {
    this.script = script;
    this.#client = parts.client;
    this.#region = parts.client.region;
    this.#analyser = parts.analyser;
    this.#store = parts.store;
  }

  get actors(): ReadonlyMap<string, Actor> {
    return this.#actors;
  }

  /** Everything that the case starts from; resolves when all of it is realised. */
  async build(): Promise<void> {
    const { vpcs = ONE_VPC, groups, instances } = this.script;
    for (const [name, { CidrBlock, vswitches, account }] of Object.entries(vpcs)) {
      const client = account === undefined ? this.#client : await this.#account(account);
      const id = await client.vpc({ CidrBlock });
      const made = new Map<string, string>();
      for (const block of vswitches) made.set(block, await client.vswitch(id, block));
      this.#vpcs.set(name, { id, client });
      this.#vswitches.set(name, made);
    }
    for (const [name, { vpc, SecurityGroupType = 'normal', InnerAccessPolicy }] of Object.entries(groups)) {
      const { id: vpcId, client } = this.#vpc(vpc);
      this.#groups.set(name, { id: await client.group(vpcId, { SecurityGroupType }), client });
      if (InnerAccessPolicy) await this.change({ change: 'inner access', group: name, policy: InnerAccessPolicy });
    }
    await Promise.all(Object.entries(instances).map(([name, instance]) => this.#run(name, instance)));
    for (const [group, { ingress = [], egress = [] }] of Object.entries(groups)) {
      for (const rule of ingress) await this.change({ change: 'authorize', group, direction: 'ingress', rule });
      for (const rule of egress) await this.change({ change: 'authorize', group, direction: 'egress', rule });
    }
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
        const { id, client } = found(this.#groups, change.group);
        const verb = change.change === 'authorize' ? 'Authorize' : 'Revoke';
        const Permissions = [await this.#permission(change.rule)];
        const side = change.direction === 'egress' ? 'Egress' : '';
        await client.ok('Ecs', `${verb}SecurityGroup${side}`, { SecurityGroupId: id, Permissions });
        return;
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
        return;
      }
      case 'associate': {
        const { id } = await this.#eip(change.eip ?? change.instance);
        await this.#clientOf(change.instance).associate(id, found(this.#actors, change.instance).instanceId);
        return;
      }
      case 'unassociate': {
        const client = this.#clientOf(change.instance);
        const { id } = await this.#eip(change.eip ?? change.instance);
        await client.ok('Vpc', 'UnassociateEipAddress', { AllocationId: id });
        await client.eipReaches(id, 'Available');
      }
    }
  }

  /** Waits until reality is what is wanted of every network of the case, and of the edge. */
  async settled(): Promise<void> {
    const own = new Set([EDGE, ...[...this.#vpcs.values()].map(({ id }) => id)]);
    await this.#client.until(async () => {
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
    const { id: vpcId, client } = this.#vpc(vpc);
    const address = parseIpv4(PrivateIpAddress) as Ipv4;
    const vswitches = [...found(this.#vswitches, this.#nameOfVpc(vpc))];
    const within = vswitches.find(([text]) => cidrContainsAddress(blockOf(text), address));
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
    const bought = (name in this.script.instances ? this.#clientOf(name) : this.#client).eip();
    this.#eips.set(name, bought);
    return bought;
  }

  #account(name: string): Promise<Client> {
    const known = this.#accounts.get(name);
    if (known) return known;
    const made = this.#client
      .ok('Yunlan', 'CreateAccount', { AccountName: `${name}-${this.#accounts.size}-${accounts++}` })
      .then(
        ({ AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret }) =>
          new Client(this.#region as Region, { accessKeyId, accessKeySecret }),
      );
    this.#accounts.set(name, made);
    return made;
  }

  #clientOf(instance: string): Client {
    return this.#vpc(this.script.instances[instance]?.vpc).client;
  }

  #vpc(name: string | undefined) {
    return found(this.#vpcs, this.#nameOfVpc(name));
  }

  #nameOfVpc(name: string | undefined): string {
    return name ?? Object.keys(this.script.vpcs ?? ONE_VPC)[0] ?? '';
  }
}

/** Accounts of all cases, whose names must differ. */
let accounts = 0;

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
