/**
 * The composition root of a running server: store, driver, reconciler, handlers and gateway, put together and started in
 * the order in which they need each other. Nothing else knows all parts.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSimulatedDriver } from './drivers/simulated/driver.ts';
import { openNonceJournal } from './gateway/nonce-journal.ts';
import { createGateway, DEFAULT_RATES, type Gateway, type Rates, type TlsIdentity } from './gateway/server.ts';
import { administratorKey, ensureAdministrator, findSigner } from './network/account/keys.ts';
import { makeCall, type Parts } from './network/call.ts';
import { callHandler, createHandlers } from './network/handlers.ts';
import { execTarget } from './network/instance/exec.ts';
import { DEFAULT_QUOTAS, type Quotas } from './network/quotas.ts';
import { createRegions } from './network/region/regions.ts';
import { createMetrics } from './observe/metrics.ts';
import { RequestLog } from './observe/request-log.ts';
import { keepHistoryShort } from './observe/retention.ts';
import { type StatusFacts, statusPage } from './observe/status-page.ts';
import type { Driver } from './realize/driver.ts';
import { flowAllowed } from './realize/path/flow.ts';
import { REASONS } from './realize/path/path.ts';
import { createPathAnalyser } from './realize/path-analyser.ts';
import { Reconciler } from './realize/reconciler.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/port.ts';
import { openSeal } from './store/seal.ts';
import { formatCidr } from './values/cidr.ts';
import { type Clock, MovableClock, systemClock } from './values/clock.ts';
import { formatIpv4, fromSortableIpv4 } from './values/ip.ts';
import type { Log } from './values/log.ts';
import { DEFAULT_PUBLIC_EDGE, EDGE, givableAddresses, type PublicEdge } from './values/public-edge.ts';
import { type Random, systemRandom } from './values/random.ts';
import { isRefusal } from './values/refusal.ts';
import { VERSION } from './version.ts';

/** The store's file in the data directory. */
export const STORE_FILE = 'yunlan.db';

export interface ServerOptions {
  /** Directory of everything that is kept; made when absent, readable by its owner alone. */
  readonly dataDir: string;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** `linux` moves real packets, `simulated` none. */
  readonly driver: 'linux' | 'simulated';
  readonly log: Log;
  /** Region of requests that name none; cn-hangzhou when absent. */
  readonly defaultRegionId?: string;
  /** Host names besides loopback that requests may carry in their Host header. */
  readonly allowedHosts?: readonly string[];
  /** HTTPS with this identity; plain HTTP when absent. */
  readonly tls?: TlsIdentity | undefined;
  /** Whether instances may have names of the world outside answered, by the machine's own resolvers. Not, when absent. */
  readonly allowEgress?: boolean;
  readonly quotas?: Partial<Quotas>;
  /** How often an account may call an action; the default when absent. */
  readonly rates?: Rates | undefined;
  /** Pool of public addresses and the host outside; the defaults where absent. */
  readonly publicEdge?: Partial<PublicEdge>;
  /** Whether this machine's own network is linked to the public edge; root alone may. Not, when absent. */
  readonly uplink?: boolean;
  /** For tests: real time, randomness, a driver made elsewhere, a store opened elsewhere (it is closed with the server). */
  readonly clock?: Clock;
  readonly random?: Random;
  readonly driverMade?: Driver;
  readonly storeMade?: Store;
  /** Milliseconds between passes of the reconciler that nobody asked for. */
  readonly reconcileInterval?: number;
  /** Milliseconds in which each network is looked at once for what somebody else has changed in it. */
  readonly verifyInterval?: number;
  /** Milliseconds between two looks for requests to record. */
  readonly recordInterval?: number;
}

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** `http://HOST:PORT`, or https. */
  readonly endpoint: string;
  readonly regionId: string;
  readonly driver: string;
  readonly realPackets: boolean;
  /** A key of the administrator, for the person who started the server. */
  readonly administratorKey: { readonly accessKeyId: string; readonly accessKeySecret: string };
  readonly store: Store;
  readonly reconciler: Reconciler;
  /** Answers a request without a socket, for tests. */
  readonly inject: Gateway['inject'];
  /** Shows this identity on connections from now on; only where TLS is spoken. */
  readonly renewTls: Gateway['renewTls'];
  /** Stops serving. With `endGuests` instances and networks end too (their disks stay); else they run on. */
  close(options: { readonly endGuests: boolean }): Promise<void>;
}

