/**
 * Nonces that outlive the process: each accepted one is appended to a file before its request goes on. The bytes are in
 * the system's cache then, which a killed process does not lose, and are made durable once a second.
 */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { type NonceMemory, RecentNonces } from './nonces.ts';

/** The file is rewritten when it has this many lines more than twice what is remembered. */
const SLACK = 65_536;

export interface NonceJournalOptions {
  /** Made when absent, readable by its owner alone. One process at a time. */
  readonly path: string;
  /** Milliseconds since 1970, now: what is too old is not taken over. */
  readonly now: number;
  /** Lines beyond what is remembered before the file is rewritten; for tests. */
  readonly slack?: number;
}

/** Remembers across restarts. Throws when the file cannot be read or written. */
export function openNonceJournal({ path, now, slack = SLACK }: NonceJournalOptions): NonceMemory {
  const memory = new RecentNonces();
  if (existsSync(path)) {
    for (const line of readFileSync(path, 'utf8').split('\n')) takeOver(memory, line, now);
  }
  let lines = 0;
  let file = rewrite();
  let dirty = false;
  let syncing = false;

  /** A new file with what is remembered, in place of the old one in one step: a crash leaves one or the other whole. */
  function rewrite(): number {
    const next = `${path}.new`;
    const fd = openSync(next, 'w', 0o600);
    lines = 0;
    for (const entry of memory.entries()) {
      if ('floor' in entry) {
        writeSync(fd, `${JSON.stringify([entry.accessKeyId, entry.floor])}\n`);
        lines += 1;
        continue;
      }
      let text = '';
      for (const nonce of entry.nonces) {
        text += nonceLine(entry.accessKeyId, entry.second, nonce);
        lines += 1;
      }
      writeSync(fd, text);
    }
    fdatasyncSync(fd);
    renameSync(next, path);
    return fd;
  }

  const timer = setInterval(() => {
    if (!dirty || syncing) return;
    dirty = false;
    syncing = true;
    fdatasync(file, () => {
      syncing = false;
    });
  }, 1000);
  timer.unref();

  return {
    use(accessKeyId, nonce, time, at) {
      const outcome = memory.use(accessKeyId, nonce, time, at);
      if (outcome !== 'fresh') return outcome;
      writeSync(file, nonceLine(accessKeyId, Math.floor(time / 1000), nonce));
      dirty = true;
      lines += 1;
      if (lines > 2 * memory.size + slack && !syncing) {
        const old = file;
        file = rewrite();
        closeSync(old);
      }
      return outcome;
    },
    async close() {
      clearInterval(timer);
      fdatasyncSync(file);
      closeSync(file);
    },
  };
}

function nonceLine(accessKeyId: string, second: number, nonce: string): string {
  return `${JSON.stringify([accessKeyId, second, nonce])}\n`;
}

/** A line that a crash cut short belongs to a request that never went on; it is passed over. */
function takeOver(memory: RecentNonces, line: string, now: number): void {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return;
  }
  if (!Array.isArray(fields)) return;
  const [accessKeyId, second, nonce] = fields as unknown[];
  if (typeof accessKeyId !== 'string' || typeof second !== 'number') return;
  if (typeof nonce === 'string') memory.use(accessKeyId, nonce, second * 1000, now);
  else memory.raise({ accessKeyId, floor: second });
}
