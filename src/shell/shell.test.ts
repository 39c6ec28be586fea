import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CommandFailed, run } from './shell.ts';

describe('a program that is run', () => {
  it('gets its arguments as they are, its input, and nothing of our environment', async () => {
    const { stdout } = await run(
      ['sh', '-c', 'cat; printf "%s|" "$@"; env | cut -d= -f1 | sort | tr "\\n" " "', 'sh', '$(id)', ''],
      {
        input: 'in ',
      },
    );
    expect(stdout).toBe('in $(id)||LC_ALL PATH PWD ');
  });

  it('fails with its own words, its arguments and its status', async () => {
    const failure = await run(['sh', '-c', 'echo no >&2; exit 3']).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandFailed);
    expect(failure).toMatchObject({ code: 3, stderr: 'no\n', argv: ['sh', '-c', 'echo no >&2; exit 3'] });
    expect(await run(['sh', '-c', 'exit 3'], { accept: [3] })).toMatchObject({ code: 3 });
    await expect(run(['no-such-program'])).rejects.toMatchObject({ code: null });
    await expect(run(['sleep', '60'], { timeout: 10 })).rejects.toThrow('was killed');
  });

  it('inherits no file that whoever started us left open', async () => {
    const shell = pathToFileURL(join(import.meta.dirname, 'shell.ts'));
    const script = `import { run } from '${shell}'; process.stdout.write((await run(['ls', '/proc/self/fd'])).stdout);`;
    // Number 251 lies beyond those that Node keeps from its children by itself.
    const left = 'exec 251</; exec "$@"';
    const { stdout } = await run(['bash', '-c', left, 'bash', process.execPath, '--input-type=module', '-e', script]);
    expect(stdout.trim().split('\n')).toEqual(['0', '1', '2', '3']);
  });
});
