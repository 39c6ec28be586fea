/**
 * The API against a model of it: random sequences of calls, each answered as the model predicts, the refused ones with
 * the predicted code and without a trace. Then clients that call all at once, held to what was answered in the order of
 * the journal.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Product } from '../../src/contract/action.ts';
import { systemClock } from '../../src/values/clock.ts';
import { seededRandom, systemRandom } from '../../src/values/random.ts';
import { type Body, Client, type Region, type Request, startRegion } from '../scenario/harness.ts';
import { readAllRows } from './all-rows.ts';
import { type Answer, type CallSent, send } from './client.ts';
import { assignable, LIMITS, Model } from './command-model.ts';
import { allCommands, furniture } from './commands.ts';
import { type Held, heldBy, hold, nothingHeld } from './held.ts';
import { faultsOf } from './invariants.ts';
import type { Real } from './plan.ts';
import { Chooser } from './seeded.ts';
import { Sequence } from './sequence.ts';

const COMMANDS = fc.commands(allCommands(), { maxCommands: 45, size: 'max' });

/** Holds guests back from booting and ending. */
class Gate {
  #closed: Promise<void> | undefined;
  #open = (): void => {};

  set(closed: boolean): void {
    this.#open();
    this.#closed = closed ? new Promise((resolve) => (this.#open = resolve)) : undefined;
  }

  async pass(): Promise<void> {
    await this.#closed;
  }
}

describe('the API and a model of it', () => {
  let region: Region;
  const gate = new Gate();
  const answers = new Map<string, number>();

  beforeAll(async () => {
    region = await startRegion({
      quotas: LIMITS,
      failures: async (operation) => {
        if (operation === 'start' || operation === 'stop') await gate.pass();
      },
    });
  });
  afterAll(() => region.close());

  /** A client of an account of its own, which is what a run sees. */
  async function newReal(): Promise<Real> {
    const account = await region.ok('Yunlan', 'CreateAccount', { AccountName: `run-${newReal.runs++}` });
    const account_id: string = account.AccountId;
    const { store } = region.server;
    return {
      client: new Client(region, { accessKeyId: account.AccessKeyId, accessKeySecret: account.AccessKeySecret }),
      freeze: (frozen) => gate.set(frozen),
      changes: () => store.read((reader) => reader.count('journal', { account_id })),
      answers,
      async follow(model) {
        model.settle();
        const wanted = {
          instances: Object.fromEntries([...model.instances].map(([id, { status }]) => [id, status])),
          eips: Object.fromEntries([...model.eips].map(([id, instance]) => [id, instance ? 'InUse' : 'Available'])),
          pending: 0,
        };
        await expect
          .poll(
            () =>
              store.read(async (reader) => ({
                instances: statuses(await reader.find('instance', { account_id })),
                eips: statuses(await reader.find('eip', { account_id })),
                pending:
                  (await reader.count('vpc', { account_id, status: 'Pending' })) +
                  (await reader.count('vswitch', { account_id, status: 'Pending' })),
              })),
            { interval: 1, timeout: 10_000 },
          )
          .toEqual(wanted);
      },
    };
  }
  newReal.runs = 0;

  it('every call of every sequence is answered as predicted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 3 }), COMMANDS, async (empty, commands) => {
        const real = await newReal();
        const model = new Model();
        if (empty !== 0) for (const command of furniture()) await command.run(model, real);
        try {
          await fc.asyncModelRun(() => ({ model, real }), commands);
        } finally {
          gate.set(false);
        }
        model.frozen = false;
        await real.follow(model);
        expect(await described(real.client, model)).toEqual(expected(model));
      }),
      { numRuns: 100, endOnFailure: false },
    );
    await expect.poll(() => faultsOf(region.server.store, region.driver), { timeout: 10_000 }).toEqual([]);

    // What never came up was not tested. Chance decides, so not all of it is asked for in every run.
    const came = [...answers.keys()];
    const calls = [...answers.values()].reduce((sum, count) => sum + count);
    console.log(`${calls} calls, ${came.length} kinds of answers`);
    expect(came.filter((answer) => answer.endsWith(' ok')).length).toBeGreaterThan(21);
    expect(came.length).toBeGreaterThan(80);
  });
});

function statuses(rows: readonly { readonly id: string; readonly status: string }[]): { [id: string]: string } {
  return Object.fromEntries(rows.map((row) => [row.id, row.status]));
}

