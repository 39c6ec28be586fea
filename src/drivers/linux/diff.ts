/**
 * From one state of the rules to another by transactions of nft. Pure.
 *
 * Without root the kernel takes only so much in one transaction. So what nothing points to yet (new sets, new chains)
 * is filled in as many as it needs, then what packets are judged by changes in one small transaction, then what nothing
 * points to any longer goes. Between transactions every packet is judged by the old rules or by the new.
 */
import { formatIpv4, type Ipv4 } from '../../values/ip.ts';
import { type NamedSet, type Ruleset, setElements, setType, type TableRules } from './ruleset.ts';

/** Commands that are carried out together or not at all. */
export type Transaction = readonly string[];

export interface RulesetDiff {
  readonly transactions: readonly Transaction[];
  /** Whether a flow that was accepted before may be refused now. New ports and new chains alone refuse nobody. */
  readonly refuses: boolean;
}

/**
 * What one transaction may cost; some 450 rules or 8,000 addresses of a set have been seen to pass. In units of an
 * address in a set.
 */
const MOST_COST = 5_000;
const RULE_COST = 30;
const ELEMENT_COST = 2;
/** An element that is a concatenation or has a verdict. */
const WIDE_ELEMENT_COST = 4;

/** Commands that stay in one transaction. */
interface Step {
  readonly commands: readonly string[];
  readonly cost: number;
}

/** The transactions that make `wanted` of `old`, both in the tables called `table`. Equal rulesets: none. */
export function diffRulesets(old: Ruleset, wanted: Ruleset, table: string): RulesetDiff {
  const fill: Step[] = [];
  const flip: Step[] = [];
  const clear: Step[] = [];
  let refuses = false;
  for (const family of ['inet', 'arp'] as const) {
    const [before, after] = [old[family], wanted[family]];
    const place = `${family} ${table}`;
    for (const [name, set] of after.sets) {
      const former = before.sets.get(name);
      if (former === undefined) {
        fill.push(
          { commands: [`add ${declaration(place, name, set)}`], cost: RULE_COST },
          ...fillSet(place, name, set),
        );
        continue;
      }
      const changed = changeSet(place, name, former, set);
      flip.push(...changed.steps);
      refuses ||= changed.refuses;
    }
    for (const [name, rules] of after.chains) {
      const former = before.chains.get(name);
      if (former === undefined) fill.push(...fillChain(place, name, rules));
      else if (former.join('\n') !== rules.join('\n')) {
        flip.push(
          together([{ commands: [`flush chain ${place} ${name}`], cost: 0 }, ...fillChain(place, name, rules)]),
        );
        refuses = true;
      }
    }
    for (const name of [...before.chains.keys()].reverse()) {
      if (!after.chains.has(name)) clear.push({ commands: [`delete chain ${place} ${name}`], cost: RULE_COST });
    }
    for (const [name, set] of before.sets) {
      if (!after.sets.has(name)) clear.push({ commands: [`delete ${kindOf(set)} ${place} ${name}`], cost: RULE_COST });
    }
  }
  return { transactions: [...pack(fill), ...pack(flip), ...pack(clear)], refuses };
}

/**
 * The transactions that put `wanted` into new tables called `table` and, in the last one, let packets be judged by them
 * and no longer by the tables `replaced` (`family name`). Flows that are under way don't notice.
 */
export function freshRuleset(wanted: Ruleset, table: string, replaced: readonly string[]): Transaction[] {
  const fill: Step[] = [];
  const hooks: Step[] = [];
  for (const rules of [wanted.inet, wanted.arp]) {
    const place = `${rules.family} ${table}`;
    fill.push({ commands: [`add table ${place}`], cost: RULE_COST });
    const maps: Step[] = [];
    for (const [name, set] of rules.sets) {
      fill.push({ commands: [`add ${declaration(place, name, set)}`], cost: RULE_COST });
      // Verdicts point to chains, which point to sets.
      (set.kind === 'map' ? maps : fill).push(...fillSet(place, name, set));
    }
    for (const [name, chain] of rules.chains) fill.push(...fillChain(place, name, chain));
    fill.push(...maps);
    hooks.push(...baseChains(place, rules));
  }
  const flip = [...hooks.flatMap((step) => step.commands), ...replaced.map((name) => `delete table ${name}`)];
  return [...pack(fill), flip];
}

function baseChains(place: string, rules: TableRules): Step[] {
  return Array.from(rules.base, ([name, chain]) => ({
    commands: [`table ${place} { chain ${name} { ${[chain.hook, ...chain.rules].join('; ')}; }; }`],
    cost: RULE_COST * chain.rules.length,
  }));
}

function kindOf(set: NamedSet): string {
  return set.kind === 'map' ? 'map' : 'set';
}

