/** What machines that watch this one are told: alive, ready, in numbers. And that it says nothing of any account. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatedDriver } from '../../src/drivers/simulated/driver.ts';
import { startServer } from '../../src/server.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/port.ts';
import { type Log, silentLog } from '../../src/values/log.ts';
import { Gate } from './gate.ts';
import { type Body, type Client, type Region, startRegion } from './harness.ts';

const gate = new Gate();
let region: Region;
let alice: Client;
beforeAll(async () => {
  region = await startRegion({ failures: gate.pass });
  alice = await region.account('alice-the-tenant');
});
afterAll(() => region.close());

const get = async (path: string, endpoint = region.endpoint) => {
  const response = await fetch(`${endpoint}${path}`);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

/** Samples by name with their labels in order. Throws on a line that is none: what Prometheus would refuse. */
function samplesIn(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-zA-Z_:][\w:]* ./.test(line)) continue;
    const match = /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/.exec(line);
    if (!match) throw new Error(`no sample: ${line}`);
    const value = match[2] === '+Inf' ? Number.POSITIVE_INFINITY : Number(match[2]);
    // A mean of nothing is none.
    if (match[2]!.toLowerCase() !== 'nan') expect(value, line).not.toBeNaN();
    samples.set(match[1]!, value);
  }
  return samples;
}

const metrics = async () => samplesIn((await get('/metrics')).text);
const value = async (name: string): Promise<number> => (await metrics()).get(name) ?? 0;