/** Everything that the account can see, by the API. */
async function described(client: Client, model: Model): Promise<object> {
  const vpcs = await client.ok('Vpc', 'DescribeVpcs', { PageSize: 50 });
  const vswitches = await client.ok('Vpc', 'DescribeVSwitches', { PageSize: 50 });
  const groups = await client.ok('Ecs', 'DescribeSecurityGroups', { PageSize: 50 });
  const instances = await client.ok('Ecs', 'DescribeInstances', { PageSize: 100 });
  const eips = await client.ok('Vpc', 'DescribeEipAddresses', { PageSize: 50 });
  const rules: string[] = [];
  for (const id of model.groups.keys()) {
    const { Permissions } = await client.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId: id });
    rules.push(...Permissions.Permission.map((rule: Body) => ruleText(id, rule)));
  }
  return {
    vpcs: sorted(vpcs.Vpcs.Vpc.map((vpc: Body) => `${vpc.VpcId} ${vpc.CidrBlock}`)),
    vswitches: sorted(
      vswitches.VSwitches.VSwitch.map(
        (each: Body) => `${each.VSwitchId} ${each.VpcId} ${each.AvailableIpAddressCount}`,
      ),
    ),
    groups: sorted(groups.SecurityGroups.SecurityGroup.map((each: Body) => `${each.SecurityGroupId} ${each.VpcId}`)),
    rules: sorted(rules),
    instances: sorted(
      instances.Instances.Instance.map((each: Body) => {
        const address = each.VpcAttributes.PrivateIpAddress.IpAddress[0];
        const joined = each.SecurityGroupIds.SecurityGroupId;
        return `${each.InstanceId} ${each.Status} ${address} ${joined} ${each.EipAddress.AllocationId}`;
      }),
    ),
    eips: sorted(
      eips.EipAddresses.EipAddress.map((eip: Body) => `${eip.AllocationId} ${eip.Status} ${eip.InstanceId}`),
    ),
  };
}

function expected(model: Model): object {
  const usersOf = (vswitch: string) => [...model.instances.values()].filter((each) => each.vswitch === vswitch).length;
  const eipOf = (id: string) => [...model.eips].find(([, instance]) => instance === id)?.[0] ?? '';
  return {
    vpcs: sorted([...model.vpcs].map(([id, cidr]) => `${id} ${cidr}`)),
    vswitches: sorted(
      [...model.vswitches].map(([id, { vpc, cidr }]) => `${id} ${vpc} ${assignable(cidr).length - usersOf(id)}`),
    ),
    groups: sorted([...model.groups].map(([id, vpc]) => `${id} ${vpc}`)),
    rules: sorted(
      model.rules.map((rule) => `${rule.group} ${rule.direction} ${rule.protocol} ${rule.ports} ${rule.peer}`),
    ),
    instances: sorted(
      [...model.instances].map(
        ([id, instance]) => `${id} ${instance.status} ${instance.address} ${instance.groups} ${eipOf(id)}`,
      ),
    ),
    eips: sorted([...model.eips].map(([id, user]) => `${id} ${user ? 'InUse' : 'Available'} ${user ?? ''}`)),
  };
}

function ruleText(group: string, rule: Body): string {
  const peer = rule.SourceCidrIp || rule.DestCidrIp || rule.SourceGroupId || rule.DestGroupId;
  return `${group} ${rule.Direction} ${rule.IpProtocol.toLowerCase()} ${rule.PortRange} ${peer}`;
}

const sorted = (texts: string[]): string[] => texts.sort();

/** Limits that are passed. Races for the last place are what a limit has to stand. */
function beyondLimits(held: Held): string[] {
  const most: readonly (readonly [string, readonly unknown[], number])[] = [
    ['VPCs', Object.keys(held.vpcs), LIMITS.vpcsPerRegion],
    ['groups', Object.keys(held.groups), LIMITS.securityGroupsPerRegion],
    ['instances', Object.keys(held.instances), LIMITS.instancesPerRegion],
    ['EIPs', Object.keys(held.eips), LIMITS.eipsPerAccount],
    ...Object.keys(held.vpcs).map((id) => {
      const inside = Object.values(held.vswitches).filter(({ vpc }) => vpc === id);
      return [`VSwitches of ${id}`, inside, LIMITS.vswitchesPerVpc] as const;
    }),
    ...Object.keys(held.groups).map((id) => {
      const inside = held.rules.filter((line) => line.startsWith(`${id} `));
      return [`rules of ${id}`, inside, LIMITS.rulesPerSecurityGroup] as const;
    }),
    ...Object.entries(held.instances).map(([id, { groups }]) => {
      return [`groups of ${id}`, groups, LIMITS.securityGroupsPerInterface] as const;
    }),
  ];
  return most.filter(([, present, limit]) => present.length > limit).map(([what]) => what);
}

