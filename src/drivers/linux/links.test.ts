import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Card,
  describeCard,
  guestCommands,
  hostNames,
  linkSteps,
  NO_LINKS,
  plugCommands,
  readCard,
  wantedLinks,
} from './links.ts';
import { ip, port, program } from './program-for-test.ts';

const links = (...ports: ReturnType<typeof port>[]) => wantedLinks(program({ ports }));

describe('names of links', () => {
  it('are p and the end of the id', () => {
    expect(hostNames([port(7)]).get('eni-bp000000000000000007')).toBe('p0000000000007');
  });

  it('are short enough and different, also when ids end alike, in any order', () => {
    const ends = fc.constantFrom('aaaaaaaaaaaaa', 'bbbbbbbbbbbbb', 'q0aaaaaaaaaaa');
    const ids = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 4 }), ends).map(([start, end]) => `eni-${start}${end}`));
    fc.assert(
      fc.property(ids, (all) => {
        const ports = all.map((id) => ({ id }));
        const names = hostNames(ports);
        expect(new Set(names.values()).size).toBe(all.length);
        for (const name of names.values()) expect(name.length).toBeLessThanOrEqual(15);
        expect(new Map([...hostNames(ports.toReversed())].sort())).toEqual(new Map([...names].sort()));
      }),
    );
  });
});

describe('links', () => {
  it('are made whole for a new network', () => {
    const steps = linkSteps(NO_LINKS, links(port(1)));
    expect(steps).toEqual({
      before: [
        'address replace 10.0.0.253/32 dev lo',
        'address replace 10.0.1.253/32 dev lo',
        'address replace 100.100.2.136/32 dev lo',
        'address replace 100.100.2.138/32 dev lo',
        'route replace unreachable 10.0.0.0/16',
      ],
      unplug: new Map(),
      plug: new Map([['p0000000000001', expect.objectContaining({ guestId: 'i-1', address: '10.0.0.1/24' })]]),
      after: [
        'route replace 10.0.0.1/32 dev p0000000000001',
        'neighbour replace 10.0.0.1 lladdr 00:16:3e:00:00:01 dev p0000000000001 nud permanent',
      ],
      released: [],
      gained: ['10.0.0.1'],
    });
  });

  it('need nothing when they are as wanted', () => {
    const nothing = { before: [], unplug: new Map(), plug: new Map(), after: [], released: [], gained: [] };
    expect(linkSteps(links(port(1), port(2)), links(port(1), port(2)))).toEqual(nothing);
  });

  it('follow an address to another port', () => {
    const both = [ip('10.0.0.1'), ip('10.0.0.9')];
    const steps = linkSteps(
      links(port(1, { addresses: both }), port(2)),
      links(port(1), port(2, { addresses: [ip('10.0.0.2'), ip('10.0.0.9')] })),
    );
    expect(steps.plug.size + steps.unplug.size).toBe(0);
    expect(steps.after).toEqual([
      'route replace 10.0.0.9/32 dev p0000000000002',
      'neighbour replace 10.0.0.9 lladdr 00:16:3e:00:00:02 dev p0000000000002 nud permanent',
      'neighbour delete 10.0.0.9 dev p0000000000001',
    ]);
    expect([steps.released, steps.gained]).toEqual([['10.0.0.9'], ['10.0.0.9']]);
  });

  it('lose the routes of an address that no port has', () => {
    const steps = linkSteps(links(port(1, { addresses: [ip('10.0.0.1'), ip('10.0.0.9')] })), links(port(1)));
    expect(steps.after).toEqual([
      'route delete 10.0.0.9/32 dev p0000000000001',
      'neighbour delete 10.0.0.9 dev p0000000000001',
    ]);
    expect(steps.released).toEqual(['10.0.0.9']);
  });

  it('are plugged anew when the guest, the place, the MAC or the primary address differ', () => {
    const changes = [
      { guestId: 'i-9' },
      { deviceIndex: 1 },
      { mac: '00:16:3e:00:00:99' },
      { addresses: [ip('10.0.0.9')] },
    ];
    for (const change of changes) {
      const steps = linkSteps(links(port(1)), links(port(1, change)));
      expect([...steps.unplug.keys(), ...steps.plug.keys()]).toEqual(['p0000000000001', 'p0000000000001']);
      expect(steps.released).toEqual(['10.0.0.1']);
      expect(steps.after.some((command) => command.startsWith('route replace'))).toBe(true);
    }
  });

  it('that were left half made are removed and made', () => {
    const wanted = links(port(1));
    const found = {
      ...NO_LINKS,
      cards: new Map([
        ['p0000000000001', undefined],
        ['pother', undefined],
      ]),
    };
    const steps = linkSteps(found, wanted);
    expect([...steps.unplug]).toEqual([
      ['p0000000000001', undefined],
      ['pother', undefined],
    ]);
    expect([...steps.plug.keys()]).toEqual(['p0000000000001']);
  });

  it('lose gateways and blocks that are gone', () => {
    const smaller = wantedLinks(program({ ports: [], subnets: program().subnets.slice(0, 1), blocks: [] }));
    expect(linkSteps(links(), smaller).after).toEqual([
      'address delete 10.0.1.253/32 dev lo',
      'route delete unreachable 10.0.0.0/16',
    ]);
  });

  it('refuse what is no word of a command, an address of two ports, a port without subnet or address', () => {
    expect(() => links(port(1, { guestId: 'i-1; reboot' }))).toThrow(/not an id/);
    expect(() => links(port(1, { mac: '00:16:3e:00:00:01 up' }))).toThrow(/not a MAC/);
    expect(() => links(port(1, { deviceIndex: 1.5 }))).toThrow(/no device index: 1.5/);
    expect(() => links(port(1, { queues: 0 }))).toThrow(/no number of queues: 0/);
    expect(() => links(port(1), port(2, { addresses: [ip('10.0.0.1')] }))).toThrow(/both have 10.0.0.1/);
    expect(() => links(port(1, { subnetId: 'vsw-x' }))).toThrow(/no subnet/);
    expect(() => links(port(1, { addresses: [] }))).toThrow(/no address/);
    expect(() => wantedLinks(program({ networkId: '../x' }))).toThrow(/not an id/);
  });
});

describe('cards', () => {
  const card = links(port(1)).cards.get('p0000000000001') as Card;

  it('are read back from the alias of their link', () => {
    expect(readCard(describeCard(card))).toEqual(card);
    expect(readCard(undefined)).toBeUndefined();
    expect(readCard('a,b')).toBeUndefined();
  });

  it('become commands of ip', () => {
    expect(plugCommands('p1', card)).toEqual([
      'link add dev p1 address ee:ff:ff:ff:ff:ff mtu 1500 numtxqueues 2 numrxqueues 2 type veth peer name eth0 address 00:16:3e:00:00:01 mtu 1500 numtxqueues 2 numrxqueues 2 netns i-1',
      'ntable change name arp_cache dev p1 proxy_delay 0',
      'link set dev p1 up',
    ]);
    expect(guestCommands(card)).toEqual([
      'address replace 10.0.0.1/24 dev eth0',
      'link set dev eth0 addrgenmode none up',
      'route replace default via 10.0.0.253 dev eth0',
    ]);
    expect(guestCommands({ ...card, deviceIndex: 1 })).toEqual([]);
  });
});