/** Starts everything; resolves when requests are answered. What was begun is undone when a later step fails. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, log } = options;
  const realClock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const regionId = options.defaultRegionId ?? 'cn-hangzhou';
  await mkdir(dataDir, { recursive: true, mode: 0o700 });

  const undo: (() => Promise<void>)[] = [];
  try {
    const store = options.storeMade ?? (await openStore({ path: join(dataDir, STORE_FILE) }));
    undo.push(() => store.close());
    const seal = await openSeal(join(dataDir, 'seal.key'));
    const clock = new MovableClock(realClock, await clockOffset(store));
    await ensureAdministrator(store, seal, clock, random);
    const requests = new RequestLog({ store, clock: realClock, log, interval: options.recordInterval });
    undo.push(() => requests.close());
    const endRetention = keepHistoryShort({ store, clock: realClock, ruleClock: clock, log });
    undo.push(endRetention);

    const publicEdge = { ...DEFAULT_PUBLIC_EDGE, ...options.publicEdge };
    await requirePoolOfAddresses(store, publicEdge);

    const driver = options.driverMade ?? (await makeDriver(options, publicEdge));
    await driver.open();
    undo.push(() => driver.release());
    const names = await makeNames(driver, store, random, options);
    undo.push(async () => names?.service.close());
    const interval = options.reconcileInterval;
    const recordsWaiting = () => requests.waiting;
    const metrics = createMetrics({ store, version: VERSION, driver: driver.name, recordsWaiting });
    undo.push(async () => metrics.close());
    const reconciler = new Reconciler({
      store,
      driver: names ? { ...driver, network: names.network } : driver,
      publicEdge,
      clock: realClock,
      log,
      ...(interval ? { interval } : {}),
      ...(options.verifyInterval ? { verifyInterval: options.verifyInterval } : {}),
      worked: metrics.worked,
    });
    await reconciler.start();
    undo.push(() => reconciler.stop());

    const parts: Parts = {
      store,
      clock,
      random,
      regions: createRegions(),
      quotas: { ...DEFAULT_QUOTAS, ...options.quotas },
      publicEdge,
      seal,
      requests,
      guests: { log: (instanceId, bytes) => driver.compute.log(instanceId, bytes) },
      paths: {
        ...createPathAnalyser({ store, publicEdge, uplink: options.uplink ?? false }),
        reasons: REASONS,
        ...(driver.prober ? { prober: driver.prober } : {}),
      },
      server: {
        version: VERSION,
        driver: driver.name,
        realPackets: driver.realPackets,
        startedAt: realClock.now(),
        pid: process.pid,
      },
    };
    const handlers = createHandlers();
    let endpoint = '';
    const gateway = createGateway({
      dispatch: (key, facts, input) => callHandler(handlers, key, makeCall(key, facts, parts), input),
      stream: async (key, facts, input, open) => {
        const target = await execTarget(makeCall(key, facts, parts), input);
        if (isRefusal(target)) return target;
        const { onResize, ...streams } = open();
        const terminal = target.terminal && { ...target.terminal, onResize };
        return driver.compute.exec(target.instanceId, target.command, { ...streams, terminal });
      },
      findKey: (accessKeyId, token) => findSigner(store, seal, accessKeyId, token),
      clock: realClock,
      random,
      log,
      defaultRegionId: regionId,
      allowedHosts: options.allowedHosts ?? [],
      tls: options.tls,
      rates: options.rates ?? DEFAULT_RATES,
      concluded: (record) => {
        requests.note(record);
        metrics.request(record);
      },
      metrics: metrics.text,
      problems: () => problemsOf(store, requests),
      nonces: openNonceJournal({ path: join(dataDir, 'nonces'), now: realClock.now() }),
      statusPage: () =>
        currentStatus(store, {
          version: VERSION,
          endpoint,
          regionId,
          driver: driver.name,
          realPackets: driver.realPackets,
        }),
    });
    const address = await gateway.listen({ host: options.host, port: options.port });
    endpoint = urlOf(address, options.tls !== undefined);
    const key = await administratorKey(store, seal);
    return {
      ...address,
      endpoint,
      regionId,
      driver: driver.name,
      realPackets: driver.realPackets,
      administratorKey: { accessKeyId: key.accessKeyId, accessKeySecret: key.accessKeySecret },
      store,
      reconciler,
      inject: gateway.inject,
      renewTls: gateway.renewTls,
      async close({ endGuests }) {
        await gateway.close();
        await reconciler.stop();
        await names?.service.close();
        metrics.close();
        await endRetention();
        await requests.close();
        if (endGuests) await driver.shutdown();
        else await driver.release();
        await store.close();
      },
    };
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    throw error;
  }
}

async function makeDriver(options: ServerOptions, publicEdge: PublicEdge): Promise<Driver> {
  const { dataDir, log, uplink } = options;
  if (options.driver === 'simulated') {
    const { undoMachineUplink } = await import('./drivers/linux/machine-uplink.ts');
    await undoMachineUplink(dataDir, log);
    return createSimulatedDriver();
  }
  const { createLinuxDriver } = await import('./drivers/linux/driver.ts');
  return createLinuxDriver({ dataDir, log, flowAllowed, ...(uplink ? { uplink: publicEdge } : {}) });
}

/** Throws when an address was given out that a pool chosen since does not hold: it would lead nowhere. */
async function requirePoolOfAddresses(store: Store, { pool }: PublicEdge): Promise<void> {
  const eips = await store.read((reader) => reader.find('eip', {}));
  const ranges = givableAddresses(pool);
  for (const { id, address: text } of eips) {
    const address = fromSortableIpv4(text);
    if (ranges.some(({ first, last }) => first <= address && address <= last)) continue;
    const blocks = pool.map(formatCidr).join(', ');
    throw new Error(`the pool ${blocks} does not hold ${formatIpv4(address)} of ${id}: name the former --public-pool`);
  }
}

