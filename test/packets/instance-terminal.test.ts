/** Terminals in an instance, as the driver gives them. What a person sees of one is in shell.test.ts. */
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecEnd } from '../../src/realize/driver.ts';
import type { TerminalSize } from '../../src/values/terminal.ts';
import { Collector, type InstanceLab, openInstanceLab, until } from './instance-lab.ts';

describe('a terminal in an instance', () => {
  let lab: InstanceLab;
  beforeAll(async () => {
    lab = await openInstanceLab();
    await lab.boot('i-terminal');
  });
  afterAll(() => lab.close());

  interface Sitting {
    readonly stdin: PassThrough;
    readonly ended: Promise<ExecEnd>;
    readonly abort: AbortController;
    resize(size: TerminalSize): void;
    shown(): string;
    errors(): string;
    /** Waits until what was shown holds this. */
    shows(text: string): Promise<unknown>;
  }

  const sit = (script: string, early?: TerminalSize): Sitting => {
    const stdin = new PassThrough();
    const [stdout, stderr] = [new Collector(), new Collector()];
    const abort = new AbortController();
    let resize: (size: TerminalSize) => void = () => {};
    const onResize = (listener: (size: TerminalSize) => void): void => {
      resize = listener;
      if (early) listener(early);
    };
    const terminal = { size: { rows: 24, columns: 80 }, type: 'vt100', onResize };
    const ended = lab.compute.exec('i-terminal', ['bash', '-c', script], {
      stdin,
      stdout,
      stderr,
      abort: abort.signal,
      terminal,
    });
    const shows = (text: string) => until(async () => (stdout.text().includes(text) ? true : undefined));
    return {
      stdin,
      ended,
      abort,
      resize: (size) => resize(size),
      shown: () => stdout.text(),
      errors: () => stderr.text(),
      shows,
    };
  };

  const ours = async () =>
    (await lab.out('i-terminal', "ps -eo args= | grep -v '^sh\\|^ps\\|^grep\\|^sleep 2147483647' || true"))
      .split('\n')
      .filter((line) => line !== '');

  it('is in a session of its own, with one program in front', async () => {
    const sitting = sit('tty; ps -o pid=,sid=,tpgid= -p $$; echo $TERM; ls /dev/pts');
    expect(await sitting.ended).toEqual({ code: 0 });
    const [tty = '', numbers = '', type, files = ''] = sitting.shown().split('\r\n');
    expect(tty).toMatch(/^\/dev\/pts\/\d+$/);
    const [pid, session, front] = numbers.trim().split(/\s+/);
    expect([session, type]).toEqual([pid, 'vt100']);
    expect(Number(front)).toBeGreaterThan(0);
    expect(files).toContain('ptmx');
    expect(sitting.errors()).toBe('');
    expect(await ours()).toEqual([]);
  });

  it('passes nothing of ours on but the terminal itself', async () => {
    const sitting = sit('ls /proc/self/fd; grep -h SigIgn /proc/self/status');
    expect(await sitting.ended).toEqual({ code: 0 });
    // ls has a fourth for the folder it lists. No signal is ignored.
    expect(sitting.shown().replaceAll(/\s+/g, ' ')).toBe('0 1 2 3 SigIgn: 0000000000000000 ');
  });

  it('has the size that was told last, also before it was there', async () => {
    const sitting = sit('stty size; until [ "$(stty size)" = "4096 1" ]; do sleep 0.01; done', {
      rows: 11,
      columns: 22,
    });
    await until(async () => (/^(11 22|24 80)\r\n/.test(sitting.shown()) ? true : undefined));
    for (const rows of [1, 2, 3, 4096]) sitting.resize({ rows, columns: 1 });
    expect(await sitting.ended).toEqual({ code: 0 });
    const told = sit('until [ "$(stty size)" = "11 22" ]; do sleep 0.01; done', { rows: 11, columns: 22 });
    expect(await told.ended).toEqual({ code: 0 });
  });

  it('types the end of its input', async () => {
    const sitting = sit('cat; echo "all $?"');
    sitting.stdin.end('half a line\nlast\n');
    expect(await sitting.ended).toEqual({ code: 0 });
    expect(sitting.shown()).toMatch(/half a line\r\nhalf a line\r\nlast\r\nlast\r\nall 0\r\n$|last\r\nall 0\r\n$/);
  });

  it('shows all that a program wrote before it ended, and says how it ended', async () => {
    const sitting = sit('exec seq 200000');
    expect(await sitting.ended).toEqual({ code: 0 });
    expect(await sit('kill -USR1 $$').ended).toEqual({ signal: 'SIGUSR1' });
    const all = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\r\n`).join('');
    expect(sitting.shown() === all).toBe(true);
  });

  it('does not wait for who stays behind on it, silent or not', async () => {
    const sitting = sit("trap '' HUP; sleep 45671 & yes more & echo mine; exit 4");
    expect(await sitting.ended).toEqual({ code: 4 });
    expect(sitting.shown()).toContain('mine\r\n');
    await lab.out('i-terminal', "pkill -f '^sleep 45671$'; true");
    // Nobody takes its output any more, which ends it.
    await until(async () => ((await ours()).length === 0 ? true : undefined));
  });

  it('lives on while the program in front has let it go', async () => {
    const sitting = sit('exec </dev/null >/dev/null 2>&1; sleep 0.1; echo back >/dev/tty');
    expect(await sitting.ended).toEqual({ code: 0 });
    expect(sitting.shown()).toBe('back\r\n');
  });

  it('waits while nobody looks, and Ctrl-C gets through all the same', async () => {
    const stdin = new PassThrough();
    // Taken piece by piece, and not before it is read.
    const stdout = new PassThrough({ highWaterMark: 1 });
    const ended = lab.compute.exec('i-terminal', ['sh', '-c', 'yes'], {
      stdin,
      stdout,
      stderr: new Collector(),
      abort: new AbortController().signal,
      terminal: { size: { rows: 24, columns: 80 }, type: 'xterm', onResize() {} },
    });
    await until(async () => (stdout.readableLength > 0 ? true : undefined));
    stdin.write('\x03');
    await until(async () => ((await ours()).some((line) => line.startsWith('yes')) ? undefined : true));
    stdout.resume();
    expect(await ended).toEqual({ signal: 'SIGINT' });
  });

  it('an abort hangs it up: who listens has a second, and then nobody is left', async () => {
    const kinds = [
      `(trap 'sleep 0.3; echo saved >/root/saved; exit' HUP; while :; do sleep 0.05; done) &`,
      `trap '' HUP`,
      'sleep 56781 & setsid sleep 56782 & env -i setsid sleep 56783 &',
      'echo begun; sleep 56784; sleep 1',
    ];
    const sitting = sit(kinds.join('\n'));
    await sitting.shows('begun');
    await until(async () =>
      (await ours()).filter((line) => line.startsWith('sleep 5678')).length === 4 ? true : undefined,
    );
    sitting.abort.abort();
    await sitting.ended;
    expect(await ours()).toEqual([]);
    expect(await lab.out('i-terminal', 'cat /root/saved')).toBe('saved');
  });

  it('an abort types nothing, not even the end of the input: who would end by it would leave others behind', async () => {
    const sitting = sit("(trap '' HUP; exec env -i sleep 56791) & echo begun; read line; exit 0");
    await sitting.shows('begun');
    await until(async () => ((await ours()).some((line) => line === 'sleep 56791') ? true : undefined));
    // As when a connection is lost.
    sitting.stdin.end();
    sitting.abort.abort();
    await sitting.ended;
    expect(await ours()).toEqual([]);
  });

  it('says what is missing where there is no python3', async () => {
    await lab.boot('i-bare');
    await lab.out('i-bare', 'touch /root/none; mount --bind /root/none "$(readlink -f /usr/bin/python3)"');
    const stderr = new Collector();
    const end = await lab.compute.exec('i-bare', ['true'], {
      stdin: new PassThrough(),
      stdout: new Collector(),
      stderr,
      abort: new AbortController().signal,
      terminal: { size: { rows: 24, columns: 80 }, type: 'xterm', onResize() {} },
    });
    expect(end).toEqual({ code: 127 });
    expect(stderr.text()).toBe('a terminal needs python3, which is missing on this machine\n');
  });
});
