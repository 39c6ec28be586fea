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

describe('key rotate', () => {
  it('puts a new key in the place of the data directory’s own, at once and over restarts', async () => {
    const { data, accessKeyId, ask } = await region();
    const rotated = await yunlan(['key', 'rotate', '--data', data]);
    const made = JSON.parse(rotated.stdout);
    expect(made.DisabledAccessKeyId).toBe(accessKeyId);
    expect(rotated.stderr).toBe(`commands on ${data} sign with it from now on\n`);
    const keys = (await ask('key', 'list')).AccessKeys.AccessKey;
    expect(keys).toMatchObject([
      { AccessKeyId: accessKeyId, Status: 'Inactive' },
      { AccessKeyId: made.AccessKeyId, Status: 'Active' },
    ]);
    await ask('key', 'delete', accessKeyId);
    expect((await ask('key', 'list')).AccessKeys.AccessKey).toHaveLength(1);
    await yunlan(['down', '--data', data]);
    expect((await up(data)).accessKeyId).toBe(made.AccessKeyId);
    expect((await yunlan(['status', '--data', data])).code).toBe(0);
  });

  it('of another account leaves the data directory’s key alone', async () => {
    const { data, accessKeyId, ask } = await region();
    const alice = await ask('account', 'create', 'alice');
    const rotated = await yunlan(['key', 'rotate', alice.AccessKeyId, '--data', data]);
    expect(rotated).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse((await yunlan(['status', '--json', '--data', data])).stdout).accessKeyId).toBe(accessKeyId);
    const unknown = await yunlan(['key', 'rotate', 'LTAInone', '--data', data]);
    expect(unknown.stderr).toMatch(/^InvalidAccessKeyId\.NotFound: /);
  });
});

describe('account', () => {
  it('is disabled, enabled and deleted', async () => {
    const { data, ask } = await region();
    const alice = await ask('account', 'create', 'alice');
    const key = ['--access-key-id', alice.AccessKeyId, '--access-key-secret', alice.AccessKeySecret];
    const asAlice = () => yunlan(['sts', 'GetCallerIdentity', '--data', data, ...key]);
    await ask('account', 'disable', 'alice');
    expect((await asAlice()).stderr).toMatch(/^Forbidden\.AccountDisabled: /);
    await ask('account', 'enable', 'alice');
    expect((await asAlice()).code).toBe(0);
    await ask('account', 'delete', 'alice');
    expect((await asAlice()).stderr).toMatch(/^InvalidAccessKeyId\.NotFound: /);
    expect((await ask('account', 'list')).Accounts.Account).toHaveLength(1);
  });
});
