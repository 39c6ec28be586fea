import { describe, expect, it } from 'vitest';
import { Lag } from './lag.ts';

const behind = (networks: { readonly [id: string]: number }) =>
  Object.entries(networks).map(([network_id, realized]) => ({ network_id, realized }));

describe('how long reality lags', () => {
  it('is nothing while no network is behind', () => {
    const lag = new Lag();
    expect(lag.longest(5)).toBe(0);
    lag.look([], 10);
    expect(lag.longest(1000)).toBe(0);
  });

  it('counts from when a network was seen behind first, for the one that waits longest', () => {
    const lag = new Lag();
    lag.look(behind({ a: 1 }), 100);
    lag.look(behind({ a: 1, b: 7 }), 200);
    expect(lag.longest(1100)).toBe(1000);
    lag.look(behind({ b: 7 }), 1200);
    expect(lag.longest(1200)).toBe(1000);
    lag.look([], 1300);
    expect(lag.longest(9999)).toBe(0);
  });

  it('begins anew for a network that got somewhere, although it is behind again', () => {
    const lag = new Lag();
    lag.look(behind({ a: 1 }), 0);
    lag.look(behind({ a: 2 }), 500);
    expect(lag.longest(800)).toBe(300);
    lag.look([], 900);
    lag.look(behind({ a: 2 }), 1000);
    expect(lag.longest(1010)).toBe(10);
  });
});