/** Resolvers in the networks of the driver; undefined where no packet could ask them. */
async function makeNames(driver: Driver, store: Store, random: Random, { log, allowEgress }: ServerOptions) {
  if (!driver.doors) return undefined;
  const { openNames, withNames } = await import('./guest/open.ts');
  const hostResolvers = () => readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  const { doors } = driver;
  const service = openNames({ doors, store, random, log, ...(allowEgress ? { hostResolvers } : {}) });
  return { service, network: withNames(driver.network, service) };
}

/** Milliseconds by which the clock that rules see was moved. */
async function clockOffset(store: Store): Promise<number> {
  const row = await store.read((reader) => reader.get('setting', { name: 'clock_offset' }));
  return row ? Number(row.value) : 0;
}

function urlOf({ host, port }: { readonly host: string; readonly port: number }, secure: boolean): string {
  return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What keeps this server from answering rightly. Told to anybody, so the words say little; the log has the rest. */
async function problemsOf(store: Store, requests: RequestLog): Promise<string[]> {
  const readable = await store
    .read((reader) => reader.get('setting', {}))
    .then(
      () => true,
      () => false,
    );
  return [
    ...(readable ? [] : ['the store cannot be read']),
    ...(requests.failing ? ['the store cannot be written'] : []),
  ];
}

/** The status page with what holds now. */
async function currentStatus(store: Store, facts: Omit<StatusFacts, 'networks' | 'instances'>): Promise<string> {
  return store.read(async (reader) => {
    const states = await reader.find('network_state', { deleted: false });
    const networks = states.filter((state) => state.network_id !== EDGE);
    const instances: { [status: string]: number } = {};
    for (const status of ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'] as const) {
      const count = await reader.count('instance', { status });
      if (count > 0) instances[status] = count;
    }
    const realized = networks.filter((network) => network.realized === network.wanted).length;
    return statusPage({ ...facts, networks: { realized, all: networks.length }, instances });
  });
}
