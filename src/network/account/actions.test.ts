import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASONS } from '../../realize/path/path.ts';
import { createPathAnalyser } from '../../realize/path-analyser.ts';
import { COLUMNS } from '../../store/columns.ts';
import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/port.ts';
import { openSeal } from '../../store/seal.ts';
import { type Clock, MovableClock } from '../../values/clock.ts';
import { DEFAULT_PUBLIC_EDGE } from '../../values/public-edge.ts';
import { systemRandom } from '../../values/random.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import { type Call, type Caller, type CallFacts, makeCall, type Parts, type Seal } from '../call.ts';
import { DEFAULT_QUOTAS } from '../quotas.ts';
import { createRegions } from '../region/regions.ts';
import { accountHandlers } from './actions.ts';
import { keptOffset } from './clock.ts';
import { administratorKey, type Credentials, ensureAdministrator, findKey } from './keys.ts';

const START = Date.UTC(2026, 10, 1);

let directory: string;
let store: Store;
let seal: Seal;
let parts: Parts;
let administrator: Credentials;
const real: Clock = { now: () => START };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'yunlan-account-'));
  store = await openStore({ path: join(directory, 'test.db'), synchronous: 'NORMAL' });
  seal = openSeal(join(directory, 'seal.key'));
  const clock = new MovableClock(real);
  parts = {
    store,
    clock,
    seal,
    random: systemRandom,
    regions: createRegions(),
    quotas: DEFAULT_QUOTAS,
    publicEdge: DEFAULT_PUBLIC_EDGE,
    guests: { log: async (instanceId, bytes) => `${instanceId} said `.repeat(3).slice(-bytes) },
    paths: { ...createPathAnalyser({ store, publicEdge: DEFAULT_PUBLIC_EDGE, uplink: false }), reasons: REASONS },
    server: { version: '1.2.3', driver: 'simulated', realPackets: false, startedAt: START, pid: 42 },
  };
  administrator = ok(await ensureAdministrator(store, seal, clock, systemRandom));
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

function ok<V>(value: V | Refusal | undefined): V {
  if (isRefusal(value)) throw new Error(`refused: ${value.code} ${value.message}`);
  if (value === undefined) throw new Error('nothing');
  return value as V;
}

const codeOf = (value: unknown) => (isRefusal(value) ? `${value.code} ${value.parameter ?? '-'}` : 'done');

/** The call of whoever has this key. */
async function callOf(accessKeyId: string, more: Partial<CallFacts> = {}): Promise<Call> {
  const caller: Caller = ok(await findKey(store, seal, accessKeyId)).caller;
  const facts = { requestId: 'r', caller, regionId: 'cn-hangzhou', host: 'localhost', requestHash: 'h', ...more };
  return makeCall('Yunlan.Test', facts, parts);
}

const asAdministrator = (more?: Partial<CallFacts>) => callOf(administrator.accessKeyId, more);

async function newAccount(AccountName: string) {
  return ok(await accountHandlers['Yunlan.CreateAccount'](await asAdministrator(), { AccountName }));
}

describe('the administrator', () => {
  it('is made once, and told once', async () => {
    expect(administrator).toEqual({
      accountId: expect.stringMatching(/^[1-9]\d{15}$/),
      accountName: 'admin',
      accessKeyId: expect.stringMatching(/^LTAI[A-Za-z0-9]{20}$/),
      accessKeySecret: expect.stringMatching(/^[A-Za-z0-9]{30}$/),
    });
    expect(await ensureAdministrator(store, seal, real, systemRandom)).toBeUndefined();
    expect(await store.read((reader) => reader.count('account', { administrator: true }))).toBe(1);
    expect(await administratorKey(store, seal)).toEqual(administrator);
  });

  it('has a secret that the database does not show', async () => {
    const row = await store.read((reader) => reader.get('access_key', { id: administrator.accessKeyId }));
    expect(row?.sealed_secret).not.toContain(administrator.accessKeySecret);
    await newAccount('fills-a-page');
    const files = ['test.db', 'test.db-wal'].map((file) => readFileSync(join(directory, file)));
    expect(files.some((file) => file.includes(administrator.accessKeyId))).toBe(true);
    expect(files.some((file) => file.includes(administrator.accessKeySecret))).toBe(false);
  });

  it('is not found with another seal, and the start says why', async () => {
    const other = openSeal(join(directory, 'other.key'));
    await expect(ensureAdministrator(store, other, real, systemRandom)).rejects.toThrow(
      'The key file does not belong to the database: secrets in it cannot be opened.',
    );
  });
});

