/**
 * A daemon from claim to end: takes the data directory, chooses the driver, starts the server, tells where it is and
 * ends it in order. One process serves one directory.
 */
import { renameSync, statSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type Claim, claimFile } from '../store/claim.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import { type Identity, TlsUnusable } from '../tls/identity.ts';
import type { Cidr } from '../values/cidr.ts';
import type { Log } from '../values/log.ts';
import { type Choice, chooseDriver, type DriverWish, type LinuxFacts } from './choice.ts';
import {
  type DaemonRecord,
  FILE,
  identify,
  isAlive,
  prepareDirectory,
  readCredentials,
  readDaemon,
  removeDaemon,
  writeCredentials,
  writeDaemon,
} from './directory.ts';
import { causeOf, Failure, lineOf } from './failure.ts';
import { checkPort, portFault } from './port.ts';
import { followTls, openTls, type TlsWish } from './tls.ts';

export interface ServeOptions {
  /** Absolute. */
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly driver: DriverWish;
  /** Whether names of the world outside are answered to instances. */
  readonly allowEgress: boolean;
  /** Where public addresses come from; the usual pool when absent. */
  readonly publicPool?: Cidr | undefined;
  /** Whether this machine's own network is linked to the public edge. */
  readonly uplink: boolean;
  /** HTTPS with a certificate from there; plain HTTP when absent. */
  readonly tls?: TlsWish | undefined;
  /** How often an account may call an action; the usual rates when absent. */
  readonly rates?: Rates | undefined;
}

/** Calls a minute: of each action, and of single ones by PRODUCT.ACTION. */
interface Rates {
  readonly each?: number | undefined;
  readonly actions: ReadonlyMap<string, number>;
}

/** What the person and `--json` are told. */
export interface Announcement {
  readonly endpoint: string;
  readonly console: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly region: string;
  readonly driver: 'linux' | 'simulated';
  readonly data: string;
  readonly pid: number;
  /** Certificate of the authority to trust, where there is one of our own. */
  readonly authority?: string;
}

/** Ready, with what keeps packets from being real when they were wanted. */
export interface Ready {
  readonly announcement: Announcement;
  /** Why the authority is another one than the one that clients trust already. */
  readonly authorityReplaced?: string;
  readonly obstacle?: { readonly why: string; readonly remedy: string };
}

export interface Daemon extends Ready {
  /** Reads certificates anew. */
  reload(): void;
  /** Ends the server, the instances and the networks; the data stays. */
  end(): Promise<void>;
}

/** A server as the daemon needs it. */
export interface Server {
  readonly endpoint: string;
  readonly regionId: string;
  readonly administratorKey: { readonly accessKeyId: string; readonly accessKeySecret: string };
  renewTls(identity: Identity): void;
  close(options: { readonly endGuests: boolean }): Promise<void>;
}

/** The parts of the system, handed in by the process entry. */
export interface ServeParts {
  startServer(options: {
    readonly dataDir: string;
    readonly host: string;
    readonly port: number;
    readonly driver: 'linux' | 'simulated';
    readonly log: Log;
    readonly allowedHosts: readonly string[];
    readonly allowEgress: boolean;
    readonly publicEdge: { readonly pool?: readonly Cidr[] };
    readonly uplink: boolean;
    readonly tls: Identity | undefined;
    readonly rates: Rates | undefined;
  }): Promise<Server>;
  /** Asked only when real packets are wanted. */
  linuxFacts(): Promise<LinuxFacts>;
  createLog(options: { readonly path: string }): Promise<Log>;
  /** Ends instances and networks that a daemon left running on this directory. */
  endGuests(dataDir: string, log: Log): Promise<void>;
}

/** At this size the log of earlier runs is put aside at the next start; one such file is kept. */
const MOST_LOG_BYTES = 16 * 1024 * 1024;

/** Takes the claim, or says who has it. */
export function claimDirectory(dataDir: string): Claim {
  const claim = claimFile(join(dataDir, FILE.claim));
  if (claim) return claim;
  const holder = readDaemon(dataDir);
  const who =
    holder && isAlive(holder) ? ` (process ${holder.pid}${holder.endpoint ? `, ${holder.endpoint}` : ''})` : '';
  throw new Failure(
    `another daemon already serves ${dataDir}${who}: end it with 'yunlan down' or choose another --data`,
  );
}

/** Throws a Failure when an uplink is wanted where there can be none. */
export function requireUplinkPossible(uplink: boolean, driver: DriverWish): void {
  if (!uplink) return;
  if (driver === 'simulated') throw new Failure('--uplink needs real packets, and the simulated driver moves none');
  if (process.getuid?.() !== 0) {
    throw new Failure(
      "--uplink changes this machine's network, which only root may: start Yunlan as root, or without it",
    );
  }
}

