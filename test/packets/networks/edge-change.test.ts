/** X4, A7, F1: public addresses that move, caps that change, and daemons that come back. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkProgram } from '../../../src/realize/program.ts';
import { start } from '../../../src/shell/shell.ts';
import { applyAll, edge, edgeOf, exactly, mapping, OUTSIDE, realityOf, tracked } from '../edge-lab.ts';
import { type Guest, ip, type Lab, network, openLab, port, until } from '../network-lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab.close());

const PUBLIC = '198.18.0.5';

describe('X4 an address that moves', () => {
  const [first, second] = [port('old', '10.0.0.1'), port('new', '10.0.0.1')];
  const other = port('old', '10.0.0.2');
  const had = network('old', { ports: [first, other], publicMappings: [mapping(first, PUBLIC)] });
  const gone = { ...had, publicMappings: [] };
  const gets = network('new', { ports: [second], publicMappings: [mapping(second, PUBLIC)] });
  let one: Guest;
  let two: Guest;
  let beside: Guest;
  let outside: Guest;

  beforeAll(async () => {
    await applyAll(lab, had, { ...gets, publicMappings: [] });
    const ids = ['i-old-0-1', 'i-new-0-1', 'i-old-0-2', 'internet'];
    [one, two, beside, outside] = (await Promise.all(ids.map((id) => lab.guest(id)))) as [Guest, Guest, Guest, Guest];
    for (const guest of [one, two, beside, outside]) await guest.listenTcp(80);
    for (const guest of [one, two, beside, outside]) await guest.listenUdp(7, true);
  });

  it('ends all its flows and leaves nothing in its former network', async () => {
    await applyAll(lab, gone);
    const bare = await realityOf(lab, 'vpc-old');
    await applyAll(lab, had);
    expect(await outside.connect('in', PUBLIC, 80)).toBe('connected');
    expect(await one.connect('out', OUTSIDE, 80)).toBe('connected');
    expect(await one.connect('private', '10.0.0.2', 80)).toBe('connected');
    await until('a datagram is answered', async () => (await outside.sendUdp(PUBLIC, 7, 'x', 5000)) === 'answered');
    expect(await tracked(lab, 'vpc-old', PUBLIC)).not.toEqual([]);

    await applyAll(lab, gone);
    expect(await outside.exchange('in', 'anybody?', 0.3)).toBeNull();
    expect(await one.exchange('out', 'anybody?', 0.3)).toBeNull();
    expect(await one.exchange('private', 'untouched')).toBe('untouched');
    expect(await tracked(lab, 'vpc-old', PUBLIC)).toEqual([]);
    expect(await outside.sendUdp(PUBLIC, 7, 'x', 5000)).not.toBe('answered');
    expect(await realityOf(lab, 'vpc-old')).toBe(bare);
  });

  it('serves another network at once, which sees nothing of the first', async () => {
    await applyAll(lab, had);
    expect(await outside.connect('first', PUBLIC, 80, 5, 6000)).toBe('connected');
    await outside.say('first', 'tick');
    expect(await outside.hears('first', 5)).toBe(true);
    expect(await one.connect('mine', OUTSIDE, 80, 5, 6001)).toBe('connected');

    await applyAll(lab, gone, gets);
    expect(await outside.connect('second', PUBLIC, 80, 5, 6002)).toBe('connected');
    expect(await outside.exchange('second', 'who is it?')).toBe('who is it?');
    expect((await two.received()).map(({ text }) => text)).toEqual(['who is it?']);
    expect(await outside.hears('first', 0.3)).toBe(false);
    // What is said on the old connection reaches nobody: not the old instance, not the new one.
    await outside.say('first', 'old words');
    expect(await one.exchange('mine', 'more old words', 0.3)).toBeNull();
    for (const guest of [one, two]) {
      expect((await guest.received()).filter(({ text }) => text.includes('old words'))).toEqual([]);
    }
    const flows = await tracked(lab, 'vpc-new', PUBLIC);
    expect(flows.filter((line) => /port=600[01]\b/.test(line))).toEqual([]);
    await applyAll(lab, { ...gets, publicMappings: [] });
  });

  it('serves the new network whichever program is applied first', async () => {
    const steps = [
      () => lab.networks.apply(gone),
      () => lab.networks.apply(gets),
      () => lab.networks.applyEdge(edgeOf(gets)),
    ];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      await applyAll(lab, had, { ...gets, publicMappings: [] });
      await lab.networks.applyEdge(edgeOf(had));
      const name = `order ${order.join(' ')}`;
      expect(await outside.connect(name, PUBLIC, 80), name).toBe('connected');
      for (const step of order) await steps[step]?.();
      expect(await outside.exchange(name, 'old', 0.1), name).toBeNull();
      await until('a datagram is answered', async () => (await outside.sendUdp(PUBLIC, 7, name)) === 'answered');
      expect(
        (await two.received()).some(({ text }) => text === name),
        name,
      ).toBe(true);
      expect(
        (await one.received()).some(({ text }) => text === name),
        name,
      ).toBe(false);
    }
    await applyAll(lab, gone, { ...gets, publicMappings: [] });
  });

  it('moves to another instance of its network at once', async () => {
    await applyAll(lab, had);
    expect(await outside.connect('before', PUBLIC, 80)).toBe('connected');
    await applyAll(lab, { ...had, publicMappings: [{ ...mapping(other, PUBLIC), id: `eip-${PUBLIC}` }] });
    expect(await outside.exchange('before', 'anybody?', 0.3)).toBeNull();
    expect(await outside.connect('after', PUBLIC, 80)).toBe('connected');
    expect(await outside.exchange('after', 'to the other')).toBe('to the other');
    expect((await beside.received()).at(-1)).toMatchObject({ text: 'to the other', from: OUTSIDE });
    expect(await one.connect('out', OUTSIDE, 80, 1)).toBe('Network is unreachable');
    await applyAll(lab, gone);
  });

  it('of a port that is plugged anew works at once, with its cap', async () => {
    await applyAll(lab, had);
    await applyAll(lab, { ...had, ports: [other], publicMappings: [] });
    expect(await outside.connect('away', PUBLIC, 80, 0.5)).not.toBe('connected');
    await applyAll(lab, had);
    const again = await realityOf(lab, 'vpc-old');
    expect(again).toContain('class htb 1:');
    expect((await outside.run('ping', '-c1', '-W1', PUBLIC)).code).toBe(0);
    await applyAll(lab, gone);
  });

  it('of a removed network is gone with it', async () => {
    const short = network('short', { ports: [port('short', '10.0.0.1')] });
    const program = { ...short, publicMappings: [mapping(port('short', '10.0.0.1'), '198.18.0.9')] };
    await applyAll(lab, gone);
    const before = await realityOf(lab);
    await lab.networks.apply(program);
    await lab.networks.applyEdge(edgeOf(program));
    expect(await outside.pings('198.18.0.9')).toBe(true);
    await lab.networks.remove('vpc-short');
    await lab.networks.applyEdge(edge());
    expect(await realityOf(lab)).toBe(before);
    expect(await lab.networks.networks()).not.toContain('edge');
  });
});

describe('A7 F1 caps', () => {
  const [a, b] = [port('cap', '10.0.0.1'), port('cap', '10.0.0.2')];
  const capped = (outbound: number, inbound: number) =>
    network('cap', {
      ports: [a, b],
      publicMappings: [mapping(a, '198.18.4.1', { outbound, inbound }), mapping(b, '198.18.4.2')],
    });
  /** What full-sized segments carry of a cap that counts whole Ethernet frames. */
  const PAYLOAD = 1448 / 1514;
  let one: Guest;
  let two: Guest;
  let outside: Guest;

  beforeAll(async () => {
    await applyAll(lab, capped(5, 10));
    const ids = ['i-cap-0-1', 'i-cap-0-2', 'internet'];
    [one, two, outside] = (await Promise.all(ids.map((id) => lab.guest(id)))) as [Guest, Guest, Guest];
    for (const guest of [one, two, outside]) await guest.sink(90);
  });

  /** Megabits a second on the wire in a steady time; the flow may take a moment to find its pace. */
  async function paceOf(guest: Guest, expected: number): Promise<number> {
    let seen = 0;
    for (let tries = 0; tries < 12; tries += 1) {
      seen = (await guest.rate(90, 2)) / PAYLOAD / 1e6;
      if (Math.abs(seen - expected) <= expected * 0.05) break;
    }
    return seen;
  }

  it('outbound: 5, then 50 Mbit/s while a flow runs', async () => {
    expect(await one.connect('flow', OUTSIDE, 90)).toBe('connected');
    await one.pour('flow');
    for (const rate of [5, 50, 5]) {
      await applyAll(lab, capped(rate, 10));
      const seen = await paceOf(outside, rate);
      expect(Math.abs(seen / rate - 1), `${seen} of ${rate}`).toBeLessThanOrEqual(0.05);
    }
    // Private traffic of the same instance is free meanwhile: far above the cap, also on a busy machine.
    expect(await one.connect('free', '10.0.0.2', 90)).toBe('connected');
    await one.pour('free');
    expect((await two.rate(90, 0.5)) / 1e6).toBeGreaterThan(10 * 5);
    for (const name of ['free', 'flow']) await one.hangUp(name);
  });

  it('inbound: 10, then 30 Mbit/s while a flow runs; outbound has a cap of its own', async () => {
    expect(await outside.connect('down', '198.18.4.1', 90)).toBe('connected');
    await outside.pour('down');
    for (const rate of [10, 30]) {
      await applyAll(lab, capped(20, rate));
      const seen = await paceOf(one, rate);
      expect(Math.abs(seen / rate - 1), `${seen} of ${rate}`).toBeLessThanOrEqual(0.05);
    }
  });

  it('of one instance are not another’s', async () => {
    await outside.hangUp('down');
    await applyAll(lab, capped(5, 10));
    expect(await two.connect('other', OUTSIDE, 90)).toBe('connected');
    await two.pour('other');
    expect((await outside.rate(90, 1)) / 1e6).toBeGreaterThan(10 * 5);
  });
});