describe('findKey', () => {
  it('tells the secret, the status and the caller', async () => {
    expect(await findKey(store, seal, administrator.accessKeyId)).toEqual({
      secret: administrator.accessKeySecret,
      status: 'Active',
      caller: {
        accountId: administrator.accountId,
        accountName: 'admin',
        administrator: true,
        accessKeyId: administrator.accessKeyId,
      },
    });
  });

  it.each(['', 'LTAI', '*', "' or '1'='1"])('finds nothing for %j', async (id) => {
    expect(await findKey(store, seal, id)).toBeUndefined();
  });
});

describe('accounts', () => {
  it('are made with a key that works, and listed', async () => {
    const made = await newAccount('alpha');
    expect(made).toEqual({
      AccountId: expect.stringMatching(/^[1-9]\d{15}$/),
      AccountName: 'alpha',
      AccessKeyId: expect.stringMatching(/^LTAI\w{20}$/),
      AccessKeySecret: expect.stringMatching(/^\w{30}$/),
    });
    const found = ok(await findKey(store, seal, made.AccessKeyId!));
    expect(found).toMatchObject({
      secret: made.AccessKeySecret,
      caller: { accountName: 'alpha', administrator: false },
    });
    const listed = ok(await accountHandlers['Yunlan.ListAccounts'](await asAdministrator(), {}));
    expect(listed.Accounts?.Account).toContainEqual({
      AccountId: made.AccountId,
      AccountName: 'alpha',
      Administrator: false,
      Status: 'Active',
      CreationTime: '2026-11-01T00:00:00Z',
    });
    expect(listed.Accounts?.Account).toContainEqual(
      expect.objectContaining({ AccountName: 'admin', Administrator: true }),
    );
  });

  it('have names of their own', async () => {
    await newAccount('beta');
    const call = await asAdministrator();
    const before = await store.read((reader) => reader.count('access_key', {}));
    const again = await accountHandlers['Yunlan.CreateAccount'](call, { AccountName: 'beta' });
    expect(codeOf(again)).toBe('InvalidAccountName.Duplicate AccountName');
    expect(await store.read((reader) => reader.count('access_key', {}))).toBe(before);
  });

  it('are made once for a token: the same key, whose secret is nowhere in the stored reply', async () => {
    const call = await asAdministrator({ clientToken: 'token' });
    const first = ok(await accountHandlers['Yunlan.CreateAccount'](call, { AccountName: 'gamma' }));
    const second = ok(await accountHandlers['Yunlan.CreateAccount'](call, { AccountName: 'gamma' }));
    expect(second).toEqual(first);
    const kept = ok(await store.read((reader) => reader.get('once', { token: 'token' })));
    expect(kept.reply).toContain(first.AccessKeyId);
    expect(kept.reply).not.toContain(first.AccessKeySecret);
  });

  it('are told who they are', async () => {
    const made = await newAccount('delta');
    expect(await accountHandlers['Sts.GetCallerIdentity'](await callOf(made.AccessKeyId!), {})).toEqual({
      IdentityType: 'Account',
      AccountId: made.AccountId,
      PrincipalId: made.AccountId,
      UserId: made.AccountId,
      RoleId: '',
      Arn: `acs:ram::${made.AccountId}:root`,
    });
  });
});

