/** What a person makes of answers: queries, waiting, and completion of what is typed. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';

describe('answers', () => {
  it('are selected from, and what an action began is waited for', async () => {
    const data = join(scratch(), 'data');
    await up(data);
    const run = async (...words: string[]) => {
      const ended = await yunlan([...words, '--data', data]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      return ended.stdout.trim();
    };
    const vpc = await run('vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/16', '--wait', '--query', 'VpcId');
    expect(vpc).toMatch(/^vpc-\w+$/);
    expect(await run('vpc', 'DescribeVpcs', '--query', 'Vpcs.Vpc[].Status')).toBe('Available');
    const network = ['--VpcId', vpc, '--ZoneId', 'cn-hangzhou-h', '--CidrBlock', '10.0.1.0/24'];
    const vswitch = await run('vpc', 'CreateVSwitch', ...network, '--wait', '--query', 'VSwitchId');
    const group = await run('ecs', 'CreateSecurityGroup', '--VpcId', vpc, '--query', 'SecurityGroupId');
    const what = ['--VSwitchId', vswitch, '--SecurityGroupId', group, '--ImageId', IMAGE];
    const made = ['--InstanceType', 'ecs.g6.large', '--Amount', '2', '--InstanceName', 'web'];
    const ids = await run('ecs', 'RunInstances', ...what, ...made, '--wait', '--query', 'InstanceIdSets.InstanceIdSet');
    expect(ids).toMatch(/^i-\w+\ni-\w+$/);
    const [first = ''] = ids.split('\n');
    const status = async (until: string) =>
      run('ecs', 'DescribeInstances', '--until', until, '--query', 'Instances.Instance[].Status');
    expect(await status('TotalCount == `2`')).toBe('Running\nRunning');
    await run('ecs', 'StopInstance', '--InstanceId', first, '--wait');
    expect((await status('TotalCount == `2`')).split('\n').sort()).toEqual(['Running', 'Stopped']);
    await run('ecs', 'DeleteInstance', '--InstanceId', first, '--wait');
    expect(await status('TotalCount == `1`')).toBe('Running');
    const rows = await run('ecs', 'DescribeInstances', '--query', 'Instances.Instance', '--output', 'table');
    expect(rows.split('\n')).toHaveLength(2);
    expect(rows).toMatch(/^InstanceId /);

    const late = ['--until', 'TotalCount == `9`', '--timeout', '0'];
    const ended = await yunlan(['ecs', 'DescribeInstances', ...late, '--data', data]);
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: 'yunlan: DescribeInstances: not within 0 seconds\n' });
    // A slip in the query is found before anything is done.
    const slip = await yunlan(['vpc', 'CreateVpc', '--query', 'VpcId[', '--data', data]);
    expect(slip).toMatchObject({ code: 1, stdout: '' });
    expect(slip.stderr).toMatch(/^yunlan: --query 'VpcId\['/);
    expect(await run('vpc', 'DescribeVpcs', '--query', 'TotalCount')).toBe('1');

    expect((await complete('exec', 'we', data)).stdout).toBe('web \n');
  });
});

const complete = (...words: string[]) => {
  const data = words.length > 2 ? words.pop() : undefined;
  return yunlan([...(data === undefined ? [] : ['--data', data]), '__complete', '--', ...words]);
};
const lines = async (...words: string[]) => (await yunlan(['__complete', '--', ...words])).stdout.split('\n');

describe('completion', () => {
  it('knows commands, actions, parameters and their values', async () => {
    expect(await lines('rese')).toEqual(['reset ', '']);
    expect(await lines('ke')).toEqual(['key ', '']);
    expect(await lines('key', 'cr')).toEqual(['create ', '']);
    expect(await lines('up', '--det')).toEqual(['--detach ', '']);
    expect(await lines('ecs', 'AuthorizeSecurityGroupE')).toEqual(['AuthorizeSecurityGroupEgress ', '']);
    expect(await lines('vpc', 'CreateVpc', '--Cidr')).toEqual(['--CidrBlock ', '']);
    expect(await lines('ecs', 'RunInstances', '--Tag')).toEqual(['--Tag.1.Key ', '--Tag.1.Value ', '']);
    expect(await lines('ecs', 'StopInstance', '--ForceStop', '')).toEqual(['false ', 'true ', '']);
    expect(await lines('ecs', 'StopInstance', '--wa')).toEqual(['--wait ', '']);
    expect(await lines('nothing', '')).toEqual(['']);
  });

  it('is understood by bash', async () => {
    const { stdout } = await yunlan(['completion', 'bash']);
    const script = `${stdout}
      yunlan() { [ "$1$2/$3/$4" = '__complete--/vpc/CreateVp' ] && echo 'CreateVpc '; }
      COMP_WORDS=(yunlan vpc CreateVp) COMP_CWORD=2; _yunlan; printf '<%s>' "\${COMPREPLY[@]}"`;
    const bash = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect([bash.stdout, bash.stderr]).toEqual(['<CreateVpc >', '']);
  });

  it('is refused for shells that it does not know', async () => {
    const ended = await yunlan(['completion', 'tcsh']);
    expect(ended).toMatchObject({ code: 1, stderr: 'yunlan: completion is there for bash, zsh, fish\n' });
  });
});
