/** What went wrong, in words for the person at the terminal. Shown as one line without a stack; the exit status is 1. */
export class Failure extends Error {}

/** Causes that a person can put right, by the code of the system call or of SQLite. */
const CAUSES: { readonly [code: string]: string } = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOTDIR: 'part of the path is a file, not a directory',
  EEXIST: 'there is a file of that name',
  ENAMETOOLONG: 'the path is too long',
  EIO: 'the disk reports an error',
  SQLITE_13: 'the disk is full',
  SQLITE_8: 'it is read-only',
  SQLITE_14: 'the database file cannot be opened',
  SQLITE_11: 'the database is damaged',
  SQLITE_26: 'the database is damaged: its file is no database',
  SQLITE_10: 'the disk reports an error',
};

/** The cause of an error that a person can put right; undefined when it is none of those. Looks through causes. */
export function causeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('errcode' in at && typeof at.errcode === 'number') {
      // SQLite's extended codes keep the primary one in the low byte.
      const cause = CAUSES[`SQLITE_${at.errcode & 0xff}`];
      if (cause) return cause;
    }
    if ('code' in at && typeof at.code === 'string' && Object.hasOwn(CAUSES, at.code)) return CAUSES[at.code];
  }
  return undefined;
}

/** An error as one line. */
export function lineOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