describe('keys', () => {
  const create = async (call: Call, AccountName?: string) =>
    accountHandlers['Yunlan.CreateAccessKey'](call, { AccountName });
  const list = async (call: Call, AccountName?: string) =>
    accountHandlers['Yunlan.ListAccessKeys'](call, { AccountName });
  const disable = async (call: Call, UserAccessKeyId: string) =>
    accountHandlers['Yunlan.DisableAccessKey'](call, { UserAccessKeyId });
  const remove = async (call: Call, UserAccessKeyId: string) =>
    accountHandlers['Yunlan.DeleteAccessKey'](call, { UserAccessKeyId });
  const rotate = async (call: Call, UserAccessKeyId?: string) =>
    accountHandlers['Yunlan.RotateAccessKey'](call, { UserAccessKeyId });

  it('are made and listed by their account and by the administrator', async () => {
    const made = await newAccount('epsilon');
    const own = await callOf(made.AccessKeyId!);
    const second = ok(await create(own));
    const third = ok(await create(own, 'epsilon'));
    const fourth = ok(await create(await asAdministrator(), 'epsilon'));
    expect([second, third, fourth].map((key) => key.AccountId)).toEqual(Array(3).fill(made.AccountId));
    const ids = [made, second, third, fourth].map((key) => key.AccessKeyId).sort();
    for (const listed of [
      await list(own),
      await list(own, 'epsilon'),
      await list(await asAdministrator(), 'epsilon'),
    ]) {
      const keys = ok(listed).AccessKeys?.AccessKey ?? [];
      expect(keys.map((key) => key.AccessKeyId).sort()).toEqual(ids);
      expect(keys[0]).toEqual({
        AccessKeyId: expect.any(String),
        Status: 'Active',
        CreationTime: '2026-11-01T00:00:00Z',
      });
    }
    expect(ok(await findKey(store, seal, fourth.AccessKeyId!)).secret).toBe(fourth.AccessKeySecret);
  });

  it('of others are nobody’s business but the administrator’s, existing or not', async () => {
    const made = await newAccount('zeta');
    const own = await callOf(made.AccessKeyId!);
    for (const name of ['admin', 'nobody']) {
      expect(codeOf(await create(own, name))).toBe('Forbidden.RAM AccountName');
      expect(codeOf(await list(own, name))).toBe('Forbidden.RAM AccountName');
    }
    expect(codeOf(await create(await asAdministrator(), 'nobody'))).toBe('InvalidAccountId.NotFound AccountName');
    expect(codeOf(await list(await asAdministrator(), 'nobody'))).toBe('InvalidAccountId.NotFound AccountName');
  });

  it('are disabled by their account or the administrator, for good', async () => {
    const made = await newAccount('eta');
    const own = await callOf(made.AccessKeyId!);
    const second = ok(await create(own)).AccessKeyId!;
    expect(codeOf(await disable(own, second))).toBe('done');
    expect(ok(await findKey(store, seal, second)).status).toBe('Inactive');
    expect(codeOf(await disable(own, second))).toBe('done');
    expect(codeOf(await disable(await asAdministrator(), made.AccessKeyId!))).toBe('done');
    expect(ok(await findKey(store, seal, made.AccessKeyId!)).status).toBe('Inactive');
    const listed = ok(await list(await asAdministrator(), 'eta'));
    expect(listed.AccessKeys?.AccessKey?.map((key) => key.Status)).toEqual(['Inactive', 'Inactive']);
  });

  it('of others cannot be disabled, deleted or rotated, nor told from such that do not exist', async () => {
    const one = await newAccount('theta');
    const two = await newAccount('iota');
    const call = await callOf(one.AccessKeyId!);
    for (const id of [two.AccessKeyId!, administrator.accessKeyId, 'LTAInone', '']) {
      for (const handle of [disable, remove, rotate]) {
        expect(codeOf(await handle(call, id))).toBe('InvalidAccessKeyId.NotFound UserAccessKeyId');
      }
    }
    expect(ok(await findKey(store, seal, two.AccessKeyId!)).status).toBe('Active');
  });

  it('leave the administrator one', async () => {
    const call = await asAdministrator();
    expect(codeOf(await disable(call, administrator.accessKeyId))).toBe('OperationDenied UserAccessKeyId');
    const second = ok(await create(call)).AccessKeyId!;
    expect(codeOf(await disable(call, second))).toBe('done');
    expect(codeOf(await disable(call, administrator.accessKeyId))).toBe('OperationDenied UserAccessKeyId');
    expect(ok(await findKey(store, seal, administrator.accessKeyId)).status).toBe('Active');
  });

  it('are rotated in one step: the caller’s own, or a named one', async () => {
    const made = await newAccount('xi');
    const own = await callOf(made.AccessKeyId!);
    const second = ok(await rotate(own));
    expect(second).toEqual({
      AccountId: made.AccountId,
      AccessKeyId: expect.stringMatching(/^LTAI/),
      AccessKeySecret: expect.any(String),
      DisabledAccessKeyId: made.AccessKeyId,
    });
    expect(ok(await findKey(store, seal, made.AccessKeyId!)).status).toBe('Inactive');
    expect(ok(await findKey(store, seal, second.AccessKeyId!))).toMatchObject({
      status: 'Active',
      secret: second.AccessKeySecret,
    });
    const third = ok(await rotate(await asAdministrator(), second.AccessKeyId!));
    expect(third).toMatchObject({ AccountId: made.AccountId, DisabledAccessKeyId: second.AccessKeyId });
    // A disabled key may be replaced too: it stays disabled.
    expect(ok(await rotate(await asAdministrator(), second.AccessKeyId!)).AccountId).toBe(made.AccountId);
  });

  it('are deleted when they are disabled', async () => {
    const made = await newAccount('omicron');
    const own = await callOf(made.AccessKeyId!);
    const second = ok(await create(own)).AccessKeyId!;
    expect(codeOf(await remove(own, second))).toBe('OperationDenied UserAccessKeyId');
    await disable(own, second);
    expect(codeOf(await remove(own, second))).toBe('done');
    expect(await findKey(store, seal, second)).toBeUndefined();
    expect(codeOf(await remove(own, second))).toBe('InvalidAccessKeyId.NotFound UserAccessKeyId');
  });
});

