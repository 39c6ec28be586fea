/**
 * The gateway: official API over HTTP on one side, typed calls on the other. `prepare` below is the way of a request,
 * one line a step; each step lies in its own file and gives what the next one needs, or the refusal that ends it.
 */
import type { Action, ActionKey } from '../contract/action.ts';
import { keyOf } from '../contract/action.ts';
import type { Caller, CallFacts } from '../contract/call.ts';
import { refuse } from '../contract/errors.ts';
import { randomUuid } from '../values/random.ts';
import { isRefusal, type Refusal } from '../values/refusal.ts';
import { type Answer, answerOf, JSON_TYPE } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { authorise } from './authorise.ts';
import { decodeInput } from './decode.ts';
import { afterDryRun, makeFacts } from './facts.ts';
import { acceptedFormat, askedFormat, type Format } from './format.ts';
import { createHttp, type Http } from './http.ts';
import { RecentNonces } from './nonces.ts';
import { DEFAULT_LIMITS, type GatewayOptions, type Limits, type StreamInput, type TlsIdentity } from './options.ts';
import { isProbe, servePage } from './pages.ts';
import { readParameters } from './parameters.ts';
import type { WireRequest } from './request.ts';
import { findRequested } from './requested.ts';
import { type AllowedHosts, allowedHosts, checkSender } from './sender.ts';
import { type Rates, Throttle } from './throttle.ts';
import type { Connection } from './upgrade.ts';

export type {
  AccessKey,
  DuplexStreams,
  GatewayOptions,
  Limits,
  StreamInput,
  TlsIdentity,
  TokenFault,
} from './options.ts';
export { DEFAULT_RATES } from './throttle.ts';
export type { Rates };

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Gateway {
  /** Resolves with the address it really listens on when requests are answered. */
  listen(address: Address): Promise<Address>;
  /** Refuses new requests, lets those in progress end within the limit, aborts streams, closes every connection. */
  close(): Promise<void>;
  /** Answers a request without a socket, for tests. */
  readonly inject: Http['inject'];
  /** Shows this identity on connections from now on; only where TLS is spoken. */
  renewTls(identity: TlsIdentity): void;
}

/** Noted while a request goes its way, for the answer and the access log. */
interface Exchange {
  readonly requestId: string;
  readonly startedAt: number;
  readonly remote: string;
  readonly host: string;
  readonly secure: boolean;
  format: Format;
  action?: Action;
  caller?: Caller;
  regionId?: string;
  /** Milliseconds until a throttled caller may try again. */
  retryAfter?: number;
  /** Whether its record was given already. */
  recorded?: boolean;
}

interface Prepared {
  readonly action: Action;
  readonly facts: CallFacts;
  readonly input: object;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { clock, random, log } = options;
  const secure = options.tls !== undefined;
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const nonces = options.nonces ?? new RecentNonces();
  const rates = new Throttle(options.rates ?? {});
  let hosts: AllowedHosts = allowedHosts('localhost', options.allowedHosts);
  let closing = false;

  async function prepare(request: WireRequest, exchange: Exchange): Promise<Prepared | Refusal> {
    if (closing) return refuse('ServiceUnavailable');
    if (request.method !== 'GET' && request.method !== 'POST') return refuse('UnsupportedHTTPMethod');
    const parameters = readParameters(request, limits);
    if (isRefusal(parameters)) return parameters;
    const format = askedFormat(request.headers, parameters.all);
    if (isRefusal(format)) return format;
    exchange.format = format;
    const action = findRequested(request, parameters);
    if (isRefusal(action)) return action;
    exchange.action = action;
    const key = await authenticate(request, parameters, { clock, nonces, findKey: options.findKey });
    if (isRefusal(key)) return key;
    exchange.caller = key.caller;
    const throttled = throttle(action, key.caller, exchange);
    if (throttled) return throttled;
    const forbidden = authorise(action, key.caller);
    if (forbidden) return forbidden;
    const input = decodeInput(action.parameters, parameters.all);
    if (isRefusal(input)) return input;
    const facts = makeFacts({
      requestId: exchange.requestId,
      caller: key.caller,
      action,
      all: parameters.all,
      input,
      host: exchange.host,
      secure,
      remote: exchange.remote,
      receivedAt: exchange.startedAt,
      defaultRegionId: options.defaultRegionId,
    });
    if (isRefusal(facts)) return facts;
    exchange.regionId = facts.regionId;
    return { action, facts, input };
  }

  /** After the signature, so that nobody uses up what is another's. */
  function throttle(action: Action, { accountId }: Caller, exchange: Exchange): Refusal | undefined {
    const wait = rates.take(accountId, keyOf(action), clock.now());
    if (wait === 0) return undefined;
    exchange.retryAfter = wait;
    const detail = `At most ${rates.rateOf(keyOf(action))} a minute of ${action.name}.`;
    return refuse('Throttling', { detail });
  }

  /** An ordinary request: a page for a person, or an action. */
  async function serve(request: WireRequest, exchange: Exchange): Promise<Answer> {
    const stranger = checkSender(request.headers, hosts);
    if (stranger) return reply(exchange, stranger);
    if (request.path === '/') return reply(exchange, await act(request, exchange));
    const page = await servePage(request, options, closing);
    return isRefusal(page) ? reply(exchange, page) : page;
  }

