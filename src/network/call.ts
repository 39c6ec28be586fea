/**
 * What a handler is given: who calls, where, and the system's parts. One object for each request; `write` is the only
 * way to change state and handles ClientToken and DryRun for every action alike.
 */

import type { Action, ActionKey, Answer, Input } from '../contract/action.ts';
import type { Caller, CallFacts } from '../contract/call.ts';
import type { ServedAction } from '../contract/catalogue.ts';
import { refuse } from '../contract/errors.ts';
import type { Reader, Store, Writer } from '../store/port.ts';
import type { MovableClock } from '../values/clock.ts';
import type { PublicEdge } from '../values/public-edge.ts';
import type { Random } from '../values/random.ts';
import { isRefusal, type Refusal } from '../values/refusal.ts';
import type { Paths } from './path/port.ts';
import type { Quotas } from './quotas.ts';
import type { Regions } from './region/regions.ts';

export type { Caller, CallFacts };

/** Parts of the system that handlers use; the same for all calls. */
export interface Parts {
  readonly store: Store;
  /** The time that rules see. */
  readonly clock: MovableClock;
  readonly random: Random;
  readonly regions: Regions;
  readonly quotas: Quotas;
  readonly publicEdge: PublicEdge;
  /** Seals secrets with the key of this data directory. */
  readonly seal: Seal;
  readonly guests: Guests;
  readonly paths: Paths;
  readonly server: ServerFacts;
  /** Where requests are recorded; nowhere when absent. */
  readonly requests?: Requests | undefined;
}

/** The record of requests, as far as handlers have a part in it. */
export interface Requests {
  /** Adds the record of this request to the transaction of what it changes. */
  within(tx: Writer, facts: WriteRecordFacts): Promise<void>;
  /** That transaction was carried out. */
  stands(requestId: string): void;
  /** Resolves when every request that has ended is on record. */
  flush(): Promise<void>;
}

type WriteRecordFacts = Pick<CallFacts, 'requestId' | 'caller' | 'regionId'> & {
  readonly action: string;
  readonly remote: string;
  readonly receivedAt: number;
};

export interface Seal {
  seal(secret: string): string;
  open(sealed: string): string;
}

/** What handlers may ask of running guests. */
export interface Guests {
  /** Last `bytes` of the console. */
  log(instanceId: string, bytes: number): Promise<string>;
}

/** Facts about this server for DescribeServer. */
export interface ServerFacts {
  readonly version: string;
  readonly driver: string;
  readonly realPackets: boolean;
  readonly startedAt: number;
  readonly pid: number;
}

export interface Call extends CallFacts, Parts {
  /** Reads one snapshot. */
  read<R>(fn: (reader: Reader) => Promise<R>): Promise<R>;
  /**
   * Runs `fn` in one transaction. Repeated ClientTokens get the first answer, dry runs the refusal DryRunOperation.
   * `scope`: ids of the networks (or `account:ID`, `region:ID`) it contends on.
   */
  write<R>(scope: readonly string[], fn: (writer: Writer) => Promise<R | Refusal>): Promise<R | Refusal>;
}

/** One function an action. */
export type Handler<A extends Action> = (call: Call, input: Input<A>) => Promise<Answer<A> | Refusal>;

/** The handlers of a set of actions, by key: a missing one is a compile error. */
export type HandlersOf<A extends Action> = { readonly [B in A as `${B['product']}.${B['name']}`]: Handler<B> };

/** Every served action except streams, which the gateway upgrades. */
export type Handlers = HandlersOf<Exclude<ServedAction, { effect: 'stream' }>>;

/** Makes the call that a handler gets. */
export function makeCall(action: ActionKey, facts: CallFacts, parts: Parts): Call {
  const { requestId, caller, regionId, remote = '', receivedAt = 0 } = facts;
  const { requests } = parts;
  const recorded = { requestId, caller, regionId, action, remote, receivedAt };
  return {
    ...facts,
    ...parts,
    read: (fn) => parts.store.read(fn),
    async write<R>(scope: readonly string[], fn: (writer: Writer) => Promise<R | Refusal>) {
      const outcome = await parts.store.write(
        {
          scope,
          dryRun: facts.dryRun,
          once: facts.clientToken
            ? {
                accountId: facts.caller.accountId,
                regionId: facts.regionId,
                action,
                token: facts.clientToken,
                requestHash: facts.requestHash,
                now: parts.clock.now(),
              }
            : undefined,
        },
        async (tx) => {
          const value = await fn(tx);
          // The record holds exactly when the change does. A refusal or a dry run is rolled back with it.
          if (!isRefusal(value) && !facts.dryRun) await requests?.within(tx, recorded);
          return value;
        },
      );
      switch (outcome.kind) {
        case 'done':
          requests?.stands(facts.requestId);
          return outcome.value;
        case 'repeated':
          return outcome.value;
        case 'refused':
          return outcome.refusal;
        case 'dry':
          return refuse('DryRunOperation');
        case 'mismatch':
          return refuse('IdempotentParameterMismatch', { parameter: 'ClientToken' });
      }
    },
  };
}
