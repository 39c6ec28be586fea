import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Door, Doors, DoorWanted, NetworkDriver } from '../realize/driver.ts';
import { silentLog } from '../values/log.ts';
import { createNameService, type NameService } from './name-service.ts';
import { withNames } from './open.ts';

/** A socket in name only. */
class Closable extends EventEmitter {
  closed = false;

  close(): void {
    if (this.closed) throw new Error('closed twice');
    this.closed = true;
  }
}

class Lab {
  readonly wanted: DoorWanted[][] = [];
  readonly made: Closable[] = [];
  place: string | undefined = '1:1';
  failures = 0;
  /** Awaited before doors are handed out. */
  held: Promise<void> = Promise.resolve();
  underWay = 0;
  most = 0;

  readonly doors: Doors = {
    place: async () => this.place,
    open: async (_networkId, wanted) => {
      this.wanted.push([...wanted]);
      this.underWay += 1;
      this.most = Math.max(this.most, this.underWay);
      await this.held;
      this.underWay -= 1;
      if (this.failures > 0) {
        this.failures -= 1;
        throw new Error('no process');
      }
      return wanted.map(({ kind }): Door => {
        const socket = new Closable();
        this.made.push(socket);
        return (kind === 'udp' ? { udp: socket } : { tcp: socket }) as unknown as Door;
      });
    },
  };

  names(): NameService {
    const resolver = { answer: async () => undefined };
    return createNameService({ doors: this.doors, resolver, log: silentLog, retryFirst: 1, retryMost: 4 });
  }

  get open(): number {
    return this.made.filter((socket) => !socket.closed).length;
  }
}

describe('X5 resolvers of networks', () => {
  it('listen at both addresses, UDP and TCP, opened once', async () => {
    const lab = new Lab();
    const names = lab.names();
    for (let count = 0; count < 3; count += 1) names.serve('vpc-a');
    await names.ready('vpc-a');
    names.serve('vpc-a');
    await names.ready('vpc-a');
    expect(lab.wanted).toEqual([
      [
        { kind: 'udp', address: '100.100.2.136', port: 53 },
        { kind: 'tcp', address: '100.100.2.136', port: 53 },
        { kind: 'udp', address: '100.100.2.138', port: 53 },
        { kind: 'tcp', address: '100.100.2.138', port: 53 },
      ],
    ]);
    expect(lab.open).toBe(4);
    await names.close();
    expect(lab.open).toBe(0);
  });

  it('are opened again when the network is another one, or a socket fails', async () => {
    const lab = new Lab();
    const names = lab.names();
    names.serve('vpc-a');
    await names.ready('vpc-a');
    lab.place = '1:2';
    names.serve('vpc-a');
    await names.ready('vpc-a');
    expect([lab.made.length, lab.open]).toEqual([8, 4]);
    lab.made[5]!.emit('error', new Error('gone'));
    await names.ready('vpc-a');
    expect([lab.made.length, lab.open]).toEqual([12, 4]);
    await names.close();
  });

  it('are tried again until it works', async () => {
    const lab = new Lab();
    lab.failures = 5;
    const names = lab.names();
    names.serve('vpc-a');
    await names.ready('vpc-a');
    expect([lab.wanted.length, lab.open]).toEqual([6, 4]);
    lab.place = undefined;
    names.serve('vpc-b');
    lab.place = '1:3';
    await names.ready('vpc-b');
    await names.close();
    expect(lab.open).toBe(0);
  });

  it('leave nothing open when the network goes while they are opened', async () => {
    const lab = new Lab();
    let release = () => {};
    lab.held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const names = lab.names();
    names.serve('vpc-a');
    while (lab.underWay === 0) await new Promise((resolve) => setImmediate(resolve));
    const left = names.leave('vpc-a');
    names.serve('vpc-a');
    release();
    await left;
    await names.ready('vpc-a');
    expect([lab.made.length, lab.open]).toEqual([8, 4]);
    await names.leave('vpc-a');
    await names.leave('vpc-a');
    expect(lab.open).toBe(0);
  });

  it('are opened a few networks at a time', async () => {
    const lab = new Lab();
    const names = lab.names();
    const ids = Array.from({ length: 9 }, (_, number) => `vpc-${number}`);
    for (const id of ids) names.serve(id);
    await Promise.all(ids.map((id) => names.ready(id)));
    expect([lab.most, lab.open]).toEqual([2, 36]);
    await names.close();
    expect(lab.open).toBe(0);
  });

  it('never hold up a network: told after it is applied, and left before it is removed', async () => {
    const told: string[] = [];
    const note = (text: string) => async () => {
      told.push(text);
    };
    const network = {
      apply: note('apply'),
      remove: note('remove'),
    } as unknown as NetworkDriver;
    const names: NameService = {
      serve: () => void told.push('serve'),
      leave: note('leave'),
      close: async () => {},
      ready: async () => {},
    };
    const driver = withNames(network, names);
    await driver.apply({ networkId: 'vpc-a' } as never);
    await driver.remove('vpc-a');
    expect(told).toEqual(['apply', 'serve', 'leave', 'remove']);
    const failing = withNames({ ...network, apply: () => Promise.reject(new Error('no')) }, names);
    await expect(failing.apply({ networkId: 'vpc-a' } as never)).rejects.toThrow('no');
    expect(told).toHaveLength(4);
  });
});