describe('accounts that nobody needs any more', () => {
  const handle = async (action: 'DisableAccount' | 'EnableAccount' | 'DeleteAccount', AccountName: string) =>
    codeOf(await accountHandlers[`Yunlan.${action}`](await asAdministrator(), { AccountName }));

  it('are switched off and on; not the administrator’s', async () => {
    const made = await newAccount('pi');
    expect(await handle('DisableAccount', 'pi')).toBe('done');
    expect(ok(await findKey(store, seal, made.AccessKeyId!)).status).toBe('AccountInactive');
    const { Accounts } = ok(await accountHandlers['Yunlan.ListAccounts'](await asAdministrator(), {}));
    expect(Accounts?.Account?.find(({ AccountName }) => AccountName === 'pi')).toMatchObject({ Status: 'Inactive' });
    expect(await handle('EnableAccount', 'pi')).toBe('done');
    expect(ok(await findKey(store, seal, made.AccessKeyId!)).status).toBe('Active');
    expect(await handle('DisableAccount', 'admin')).toBe('OperationDenied AccountName');
    for (const action of ['DisableAccount', 'EnableAccount', 'DeleteAccount'] as const) {
      expect(await handle(action, 'nobody')).toBe('InvalidAccountId.NotFound AccountName');
    }
  });

  it('go with their keys, their name is free again, their history stays', async () => {
    const made = await newAccount('rho');
    expect(await handle('DeleteAccount', 'rho')).toBe('done');
    expect(await findKey(store, seal, made.AccessKeyId!)).toBeUndefined();
    const again = await newAccount('rho');
    expect(again.AccountId).not.toBe(made.AccountId);
    const lines = await store.read((reader) => reader.find('journal', { resource_id: made.AccountId! }));
    expect(lines.map((line) => line.action)).toEqual(['Yunlan.CreateAccount', 'Yunlan.DeleteAccount']);
    expect(await handle('DeleteAccount', 'admin')).toBe('OperationDenied AccountName');
  });

  it('stay while they have anything, in whatever table', async () => {
    const made = await newAccount('sigma');
    await store.write({ scope: ['test'] }, (tx) =>
      tx.insert('tag', { account_id: made.AccountId!, resource_kind: 'vpc', resource_id: 'v', key: 'k', value: '' }),
    );
    const denied = await accountHandlers['Yunlan.DeleteAccount'](await asAdministrator(), { AccountName: 'sigma' });
    expect(denied).toMatchObject({ code: 'DependencyViolation', message: expect.stringContaining('tag 1') });
    expect(await findKey(store, seal, made.AccessKeyId!)).toBeDefined();
    const owned = await store.read((reader) => reader.owned(made.AccountId!));
    const tables = Object.keys(COLUMNS).filter((table) => 'account_id' in COLUMNS[table as keyof typeof COLUMNS]);
    expect([...owned.keys()].sort()).toEqual(tables.sort());
  });
});

