/** The log of a running server: JSON lines through pino, errors with their whole chain of causes. */
import pino from 'pino';
import type { Log } from '../values/log.ts';

/** Writes to a file, or to stderr when no path is given. */
export function createLog(options: { readonly path?: string | undefined; readonly level?: string | undefined }): Log {
  const destination = pino.destination({ dest: options.path ?? 2, mkdir: true, sync: false });
  return pino({ level: options.level ?? 'info', base: null, serializers: { error: describeError } }, destination);
}

/** An error with its stack and its causes, as plain data. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
