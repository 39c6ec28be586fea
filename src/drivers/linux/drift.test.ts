import { describe, expect, it } from 'vitest';
import { capDrift, readRates } from './caps.ts';
import { findRuleDrift, type Wording } from './drift.ts';
import type { Ruleset } from './ruleset.ts';

const RULES: Ruleset = {
  inet: {
    family: 'inet',
    sets: new Map([
      ['own', { kind: 'set', type: 'ifname . ipv4_addr', elements: new Set(['"p1" . 10.0.0.1']) }],
      ['egress_of', { kind: 'map', type: 'ifname : verdict', elements: new Map([['"p1"', 'goto eg_1']]) }],
      ['class_of', { kind: 'map', type: 'ipv4_addr : classid', elements: new Map([['10.0.0.1', '1:2f']]) }],
      ['none', { kind: 'addresses', members: [] }],
    ]),
    chains: new Map([['eg_1', ['ip saddr 10.0.0.0/8 accept', 'counter drop']]]),
    base: new Map([['gate', { hook: 'type filter hook forward priority 0; policy drop', rules: ['iifname vmap @x'] }]]),
  },
  arp: { family: 'arp', sets: new Map(), chains: new Map(), base: new Map() },
};

/** What `nft -j list ruleset` says of RULES, each part to be changed. */
const listing = (): { nftables: Record<string, Record<string, unknown>>[] } => {
  const at = { family: 'inet', table: 'yunlan3' };
  return {
    nftables: [
      { metainfo: { version: '1.0.6' } },
      { table: { family: 'inet', name: 'yunlan3' } },
      { table: { family: 'arp', name: 'yunlan3' } },
      { set: { ...at, name: 'own', elem: [{ concat: ['p1', '10.0.0.1'] }] } },
      { map: { ...at, name: 'egress_of', map: 'verdict', elem: [['p1', { goto: { target: 'eg_1' } }]] } },
      { map: { ...at, name: 'class_of', map: 'classid', elem: [['10.0.0.1', '1:2f']] } },
      { set: { ...at, name: 'none' } },
      { chain: { ...at, name: 'eg_1' } },
      { chain: { ...at, name: 'gate', type: 'filter', hook: 'forward', prio: 0, policy: 'drop' } },
      { rule: { ...at, chain: 'eg_1', handle: 6, expr: [{ match: 'saddr' }, { accept: null }] } },
      { rule: { ...at, chain: 'eg_1', handle: 7, expr: [{ counter: { packets: 0, bytes: 0 } }, { drop: null }] } },
      { rule: { ...at, chain: 'gate', handle: 9, expr: [{ vmap: '@x' }] } },
    ],
  };
};

type Thing = Record<string, Record<string, unknown>>;

function drift(change: (things: Thing[]) => void, wording: Wording = new Map()): string[] {
  const { nftables } = listing();
  findRuleDrift(JSON.stringify(listing()), RULES, 'yunlan3', wording);
  change(nftables);
  return findRuleDrift(JSON.stringify({ nftables }), RULES, 'yunlan3', wording);
}

const without = (kind: string, name: string) => (things: Thing[]) => {
  const place = things.findIndex((thing) => thing[kind]?.['name'] === name);
  expect(place).toBeGreaterThan(0);
  things.splice(place, 1);
};

