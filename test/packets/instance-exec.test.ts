/** Commands from outside: their streams, their ends, and what an abort takes with it. */
import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector, command, type InstanceLab, openInstanceLab, until } from './instance-lab.ts';

describe('a command in an instance', () => {
  let lab: InstanceLab;
  beforeAll(async () => {
    lab = await openInstanceLab();
    await lab.boot('i-exec');
  });
  afterAll(() => lab.close());

  /** Commands of the instance that begin with the words. */
  const having = async (words: string) =>
    (await lab.out('i-exec', `pgrep -af '^${words}' | cut -d' ' -f2- | sort`))
      .split('\n')
      .filter((line) => line !== '');

  it('passes its exit status on, and 126 and 127 as a shell does', async () => {
    expect((await lab.sh('i-exec', 'exit 0')).end).toEqual({ code: 0 });
    expect((await lab.sh('i-exec', 'exit 255')).end).toEqual({ code: 255 });
    const missing = await command(lab.compute, 'i-exec', ['no-such-program']);
    expect(missing.end).toEqual({ code: 127 });
    expect(missing.stderr).toContain('no-such-program');
    expect((await command(lab.compute, 'i-exec', ['/etc/hosts'])).end).toEqual({ code: 126 });
  });

  it('says which signal ended it', async () => {
    expect((await lab.sh('i-exec', 'kill -TERM $$')).end).toEqual({ signal: 'SIGTERM' });
    expect((await lab.sh('i-exec', 'kill -KILL $$')).end).toEqual({ signal: 'SIGKILL' });
  });

  it('gets its arguments as they are', async () => {
    const odd = ['', ' ', '$(id)', '`id`', "it's", '"', '\\n', '*', ';', '&', '云', '-n', '--'];
    const { stdout } = await command(lab.compute, 'i-exec', [
      'python3',
      '-c',
      'import json, sys; print(json.dumps(sys.argv[1:]))',
      ...odd,
    ]);
    expect(JSON.parse(stdout)).toEqual(odd);
  });

  it('keeps output and errors apart, and has nothing of our environment', async () => {
    const { stdout, stderr } = await lab.sh('i-exec', 'echo out; echo err >&2');
    expect([stdout, stderr]).toEqual(['out\n', 'err\n']);
    const names = (await lab.out('i-exec', 'env | cut -d= -f1')).split('\n').sort();
    expect(names).toEqual(
      ['HOME', 'HOSTNAME', 'LANG', 'LOGNAME', 'OLDPWD', 'PATH', 'PWD', 'SHELL', 'TERM', 'USER', 'YUNLAN_EXEC'].sort(),
    );
  });

  it('sees the end of its input', async () => {
    expect((await lab.sh('i-exec', 'cat; echo end', { input: '' })).stdout).toBe('end\n');
    expect((await lab.sh('i-exec', 'wc -c', { input: 'four' })).stdout.trim()).toBe('4');
  });

  it('may end without reading its input', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    const { end } = await lab.sh('i-exec', 'head -c 10 >/dev/null; exit 3', { input: endless });
    expect(end).toEqual({ code: 3 });
    endless.destroy();
  });

  it('streams megabytes both ways unchanged', async () => {
    const sent = randomBytes(3_000_000);
    const stdout = new Collector();
    const end = await lab.compute.exec('i-exec', ['cat'], {
      stdin: Readable.from([sent]),
      stdout,
      stderr: new Collector(),
      abort: new AbortController().signal,
    });
    expect(end).toEqual({ code: 0 });
    const sum = (data: Buffer) => createHash('sha256').update(data).digest('hex');
    expect(sum(Buffer.concat(stdout.pieces))).toBe(sum(sent));
  });

  it('waits while nobody takes its output', async () => {
    const taken: Buffer[] = [];
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow = new Writable({
      highWaterMark: 1,
      write(piece: Buffer, _encoding, done) {
        taken.push(piece);
        void gate.then(() => done());
      },
    });
    const running = lab.compute.exec('i-exec', ['sh', '-c', 'head -c 4000000 /dev/zero; echo all >/tmp/written'], {
      stdin: Readable.from([]),
      stdout: slow,
      stderr: new Collector(),
      abort: new AbortController().signal,
    });
    await until(async () => (taken.length > 0 ? true : undefined));
    // It cannot have written more than the pipes between us hold.
    expect(await lab.out('i-exec', 'ls /tmp/written 2>&1 || true')).toContain('No such file');
    go();
    expect(await running).toEqual({ code: 0 });
    expect(taken.reduce((sum, piece) => sum + piece.length, 0)).toBe(4_000_000);
  });

  it('ends though a process that it left behind holds its output', async () => {
    const { end, stdout } = await lab.sh('i-exec', 'sleep 54321 & echo left');
    expect(end).toEqual({ code: 0 });
    expect(stdout).toBe('left\n');
    await expect.poll(() => having('sleep 54321')).toEqual(['sleep 54321']);
    await lab.out('i-exec', 'pkill -f "^sleep 54321$"');
  });

  it('ends with all it started when it is aborted', async () => {
    const abort = new AbortController();
    const script = `sh -c 'sleep 65432 & sleep 65433'  &
      setsid sh -c 'sleep 65434 & sleep 65435' &
      env -i sleep 65436 &
      env -i setsid sleep 65437 &
      echo begun; sleep 65438`;
    const stdout = new PassThrough();
    const running = lab.compute.exec('i-exec', ['sh', '-c', script], {
      stdin: new PassThrough(),
      stdout,
      stderr: new Collector(),
      abort: abort.signal,
    });
    await new Promise((resolve) => stdout.once('data', resolve));
    await until(async () => ((await having('sleep 6543')).length === 7 ? true : undefined));
    await lab.out('i-exec', 'sleep 65499 >/dev/null 2>&1 &');
    await expect.poll(() => having('sleep 65499')).toEqual(['sleep 65499']);
    abort.abort();
    expect(await running).toEqual({ signal: 'SIGKILL' });
    expect(await having('sleep 654')).toEqual(['sleep 65499']);
    await lab.out('i-exec', 'pkill -f "^sleep 65499$"');
  });

  it('is not begun, or ended at once, when it was aborted before', async () => {
    const { end } = await lab.sh('i-exec', 'sleep 76543', { abort: AbortSignal.abort() });
    expect(end).toEqual({ signal: 'SIGKILL' });
    expect(await having('sleep 76543')).toEqual([]);
  });

  it('runs beside others', async () => {
    const outs = await Promise.all(Array.from({ length: 12 }, (_, i) => lab.out('i-exec', `sleep 0.1; echo ${i}`)));
    expect(outs).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
  });

  it('ends when the instance does', async () => {
    await lab.boot('i-ending');
    const stdout = new PassThrough();
    const running = lab.compute.exec('i-ending', ['sh', '-c', 'trap "" TERM; echo on; while :; do sleep 1; done'], {
      stdin: new PassThrough(),
      stdout,
      stderr: new Collector(),
      abort: new AbortController().signal,
    });
    await new Promise((resolve) => stdout.once('data', resolve));
    await lab.compute.stop('i-ending', { force: true });
    expect(await running).toEqual({ signal: 'SIGKILL' });
  });

  it('is refused in an instance that does not run', async () => {
    await expect(command(lab.compute, 'i-none', ['true'])).rejects.toThrow('i-none does not run');
    await expect(command(lab.compute, '../i-exec', ['true'])).rejects.toThrow('not an id');
  });
});
