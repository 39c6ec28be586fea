/**
 * Programs that are kept open and fed line by line, `nft -i` and `sh`: entering a namespace costs some ten milliseconds,
 * a command of a program that is there already a fraction of one. Each command is followed by a line that makes the
 * program say something; by that we know that the command has been carried out and which words belong to it.
 *
 * `ip -batch -` is not kept open: it remembers the numbers of interfaces, which are wrong once one is made anew, and
 * keeps every namespace alive that a command has named. It is run by the shell instead, one process a batch.
 */
import { run, start } from '../../shell/shell.ts';

type ChildProcess = ReturnType<typeof start>;

/** A command that the tool refused, with its own words. */
export class ToolRefused extends Error {
  readonly command: string;
  readonly words: string;

  constructor(tool: string, command: string, words: string) {
    const shown = command.length > 300 ? `${command.slice(0, 300)} …` : command;
    super(`${tool}: ${words.trim()} (${shown})`);
    this.command = command;
    this.words = words;
  }
}

/** The process of a tool has died before it answered; whether it has carried out the command is not known. */
export class ToolDied extends Error {}

export interface ToolOptions {
  /** Arguments that start a program in the place where the tool works. */
  readonly inside: (command: readonly string[]) => readonly string[];
  /** After so long without a command the process is ended; the next command starts another. 30 s when absent. */
  readonly idleMilliseconds?: number;
  /** After so long without an answer the process is given up; 60 s when absent. */
  readonly patienceMilliseconds?: number;
  /** Called when the process ends though nobody asked it to. */
  readonly onDeath?: () => void;
  /** All scripts may be run twice: one during which the shell died is run once more, in another. */
  readonly repeatable?: boolean;
}

/** Text on a tool's two outputs since the command was written. */
interface Heard {
  out: string;
  err: string;
}

