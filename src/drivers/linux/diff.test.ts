import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkProgram } from '../../realize/program.ts';
import { ipv4FromNumber } from '../../values/ip.ts';
import { diffRulesets, freshRuleset, type Transaction } from './diff.ts';
import { block, entry, ip, policy, port, program } from './program-for-test.ts';
import { renderRuleset, setElements } from './ruleset.ts';

describe('fresh rules', () => {
  it('take over from other tables in the last transaction', () => {
    const transactions = freshRuleset(renderRuleset(program()), 'yunlan1', ['inet yunlan0', 'arp yunlan0']);
    expect(transactions.slice(0, -1).join('\n')).not.toMatch(/hook/);
    const last = transactions.at(-1) ?? [];
    expect(last.filter((command) => command.includes(' hook '))).toHaveLength(8);
    expect(last.slice(-2)).toEqual(['delete table inet yunlan0', 'delete table arp yunlan0']);
  });
});

describe('a difference of rules', () => {
  it('is nothing for equal programs', () => {
    expect(difference(program(), structuredClone(program()))).toEqual({ transactions: [], refuses: false });
  });

  it('is elements only when a member or a port comes', () => {
    const grown = program({
      ports: [port(1), port(2), port(3)],
      groups: [{ id: 'sg-a', members: [ip('10.0.0.1'), ip('10.0.0.2'), ip('10.0.0.3')] }],
    });
    const { transactions } = difference(program(), grown);
    expect(transactions).toHaveLength(1);
    for (const command of transactions.flat())
      expect(command).toMatch(/^add element (inet|arp) yunlan0 \w+ \{ [^,]+ \}$/);
  });

  it('is a new chain, one flipped rule and an old chain less when a policy changes', () => {
    const changed = program({ policies: [policy('sg-a', [entry('accept')])] });
    const { transactions, refuses } = difference(program(), changed);
    expect(refuses).toBe(true);
    expect(
      transactions.map((transaction) => transaction.map((command) => command.replaceAll(/[0-9a-f]{16}/g, 'X'))),
    ).toEqual([
      ['flush chain inet yunlan0 in_X', 'table inet yunlan0 { chain in_X { goto c_X; }; }'],
      ['delete chain inet yunlan0 c_X', 'delete set inet yunlan0 g_X'],
    ]);
  });

  it('tells whether somebody may be refused who was not', () => {
    expect(difference(program({ ports: [port(1)] }), program()).refuses).toBe(false);
    expect(difference(program(), program({ ports: [port(1)] })).refuses).toBe(true);
    const other = policy('sg-b', [entry('drop')]);
    const policies = [...program().policies, other];
    const moved = program({ ports: [port(1), port(2, { policyId: 'sg-b' })], policies });
    expect(difference(program({ policies }), moved).refuses).toBe(true);
    const fewer = program({ groups: [{ id: 'sg-a', members: [ip('10.0.0.1')] }] });
    expect(difference(program(), fewer).refuses).toBe(true);
  });

  it('fits large contents into transactions that the kernel takes without root', () => {
    const rules = Array.from({ length: 2_000 }, (_, at) =>
      entry('accept', { protocol: 'tcp', ports: { from: at, to: at } }),
    );
    const members = Array.from({ length: 30_000 }, (_, at) => ipv4FromNumber(0x0a010000 + at));
    const large = program({
      ports: Array.from({ length: 250 }, (_, at) => port(at + 1)),
      groups: [{ id: 'sg-a', members }],
      policies: [policy('sg-a', [...rules, entry('accept', { peer: { groupId: 'sg-a' } })])],
    });
    const small = program({ ports: [], policies: [] });
    const kernel = new Kernel();
    for (const transaction of freshRuleset(renderRuleset(large), 'yunlan0', [])) kernel.commit(transaction);
    for (const transaction of difference(large, small).transactions) kernel.commit(transaction);
    for (const transaction of difference(small, large).transactions) kernel.commit(transaction);
    expect(kernel.state()).toEqual(stateOf(large));
  });

  it('gives many ports another policy without a moment in which one has none', () => {
    const ports = (policyId: string) => Array.from({ length: 250 }, (_, at) => port(at + 1, { policyId }));
    const many = (policyId: string) => {
      const three = [0, 1, 2, 3].flatMap((third) =>
        ports(policyId).map((one, at) => ({
          ...one,
          id: `eni-${third}${one.id}${third}${at}`,
          addresses: [ipv4FromNumber(0x0a000000 + third * 256 + at)],
        })),
      );
      return program({ ports: three, policies: [...program().policies, policy('sg-b', [entry('accept')])] });
    };
    const { transactions } = difference(many('sg-a'), many('sg-b'));
    expect(transactions.length).toBeGreaterThan(2);
    for (const transaction of transactions) {
      const keys = (verb: string) =>
        transaction
          .filter((command) => command.startsWith(`${verb} element inet yunlan0 ingress_of`))
          .flatMap((command) => command.match(/"\w+"/g) ?? [])
          .sort();
      expect(keys('add')).toEqual(keys('delete'));
    }
  });

  it('leads from any program to any other, never pointing to what is not there', () => {
    fc.assert(
      fc.property(programs, programs, (old, wanted) => {
        const kernel = new Kernel();
        for (const transaction of freshRuleset(renderRuleset(old), 'yunlan0', [])) kernel.commit(transaction);
        expect(kernel.state()).toEqual(stateOf(old));
        for (const transaction of difference(old, wanted).transactions) kernel.commit(transaction);
        expect(kernel.state()).toEqual(stateOf(wanted));
      }),
      { numRuns: 200 },
    );
  });
});

