/** A person at a terminal, who starts the launcher, reads the screen and types. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { cleanEnvironment, LAUNCHER } from './launcher.ts';

/** Milliseconds in which something must be seen. */
const PATIENCE = 20_000;

const present = new Set<Person>();

/** To be called at the top of each test file: who has not left by the end of a test is led out. */
export function peopleLeaveAfterEach(): void {
  afterEach(() => {
    for (const person of present) person.leave();
  });
}

export class Person {
  readonly #child: ChildProcess;
  /** What the screen has shown since the last thing that was seen. */
  #shown = '';
  #all = '';
  readonly #decoder = new TextDecoder();
  #modes: ((modes: string) => void) | undefined;
  #notice = (): void => {};
  /** Exit status, that of a shell when a signal ended it. */
  readonly ended: Promise<number>;

  constructor(
    words: readonly string[],
    options: {
      readonly rows?: number;
      readonly columns?: number;
      readonly env?: { readonly [name: string]: string };
    } = {},
  ) {
    const { rows = 24, columns = 80, env = {} } = options;
    const script = join(import.meta.dirname, 'person.py');
    this.#child = spawn('python3', [script, String(rows), String(columns), LAUNCHER, ...words], {
      cwd: tmpdir(),
      env: cleanEnvironment({ TERM: 'xterm', ...env }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let line = '';
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
        const lines = `${line}${piece}`.split('\n');
        line = lines.pop() ?? '';
        for (const said of lines) this.#hear(JSON.parse(said), resolve);
      });
    });
    this.#child.stdin?.on('error', () => {});
    present.add(this);
  }

  #hear(
    said: { readonly shown?: string; readonly modes?: readonly number[]; readonly ended?: number },
    over: (status: number) => void,
  ): void {
    if (said.shown !== undefined) {
      const text = this.#decoder.decode(Buffer.from(said.shown, 'hex'), { stream: true });
      this.#shown += text;
      this.#all += text;
    }
    if (said.modes) this.#modes?.(said.modes.join(' '));
    if (said.ended !== undefined) over((said.ended & 0x7f) === 0 ? said.ended >> 8 : 128 + (said.ended & 0x7f));
    this.#notice();
  }

  /** Everything that the screen was ever told. */
  get screen(): string {
    return this.#all;
  }

  /** Waits until the screen shows it, after what was seen before. Gives the match. */
  async sees(what: RegExp | string): Promise<string> {
    const pattern = typeof what === 'string' ? new RegExp(what.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')) : what;
    const late = setTimeout(() => this.#notice(), PATIENCE);
    const end = performance.now() + PATIENCE;
    try {
      for (;;) {
        const found = pattern.exec(this.#shown);
        if (found) {
          this.#shown = this.#shown.slice(found.index + found[0].length);
          return found[1] ?? found[0];
        }
        if (performance.now() >= end)
          throw new Error(`never saw ${pattern}: ${JSON.stringify(this.#all.slice(-2000))}`);
        await new Promise<void>((resolve) => {
          this.#notice = resolve;
        });
      }
    } finally {
      clearTimeout(late);
    }
  }

  types(text: string): void {
    this.#wish({ type: text });
  }

  /** Another size of the window. */
  resizes(rows: number, columns: number): void {
    this.#wish({ size: [rows, columns] });
  }

  signals(signal: keyof typeof constants.signals): void {
    this.#wish({ signal });
  }

  /** Gives the terminal the modes that it had at first, as a shell does for itself when a program was stopped. */
  resetsModes(): void {
    this.#wish({ reset: true });
  }

  closesTheWindow(): void {
    this.#wish({ close: true });
  }

  /** The modes of the person's terminal, in one text. */
  modes(): Promise<string> {
    return new Promise((resolve) => {
      this.#modes = resolve;
      this.#wish({ modes: true });
    });
  }

  /** Goes away; a program that still runs is killed. */
  leave(): void {
    present.delete(this);
    this.#child.stdin?.end();
  }

  #wish(wish: object): void {
    this.#child.stdin?.write(`${JSON.stringify(wish)}\n`);
  }
}
