/** Keys, accounts and temporary credentials from the command line. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

/** A region, and commands on it that must succeed. */
async function region() {
  const data = join(scratch(), 'data');
  const told = await up(data);
  const ask = async (...words: string[]) => {
    const { code, stdout, stderr } = await yunlan([...words, '--data', data]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  return { ...told, ask };
}

describe('key token', () => {
  it('issues credentials that commands take as options and as variables', async () => {
    const { data, ask } = await region();
    const alice = await ask('account', 'create', 'alice');
    const { Credentials: own } = await ask('key', 'token', '--duration', '15m', '--session', 'ci');
    expect(Date.parse(own.Expiration) - Date.now()).toBeLessThanOrEqual(900_000);
    const options = ['--access-key-id', own.AccessKeyId, '--access-key-secret', own.AccessKeySecret];
    const identity = await ask('sts', 'GetCallerIdentity', ...options, '--security-token', own.SecurityToken);
    expect(identity.Arn).toMatch(/:assumed-role\/admin\/ci$/);
    const without = await yunlan(['sts', 'GetCallerIdentity', '--data', data, ...options]);
    expect(without.stderr).toMatch(/^MissingSecurityToken: /);

    const { Credentials: hers } = await ask('key', 'token', '--account', 'alice', '--role', 'deploy');
    const env = {
      YUNLAN_DATA: data,
      YUNLAN_ACCESS_KEY_ID: hers.AccessKeyId,
      YUNLAN_ACCESS_KEY_SECRET: hers.AccessKeySecret,
      YUNLAN_SECURITY_TOKEN: hers.SecurityToken,
    };
    const asAlice = await yunlan(['sts', 'GetCallerIdentity', '--query', 'AccountId'], { env });
    expect(asAlice.stdout).toBe(`${alice.AccountId}\n`);
    const { stdout } = await yunlan(['env'], { env });
    const seen = spawnSync('sh', ['-c', 'eval "$0"; env', stdout], { encoding: 'utf8', env: {} }).stdout;
    expect(seen).toContain(`\nALIBABA_CLOUD_SECURITY_TOKEN=${hers.SecurityToken}\n`);
    expect(seen).toContain(`\nALICLOUD_SECURITY_TOKEN=${hers.SecurityToken}\n`);
  });

  it('says what it cannot do', async () => {
    const { data } = await region();
    for (const [words, message] of [
      [['--duration', 'long'], "yunlan: 'long' is no duration"],
      [['--duration', '1m'], 'InvalidParameter.DurationSeconds: '],
      [['--role', 'a b'], 'InvalidParameter.RoleArn: '],
      [['--account', 'nobody'], 'yunlan: there is no account nobody: '],
    ] as const) {
      const { code, stdout, stderr } = await yunlan(['key', 'token', ...words, '--data', data]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.startsWith(message), stderr).toBe(true);
    }
  });
});
