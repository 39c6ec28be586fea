import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/port.ts';
import { type Log, silentLog } from '../values/log.ts';
import type { RequestRecord } from '../values/request-record.ts';
import { RequestLog, type WriteFacts } from './request-log.ts';
import { removeOld } from './retention.ts';

const NEVER = 3_600_000;
const DAY = 24 * 60 * 60 * 1000;

let folder: string;
let store: Store;
let requests: RequestLog;
let said: { facts: { readonly [name: string]: unknown }; message: string }[];
const log: Log = {
  ...silentLog,
  warn: (facts, message) => said.push({ facts, message }),
  error: (facts, message) => said.push({ facts, message }),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yunlan-requests-'));
  store = await openStore({ path: join(folder, 'test.db'), synchronous: 'NORMAL' });
  said = [];
  requests = new RequestLog({ store, log, clock: { now: () => 5000 }, interval: NEVER });
});
afterEach(async () => {
  await requests.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const record = (requestId: string, more: Partial<RequestRecord> = {}): RequestRecord => ({
  requestId,
  at: 1000,
  accountId: '1',
  accessKeyId: 'LTAI',
  action: 'Vpc.DescribeVpcs',
  regionId: 'cn-hangzhou',
  code: 'OK',
  status: 200,
  remote: '127.0.0.1',
  milliseconds: 2,
  ...more,
});
const facts = (requestId: string): WriteFacts => ({
  requestId,
  caller: { accountId: '1', accessKeyId: 'LTAI' },
  action: 'Vpc.CreateVpc',
  regionId: 'cn-hangzhou',
  remote: '127.0.0.1',
  receivedAt: 4000,
});
const kept = async () =>
  (await store.read((reader) => reader.find('request', {}))).map((row) => [row.request_id, row.code]);

/** A change as a handler makes it. */
async function change(id: string, outcome: 'done' | 'throws'): Promise<void> {
  await store.write({ scope: ['test'] }, async (tx) => {
    await requests.within(tx, facts(id));
    if (outcome === 'throws') throw new Error('rolled back');
  });
  requests.stands(id);
}

describe('the record of requests', () => {
  it('has what changed something together with the change, once', async () => {
    await change('a', 'done');
    // A request may change things in two steps.
    await change('a', 'done');
    expect(await kept()).toEqual([['a', 'OK']]);
    requests.note(record('a'));
    await requests.flush();
    expect(await kept()).toEqual([['a', 'OK']]);
    const [row] = await store.read((reader) => reader.find('request', {}));
    expect(row).toMatchObject({ action: 'Vpc.CreateVpc', at: 4000, milliseconds: 1000, status: 200 });
  });

  it('has nothing of a change that was rolled back but its failure', async () => {
    await expect(change('a', 'throws')).rejects.toThrow('rolled back');
    expect(await kept()).toEqual([]);
    requests.note(record('a', { code: 'InternalError', status: 500 }));
    await requests.flush();
    expect(await kept()).toEqual([['a', 'InternalError']]);
  });

  it('has a change that was answered otherwise twice', async () => {
    await change('a', 'done');
    requests.note(record('a', { code: 'InternalError', status: 500 }));
    await requests.flush();
    expect(await kept()).toEqual([
      ['a', 'OK'],
      ['a', 'InternalError'],
    ]);
  });

  it('has reads after a flush, in their order, also those noted while one runs', async () => {
    for (let at = 0; at < 450; at += 1) requests.note(record(String(at)));
    const first = requests.flush();
    requests.note(record('late'));
    const second = requests.flush();
    await Promise.all([first, second]);
    expect((await kept()).map(([id]) => id)).toEqual([...Array.from({ length: 450 }, (_, at) => String(at)), 'late']);
  });

  it('holds texts of any length and nobody for a signer', async () => {
    const nobody = { accountId: undefined, accessKeyId: undefined, action: undefined, regionId: 'x'.repeat(100_000) };
    requests.note(record('a', nobody));
    await requests.flush();
    const [row] = await store.read((reader) => reader.find('request', {}));
    expect(row).toMatchObject({ account_id: '', access_key_id: '', action: '', region_id: 'x'.repeat(64) });
  });

  it('keeps what cannot be written and says so once; then loses the oldest and says how many', async () => {
    const failing = { ...store, write: () => Promise.reject(new Error('disk full')) } as Store;
    const small = new RequestLog({ store: failing, log, clock: { now: () => 0 }, interval: NEVER, mostWaiting: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) small.note(record(id));
    await small.flush();
    await small.flush();
    expect(said.map(({ message }) => message)).toEqual([
      'requests could not be recorded; they are kept and tried again',
      'requests were not recorded: more came than could be written',
    ]);
    expect(said[1]!.facts).toEqual({ requests: 2 });
    Object.assign(failing, { write: store.write });
    await small.close();
    expect((await kept()).map(([id]) => id)).toEqual(['c', 'd', 'e']);
  });
});

describe('old history', () => {
  const clocks = (now: number, ruleNow = now) => ({
    store,
    log,
    clock: { now: () => now },
    ruleClock: { now: () => ruleNow },
  });
  const entry = { request_id: 'r', account_id: '1', action: 'Vpc.CreateVpc', network_id: '', resource_id: '' };
  const changes = (times: readonly number[]) =>
    store.write({ scope: ['test'] }, async (tx) => {
      for (const at of times) await tx.journal({ ...entry, at });
    });
  const left = () => store.read(async (reader) => (await reader.find('journal', {})).map((row) => row.at));

  it('goes beyond its number and beyond its age, whatever there is of it', async () => {
    for (let at = 0; at < 1700; at += 1) requests.note(record(String(at), { at }));
    await requests.flush();
    const keptRows = { rows: 1100, milliseconds: DAY };
    await removeOld({ ...clocks(1700), kept: { request: keptRows } });
    const rows = () => store.read((reader) => reader.find('request', {}));
    expect([(await rows()).length, (await rows())[0]!.at]).toEqual([1100, 600]);
    await removeOld({ ...clocks(1700 + DAY), kept: { request: keptRows } });
    expect(await rows()).toEqual([]);
    await removeOld(clocks(1700 + DAY));
  });

  it('stays as it is within both', async () => {
    await changes([1, 2, 3]);
    await removeOld({ ...clocks(DAY), kept: { journal: { rows: 3, milliseconds: DAY } } });
    expect(await left()).toEqual([1, 2, 3]);
  });

  it('of changes is not taken for old because the clock of rules was moved', async () => {
    const journal = { rows: 100, milliseconds: 10 * DAY };
    const now = 1000 * DAY;
    await changes([now - 2 * DAY, now + 500 * DAY, now - 1]);
    await removeOld({ ...clocks(now, now + 500 * DAY), kept: { journal } });
    expect(await left()).toHaveLength(3);
    await changes([5 * DAY]);
    await removeOld({ ...clocks(now, 6 * DAY), kept: { journal } });
    expect(await left()).toHaveLength(4);
    await removeOld({ ...clocks(now + 9 * DAY), kept: { journal } });
    expect(await left()).toEqual([now + 500 * DAY, now - 1]);
  });
});
