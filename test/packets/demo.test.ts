/** X1: `yunlan demo` with real packets: what its analysis says of a packet is what happens to one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXPECTED, type Row, shortly } from '../cli/demo-expected.ts';
import { yunlan } from '../cli/launcher.ts';

describe('X1 yunlan demo', () => {
  const data = mkdtempSync(join(tmpdir(), 'yunlan-demo-'));
  const at = ['--data', data] as const;

  const run = async (...words: string[]) => {
    const ended = await yunlan([...words, ...at]);
    if (ended.code !== 0) throw new Error(`${words.join(' ')}: ${ended.stderr}${ended.stdout}`);
    return ended;
  };
  const ask = async (...words: string[]) => JSON.parse((await run(...words)).stdout);
  const demo = async (): Promise<{ made: number; address: string; rows: (Row & { packet: string })[]; page: object }> =>
    ask('demo', '--json');
  const counts = async () => [
    (await ask('vpc', 'DescribeVpcs')).TotalCount,
    (await ask('vpc', 'DescribeVSwitches')).TotalCount,
    (await ask('vpc', 'DescribeEipAddresses')).TotalCount,
    (await ask('ecs', 'DescribeSecurityGroups')).TotalCount,
    (await ask('ecs', 'DescribeInstances')).TotalCount,
    (await ask('ecs', 'DescribeNetworkInterfaces')).TotalCount,
  ];
  const page = { text: 'Hello from demo-web.' };
  const fetched = async (address: string) =>
    (await yunlan(['exec', ...at, 'internet', '--', 'curl', '-sS', '--max-time', '5', `http://${address}/`])).stdout;

  afterAll(async () => {
    await run('reset', '--yes');
    rmSync(data, { recursive: true, force: true });
  });

  it('one command shows who reaches whom: each packet does what the analysis says', async () => {
    const first = await run('demo', '--driver', 'linux', '--port', '0');
    expect(first.stdout).toContain(`${EXPECTED.length} packets, and each did what the analysis says.`);
    expect(first.stdout).toMatch(/http:\/\/198\.18\.\d+\.\d+\/ says to the internet: Hello from demo-web\.\n/);
    expect(first.stdout).not.toContain('\x1b');
    const shown = await demo();
    expect(shortly(shown.rows)).toEqual(EXPECTED);
    for (const row of shown.rows) {
      expect(row).toMatchObject({ agreement: 'Agrees', packet: row.analysis });
    }
    // Who listens answers, who is only reached says that nobody does, and a refused packet says nothing at all.
    expect(shown.rows.map(({ answer }) => answer)).toEqual([
      'SynAck',
      undefined,
      undefined,
      'Reset',
      'EchoReply',
      undefined,
      'SynAck',
      'SynAck',
      undefined,
      undefined,
      'HostUnreachable',
      'NetworkUnreachable',
      'EchoReply',
      'NetworkUnreachable',
    ]);
    expect(shown).toMatchObject({ made: 0, page });
    expect(await fetched(shown.address)).toBe(`${page.text}\n`);
  });

  it('follows what is changed in it: a rule that goes and one that comes', async () => {
    const { SecurityGroups } = await ask('ecs', 'DescribeSecurityGroups', '--SecurityGroupName', 'demo-web');
    const group = ['--SecurityGroupId', SecurityGroups.SecurityGroup[0].SecurityGroupId];
    const open = ['--IpProtocol', 'TCP', '--PortRange', '80/80', '--SourceCidrIp', '0.0.0.0/0'];
    const ping = ['--IpProtocol', 'ICMP', '--PortRange', '-1/-1', '--SourceCidrIp', '0.0.0.0/0'];
    await run('ecs', 'RevokeSecurityGroup', ...group, ...open);
    await run('ecs', 'AuthorizeSecurityGroup', ...group, ...ping);
    const shown = await demo();
    const verdicts = shown.rows.map(({ analysis }) => analysis);
    expect([verdicts[0], verdicts[2], verdicts[5], verdicts[6]]).toEqual([
      'Refused',
      'Delivered',
      'Delivered',
      'Refused',
    ]);
    for (const row of shown.rows) expect(row).toMatchObject({ agreement: 'Agrees', packet: row.analysis });
    expect(shown.page).toEqual({ problem: expect.stringContaining('timed out') });
    expect(await fetched(shown.address)).toBe('');
    await run('ecs', 'AuthorizeSecurityGroup', ...group, ...open);
    await run('ecs', 'RevokeSecurityGroup', ...group, ...ping);
  });

  it('is the same after the region ended and started again, with its pages', async () => {
    const before = await demo();
    await run('down');
    const again = await run('demo', '--driver', 'linux', '--port', '0');
    expect(again.stdout).toContain('The demo is there already');
    const shown = await demo();
    expect(shown).toEqual(before);
    expect(shortly(shown.rows)).toEqual(EXPECTED);
  });

  it('goes as it came', async () => {
    await run('vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/16', '--VpcName', 'demo-one');
    expect((await counts())[0]).toBe(3);
    expect((await run('demo', '--remove')).stdout).toBe('The demo is gone: 14 things were removed.\n');
    expect(await counts()).toEqual([1, 0, 0, 0, 0, 0]);
  });
});