function declaration(place: string, name: string, set: NamedSet): string {
  return `${kindOf(set)} ${place} ${name} { ${setType(set)}; }`;
}

function elementCost(set: NamedSet): number {
  return set.kind === 'addresses' ? ELEMENT_COST / 2 : WIDE_ELEMENT_COST;
}

function fillSet(place: string, name: string, set: NamedSet): Step[] {
  return elementCommands('add', place, name, setElements(set), elementCost(set));
}

/** Blocks in braces, not `add rule`: a text that was cut short must not be a shorter rule. */
function fillChain(place: string, name: string, rules: readonly string[]): Step[] {
  const pieces = rules.length === 0 ? [[]] : slices(rules, Math.floor(MOST_COST / RULE_COST));
  return pieces.map((piece) => ({
    commands: [`table ${place} { chain ${name} { ${piece.map((rule) => `${rule}; `).join('')}}; }`],
    cost: RULE_COST * Math.max(1, piece.length),
  }));
}

function elementCommands(
  verb: 'add' | 'delete',
  place: string,
  name: string,
  elements: readonly string[],
  cost: number,
): Step[] {
  return slices(elements, Math.floor(MOST_COST / cost)).map((piece) => ({
    commands: [`${verb} element ${place} ${name} { ${piece.join(', ')} }`],
    cost: cost * piece.length,
  }));
}

/** Several steps as one. */
function together(steps: readonly Step[]): Step {
  return { commands: steps.flatMap((step) => step.commands), cost: steps.reduce((sum, step) => sum + step.cost, 0) };
}

function changeSet(
  place: string,
  name: string,
  old: NamedSet,
  wanted: NamedSet,
): { readonly steps: Step[]; readonly refuses: boolean } {
  const { gone, come, changed, refuses } = compareSets(old, wanted);
  const cost = elementCost(wanted);
  // A key that gets another value is never without one.
  const replaced = slices(changed, Math.floor(MOST_COST / (2 * cost))).map((piece) => {
    const keys = piece.map(([key]) => key);
    const elements = piece.map(([key, value]) => `${key} : ${value}`);
    return together([
      ...elementCommands('delete', place, name, keys, cost),
      ...elementCommands('add', place, name, elements, cost),
    ]);
  });
  return {
    steps: [
      ...elementCommands('delete', place, name, gone, cost),
      ...replaced,
      ...elementCommands('add', place, name, come, cost),
    ],
    refuses,
  };
}

interface SetDifference {
  readonly gone: readonly string[];
  readonly come: readonly string[];
  readonly changed: readonly (readonly [key: string, value: string])[];
  readonly refuses: boolean;
}

function compareSets(old: NamedSet, wanted: NamedSet): SetDifference {
  if (old.kind === 'addresses' && wanted.kind === 'addresses') {
    const [gone, come] = [without(old.members, wanted.members), without(wanted.members, old.members)];
    // Rules that drop may refer to the set as well, so a member more can refuse somebody too.
    const refuses = gone.length + come.length > 0;
    return { gone: gone.map(formatIpv4), come: come.map(formatIpv4), changed: [], refuses };
  }
  if (old.kind === 'set' && wanted.kind === 'set') {
    const gone = [...old.elements].filter((element) => !wanted.elements.has(element));
    const come = [...wanted.elements].filter((element) => !old.elements.has(element));
    return { gone, come, changed: [], refuses: gone.length > 0 };
  }
  if (old.kind === 'map' && wanted.kind === 'map') {
    const gone = [...old.elements.keys()].filter((key) => !wanted.elements.has(key));
    const others = [...wanted.elements].filter(([key, value]) => old.elements.get(key) !== value);
    const come = others.filter(([key]) => !old.elements.has(key)).map(([key, value]) => `${key} : ${value}`);
    const changed = others.filter(([key]) => old.elements.has(key));
    return { gone, come, changed, refuses: gone.length + changed.length > 0 };
  }
  throw new TypeError('a set never changes its kind');
}

function without(members: readonly Ipv4[], others: readonly Ipv4[]): Ipv4[] {
  if (members === others) return [];
  const set = new Set(others);
  return members.filter((member) => !set.has(member));
}

function slices<Item>(items: readonly Item[], most: number): Item[][] {
  const pieces: Item[][] = [];
  for (let from = 0; from < items.length; from += most) pieces.push(items.slice(from, from + most));
  return pieces;
}

/** As few transactions as the cost allows, in the same order. */
function pack(steps: readonly Step[]): Transaction[] {
  const transactions: string[][] = [];
  let room = 0;
  for (const { commands, cost } of steps) {
    if (cost > room || transactions.length === 0) {
      transactions.push([]);
      room = MOST_COST;
    }
    room -= cost;
    transactions.at(-1)?.push(...commands);
  }
  return transactions;
}
