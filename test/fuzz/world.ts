/** Accounts and what they have, for requests to be about: made through the API, learned from answers, and emptied. */

import { findAction } from '../../src/contract/catalogue.ts';
import { ID_PREFIX, type ResourceKind } from '../../src/values/id.ts';
import { readAllRows } from '../model/all-rows.ts';
import type { Body, Region } from '../scenario/harness.ts';
import { Client } from '../scenario/harness.ts';
import type { Raw } from './hostile.ts';
import type { IdKind } from './id-parameters.ts';
import type { Draft, IdRef, Value } from './requests.ts';
import type { Resolved, Signer } from './send.ts';

const OF_PREFIX = Object.entries(ID_PREFIX) as [ResourceKind, string][];

/** Ids of a kind that are remembered: the first, and those that came last. */
const MOST_REMEMBERED = 12;

/** What one account has, as far as its answers told. */
export class Belongings {
  readonly #ids = new Map<IdKind, string[]>();

  add(kind: IdKind, id: string): void {
    const ids = this.#ids.get(kind) ?? [];
    if (ids.includes(id)) return;
    ids.push(id);
    if (ids.length > MOST_REMEMBERED) ids.splice(1, 1);
    this.#ids.set(kind, ids);
  }

  /** Forgets every id in a text: what it named is gone. */
  forget(text: string): void {
    for (const [kind, ids] of this.#ids) {
      this.#ids.set(
        kind,
        ids.filter((id) => !text.includes(id)),
      );
    }
  }

  /** Remembers every id in an answer. */
  learn(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.learn(item);
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) this.learn(item);
    else if (typeof value === 'string') this.#learnText(value);
  }

  #learnText(text: string): void {
    if (!/^[a-z]{1,3}-[a-z0-9]{15,20}$/.test(text)) return;
    const kind = OF_PREFIX.find(([, prefix]) => text.startsWith(prefix))?.[0];
    if (kind) this.add(kind, text);
    else if (text.startsWith('d-')) this.add('disk', text);
    else if (text.startsWith('rg-')) this.add('resourceGroup', text);
  }

  /** Every id that is remembered. */
  all(): string[] {
    return [...this.#ids.values()].flat();
  }

  pick(kind: IdKind, nth: number): string | undefined {
    const ids = this.#ids.get(kind);
    return ids && ids.length > 0 ? ids[nth % ids.length] : undefined;
  }
}

const FORM: { readonly [K in IdKind]?: string } = {
  ...ID_PREFIX,
  disk: 'd-',
  resourceGroup: 'rg-',
};

/** An id of the right form that nobody has. */
export function nobodys(kind: IdKind, nth: number): string {
  if (kind === 'accountId') return String(1_999_999_999_999_900 + nth);
  const prefix = FORM[kind] ?? 'nobody-';
  return `${prefix}bp0nobodys${String(nth).padStart(10, '0')}`;
}

/** An account with its client and what it has. */
export interface Person {
  readonly accountId: string;
  readonly accountName: string;
  /** Replaced when its key was disabled. */
  client: Client;
  readonly has: Belongings;
}

export interface World {
  readonly region: Region;
  readonly own: Person;
  readonly other: Person;
  readonly signers: { [S in Draft['signer']]: Signer };
  /** Whose credentials were refused as disabled. */
  readonly lockedOut: Set<Draft['signer']>;
}

/** Two accounts, new ones, each with a network, groups, instances and the rest. */
export async function makeWorld(region: Region, name: string): Promise<World> {
  const own = await makePerson(region, `${name}-own`);
  const other = await makePerson(region, `${name}-other`);
  // What the administrator does to accounts by their names is done to one whose end ends nothing else.
  const spare = await region.ok('Yunlan', 'CreateAccount', { AccountName: `${name}-spare` });
  for (const { has } of [own, other]) {
    has.forget(`${name}-own ${name}-other`);
    has.add('accountName', spare.AccountName);
  }
  const nobody = { accessKeyId: '', accessKeySecret: '' };
  const signers = { own: own.client.key, other: other.client.key, administrator: nobody, session: nobody };
  const world: World = { region, own, other, signers, lockedOut: new Set() };
  await renew(world, 'administrator');
  await renew(world, 'session');
  return world;
}

