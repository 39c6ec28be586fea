/** The reconciler against the real store and the simulated driver: life cycles, failures at every step, restarts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedDriver, type SimulatedOptions } from '../../src/drivers/simulated/driver.ts';
import type { Driver } from '../../src/realize/driver.ts';
import { Reconciler } from '../../src/realize/reconciler.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/port.ts';
import type { Tables } from '../../src/store/schema.ts';
import { systemClock } from '../../src/values/clock.ts';
import { silentLog } from '../../src/values/log.ts';
import { makeInstance, makeNetwork, wish } from './rows.ts';

const VPC = 'vpc-1';

describe('the reconciler', () => {
  let folder: string;
  let store: Store;
  let running: Reconciler[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yunlan-reconciler-'));
    store = await openStore({ path: join(folder, 'db'), synchronous: 'NORMAL' });
    running = [];
  });
  afterEach(async () => {
    for (const reconciler of running) await reconciler.stop();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function follow(driver: Driver, interval = 60_000): Promise<Reconciler> {
    const reconciler = new Reconciler({ store, driver, clock: systemClock, log: silentLog, interval });
    running.push(reconciler);
    await driver.open();
    await reconciler.start();
    return reconciler;
  }

  const instance = (id: string) => store.read((reader) => reader.get('instance', { id }));

  async function reach(id: string, status: Tables['instance']['status'] | 'gone', limit = 10_000): Promise<void> {
    const end = Date.now() + limit;
    for (;;) {
      const row = await instance(id);
      if ((row?.status ?? 'gone') === status) return;
      if (Date.now() > end) throw new Error(`${id} is ${row?.status} (${row?.failure}), not ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('makes a network and its instance real, and only then says so', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
    await follow(driver);
    await reach('i-1', 'Running');
    const state = await store.read(async (reader) => ({
      vpc: await reader.get('vpc', { id: VPC }),
      vswitch: await reader.get('vswitch', { vpc_id: VPC }),
      eni: await reader.get('network_interface', { instance_id: 'i-1' }),
      network: await reader.get('network_state', { network_id: VPC }),
    }));
    expect(state.vpc?.status).toBe('Available');
    expect(state.vswitch?.status).toBe('Available');
    expect(state.eni?.status).toBe('InUse');
    expect(state.network?.realized).toBe(state.network?.wanted);
    expect(await driver.compute.running()).toEqual(['i-1']);
    expect(driver.applied(VPC)?.ports).toHaveLength(1);
  });

  it('does nothing when nothing is behind', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    const reconciler = await follow(driver);
    await reconciler.settled();
    const applied = driver.count('apply');
    reconciler.wake();
    await reconciler.settled();
    expect(driver.count('apply')).toBe(applied);
  });

  it('stops, unplugs, starts again and reboots', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
    const reconciler = await follow(driver);
    await reach('i-1', 'Running');
    await wish(store, 'i-1', { status: 'Stopping', wanted: 'Stopped' });
    await reach('i-1', 'Stopped');
    await reconciler.settled();
    expect(await driver.compute.running()).toEqual([]);
    expect(driver.applied(VPC)?.ports).toEqual([]);
    expect(await driver.compute.disks()).toEqual(['i-1']);

    await wish(store, 'i-1', { status: 'Starting', wanted: 'Running', boot_wanted: 2 });
    await reach('i-1', 'Running');
    const starts = driver.count('start');
    await wish(store, 'i-1', { status: 'Stopping', wanted: 'Running', boot_wanted: 3 });
    await reconciler.settled();
    await reach('i-1', 'Running');
    expect(driver.count('start')).toBe(starts + 1);
    expect((await instance('i-1'))?.boot_realized).toBe(3);
  });

  it('is settled only when no step is left, whenever it is asked', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
    const reconciler = await follow(driver);
    await reconciler.settled();
    for (let turns = 0; turns < 12; turns++) {
      for (const [status, next] of [
        ['Stopping', 'Stopped'],
        ['Starting', 'Running'],
      ] as const) {
        await wish(store, 'i-1', { status, wanted: next });
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
        await reconciler.settled();
        expect((await instance('i-1'))?.status).toBe(next);
      }
    }
  });

  it('X4 a released instance leaves no row, port, guest or disk; its address is free', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
    const reconciler = await follow(driver);
    await reach('i-1', 'Running');
    await wish(store, 'i-1', { status: 'Stopping', wanted: 'Deleted' });
    await reach('i-1', 'gone');
    await reconciler.settled();
    expect(driver.applied(VPC)?.ports).toEqual([]);
    expect(await driver.compute.running()).toEqual([]);
    expect(await driver.compute.disks()).toEqual([]);
    await makeInstance(store, VPC, 'i-2', 10);
    await reach('i-2', 'Running');
  });

  it('removes a deleted network from reality and forgets it', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    const reconciler = await follow(driver);
    await reconciler.settled();
    expect(await driver.network.networks()).toEqual([VPC]);
    await store.write({ scope: [] }, async (tx) => {
      for (const table of ['security_group', 'vswitch'] as const) await tx.remove(table, { vpc_id: VPC });
      await tx.remove('vpc', { id: VPC });
      await tx.touch(VPC, 'cn-hangzhou');
      await tx.update('network_state', { network_id: VPC }, { deleted: true });
    });
    await reconciler.settled();
    expect(await driver.network.networks()).toEqual([]);
    expect(await store.read((reader) => reader.find('network_state', {}))).toEqual([]);
  });

  it.each(['apply', 'start', 'stop', 'destroy'] as const)(
    'a failing %s stays visible, is tried again, and converges',
    async (operation) => {
      let failures = 0;
      const failing: SimulatedOptions['failures'] = (what) => {
        if (what === operation && failures < 2) {
          failures += 1;
          throw new Error(`the ${what} that was made to fail`);
        }
      };
      const driver = createSimulatedDriver({ failures: failing });
      await makeNetwork(store, VPC);
      await makeInstance(store, VPC, 'i-1', 10);
      await follow(driver, 50);
      await reach('i-1', 'Running');
      await wish(store, 'i-1', { status: 'Stopping', wanted: 'Deleted' });
      await reach('i-1', 'gone');
      const end = Date.now() + 10_000;
      while ((await driver.compute.disks()).length > 0 && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(await driver.compute.disks()).toEqual([]);
      expect(failures).toBe(2);
    },
  );

  it('leaves the driver’s words where a person finds them', async () => {
    let broken = true;
    const driver = createSimulatedDriver({
      failures: (what) => {
        if (what === 'apply' && broken) throw new Error('no space in the table');
      },
    });
    await makeNetwork(store, VPC);
    await follow(driver);
    const state = () => store.read((reader) => reader.get('network_state', { network_id: VPC }));
    const end = Date.now() + 5000;
    while (!(await state())?.failure && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await state())?.failure).toContain('no space in the table');
    expect((await state())?.realized).toBe(0);
    broken = false;
    while ((await state())?.failure && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await state())?.failure).toBe('');
  });

  it('a restart with a driver that kept everything disturbs nothing', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
    const first = await follow(driver);
    await reach('i-1', 'Running');
    await first.stop();
    const starts = driver.count('start');
    const second = await follow(driver);
    await second.settled();
    expect(driver.count('start')).toBe(starts);
    expect((await instance('i-1'))?.status).toBe('Running');
  });

  it('a restart after everything ended starts what should run, and nothing else', async () => {
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
    await makeInstance(store, VPC, 'i-2', 11);
    const first = await follow(createSimulatedDriver());
    await reach('i-1', 'Running');
    await reach('i-2', 'Running');
    await wish(store, 'i-2', { status: 'Stopping', wanted: 'Stopped' });
    await reach('i-2', 'Stopped');
    await first.settled();
    await first.stop();
    const driver = createSimulatedDriver();
    const second = await follow(driver);
    await second.settled();
    await reach('i-1', 'Running');
    expect(await driver.compute.running()).toEqual(['i-1']);
  });

  it('ends guests that nobody knows and removes their disks', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
    const first = await follow(driver);
    await reach('i-1', 'Running');
    await first.stop();
    await store.write({ scope: [] }, async (tx) => {
      await tx.remove('address_lease', { network_interface_id: 'eni-i-1' });
      await tx.remove('network_interface_group', { network_interface_id: 'eni-i-1' });
      await tx.remove('network_interface', { id: 'eni-i-1' });
      await tx.remove('instance', { id: 'i-1' });
    });
    const second = await follow(driver);
    await second.settled();
    expect(await driver.compute.running()).toEqual([]);
    expect(await driver.compute.disks()).toEqual([]);
  });

  it('an instance that ended by itself becomes Stopped', async () => {
    const driver = createSimulatedDriver();
    await makeNetwork(store, VPC);
    await makeInstance(store, VPC, 'i-1', 10);
    await follow(driver, 20);
    await reach('i-1', 'Running');
    await driver.compute.stop('i-1', { force: true });
    await reach('i-1', 'Stopped');
    expect((await instance('i-1'))?.wanted).toBe('Stopped');
  });
});
