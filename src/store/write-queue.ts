/**
 * Writes, one after another on the one writing connection. Those that wait while a transaction runs are taken together
 * into the next one, each in a savepoint of its own, so that one wait for the disk serves them all. A write is answered
 * after the commit, whatever its outcome was: a refusal may rest on what another write of the same transaction did.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { steadyClock } from '../values/clock.ts';
import { isRefusal } from '../values/refusal.ts';
import { earlierReply, keepReply } from './once.ts';
import type { Transaction, WriteOptions, WriteOutcome, Writer } from './port.ts';
import { type SqliteConnection, sqliteViolation } from './sqlite.ts';
import type { Statements } from './statements.ts';
import { StoreUnavailable, unavailable } from './unavailable.ts';
import { ConnectionWriter } from './writer.ts';

/** Most writes in a transaction: bounds how long the first of them waits for the last. */
const MOST_TOGETHER = 64;

/** How often a transaction is tried while another process holds the database, and the pause between, in ms. */
const BEGIN_ATTEMPTS = 120;
const BEGIN_PAUSE = 25;

type Work<R> = (writer: Writer) => Promise<R>;

/** What became of a write, before the commit. */
type Attempt =
  | { readonly kind: 'ready'; readonly outcome: WriteOutcome<unknown>; readonly touched: boolean }
  | { readonly kind: 'failed'; readonly error: unknown };

interface Job {
  readonly options: WriteOptions;
  readonly work: Work<unknown>;
  readonly resolve: (outcome: WriteOutcome<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

export class WriteQueue {
  readonly #connection: SqliteConnection;
  readonly #statements: Statements;
  readonly #committed: () => void;
  readonly #durable: (transaction: Transaction) => void;
  #waiting: Job[] = [];
  #pumping: Promise<void> | undefined;
  #closed = false;

  /** `committed` is called after each commit that touched networks, `durable` after each. */
  constructor(
    connection: SqliteConnection,
    statements: Statements,
    committed: () => void,
    durable: (transaction: Transaction) => void,
  ) {
    this.#connection = connection;
    this.#statements = statements;
    this.#committed = committed;
    this.#durable = durable;
  }

  submit<R>(options: WriteOptions, work: Work<unknown>): Promise<WriteOutcome<R>> {
    if (this.#closed) return Promise.reject(unavailable('closed', this.#connection.path));
    return new Promise<WriteOutcome<unknown>>((resolve, reject) => {
      this.#waiting.push({ options, work, resolve, reject });
      this.#pumping ??= this.#pump();
    }) as Promise<WriteOutcome<R>>;
  }

  /** Takes no more writes and resolves when those that wait are done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pumping;
  }

  async #pump(): Promise<void> {
    // The jobs of one tick come together: without this the first would always run alone.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#together(this.#waiting.splice(0, MOST_TOGETHER));
    this.#pumping = undefined;
  }

  /** Runs jobs in one transaction and answers them. Never throws. */
  async #together(jobs: readonly Job[]): Promise<void> {
    const attempts: Attempt[] = [];
    try {
      await this.#begin();
      for (const job of jobs) {
        attempts.push(await this.#attempt(job, jobs.length === 1));
        // After some failures (a full disk) SQLite rolls the whole transaction back by itself.
        if (!this.#connection.inTransaction) throw endedBy(attempts.at(-1)!, this.#connection.path);
      }
      const began = steadyClock.now();
      this.#connection.control('commit');
      this.#durable({ milliseconds: steadyClock.now() - began, writes: jobs.length });
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.control('rollback');
      this.#fail(jobs, attempts.length, error);
      return;
    }
    let touched = false;
    for (const [index, attempt] of attempts.entries()) {
      const job = jobs[index]!;
      if (attempt.kind === 'failed') job.reject(attempt.error);
      else {
        touched ||= attempt.touched;
        job.resolve(attempt.outcome);
      }
    }
    if (touched) this.#committed();
  }

  /** The transaction is lost: jobs that were in it fail with it, those not begun wait for the next one. */
  #fail(jobs: readonly Job[], begun: number, error: unknown): void {
    // When not even a transaction could be begun, none of them can have one.
    const lost = begun === 0 ? jobs.length : begun;
    this.#waiting.unshift(...jobs.slice(lost));
    for (const job of jobs.slice(0, lost)) job.reject(error);
  }

  async #begin(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#connection.control('begin immediate');
        return;
      } catch (error) {
        const locked = error instanceof StoreUnavailable && error.reason === 'locked';
        if (!locked || attempt === BEGIN_ATTEMPTS) throw error;
        await delay(BEGIN_PAUSE);
      }
    }
  }

  /** Runs one job so that all of it or nothing is in the transaction. */
  async #attempt(job: Job, alone: boolean): Promise<Attempt> {
    const connection = this.#connection;
    const writer = new ConnectionWriter(connection, this.#statements, sqliteViolation);
    if (!alone) connection.control('savepoint job');
    let attempt: Attempt;
    try {
      const outcome = await outcomeOf(job, writer, connection);
      attempt = { kind: 'ready', outcome, touched: outcome.kind === 'done' && writer.touched };
    } catch (error) {
      attempt = { kind: 'failed', error };
    } finally {
      writer.end();
    }
    if (!connection.inTransaction) return attempt;
    const keep = attempt.kind === 'ready' && attempt.outcome.kind === 'done';
    if (!keep) {
      if (alone) {
        connection.control('rollback');
        connection.control('begin');
      } else connection.control('rollback to job');
    }
    if (!alone) connection.control('release job');
    return attempt;
  }
}

async function outcomeOf(job: Job, writer: Writer, connection: SqliteConnection): Promise<WriteOutcome<unknown>> {
  const { once, dryRun } = job.options;
  // A dry run neither uses up a token nor is answered by one: it asks whether the request would pass now.
  const token = dryRun ? undefined : once;
  if (token) {
    const earlier = await earlierReply<unknown>(connection, token);
    if (earlier.kind !== 'none') return earlier;
  }
  const value = await job.work(writer);
  if (isRefusal(value)) return { kind: 'refused', refusal: value };
  if (dryRun) return { kind: 'dry' };
  if (token) await keepReply(connection, token, value);
  return { kind: 'done', value };
}

function endedBy(attempt: Attempt, path: string): unknown {
  return attempt.kind === 'failed' ? attempt.error : unavailable('input-output', path, new Error('transaction lost'));
}
