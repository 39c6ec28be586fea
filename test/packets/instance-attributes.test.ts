/** N9, E11, A1: attributes that packets and guests notice: groups exchanged in one go, host name, user data before the first start. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrivenRegion, openDrivenRegion } from './driven-region.ts';

const IMAGE = { InstanceType: 'ecs.g6.large', ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('attributes with real packets', () => {
  let region: DrivenRegion;
  let vpc: string;
  let vswitch: string;
  let asker: string;
  /** Lets everybody in. */
  let open: string;
  /** Lets nobody in. */
  let closed: string;

  beforeAll(async () => {
    region = await openDrivenRegion(60_000);
    const { client } = region;
    vpc = await client.vpc();
    vswitch = await client.vswitch(vpc, '10.0.1.0/24');
    open = await client.group(vpc);
    closed = await client.group(vpc);
    await client.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId: open,
      IpProtocol: 'icmp',
      PortRange: '-1/-1',
      SourceCidrIp: '10.0.1.0/24',
    });
    [asker = ''] = await client.run(vswitch, await client.group(vpc), { PrivateIpAddress: '10.0.1.11' });
  }, 120_000);
  afterAll(() => region?.close(), 60_000);

  const pings = async (address: string) => (await region.exec(asker, 'ping', '-c1', '-W1', address)).code === 0;

  it('N9 E11 groups that are exchanged in one go decide packets from then on', async () => {
    const { client } = region;
    const [id = ''] = await client.run(vswitch, closed, { PrivateIpAddress: '10.0.1.12' });
    expect(await pings('10.0.1.12')).toBe(false);
    await client.ok('Ecs', 'ModifyInstanceAttribute', { InstanceId: id, SecurityGroupIds: [open, closed] });
    await client.until(() => pings('10.0.1.12'));
    await client.ok('Ecs', 'ModifyInstanceAttribute', { InstanceId: id, SecurityGroupIds: [closed] });
    await client.until(async () => !(await pings('10.0.1.12')));
  });

  it('A1 an instance that is created stopped answers nothing; at its first start it runs what its user data say then', async () => {
    const { client } = region;
    const { InstanceId } = await client.ok('Ecs', 'CreateInstance', {
      ...IMAGE,
      VSwitchId: vswitch,
      SecurityGroupId: open,
      PrivateIpAddress: '10.0.1.13',
      HostName: 'before',
      UserData: base64('#!/bin/sh\necho first > /root/told\n'),
    });
    await client.reach([InstanceId], 'Stopped');
    expect(await pings('10.0.1.13')).toBe(false);
    await client.ok('Ecs', 'ModifyInstanceAttribute', {
      InstanceId,
      HostName: 'after',
      UserData: base64('#!/bin/sh\necho second > /root/told\n'),
    });
    await client.ok('Ecs', 'StartInstances', { InstanceId: [InstanceId] });
    await client.reach([InstanceId], 'Running');
    await client.until(() => pings('10.0.1.13'));
    const told = async () => (await region.exec(InstanceId, 'cat', '/root/told')).stdout;
    await client.until(async () => (await told()) === 'second\n');
    expect((await region.exec(InstanceId, 'hostname')).stdout).toBe('after\n');

    await client.ok('Ecs', 'ModifyInstanceAttribute', {
      InstanceId,
      HostName: 'later',
      UserData: base64('#!/bin/sh\necho third > /root/told\n'),
    });
    await client.ok('Ecs', 'RebootInstances', { InstanceId: [InstanceId] });
    await client.reach([InstanceId], 'Running');
    expect((await region.exec(InstanceId, 'hostname')).stdout).toBe('later\n');
    expect(await told()).toBe('second\n');
  });
});
