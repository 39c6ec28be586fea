/** The analyser over a store that changes: what it keeps, what it reads anew, and what it says of networks behind. */
import { afterEach, describe, expect, it } from 'vitest';
import { createPathAnalyser } from '../../src/realize/path-analyser.ts';
import { CompiledPrograms } from '../../src/realize/world.ts';
import type { Reader, Store } from '../../src/store/port.ts';
import { formatIpv4, parseIpv4 } from '../../src/values/ip.ts';
import { DEFAULT_PUBLIC_EDGE } from '../../src/values/public-edge.ts';
import { type Region, startRegion } from '../scenario/harness.ts';

const ip = (text: string) => parseIpv4(text)!;
const WEB = { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '0.0.0.0/0' };

/** A store that counts what is read in it. */
function counting(store: Store): { readonly store: Store; reads(): number } {
  let reads = 0;
  const counted = (reader: Reader): Reader => ({
    get: (table, where) => reader.get(table, where),
    find(table, where, page) {
      reads += 1;
      return reader.find(table, where, page);
    },
    count: (table, where) => reader.count(table, where),
    behind: () => reader.behind(),
    owned: (accountId) => reader.owned(accountId),
  });
  return {
    store: {
      read: (fn) => store.read((reader) => fn(counted(reader))),
      write: (options, fn) => store.write(options, fn),
      onCommit: (listener) => store.onCommit(listener),
      onTransaction: (listener) => store.onTransaction(listener),
      close: () => store.close(),
    },
    reads: () => reads,
  };
}

