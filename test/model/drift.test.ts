/** The reconciler looks whether somebody else has changed reality, with the simulated driver. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedDriver, emptyReality, type SimulatedOptions } from '../../src/drivers/simulated/driver.ts';
import type { Driver } from '../../src/realize/driver.ts';
import { Reconciler } from '../../src/realize/reconciler.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/port.ts';
import { systemClock } from '../../src/values/clock.ts';
import { silentLog } from '../../src/values/log.ts';
import { makeInstance, makeNetwork } from './rows.ts';

describe('drift', () => {
  let folder: string;
  let store: Store;
  let reconciler: Reconciler | undefined;
  const reality = emptyReality();
  const looks: string[] = [];
  /** Whether everything has ended and the driver has not noticed yet. */
  let gone = false;
  let doubt: (networkId: string) => void;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yunlan-drift-'));
    store = await openStore({ path: join(folder, 'db'), synchronous: 'NORMAL' });
    reality.programs.clear();
    looks.length = 0;
  });
  afterEach(async () => {
    await reconciler?.stop();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function follow(verifyInterval: number, options: SimulatedOptions = {}) {
    const driver = createSimulatedDriver({ ...options, reality });
    const watched: Driver = {
      ...driver,
      async revive() {
        const was = gone;
        gone = false;
        return was;
      },
      network: {
        ...driver.network,
        verify(networkId) {
          looks.push(networkId);
          return driver.network.verify(networkId);
        },
        onDoubt(listener) {
          doubt = listener;
        },
      },
    };
    reconciler = new Reconciler({
      store,
      driver: watched,
      clock: systemClock,
      log: silentLog,
      interval: 20,
      verifyInterval,
    });
    await driver.open();
    await reconciler.start();
    await reconciler.settled();
    return driver;
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + 10_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`never: ${holds}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  it('of one network is mended, the others are left alone', async () => {
    await makeNetwork(store, 'vpc-1');
    await makeNetwork(store, 'vpc-2');
    await makeInstance(store, 'vpc-1', 'i-1', 10);
    const driver = await follow(20);
    await until(() => driver.applied('vpc-1')?.ports.length === 1);
    await until(() => looks.includes('vpc-1') && looks.includes('vpc-2') && looks.includes('edge'));
    await reconciler?.settled();
    const [applied, edges] = [driver.count('apply'), driver.count('applyEdge')];
    const [whole, other] = [driver.applied('vpc-1'), driver.applied('vpc-2')];
    if (!whole) throw new Error('vpc-1 is applied');
    reality.programs.set('vpc-1', { ...whole, ports: [] });
    await until(() => driver.applied('vpc-1')?.ports.length === 1);
    expect(driver.applied('vpc-1')).toEqual(whole);
    expect(driver.applied('vpc-2')).toBe(other);
    looks.length = 0;
    await until(() => looks.length > 9);
    expect([driver.count('apply'), driver.count('applyEdge')]).toEqual([applied + 1, edges]);
    expect((await store.read((reader) => reader.get('instance', { id: 'i-1' })))?.status).toBe('Running');
  });

  it('of everything is a restart: networks are applied, instances boot from their disks, stopped ones stay so', async () => {
    await makeNetwork(store, 'vpc-1');
    await makeInstance(store, 'vpc-1', 'i-1', 10);
    await makeInstance(store, 'vpc-1', 'i-2', 11);
    const driver = await follow(3_600_000);
    const status = async (id: string) => (await store.read((reader) => reader.get('instance', { id })))?.status;
    await until(async () => (await status('i-1')) === 'Running' && (await status('i-2')) === 'Running');
    await store.write({ scope: ['vpc-1'] }, async (writer) => {
      await writer.update('instance', { id: 'i-2' }, { status: 'Stopping', wanted: 'Stopped' });
      await writer.touch('vpc-1', 'cn-hangzhou');
    });
    await until(async () => (await status('i-2')) === 'Stopped');
    await reconciler?.settled();
    const starts = driver.count('start');
    reality.programs.clear();
    reality.guests.clear();
    reality.edge = undefined;
    gone = true;
    await until(() => reality.guests.has('i-1') && reality.edge !== undefined);
    await until(async () => (await status('i-1')) === 'Running');
    expect(await status('i-2')).toBe('Stopped');
    expect([...reality.guests.keys()]).toEqual(['i-1']);
    expect(driver.applied('vpc-1')?.ports).toHaveLength(1);
    expect(driver.count('start')).toBe(starts + 1);
  });

  it('is looked for round by round, each network once', async () => {
    for (const id of ['vpc-1', 'vpc-2', 'vpc-3']) await makeNetwork(store, id);
    await follow(20);
    looks.length = 0;
    await until(() => looks.length >= 12);
    for (const id of ['edge', 'vpc-1', 'vpc-2', 'vpc-3']) {
      const count = looks.slice(0, 12).filter((one) => one === id).length;
      expect([id, count >= 2 && count <= 4]).toEqual([id, true]);
    }
  });

  it('is looked for at once where the driver has a doubt', async () => {
    await makeNetwork(store, 'vpc-1');
    const driver = await follow(3_600_000);
    expect(looks).toEqual([]);
    const whole = driver.applied('vpc-1');
    reality.programs.delete('vpc-1');
    doubt('vpc-1');
    await until(() => driver.applied('vpc-1') !== undefined);
    expect(driver.applied('vpc-1')).toEqual(whole);
    expect(looks).toEqual(['vpc-1']);
  });

  it('is never looked for while a program is applied', async () => {
    await makeNetwork(store, 'vpc-1');
    let go = (): void => {};
    let held = false;
    let applying = false;
    await follow(3_600_000, {
      failures: (operation) => {
        if (operation !== 'apply' || !held) return undefined;
        return new Promise((resolve) => {
          applying = true;
          go = resolve;
        });
      },
    });
    held = true;
    await makeInstance(store, 'vpc-1', 'i-1', 10);
    await until(() => applying);
    doubt('vpc-1');
    doubt('vpc-1');
    await new Promise((resolve) => setImmediate(resolve));
    expect(looks).toEqual([]);
    held = false;
    go();
    await until(
      async () => (await store.read((reader) => reader.get('instance', { id: 'i-1' })))?.status === 'Running',
    );
    // But afterwards: what was doubted then may be wrong about what has been applied since.
    await until(() => looks.length > 0);
    await reconciler?.settled();
    expect(looks).toEqual(['vpc-1']);
  });

  it('in the middle of which a request commits is realised with it', async () => {
    await makeNetwork(store, 'vpc-1');
    const driver = await follow(1);
    for (let count = 1; count <= 20; count += 1) {
      const whole = driver.applied('vpc-1');
      if (whole) reality.programs.set('vpc-1', { ...whole, generation: -1, ports: [] });
      await makeInstance(store, 'vpc-1', `i-${count}`, 10 + count);
      await until(() => driver.applied('vpc-1')?.ports.length === count);
    }
    await until(async () => (await store.read((reader) => reader.count('instance', { status: 'Running' }))) === 20);
  });
});
