/** `yunlan shell` where there is no instance behind it: what it says, and what it does to the terminal. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, up, yunlan } from './launcher.ts';
import { Person, peopleLeaveAfterEach } from './person.ts';

cleanUpAfterEach();
peopleLeaveAfterEach();

describe('yunlan shell', () => {
  it('needs a terminal, and says what does not', async () => {
    const data = ['--data', scratch()];
    const { code, stdout, stderr } = await yunlan(['shell', ...data, 'web'], { input: 'ls\n' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      "yunlan: a shell needs a terminal for its input and its output; without one use 'yunlan exec INSTANCE -- COMMAND'\n",
    );
  });

  it('says why there is none: no region, no such instance, no command in a simulated one', async () => {
    const folder = scratch();
    const data = ['--data', join(folder, 'data')];
    const early = new Person(['shell', ...data, 'web']);
    await early.sees("start one with 'yunlan up'");
    expect(await early.ended).toBe(1);

    await up(data[1]!);
    const unknown = new Person(['shell', ...data, 'nobody']);
    const before = await unknown.modes();
    await unknown.sees(/InvalidInstanceId\.NotFound: .*Parameter: Instance/);
    expect(await unknown.ended).toBe(1);
    expect(await unknown.modes()).toBe(before);

    const simulated = new Person(['shell', ...data, 'internet']);
    await simulated.sees(/simulated driver.*no command can run in one\.\r\n$/s);
    expect(await simulated.ended).toBe(127);
    expect(await simulated.modes()).toBe(before);
    // It has ended by itself, so the screen is as it left it.
    expect(simulated.screen).not.toContain('\x1b');
  });
});
