import { describe, expect, it } from 'vitest';
import { IpTool, NftTool, ShellTool, shellWord, ToolRefused } from './tools.ts';

/** A stand-in for a program: a shell script in its place, so that these tests need no namespaces. */
const standIn = (script: string) => ({ inside: () => ['sh', '-c', script] });

/** Complains as nft does about lines it does not know, and about those that hold the word `wrong`. */
const NFT = `while read -r line; do case $line in
  sync_*) printf 'Error: syntax error\\n%s\\n       ^\\n' "$line" >&2 ;;
  *wrong*) printf 'Error: no such thing\\n%s\\n^^^\\n' "$line" >&2 ;;
  die) exit 3 ;;
esac; done`;

/** Complains as ip does in a batch. */
const IP = `n=0; while read -r line; do n=$((n+1)); case $line in
  sync_*) printf 'Object "%s" is unknown, try "ip help".\\nCommand failed -:%s\\n' "$line" "$n" >&2 ;;
  *wrong*) printf 'Cannot find device\\nCommand failed -:%s\\n' "$n" >&2 ;;
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

  it('match errors to lines of an ip batch, in every batch of a process', async () => {
    const ip = new IpTool(standIn(IP));
    for (let round = 0; round < 3; round += 1) {
      const results = await ip.batch(['link a', 'wrong b', 'link c', 'wrong d']);
      expect(results.map((result) => result?.command)).toEqual([undefined, 'wrong b', undefined, 'wrong d']);
    }
    await expect(ip.all(['wrong a'])).rejects.toThrow(/Cannot find device/);
    await ip.all(['wrong a'], ({ words }) => words.includes('Cannot find'));
    await ip.close();
  });

  it('start another process after one has died', async () => {
    const nft = new NftTool(standIn(NFT));
    await nft.transact(['add table']);
    await expect(nft.transact(['die'])).rejects.toThrow(/ended in the middle of a command/);
    await nft.transact(['add table']);
    await nft.close();
    await nft.transact(['add table']);
    await nft.close();

    const ip = new IpTool(standIn(IP));
    await ip.all(['link a', 'link b']);
    await expect(ip.batch(['die', 'link c'])).rejects.toThrow(/ended/);
    expect((await ip.batch(['link a', 'wrong b']))[1]).toBeInstanceOf(ToolRefused);
    await ip.close();
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

  it('refuse commands of several lines', () => {
    expect(() => new NftTool(standIn(NFT)).transact(['a\nb'])).toThrow(TypeError);
    expect(() => new IpTool(standIn(IP)).batch(['a\nb'])).toThrow(TypeError);
  });
});
