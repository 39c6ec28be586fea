/** `up`: starts a daemon, here or detached, and says where it is. */
import { resolve } from 'node:path';
import type { DriverWish } from '../../daemon/choice.ts';
import { startDetached } from '../../daemon/detach.ts';
import { Failure, lineOf } from '../../daemon/failure.ts';
import { installLine, installPackages, packagesOf } from '../../daemon/packages.ts';
import { missingPrograms } from '../../daemon/programs.ts';
import { type Daemon, type Ready, requireUplinkPossible, type ServeOptions, serve } from '../../daemon/serve.ts';
import type { TlsWish } from '../../daemon/tls.ts';
import { type Cidr, formatCidr } from '../../values/cidr.ts';
import { printLine, tell } from '../output.ts';
import type { Parts } from '../parts.ts';
import { withProgress } from '../progress.ts';
import { readRates } from '../rates.ts';
import type { SharedOptions } from '../shared-options.ts';

export interface UpOptions {
  readonly port: number;
  readonly host: string;
  readonly driver: DriverWish;
  readonly allowEgress: boolean;
  readonly publicPool?: Cidr;
  readonly uplink: boolean;
  readonly tls: boolean;
  /** Paths; both or none. */
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly throttle?: readonly string[];
  readonly detach: boolean;
  readonly json: boolean;
}

/** Variables that a detached daemon may see. */
const PASSED_ON = ['HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'NODE_COMPILE_CACHE'];

export async function up(options: UpOptions, shared: SharedOptions, parts: Parts): Promise<number> {
  if (options.detach) {
    announce(await startRegion(options, shared, parts), options);
    return 0;
  }
  const { host, port, driver, allowEgress, publicPool, uplink } = options;
  const { tls, rates } = await prepare(options);
  const told = toldToEnd();
  const daemon = await withProgress(
    'starting',
    serve({ dataDir: shared.data, host, port, driver, allowEgress, publicPool, uplink, tls, rates }, parts.serving),
  );
  announce(daemon, options);
  tell('Ctrl-C ends it with its instances; their disks and all settings stay.');
  await told;
  return endInOrder(daemon);
}

/** Starts a daemon that runs on when we end; resolves when it is ready. */
export async function startRegion(
  options: Omit<UpOptions, 'detach' | 'json'>,
  { data }: SharedOptions,
  parts: Parts,
): Promise<Ready> {
  const { host, port, driver, allowEgress, publicPool, uplink } = options;
  const { tls } = await prepare(options);
  const words = ['serve', '--data', data, '--host', host, '--port', String(port), '--driver', driver];
  if (allowEgress) words.push('--allow-egress');
  if (publicPool) words.push('--public-pool', formatCidr(publicPool));
  if (uplink) words.push('--uplink');
  if (tls === 'own') words.push('--tls');
  else if (tls) words.push('--tls-cert', tls.certificate, '--tls-key', tls.privateKey);
  for (const rate of options.throttle ?? []) words.push('--throttle', rate);
  const environment = Object.fromEntries(
    PASSED_ON.flatMap((name) => (parts.environment[name] ? [[name, parts.environment[name]]] : [])),
  );
  return withProgress('starting', startDetached([...parts.self, ...words], data, environment));
}

/** What is to be in order before anything starts: the wishes fit each other, the machine's programs are there. */
async function prepare(options: Omit<UpOptions, 'detach' | 'json'>): Promise<Pick<ServeOptions, 'tls' | 'rates'>> {
  requireUplinkPossible(options.uplink, options.driver);
  const tls = tlsWish(options);
  const rates = readRates(options.throttle);
  if (options.driver !== 'simulated') await provide();
  return { tls, rates };
}

/** Where certificates come from, by the options; undefined for plain HTTP. A daemon has another current folder. */
export function tlsWish({ tls, tlsCert, tlsKey }: Pick<UpOptions, 'tls' | 'tlsCert' | 'tlsKey'>): TlsWish | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return tls ? 'own' : undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new Failure('a certificate needs its key: give --tls-cert and --tls-key together');
  }
  if (tls) throw new Failure('--tls makes a certificate of our own: leave it out with --tls-cert and --tls-key');
  return { certificate: resolve(tlsCert), privateKey: resolve(tlsKey) };
}

/**
 * Resolves at a signal to end. To be called before anything starts: a signal in the middle of the start waits for its
 * end, so that nothing half started is left. A second signal does not wait.
 */
export function toldToEnd(signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']): Promise<void> {
  return new Promise((resolve) => {
    let heard = false;
    const onSignal = (): void => {
      if (heard) process.exit(1);
      heard = true;
      resolve();
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}

export async function endInOrder(daemon: Daemon): Promise<number> {
  await withProgress('ending instances and networks', daemon.end());
  return 0;
}

function announce({ announcement, authorityReplaced, obstacle }: Ready, { json }: Pick<UpOptions, 'json'>): void {
  const { endpoint, console, accessKeyId, accessKeySecret, region, driver, data, pid, authority } = announcement;
  if (authorityReplaced) tell(`Clients have to trust the authority anew: ${authorityReplaced}.`);
  if (obstacle) {
    tell(`No packets move: ${obstacle.why}. To change that, ${obstacle.remedy}. 'yunlan doctor' tells more.`);
  }
  if (json) {
    printLine(
      JSON.stringify({ endpoint, console, accessKeyId, accessKeySecret, region, driver, data, pid, authority }),
    );
    return;
  }
  printLine(`Yunlan is ready: ${driver === 'linux' ? 'real packets' : 'simulated, no packets move'}.`);
  for (const [name, value] of [
    ['endpoint', endpoint],
    ['console', console],
    ['access key', accessKeyId],
    ['secret', accessKeySecret],
    ['region', region],
    ['driver', driver],
    ['data', data],
    ['process', String(pid)],
    ['authority', authority],
  ] as const) {
    if (value !== undefined) printLine(`  ${name.padEnd(11)} ${value}`);
  }
}

/** Installs what is missing on this machine where we may, else tells who may. What works without it goes on. */
async function provide(): Promise<void> {
  const missing = missingPrograms();
  if (missing.length === 0) return;
  const packages = packagesOf(missing);
  const names = missing.map(({ program }) => program).join(', ');
  const line = installLine(packages);
  if (line === undefined) {
    tell(`These programs are missing: ${names}. Install them with the packages of this system.`);
  } else if (process.getuid?.() !== 0) {
    tell(`These programs are missing: ${names}. As root, run: ${line}`);
  } else {
    try {
      await installPackages(packages, tell);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      tell(lineOf(error));
    }
  }
}
