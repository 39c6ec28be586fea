/** Time as a value that is handed in. Rules about hours, expiry and arrears ask this clock, so it can be moved. */

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since some moment, never set back: for how long something took or may take. */
export const steadyClock: Clock = { now: () => performance.now() };

/** The system's clock moved by an offset that can change while running. */
export class MovableClock implements Clock {
  #offset: number;
  readonly #base: Clock;

  constructor(base: Clock, offset = 0) {
    this.#base = base;
    this.#offset = offset;
  }

  now(): number {
    return this.#base.now() + this.#offset;
  }

  /** Milliseconds added to the base clock. */
  get offset(): number {
    return this.#offset;
  }

  moveTo(offset: number): void {
    this.#offset = offset;
  }
}

/** `YYYY-MM-DDThh:mm:ssZ`, the form of VPC and ENI answers and of signatures. */
export function formatSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** `YYYY-MM-DDThh:mmZ`, the form of instance times in ECS answers. */
export function formatMinutes(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}

/** Parses `YYYY-MM-DDThh:mm:ssZ` strictly. Undefined when malformed or no real date. */
export function parseSeconds(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) || formatSeconds(time) !== text ? undefined : time;
}

/** Parses `YYYY-MM-DDThh:mmZ` strictly. Undefined when malformed or no real date. */
export function parseMinutes(text: string): number | undefined {
  return /^[^Z]*Z$/.test(text) ? parseSeconds(text.replace(/Z$/, ':00Z')) : undefined;
}

/** The same day and hour some months later; the last day of the month when it has no such day. */
export function addMonths(time: number, months: number): number {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}
