/**
 * Numbers for Prometheus: requests, the store, the reconciler, what there is, the process. No label and no number says
 * anything of a single account.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Reader, Store } from '../store/port.ts';
import { steadyClock } from '../values/clock.ts';
import { EDGE } from '../values/public-edge.ts';
import type { RequestRecord } from '../values/request-record.ts';
import { Lag } from './lag.ts';

export interface MetricsOptions {
  readonly store: Store;
  readonly version: string;
  readonly driver: string;
  /** Records of requests that wait to be written. */
  readonly recordsWaiting: () => number;
}

/** A piece of work of the reconciler. */
interface Work {
  readonly kind: string;
  readonly milliseconds: number;
  readonly failed: boolean;
}

export interface Metrics {
  request(record: RequestRecord): void;
  worked(work: Work): void;
  /** In the form that Prometheus reads. */
  text(): Promise<{ readonly type: string; readonly body: string }>;
  close(): void;
}

/** Seconds, from what a read takes to what a person no longer waits for. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const COMMIT_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1];
const WORK_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** Milliseconds after a change in which networks that are behind are looked at once. */
const LOOK_AFTER = 100;

const INSTANCE_STATUSES = ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'] as const;
const EIP_STATUSES = ['Available', 'Associating', 'InUse', 'Unassociating'] as const;

export function createMetrics({ store, version, driver, recordsWaiting }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const lag = new Lag();

  const requests = new Counter({
    name: 'yunlan_requests_total',
    help: 'Requests to the API, by action and by outcome: OK or the code of the refusal.',
    labelNames: ['action', 'outcome'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'yunlan_request_seconds',
    help: 'Time from the arrival of a request to its answer; of a stream to its beginning.',
    labelNames: ['action'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const commitSeconds = new Histogram({
    name: 'yunlan_store_commit_seconds',
    help: 'Time that the database took to make a transaction durable.',
    buckets: COMMIT_SECONDS,
    registers,
  });
  const writes = new Counter({
    name: 'yunlan_store_writes_total',
    help: 'Writes that were in those transactions.',
    registers,
  });
  const workSeconds = new Histogram({
    name: 'yunlan_reconciler_work_seconds',
    help: 'Time that the reconciler worked on a network, an instance, or settled public addresses.',
    labelNames: ['kind'],
    buckets: WORK_SECONDS,
    registers,
  });
  const workFailures = new Counter({
    name: 'yunlan_reconciler_failures_total',
    help: 'Pieces of work that failed; they are tried again.',
    labelNames: ['kind'],
    registers,
  });
  const lagSeconds = gauge(
    'yunlan_reconciler_lag_seconds',
    'Time since the network that waits longest got anywhere; 0 when none is behind.',
  );
  const networks = gauge('yunlan_networks', 'Networks, by whether reality is what was answered.', 'state');
  const interfaces = gauge('yunlan_network_interfaces', 'Network interfaces: ports of networks.');
  const instances = gauge('yunlan_instances', 'Instances, by status.', 'status');
  const addresses = gauge('yunlan_public_addresses', 'Elastic public addresses, by status.', 'status');
  const waiting = gauge('yunlan_records_waiting', 'Records of requests that are not written yet.');
  gauge('yunlan_info', 'Always 1.', 'version', 'driver').set({ version, driver }, 1);

  function gauge(name: string, help: string, ...labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers });
  }

  const endTransactions = store.onTransaction((transaction) => {
    commitSeconds.observe(transaction.milliseconds / 1000);
    writes.inc(transaction.writes);
  });
  // Looked at after changes too, so that it is known when a network fell behind, however seldom somebody asks.
  let due: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => lag.look(await store.read((reader) => reader.behind()), steadyClock.now());
  const endCommits = store.onCommit(() => {
    due ??= setTimeout(() => {
      due = undefined;
      // A store that cannot be read shows elsewhere.
      look().catch(() => {});
    }, LOOK_AFTER).unref();
  });

  async function readState(reader: Reader): Promise<void> {
    const behind = await reader.behind();
    lag.look(behind, steadyClock.now());
    lagSeconds.set(lag.longest(steadyClock.now()) / 1000);
    const late = new Set(behind.map((network) => network.network_id));
    late.delete(EDGE);
    const all = (await reader.count('network_state', { deleted: false })) - (await edges(reader));
    const gone = behind.filter(({ network_id, deleted }) => deleted && network_id !== EDGE).length;
    networks.set({ state: 'behind' }, late.size);
    networks.set({ state: 'realized' }, all + gone - late.size);
    interfaces.set(await reader.count('network_interface', {}));
    for (const status of INSTANCE_STATUSES) instances.set({ status }, await reader.count('instance', { status }));
    for (const status of EIP_STATUSES) addresses.set({ status }, await reader.count('eip', { status }));
  }

  let ofProcess = false;
  return {
    request({ action = 'none', code, milliseconds }) {
      requests.inc({ action, outcome: code });
      requestSeconds.observe({ action }, milliseconds / 1000);
    },
    worked({ kind, milliseconds, failed }) {
      workSeconds.observe({ kind }, milliseconds / 1000);
      if (failed) workFailures.inc({ kind });
    },
    async text() {
      // Its observers cannot be taken back, so they are set up only where somebody looks.
      if (!ofProcess) collectDefaultMetrics({ register: registry });
      ofProcess = true;
      waiting.set(recordsWaiting());
      await store.read(readState);
      return { type: registry.contentType, body: await registry.metrics() };
    },
    close() {
      endTransactions();
      endCommits();
      clearTimeout(due);
    },
  };
}

/** The public edge has a state of its own and is no network of anybody. */
function edges(reader: Reader): Promise<number> {
  return reader.count('network_state', { network_id: EDGE, deleted: false });
}