/** Gives a signer new credentials: requests may have disabled or rotated those it had. */
export async function renew(world: World, signer: Draft['signer']): Promise<void> {
  const { region, own, signers } = world;
  if (signer === 'session') {
    const { status, body } = await own.client.call('Sts', 'AssumeRole', {
      RoleArn: `acs:ram::${own.accountId}:role/fuzz`,
      RoleSessionName: 'fuzz',
      DurationSeconds: 43_200,
    });
    if (status !== 200) {
      await renew(world, 'own');
      return renew(world, 'session');
    }
    const { AccessKeyId, AccessKeySecret, SecurityToken } = body.Credentials;
    signers.session = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken };
    return;
  }
  const person = signer === 'administrator' ? undefined : world[signer];
  const key = await region.ok('Yunlan', 'CreateAccessKey', person ? { AccountName: person.accountName } : {});
  signers[signer] = { accessKeyId: key.AccessKeyId, accessKeySecret: key.AccessKeySecret };
  if (person) person.client = new Client(region, signers[signer]);
}

/** An account with one or two of everything. */
export async function makePerson(region: Region, name: string): Promise<Person> {
  const account = await region.ok('Yunlan', 'CreateAccount', { AccountName: name });
  const client = new Client(region, { accessKeyId: account.AccessKeyId, accessKeySecret: account.AccessKeySecret });
  const has = new Belongings();
  const disabled = await client.ok('Yunlan', 'CreateAccessKey');
  has.add('accountId', account.AccountId);
  has.add('accountName', name);
  // A key that may be disabled without ending the account.
  has.add('accessKey', disabled.AccessKeyId);

  const VpcId = await client.vpc({ CidrBlock: '10.0.0.0/8' });
  const second = await client.vpc({ CidrBlock: '10.0.0.0/8' });
  const vswitch = await client.vswitch(VpcId, '10.0.1.0/24', { Tag: [{ Key: 'env', Value: 'prod' }] });
  await client.vswitch(VpcId, '10.0.2.0/24', { ZoneId: 'cn-hangzhou-i' });
  await client.vswitch(second, '10.0.1.0/24');
  const group = await client.group(VpcId, { Tag: [{ Key: 'env', Value: 'prod' }] });
  const another = await client.group(VpcId);
  await client.group(second);
  const list = await client.prefixList({ Entry: [{ Cidr: '10.0.0.0/8' }] });
  await client.ok('Ecs', 'AuthorizeSecurityGroup', {
    SecurityGroupId: group,
    Permissions: [
      { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.0.0.0/8' },
      { IpProtocol: 'TCP', PortRange: '22/22', SourceGroupId: another },
      { IpProtocol: 'UDP', PortRange: '53/53', SourcePrefixListId: list },
    ],
  });
  await client.ok('Ecs', 'AuthorizeSecurityGroupEgress', {
    SecurityGroupId: group,
    Permissions: [{ IpProtocol: 'ALL', PortRange: '-1/-1', DestCidrIp: '10.0.0.0/8' }],
  });
  const running = await client.run(vswitch, group, { InstanceName: `${name}-running`, Amount: 2 });
  const stopped = await client.run(vswitch, another, { InstanceName: `${name}-stopped` });
  await client.ok('Ecs', 'StopInstance', { InstanceId: stopped[0]! });
  await client.reach(stopped, 'Stopped');
  has.add('instanceName', `${name}-stopped`);
  const bound = await client.eip();
  await client.associate(bound.id, running[0]!);
  await client.eip();
  has.learn([VpcId, vswitch, group, running, list, bound.id]);
  const { Permissions } = await client.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId: group });
  has.learn(Permissions);
  has.learn((await client.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: running[0]! })).NetworkInterfaceSets);
  has.learn((await client.ok('Vpc', 'DescribeVpcs', { VpcId })).Vpcs);
  await learnAll(region, account.AccountId, has);
  return { accountId: account.AccountId, accountName: name, client, has };
}

/** What the store has of an account, by its ids. */
async function learnAll(region: Region, accountId: string, has: Belongings): Promise<void> {
  const rows = await readAllRows(region.server.store);
  const own: object[] = Object.values(rows).flatMap((table: object[]) =>
    table.filter((row) => 'account_id' in row && row.account_id === accountId),
  );
  const ids = new Set<unknown>(own.flatMap((row) => ('id' in row ? [row.id] : [])));
  const below = [
    ...rows.security_group_rule.filter((row) => ids.has(row.security_group_id)),
    ...rows.route_entry.filter((row) => ids.has(row.vpc_id)),
  ];
  for (const row of [...own, ...below]) {
    const { peer: _, ...rest } = row as { peer?: unknown };
    has.learn(rest);
  }
  for (const { id } of rows.instance.filter((row) => row.account_id === accountId)) has.learn(id.replace(/^i-/, 'd-'));
  has.learn(`rg-${accountId.slice(1)}`);
}

