/** Applying twice, failing, dying and starting again, removing; and large networks. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listGuestNamespaces, makeGuestNamespaces } from '../../../src/drivers/linux/guest-namespaces.ts';
import { hostNames } from '../../../src/drivers/linux/links.ts';
import type { NetworkProgram } from '../../../src/realize/program.ts';
import { run, start } from '../../../src/shell/shell.ts';
import { ipv4FromNumber } from '../../../src/values/ip.ts';
import {
  accept,
  block,
  delivers,
  drop,
  ip,
  type Lab,
  network,
  openLab,
  policy,
  port,
  tcp,
  udp,
} from '../network-lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab.close());

/** Names, numbers and times as the kernel tells them, to see whether anything was made anew. */
async function exactly(networkId: string): Promise<string> {
  const rules = await lab.inside(networkId, 'nft', '-s', '-a', 'list', 'ruleset');
  const links = await lab.inside(networkId, 'ip', '-d', 'address');
  return rules + links + (await lab.inside(networkId, 'ip', 'route')) + (await lab.reality(networkId));
}

const two = (name: string, more: Partial<NetworkProgram> = {}) =>
  network(name, { ports: [port(name, '10.0.0.1'), port(name, '10.0.0.2')], ...more });

describe('applying a program', () => {
  it('twice changes nothing the second time', async () => {
    const program = two('twice', {
      groups: [{ id: 'sg-1', members: [ip('10.0.0.1')] }],
      policies: [policy('open', [accept({ peer: { groupId: 'sg-1' } }), drop(tcp(22)), accept()])],
    });
    await lab.networks.apply(program);
    const before = await exactly('vpc-twice');
    await lab.networks.apply(structuredClone(program));
    await lab.networks.apply({ ...structuredClone(program), generation: 2 });
    expect(await exactly('vpc-twice')).toBe(before);
    expect(before).toContain('ip saddr @g_');
  });

  it('of many networks at once, each many times, ends with the last of each', async () => {
    const names = ['m1', 'm2', 'm3'];
    const last = (name: string) => two(name, { policies: [policy('open', [accept(tcp(80)), accept()])] });
    await Promise.all(
      names.flatMap((name) => [
        lab.networks.apply(network(name)),
        lab.networks.apply(two(name)),
        lab.networks.apply(network(name, { ports: [port(name, '10.0.1.1')] })),
        lab.networks.apply(last(name)),
      ]),
    );
    const fresh = await Promise.all(names.map((name) => lab.reality(`vpc-${name}`)));
    const again = await lab.restarted();
    lab = { ...lab, networks: again };
    for (const name of names) await again.remove(`vpc-${name}`);
    for (const [place, name] of names.entries()) {
      await again.apply(last(name));
      const [rules, ...rest] = (await lab.reality(`vpc-${name}`)).split('\n---\n');
      const [expected, ...others] = (fresh[place] ?? '').split('\n---\n');
      expect(rules).toBe(expected);
      expect(rest.slice(0, -1)).toEqual(others.slice(0, -1));
    }
  });

  it('that no network can be changes nothing', async () => {
    await lab.networks.apply(two('bad'));
    const before = await exactly('vpc-bad');
    const twin = two('bad', {
      ports: [port('bad', '10.0.0.1'), port('bad', '10.0.0.2', { addresses: [ip('10.0.0.1')] })],
    });
    await expect(lab.networks.apply(twin)).rejects.toThrow(/both have 10.0.0.1/);
    expect(await exactly('vpc-bad')).toBe(before);
  });

  it('gives ports whose ids end alike links of their own', async () => {
    const end = 'zzzzzzzzzzzzz';
    const ports = [
      port('same', '10.0.0.1', { id: `eni-a${end}` }),
      port('same', '10.0.0.2', { id: `eni-b${end}` }),
      port('same', '10.0.0.3', { id: `eni-c${end}` }),
    ];
    await lab.networks.apply(network('same', { ports }));
    expect(new Set(hostNames(ports).values()).size).toBe(3);
    const guests = await Promise.all([1, 2, 3].map((number) => lab.guest(`i-same-0-${number}`)));
    for (const guest of guests)
      for (const number of [1, 2, 3]) expect(await guest.pings(`10.0.0.${number}`)).toBe(true);
    await lab.networks.apply(network('same', { ports: ports.slice(1) }));
    expect(await guests[1]?.pings('10.0.0.3')).toBe(true);
  });

  it('plugs a second card into a guest without addresses, and takes it out again', async () => {
    const second = port('card', '10.0.1.1', { guestId: 'i-card-0-1', deviceIndex: 1, queues: 4 });
    await lab.networks.apply(two('card', { ports: [port('card', '10.0.0.1'), second] }));
    const guest = await lab.guest('i-card-0-1');
    const shown = (await guest.run('ip', '-d', '-o', 'address', 'show', 'dev', 'eth1')).stdout;
    expect(shown).toBe('');
    const link = (await guest.run('ip', '-d', '-o', 'link', 'show', 'dev', 'eth1')).stdout;
    expect(link).toMatch(/00:16:3e:00:01:01.*numtxqueues 4 numrxqueues 4/s);
    await lab.networks.apply(two('card', { ports: [port('card', '10.0.0.1')] }));
    expect((await guest.run('ip', 'link', 'show', 'dev', 'eth1')).code).not.toBe(0);
    expect(await guest.pings('10.0.0.253')).toBe(true);
  });

  it('plugs a card also when something in the guest has its name', async () => {
    await lab.networks.apply(two('name', { ports: [port('name', '10.0.0.1')] }));
    const guest = await lab.guest('i-name-0-1');
    await guest.run('ip', 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'other');
    const second = port('name', '10.0.1.1', { guestId: 'i-name-0-1', deviceIndex: 1 });
    await lab.networks.apply(two('name', { ports: [port('name', '10.0.0.1'), second] }));
    expect((await guest.run('ip', 'link', 'show', 'dev', 'eth1')).stdout).toContain('00:16:3e:00:01:01');
  });
});

