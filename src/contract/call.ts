/** What is known of a call before a handler runs: who signed it, where it is meant for, how it may be repeated. */

/** Who signed the request. */
export interface Caller {
  readonly accountId: string;
  readonly accountName: string;
  readonly administrator: boolean;
  readonly accessKeyId: string;
  /** Of temporary credentials. */
  readonly session?: CallerSession | undefined;
}

/** Under which role and name temporary credentials were issued. */
export interface CallerSession {
  readonly role: string;
  readonly name: string;
  /** The lasting access key that ends them when it is disabled. */
  readonly issuedTo: string;
  /** Milliseconds since 1970, by the real clock. */
  readonly expiresAt: number;
}

/** What the gateway knows of a request when it calls a handler. */
export interface CallFacts {
  readonly requestId: string;
  readonly caller: Caller;
  /** RegionId parameter, else the region of this endpoint. Not yet checked to exist. */
  readonly regionId: string;
  /** Host header of the request: the endpoint as the client sees it. */
  readonly host: string;
  /** Whether the request came over TLS. */
  readonly secure?: boolean | undefined;
  /** Address of the other end. */
  readonly remote?: string | undefined;
  /** When the request came, by the real clock. */
  readonly receivedAt?: number | undefined;
  readonly clientToken?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** Hash of the decoded parameters without ClientToken, for idempotence. */
  readonly requestHash: string;
}
