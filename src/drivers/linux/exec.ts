/**
 * Commands from outside in a running instance: in all its namespaces and its root, as its root user, in /root, with an
 * environment of their own. Nothing of the daemon's environment, files or privileges goes with them.
 *
 * A terminal belongs to the instance, too: a small program in it (exec-terminal.py) opens one and stands between it and
 * our streams, because Node cannot.
 */
import { readFile } from 'node:fs/promises';
import { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecEnd, ExecStreams } from '../../realize/driver.ts';
import { run, start } from '../../shell/shell.ts';
import { steadyClock } from '../../values/clock.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Tells its process id on descriptor 3, in a session of its own, then becomes the command. */
const BEGIN = 'cd "$HOME" || cd /; echo $$ >&3; exec 3>&-; exec "$@"';

/** The same with exec-terminal.py before the command: it comes on descriptor 3, and so do the sizes. */
const BEGIN_TERMINAL = `cd "$HOME" || cd /; echo $$ >&3
command -v python3 >/dev/null || {
  echo 'a terminal needs python3, which is missing on this machine' >&2
  exit 127
}
exec python3 -IS -c 'import json; exec(json.loads(open(3, "rb", 0, closefd=False).readline()))' "$@"`;

/** Milliseconds without output after which a command that has ended is done with, though somebody holds its output. */
const QUIET = 100;

export interface Entrance {
  /** First process of the instance, as the machine counts. */
  readonly pid: number;
  readonly hostName: string;
  /** Whether users besides root exist inside. */
  readonly users: 'many' | 'root';
  /** Tells this command from others in the same instance. */
  readonly mark: string;
}

/**
 * Runs the command and streams with back pressure. Resolves when it has ended and its output is written; the
 * destinations are left open. What it left running in the background goes on, with its output closed. Aborting ends
 * the command and everything that it started.
 */
export async function execInside(
  entrance: Entrance,
  command: readonly string[],
  streams: ExecStreams,
): Promise<ExecEnd> {
  const { terminal } = streams;
  const mark = `YUNLAN_EXEC=${entrance.mark}`;
  const enter = [
    'nsenter',
    `--target=${entrance.pid}`,
    // Not --all: the time namespace is the machine's, which only its root may enter.
    ...['--user', '--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'],
    ...(entrance.users === 'many' ? [] : ['--preserve-credentials']),
    '--',
  ];
  const environment = [
    `PATH=${PATH}`,
    'HOME=/root',
    'USER=root',
    'LOGNAME=root',
    'SHELL=/bin/bash',
    `TERM=${terminal?.type ?? 'xterm-256color'}`,
    'LANG=C.UTF-8',
    `HOSTNAME=${entrance.hostName}`,
    mark,
  ];
  const relay = terminal && (await readFile(new URL('./exec-terminal.py', import.meta.url), 'utf8'));
  const words = terminal
    ? [BEGIN_TERMINAL, 'sh', String(terminal.size.rows), String(terminal.size.columns), ...command]
    : [BEGIN, 'sh', ...command];
  const child = start([...enter, 'env', '-i', ...environment, 'setsid', 'sh', '-c', ...words], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr } = child;
  const told = child.stdio[3];
  if (stdin === null || stdout === null || stderr === null || !(told instanceof Duplex)) {
    throw new TypeError('pipes were asked for');
  }
  let leader = '';
  told.on('data', (piece: Buffer) => {
    leader += piece.toString('latin1');
  });
  told.on('error', () => {});
  if (terminal) {
    told.write(`${JSON.stringify(relay)}\n`);
    terminal.onResize(({ rows, columns }) => {
      if (told.writable) told.write(`${rows} ${columns}\n`);
    });
  }
  let over = false;
  let ending: Promise<unknown> | undefined;
  const end = () => {
    // The end of the input would be typed, and the command end by itself before what it started is known.
    if (terminal) stopInput();
    const leaderNow = () => (over && leader === '' ? '-' : leader.trim());
    ending ??= endEverything(enter, leaderNow, mark, terminal !== undefined).catch(() => child.kill('SIGKILL'));
  };
  let last = steadyClock.now();
  const outputs = [
    { from: stdout, to: streams.stdout },
    { from: stderr, to: streams.stderr },
  ].map(({ from, to }) => {
    from.on('data', () => {
      last = steadyClock.now();
    });
    from.pipe(to, { end: false });
    // Nobody can read what it writes: as good as an abort.
    to.on('error', end);
    const passedOn = new Promise<void>((resolve) => {
      from.on('close', resolve);
    });
    return { from, to, passedOn };
  });
  stdin.on('error', () => {
    // the command ended, or closed its input, without reading all of it
  });
  const endInput = () => stdin.end();
  const stopInput = () => {
    streams.stdin.removeListener('close', endInput);
    streams.stdin.unpipe(stdin);
  };
  streams.stdin.on('close', endInput);
  streams.stdin.pipe(stdin);
  streams.abort.addEventListener('abort', end, { once: true });
  if (streams.abort.aborted) end();
  try {
    const result = await new Promise<ExecEnd>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }));
    });
    over = true;
    // What it wrote may be in the pipes still, and a process that it left behind may hold them open for ever.
    const allPassedOn = Promise.all(outputs.map((output) => output.passedOn)).then(() => 'done' as const);
    last = steadyClock.now();
    while ((await Promise.race([allPassedOn, pause(QUIET / 4)])) !== 'done') {
      const blocked = outputs.some(({ to }) => 'writableNeedDrain' in to && to.writableNeedDrain === true);
      if (blocked && ending === undefined) last = steadyClock.now();
      else if (steadyClock.now() - last > QUIET) break;
    }
    await Promise.all(outputs.map(({ to }) => flushed(to)));
    await ending;
    return result;
  } finally {
    over = true;
    streams.abort.removeEventListener('abort', end);
    for (const { to } of outputs) to.removeListener('error', end);
    stopInput();
    for (const pipe of [stdin, stdout, stderr, told]) pipe.destroy();
  }
}

/** Resolves when everything written before has been taken, or never can be. */
function flushed(to: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    if (!to.writable) return resolve();
    to.once('close', resolve);
    to.write('', () => {
      to.removeListener('close', resolve);
      resolve();
    });
  });
}

/** Killing nsenter alone would leave the command running. */
async function endEverything(
  enter: readonly string[],
  leader: () => string,
  mark: string,
  hasTerminal: boolean,
): Promise<void> {
  while (leader() === '') await pause(5);
  const input = await readFile(new URL('./exec-end.sh', import.meta.url), 'utf8');
  await run([...enter, 'env', '-i', `PATH=${PATH}`, 'sh', '-s', leader(), mark, hasTerminal ? 'yes' : ''], { input });
}
