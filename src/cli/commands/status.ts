/** `status`: whether a daemon serves the data directory, and how it is. Exit status 0 only when it answers. */
import { isAlive, readCredentials, readDaemon } from '../../daemon/directory.ts';
import { lineOf } from '../../daemon/failure.ts';
import { type Answer, call } from '../client.ts';
import { printLine } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';

export async function status(options: { readonly json: boolean }, shared: SharedOptions): Promise<number> {
  const found = await look(shared);
  if (options.json) {
    printLine(JSON.stringify(found));
    return found.running && found.problem === null ? 0 : 1;
  }
  for (const [name, value] of Object.entries(found)) {
    if (value === null || (Array.isArray(value) && value.length === 0)) continue;
    printLine(`${name.padEnd(16)} ${Array.isArray(value) ? value.join(' ') : value}`);
  }
  return found.running && found.problem === null ? 0 : 1;
}

interface Status {
  readonly running: boolean;
  /** Why it does not answer; null when it does. */
  readonly problem: string | null;
  readonly endpoint: string | null;
  readonly console: string | null;
  readonly accessKeyId: string | null;
  readonly region: string | null;
  readonly driver: string | null;
  readonly realPackets: boolean | null;
  readonly data: string;
  readonly pid: number | null;
  readonly version: string | null;
  /** Networks whose packets do not yet obey what was answered. */
  readonly networksBehind: readonly string[];
}

async function look(shared: SharedOptions): Promise<Status> {
  const record = readDaemon(shared.data);
  const running = record !== undefined && isAlive(record);
  const endpoint = (running && record.endpoint) || null;
  let problem: string | null = null;
  let server: Answer = {};
  if (!running) {
    problem = record
      ? "its daemon was killed; instances may still run: 'yunlan up' takes them over, 'yunlan down' ends them"
      : 'no daemon serves this data directory';
  } else {
    try {
      server = await call(findTarget({ data: shared.data }), 'Yunlan', 'DescribeServer');
    } catch (error) {
      problem = lineOf(error);
    }
  }
  const behind = server['NetworksBehind'];
  return {
    running,
    problem,
    endpoint,
    console: endpoint && `${endpoint}/console/`,
    accessKeyId: readCredentials(shared.data)?.accessKeyId ?? null,
    region: (running && record.region) || null,
    driver: running ? record.driver : null,
    realPackets: typeof server['RealPackets'] === 'boolean' ? server['RealPackets'] : null,
    data: shared.data,
    pid: running ? record.pid : null,
    version: typeof server['Version'] === 'string' ? server['Version'] : null,
    networksBehind: Array.isArray(behind) ? behind.map(String) : [],
  };
}