/** The request with its ids chosen from what there is now. */
export function resolve(world: World, draft: Draft): Resolved {
  const { product, name } = findAction(draft.action)!;
  return {
    product,
    action: name,
    way: draft.way,
    pairs: draft.pairs.map(([called, value]) => [called, textOf(world, value)] as const),
  };
}

function textOf(world: World, value: Value): string | Raw {
  if (typeof value === 'string') return value.replace('{account}', world.own.accountId);
  if ('raw' in value) return value;
  if ('join' in value) {
    const items = value.of.map((item) => (typeof item === 'string' ? item : idOf(world, item)));
    return value.join === 'json' ? JSON.stringify(items) : items.join(',');
  }
  return idOf(world, value);
}

function idOf({ own, other }: World, { kind, whose, nth }: IdRef): string {
  const found = whose === 'none' ? undefined : (whose === 'own' ? own : other).has.pick(kind, nth);
  return found ?? nobodys(kind, nth);
}

/** What of an account could not be given back, and why. */
export async function empty(world: World): Promise<string[]> {
  const { region, own, other } = world;
  await renew(world, 'own');
  await renew(world, 'other');
  await region.server.reconciler.settled();
  // Subscriptions end, so that what was bought can be given back.
  await region.ok('Yunlan', 'MoveClock', { Reset: true });
  await region.ok('Yunlan', 'MoveClock', { Time: '9999-12-31T00:00:00Z' });
  try {
    return [...(await emptyOne(region, own)), ...(await emptyOne(region, other))];
  } finally {
    await region.ok('Yunlan', 'MoveClock', { Reset: true });
  }
}

async function emptyOne(region: Region, { accountId, client }: Person): Promise<string[]> {
  const left: string[] = [];
  const give = async (product: 'Ecs' | 'Vpc', action: string, request: Body): Promise<void> => {
    const { status, body } = await client.call(product, action, request);
    if (status !== 200) left.push(`${action} ${JSON.stringify(request)}: ${body.Code} ${body.Message}`);
  };
  const mine = async () => {
    await region.server.reconciler.settled();
    const rows = await readAllRows(region.server.store);
    const of = <R extends { readonly account_id: string }>(table: readonly R[]): R[] =>
      table.filter((row) => row.account_id === accountId);
    return { rows, of };
  };

  const { rows, of } = await mine();
  for (const eip of of(rows.eip).filter((row) => row.status !== 'Available')) {
    await give('Vpc', 'UnassociateEipAddress', { RegionId: eip.region_id, AllocationId: eip.id });
  }
  for (const { id, region_id: RegionId, deletion_protection } of of(rows.instance)) {
    if (deletion_protection) {
      await give('Ecs', 'ModifyInstanceAttribute', { RegionId, InstanceId: id, DeletionProtection: false });
    }
    await give('Ecs', 'DeleteInstance', { RegionId, InstanceId: id, Force: true, TerminateSubscription: true });
  }
  const later = await mine();
  for (const { id, region_id: RegionId } of later.of(later.rows.eip)) {
    await give('Vpc', 'ReleaseEipAddress', { RegionId, AllocationId: id });
  }
  const groups = later.of(later.rows.security_group);
  for (const { id, region_id: RegionId } of groups) {
    const rules = later.rows.security_group_rule.filter((rule) => rule.security_group_id === id);
    for (const [direction, action] of [
      ['ingress', 'RevokeSecurityGroup'],
      ['egress', 'RevokeSecurityGroupEgress'],
    ] as const) {
      const ids = rules.filter((rule) => rule.direction === direction).map((rule) => rule.id);
      for (let at = 0; at < ids.length; at += 100) {
        await give('Ecs', action, { RegionId, SecurityGroupId: id, SecurityGroupRuleId: ids.slice(at, at + 100) });
      }
    }
  }
  for (const { id, region_id: RegionId } of groups) {
    await give('Ecs', 'DeleteSecurityGroup', { RegionId, SecurityGroupId: id });
  }
  for (const { id, region_id: RegionId } of later.of(later.rows.prefix_list)) {
    await give('Ecs', 'DeletePrefixList', { RegionId, PrefixListId: id });
  }
  for (const { id, region_id: RegionId } of later.of(later.rows.vswitch)) {
    await give('Vpc', 'DeleteVSwitch', { RegionId, VSwitchId: id });
  }
  await mine();
  for (const { id, region_id: RegionId } of later.of(later.rows.vpc)) {
    await give('Vpc', 'DeleteVpc', { RegionId, VpcId: id, ForceDelete: true });
  }
  return left;
}