describe('a helper that dies', () => {
  it('fails at most one apply; the next reaches the end', async () => {
    await lab.networks.apply(two('die'));
    const wanted = two('die', { policies: [policy('open', [accept(udp(5))])] });
    const applied = () =>
      lab.networks.apply(wanted).then(
        () => true,
        () => false,
      );
    const busy = applied();
    await run(lab.holder.inside(['pkill', '-KILL', '-x', 'nft|sh']), { accept: [0, 1] });
    // The one under way, or the first after it.
    if (!((await busy) && (await applied()))) await lab.networks.apply(wanted);
    const survived = await lab.reality('vpc-die');
    const fresh = await lab.restarted();
    lab = { ...lab, networks: fresh };
    await fresh.apply(wanted);
    expect(survived).toBe(await lab.reality('vpc-die'));
    expect(survived).toContain('udp dport 5');
  });
});

describe('a daemon that dies', () => {
  const entries = Array.from({ length: 600 }, (_, at) =>
    accept({ ...tcp(at + 1), peer: { cidr: block('10.0.0.0/8') } }),
  );
  const first = () => network('kill', { ports: [1, 2, 3, 4].map((number) => port('kill', `10.0.0.${number}`)) });
  const second = () =>
    network('kill', {
      ports: [3, 4, 5, 6, 7].map((number) =>
        port(
          'kill',
          `10.0.0.${number}`,
          number === 4 ? { policyId: 'other' } : number === 3 ? { guestId: 'i-kill-moved' } : {},
        ),
      ),
      groups: [{ id: 'sg-1', members: Array.from({ length: 9_000 }, (_, at) => ipv4FromNumber(0x0a000a00 + at)) }],
      policies: [policy('open', [...entries, accept({ peer: { groupId: 'sg-1' } })]), policy('other', [accept()])],
    });

  it('at any moment leaves a network that the next brings to its end', async () => {
    await lab.networks.apply(second());
    const expected = await lab.reality('vpc-kill');
    let killed = 0;
    for (let moment = 0; moment < 12; moment += 1) {
      await lab.networks.remove('vpc-kill');
      if (moment % 2 === 0) await lab.networks.apply(first());
      const child = start([process.execPath, new URL('../apply-program.ts', import.meta.url).pathname, lab.runDir]);
      child.stdin?.end(JSON.stringify([second(), first(), second()]));
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      await new Promise((resolve) => setTimeout(resolve, moment * 25));
      child.kill('SIGKILL');
      const [, signal] = await once(child, 'exit');
      if (signal === 'SIGKILL') killed += 1;
      const next = await lab.restarted();
      lab = { ...lab, networks: next };
      await next.apply(second());
      expect(await lab.reality('vpc-kill')).toBe(expected);
    }
    expect(killed).toBeGreaterThan(3);
  });

  it('before it has plugged a card leaves a guest’s namespace, which the next one removes', async () => {
    await lab.networks.apply(two('orphan'));
    await makeGuestNamespaces(lab.holder, ['i-orphan']);
    const guests = () => listGuestNamespaces(lab.holder);
    expect(await guests()).toContain('i-orphan');
    const before = (await guests()).filter((id) => id !== 'i-orphan');
    lab = { ...lab, networks: await lab.restarted() };
    await lab.networks.apply(two('orphan'));
    expect(await guests()).toEqual(before);
    expect(before).toContain('i-orphan-0-1');
  });

  it('leaves flows running, which the next one keeps', async () => {
    const program = two('adopt', { policies: [policy('open', [accept(tcp(80))])] });
    await lab.networks.apply(program);
    const [client, server] = [await lab.guest('i-adopt-0-1'), await lab.guest('i-adopt-0-2')];
    await server.listenTcp(80);
    expect(await client.connect('kept', '10.0.0.2', 80)).toBe('connected');
    expect(await client.exchange('kept', 'before')).toBe('before');
    const before = await lab.inside('vpc-adopt', 'ip', '-o', 'link');
    const tables = await lab.inside('vpc-adopt', 'nft', 'list', 'tables');

    lab = { ...lab, networks: await lab.restarted() };
    await lab.networks.apply(program);
    expect(await client.exchange('kept', 'after')).toBe('after');
    expect(await lab.inside('vpc-adopt', 'ip', '-o', 'link')).toBe(before);
    expect(await lab.inside('vpc-adopt', 'nft', 'list', 'tables')).not.toBe(tables);

    // What was revoked while nobody watched is cut by whoever comes.
    lab = { ...lab, networks: await lab.restarted() };
    await lab.networks.apply(two('adopt', { policies: [policy('open', [])] }));
    expect(await client.exchange('kept', 'revoked', 0.3)).toBeNull();
  });
});

