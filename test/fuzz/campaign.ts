/**
 * Sends requests made from the contract to a region, several at once, and holds every answer and the region itself
 * against what must always be so. Goes by epochs: each has two new accounts with a small world, which is used up by the
 * requests and must be possible to give back at the end, whatever was done to it.
 */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { ActionKey } from '../../src/contract/action.ts';
import { findAction } from '../../src/contract/catalogue.ts';
import { STORE_FILE } from '../../src/server.ts';
import { faultsOf } from '../model/invariants.ts';
import type { Region } from '../scenario/harness.ts';
import { type Judged, judge } from './judge.ts';
import { startFuzzedRegion } from './region.ts';
import { type Draft, draftsAtOnce } from './requests.ts';
import { curlLine, type HttpMessage, messageOf, type Resolved, Sender } from './send.ts';
import { shrink } from './shrink.ts';
import { empty, makeWorld, renew, resolve, type World } from './world.ts';

/** Requests of an epoch, about. */
const EPOCH = 500;
/** Most requests that are under way at once. */
const AT_ONCE = 4;

/** Epochs after which caches, compiled code and the like have their size. */
const WARM_EPOCHS = 2;
/** What may be kept for a request: its nonce for a quarter of an hour, the key of a throttle. Bytes. */
const KEPT_FOR_REQUEST = 300;
/** What may come and go between two measurements. Bytes. */
const NOISE = 24 * 1024 * 1024;

export interface Report {
  readonly requests: number;
  readonly succeeded: number;
  readonly epochs: number;
  /** How often each code was answered; `OK` among them. */
  readonly codes: ReadonlyMap<string, number>;
  /** Requests and successes of each action. */
  readonly actions: ReadonlyMap<ActionKey, { sent: number; succeeded: number }>;
  /** Of memory in use after each epoch, in bytes. */
  readonly memory: readonly number[];
  /** Everything that must not be, in words. */
  readonly faults: readonly string[];
}

export interface CampaignOptions {
  readonly requests: number;
  readonly seed: number;
  readonly say?: (line: string) => void;
  /** Told to stop after the epoch that runs. */
  readonly stop?: () => boolean;
}

class Tally {
  requests = 0;
  succeeded = 0;
  readonly codes = new Map<string, number>();
  readonly actions = new Map<ActionKey, { sent: number; succeeded: number }>();

  count(action: ActionKey, code: string): void {
    this.requests += 1;
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    const own = this.actions.get(action) ?? { sent: 0, succeeded: 0 };
    own.sent += 1;
    // A dry run that passed is a success that changes nothing.
    if (code === 'OK' || code === 'DryRunOperation') {
      own.succeeded += 1;
      this.succeeded += 1;
    }
    this.actions.set(action, own);
  }
}

/** Runs until so many requests were answered; ends early when something was wrong. */
export async function runCampaign({ requests, seed, say, stop }: CampaignOptions): Promise<Report> {
  const { region, errors } = await startFuzzedRegion();
  const sender = new Sender(region.server.port);
  const tally = new Tally();
  const memory: number[] = [];
  const faults: string[] = [];
  let counted = 0;
  try {
    while (tally.requests < requests && faults.length === 0 && !stop?.()) {
      const world = await makeWorld(region, `e${memory.length}`);
      faults.push(...(await runEpoch(world, sender, seedOf(seed, memory.length), tally, errors)));
      if (faults.length > 0) break;
      faults.push(...(await afterEpoch(world)), ...errors.map((error) => `the log says: ${error}`));
      if (memory.length === WARM_EPOCHS) counted = tally.requests;
      memory.push(memoryInUse());
      say?.(
        `${tally.requests} requests, ${tally.succeeded} succeeded, ${Math.round(memory.at(-1)! / 2 ** 20)} MiB in use`,
      );
    }
    faults.push(...growth(memory, tally.requests - counted));
    if (faults.length === 0) faults.push(...integrityFaults(region));
  } finally {
    sender.close();
    await region.close();
  }
  const { codes, actions, succeeded } = tally;
  return { requests: tally.requests, succeeded, epochs: memory.length, codes, actions, memory, faults };
}

/** Seeds of campaigns that stand side by side share no epoch. */
function seedOf(seed: number, epoch: number): number {
  return (Math.imul(seed, 0x9e3779b1) + epoch) | 0;
}

