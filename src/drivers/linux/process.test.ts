import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { start } from '../../shell/shell.ts';
import { ended, lives, markOf, readMark, signal, staysAlive } from './process.ts';

describe('a mark of a process', () => {
  it('holds for the process that lives, through a run file too', () => {
    const mark = markOf(process.pid);
    expect(mark?.pid).toBe(process.pid);
    expect(mark && lives(mark)).toBe(true);
    expect(mark && staysAlive(mark)).toBe(true);
    expect(readMark(JSON.parse(JSON.stringify(mark)))).toEqual(mark);
  });

  it('does not hold for another that was given the same number, nor after the machine started again', () => {
    const mark = markOf(process.pid);
    if (mark === undefined) throw new Error('we live');
    expect(lives({ ...mark, startTime: String(Number(mark.startTime) + 1) })).toBe(false);
    expect(lives({ ...mark, bootId: '00000000-0000-0000-0000-000000000000' })).toBe(false);
    // Would end this very test if it looked at the number alone.
    signal({ ...mark, startTime: '1' }, 'SIGKILL');
  });

  it('does not hold once the process has ended', async () => {
    const child = start(['sleep', '1000'], { stdio: 'ignore' });
    const gone = new Promise((resolve) => child.on('exit', resolve));
    const mark = markOf(child.pid ?? 0);
    if (mark === undefined) throw new Error('it lives');
    expect(await ended(mark, 30)).toBe(false);
    signal(mark, 'SIGTERM');
    expect(await ended(mark, 10_000)).toBe(true);
    await gone;
    expect(lives(mark)).toBe(false);
    expect(staysAlive(mark)).toBe(false);
    expect(markOf(mark.pid)).toBeUndefined();
    signal(mark, 'SIGTERM');
  });

  it('is read from a name that holds blanks and parentheses', async () => {
    const script = `open('/proc/self/comm', 'w').write(') Z 1 (x'); print('named', flush=True); input()`;
    const child = start(['python3', '-c', script]);
    const mark = markOf(child.pid ?? 0);
    if (mark === undefined) throw new Error('it lives');
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    expect(readFileSync(`/proc/${mark.pid}/stat`, 'latin1')).toContain('() Z 1 (x)');
    expect(lives(mark)).toBe(true);
    child.stdin?.end();
    expect(await ended(mark, 10_000)).toBe(true);
  });

  it('is none in what is no run file', () => {
    for (const value of [undefined, null, 1, 'x', {}, { pid: '1', startTime: '1', bootId: '' }, { pid: 1 }]) {
      expect(readMark(value)).toBeUndefined();
    }
  });
});
