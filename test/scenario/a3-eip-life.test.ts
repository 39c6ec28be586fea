/** A3, A5, A7: the life of an EIP as the API shows it and as the driver is told, step by step with the driver held. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../src/values/ip.ts';
import { Gate } from './gate.ts';
import { type Body, type Region, type Request, startRegion } from './harness.ts';

describe('A3 life of an EIP', () => {
  let gate: Gate;
  let region: Region;
  let vpc: string;
  let vswitch: string;
  let group: string;
  beforeEach(async () => {
    gate = new Gate();
    region = await startRegion({ failures: gate.pass });
    vpc = await region.vpc();
    vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    group = await region.group(vpc);
  });
  afterEach(async () => {
    gate.letGo('apply', 'applyEdge', 'start', 'stop', 'destroy');
    await region.close();
  });

  const one = async (request: Request = {}): Promise<string> => (await region.run(vswitch, group, request))[0]!;

  async function instance(id: string): Promise<Body> {
    const { Instances } = await region.ok('Ecs', 'DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    return Instances.Instance[0];
  }

  async function card(id: string): Promise<Body> {
    const { NetworkInterfaceSets } = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: id });
    return NetworkInterfaceSets.NetworkInterfaceSet[0];
  }

  const mappings = () => region.driver.applied(vpc)?.publicMappings ?? [];
  const routes = () => region.driver.appliedEdge()?.routes ?? [];
  const stop = async (id: string) => {
    await region.ok('Ecs', 'StopInstance', { InstanceId: id });
    await region.reach([id], 'Stopped');
  };

  it('A3 bought, associated, taken off, associated with another instance, kept when that is released', async () => {
    const { id, address } = await region.eip({ Bandwidth: '20', Name: 'front' });
    expect(id).toMatch(/^eip-bp[a-z0-9]{18}$/);
    expect(await region.eipOf(id)).toMatchObject({
      Status: 'Available',
      IpAddress: address,
      InstanceId: '',
      InstanceType: '',
      VpcId: '',
      PrivateIpAddress: '',
    });
    const first = await one({ PrivateIpAddress: '10.0.1.7' });
    const second = await one();
    await region.associate(id, first);
    expect(await region.eipOf(id)).toMatchObject({
      InstanceId: first,
      InstanceType: 'EcsInstance',
      InstanceRegionId: 'cn-hangzhou',
      Mode: 'NAT',
      VpcId: '',
      PrivateIpAddress: '',
    });
    const portId = (await card(first)).NetworkInterfaceId;
    expect(mappings()).toEqual([
      {
        id,
        portId,
        publicAddress: parseIpv4(address),
        privateAddress: parseIpv4('10.0.1.7'),
        outbound: 20_000_000,
        inbound: 20_000_000,
      },
    ]);
    expect(routes()).toEqual([{ publicAddress: parseIpv4(address), networkId: vpc }]);

    await region.ok('Vpc', 'UnassociateEipAddress', { AllocationId: id, InstanceId: first });
    await region.eipReaches(id, 'Available');
    expect(await region.eipOf(id)).toMatchObject({ InstanceId: '', InstanceType: '', VpcId: '', PrivateIpAddress: '' });
    expect(mappings()).toEqual([]);
    expect(routes()).toEqual([]);

    await region.associate(id, second);
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: second, Force: true });
    await region.gone([second]);
    expect(await region.eipOf(id)).toMatchObject({ Status: 'Available', InstanceId: '', IpAddress: address });
    await region.server.reconciler.settled();
    expect(mappings()).toEqual([]);
    expect(routes()).toEqual([]);
    await region.associate(id, first);
  });

  it('A5 it is told of instance and interface, never as an address of the interface', async () => {
    const { id, address } = await region.eip({ Bandwidth: '7', InternetChargeType: 'PayByTraffic' });
    const target = await one({ PrivateIpAddress: '10.0.1.7' });
    expect((await instance(target)).EipAddress).toEqual({ AllocationId: '', IpAddress: '', InternetChargeType: '' });
    await region.associate(id, target);
    const shown = await instance(target);
    expect(shown.EipAddress).toEqual({
      AllocationId: id,
      IpAddress: address,
      Bandwidth: 7,
      InternetChargeType: 'PayByTraffic',
      IsSupportUnassociate: true,
    });
    expect(shown.PublicIpAddress).toEqual({ IpAddress: [] });
    expect(shown.VpcAttributes.PrivateIpAddress).toEqual({ IpAddress: ['10.0.1.7'] });
    const eni = await card(target);
    expect(eni.AssociatedPublicIp).toEqual({ AllocationId: id, PublicIpAddress: address });
    expect(eni.PrivateIpSets.PrivateIpSet).toEqual([
      {
        PrivateIpAddress: '10.0.1.7',
        Primary: true,
        PrivateDnsName: '',
        AssociatedPublicIp: { AllocationId: id, PublicIpAddress: address },
      },
    ]);
    expect(region.driver.applied(vpc)?.ports[0]?.addresses).toEqual([parseIpv4('10.0.1.7')]);
    const found = async (addresses: readonly string[]) => {
      const request = { EipAddresses: JSON.stringify(addresses) };
      const { Instances } = await region.ok('Ecs', 'DescribeInstances', request);
      return Instances.Instance.map((each: Body) => each.InstanceId);
    };
    expect(await found([address, '198.18.200.1'])).toEqual([target]);
    expect(await found(['198.18.200.1', 'nonsense'])).toEqual([]);
  });

  it.each([['apply' as const], ['applyEdge' as const]])(
    'A3 Associating and Unassociating last as long as %s is not done',
    async (held) => {
      const other = held === 'apply' ? ('applyEdge' as const) : ('apply' as const);
      const { id } = await region.eip();
      const target = await one();
      await region.server.reconciler.settled();
      const done = region.driver.count(other);

      gate.hold(held);
      await region.ok('Vpc', 'AssociateEipAddress', { AllocationId: id, InstanceId: target });
      expect(await region.eipOf(id)).toMatchObject({ Status: 'Associating', InstanceId: target });
      await region.until(async () => region.driver.count(other) > done);
      expect(await region.eipOf(id)).toMatchObject({ Status: 'Associating' });
      expect(await region.refused('Vpc', 'UnassociateEipAddress', { AllocationId: id })).toMatchObject({
        code: 'InvalidBindingStatus',
      });
      for (const [action, request] of [
        ['AssociateEipAddress', { InstanceId: target }],
        ['ModifyEipAddressAttribute', { Bandwidth: '9' }],
        ['ReleaseEipAddress', {}],
      ] as const) {
        const refused = await region.refused('Vpc', action, { AllocationId: id, ...request });
        expect(refused).toMatchObject({ code: 'IncorrectEipStatus', status: 400 });
      }
      gate.letGo(held);
      await region.eipReaches(id, 'InUse');
      expect([mappings().length, routes().length]).toEqual([1, 1]);

      await region.server.reconciler.settled();
      const before = region.driver.count(other);
      gate.hold(held);
      await region.ok('Vpc', 'UnassociateEipAddress', { AllocationId: id });
      expect(await region.eipOf(id)).toMatchObject({ Status: 'Unassociating', InstanceId: target });
      await region.until(async () => region.driver.count(other) > before);
      expect(await region.eipOf(id)).toMatchObject({ Status: 'Unassociating', InstanceId: target });
      expect(await region.refused('Vpc', 'UnassociateEipAddress', { AllocationId: id })).toMatchObject({
        code: 'InvalidBindingStatus',
      });
      expect(await region.refused('Vpc', 'ReleaseEipAddress', { AllocationId: id })).toMatchObject({
        code: 'IncorrectEipStatus',
      });
      gate.letGo(held);
      await region.eipReaches(id, 'Available');
      expect([mappings().length, routes().length]).toEqual([0, 0]);
    },
  );

  it('A3 a stopped instance has its EIP, and the mapping comes and goes with its card', async () => {
    const { id } = await region.eip();
    const target = await one();
    await stop(target);
    await region.associate(id, target);
    expect(mappings()).toEqual([]);
    expect(routes()).toHaveLength(1);
    await region.ok('Ecs', 'StartInstance', { InstanceId: target });
    await region.reach([target], 'Running');
    expect(mappings()).toMatchObject([{ id }]);
    await stop(target);
    await region.server.reconciler.settled();
    expect(mappings()).toEqual([]);
    expect((await instance(target)).EipAddress.AllocationId).toBe(id);
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: target });
    await region.gone([target]);
    expect(await region.eipOf(id)).toMatchObject({ Status: 'Available' });
    await region.ok('Vpc', 'ReleaseEipAddress', { AllocationId: id });
  });

  it('A3 an instance that is released while its EIP is on the way leaves it Available', async () => {
    const [coming, going] = [await region.eip(), await region.eip()];
    const [a, b] = [await one(), await one()];
    await region.associate(going.id, b);
    for (const id of [a, b]) await stop(id);
    await region.server.reconciler.settled();
    gate.hold('applyEdge');
    await region.ok('Vpc', 'AssociateEipAddress', { AllocationId: coming.id, InstanceId: a });
    await region.ok('Vpc', 'UnassociateEipAddress', { AllocationId: going.id });
    for (const InstanceId of [a, b]) await region.ok('Ecs', 'DeleteInstance', { InstanceId });
    await region.gone([a, b]);
    gate.letGo('applyEdge');
    await region.server.reconciler.settled();
    for (const { id } of [coming, going]) {
      expect(await region.eipOf(id)).toMatchObject({ Status: 'Available', InstanceId: '', VpcId: '' });
    }
    expect(routes()).toEqual([]);
  });

  it('A7 F1 a change of bandwidth changes the caps of the mapping and nothing else', async () => {
    const { id } = await region.eip({ Bandwidth: '5' });
    await region.associate(id, await one());
    const [before] = mappings();
    const edges = region.driver.count('applyEdge');
    expect(before).toMatchObject({ outbound: 5_000_000, inbound: 10_000_000 });
    await region.ok('Vpc', 'ModifyEipAddressAttribute', { AllocationId: id, Bandwidth: '50' });
    await region.until(async () => mappings()[0]?.outbound === 50_000_000);
    expect(mappings()).toEqual([{ ...before, outbound: 50_000_000, inbound: 50_000_000 }]);
    expect(await region.eipOf(id)).toMatchObject({ Status: 'InUse', Bandwidth: '50', EipBandwidth: '50' });
    expect(region.driver.count('applyEdge')).toBe(edges);
    const applied = region.driver.count('apply');
    await region.ok('Vpc', 'ModifyEipAddressAttribute', { AllocationId: id, Name: 'n', Description: 'd' });
    await region.server.reconciler.settled();
    expect(region.driver.count('apply')).toBe(applied);
    expect(await region.eipOf(id)).toMatchObject({ Bandwidth: '50', Name: 'n', Description: 'd' });
    await region.ok('Vpc', 'ModifyEipAddressAttribute', { AllocationId: id, Name: '', Description: '' });
    expect(await region.eipOf(id)).toMatchObject({ Name: '', Description: '' });
  });

  it('F12 an instance without a public address gets one by an EIP, also of another VPC with the same block', async () => {
    const otherVpc = await region.vpc();
    const twin = await region.vswitch(otherVpc, '10.0.1.0/24');
    const [there] = await region.run(twin, await region.group(otherVpc), { PrivateIpAddress: '10.0.1.7' });
    const here = await one({ PrivateIpAddress: '10.0.1.7' });
    const [a, b] = [await region.eip(), await region.eip()];
    await Promise.all([region.associate(a.id, here), region.associate(b.id, there!)]);
    expect((await instance(here)).EipAddress.IpAddress).toBe(a.address);
    expect((await instance(there!)).EipAddress.IpAddress).toBe(b.address);
    expect(routes()).toEqual(
      [
        { publicAddress: parseIpv4(a.address), networkId: vpc },
        { publicAddress: parseIpv4(b.address), networkId: otherVpc },
      ].sort((x, y) => x.publicAddress! - y.publicAddress!),
    );
  });

  it('X7 what has an EIP keeps its VSwitch and VPC; without instances nothing of the EIP does', async () => {
    const { id } = await region.eip();
    const target = await one();
    await region.associate(id, target);
    await stop(target);
    expect((await region.refused('Vpc', 'DeleteVSwitch', { VSwitchId: vswitch })).message).toContain(target);
    expect((await region.refused('Vpc', 'DeleteVpc', { VpcId: vpc })).message).toContain(vswitch);
    gate.hold('applyEdge');
    await region.ok('Ecs', 'DeleteInstance', { InstanceId: target });
    await region.gone([target]);
    await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: group });
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId: vswitch });
    await region.ok('Vpc', 'DeleteVpc', { VpcId: vpc });
    await region.ok('Vpc', 'ReleaseEipAddress', { AllocationId: id });
    gate.letGo('applyEdge');
    await region.server.reconciler.settled();
    expect(routes()).toEqual([]);
  });
});