/** A process that is started when it is needed, asked one thing at a time, and replaced when it has died. */
class KeptProcess {
  readonly #argv: readonly string[];
  readonly #idle: number;
  readonly #patience: number;
  readonly #onDeath: () => void;
  #closing = false;
  #child: ChildProcess | undefined;
  #heard: Heard = { out: '', err: '' };
  #notice: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(argv: readonly string[], options: ToolOptions) {
    this.#argv = argv;
    this.#idle = options.idleMilliseconds ?? 30_000;
    this.#patience = options.patienceMilliseconds ?? 60_000;
    this.#onDeath = options.onDeath ?? (() => {});
  }

  /** Runs `work` when earlier work has ended, however it ended. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /**
   * Writes lines and waits until `answer` finds in the outputs what it looks for. Only within {@link inTurn}.
   * Rejects when the process ends before, or says nothing for too long.
   */
  async ask<Answer>(text: string, answer: (heard: Heard) => Answer | undefined): Promise<Answer> {
    clearTimeout(this.#timer);
    const child = this.#child ?? this.#start();
    this.#heard = { out: '', err: '' };
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      this.#drop(child);
    }, this.#patience);
    try {
      child.stdin?.write(text);
      for (;;) {
        const found = answer(this.#heard);
        if (found !== undefined) return found;
        if (this.#child !== child) {
          const words = late ? `no answer for ${this.#patience / 1000} s` : 'ended in the middle of a command';
          const line = `${this.#argv.join(' ')}: ${words}${this.#heard.err && `: ${this.#heard.err.trim()}`}`;
          throw late ? new Error(line) : new ToolDied(line);
        }
        await new Promise<void>((resolve) => {
          this.#notice = resolve;
        });
      }
    } finally {
      clearTimeout(limit);
      if (this.#child !== undefined) {
        this.#timer = setTimeout(() => void this.close(), this.#idle);
        this.#timer.unref();
      }
    }
  }

  /** Ends the process at the end of its input, after the work that waits. */
  close(): Promise<void> {
    return this.inTurn(async () => {
      clearTimeout(this.#timer);
      const child = this.#child;
      if (child === undefined) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      this.#closing = true;
      child.stdin?.end();
      const limit = setTimeout(() => this.#drop(child), 2_000);
      await gone;
      clearTimeout(limit);
      this.#closing = false;
    });
  }

  #start(): ChildProcess {
    const child = start(this.#argv);
    this.#child = child;
    const listen = (stream: NodeJS.ReadableStream | null, keep: (piece: string) => void) => {
      stream?.setEncoding('utf8').on('data', (piece: string) => {
        if (this.#child !== child) return;
        keep(piece);
        this.#notice?.();
      });
    };
    listen(child.stdout, (piece) => {
      this.#heard.out += piece;
    });
    listen(child.stderr, (piece) => {
      this.#heard.err += piece;
    });
    child.stdin?.on('error', () => {
      // the process ended; 'exit' tells
    });
    child.on('error', () => this.#drop(child));
    child.on('exit', () => {
      const unasked = this.#child === child && !this.#closing;
      this.#drop(child);
      if (unasked) this.#onDeath();
    });
    return child;
  }

  /**
   * Forgets a process that has ended or must. What we started may be nsenter, whose child outlives a killed nsenter:
   * closing our ends of the pipes makes it end by itself.
   */
  #drop(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    child.stdin?.destroy();
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.kill('SIGKILL');
    this.#notice?.();
  }
}

/** Lines longer than this go to a process of their own: `nft -i` reads them character by character. */
const LONGEST_LINE = 16_384;

/** nftables in one network namespace. */
export class NftTool {
  readonly #kept: KeptProcess;
  readonly #inside: ToolOptions['inside'];
  #asked = 0;

  constructor(options: ToolOptions) {
    this.#inside = options.inside;
    this.#kept = new KeptProcess(options.inside(['nft', '-i']), options);
  }

  /** Carries out commands as one transaction: all or none. Rejects with {@link ToolRefused}. */
  transact(commands: readonly string[]): Promise<void> {
    const line = commands.join('; ');
    if (line.includes('\n')) throw new TypeError('a command of nft is one line');
    return this.#kept.inTurn(async () => {
      // A long one is read from standard input to its end and is one transaction too. All fills are blocks in braces,
      // so a text that our death cut short is refused whole.
      if (line.length > LONGEST_LINE) {
        const ended = await run(this.#inside(['nft', '-f', '-']), { input: `${line}\n`, accept: [0, 1] });
        if (ended.code !== 0) throw new ToolRefused('nft', line, ended.stderr);
        return;
      }
      this.#asked += 1;
      const mark = `sync_${this.#asked}`;
      const answer = new RegExp(`(?:^|\\n)Error: [^\\n]*\\n${mark}\\n *\\^+\\n`);
      const words = await this.#kept.ask(`${line}\n${mark}\n`, ({ err }) => {
        const found = answer.exec(err);
        return found === null ? undefined : err.slice(0, found.index);
      });
      if (words.trim() !== '') throw new ToolRefused('nft', line, words);
    });
  }

  close(): Promise<void> {
    return this.#kept.close();
  }
}

interface ScriptEnd {
  readonly code: number;
  readonly output: string;
  readonly words: string;
}

/** A POSIX shell in one namespace, for files and for programs without a batch mode. */
export class ShellTool {
  readonly #kept: KeptProcess;
  readonly #repeatable: boolean;
  #asked = 0;

  constructor(options: ToolOptions) {
    this.#kept = new KeptProcess(options.inside(['sh', '-s']), options);
    this.#repeatable = options.repeatable ?? false;
  }

  /** Runs a script; its standard input is empty. Resolves to what it wrote; rejects when its status is not 0. */
  async run(script: string): Promise<string> {
    const { code, output, words } = await this.#attempt(script);
    if (code !== 0) throw new ToolRefused('sh', script, words || `exit status ${code}`);
    return output;
  }

  /**
   * Carries out commands of ip in order, also after a refused one. Rejects with the first refusal that `tolerated` does
   * not accept.
   */
  ip(commands: readonly string[], tolerated?: (refusal: ToolRefused) => boolean): Promise<void> {
    return this.#batch('ip', commands, tolerated);
  }

  /** Carries out commands of tc in the same way. */
  tc(commands: readonly string[], tolerated?: (refusal: ToolRefused) => boolean): Promise<void> {
    return this.#batch('tc', commands, tolerated);
  }

  async #batch(
    tool: 'ip' | 'tc',
    commands: readonly string[],
    tolerated: (refusal: ToolRefused) => boolean = () => false,
  ): Promise<void> {
    if (commands.length === 0) return;
    if (commands.some((command) => /[\n\\#]/.test(command))) throw new TypeError(`a command of ${tool} is one line`);
    const { code, words } = await this.#attempt(`${tool} -force -batch - <<'END'\n${commands.join('\n')}\nEND`);
    let from = 0;
    for (const failed of words.matchAll(/Command failed -:(\d+)\n/g)) {
      const refusal = new ToolRefused(tool, commands[Number(failed[1]) - 1] ?? '', words.slice(from, failed.index));
      from = failed.index + failed[0].length;
      if (!tolerated(refusal)) throw refusal;
    }
    if (code !== 0 && from === 0) throw new ToolRefused(tool, commands.join('; '), words || `exit status ${code}`);
  }

  #attempt(script: string): Promise<ScriptEnd> {
    return this.#kept.inTurn(async () => {
      try {
        return await this.#ask(script);
      } catch (error) {
        // Perhaps it had died before, and we had not been told yet.
        if (!(this.#repeatable && error instanceof ToolDied)) throw error;
        return this.#ask(script);
      }
    });
  }

  #ask(script: string): Promise<ScriptEnd> {
    this.#asked += 1;
    const mark = `sync_${this.#asked}`;
    const text = `{\n${script}\n} </dev/null\nstatus=$?; echo; echo ${mark}; echo "${mark} $status" >&2\n`;
    const out = new RegExp(`\\n${mark}\\n$`);
    const err = new RegExp(`${mark} (\\d+)\\n$`);
    return this.#kept.ask(text, (heard) => {
      const ends = [out.exec(heard.out), err.exec(heard.err)];
      if (!ends[0] || !ends[1]) return undefined;
      return {
        code: Number(ends[1][1]),
        output: heard.out.slice(0, ends[0].index),
        words: heard.err.slice(0, ends[1].index),
      };
    });
  }

  close(): Promise<void> {
    return this.#kept.close();
  }
}

/** `text` as one word of a shell script. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