describe('the clock', () => {
  const move = async (input: { Time?: string; Seconds?: number; Reset?: boolean }, more?: Partial<CallFacts>) =>
    accountHandlers['Yunlan.MoveClock'](await asAdministrator(more), input);
  const kept = () => store.read(keptOffset);

  it('moves, is kept and goes back', async () => {
    expect(await accountHandlers['Yunlan.GetClock'](await asAdministrator(), {})).toEqual({
      Time: '2026-11-01T00:00:00Z',
      OffsetMilliseconds: 0,
    });
    const moved = { Time: '2026-11-02T00:00:00Z', OffsetMilliseconds: 86_400_000 };
    expect(await move({ Seconds: 86_400 })).toEqual(moved);
    expect(await accountHandlers['Yunlan.GetClock'](await asAdministrator(), {})).toEqual(moved);
    expect(parts.clock.now()).toBe(START + 86_400_000);
    expect(await kept()).toBe(86_400_000);
    expect(await move({ Time: '2030-01-01T00:00:00Z' })).toMatchObject({ Time: '2030-01-01T00:00:00Z' });
    expect(await move({ Reset: true })).toEqual({ Time: '2026-11-01T00:00:00Z', OffsetMilliseconds: 0 });
    expect(await kept()).toBe(0);
  });

  it('adds up moves at the same time', async () => {
    await Promise.all(Array.from({ length: 10 }, () => move({ Seconds: 1 })));
    expect([parts.clock.offset, await kept()]).toEqual([10_000, 10_000]);
    await move({ Reset: true });
  });

  it('moves once for a token', async () => {
    await move({ Seconds: 5 }, { clientToken: 'clock' });
    await move({ Seconds: 7 });
    await move({ Seconds: 5 }, { clientToken: 'clock' });
    expect([parts.clock.offset, await kept()]).toEqual([12_000, 12_000]);
    await move({ Reset: true });
  });

  it('stays where it is when the move is refused', async () => {
    await move({ Seconds: 5 });
    expect(codeOf(await move({}))).toBe('MissingParameter Time');
    expect(codeOf(await move({ Time: 'noon' }))).toBe('InvalidClock.Malformed Time');
    expect(codeOf(await move({ Seconds: 1 }, { dryRun: true }))).toBe('DryRunOperation -');
    expect([parts.clock.offset, await kept()]).toEqual([5_000, 5_000]);
    await move({ Reset: true });
  });
});

