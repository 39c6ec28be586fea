/**
 * The process that sends a probe and watches for it: see probe-packet.py. Short-lived; it ends when its input does, so
 * it never outlives a daemon.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { start } from '../../shell/shell.ts';
import type { LinkNames } from './probe-evidence.ts';
import type { FilterStep } from './probe-frame.ts';

/** What it is to watch, and to send. */
export interface WatchPlan {
  /** Networks to trace in. */
  readonly networks: readonly string[];
  /** Guests whose cards the frame may come to. */
  readonly receivers: readonly string[];
  readonly sender: string;
  /** MAC of the card to send from. */
  readonly mac: string;
  readonly frame: Uint8Array;
  readonly probeFilter: readonly FilterStep[];
  readonly answerFilters: readonly (readonly FilterStep[])[];
}

/** Something that was seen: in the `place`-th network or of the `place`-th receiver. */
export type Sight =
  | { readonly kind: 'trace' | 'arrived'; readonly place: number; readonly bytes: Uint8Array }
  | { readonly kind: 'answer'; readonly bytes: Uint8Array };

export interface Watcher {
  /** Resolves when all is watched; answers the names of the networks' links. */
  open(plan: WatchPlan): Promise<{ readonly links: LinkNames }>;
  /** Sends the frame; false when the guest has taken the card away or down. */
  send(): Promise<boolean>;
  /** What was seen since the last call. */
  take(): Sight[];
  /** Resolves at the next sight, or after so many milliseconds. Rejects when the process has ended. */
  news(milliseconds: number): Promise<void>;
  /** Resolves when all that has happened until now is there to be taken, whichever way it came. */
  settled(): Promise<void>;
  /** Ends the process. Harmless when it has ended. */
  end(): void;
}

/** How long it may take to answer. Milliseconds. */
const PATIENCE = 20_000;

/** Resolves when the process runs; nothing is watched yet. */
export async function startWatcher(inside: (command: readonly string[]) => readonly string[]): Promise<Watcher> {
  const text = await readFile(new URL('./probe-packet.py', import.meta.url), 'utf8');
  const child = start(inside(['python3', '-I', '-c', text]), { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new TypeError('pipes were asked for');
  let complaint = '';
  let over = false;
  let notice = () => {};
  let sights: Sight[] = [];
  const words: { readonly [name: string]: unknown }[] = [];
  stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaint = `${complaint}${piece}`.slice(-2000);
  });
  stdin.on('error', () => {
    // it ended; 'close' tells
  });
  createInterface({ input: stdout }).on('line', (line) => {
    const said = JSON.parse(line) as { readonly [name: string]: unknown };
    const sight = sightOf(said);
    if (sight) sights.push(sight);
    else words.push(said);
    notice();
  });
  const close = () => {
    over = true;
    notice();
  };
  child.on('error', (error) => {
    complaint += error.message;
    close();
  });
  child.on('close', close);

  /** The next words that are no sight. */
  const answer = async () => {
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    try {
      for (;;) {
        const said = words.shift();
        if (said) return said;
        if (over) throw new Error(`the watcher of a probe ended: ${complaint.trim() || 'without a word'}`);
        await new Promise<void>((resolve) => {
          notice = resolve;
        });
      }
    } finally {
      clearTimeout(late);
    }
  };

  await answer();
  return {
    async open({ networks, ...plan }) {
      stdin.write(`${JSON.stringify({ networks, ...plan, frame: Buffer.from(plan.frame).toString('hex') })}\n`);
      const { ready } = (await answer()) as { ready: { links: { [number: string]: string }[] } };
      const names = ready.links.map((each) => new Map(Object.entries(each).map(([at, name]) => [Number(at), name])));
      return { links: new Map(networks.map((id, place) => [id, names[place] ?? new Map()])) };
    },
    async send() {
      stdin.write('send\n');
      return 'sent' in (await answer());
    },
    async settled() {
      stdin.write('tell\n');
      await answer();
    },
    take() {
      const taken = sights;
      sights = [];
      return taken;
    },
    async news(milliseconds) {
      if (sights.length > 0) return;
      if (over) throw new Error(`the watcher of a probe ended: ${complaint.trim() || 'without a word'}`);
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, Math.max(0, milliseconds));
        notice = () => {
          clearTimeout(late);
          resolve();
        };
      });
    },
    end() {
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
    },
  };
}

function sightOf(said: { readonly [name: string]: unknown }): Sight | undefined {
  for (const kind of ['trace', 'arrived'] as const) {
    const told = said[kind] as [number, string] | undefined;
    if (told) return { kind, place: told[0], bytes: Buffer.from(told[1], 'hex') };
  }
  const heard = said['answer'] as string | undefined;
  return heard === undefined ? undefined : { kind: 'answer', bytes: Buffer.from(heard, 'hex') };
}
