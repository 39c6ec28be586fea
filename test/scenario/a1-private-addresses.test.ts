/** A1: a new instance gets a private address of its VSwitch, chosen or automatic, never a reserved one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

const IMAGE = { InstanceType: 'ecs.g6.large', ImageId: 'aliyun_2_1903_x64_20G_alibase_20200904.vhd' };

describe('A1 private addresses', () => {
  let region: Region;
  let vpc: string;
  let group: string;
  beforeAll(async () => {
    region = await startRegion();
    vpc = await region.vpc();
    group = await region.group(vpc);
  });
  afterAll(() => region.close());

  /** Addresses of the instances, in the order of the ids. */
  async function addressesOf(ids: readonly string[]): Promise<string[]> {
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', {
      InstanceIds: JSON.stringify(ids),
      PageSize: 100,
    });
    const byId = new Map(Instances.Instance.map((each: Body) => [each.InstanceId, each]));
    return ids.map((id) => {
      const instance = byId.get(id) as Body;
      const [address] = instance.VpcAttributes.PrivateIpAddress.IpAddress;
      expect(instance.NetworkInterfaces.NetworkInterface[0].PrimaryIpAddress).toBe(address);
      return address;
    });
  }

  async function available(VSwitchId: string): Promise<number> {
    const { VSwitches } = await region.ok('Vpc', 'DescribeVSwitches', { VSwitchId });
    return VSwitches.VSwitch[0].AvailableIpAddressCount;
  }

  it('A1 gives every address but the first and the last three, each once, then refuses', async () => {
    const vswitch = await region.vswitch(vpc, '10.0.9.0/28');
    expect(await available(vswitch)).toBe(12);
    const ids = await region.run(vswitch, group, { Amount: 12 });
    const addresses = await addressesOf(ids);
    const all = Array.from({ length: 12 }, (_, n) => `10.0.9.${n + 1}`);
    expect([...addresses].sort()).toEqual([...all].sort());
    expect(await available(vswitch)).toBe(0);
    const before = await region.snapshot();
    const full = await region.refused('Ecs', 'RunInstances', { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group });
    expect(full).toMatchObject({ code: 'QuotaExceeded.PrivateIpAddress', status: 400 });
    expect(full.message).toContain('VSwitchId');
    expect(await region.snapshot()).toEqual(before);
  });

  it('A1 makes as many instances as there are addresses when MinAmount says they will do', async () => {
    const vswitch = await region.vswitch(vpc, '10.0.9.16/29');
    const request = { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group, Amount: 6 };
    expect(await region.refused('Ecs', 'RunInstances', { ...request, MinAmount: 5 })).toMatchObject({
      code: 'QuotaExceeded.PrivateIpAddress',
    });
    expect(await available(vswitch)).toBe(4);
    const { InstanceIdSets } = await region.ok('Ecs', 'RunInstances', { ...request, MinAmount: 4 });
    expect(InstanceIdSets.InstanceIdSet).toHaveLength(4);
    expect(new Set(await addressesOf(InstanceIdSets.InstanceIdSet)).size).toBe(4);
    await region.reach(InstanceIdSets.InstanceIdSet, 'Running');
  });

  it('A1 gives the chosen address, and consecutive ones to several instances', async () => {
    const vswitch = await region.vswitch(vpc, '10.0.10.0/24');
    const one = await region.run(vswitch, group, { PrivateIpAddress: '10.0.10.252' });
    expect(await addressesOf(one)).toEqual(['10.0.10.252']);
    const three = await region.run(vswitch, group, { PrivateIpAddress: '10.0.10.20', Amount: 3 });
    expect(await addressesOf(three)).toEqual(['10.0.10.20', '10.0.10.21', '10.0.10.22']);
  });

  it('A1 an address is free again when its instance is gone', async () => {
    const vswitch = await region.vswitch(vpc, '10.0.11.0/24');
    const [id] = await region.run(vswitch, group, { PrivateIpAddress: '10.0.11.7' });
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: id, Force: true });
    await region.until(async () => {
      const { TotalCount } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([id]) });
      return TotalCount === 0;
    });
    const next = await region.run(vswitch, group, { PrivateIpAddress: '10.0.11.7' });
    expect(await addressesOf(next)).toEqual(['10.0.11.7']);
  });

  it('A1 instances of several requests at once get different addresses and MACs', async () => {
    const vswitch = await region.vswitch(vpc, '10.0.12.0/24');
    const request = { ...IMAGE, VSwitchId: vswitch, SecurityGroupId: group, Amount: 5 };
    const answers = await Promise.all(Array.from({ length: 8 }, () => region.ok('Ecs', 'RunInstances', request)));
    const ids = answers.flatMap((answer) => answer.InstanceIdSets.InstanceIdSet);
    expect(new Set(ids).size).toBe(40);
    expect(new Set(await addressesOf(ids)).size).toBe(40);
    const { NetworkInterfaceSets } = await region.ok('Ecs', 'DescribeNetworkInterfaces', {
      VSwitchId: vswitch,
      PageSize: 100,
    });
    expect(new Set(NetworkInterfaceSets.NetworkInterfaceSet.map((eni: Body) => eni.MacAddress)).size).toBe(40);
  });
});
