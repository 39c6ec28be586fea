/** A request as it ended, for whoever counts and records requests. Nothing of its parameters or its answer. */
export interface RequestRecord {
  readonly requestId: string;
  /** When it came, by the real clock. */
  readonly at: number;
  /** Who signed it; undefined when nobody was found to have. */
  readonly accountId: string | undefined;
  readonly accessKeyId: string | undefined;
  /** `PRODUCT.ACTION`; undefined when none was found. */
  readonly action: string | undefined;
  readonly regionId: string | undefined;
  /** `OK`, or the code of the refusal. */
  readonly code: string;
  /** Of HTTP; 101 for one that became a stream. */
  readonly status: number;
  /** Address of the other end. */
  readonly remote: string;
  /** From its arrival to its answer. */
  readonly milliseconds: number;
}