describe('the server', () => {
  const describeServer = async (call: Call) => ok(await accountHandlers['Yunlan.DescribeServer'](call, {}));

  it('tells what it is, and whose networks are behind to whom they belong', async () => {
    const one = await callOf((await newAccount('kappa')).AccessKeyId!);
    const two = await callOf((await newAccount('lambda')).AccessKeyId!);
    await store.write({ scope: ['test'] }, async (tx) => {
      for (const [id, call] of [
        ['vpc-one', one],
        ['vpc-two', two],
      ] as const) {
        await tx.insert('vpc', {
          id,
          account_id: call.caller.accountId,
          region_id: 'cn-hangzhou',
          name: '',
          description: '',
          cidr: '10.0.0.0/8',
          status: 'Pending',
          is_default: false,
          dns_hostname: false,
          vrouter_id: '',
          resource_group_id: '',
          created_at: START,
        });
        await tx.touch(id, 'cn-hangzhou');
      }
    });
    const all = await describeServer(await asAdministrator());
    expect(all).toEqual({
      Version: '1.2.3',
      Driver: 'simulated',
      RealPackets: false,
      RegionId: 'cn-hangzhou',
      StartTime: '2026-11-01T00:00:00Z',
      Pid: 42,
      NetworksBehind: ['vpc-one', 'vpc-two'],
    });
    expect((await describeServer(one)).NetworksBehind).toEqual(['vpc-one']);
    await store.write({ scope: ['test'] }, (tx) =>
      tx.update('network_state', { network_id: 'vpc-one' }, { realized: 1 }),
    );
    expect((await describeServer(one)).NetworksBehind).toEqual([]);
    expect((await describeServer(two)).NetworksBehind).toEqual(['vpc-two']);
  });
});

describe('GetInstanceLog', () => {
  it('gives the end of the console of the caller’s own instance, by id or name', async () => {
    const made = await newAccount('mu');
    const other = await callOf((await newAccount('nu')).AccessKeyId!);
    const own = await callOf(made.AccessKeyId!);
    await store.write({ scope: ['test'] }, async (tx) => {
      const where = { account_id: made.AccountId!, region_id: 'cn-hangzhou', created_at: START, description: '' };
      const vpc = { vpc_id: 'vpc-mu', zone_id: 'cn-hangzhou-h', resource_group_id: '' };
      await tx.insert('vpc', {
        ...where,
        id: 'vpc-mu',
        name: '',
        cidr: '10.0.0.0/8',
        status: 'Available',
        is_default: false,
        dns_hostname: false,
        vrouter_id: '',
        resource_group_id: '',
      });
      const { resource_group_id: _, ...place } = vpc;
      const available = { status: 'Available', is_default: false, cursor: '' } as const;
      await tx.insert('vswitch', { ...where, ...place, ...available, id: 'vsw-mu', name: '', cidr: '10.0.0.0/16' });
      await tx.insert('instance', {
        ...where,
        ...vpc,
        id: 'i-mu',
        vswitch_id: 'vsw-mu',
        name: 'web',
        host_name: '',
        instance_type: '',
        image_id: '',
        status: 'Running',
        wanted: 'Running',
        boot_wanted: 1,
        boot_realized: 1,
        force_stop: false,
        user_data: '',
        deletion_protection: false,
        stopped_mode: 'Not-applicable',
        echoed: {},
        failure: '',
        failed_at: null,
        started_at: null,
      });
    });
    const log = (call: Call, Instance: string, Tail = 65_536) =>
      accountHandlers['Yunlan.GetInstanceLog'](call, { Instance, Tail });
    expect(await log(own, 'i-mu')).toEqual({ InstanceId: 'i-mu', Log: 'i-mu said i-mu said i-mu said ' });
    expect(await log(own, 'web', 5)).toEqual({ InstanceId: 'i-mu', Log: 'said ' });
    for (const [call, name] of [
      [own, 'none'],
      [other, 'i-mu'],
      [other, 'web'],
    ] as const) {
      expect(codeOf(await log(call, name))).toBe('InvalidInstanceId.NotFound Instance');
    }
  });
});
