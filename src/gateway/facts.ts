/** The facts of a call that come with every action alike: region, ClientToken, DryRun, the hash of the request. */
import { createHash } from 'node:crypto';
import type { Action } from '../contract/action.ts';
import type { Caller, CallFacts } from '../contract/call.ts';
import { refuse } from '../contract/errors.ts';
import { isRefusal, type Refusal } from '../values/refusal.ts';

const CLIENT_TOKEN = /^[\x20-\x7e]{1,64}$/;

export interface FactSources {
  readonly requestId: string;
  readonly caller: Caller;
  readonly action: Action;
  readonly all: ReadonlyMap<string, string>;
  readonly input: object;
  readonly host: string;
  readonly secure: boolean;
  readonly remote: string;
  readonly receivedAt: number;
  readonly defaultRegionId: string;
}

/** ClientToken and DryRun count only for actions that have them. */
export function makeFacts(sources: FactSources): CallFacts | Refusal {
  const { requestId, caller, action, all, input, host, secure, remote, receivedAt, defaultRegionId } = sources;
  const has = (name: string): boolean => Object.hasOwn(action.parameters, name);
  const clientToken = has('ClientToken') ? all.get('ClientToken') || undefined : undefined;
  if (clientToken !== undefined && !CLIENT_TOKEN.test(clientToken)) {
    return refuse('InvalidParameter', { parameter: 'ClientToken', detail: 'It has 1 to 64 ASCII characters.' });
  }
  return {
    requestId,
    caller,
    regionId: all.get('RegionId') || defaultRegionId,
    host,
    secure,
    remote,
    receivedAt,
    clientToken,
    dryRun: has('DryRun') ? (input as { DryRun?: boolean }).DryRun : undefined,
    requestHash: hashInput(input),
  };
}

/**
 * SHA-256 of the input in a form that does not depend on the order of names. The token itself is not part of it: the
 * hash is what tells two requests under one token apart.
 */
export function hashInput(input: object): string {
  const canonical = JSON.stringify(input, (name, value: unknown) => {
    if (name === 'ClientToken') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return createHash('sha256').update(canonical).digest('hex');
}

/** A dry run that found nothing to refuse says so by a code of its own, whatever the handler would have answered. */
export function afterDryRun(facts: CallFacts, outcome: object | Refusal): object | Refusal {
  return facts.dryRun && !isRefusal(outcome) ? refuse('DryRunOperation') : outcome;
}
