/** What a gateway needs from the rest of the system. It knows no handler, no store and no driver. */
import type { ActionKey, Input } from '../contract/action.ts';
import type { Caller, CallFacts } from '../contract/call.ts';
import type { ServedAction } from '../contract/catalogue.ts';
import type { Clock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';
import type { Random } from '../values/random.ts';
import type { Refusal } from '../values/refusal.ts';
import type { RequestRecord } from '../values/request-record.ts';
import type { TerminalSize } from '../values/terminal.ts';
import type { ExecEnd } from '../wire/exec-frames.ts';
import type { NonceMemory } from './nonces.ts';
import type { Rates } from './throttle.ts';

/** An access key as the gateway needs it to check a signature. */
export interface AccessKey {
  readonly secret: string;
  /** Of the key itself, or its account's. */
  readonly status: 'Active' | 'Inactive' | 'AccountInactive';
  /** With `session`: the key is temporary, and the token it was asked for with is its own. */
  readonly caller: Caller;
}

/** Why a temporary key could not be looked for: its token is absent, not ours, or of another key. */
export type TokenFault = 'missing' | 'malformed' | 'mismatched';

/** What a server shows and proves in TLS, as PEM texts. */
export interface TlsIdentity {
  /** May be followed by those of the authorities between it and a trusted one. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** The two directions of a streamed action, once its connection is upgraded. */
export interface DuplexStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborted when the client asks for it, leaves or is lost, and when the gateway closes. */
  readonly abort: AbortSignal;
  /** Has the listener told of every new size of the client's terminal, at once of one told before. One listener. */
  onResize(listener: (size: TerminalSize) => void): void;
}

/** The input of the actions that stream. */
export type StreamInput = Input<Extract<ServedAction, { effect: 'stream' }>>;

export interface GatewayOptions {
  /** Runs an action. The input is decoded as its contract says. A throw is answered as InternalError. */
  dispatch(key: ActionKey, facts: CallFacts, input: unknown): Promise<object | Refusal>;
  /**
   * Runs an action that streams. A refusal before `open` is an ordinary error answer; `open` upgrades the connection
   * (once) and gives its streams.
   */
  stream(key: ActionKey, facts: CallFacts, input: StreamInput, open: () => DuplexStreams): Promise<ExecEnd | Refusal>;
  /**
   * Asked for every request, so that a disabled key is refused at once. `securityToken`: '' when the request has none;
   * temporary keys are found by it.
   */
  findKey(accessKeyId: string, securityToken: string): Promise<AccessKey | TokenFault | undefined>;
  /** The real time: signatures never follow a moved clock. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Region of requests that name none. */
  readonly defaultRegionId: string;
  /** Host names besides loopback and the listening address that a Host header may name. */
  readonly allowedHosts: readonly string[];
  /** HTTPS with this identity; plain HTTP when absent. */
  readonly tls?: TlsIdentity | undefined;
  /** Told of every request to the API when it has ended; of one that became a stream when it did. */
  concluded?(record: RequestRecord): void;
  /** Html of GET /console/. */
  statusPage?(): string | Promise<string>;
  /** Text of GET /metrics. */
  metrics?(): Promise<{ readonly type: string; readonly body: string }>;
  /** What keeps requests from being answered rightly, for GET /ready; nothing in general. */
  problems?(): Promise<readonly string[]>;
  /** Forgets at the end of the process when absent; `openNonceJournal` gives one that doesn't. */
  readonly nonces?: NonceMemory | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** How often an account may call an action; as often as it likes when absent. */
  readonly rates?: Rates | undefined;
}

/** What a client may take of the server, bytes and milliseconds. */
export interface Limits {
  /** Of the body. */
  readonly bodyBytes: number;
  /** Of the request line and all headers together. */
  readonly headerBytes: number;
  /** Parameters of a request. */
  readonly parameters: number;
  /** From the first byte to the end of the headers. */
  readonly headersMs: number;
  /** From the first byte to the end of the body. */
  readonly requestMs: number;
  /** How long requests in progress may go on after `close`. */
  readonly closeMs: number;
}

/** The official clients put up to 32 KB of UserData into the URL, so the header limit is well above Node's 16 KB. */
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 1_048_576,
  headerBytes: 262_144,
  parameters: 5_000,
  headersMs: 10_000,
  requestMs: 30_000,
  closeMs: 2_000,
};