describe('the edge under a daemon', () => {
  const ports = [port('kept', '10.0.0.1'), port('kept', '10.0.0.2')] as const;
  const program = network('kept', {
    ports,
    publicMappings: [mapping(ports[0], '198.18.3.1', { outbound: 50 }), mapping(ports[1], '198.18.3.2')],
  });

  it('changes nothing when a program is applied twice', async () => {
    await applyAll(lab, program);
    const before = await exactly(lab, 'vpc-kept');
    await applyAll(lab, structuredClone(program));
    await applyAll(lab, { ...structuredClone(program), generation: 2 });
    expect(await exactly(lab, 'vpc-kept')).toBe(before);
    expect(before).toContain('class htb');
    expect(before).toContain('198.18.3.2');
  });

  it('is adopted by the next daemon without a flow noticing, and is the same afterwards', async () => {
    await applyAll(lab, program);
    const [one, outside] = await Promise.all(['i-kept-0-1', 'internet'].map((id) => lab.guest(id)));
    if (!one || !outside) throw new Error('no guests');
    await one.listenTcp(80);
    await outside.listenTcp(81);
    expect(await outside.connect('in', '198.18.3.1', 80)).toBe('connected');
    expect(await one.connect('out', OUTSIDE, 81)).toBe('connected');
    await outside.say('in', 'tick');
    const before = await realityOf(lab, 'vpc-kept');

    const networks = await lab.restarted();
    expect(await outside.hears('in', 1)).toBe(true);
    await networks.apply(program);
    await networks.applyEdge(edgeOf(program));
    expect(await outside.hears('in', 1)).toBe(true);
    expect(await one.exchange('out', 'still here')).toBe('still here');
    expect(await realityOf(lab, 'vpc-kept')).toBe(before);
    // In the other order too, and the edge alone is enough for what is linked.
    const third = await lab.restarted();
    await third.applyEdge(edgeOf(program));
    expect(await outside.hears('in', 1)).toBe(true);
    await third.apply(program);
    expect(await one.exchange('out', 'still here')).toBe('still here');
    expect(await realityOf(lab, 'vpc-kept')).toBe(before);
  });

  it('is mended when parts of it were taken away meanwhile', async () => {
    await applyAll(lab, program);
    const before = await realityOf(lab, 'vpc-kept');
    const harm: readonly (readonly [string, ...string[]])[] = [
      ['vpc-kept', 'ip', 'link', 'delete', 'up0'],
      ['vpc-kept', 'ip', 'route', 'delete', 'default'],
      ['vpc-kept', 'tc', 'qdisc', 'delete', 'dev', 'up0', 'root'],
      ['edge', 'ip', 'route', 'delete', '198.18.3.1'],
      ['edge', 'ip', 'route', 'delete', 'unreachable', '198.18.0.0/15'],
      ['edge', 'nft', 'flush', 'ruleset'],
      ['vpc-kept', 'nft', 'flush', 'ruleset'],
      ['edge', 'ip', 'link', 'delete', 'out0'],
    ];
    for (const [place, ...argv] of harm) {
      await lab.inside(place, ...argv);
      await lab.restarted();
      await applyAll(lab, program);
      expect(await realityOf(lab, 'vpc-kept'), argv.join(' ')).toBe(before);
    }
    const outside = await lab.guest('internet');
    expect(await outside.pings('198.18.3.1')).toBe(true);
  });

  it('has its routes again when a link was taken away and only its network is applied', async () => {
    await applyAll(lab, program);
    const before = await realityOf(lab, 'vpc-kept');
    await lab.inside('vpc-kept', 'ip', 'link', 'delete', 'up0');
    expect(await lab.networks.verify('vpc-kept')).toBe(false);
    await lab.networks.apply(program);
    expect(await realityOf(lab, 'vpc-kept')).toBe(before);
  });

  it('is brought to its end by the next daemon, whenever one is killed', async () => {
    const none = { ...program, publicMappings: [] };
    const other = network('kept', { ports, publicMappings: [mapping(ports[1], '198.18.3.1', { outbound: 7 })] });
    await applyAll(lab, program);
    const expected = await realityOf(lab, 'vpc-kept');
    let killed = 0;
    for (let moment = 0; moment < 12; moment += 1) {
      if (moment % 2 === 0) await applyAll(lab, none);
      const child = start([process.execPath, new URL('../apply-program.ts', import.meta.url).pathname, lab.runDir]);
      const work = [program, edgeOf(program), none, edge(), other, edgeOf(other), program, none, program];
      child.stdin?.end(JSON.stringify(work));
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      await new Promise((resolve) => setTimeout(resolve, moment * 25));
      child.kill('SIGKILL');
      const [, signal] = await once(child, 'exit');
      if (signal === 'SIGKILL') killed += 1;
      await lab.restarted();
      await lab.networks.applyEdge(edgeOf(program));
      await lab.networks.apply(program);
      expect(await realityOf(lab, 'vpc-kept')).toBe(expected);
    }
    expect(killed).toBeGreaterThan(3);
    expect(await (await lab.guest('internet')).pings('198.18.3.1')).toBe(true);
  });

  it('links many networks at once, while its routes change', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `w${at}`);
    const programs = names.map((name, at) => {
      const only = port(name, '10.0.0.1');
      return network(name, { ports: [only], publicMappings: [mapping(only, `198.18.5.${at + 1}`)] });
    });
    const edges = [edge(), edgeOf(...programs.slice(0, 6)), edgeOf(...programs)];
    await Promise.all([
      ...programs.flatMap((one) => [one, { ...one, publicMappings: [] }, one].map((each) => lab.networks.apply(each))),
      ...edges.map((each) => lab.networks.applyEdge(each)),
    ]);
    const outside = await lab.guest('internet');
    for (let at = 0; at < names.length; at += 1) expect(await outside.pings(`198.18.5.${at + 1}`)).toBe(true);
    await Promise.all(names.map((name) => lab.networks.remove(`vpc-${name}`)));
    expect(await lab.inside('edge', 'ip', '-o', 'link')).not.toContain('nvpc-w');
    await applyAll(lab, program);
  });

  it('refuses mappings that no network can have, and changes nothing', async () => {
    await applyAll(lab, program);
    const before = await exactly(lab, 'vpc-kept');
    const [first, second] = program.publicMappings;
    if (!first || !second) throw new Error('no mappings');
    const wrong: readonly (readonly [RegExp, NetworkProgram['publicMappings']])[] = [
      [/mapped twice/, [first, { ...second, publicAddress: first.publicAddress }]],
      [/mapped twice/, [first, { ...second, privateAddress: first.privateAddress, portId: first.portId }]],
      [/has no 10\.0\.0\.9/, [{ ...first, privateAddress: ip('10.0.0.9') }]],
      [/has no 10\.0\.0\.1/, [{ ...first, portId: 'eni-other' }]],
      [/not a cap/, [{ ...first, outbound: 0 }]],
    ];
    for (const [words, publicMappings] of wrong) {
      await expect(lab.networks.apply({ ...program, publicMappings })).rejects.toThrow(words);
    }
    const twice = edgeOf(program, program);
    await expect(lab.networks.applyEdge(twice)).rejects.toThrow(/two routes/);
    await applyAll(lab, program);
    expect(await exactly(lab, 'vpc-kept')).toBe(before);
  });
});