  async function act(request: WireRequest, exchange: Exchange): Promise<object | Refusal> {
    const prepared = await prepare(request, exchange);
    if (isRefusal(prepared)) return prepared;
    const { action, facts, input } = prepared;
    if (action.effect === 'stream') return refuse('UpgradeRequired');
    return afterDryRun(facts, await options.dispatch(keyOf(action), facts, input));
  }

  /** A request to upgrade its connection: an action that streams. */
  async function stream(request: WireRequest, exchange: Exchange, connection: Connection): Promise<Answer> {
    const stranger = checkSender(request.headers, hosts);
    if (stranger) return reply(exchange, stranger);
    if (request.path !== '/') return reply(exchange, refuse('InvalidPath.NotFound'));
    const prepared = await prepare(request, exchange);
    if (isRefusal(prepared)) return reply(exchange, prepared);
    const { action, facts, input } = prepared;
    if (action.effect !== 'stream') {
      return reply(
        exchange,
        refuse('InvalidParameter', { parameter: 'Upgrade', detail: 'This action does not stream.' }),
      );
    }
    const refusal = await connection.carry(exchange.requestId, (open) =>
      options.stream(keyOf(action), facts, input as StreamInput, () => {
        // A stream may last for days, and what it is used for must be on record from its beginning.
        record(exchange, SWITCHED);
        return open();
      }),
    );
    return refusal ? reply(exchange, refusal) : SWITCHED;
  }

  function begin(request: WireRequest): Exchange {
    const requestId = randomUuid(random).toUpperCase();
    return {
      requestId,
      startedAt: clock.now(),
      remote: request.remote,
      host: request.headers.first.get('host') ?? 'localhost',
      secure,
      format: acceptedFormat(request.headers),
    };
  }

  /** Runs one way of a request and always ends in an answer and a log line. */
  async function conclude(request: WireRequest, exchange: Exchange, way: () => Promise<Answer>): Promise<Answer> {
    const { requestId, startedAt } = exchange;
    let answer: Answer;
    try {
      answer = await way();
    } catch (error) {
      // The cause is for the operator alone: it may speak of anything.
      log.error({ requestId, action: nameOf(exchange), error }, 'a request failed inside');
      answer = reply(exchange, refuse('InternalError'));
    }
    const { caller, regionId, remote } = exchange;
    const say = isProbe(request.path) && answer.status === 200 ? log.debug : log.info;
    say.call(
      log,
      {
        requestId,
        account: caller?.accountId,
        accessKeyId: caller?.accessKeyId,
        action: nameOf(exchange),
        region: regionId,
        code: answer.code,
        status: answer.status,
        ms: clock.now() - startedAt,
        remote,
      },
      'request',
    );
    if (request.path === '/') record(exchange, answer);
    return answer;
  }

  /** Gives the record of a request, once. */
  function record(exchange: Exchange, { code, status }: Pick<Answer, 'code' | 'status'>): void {
    if (exchange.recorded) return;
    exchange.recorded = true;
    const { requestId, startedAt: at, caller, regionId, remote } = exchange;
    options.concluded?.({
      requestId,
      at,
      accountId: caller?.accountId,
      accessKeyId: caller?.accessKeyId,
      action: nameOf(exchange),
      regionId,
      code,
      status,
      remote,
      milliseconds: Math.max(0, clock.now() - at),
    });
  }

  /** What was refused before it could be read as a request. */
  function unread(requestId: string, remote: string, { code, status }: Refusal): void {
    log.info({ requestId, code, status, remote }, 'request');
    const unknown = { accountId: undefined, accessKeyId: undefined, action: undefined, regionId: undefined };
    options.concluded?.({ requestId, at: clock.now(), ...unknown, code, status, remote, milliseconds: 0 });
  }

  const http = createHttp({
    limits,
    log,
    tls: options.tls,
    newRequestId: () => randomUuid(random).toUpperCase(),
    unread,
    async answer(request) {
      const exchange = begin(request);
      return {
        requestId: exchange.requestId,
        answer: await conclude(request, exchange, () => serve(request, exchange)),
      };
    },
    async upgrade(request, connection) {
      const exchange = begin(request);
      const answer = await conclude(request, exchange, () => stream(request, exchange, connection));
      return { requestId: exchange.requestId, answer };
    },
  });

  return {
    inject: http.inject,
    renewTls: http.renewTls,
    async listen(address) {
      hosts = allowedHosts(address.host, options.allowedHosts);
      return http.listen(address);
    },
    async close() {
      closing = true;
      await http.close();
      await nonces.close();
    },
  };
}

function reply(exchange: Exchange, outcome: object | Refusal): Answer {
  const { requestId, host, secure, format, action, retryAfter } = exchange;
  return { ...answerOf(outcome, { requestId, host, secure, format, actionName: action?.name }), retryAfter };
}

function nameOf({ action }: Exchange): ActionKey | undefined {
  return action && keyOf(action);
}

/** What the log says of a stream that was carried to its end. */
const SWITCHED: Answer = { status: 101, code: 'OK', type: JSON_TYPE, body: '' };
