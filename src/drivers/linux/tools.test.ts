import { describe, expect, it } from 'vitest';
import { NftTool, ShellTool, shellWord, ToolRefused } from './tools.ts';

/** A stand-in for a program: a shell script in its place, so that these tests need no namespaces. */
const standIn = (script: string) => ({ inside: () => ['sh', '-c', script] });

/** Complains as nft does about lines it does not know, and about those that hold the word `wrong`. */
const NFT = `while read -r line; do case $line in
  sync_*) printf 'Error: syntax error\\n%s\\n       ^\\n' "$line" >&2 ;;
  *wrong*) printf 'Error: no such thing\\n%s\\n^^^\\n' "$line" >&2 ;;
  die) exit 3 ;;
esac; done`;

describe('tools', () => {
  it('match an error to the nft command that caused it', async () => {
    const nft = new NftTool(standIn(NFT));
    const results = await Promise.allSettled([
      nft.transact(['add table inet t']),
      nft.transact(['add rule', 'wrong rule']),
      nft.transact(['add set']),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const reason = (results[1] as PromiseRejectedResult).reason;
    expect(reason).toBeInstanceOf(ToolRefused);
    expect(reason.message).toMatch(/no such thing.*add rule; wrong rule/s);
    await nft.close();
  });

  it('match errors to the lines of a batch of ip', async () => {
    const shell = new ShellTool({ inside: (command) => command });
    // Kept open, the shell takes a function for the program.
    await shell.run(`ip() { n=0; code=0; while read -r line; do n=$((n+1)); case $line in
      *wrong*) printf 'Cannot find %s\\nCommand failed -:%s\\n' "$line" "$n" >&2; code=1 ;;
    esac; done; return $code; }`);
    await shell.ip(['link a', 'link b']);
    await shell.ip([]);
    await expect(shell.ip(['link a', 'wrong b', 'wrong c'])).rejects.toThrow('ip: Cannot find wrong b (wrong b)');
    const tolerated: string[] = [];
    await shell.ip(['wrong a', 'link b', 'wrong c'], ({ command }) => tolerated.push(command) > 0);
    expect(tolerated).toEqual(['wrong a', 'wrong c']);
    await shell.run('ip() { echo no such program >&2; return 127; }');
    await expect(shell.ip(['link a'], () => true)).rejects.toThrow(/no such program/);
    await shell.close();
  });

  it('start another process after one has died', async () => {
    const nft = new NftTool(standIn(NFT));
    await nft.transact(['add table']);
    await expect(nft.transact(['die'])).rejects.toThrow(/ended in the middle of a command/);
    await nft.transact(['add table']);
    await nft.close();
    await nft.transact(['add table']);
    await nft.close();
  });

  it('tell of a death that nobody asked for, and of no other', async () => {
    let deaths = 0;
    const shell = new ShellTool({
      inside: (command) => command,
      onDeath: () => {
        deaths += 1;
      },
    });
    const pid = Number(await shell.run('echo $$'));
    await shell.close();
    expect(deaths).toBe(0);
    process.kill(Number(await shell.run('echo $$')), 'SIGKILL');
    await expect.poll(() => deaths).toBe(1);
    expect(Number(await shell.run('echo $$'))).not.toBe(pid);
    await shell.close();
    expect(deaths).toBe(1);
  });

  it('run a script once more where that is said to be harmless, and no oftener', async () => {
    const dying = 'echo x >>$FILE; [ "$(wc -l <$FILE)" -ge $LEAST ] || kill -9 $$; wc -l <$FILE';
    const run = async (repeatable: boolean, least: number) => {
      const shell = new ShellTool({ inside: (command) => command, repeatable });
      const file = (await shell.run('mktemp')).trim();
      try {
        const script = dying.replaceAll('$FILE', file).replace('$LEAST', String(least));
        return Number(await shell.run(script));
      } finally {
        await shell.run(`rm ${file}`);
        await shell.close();
      }
    };
    expect(await run(true, 2)).toBe(2);
    await expect(run(true, 3)).rejects.toThrow(/ended in the middle/);
    await expect(run(false, 2)).rejects.toThrow(/ended in the middle/);
  });

  it('give up a process that does not answer, and end one that is idle', async () => {
    const silent = new ShellTool({ inside: () => ['sleep', '60'], patienceMilliseconds: 50 });
    await expect(silent.run('true')).rejects.toThrow(/no answer/);

    const idle = new ShellTool({ inside: () => ['sh', '-s'], idleMilliseconds: 1 });
    const first = (await idle.run('echo $$')).trim();
    for (;;) {
      const next = (await idle.run('sleep 0.01; echo $$')).trim();
      if (next !== first) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await idle.close();
  });

  it('say which program cannot be started', async () => {
    const none = new ShellTool({ inside: () => ['/nowhere/at/all'] });
    await expect(none.run('true')).rejects.toThrow(/\/nowhere\/at\/all/);
  });

  it('run shell scripts one after the other, with output, status and an empty standard input', async () => {
    const shell = new ShellTool({ inside: (command) => command });
    const [text, nothing] = await Promise.all([shell.run('printf "a\\nb"; cat'), shell.run('cat')]);
    expect(text).toBe('a\nb');
    expect(nothing).toBe('');
    await expect(shell.run('echo no >&2; false')).rejects.toThrow(/no/);
    expect(await shell.run(`printf %s ${shellWord("it's $HOME")}`)).toBe("it's $HOME");
    await shell.close();
  });

  it('refuse commands of several lines', async () => {
    expect(() => new NftTool(standIn(NFT)).transact(['a\nb'])).toThrow(TypeError);
    await expect(new ShellTool({ inside: (command) => command }).ip(['a\nb'])).rejects.toThrow(TypeError);
  });
});
