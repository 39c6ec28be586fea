/** Commands that call a running region. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

describe('where a command finds its region', () => {
  it('--data stands before or after its words, or in the environment', async () => {
    const folder = scratch();
    const data = join(folder, 'data');
    await up(data);
    for (const [words, options] of [
      [['--data', data, 'status'], {}],
      [['status', '--data', data], {}],
      [['status', `--data=${data}`], {}],
      [['status'], { env: { YUNLAN_DATA: data } }],
      [['--data', 'data', 'status'], { cwd: folder }],
      [['--data', data, 'vpc', 'DescribeVpcs'], {}],
      [['vpc', '--data', data, 'DescribeVpcs'], {}],
      [['vpc', 'DescribeVpcs', '--data', data], {}],
    ] as const) {
      expect(await yunlan(words, options)).toMatchObject({ code: 0, stderr: '' });
    }
    const elsewhere = await yunlan(['vpc', 'DescribeVpcs'], { cwd: folder });
    expect(elsewhere).toMatchObject({
      code: 1,
      stderr: `yunlan: no daemon serves ${join(folder, '.yunlan')}: start one with 'yunlan up', or name the directory with --data\n`,
    });
  });

  it('the default is ./.yunlan', async () => {
    const folder = scratch();
    const inside = join(folder, 'data');
    mkdirSync(inside);
    // The clean-up knows `data`.
    symlinkSync('data', join(folder, '.yunlan'));
    const { code, stdout } = await yunlan(['up', '--driver', 'simulated', '--port', '0', '--detach', '--json'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).data).toBe(join(folder, '.yunlan'));
    expect((await yunlan(['status'], { cwd: folder })).code).toBe(0);
  });

  it('another key and endpoint take the place of the administrator’s', async () => {
    const folder = scratch();
    const { endpoint, accessKeyId } = await up(join(folder, 'data'));
    const data = ['--data', join(folder, 'data')];
    const made = JSON.parse((await yunlan(['account', 'create', 'alice', ...data])).stdout);
    const key = ['--access-key-id', made.AccessKeyId, '--access-key-secret', made.AccessKeySecret];
    const caller = async (words: readonly string[], env: { [name: string]: string } = {}) =>
      JSON.parse((await yunlan(['sts', 'GetCallerIdentity', ...words], { env })).stdout).AccountId;
    const administrator = await caller(data);
    expect(administrator).not.toBe(made.AccountId);
    expect(await caller([...data, ...key])).toBe(made.AccountId);
    expect(await caller(['--endpoint', endpoint, ...key])).toBe(made.AccountId);
    expect(
      await caller(['--endpoint', endpoint.replace('http://', '')], {
        YUNLAN_ACCESS_KEY_ID: made.AccessKeyId,
        YUNLAN_ACCESS_KEY_SECRET: made.AccessKeySecret,
      }),
    ).toBe(made.AccountId);

    await yunlan(['vpc', 'CreateVpc', ...data]);
    const seen = JSON.parse((await yunlan(['vpc', 'DescribeVpcs', ...data, ...key])).stdout);
    expect(seen.TotalCount).toBe(0);

    const half = await yunlan(['sts', 'GetCallerIdentity', ...data, '--access-key-id', made.AccessKeyId]);
    expect(half.stderr).toContain(`the secret of key ${made.AccessKeyId} is not known`);
    expect(half.code).toBe(1);
    expect((await yunlan(['key', 'disable', made.AccessKeyId, ...data])).code).toBe(0);
    const disabled = await yunlan(['sts', 'GetCallerIdentity', ...data, ...key]);
    expect(disabled.code).toBe(1);
    expect(disabled.stderr).toMatch(/^Forbidden\.AccessKeyDisabled: /);
    const keys = JSON.parse((await yunlan(['key', 'list', '--account', 'alice', ...data])).stdout);
    expect(keys.AccessKeys.AccessKey).toHaveLength(1);
    expect(keys.AccessKeys.AccessKey[0]).toMatchObject({ AccessKeyId: made.AccessKeyId, Status: 'Inactive' });
    expect(JSON.stringify(keys)).not.toContain(accessKeyId);
  });

  it('a server that does not answer is named', async () => {
    const words = ['sts', 'GetCallerIdentity', '--endpoint', 'http://127.0.0.1:1', '--access-key-id', 'a'];
    const { code, stderr } = await yunlan([...words, '--access-key-secret', 'b', '--data', scratch()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^yunlan: http:\/\/127\.0\.0\.1:1 does not answer: .+\n$/);
  });
});

describe('API actions', () => {
  it('run from the contract: answers on stdout, refusals on stderr with code and status 1', async () => {
    const data = ['--data', join(scratch(), 'data')];
    await up(data[1]!);
    const made = await yunlan(['vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/8', '--VpcName', 'one', ...data]);
    const { VpcId } = JSON.parse(made.stdout);
    expect(VpcId).toMatch(/^vpc-/);

    const one = await yunlan(['vpc', 'DescribeVpcs', '--VpcId', VpcId, ...data]);
    expect(JSON.parse(one.stdout).Vpcs.Vpc).toMatchObject([{ VpcId, VpcName: 'one', CidrBlock: '10.0.0.0/8' }]);

    const table = await yunlan(['vpc', 'DescribeVpcs', '--output', 'table', ...data]);
    expect(table.stdout.split('\n')[0]).toMatch(/^VpcId +.*CidrBlock/);
    expect(table.stdout.split('\n')[1]).toContain(VpcId);

    const group = ['ecs', 'CreateSecurityGroup', '--VpcId', VpcId, '--Tag.1.Key', 'a', '--Tag', '{"Key":"b"}'];
    expect((await yunlan([...group, ...data])).stderr).toBe('yunlan: --Tag.1.Key is given twice\n');
    expect((await yunlan([...group.slice(0, -2), ...data])).code).toBe(0);

    const refused = await yunlan(['vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/33', ...data]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^InvalidCidrBlock\.Malformed: .*\(RequestId [0-9A-F-]{36}\)\n$/);
    const gone = await yunlan(['vpc', 'DeleteVpc', '--VpcId', 'vpc-bp1gone', ...data]);
    expect(gone.stderr).toMatch(/^InvalidVpcId\.NotFound: /);
    expect(gone.code).toBe(1);
    const abroad = await yunlan(['vpc', 'DescribeVpcs', '--region', 'cn-beijing', ...data]);
    expect(JSON.parse(abroad.stdout).TotalCount).toBe(0);
  });

  it('names are checked before anything is sent', async () => {
    const data = ['--data', scratch()];
    for (const [words, message] of [
      [['vpc', 'CreateVpc', '--CidrBlok', 'x'], 'CreateVpc has no parameter --CidrBlok: did you mean --CidrBlock?'],
      [['vpc', 'CreateVcp'], 'vpc has no action CreateVcp: did you mean CreateVpc?'],
      [['ecs', 'CreateVpc'], "CreateVpc is no action of ecs: try 'yunlan vpc CreateVpc'"],
      [['yunlan', 'ExecInstance'], "ExecInstance streams: use 'yunlan exec INSTANCE -- COMMAND'"],
    ] as const) {
      expect(await yunlan([...words, ...data])).toMatchObject({ code: 1, stdout: '', stderr: `yunlan: ${message}\n` });
    }
  });

  it('help is written from the contract and needs no region', async () => {
    const list = await yunlan(['ecs', '--help']);
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/^ {2}RunInstances +\S/m);
    const words = ['RunInstances', '--help'];
    const one = await yunlan(['ecs', ...words]);
    expect(one.code).toBe(0);
    expect(one.stdout).toMatch(/^ {2}--ImageId {2}\(text/m);
    expect(one.stdout).toContain('Refusals besides the general ones:');
    expect((await yunlan(['ecs', 'help', 'RunInstances'])).stdout).toBe(one.stdout);
    const all = await yunlan(['--help']);
    for (const word of [
      'up',
      'down',
      'status',
      'reset',
      'doctor',
      'exec',
      'log',
      'account',
      'key',
      'clock',
      '--data',
    ]) {
      expect(all.stdout).toContain(`  ${word} `);
    }
    expect(all.stdout).not.toMatch(/^ {2}serve/m);
  });
});

describe('commands for what has no official action', () => {
  it('the clock moves and comes back', async () => {
    const data = ['--data', join(scratch(), 'data')];
    await up(data[1]!);
    const clock = async (...words: string[]) => JSON.parse((await yunlan(['clock', ...words, ...data])).stdout);
    expect((await clock('get')).OffsetMilliseconds).toBe(0);
    expect((await clock('forward', '1d12h')).OffsetMilliseconds).toBe(129_600_000);
    expect((await clock('set', '2030-01-01T00:00:00Z')).Time).toBe('2030-01-01T00:00:00Z');
    expect((await clock('reset')).OffsetMilliseconds).toBe(0);
    const nonsense = await yunlan(['clock', 'forward', 'soon', ...data]);
    expect(nonsense.stderr).toContain("'soon' is no duration");
    expect(nonsense.code).toBe(1);
  });

  it('exec and log say why they cannot', async () => {
    const data = ['--data', join(scratch(), 'data')];
    await up(data[1]!);
    const unknown = await yunlan(['exec', ...data, 'nobody', '--', 'true']);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toMatch(
      /^InvalidInstanceId\.NotFound: .*Parameter: Instance.*\(RequestId [0-9A-F-]{36}\)\n$/,
    );
    expect((await yunlan(['log', 'nobody', ...data])).stderr).toMatch(/^InvalidInstanceId\.NotFound: /);
    expect((await yunlan(['exec', ...data, 'nobody'])).stderr).toContain("give the command after '--'");
    expect((await yunlan(['log', ...data, 'nobody', '--tail', 'x'])).stderr).toContain('write a whole number');
  });

  it('a command in a simulated instance fails as the instance says, after its words were streamed', async () => {
    const data = ['--data', join(scratch(), 'data')];
    await up(data[1]!);
    const ask = async (...words: string[]) => {
      const { code, stdout, stderr } = await yunlan([...words, ...data]);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };
    const { VpcId } = await ask('vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/16');
    const status = async () => (await ask('vpc', 'DescribeVpcs', '--VpcId', VpcId)).Vpcs.Vpc[0].Status;
    await expect.poll(status, { timeout: 20_000 }).toBe('Available');
    const place = ['--ZoneId', 'cn-hangzhou-h', '--CidrBlock', '10.0.1.0/24'];
    const { VSwitchId } = await ask('vpc', 'CreateVSwitch', '--VpcId', VpcId, ...place);
    const { SecurityGroupId } = await ask('ecs', 'CreateSecurityGroup', '--VpcId', VpcId);
    const ready = async () =>
      (await ask('vpc', 'DescribeVSwitches', '--VSwitchId', VSwitchId)).VSwitches.VSwitch[0].Status;
    await expect.poll(ready, { timeout: 20_000 }).toBe('Available');
    const { InstanceIdSets } = await ask(
      'ecs',
      'RunInstances',
      '--VSwitchId',
      VSwitchId,
      '--SecurityGroupId',
      SecurityGroupId,
      '--InstanceType',
      'ecs.g6.large',
      '--ImageId',
      'aliyun_2_1903_x64_20G_alibase_20200904.vhd',
      '--InstanceName',
      'web',
    );
    const [id] = InstanceIdSets.InstanceIdSet;
    const runs = async () => (await ask('ecs', 'DescribeInstances', '--InstanceIds', id)).Instances.Instance[0].Status;
    await expect.poll(runs, { timeout: 20_000 }).toBe('Running');

    for (const instance of [id, 'web']) {
      const { code, stdout, stderr } = await yunlan(['exec', ...data, instance, '--', 'echo', 'hello'], { input: 'x' });
      expect({ code, stdout }).toEqual({ code: 127, stdout: '' });
      expect(stderr).toContain('simulated');
    }
    expect(await yunlan(['log', 'web', ...data])).toMatchObject({ code: 0 });
  });
});
