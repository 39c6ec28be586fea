/**
 * A region for scenario tests: a whole server on a port of its own with the simulated driver, and clients that sign
 * like any other client. Every test that starts one closes it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Product } from '../../src/contract/action.ts';
import { findAction } from '../../src/contract/catalogue.ts';
import {
  createSimulatedDriver,
  type SimulatedDriver,
  type SimulatedOptions,
} from '../../src/drivers/simulated/driver.ts';
import type { Quotas } from '../../src/network/quotas.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { TABLE_NAMES } from '../../src/store/columns.ts';
import type { TableName, Tables } from '../../src/store/schema.ts';
import { systemClock } from '../../src/values/clock.ts';
import { silentLog } from '../../src/values/log.ts';
import type { PublicEdge } from '../../src/values/public-edge.ts';
import { randomUuid, systemRandom } from '../../src/values/random.ts';
import { flatten, type Nested } from '../../src/wire/flatten.ts';
import { signRequest } from '../../src/wire/sign-request.ts';
import { mayRefuse } from './listed-codes.ts';

export interface Key {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** Values of parameters; nested ones are flattened to wire names. */
export type Request = { readonly [name: string]: Nested };

// biome-ignore lint/suspicious/noExplicitAny: answers are read freely in tests; their types are held by the contract test
export type Body = any;