/** One epoch's requests; the smallest that goes wrong, in words. */
async function runEpoch(
  world: World,
  sender: Sender,
  seed: number,
  tally: Tally,
  errors: readonly string[],
): Promise<string[]> {
  const property = fc.asyncProperty(draftsAtOnce(AT_ONCE), async (drafts) => {
    const wrong = await together(world, sender, drafts, tally);
    if (wrong.length > 0) throw new Error([...wrong, ...errors.slice(-1)].join('\n'));
  });
  const numRuns = Math.round(EPOCH / ((AT_ONCE + 1) / 2));
  const run = await fc.check(property, { seed, numRuns });
  if (!run.failed) return [];
  const words = run.errorInstance instanceof Error ? run.errorInstance.message : String(run.errorInstance);
  const found = run.counterexample?.[0] ?? [];
  const smallest = await shrink(found, async (drafts) => (await together(world, sender, drafts, tally)).length > 0);
  const { host } = new URL(world.region.endpoint);
  const told = smallest.flatMap((draft) => {
    const resolved = resolve(world, draft);
    const message: HttpMessage = messageOf(resolved, world.signers[draft.signer], host);
    return [`  signed by ${draft.signer}: ${commandLine(resolved)}`, `  ${curlLine(message, world.region.endpoint)}`];
  });
  return [[words, `epoch seed ${seed}; the smallest that does it:`, ...told].join('\n')];
}

/** Sends these at once; what is wrong with their answers, in words. */
async function together(world: World, sender: Sender, drafts: readonly Draft[], tally: Tally): Promise<string[]> {
  const wrong = (await Promise.all(drafts.map((draft) => one(world, sender, draft, tally)))).flat();
  for (const signer of world.lockedOut) await renew(world, signer);
  world.lockedOut.clear();
  return wrong;
}

async function one(world: World, sender: Sender, draft: Draft, tally: Tally): Promise<string[]> {
  const action = findAction(draft.action)!;
  const { host } = new URL(world.region.endpoint);
  const resolved = resolve(world, draft);
  const message = messageOf(resolved, world.signers[draft.signer], host);
  let judged: Judged;
  try {
    judged = judge(action, await sender.send(message));
  } catch (error) {
    // A server may hang up on one who sends more than it reads; it must not on anybody else.
    const large = message.path.length > 200_000 || message.body.length > 1_000_000;
    if (large) return [];
    return [`${draft.action}: no answer: ${String(error)}`];
  }
  tally.count(draft.action, judged.code);
  if (/^Forbidden\.(AccessKey|Account)Disabled$/.test(judged.code)) world.lockedOut.add(draft.signer);
  const person = draft.signer === 'other' ? world.other : world.own;
  if (draft.signer !== 'administrator') person.has.learn(judged.body);
  if (judged.code === 'OK' && /^(Delete|Release)/.test(action.name)) {
    for (const [, value] of resolved.pairs) if (typeof value === 'string') person.has.forget(value);
  }
  return judged.faults.map((fault) => `${draft.action}: ${fault}`);
}

/** As the command line would say it, where it can. */
function commandLine({ product, action, pairs }: Resolved): string {
  const words = pairs.map(([name, value]) => {
    const text = typeof value === 'string' ? value : value.raw;
    return `--${name} '${text.length > 200 ? `${text.slice(0, 200)}… (${text.length})` : text.replaceAll("'", "'\\''")}'`;
  });
  return ['yunlan', product.toLowerCase(), action, ...words].join(' ');
}

/** Everything is given back; what is left holds together. */
async function afterEpoch(world: World): Promise<string[]> {
  const { region } = world;
  const left = await empty(world);
  await region.server.reconciler.settled();
  const faults = await faultsOf(region.server.store, region.driver);
  const { status } = await region.call('Ecs', 'DescribeRegions');
  return [...left, ...faults, ...(status === 200 ? [] : [`an ordinary call is answered ${status}`])];
}

/** By the database's own words. */
function integrityFaults(region: Region): string[] {
  const database = new DatabaseSync(join(region.dataDir, STORE_FILE), { readOnly: true });
  try {
    const [{ integrity_check }] = database.prepare('pragma integrity_check').all() as [{ integrity_check: string }];
    const broken = database.prepare('pragma foreign_key_check').all();
    return [
      ...(integrity_check === 'ok' ? [] : [`the database says: ${integrity_check}`]),
      ...broken.map((row) => `a reference leads nowhere: ${JSON.stringify(row)}`),
    ];
  } finally {
    database.close();
  }
}

/** Bytes in use after everything that nobody holds is gone. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function growth(memory: readonly number[], requests: number): string[] {
  const first = memory[WARM_EPOCHS];
  const last = memory.at(-1);
  if (first === undefined || last === undefined) return [];
  const allowed = NOISE + requests * KEPT_FOR_REQUEST;
  if (last - first <= allowed) return [];
  return [`memory in use grew by ${last - first} bytes over ${requests} requests`];
}
