/** `why` and `rules` of a region without packets: what they print, and with which status they end. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, scratch, up, yunlan } from './launcher.ts';

cleanUpAfterEach();

/** A region with two instances, `web` and `db`, of which db lets web in by one port. */
async function region() {
  const data = ['--data', join(scratch(), 'data')] as const;
  await up(data[1]);
  const ask = async (...words: string[]) => {
    const { code, stdout, stderr } = await yunlan([...words, ...data]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  const { VpcId } = await ask('vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/16');
  const vpc = async () => (await ask('vpc', 'DescribeVpcs', '--VpcId', VpcId)).Vpcs.Vpc[0].Status;
  await expect.poll(vpc, { timeout: 20_000 }).toBe('Available');
  const place = ['--ZoneId', 'cn-hangzhou-h', '--CidrBlock', '10.0.1.0/24'];
  const { VSwitchId } = await ask('vpc', 'CreateVSwitch', '--VpcId', VpcId, ...place);
  const vswitch = async () =>
    (await ask('vpc', 'DescribeVSwitches', '--VSwitchId', VSwitchId)).VSwitches.VSwitch[0].Status;
  await expect.poll(vswitch, { timeout: 20_000 }).toBe('Available');
  const groups: string[] = [];
  for (const [name, address] of [
    ['web', '10.0.1.10'],
    ['db', '10.0.1.11'],
  ] as const) {
    const group = ['--VpcId', VpcId, '--SecurityGroupName', `${name}-group`];
    const { SecurityGroupId } = await ask('ecs', 'CreateSecurityGroup', ...group);
    groups.push(SecurityGroupId);
    await ask(
      ...['ecs', 'RunInstances', '--ImageId', 'aliyun_2_1903_x64_20G_alibase_20200904.vhd'],
      ...['--InstanceType', 'ecs.g6.large', '--VSwitchId', VSwitchId, '--SecurityGroupId', SecurityGroupId],
      ...['--InstanceName', name, '--PrivateIpAddress', address],
    );
  }
  await ask(
    ...['ecs', 'AuthorizeSecurityGroup', '--SecurityGroupId', groups[1]!],
    ...['--Permissions.1.IpProtocol', 'TCP', '--Permissions.1.PortRange', '5432/5432'],
    ...['--Permissions.1.SourceGroupId', groups[0]!, '--Permissions.1.Description', 'web may ask'],
  );
  const running = async () => (await ask('ecs', 'DescribeInstances', '--Status', 'Running')).TotalCount;
  await expect.poll(running, { timeout: 20_000 }).toBe(2);
  return { data, ask };
}

describe('X1 why and rules', () => {
  it('X1 the exit status is the verdict: 0 delivered, 1 refused, 2 not answered', async () => {
    const { data } = await region();
    const why = (...words: string[]) => yunlan(['why', ...words, ...data]);

    const delivered = await why('web', 'db', '--port', '5432');
    expect(delivered).toMatchObject({ code: 0, stderr: '' });
    const [verdict, meaning, empty, ...hops] = delivered.stdout.split('\n');
    expect(verdict).toMatch(
      /^delivered – sgr-\w+ of db-group \(sg-\w+\), priority 1: accept tcp port 5432 from group web-group/,
    );
    expect(verdict).toContain('“web may ask”');
    expect(meaning).toBe('The packet reaches the destination’s network card.');
    expect(empty).toBe('');
    expect(hops.filter((line) => line.includes('10.0.1.10:49152 → 10.0.1.11:5432'))).toHaveLength(6);

    const refused = await why('web', 'db', '--port', '22', '--source-port', '1234');
    expect(refused).toMatchObject({ code: 1, stderr: '' });
    expect(refused.stdout).toMatch(
      /^refused: IngressDeniedByDefault – inbound traffic that no rule matches is refused\n/,
    );
    expect(refused.stdout).toContain('10.0.1.10:1234 → 10.0.1.11:22');
    const spoofed = await why('web', 'db', '--source-address', '10.0.1.99', '--protocol', 'gre');
    expect(spoofed.stdout).toMatch(/^refused: SpoofedSource\n/);

    const json = await why('web', 'db', '--port', '22', '--json');
    expect(json.code).toBe(1);
    expect(json.stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ Verdict: 'Refused', Reason: 'IngressDeniedByDefault' });
    const picked = await why('web', 'db', '--port', '22', '--query', 'Reason');
    expect(picked).toMatchObject({ code: 1, stdout: 'IngressDeniedByDefault\n' });

    for (const [words, message] of [
      [['nobody', 'db'], /^InvalidInstanceId\.NotFound: .*Parameter: Source\..*\(RequestId [0-9A-F-]{36}\)\n$/],
      [['web', 'db', '--port', 'http'], /^InvalidParam\.PortRange: .*Parameter: Port\./],
      [['web', 'db', '--protocol', 'icmp', '--port', '1'], /^InvalidIpProtocol\.Malformed: .*Parameter: Port\./],
      [['10.0.1.10', 'db', '--vpc', 'vpc-none'], /^InvalidVpcId\.NotFound: .*Parameter: VpcId\./],
      [['web', 'db', '--probe'], /^InvalidOperation\.NoRealPackets: /],
      [['web'], /missing required argument 'destination'/],
      [['web', 'db', '--nonsense'], /unknown option '--nonsense'/],
      [['web', 'db', '--data'], /--data needs a value/],
    ] as const) {
      const failed = await yunlan(words.at(-1) === '--data' ? ['why', ...words] : ['why', ...words, ...data]);
      expect([words, failed.code, failed.stdout]).toEqual([words, 2, '']);
      expect(failed.stderr).toMatch(message);
    }
    const elsewhere = await yunlan(['why', 'web', 'db', '--data', scratch()]);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain('no daemon serves');
    const help = await yunlan(['why', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Exit status: 0 delivered, 1 refused, 2 not answered.');
    // Other commands keep theirs.
    expect((await yunlan(['exec', ...data, 'why', '--', 'true'])).code).toBe(1);
  });

  it('X1 rules are a table for each direction, of an instance or of an interface', async () => {
    const { data, ask } = await region();
    const text = await yunlan(['rules', 'db', ...data]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    const lines = text.stdout.split('\n');
    expect(lines[0]).toMatch(/^eni-\w+ of i-\w+, in sg-\w+$/);
    expect(lines.filter((line) => /^#/.test(line))).toHaveLength(2);
    expect(lines.find((line) => line.startsWith('1 '))).toMatch(
      /^1 +Accept +TCP +5432\/5432 +group web-group +1 +db-group +sgr-\w+ +web may ask$/,
    );
    expect(lines.filter((line) => line.includes('inner access'))).toHaveLength(2);
    expect(lines.filter((line) => line.includes('by default'))).toHaveLength(2);
    const { NetworkInterfaceId } = await ask('rules', 'db', '--json');
    expect((await yunlan(['rules', NetworkInterfaceId, ...data])).stdout).toBe(text.stdout);
    const unknown = await yunlan(['rules', 'nobody', ...data]);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toMatch(/^InvalidInstanceId\.NotFound: .*Parameter: InstanceId/);
  });
});
