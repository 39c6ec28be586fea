/**
 * How much history is kept: of requests and of changes the newest so many, and none older than so long. Removed from the
 * old end in small transactions, so that no answer waits for it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Store } from '../store/port.ts';
import type { Clock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';

/** Tables whose rows are numbered and dated. */
export type HistoryTable = 'journal' | 'request';

export interface Kept {
  readonly rows: number;
  readonly milliseconds: number;
}

const DAY = 24 * 60 * 60 * 1000;

export const KEPT: { readonly [T in HistoryTable]: Kept } = {
  request: { rows: 100_000, milliseconds: 30 * DAY },
  journal: { rows: 100_000, milliseconds: 365 * DAY },
};

/** Rows removed in one transaction. */
const MOST_TOGETHER = 500;
/** Milliseconds between two looks. */
const INTERVAL = 60_000;

export interface RetentionOptions {
  readonly store: Store;
  readonly log: Log;
  /** The real clock. */
  readonly clock: Clock;
  /** The clock that dates changes; it can be moved. */
  readonly ruleClock: Clock;
  readonly kept?: Partial<typeof KEPT>;
}

/** Removes now and from time to time; ends with the function it gives, once what runs is done. */
export function keepHistoryShort(options: RetentionOptions): () => Promise<void> {
  const ending = new AbortController();
  let running = Promise.resolve();
  const look = (): void => {
    running = running
      .then(() => removeOld(options, ending.signal))
      .catch((error: unknown) => options.log.error({ error }, 'old history could not be removed'));
  };
  const timer = setInterval(look, INTERVAL);
  timer.unref();
  look();
  return async () => {
    clearInterval(timer);
    ending.abort();
    await running;
  };
}

/** Removes what is too old or too many; stops early when told to. */
export async function removeOld(options: RetentionOptions, signal?: AbortSignal): Promise<void> {
  const { store, clock, ruleClock } = options;
  const kept = { ...KEPT, ...options.kept };
  // Changes are dated by a clock that may be in the future (then they only stay longer, up to their number) or in the
  // past (then it is that clock by which they are not old yet).
  const now = { request: clock.now(), journal: Math.min(clock.now(), ruleClock.now()) };
  for (const table of ['request', 'journal'] as const) {
    const oldest = now[table] - kept[table].milliseconds;
    while (!signal?.aborted && (await removeSome(store, table, kept[table].rows, oldest)) > 0) await turn();
  }
}

/** Removes at most so many as fit a transaction, from the old end; answers how many. */
async function removeSome(store: Store, table: HistoryTable, rows: number, oldest: number): Promise<number> {
  const end = await store.read(async (reader) => {
    const [first] = await reader.find(table, {}, { orderBy: ['sequence'], limit: 1 });
    const [last] = await reader.find(table, {}, { orderBy: ['-sequence'], limit: 1 });
    if (!first || !last) return undefined;
    const upTo = first.sequence + MOST_TOGETHER;
    // Numbers have no gaps worth the name, so they tell how many there are without counting.
    const tooMany = Math.min(upTo, last.sequence - rows + 1);
    return { tooMany, tooOld: first.at < oldest ? upTo : 0, first: first.sequence };
  });
  if (!end) return 0;
  const { tooMany, tooOld, first } = end;
  if (tooMany <= first && tooOld <= first) return 0;
  const outcome = await store.write({ scope: ['requests'] }, async (tx) => {
    const byNumber = tooMany > first ? await tx.remove(table, { sequence: { before: tooMany } }) : 0;
    const byAge = tooOld > first ? await tx.remove(table, { sequence: { before: tooOld }, at: { before: oldest } }) : 0;
    return byNumber + byAge;
  });
  return outcome.kind === 'done' ? outcome.value : 0;
}
