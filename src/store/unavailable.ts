/**
 * The store cannot be used, through no fault of a request: said in one line that a person can act on. It is thrown, by
 * `openStore` (a start fails with the line) and by reads and writes (the request fails, nothing of it was stored).
 */

export type UnavailableReason =
  | 'cannot-open'
  | 'read-only'
  | 'full'
  | 'locked'
  | 'corrupt'
  | 'newer'
  | 'foreign'
  | 'input-output'
  | 'closed';

export class StoreUnavailable extends Error {
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreUnavailable';
    this.reason = reason;
  }
}

/**
 * The line for a reason. `path` is the database's file; `detail` the words of the system, shown where the reason alone
 * does not say enough.
 */
export function unavailable(reason: UnavailableReason, path: string, cause?: unknown): StoreUnavailable {
  const words = cause instanceof Error ? cause.message : '';
  return new StoreUnavailable(reason, line(reason, path, words), cause);
}

function line(reason: UnavailableReason, path: string, words: string): string {
  switch (reason) {
    case 'cannot-open':
      return `The database ${path} cannot be opened (${words}). Does its directory exist, and may this user write there?`;
    case 'read-only':
      return `The database ${path} cannot be written: the file or its directory is read-only for this user.`;
    case 'full':
      return `The disk that holds ${path} is full. Nothing was stored; free some space and try again.`;
    case 'locked':
      return `The database ${path} is in use by another process. Is this data directory served already?`;
    case 'corrupt':
      return `The database ${path} is damaged (${words}). Restore it from a backup, or start with another data directory.`;
    case 'newer':
      return `The database ${path} was made by a newer version of this program (${words}). Use that version, or another data directory.`;
    case 'foreign':
      return `The file ${path} is a database of another program. Use another data directory.`;
    case 'input-output':
      return `The disk that holds ${path} fails (${words}).`;
    case 'closed':
      return `The database ${path} is closed.`;
  }
}