export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export class Client {
  readonly region: Region;
  readonly key: Key;

  constructor(region: Region, key: Key) {
    this.region = region;
    this.key = key;
  }

  /** Sends a call; the answer whatever it is. */
  async call(product: Product, action: string, request: Request = {}): Promise<{ status: number; body: Body }> {
    const signed = signRequest({
      product,
      action,
      parameters: flatten({ RegionId: 'cn-hangzhou', ...request }),
      key: { accessKeyId: this.key.accessKeyId, secret: this.key.accessKeySecret },
      endpoint: this.region.endpoint,
      time: systemClock.now(),
      nonce: randomUuid(systemRandom),
    });
    const response = await fetch(signed.url, {
      method: signed.method,
      headers: signed.headers,
      ...(signed.body ? { body: signed.body } : {}),
    });
    const body: Body = await response.json();
    const known = findAction(`${product}.${action}`);
    if (response.status !== 200 && known && !mayRefuse(known, body.Code)) {
      throw new Error(`${action} was refused with ${body.Code}, which its contract does not list: ${body.Message}`);
    }
    return { status: response.status, body };
  }

  /** The body of a call that must succeed. */
  async ok(product: Product, action: string, request: Request = {}): Promise<Body> {
    const { status, body } = await this.call(product, action, request);
    if (status !== 200) throw new Error(`${action} was refused: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** The refusal of a call that must be refused. */
  async refused(product: Product, action: string, request: Request = {}): Promise<Refused> {
    const { status, body } = await this.call(product, action, request);
    if (status === 200) throw new Error(`${action} was not refused: ${JSON.stringify(body)}`);
    expect(body.RequestId).toMatch(/^[0-9A-F]{8}-/);
    return { status, code: body.Code, message: body.Message };
  }

  /** A VPC that is Available. */
  async vpc(request: Request = {}): Promise<string> {
    const { VpcId } = await this.ok('Vpc', 'CreateVpc', { CidrBlock: '10.0.0.0/16', ...request });
    await this.until(async () => {
      const { Vpcs } = await this.ok('Vpc', 'DescribeVpcs', { VpcId });
      return Vpcs.Vpc[0]?.Status === 'Available';
    });
    return VpcId;
  }

  /** A VSwitch that is Available. */
  async vswitch(VpcId: string, CidrBlock: string, request: Request = {}): Promise<string> {
    const body = { VpcId, CidrBlock, ZoneId: 'cn-hangzhou-h', ...request };
    const { VSwitchId } = await this.ok('Vpc', 'CreateVSwitch', body);
    await this.until(async () => {
      const { VSwitches } = await this.ok('Vpc', 'DescribeVSwitches', { VSwitchId });
      return VSwitches.VSwitch[0]?.Status === 'Available';
    });
    return VSwitchId;
  }

  async group(VpcId: string, request: Request = {}): Promise<string> {
    const { SecurityGroupId } = await this.ok('Ecs', 'CreateSecurityGroup', { VpcId, ...request });
    return SecurityGroupId;
  }

  /** A prefix list for two entries. */
  async prefixList(request: Request = {}): Promise<string> {
    const body = { PrefixListName: 'list', AddressFamily: 'IPv4', MaxEntries: 2, ...request };
    return (await this.ok('Ecs', 'CreatePrefixList', body)).PrefixListId;
  }

  /** Instances that are Running. */
  async run(VSwitchId: string, SecurityGroupId: string, request: Request = {}): Promise<string[]> {
    const { InstanceIdSets } = await this.ok('Ecs', 'RunInstances', {
      VSwitchId,
      SecurityGroupId,
      InstanceType: 'ecs.g6.large',
      ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
      ...request,
    });
    const ids: string[] = InstanceIdSets.InstanceIdSet;
    await this.reach(ids, 'Running');
    return ids;
  }

  /** Waits until all these instances have this status. */
  async reach(ids: readonly string[], status: string): Promise<void> {
    await this.until(async () => {
      const { Instances } = await this.ok('Ecs', 'DescribeInstances', {
        InstanceIds: JSON.stringify(ids),
        PageSize: 100,
      });
      return Instances.Instance.length === ids.length && Instances.Instance.every((i: Body) => i.Status === status);
    });
  }

  /** Waits until none of these instances is there any more. */
  async gone(ids: readonly string[]): Promise<void> {
    await this.until(async () => {
      const { TotalCount } = await this.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify(ids) });
      return TotalCount === 0;
    });
  }

  /** A new EIP. */
  async eip(request: Request = {}): Promise<{ id: string; address: string }> {
    const { AllocationId, EipAddress } = await this.ok('Vpc', 'AllocateEipAddress', request);
    return { id: AllocationId, address: EipAddress };
  }

  /** The EIP as DescribeEipAddresses lists it; undefined when there is none. */
  async eipOf(AllocationId: string, request: Request = {}): Promise<Body> {
    const { EipAddresses } = await this.ok('Vpc', 'DescribeEipAddresses', { AllocationId, ...request });
    return EipAddresses.EipAddress[0];
  }

  /** Waits until the EIP has this status. */
  async eipReaches(AllocationId: string, status: string): Promise<void> {
    await this.until(async () => (await this.eipOf(AllocationId))?.Status === status);
  }

  /** Associates and waits until it is so. */
  async associate(AllocationId: string, InstanceId: string): Promise<void> {
    await this.ok('Vpc', 'AssociateEipAddress', { AllocationId, InstanceId });
    await this.eipReaches(AllocationId, 'InUse');
  }

  /** Waits for a state, never for a time; fails after `limit` milliseconds. */
  async until(holds: () => Promise<boolean>, limit = 15_000): Promise<void> {
    const end = systemClock.now() + limit;
    while (!(await holds())) {
      if (systemClock.now() > end) throw new Error(`this never came to hold: ${holds.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

export class Region extends Client {
  readonly server: RunningServer;
  readonly driver: SimulatedDriver;
  readonly dataDir: string;

  constructor(server: RunningServer, driver: SimulatedDriver, dataDir: string, key: Key) {
    super(undefined as never, key);
    this.server = server;
    this.driver = driver;
    this.dataDir = dataDir;
    Object.assign(this, { region: this });
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  /** A client of a new account. */
  async account(name: string): Promise<Client> {
    const body = await this.ok('Yunlan', 'CreateAccount', { AccountName: name });
    return new Client(this, { accessKeyId: body.AccessKeyId, accessKeySecret: body.AccessKeySecret });
  }

  /** Everything a refused request must leave as it was. */
  async snapshot(): Promise<{ [table: string]: Tables[TableName][] }> {
    await this.server.reconciler.settled();
    return this.server.store.read(async (reader) => {
      const tables: { [table: string]: Tables[TableName][] } = {};
      for (const table of TABLE_NAMES) {
        // A refused request is recorded as well.
        if (table !== 'request') tables[table] = await reader.find(table, {});
      }
      return tables;
    });
  }

  async close(): Promise<void> {
    await this.server.close({ endGuests: true });
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export interface RegionOptions {
  /** Lowers limits so that tests reach them. */
  readonly quotas?: Partial<Quotas>;
  /** Another pool of public addresses. */
  readonly publicEdge?: Partial<PublicEdge>;
  /** Lets operations of the driver wait or fail. */
  readonly failures?: NonNullable<SimulatedOptions['failures']>;
}

/** Starts a region of its own. */
export async function startRegion(options: RegionOptions = {}): Promise<Region> {
  const dataDir = await mkdtemp(join(tmpdir(), 'yunlan-scenario-'));
  const driver = createSimulatedDriver(options.failures ? { failures: options.failures } : {});
  const server = await startServer({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    driver: 'simulated',
    driverMade: driver,
    log: silentLog,
    ...(options.quotas ? { quotas: options.quotas } : {}),
    ...(options.publicEdge ? { publicEdge: options.publicEdge } : {}),
  });
  return new Region(server, driver, dataDir, server.administratorKey);
}
