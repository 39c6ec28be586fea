/** Which server a command speaks to: the one named by options, else the daemon of the data directory. */
import { getCACertificates } from 'node:tls';
import { isAlive, readCredentials, readDaemon } from '../daemon/directory.ts';
import { Failure } from '../daemon/failure.ts';
import { type Trust, trustIn } from '../daemon/tls.ts';
import type { Target } from './client.ts';
import type { SharedOptions } from './shared-options.ts';

export interface CommandTarget extends Target {
  /** Region of calls that name none; undefined leaves it to the server. */
  readonly region: string | undefined;
}

/** Throws a Failure that says what to do when there is no server or no key. */
export function findTarget(options: SharedOptions): CommandTarget {
  const credentials = readCredentials(options.data);
  const { accessKeyId = credentials?.accessKeyId, accessKeySecret } = options;
  // A secret belongs to its own key: the administrator's never signs for another.
  const secret =
    accessKeySecret ?? (accessKeyId === credentials?.accessKeyId ? credentials?.accessKeySecret : undefined);
  if (accessKeyId !== undefined && secret === undefined) {
    throw new Failure(`the secret of key ${accessKeyId} is not known: give --access-key-secret`);
  }
  const { endpoint, trust } =
    options.endpoint === undefined ? ofDaemon(options.data) : named(options.endpoint, options.data);
  if (accessKeyId === undefined || secret === undefined) {
    throw new Failure(`there is no key in ${options.data}: give --access-key-id and --access-key-secret`);
  }
  const { securityToken } = options;
  const region = options.region ?? credentials?.region;
  return { endpoint, trust, accessKeyId, accessKeySecret: secret, securityToken, region };
}

type Server = Pick<Target, 'endpoint' | 'trust'>;

function ofDaemon(dataDir: string): Server {
  const daemon = readDaemon(dataDir);
  if (daemon === undefined || !isAlive(daemon)) {
    throw new Failure(`no daemon serves ${dataDir}: start one with 'yunlan up', or name the directory with --data`);
  }
  if (daemon.endpoint === undefined) throw new Failure(`the daemon of ${dataDir} is still starting`);
  return { endpoint: daemon.endpoint, trust: daemon.tls && trustIn(dataDir, daemon.tls) };
}

/** The server that options name: believed like our own daemon when it is that one, else by any authority we know. */
function named(text: string, dataDir: string): Server {
  const endpoint = normalised(text);
  const daemon = readDaemon(dataDir);
  if (daemon?.tls && daemon.endpoint === endpoint && isAlive(daemon)) return ofDaemon(dataDir);
  const own = endpoint.startsWith('https:') ? trustIn(dataDir, 'own') : undefined;
  return { endpoint, trust: own && widened(own) };
}

function widened({ certificates, pinned }: Trust): Trust {
  return { certificates: [...getCACertificates('default'), ...certificates], pinned };
}

function normalised(endpoint: string): string {
  const text = /^https?:\/\//.test(endpoint) ? endpoint : `http://${endpoint}`;
  if (!URL.canParse(text)) throw new Failure(`--endpoint ${endpoint} is no URL: write http://HOST:PORT`);
  return new URL(text).origin;
}
