/** Structured log lines: an object of facts and a sentence. Secrets are never among the facts. */

type Facts = { readonly [name: string]: unknown };

export interface Log {
  debug(facts: Facts, message: string): void;
  info(facts: Facts, message: string): void;
  warn(facts: Facts, message: string): void;
  error(facts: Facts, message: string): void;
  /** A log whose lines all carry these facts. */
  child(facts: Facts): Log;
}

/** Says nothing. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