function difference(old: NetworkProgram, wanted: NetworkProgram) {
  return diffRulesets(renderRuleset(old), renderRuleset(wanted), 'yunlan0');
}

const address = fc.integer({ min: 1, max: 9 });
const peer = fc.oneof(
  fc.constantFrom('sg-a', 'sg-b', 'sg-c').map((groupId) => ({ groupId })),
  fc.constantFrom('10.0.0.0/8', '0.0.0.0/0').map((text) => ({ cidr: block(text) })),
);
const entries = fc.array(
  fc
    .record({ verdict: fc.constantFrom('accept', 'drop'), peer })
    .map(({ verdict, peer: side }) => entry(verdict as 'accept', { peer: side })),
  { maxLength: 3 },
);
const policyIds = ['sg-a', 'sg-b', 'sg-a+sg-b'];
const programs = fc
  .record({
    ports: fc.uniqueArray(fc.tuple(address, fc.constantFrom(...policyIds), fc.boolean()), {
      selector: ([number]) => number,
    }),
    members: fc.tuple(fc.uniqueArray(address), fc.uniqueArray(address)),
    contents: fc.tuple(entries, entries, entries, entries),
  })
  .map(({ ports, members, contents }) =>
    program({
      ports: ports.map(([number, policyId, forwards]) => port(number, { policyId, forwards })),
      groups: ['sg-a', 'sg-b'].map((id, at) => ({
        id,
        members: (members[at] ?? []).toSorted().map((number) => ip(`10.0.0.${number}`)),
      })),
      policies: policyIds.map((id, at) => policy(id, contents[at] ?? [], contents[at + 1])),
    }),
  );

/** What the rules should come to: sets and chains with their contents. */
function stateOf(wanted: NetworkProgram) {
  const { inet, arp } = renderRuleset(wanted);
  const state = new Map<string, readonly string[]>();
  for (const table of [inet, arp]) {
    for (const [name, set] of table.sets) state.set(`${table.family} ${name}`, setElements(set).sort());
    for (const [name, rules] of table.chains) state.set(`${table.family} ${name}`, rules);
    for (const [name, chain] of table.base) state.set(`${table.family} ${name}`, [chain.hook, ...chain.rules]);
  }
  return new Map([...state].sort());
}