describe('removing a network', () => {
  it('leaves nothing of it and everything of others', async () => {
    await Promise.all(['gone', 'here'].map((name) => lab.networks.apply(two(name))));
    const here = await exactly('vpc-here');
    expect(await lab.networks.networks()).toEqual(expect.arrayContaining(['vpc-gone', 'vpc-here']));
    await lab.networks.remove('vpc-gone');
    await lab.networks.remove('vpc-gone');
    await lab.networks.remove('vpc-never-was');
    expect(await lab.networks.networks()).not.toContain('vpc-gone');
    const names = (await run(lab.holder.inside(['sh', '-c', 'ls /run/netns /run/networks']))).stdout;
    expect(names).not.toMatch(/gone|never/);
    expect((await exactly('vpc-here')).replaceAll(/\w+-gone\S*\n/g, '')).toBe(here.replaceAll(/\w+-gone\S*\n/g, ''));
    await lab.networks.apply(two('gone'));
    expect(await (await lab.guest('i-gone-0-1')).pings('10.0.0.2')).toBe(true);
  });

  it('leaves a guest that has a card in another network', async () => {
    const shared = { guestId: 'i-shared' };
    await lab.networks.apply(network('s1', { ports: [port('s1', '10.0.0.1', shared)] }));
    await lab.networks.apply(network('s2', { ports: [port('s2', '10.0.0.2', { ...shared, deviceIndex: 1 })] }));
    lab = { ...lab, networks: await lab.restarted() };
    await lab.networks.remove('vpc-s2');
    expect(await (await lab.guest('i-shared')).pings('10.0.0.253')).toBe(true);
  });

  it('by unplugging removes guests’ namespaces, and plugging makes them again', async () => {
    await lab.networks.apply(two('plug'));
    await lab.networks.apply(two('plug', { ports: [port('plug', '10.0.0.1')] }));
    expect((await run(lab.holder.inside(['ls', '/run/netns']))).stdout).not.toContain('i-plug-0-2');
    expect(await lab.inside('vpc-plug', 'ip', '-o', 'link', 'show', 'type', 'veth')).not.toContain('i-plug-0-2');
    await lab.networks.apply(two('plug'));
    expect(await (await lab.guest('i-plug-0-2')).pings('10.0.0.1')).toBe(true);
  });
});

describe('a large network', () => {
  it('with more rules and members than one transaction takes obeys them all', async () => {
    const rules = Array.from({ length: 1_000 }, (_, at) => drop(udp(10_000 + at)));
    const members = Array.from({ length: 10_000 }, (_, at) => ipv4FromNumber(ip('10.0.8.0') + at));
    const large = (more: string[]) =>
      two('large', {
        groups: [{ id: 'sg-1', members: [...more.map(ip), ...members] }],
        policies: [policy('open', [accept(udp(7)), ...rules, accept({ peer: { groupId: 'sg-1' } })])],
      });
    await lab.networks.apply(large(['10.0.0.1']));
    const [one, other] = [await lab.guest('i-large-0-1'), await lab.guest('i-large-0-2')];
    for (const guest of [one, other]) for (const at of [7, 10_999, 11_000]) await guest.listenUdp(at);
    expect(await delivers(one, other, '10.0.0.2', 10_999, 7)).toBe(false);
    expect(await delivers(one, other, '10.0.0.2', 11_000, 7)).toBe(true);
    expect(await delivers(other, one, '10.0.0.1', 11_000, 7)).toBe(false);

    await lab.networks.apply(large(['10.0.0.2']));
    expect(await delivers(one, other, '10.0.0.2', 11_000, 7)).toBe(false);
    expect(await delivers(other, one, '10.0.0.1', 11_000, 7)).toBe(true);
    const listed = await lab.inside('vpc-large', 'nft', 'list', 'ruleset');
    expect(listed.match(/udp dport 10\d{3} drop/g)).toHaveLength(1_000);
  });
});
