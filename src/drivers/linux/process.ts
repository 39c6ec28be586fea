/**
 * Processes of the machine that outlive the daemon, told apart from later ones that were given the same number: a
 * process is the same if its number, its start time and the boot of the machine are.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { steadyClock } from '../../values/clock.ts';

export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks from the boot of the machine to the start of the process: field 22 of /proc/PID/stat. */
  readonly startTime: string;
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId: string;
}

/** PF_EXITING of the kernel: the process ends, and ends others before it is gone. */
const EXITING = 0x4;

interface Stat {
  /** A letter. */
  readonly state: string;
  readonly flags: number;
  readonly startTime: string;
}

/** Undefined when there is no such process. */
function statOf(pid: number): Stat | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? 'X', flags: Number(fields[6]), startTime: fields[19] ?? '' };
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();

/** The mark of a living process; undefined when it has ended. */
export function markOf(pid: number): ProcessMark | undefined {
  const stat = statOf(pid);
  return stat === undefined ? undefined : { pid, startTime: stat.startTime, bootId: bootId() };
}

/** True while exactly this process runs; a zombie does not. */
export function lives(mark: ProcessMark): boolean {
  const stat = statOf(mark.pid);
  return (
    stat !== undefined &&
    stat.startTime === mark.startTime &&
    stat.state !== 'Z' &&
    stat.state !== 'X' &&
    mark.bootId === bootId()
  );
}

/** True while exactly this process runs and has not begun to end. */
export function staysAlive(mark: ProcessMark): boolean {
  const stat = statOf(mark.pid);
  return lives(mark) && stat !== undefined && (stat.flags & EXITING) === 0;
}

/** Sends a signal to exactly this process; nothing happens when it has ended. */
export function signal(mark: ProcessMark, name: NodeJS.Signals): void {
  if (!lives(mark)) return;
  try {
    process.kill(mark.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Resolves true once the process has ended, false when it still runs after `milliseconds`. */
export async function ended(mark: ProcessMark, milliseconds: number): Promise<boolean> {
  const until = steadyClock.now() + milliseconds;
  for (let wait = 1; lives(mark); wait = Math.min(wait * 2, 20)) {
    if (steadyClock.now() > until) return false;
    await pause(wait);
  }
  return true;
}

/** Reads a mark back from a run file; undefined when it is none. */
export function readMark(value: unknown): ProcessMark | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startTime, bootId } = value as { [name: string]: unknown };
  return typeof pid === 'number' && typeof startTime === 'string' && typeof bootId === 'string'
    ? { pid, startTime, bootId }
    : undefined;
}