/** Carries out our commands as nftables does, and refuses what it refuses. */
class Kernel {
  readonly #sets = new Map<string, Map<string, string>>();
  readonly #chains = new Map<string, string[]>();

  commit(transaction: Transaction): void {
    let [rules, elements] = [0, 0];
    for (const command of transaction) {
      const cost = this.#carryOut(command);
      rules += cost.rules;
      elements += cost.elements;
    }
    if (rules > 400 || elements > 7_000) throw new Error(`Message too long: ${rules} rules, ${elements} elements`);
    this.#check();
  }

  state() {
    const sets = Array.from(this.#sets, ([name, elements]) => [name, [...elements.values()].sort()] as const);
    return new Map<string, readonly string[]>([...sets, ...this.#chains].sort());
  }

  #carryOut(command: string): { readonly rules: number; readonly elements: number } {
    const words = command.split(' ');
    const [verb, kind, family, , name] = words;
    const key = `${family} ${name}`;
    if (verb === 'add' && kind === 'table') return { rules: 0, elements: 0 };
    if (verb === 'add' && (kind === 'set' || kind === 'map')) {
      if (this.#sets.has(key)) throw new Error(`set ${key} is there`);
      this.#sets.set(key, new Map());
      return { rules: 1, elements: 0 };
    }
    if (kind === 'element') {
      const set = this.#sets.get(key);
      if (!set) throw new Error(`no set ${key}`);
      const elements = command
        .slice(command.indexOf('{') + 1, -1)
        .split(',')
        .map((element) => element.trim());
      for (const element of elements) {
        const [id = ''] = element.split(' : ');
        if (set.has(id) !== (verb === 'delete')) throw new Error(`${verb} ${key} ${id}`);
        if (verb === 'delete') set.delete(id);
        else set.set(id, element);
      }
      return { rules: 0, elements: elements.length };
    }
    if (verb === 'flush') {
      this.#chains.set(key, []);
      return { rules: 1, elements: 0 };
    }
    if (verb === 'delete' && kind === 'chain') {
      if (!this.#chains.delete(key)) throw new Error(`no chain ${key}`);
      return { rules: 1, elements: 0 };
    }
    if (verb === 'delete') {
      if (!this.#sets.delete(key)) throw new Error(`no set ${key}`);
      return { rules: 1, elements: 0 };
    }
    const filled = /^table (\w+) yunlan0 \{ chain (\w+) \{ (.*)\}; \}$/.exec(command);
    if (!filled) throw new Error(`what is ${command}`);
    const [, table, chain, body = ''] = filled;
    const rules = command.includes(' hook ') ? hookAndRules(body) : body.split('; ').filter((rule) => rule !== '');
    this.#chains.set(`${table} ${chain}`, [...(this.#chains.get(`${table} ${chain}`) ?? []), ...rules]);
    return { rules: Math.max(1, rules.length), elements: 0 };
  }

  /** Every reference must lead somewhere. */
  #check(): void {
    for (const [key, rules] of this.#chains) {
      const family = key.split(' ')[0];
      for (const rule of rules) {
        for (const [, set] of rule.matchAll(/@(\w+)/g)) if (!this.#sets.has(`${family} ${set}`)) throw new Error(rule);
        for (const [, to] of rule.matchAll(/goto (\w+)/g))
          if (!this.#chains.has(`${family} ${to}`)) throw new Error(rule);
      }
    }
    for (const [key, elements] of this.#sets) {
      for (const element of elements.values()) {
        const to = / : goto (\w+)$/.exec(element)?.[1];
        if (to && !this.#chains.has(`${key.split(' ')[0]} ${to}`)) throw new Error(element);
      }
    }
  }
}

function hookAndRules(body: string): string[] {
  const [hook, policyOf, ...rules] = body.split('; ').filter((rule) => rule !== '');
  return [`${hook}; ${policyOf}`, ...rules];
}