describe('/health and /ready', () => {
  it('answer while requests are', async () => {
    expect(await get('/health')).toMatchObject({ status: 200, text: '{"status":"alive"}' });
    const ready = await get('/ready');
    expect(ready).toMatchObject({ status: 200, text: '{"ready":true,"problems":[]}' });
    expect(ready.type).toBe('application/json;charset=utf-8');
  });

  it.each(['/health', '/ready', '/metrics'])('%s is for GET, by a name of this machine alone', async (path) => {
    const post = await fetch(`${region.endpoint}${path}`, { method: 'POST' });
    expect([post.status, ((await post.json()) as Body).Code]).toEqual([403, 'UnsupportedHTTPMethod']);
    const rebound = await region.server.inject({ url: path, headers: { host: 'evil.example' } });
    expect(rebound.json().Code).toBe('Forbidden.HostNotAllowed');
  });

  it('tell what is wrong, in few words', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'yunlan-ready-'));
    const store = await openStore({ path: join(dataDir, 'yunlan.db') });
    let broken = false;
    const fails = () => Promise.reject(new Error(`${dataDir}: disk on fire`));
    const storeMade: Store = {
      ...store,
      read: (fn) => (broken ? fails() : store.read(fn)),
      write: (options, fn) => (broken ? fails() : store.write(options, fn)),
    };
    const server = await startServer({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      driver: 'simulated',
      driverMade: createSimulatedDriver(),
      storeMade,
      recordInterval: 20,
      log: silentLog,
    });
    try {
      expect((await get('/ready', server.endpoint)).status).toBe(200);
      broken = true;
      // Refused and to be recorded, which cannot be done.
      await get('/?Action=Nothing', server.endpoint);
      await expect
        .poll(async () => (await get('/ready', server.endpoint)).text)
        .toBe('{"ready":false,"problems":["the store cannot be read","the store cannot be written"]}');
      expect((await get('/ready', server.endpoint)).status).toBe(503);
      expect((await get('/health', server.endpoint)).status).toBe(200);
      expect((await get('/metrics', server.endpoint)).status).toBe(500);
      broken = false;
      await expect.poll(async () => (await get('/ready', server.endpoint)).status).toBe(200);
    } finally {
      broken = false;
      await server.close({ endGuests: true });
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('/metrics', () => {
  it('is what Prometheus reads, with every number that operations.md names', async () => {
    await alice.vpc();
    const page = await get('/metrics');
    expect([page.status, page.type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const names = new Set([...samplesIn(page.text).keys()].map((name) => name.replace(/\{.*$/, '')));
    for (const name of [
      'yunlan_requests_total',
      'yunlan_request_seconds_bucket',
      'yunlan_store_commit_seconds_count',
      'yunlan_store_writes_total',
      'yunlan_reconciler_work_seconds_sum',
      'yunlan_reconciler_lag_seconds',
      'yunlan_networks',
      'yunlan_network_interfaces',
      'yunlan_instances',
      'yunlan_public_addresses',
      'yunlan_records_waiting',
      'yunlan_info',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_seconds',
    ]) {
      expect(names, name).toContain(name);
    }
  });

  it('counts requests by action and outcome, throttled and unread ones too', async () => {
    const before = await metrics();
    const since = async (labels: string) => {
      const name = `yunlan_requests_total{${labels}}`;
      return (await metrics()).get(name)! - (before.get(name) ?? 0);
    };
    await alice.ok('Vpc', 'DescribeVpcs');
    await alice.ok('Vpc', 'DescribeVpcs');
    await alice.refused('Vpc', 'DeleteVpc', { VpcId: 'vpc-none' });
    await get('/?Action=Nothing');
    expect(await since('action="Vpc.DescribeVpcs",outcome="OK"')).toBe(2);
    expect(await since('action="Vpc.DeleteVpc",outcome="InvalidVpcId.NotFound"')).toBe(1);
    expect(await since('action="none",outcome="MissingParameter"')).toBe(1);
    const after = await metrics();
    const count = 'yunlan_request_seconds_count{action="Vpc.DescribeVpcs"}';
    expect(after.get(count)! - (before.get(count) ?? 0)).toBe(2);
    // Watching is not a request.
    expect(
      [...after.keys()].filter((name) => name.startsWith('yunlan_requests_total') && /metrics|health/.test(name)),
    ).toEqual([]);
  });

  it('counts what there is, and what is behind with for how long', async () => {
    const vpc = await alice.vpc();
    const vswitch = await alice.vswitch(vpc, '10.0.1.0/24');
    const group = await alice.group(vpc);
    const before = await metrics();
    const [id] = await alice.run(vswitch, group);
    await region.server.reconciler.settled();
    const after = await metrics();
    const gained = (name: string) => after.get(name)! - before.get(name)!;
    expect(gained('yunlan_instances{status="Running"}')).toBe(1);
    expect(gained('yunlan_network_interfaces')).toBe(1);
    expect(gained('yunlan_store_writes_total')).toBeGreaterThan(0);
    expect(gained('yunlan_reconciler_work_seconds_count{kind="network"}')).toBeGreaterThan(0);
    expect(after.get('yunlan_networks{state="behind"}')).toBe(0);
    expect(after.get('yunlan_reconciler_lag_seconds')).toBe(0);

    gate.hold('apply');
    await alice.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId: group,
      IpProtocol: 'tcp',
      PortRange: '80/80',
      SourceCidrIp: '10.0.0.0/8',
    });
    await expect.poll(() => value('yunlan_networks{state="behind"}')).toBe(1);
    await expect.poll(() => value('yunlan_reconciler_lag_seconds')).toBeGreaterThan(0);
    gate.letGo('apply');
    await expect.poll(() => value('yunlan_networks{state="behind"}')).toBe(0);
    expect(await value('yunlan_reconciler_lag_seconds')).toBe(0);
    expect(id).toMatch(/^i-/);
  });

  it('says nothing of any account', async () => {
    const { AccountId } = await alice.ok('Sts', 'GetCallerIdentity');
    const { VpcId } = await alice.ok('Vpc', 'CreateVpc', { VpcName: 'secret-name' });
    const told = `${(await get('/metrics')).text}${(await get('/ready')).text}${(await get('/health')).text}`;
    for (const word of [AccountId, VpcId, alice.key.accessKeyId, 'alice-the-tenant', 'secret-name', region.dataDir]) {
      expect(told).not.toContain(word);
    }
  });
});

describe('the log', () => {
  it('has a line for each request with its id, and none for those who watch', async () => {
    const lines: { level: string; facts: { readonly [name: string]: unknown }; message: string }[] = [];
    const at = (level: string) => (facts: object, message: string) => {
      lines.push({ level, facts: { ...facts }, message });
    };
    const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log };
    const dataDir = await mkdtemp(join(tmpdir(), 'yunlan-log-'));
    const server = await startServer({ dataDir, host: '127.0.0.1', port: 0, driver: 'simulated', log });
    try {
      const refused: Body = await (await fetch(`${server.endpoint}/?Action=Nothing`)).json();
      for (const path of ['/health', '/ready', '/metrics']) await get(path, server.endpoint);
      const requests = lines.filter(({ level, message }) => level === 'info' && message === 'request');
      expect(requests.map(({ facts }) => facts)).toMatchObject([
        { requestId: refused.RequestId, code: 'MissingParameter', status: 400, remote: '127.0.0.1' },
      ]);
    } finally {
      await server.close({ endGuests: true });
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
