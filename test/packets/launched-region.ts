/**
 * A region as a newcomer starts it: the launcher with `up --detach --json`, the official SDKs as clients, commands in
 * instances through `yunlan exec`. Everything lies in a temporary folder; `close` runs `reset`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const LAUNCHER = join(ROOT, 'yunlan');
const require = createRequire(import.meta.url);

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the launcher to its end. */
export function yunlan(
  words: readonly string[],
  options: { readonly input?: string; readonly limit?: number } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(LAUNCHER, words, { cwd: tmpdir(), stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const limit = setTimeout(() => child.kill('SIGKILL'), options.limit ?? 60_000);
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.setEncoding('utf8').on('data', (piece) => {
      stderr += piece;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, stdout, stderr });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

// biome-ignore lint/suspicious/noExplicitAny: the vendor's clients are used as any caller of JavaScript uses them
type Sdk = any;

export interface LaunchedRegion {
  readonly data: string;
  readonly facts: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly driver: string;
    readonly pid: number;
  };
  readonly ecs: Sdk;
  readonly vpc: Sdk;
  /** Request classes of the two packages. */
  readonly Ecs: Sdk;
  readonly Vpc: Sdk;
  /** Clients of another key. */
  clients(key: { readonly accessKeyId: string; readonly accessKeySecret: string }): {
    readonly ecs: Sdk;
    readonly vpc: Sdk;
  };
  /** pop-core clients: signature 1.0. */
  pop(version: '2014-05-26' | '2016-04-28'): Sdk;
  exec(
    instance: string,
    command: readonly string[],
    options?: { readonly input?: string; readonly limit?: number },
  ): Promise<Ended>;
  /** Kills the daemon as a crash would; instances run on. */
  killDaemon(): void;
  /** Starts a daemon where one was killed, at the same endpoint. */
  startDaemon(): Promise<void>;
  close(): Promise<void>;
}

export async function launchRegion(): Promise<LaunchedRegion> {
  const data = await mkdtemp(join(tmpdir(), 'yunlan-e2e-'));
  const up = async (port: string) => {
    const ended = await yunlan(['up', '--data', data, '--port', port, '--driver', 'linux', '--detach', '--json']);
    if (ended.code !== 0) throw new Error(`up failed: ${ended.stderr}`);
    return JSON.parse(ended.stdout);
  };
  const facts = await up('0');
  let { pid } = facts;
  const Ecs = require('@alicloud/ecs20140526');
  const Vpc = require('@alicloud/vpc20160428');
  const { $OpenApiUtil } = require('@alicloud/openapi-core');
  const { RPCClient } = require('@alicloud/pop-core');
  const config = (key: { readonly accessKeyId: string; readonly accessKeySecret: string }) =>
    new $OpenApiUtil.Config({
      endpoint: facts.endpoint.replace('http://', ''),
      protocol: 'HTTP',
      regionId: 'cn-hangzhou',
      accessKeyId: key.accessKeyId,
      accessKeySecret: key.accessKeySecret,
    });
  const clients = (key: { readonly accessKeyId: string; readonly accessKeySecret: string }) => ({
    ecs: new Ecs.default(config(key)),
    vpc: new Vpc.default(config(key)),
  });
  return {
    data,
    facts,
    Ecs,
    Vpc,
    ...clients(facts),
    clients,
    pop: (version) =>
      new RPCClient({
        endpoint: facts.endpoint,
        apiVersion: version,
        accessKeyId: facts.accessKeyId,
        accessKeySecret: facts.accessKeySecret,
      }),
    exec: (instance, command, options = {}) => yunlan(['exec', '--data', data, instance, '--', ...command], options),
    killDaemon: () => process.kill(pid, 'SIGKILL'),
    async startDaemon() {
      ({ pid } = await up(new URL(facts.endpoint).port));
    },
    async close() {
      await yunlan(['reset', '--yes', '--data', data]);
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Waits for a state; fails after `limit` milliseconds. */
export async function until(what: string, holds: () => Promise<boolean>, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never came to hold: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
