/** Public addresses and the reconciler: failures and restarts while an address is on its way. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedDriver, type SimulatedDriver } from '../../src/drivers/simulated/driver.ts';
import { Reconciler } from '../../src/realize/reconciler.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/port.ts';
import type { Tables } from '../../src/store/schema.ts';
import { systemClock } from '../../src/values/clock.ts';
import { parseIpv4 } from '../../src/values/ip.ts';
import { silentLog } from '../../src/values/log.ts';
import { DEFAULT_PUBLIC_EDGE, EDGE } from '../../src/values/public-edge.ts';
import { makeAssociation, makeInstance, makeNetwork, takeOff, wish } from './rows.ts';

const VPC = 'vpc-1';
const ROUTE = { publicAddress: parseIpv4('198.18.0.1'), networkId: VPC };

describe('A3 public addresses and the reconciler', () => {
  let folder: string;
  let store: Store;
  let running: Reconciler[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yunlan-addresses-'));
    store = await openStore({ path: join(folder, 'db'), synchronous: 'NORMAL' });
    running = [];
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
  });
  afterEach(async () => {
    for (const reconciler of running) await reconciler.stop();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function follow(driver: SimulatedDriver): Promise<Reconciler> {
    const reconciler = new Reconciler({ store, driver, clock: systemClock, log: silentLog, interval: 60_000 });
    running.push(reconciler);
    await driver.open();
    await reconciler.start();
    return reconciler;
  }

  /** Waits until a row is as it should be. */
  async function until<T extends 'eip' | 'instance' | 'network_state'>(
    table: T,
    where: Partial<Tables[T]>,
    holds: (row: Tables[T] | undefined) => boolean,
  ): Promise<void> {
    const limit = AbortSignal.timeout(10_000);
    for (;;) {
      const row = await store.read((reader) => reader.get(table, where as object));
      if (holds(row)) return;
      if (limit.aborted) throw new Error(`${table} stays ${JSON.stringify(row)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const reaches = (status: Tables['eip']['status']) => until('eip', { id: 'eip-1' }, (row) => row?.status === status);
  const runs = () => until('instance', { id: 'i-1' }, (row) => row?.status === 'Running');

  it('the edge is there before any address, with pool and host outside', async () => {
    const driver = createSimulatedDriver();
    await (await follow(driver)).settled();
    expect(driver.appliedEdge()).toEqual({ generation: 0, ...DEFAULT_PUBLIC_EDGE, routes: [] });
    expect(await driver.network.networks()).toEqual([VPC]);
  });

  it.each(['apply', 'applyEdge'] as const)(
    'a failing %s keeps an address on its way, says why, is tried again, and it arrives',
    async (operation) => {
      let broken = false;
      const driver = createSimulatedDriver({
        failures: (what) => {
          if (broken && what === operation) throw new Error(`the ${what} that was made to fail`);
        },
      });
      await follow(driver);
      await runs();
      const network_id = operation === 'apply' ? VPC : EDGE;
      const failed = (row: Tables['network_state'] | undefined) => row?.failure.includes('made to fail') === true;
      const shown = () => store.read((reader) => reader.get('eip', { id: 'eip-1' }));

      broken = true;
      await makeAssociation(store, VPC, 'i-1', 1);
      await until('network_state', { network_id }, failed);
      expect((await shown())?.status).toBe('Associating');
      broken = false;
      await reaches('InUse');
      await until('network_state', { network_id }, (row) => row?.failure === '' && row.realized === row.wanted);
      expect(driver.applied(VPC)?.publicMappings).toMatchObject([{ id: 'eip-1' }]);
      expect(driver.appliedEdge()?.routes).toEqual([ROUTE]);

      broken = true;
      await takeOff(store, VPC, 1);
      await until('network_state', { network_id }, failed);
      expect(await shown()).toMatchObject({ status: 'Unassociating', instance_id: 'i-1' });
      broken = false;
      await reaches('Available');
      expect(await shown()).toMatchObject({ instance_id: null, network_interface_id: null, vpc_id: null });
      expect(driver.applied(VPC)?.publicMappings).toEqual([]);
      expect(driver.appliedEdge()?.routes).toEqual([]);
    },
  );

  it.each(['nothing', 'the network', 'the edge'] as const)(
    'a process that ends when %s was applied is followed by one that brings the address home',
    async (done) => {
      const ends = (what: string) => {
        if (what === 'apply' && done !== 'the network') throw new Error('ends');
        if (what === 'applyEdge' && done !== 'the edge') throw new Error('ends');
      };
      for (const [begin, end] of [
        [() => makeAssociation(store, VPC, 'i-1', 1), 'InUse'],
        [() => takeOff(store, VPC, 1), 'Available'],
      ] as const) {
        const before = createSimulatedDriver();
        const first = await follow(before);
        await runs();
        await first.settled();
        await first.stop();
        const cut = await follow(createSimulatedDriver({ failures: ends }));
        await begin();
        await cut.settled();
        await cut.stop();
        const driver = createSimulatedDriver();
        const last = await follow(driver);
        await reaches(end);
        await runs();
        await last.settled();
        const carried = end === 'InUse';
        expect(driver.applied(VPC)?.publicMappings.map(({ id }) => id)).toEqual(carried ? ['eip-1'] : []);
        expect(driver.appliedEdge()?.routes).toEqual(carried ? [ROUTE] : []);
        await last.stop();
      }
    },
  );

  it('a restart gives a driver that lost everything the mapping and the route back', async () => {
    const first = await follow(createSimulatedDriver());
    await runs();
    await makeAssociation(store, VPC, 'i-1', 1);
    await reaches('InUse');
    await first.stop();
    const driver = createSimulatedDriver();
    await (await follow(driver)).settled();
    await runs();
    expect(driver.applied(VPC)?.publicMappings).toMatchObject([{ id: 'eip-1', portId: 'eni-i-1' }]);
    expect(driver.appliedEdge()?.routes).toEqual([ROUTE]);
    expect((await store.read((reader) => reader.get('eip', { id: 'eip-1' })))?.status).toBe('InUse');
  });

  it('X4 a released instance frees its address in the same moment as its interface', async () => {
    const driver = createSimulatedDriver();
    const reconciler = await follow(driver);
    await runs();
    await makeAssociation(store, VPC, 'i-1', 1);
    await reaches('InUse');
    await wish(store, 'i-1', { status: 'Stopping', wanted: 'Deleted' });
    await until('instance', { id: 'i-1' }, (row) => row === undefined);
    expect(await store.read((reader) => reader.get('eip', { id: 'eip-1' }))).toMatchObject({
      status: 'Available',
      instance_id: null,
      vpc_id: null,
    });
    await reconciler.settled();
    expect(driver.appliedEdge()?.routes).toEqual([]);
  });
});
