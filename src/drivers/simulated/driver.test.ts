import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { GuestSpec } from '../../realize/driver.ts';
import type { EdgeProgram, NetworkProgram } from '../../realize/program.ts';
import { parseCidr } from '../../values/cidr.ts';
import { parseIpv4 } from '../../values/ip.ts';
import { createSimulatedDriver } from './driver.ts';

const program: NetworkProgram = {
  networkId: 'vpc-1',
  generation: 1,
  blocks: [parseCidr('10.0.0.0/16')!],
  subnets: [{ id: 'vsw-1', cidr: parseCidr('10.0.0.0/24')!, gateway: parseIpv4('10.0.0.253')! }],
  ports: [
    {
      id: 'eni-1',
      subnetId: 'vsw-1',
      mac: '00:16:3e:00:00:01',
      addresses: [parseIpv4('10.0.0.1')!],
      guestId: 'i-1',
      deviceIndex: 0,
      queues: 1,
      policyId: 'sg-1',
      forwards: false,
    },
  ],
  groups: [{ id: 'sg-1', members: [parseIpv4('10.0.0.1')!] }],
  policies: [{ id: 'sg-1', groupIds: ['sg-1'], ingress: [], egress: [] }],
  publicMappings: [],
};

const guest: GuestSpec = {
  id: 'i-1',
  hostName: 'web',
  cards: [{ networkInterfaceId: 'eni-1', deviceIndex: 0, mac: '00:16:3e:00:00:01' }],
  userData: '',
  primaryAddress: '10.0.0.1',
};

describe('simulated driver', () => {
  it('says that no packet moves', () => {
    const driver = createSimulatedDriver();
    expect(driver.name).toBe('simulated');
    expect(driver.realPackets).toBe(false);
  });

  it('keeps the applied program apart from later changes of the argument', async () => {
    const driver = createSimulatedDriver();
    const mine = structuredClone(program);
    await driver.network.apply(mine);
    (mine.ports as unknown[]).length = 0;
    expect(driver.applied('vpc-1')).toEqual(program);
    expect(await driver.network.networks()).toEqual(['vpc-1']);
    await driver.network.remove('vpc-1');
    await driver.network.remove('vpc-1');
    expect(driver.applied('vpc-1')).toBeUndefined();
  });

  it('keeps the program of the public edge, apart from the networks', async () => {
    const driver = createSimulatedDriver();
    expect(driver.appliedEdge()).toBeUndefined();
    const edge: EdgeProgram = {
      generation: 1,
      pool: [parseCidr('198.18.0.0/15')!],
      outside: parseIpv4('192.0.2.10')!,
      routes: [{ publicAddress: parseIpv4('198.18.0.1')!, networkId: 'vpc-1' }],
    };
    const mine = structuredClone(edge);
    await driver.network.applyEdge(mine);
    (mine.routes as unknown[]).length = 0;
    expect(driver.appliedEdge()).toEqual(edge);
    expect(await driver.network.networks()).toEqual([]);
    await driver.shutdown();
    expect(driver.appliedEdge()).toBeUndefined();
  });

  it('starts a guest only when its cards are plugged', async () => {
    const driver = createSimulatedDriver();
    await expect(driver.compute.start(guest)).rejects.toThrow(/eni-1 is not plugged as eth0/);
    expect(await driver.compute.disks()).toEqual([]);
    await driver.network.apply({ ...program, ports: [{ ...program.ports[0]!, guestId: 'i-2' }] });
    await expect(driver.compute.start(guest)).rejects.toThrow(/not plugged/);
    await driver.network.apply(program);
    await driver.compute.start(guest);
    await driver.compute.start(guest);
    expect(await driver.compute.running()).toEqual(['i-1']);
    expect(driver.count('start')).toBe(1);
  });

  it('keeps the disk over a stop and removes it with the guest', async () => {
    const driver = createSimulatedDriver();
    await driver.network.apply(program);
    await driver.compute.start(guest);
    await driver.compute.stop('i-1', { force: false });
    await driver.compute.stop('i-1', { force: true });
    expect(await driver.compute.running()).toEqual([]);
    expect(await driver.compute.disks()).toEqual(['i-1']);
    expect(await driver.compute.log('i-1', 8)).toBe('Stopped\n');
    await driver.compute.destroy('i-1');
    expect(await driver.compute.disks()).toEqual([]);
    expect(await driver.compute.log('i-1', 100)).toBe('');
  });

  it('refuses a command with status 127 and says why', async () => {
    const driver = createSimulatedDriver();
    const stderr = new PassThrough();
    const end = await driver.compute.exec('i-1', ['true'], {
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr,
      abort: new AbortController().signal,
    });
    expect(end).toEqual({ code: 127 });
    expect(String(stderr.read())).toMatch(/simulated driver.*no packet moves/);
  });

  it('fails as told, before anything changes', async () => {
    let failing = true;
    const driver = createSimulatedDriver({
      failures(operation, id) {
        if (failing && operation === 'apply' && id === 'vpc-1') throw new Error('no room');
      },
    });
    await expect(driver.network.apply(program)).rejects.toThrow('no room');
    expect(driver.applied('vpc-1')).toBeUndefined();
    expect(driver.count('apply')).toBe(0);
    failing = false;
    await driver.network.apply(program);
    expect(driver.count('apply')).toBe(1);
  });

  it('ends guests and networks at shutdown, and neither at release', async () => {
    const driver = createSimulatedDriver();
    await driver.open();
    await driver.network.apply(program);
    await driver.compute.start(guest);
    await driver.release();
    expect(await driver.compute.running()).toEqual(['i-1']);
    await driver.shutdown();
    expect(await driver.compute.running()).toEqual([]);
    expect(await driver.network.networks()).toEqual([]);
    expect(await driver.compute.disks()).toEqual(['i-1']);
  });
});