describe('clients that call all at once', () => {
  const CLIENTS = 8;
  const CALLS = 40;

  it.each([1, 2])('leave what was answered, in the order of the journal (seed %i)', async (seed) => {
    const region = await startRegion({ quotas: LIMITS });
    try {
      const { store } = region.server;
      const answered = new Map<string, { readonly call: CallSent; readonly answer: Answer }>();
      const codes = new Map<string, number>();
      await Promise.all(
        Array.from({ length: CLIENTS }, async (_, index) => {
          const choose = new Chooser(seededRandom(seed * 100 + index));
          const sequence = new Sequence(choose, `client-${index}-`);
          for (let made = 0; made < CALLS; made++) {
            const call = sequence.next(heldBy(await readAllRows(store)), made < CALLS / 3 ? 'build' : 'live');
            const { status, body } = await region.call(call.product, call.action, call.request);
            codes.set(body.Code ?? 'ok', (codes.get(body.Code ?? 'ok') ?? 0) + 1);
            // A throw inside would be ours, whoever races.
            expect({ call, status, body }).toMatchObject({ status: expect.not.toSatisfy((s: number) => s >= 500) });
            if (status === 200) answered.set(body.RequestId, { call, answer: { status, body } });
          }
        }),
      );
      await expect.poll(() => faultsOf(store, region.driver), { timeout: 15_000, interval: 50 }).toEqual([]);

      const rows = await readAllRows(store);
      const held = nothingHeld();
      const inOrder = new Set(rows.journal.map((row) => row.request_id));
      for (const requestId of inOrder) {
        const one = answered.get(requestId);
        expect(one, `the journal has ${requestId}, which nobody was answered`).toBeDefined();
        hold(held, one!.call, one!.answer);
        expect(beyondLimits(held)).toEqual([]);
      }
      const unwritten = [...answered].filter(
        ([id, { call }]) => !inOrder.has(id) && !call.action.startsWith('Describe'),
      );
      expect(unwritten).toEqual([]);
      expect(heldBy(rows)).toEqual(held);
      // They met each other: not all got what they wanted, and all got something.
      expect(codes.get('ok')).toBeGreaterThan((CLIENTS * CALLS) / 4);
      expect(codes.size).toBeGreaterThan(4);
    } finally {
      await region.close();
    }
  });

  it('get the last places of every limit, and no place more; one token is one thing', async () => {
    const region = await startRegion({ quotas: LIMITS });
    const by = { clock: systemClock, random: systemRandom };
    /** How eight equal calls were answered. Without sockets, so that they come in the same moment. */
    const eight = async (product: Product, action: string, request: Request): Promise<Body[]> => {
      const calls = Array.from({ length: CLIENTS }, () => send(region.server, { product, action, request }, by));
      return (await Promise.all(calls)).map((answer) => answer.body);
    };
    const refusals = (bodies: readonly Body[]): string[] => bodies.flatMap((body) => body.Code ?? []);
    const times = (count: number, code: string): string[] => Array.from({ length: count }, () => code);
    try {
      const vpcs = await eight('Vpc', 'CreateVpc', { CidrBlock: '10.0.0.0/16' });
      expect(refusals(vpcs)).toEqual(times(CLIENTS - LIMITS.vpcsPerRegion, 'QuotaExceeded.Vpc'));
      const VpcId: string = vpcs.find((body) => body.VpcId).VpcId;
      await expect.poll(() => faultsOf(region.server.store, region.driver)).toEqual([]);

      const groups = await eight('Ecs', 'CreateSecurityGroup', { VpcId });
      const GROUP_QUOTA = 'QuotaExceed.SecurityGroup';
      expect(refusals(groups)).toEqual(times(CLIENTS - LIMITS.securityGroupsPerRegion, GROUP_QUOTA));
      const SecurityGroupId: string = groups.find((body) => body.SecurityGroupId).SecurityGroupId;

      const block = { VpcId, CidrBlock: '10.0.0.0/28', ZoneId: 'cn-hangzhou-h' };
      const vswitches = await eight('Vpc', 'CreateVSwitch', { ...block, ClientToken: 'one' });
      expect(refusals(vswitches)).toEqual([]);
      expect(new Set(vswitches.map((body) => body.VSwitchId)).size).toBe(1);
      expect(refusals(await eight('Vpc', 'CreateVSwitch', block))).toEqual(times(8, 'InvalidCidrBlock.Overlapped'));
      await expect.poll(() => faultsOf(region.server.store, region.driver)).toEqual([]);

      const wish = {
        VSwitchId: vswitches[0].VSwitchId,
        SecurityGroupId,
        InstanceType: 'ecs.g6.large',
        ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
      };
      const chosen = await eight('Ecs', 'RunInstances', { ...wish, PrivateIpAddress: '10.0.0.9' });
      expect(refusals(chosen)).toEqual(times(CLIENTS - 1, 'InvalidPrivateIpAddress.Duplicated'));
      const instances = await eight('Ecs', 'RunInstances', wish);
      const more = LIMITS.instancesPerRegion - 1;
      expect(refusals(instances)).toEqual(times(CLIENTS - more, 'QuotaExceed.ElasticQuota'));

      const eips = await eight('Vpc', 'AllocateEipAddress', {});
      expect(refusals(eips)).toEqual(times(CLIENTS - LIMITS.eipsPerAccount, 'QuotaExceeded.Eip'));
      await expect.poll(() => faultsOf(region.server.store, region.driver), { timeout: 10_000 }).toEqual([]);
    } finally {
      await region.close();
    }
  });
});
