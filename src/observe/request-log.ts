/**
 * The record of requests. What changed something stands in the transaction of its change, so it holds exactly when the
 * change does; everything else is collected and written a moment later, off the way of the answers. A crash loses at most
 * that moment of reads and refusals. docs/decisions/0018 weighs this.
 *
 * Interleaving: one flush runs at a time; records that come meanwhile wait for the next. A record that stands is told by
 * the transaction's end before the request's own end, as both belong to the same request.
 */
import type { Store, Writer } from '../store/port.ts';
import type { Tables } from '../store/schema.ts';
import type { Clock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';
import type { RequestRecord } from '../values/request-record.ts';

export interface RequestLogOptions {
  readonly store: Store;
  readonly log: Log;
  /** The real clock. */
  readonly clock: Clock;
  /** Milliseconds between two looks for records to write; a second when absent. */
  readonly interval?: number | undefined;
  /** Records that may wait to be written; beyond it the oldest are lost, counted and told in the log. */
  readonly mostWaiting?: number;
}

/** What a transaction knows of its request. */
export interface WriteFacts {
  readonly requestId: string;
  readonly caller: { readonly accountId: string; readonly accessKeyId: string };
  readonly action: string;
  readonly regionId: string;
  readonly remote: string;
  readonly receivedAt: number;
}

type Entry = Omit<Tables['request'], 'sequence'>;

/** Milliseconds between two flushes. */
const INTERVAL = 1000;
/** Records in a transaction: bounds how long answers wait for it. */
const MOST_TOGETHER = 200;
const MOST_WAITING = 20_000;

export class RequestLog {
  readonly #options: RequestLogOptions;
  readonly #mostWaiting: number;
  #waiting: Entry[] = [];
  /** Requests whose record stands with their change. */
  readonly #standing = new Set<string>();
  #flushing: Promise<void> | undefined;
  #lost = 0;
  #failing = false;
  readonly #timer: NodeJS.Timeout;

  constructor(options: RequestLogOptions) {
    this.#options = options;
    this.#mostWaiting = options.mostWaiting ?? MOST_WAITING;
    this.#timer = setInterval(() => void this.flush(), options.interval ?? INTERVAL);
    this.#timer.unref();
  }

  /** Records that wait to be written. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether the last attempt to write failed. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Takes the record of a request that has ended. */
  note(record: RequestRecord): void {
    const standing = this.#standing.delete(record.requestId);
    // A change that was made and then answered otherwise is told twice rather than never.
    if (standing && record.code === 'OK') return;
    this.#waiting.push(entryOf(record));
    if (this.#waiting.length > this.#mostWaiting) {
      this.#waiting.shift();
      this.#lost += 1;
    }
    if (this.#waiting.length >= MOST_TOGETHER) void this.flush();
  }

  /** Adds the record of a change to its transaction. */
  async within(tx: Writer, facts: WriteFacts): Promise<void> {
    if (this.#standing.has(facts.requestId)) return;
    const { requestId, caller, action, regionId, remote, receivedAt } = facts;
    const milliseconds = Math.max(0, this.#options.clock.now() - receivedAt);
    await tx.request(
      entryOf({
        ...caller,
        requestId,
        at: receivedAt,
        action,
        regionId,
        code: 'OK',
        status: 200,
        remote,
        milliseconds,
      }),
    );
  }

  /** The transaction was carried out: its record stands. */
  stands(requestId: string): void {
    this.#standing.add(requestId);
  }

  /** Resolves when everything noted before is written, or could not be. */
  async flush(): Promise<void> {
    // Whoever asks while a flush runs wants its own records written too.
    if (this.#flushing) await this.#flushing;
    if (this.#waiting.length === 0) return;
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  /** Writes what waits and takes no more. The store must still be open. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const { store, log } = this.#options;
    // What comes while this runs is the next flush's.
    let left = this.#waiting.length;
    while (left > 0) {
      const entries = this.#waiting.splice(0, Math.min(left, MOST_TOGETHER));
      left -= entries.length;
      try {
        await store.write({ scope: ['requests'] }, async (tx) => {
          for (const entry of entries) await tx.request(entry);
        });
        this.#failing = false;
      } catch (error) {
        this.#waiting.unshift(...entries);
        if (!this.#failing) log.error({ error }, 'requests could not be recorded; they are kept and tried again');
        this.#failing = true;
        break;
      }
    }
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    const over = this.#waiting.length - this.#mostWaiting;
    if (over > 0) {
      this.#waiting.splice(0, over);
      this.#lost += over;
    }
    if (this.#lost === 0) return;
    this.#options.log.warn({ requests: this.#lost }, 'requests were not recorded: more came than could be written');
    this.#lost = 0;
  }
}

function entryOf(record: RequestRecord): Entry {
  return {
    at: record.at,
    request_id: record.requestId,
    account_id: record.accountId ?? '',
    access_key_id: record.accessKeyId ?? '',
    action: record.action ?? '',
    // Not every action looks at it, so it may be anything.
    region_id: (record.regionId ?? '').slice(0, 64),
    code: record.code,
    status: record.status,
    remote: record.remote,
    milliseconds: record.milliseconds,
  };
}
