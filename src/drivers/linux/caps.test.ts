import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublicMapping } from '../../realize/program.ts';
import { capCommands, capsWithout, classNumbers, readBuckets, readClasses, wantedCaps } from './caps.ts';
import { ip, port, program } from './program-for-test.ts';

const mapping = (number: number, more: Partial<PublicMapping> = {}): PublicMapping => ({
  id: `eip-${number}`,
  portId: port(number).id,
  publicAddress: ip(`198.18.0.${number}`),
  privateAddress: ip(`10.0.0.${number}`),
  outbound: 5_000_000,
  inbound: 10_000_000,
  ...more,
});
const mapped = (...publicMappings: PublicMapping[]) => program({ publicMappings });
const caps = (...publicMappings: PublicMapping[]) => wantedCaps(mapped(...publicMappings));

/** Plays commands of tc on links with classes, as the kernel would; throws where it would refuse. */
function play(state: Map<string, Map<number, number>>, commands: readonly string[]): Map<string, Map<number, number>> {
  const next = new Map(Array.from(state, ([link, classes]) => [link, new Map(classes)]));
  for (const command of commands) {
    const link = / dev (\S+)/.exec(command)?.[1] ?? '';
    const classes = next.get(link);
    const number = Number.parseInt(/classid 1:([0-9a-f]+)/.exec(command)?.[1] ?? '', 16);
    const rate = Number(/ rate (\d+)bit ceil \1bit /.exec(command)?.[1]);
    if (command.startsWith('qdisc delete')) next.delete(link);
    else if (/^qdisc replace dev \S+ root handle 1: htb default 0$/.test(command)) {
      if (classes) throw new Error(`${link} has a bucket`);
      next.set(link, new Map());
    } else if (!classes) throw new Error(`${link} has no bucket: ${command}`);
    else if (command.startsWith('class replace')) classes.set(number, rate);
    else if (command.startsWith('class delete')) {
      if (!classes.delete(number)) throw new Error(`no class: ${command}`);
    } else if (!/^qdisc replace dev \S+ parent 1:([0-9a-f]+) handle \1: bfifo limit \d+$/.test(command))
      throw new Error(command);
  }
  return next;
}

const plain = (state: ReadonlyMap<string, ReadonlyMap<number, number>>) =>
  Array.from(state, ([link, classes]) => [link, [...classes].sort()] as const).sort();

describe('caps', () => {
  it('are a class at the edge and one at the port, each with a bounded queue', () => {
    const number = classNumbers(mapped(mapping(1))).get('eip-1') ?? 0;
    const hex = number.toString(16);
    expect(capCommands(new Map(), caps(mapping(1)))).toEqual([
      'qdisc replace dev up0 root handle 1: htb default 0',
      `class replace dev up0 parent 1: classid 1:${hex} htb rate 5000000bit ceil 5000000bit burst 16384b cburst 16384b quantum 60000`,
      `qdisc replace dev up0 parent 1:${hex} handle ${hex}: bfifo limit 69632`,
      'qdisc replace dev p0000000000001 root handle 1: htb default 0',
      `class replace dev p0000000000001 parent 1: classid 1:${hex} htb rate 10000000bit ceil 10000000bit burst 16384b cburst 16384b quantum 60000`,
      `qdisc replace dev p0000000000001 parent 1:${hex} handle ${hex}: bfifo limit 69632`,
    ]);
  });

  it('change in place, and only what differs', () => {
    const faster = caps(mapping(1, { outbound: 50_000_000 }), mapping(2));
    const commands = capCommands(caps(mapping(1), mapping(2)), faster);
    expect(commands).toHaveLength(2);
    expect(commands[0]).toMatch(/^class replace dev up0 .* rate 50000000bit /);
    expect(commands[1]).toMatch(/^qdisc replace dev up0 .* limit 312500$/);
    expect(capCommands(faster, faster)).toEqual([]);
  });

  it('lead from any set of mappings to any other, from what is known and from what was read back', () => {
    const some = fc
      .subarray([1, 2])
      .chain((numbers) =>
        fc.tuple(
          ...numbers.map((number) =>
            fc.constantFrom(1_000_000, 7_000_000).map((outbound) => mapping(number, { outbound })),
          ),
        ),
      );
    fc.assert(
      fc.property(some, some, (before, after) => {
        const [old, wanted] = [play(new Map(), capCommands(new Map(), caps(...before))), caps(...after)];
        expect(plain(play(old, capCommands(caps(...before), wanted)))).toEqual(plain(wanted));
        const read = new Map(Array.from(old, ([link, classes]) => [link, new Set(classes.keys())]));
        expect(plain(play(old, capCommands(read, wanted)))).toEqual(plain(wanted));
      }),
    );
  });

  it('have numbers of their own that stay while others come and go', () => {
    const many = Array.from({ length: 3_000 }, (_, at) => mapping(1, { id: `eip-${at}` }));
    const numbers = classNumbers(mapped(...many));
    expect(new Set(numbers.values()).size).toBe(many.length);
    expect(Math.min(...numbers.values())).toBeGreaterThan(1);
    expect(Math.max(...numbers.values())).toBeLessThan(0xffff);
    expect(classNumbers(mapped(...many.toReversed()))).toEqual(numbers);
    const less = classNumbers(mapped(...many.slice(0, 2_999)));
    const moved = [...less].filter(([id, number]) => numbers.get(id) !== number);
    expect(moved.length).toBeLessThan(3);
  });

  it('of a link that is made anew are forgotten', () => {
    const all = caps(mapping(1));
    expect([...capsWithout(all, ['up0', 'pother']).keys()]).toEqual(['p0000000000001']);
    expect([...all.keys()]).toEqual(['up0', 'p0000000000001']);
  });

  it('refuse rates that are none and ports that are not there', () => {
    expect(() => caps(mapping(1, { outbound: 0 }))).toThrow(/not a cap: 0/);
    expect(() => caps(mapping(1, { inbound: 1.5e6 + 0.5 }))).toThrow(/not a cap/);
    expect(() => caps(mapping(1, { portId: 'eni-x' }))).toThrow(/eni-x, which is no port/);
  });

  it('are read back from tc', () => {
    const queues = [
      { kind: 'noqueue', handle: '0:', dev: 'p2', root: true },
      { kind: 'htb', handle: '1:', dev: 'up0', root: true },
      { kind: 'bfifo', handle: '1f:', dev: 'up0', parent: '1:1f' },
      { kind: 'htb', handle: '8001:', dev: 'p3', root: true },
    ];
    expect(readBuckets(JSON.stringify(queues))).toEqual(['up0']);
    expect(readBuckets('\n')).toEqual([]);
    const text = [
      '= up0',
      'class htb 1:1f root leaf 1f: prio 0 rate 50Mbit ceil 50Mbit burst 16Kb cburst 16Kb ',
      'class htb 1:a0b root leaf a0b: prio 0 rate 5Mbit ceil 5Mbit burst 16Kb cburst 16Kb ',
      '= p1',
      '',
    ].join('\n');
    expect(readClasses(text)).toEqual(
      new Map([
        ['up0', new Set([0x1f, 0xa0b])],
        ['p1', new Set()],
      ]),
    );
  });
});