describe('X1 the path analyser over a store', () => {
  let region: Region;
  /** Operations of the driver that wait for as long as this holds. */
  let held: { readonly operation: string; readonly until: Promise<void> } | undefined;
  afterEach(() => region.close());

  async function build() {
    held = undefined;
    region = await startRegion({
      failures: (operation) => (held?.operation === operation ? held.until : undefined),
    });
    const vpcId = await region.vpc();
    const vswitch = await region.vswitch(vpcId, '10.0.1.0/24');
    const [clients, servers] = [await region.group(vpcId), await region.group(vpcId)];
    const [a] = await region.run(vswitch, clients, { PrivateIpAddress: '10.0.1.10' });
    const [b] = await region.run(vswitch, servers, { PrivateIpAddress: '10.0.1.11' });
    const { store } = region.server;
    const cardOf = async (instance_id: string | undefined) =>
      (await store.read((reader) => reader.get('network_interface', { instance_id: instance_id ?? '' })))?.id ?? '';
    await region.server.reconciler.settled();
    const watched = counting(store);
    const analyser = createPathAnalyser({ store: watched.store, publicEdge: DEFAULT_PUBLIC_EDGE, uplink: false });
    const portId = await cardOf(a);
    const ask = (destination = '10.0.1.11') =>
      analyser.trace(
        { networkId: vpcId, portId },
        {
          protocol: 6,
          source: ip('10.0.1.10'),
          destination: ip(destination),
          sourcePort: 40_000,
          destinationPort: 80,
        },
      );
    const open = () =>
      region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: servers, Permissions: [{ ...WEB, Priority: 3 }] });
    const ids = { vpcId, clients, servers, a: a ?? '', b: b ?? '', bCard: await cardOf(b) };
    return { ...ids, analyser, ask, open, reads: watched.reads };
  }

  it('answers what is wanted, and says which network is not there yet', async () => {
    const { vpcId, ask, open } = await build();
    expect(await ask()).toMatchObject({ path: { reason: 'IngressDeniedByDefault' }, behind: [] });
    const { promise, resolve } = Promise.withResolvers<void>();
    held = { operation: 'apply', until: promise };
    await open();
    expect(await ask()).toMatchObject({ path: { reason: 'Delivered' }, behind: [vpcId] });
    resolve();
    await region.server.reconciler.settled();
    expect(await ask()).toMatchObject({ path: { reason: 'Delivered' }, behind: [] });
  });

  it('names the edge only where it is on the way', async () => {
    const { a, ask } = await build();
    const { id } = await region.eip();
    const { promise, resolve } = Promise.withResolvers<void>();
    held = { operation: 'applyEdge', until: promise };
    await region.ok('Vpc', 'AssociateEipAddress', { AllocationId: id, InstanceId: a });
    expect((await ask('192.0.2.10')).behind).toContain('edge');
    expect((await ask()).behind).not.toContain('edge');
    resolve();
    await region.eipReaches(id, 'InUse');
    await region.server.reconciler.settled();
    expect(await ask('192.0.2.10')).toMatchObject({ path: { reason: 'Delivered' }, behind: [] });
  });

  it('compiles a network once for each change', async () => {
    const { ask, open, reads } = await build();
    const first = await ask();
    const once = reads();
    expect(once).toBeGreaterThan(0);
    const second = await ask();
    expect(reads()).toBe(once);
    expect(second).toEqual(first);
    await open();
    expect((await ask()).path.reason).toBe('Delivered');
    expect(reads()).toBeGreaterThan(once);
  });

  it('keeps what was asked for last, within bounds', async () => {
    const { vpcId } = await build();
    const others = [await region.vpc(), await region.vpc()];
    await region.server.reconciler.settled();
    const programs = new CompiledPrograms(DEFAULT_PUBLIC_EDGE, 2);
    const programOf = (id: string) =>
      region.server.store.read(async (reader) => (await programs.network(reader, id))?.program);
    // An empty one counts one, the one with ports more than all that may be kept.
    const [one, two] = [await programOf(others[0]!), await programOf(others[1]!)];
    expect(await programOf(others[0]!)).toBe(one);
    const large = await programOf(vpcId);
    expect(await programOf(vpcId)).toBe(large);
    const again = await programOf(others[1]!);
    expect(again).not.toBe(two);
    expect(again).toEqual(two);
    expect(await programOf(vpcId)).not.toBe(large);
  });

  it('tells the effective rules of an interface, plugged or not, and of none that is not there', async () => {
    const { analyser, open, servers, b, bCard } = await build();
    await open();
    const rules = await analyser.effectiveRules(bCard);
    expect(rules?.groupIds).toEqual([servers]);
    expect(rules?.ingress.map(({ origin, position }) => [position, origin.kind])).toEqual([
      [0, 'inner-access'],
      [1, 'rule'],
      [2, 'default'],
    ]);
    expect(rules?.ingress[0]?.members?.map(formatIpv4)).toEqual(['10.0.1.11']);
    await region.ok('Ecs', 'StopInstance', { InstanceId: b });
    await region.reach([b], 'Stopped');
    expect(await analyser.effectiveRules(bCard)).toEqual(rules);
    expect(await analyser.effectiveRules('eni-of-nobody')).toBeUndefined();
  });

  it('knows nothing of a network that is gone', async () => {
    const { vpcId, a, b, clients, servers, ask } = await build();
    expect((await ask()).path.hops.length).toBeGreaterThan(0);
    for (const InstanceId of [a, b]) await region.ok('Ecs', 'DeleteInstance', { InstanceId, Force: true });
    await region.gone([a, b]);
    for (const SecurityGroupId of [clients, servers])
      await region.ok('Ecs', 'DeleteSecurityGroup', { SecurityGroupId });
    const { VSwitches } = await region.ok('Vpc', 'DescribeVSwitches', { VpcId: vpcId });
    await region.ok('Vpc', 'DeleteVSwitch', { VSwitchId: VSwitches.VSwitch[0].VSwitchId });
    await region.server.reconciler.settled();
    await region.ok('Vpc', 'DeleteVpc', { VpcId: vpcId });
    expect(await ask()).toMatchObject({ path: { reason: 'SenderNotPlugged', hops: [] }, behind: [] });
  });
});