describe('drift of rules', () => {
  it('is none where the listing says the same in other words, counters and handles', () => {
    expect(drift(() => {})).toEqual([]);
    const counted = drift((things) => {
      for (const { rule } of things) {
        if (!rule) continue;
        rule['handle'] = 77;
        rule['expr'] = JSON.parse(JSON.stringify(rule['expr']).replace('"packets":0', '"packets":9'));
      }
    });
    expect(counted).toEqual([]);
  });

  it('does not look at tables of others', () => {
    const at = { family: 'inet', table: 'mine' };
    const more = drift((things) =>
      things.push({ table: { family: 'inet', name: 'mine' } }, { set: { ...at, name: 's' } }),
    );
    expect(more).toEqual([]);
  });

  it.each([
    ['a table', without('table', 'yunlan3'), 'table inet'],
    ['a set', without('set', 'none'), 'inet set none'],
    ['a map', without('map', 'class_of'), 'inet set class_of'],
    ['a chain', without('chain', 'eg_1'), 'inet chain eg_1'],
    ['a base chain', without('chain', 'gate'), 'inet chain gate'],
  ] as const)('is %s that is missing', (_, change, name) => {
    expect(drift(change)).toEqual([name]);
  });

  it.each<[string, string, string, unknown, string]>([
    ['an element', 'own', 'elem', [{ concat: ['p1', '10.0.0.2'] }], 'inet set own'],
    ['a set without elements', 'own', 'elem', undefined, 'inet set own'],
    ['an element more', 'none', 'elem', ['10.0.0.9'], 'inet set none'],
    ['a verdict', 'egress_of', 'elem', [['p1', { accept: null }]], 'inet set egress_of'],
    ['a value', 'class_of', 'elem', [['10.0.0.1', '1:30']], 'inet set class_of'],
    ['a policy', 'gate', 'policy', 'accept', 'inet chain gate'],
    ['a priority', 'gate', 'prio', 1, 'inet chain gate'],
  ])('is %s that is another', (_, thing, field, value, name) => {
    const changed = drift((things) => {
      const found = things.flatMap((one) => Object.values(one)).find((one) => one['name'] === thing);
      if (!found) throw new Error(thing);
      found[field] = value;
    });
    expect(changed).toEqual([name]);
  });

  it('is a rule that is missing, more, another, or elsewhere in its chain', () => {
    const ofChain = (things: Thing[]) => things.filter((thing) => thing['rule']?.['chain'] === 'eg_1');
    const changes: ((things: Thing[]) => void)[] = [
      (things) => things.splice(things.indexOf(ofChain(things)[0] ?? {}), 1),
      (things) => things.push(...structuredClone(ofChain(things).slice(0, 1))),
      (things) => Object.assign(ofChain(things)[0]?.['rule'] ?? {}, { expr: [{ match: 'daddr' }, { accept: null }] }),
      (things) => things.reverse(),
    ];
    for (const change of changes.slice(0, 3)) expect(drift(change)).toEqual(['inet chain eg_1']);
    const swapped = drift((things) => {
      const [first, second] = ofChain(things);
      [first!['rule'], second!['rule']] = [second!['rule']!, first!['rule']!];
    });
    expect(swapped).toEqual(['inet chain eg_1']);
  });

  it('is a missing rule also where the chain was never seen before', () => {
    const { nftables } = listing();
    const cut = { nftables: nftables.filter(({ rule }) => rule?.['handle'] !== 6) };
    expect(findRuleDrift(JSON.stringify(cut), RULES, 'yunlan3', new Map())).toEqual(['inet chain eg_1']);
  });
});

describe('drift of caps', () => {
  const text = [
    '= up0',
    'class htb 1:2f root prio 0 rate 5Mbit ceil 5Mbit burst 16Kb cburst 16Kb',
    'class htb 1:fff0 root leaf fff0: prio 0 rate 1500Kbit ceil 1500Kbit burst 16Kb cburst 16Kb',
    '= p1',
    'class htb 1:2f root prio 0 rate 1Gbit ceil 1Gbit burst 16Kb cburst 16Kb',
    '',
  ].join('\n');

  it('reads rates', () => {
    expect(readRates(text)).toEqual(
      new Map([
        [
          'up0',
          new Map([
            [0x2f, 5e6],
            [0xfff0, 1.5e6],
          ]),
        ],
        ['p1', new Map([[0x2f, 1e9]])],
      ]),
    );
  });

  it('is a class or a link that is missing or more, or another rate', () => {
    const wanted = readRates(text);
    const up0 = [
      [0x2f, 5e6],
      [0xfff0, 1.5e6],
    ] as const;
    expect(capDrift(wanted, wanted)).toEqual([]);
    expect(capDrift(wanted, new Map())).toEqual(['caps of up0', 'caps of p1']);
    for (const other of [up0.slice(1), [...up0, [3, 1e6]], [[0x2f, 6e6], up0[1]]] as (readonly [number, number])[][]) {
      expect(capDrift(wanted, new Map([...wanted, ['up0', new Map(other)]]))).toEqual(['caps of up0']);
    }
  });
});