/** Starts a daemon in this process. Throws a Failure when a person can put it right; then nothing is left behind. */
export async function serve(options: ServeOptions, parts: ServeParts): Promise<Daemon> {
  const { dataDir, host, port } = options;
  requireUplinkPossible(options.uplink, options.driver);
  await prepareDirectory(dataDir);
  const claim = takeClaim(dataDir);
  try {
    // Instances that a killed daemon left running are adopted, and so stay when this start fails.
    const earlier = readDaemon(dataDir);
    await checkPort(host, port);
    const choice = chooseDriver(options.driver, options.driver === 'simulated' ? undefined : await parts.linuxFacts());
    if ('refused' in choice) throw new Failure(choice.refused);
    requireUplinkPossible(options.uplink, choice.driver);

    putLogAside(join(dataDir, FILE.log));
    const log = await parts.createLog({ path: join(dataDir, FILE.log) });
    const record: DaemonRecord = { ...identify(process.pid)!, driver: choice.driver };
    // Before anything runs, so that `down` knows of it even if we are killed in the middle.
    await writeDaemon(dataDir, record);
    try {
      return await start(options, parts, claim, choice, record, log);
    } catch (error) {
      if (earlier === undefined) {
        if (choice.driver === 'linux') await parts.endGuests(dataDir, log).catch(() => {});
        await removeDaemon(dataDir);
      } else {
        await writeDaemon(dataDir, earlier);
      }
      throw explained(error, options);
    }
  } catch (error) {
    claim.release();
    throw error;
  }
}

async function start(
  options: ServeOptions,
  parts: ServeParts,
  claim: Claim,
  choice: Exclude<Choice, { refused: string }>,
  record: DaemonRecord,
  log: Log,
): Promise<Daemon> {
  const { dataDir, host, port, allowEgress, publicPool, uplink } = options;
  const tls = options.tls && openTls(dataDir, options.tls, [host, ...hostNames(host)]);
  const server = await parts.startServer({
    dataDir,
    host,
    port,
    driver: choice.driver,
    log,
    allowedHosts: hostNames(host),
    allowEgress,
    publicEdge: publicPool ? { pool: [publicPool] } : {},
    uplink,
    tls: tls?.identity,
    rates: options.rates,
  });
  const { endpoint, regionId: region } = server;
  const following = tls && followTls(tls, server.renewTls, log);
  const end = async (): Promise<void> => {
    following?.end();
    await server.close({ endGuests: true });
    await removeDaemon(dataDir);
    claim.release();
  };
  try {
    const key = { ...server.administratorKey, region };
    const kept = readCredentials(dataDir);
    if (
      kept?.accessKeyId !== key.accessKeyId ||
      kept.accessKeySecret !== key.accessKeySecret ||
      kept.region !== region
    ) {
      await writeCredentials(dataDir, key);
    }
    await writeDaemon(dataDir, { ...record, endpoint, region, ...(tls ? { tls: tls.source } : {}) });
    const obstacle =
      choice.driver === 'simulated' && choice.why !== undefined
        ? { obstacle: { why: choice.why, remedy: choice.remedy ?? '' } }
        : {};
    return {
      announcement: {
        endpoint,
        console: `${endpoint}/console/`,
        accessKeyId: key.accessKeyId,
        accessKeySecret: key.accessKeySecret,
        region,
        driver: choice.driver,
        data: dataDir,
        pid: record.pid,
        ...(tls?.authority === undefined ? {} : { authority: tls.authority }),
      },
      ...(tls?.authorityReplaced === undefined ? {} : { authorityReplaced: tls.authorityReplaced }),
      ...obstacle,
      reload: () => following?.reload(),
      end,
    };
  } catch (error) {
    following?.end();
    await server.close({ endGuests: false }).catch(() => {});
    throw error;
  }
}

function takeClaim(dataDir: string): Claim {
  try {
    return claimDirectory(dataDir);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unusable(dataDir, error);
  }
}

function unusable(dataDir: string, error: unknown): Failure {
  return new Failure(`the data directory ${dataDir} cannot be used: ${causeOf(error) ?? lineOf(error)}`, {
    cause: error,
  });
}

/** An error of the start as one line, when it is one that a person can put right. */
function explained(error: unknown, { dataDir, host, port }: ServeOptions): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen') {
    return new Failure(portFault(error, host, port), { cause: error });
  }
  if (error instanceof StoreUnavailable || error instanceof TlsUnusable)
    return new Failure(lineOf(error), { cause: error });
  if (causeOf(error) !== undefined) return unusable(dataDir, error);
  return new Failure(`the server does not start: ${lineOf(error)} (more in ${join(dataDir, FILE.log)})`, {
    cause: error,
  });
}

/** Names by which others may call a server that does not listen on loopback alone. */
function hostNames(host: string): string[] {
  if (host === '127.0.0.1' || host === '::1' || host === 'localhost') return [];
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return [hostname(), ...addresses.map(({ address }) => address)];
}

function putLogAside(path: string): void {
  try {
    if (statSync(path).size > MOST_LOG_BYTES) renameSync(path, `${path}.1`);
  } catch {
    // there is none yet
  }
}
