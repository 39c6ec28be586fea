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

interface Command {
  readonly text: string;
  readonly cost: number;
}

/** The transactions that make `wanted` of `old`, both in the tables called `table`. Equal rulesets: none. */
export function diffRulesets(old: Ruleset, wanted: Ruleset, table: string): RulesetDiff {
  const fill: Command[] = [];
  const flip: Command[] = [];
  const clear: Command[] = [];
  let refuses = false;
  for (const family of ['inet', 'arp'] as const) {
    const [before, after] = [old[family], wanted[family]];
    const place = `${family} ${table}`;
    for (const [name, set] of after.sets) {
      const former = before.sets.get(name);
      if (former === undefined) {
        fill.push({ text: `add ${declaration(place, name, set)}`, cost: RULE_COST }, ...fillSet(place, name, set));
        continue;
      }
      const changed = changeSet(place, name, former, set);
      flip.push(...changed.commands);
      refuses ||= changed.refuses;
    }
    for (const [name, rules] of after.chains) {
      const former = before.chains.get(name);
      if (former === undefined) fill.push(...fillChain(place, name, rules));
      else if (former.join('\n') !== rules.join('\n')) {
        flip.push({ text: `flush chain ${place} ${name}`, cost: RULE_COST }, ...fillChain(place, name, rules));
        refuses = true;
      }
    }
    for (const name of [...before.chains.keys()].reverse()) {
      if (!after.chains.has(name)) clear.push({ text: `delete chain ${place} ${name}`, cost: RULE_COST });
    }
    for (const [name, set] of before.sets) {
      if (!after.sets.has(name)) clear.push({ text: `delete ${kindOf(set)} ${place} ${name}`, cost: RULE_COST });
    }
  }
  return { transactions: [...pack(fill), ...pack(flip), ...pack(clear)], refuses };
}

/**
 * The transactions that put `wanted` into new tables called `table` and, in the last one, let packets be judged by them
 * and no longer by the tables `replaced` (`family name`). Flows that are under way don't notice.
 */
export function freshRuleset(wanted: Ruleset, table: string, replaced: readonly string[]): Transaction[] {
  const fill: Command[] = [];
  const hooks: Command[] = [];
  for (const rules of [wanted.inet, wanted.arp]) {
    const place = `${rules.family} ${table}`;
    fill.push({ text: `add table ${place}`, cost: RULE_COST });
    const maps: Command[] = [];
    for (const [name, set] of rules.sets) {
      fill.push({ text: `add ${declaration(place, name, set)}`, cost: RULE_COST });
      // Verdicts point to chains, which point to sets.
      (set.kind === 'map' ? maps : fill).push(...fillSet(place, name, set));
    }
    for (const [name, chain] of rules.chains) fill.push(...fillChain(place, name, chain));
    fill.push(...maps);
    hooks.push(...baseChains(place, rules));
  }
  const flip = [...hooks.map((command) => command.text), ...replaced.map((name) => `delete table ${name}`)];
  return [...pack(fill), flip];
}

function baseChains(place: string, rules: TableRules): Command[] {
  return Array.from(rules.base, ([name, chain]) => ({
    text: `table ${place} { chain ${name} { ${[chain.hook, ...chain.rules].join('; ')}; }; }`,
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

function fillSet(place: string, name: string, set: NamedSet): Command[] {
  return elementCommands('add', place, name, setElements(set), elementCost(set));
}

/** Blocks in braces, not `add rule`: a text that was cut short must not be a shorter rule. */
function fillChain(place: string, name: string, rules: readonly string[]): Command[] {
  const [table, most] = [place, Math.floor(MOST_COST / RULE_COST)];
  const pieces = rules.length === 0 ? [[]] : slices(rules, most);
  return pieces.map((piece) => ({
    text: `table ${table} { chain ${name} { ${piece.map((rule) => `${rule}; `).join('')}}; }`,
    cost: RULE_COST * Math.max(1, piece.length),
  }));
}

function elementCommands(
  verb: 'add' | 'delete',
  place: string,
  name: string,
  elements: readonly string[],
  cost: number,
): Command[] {
  return slices(elements, Math.floor(MOST_COST / cost)).map((piece) => ({
    text: `${verb} element ${place} ${name} { ${piece.join(', ')} }`,
    cost: cost * piece.length,
  }));
}

function changeSet(
  place: string,
  name: string,
  old: NamedSet,
  wanted: NamedSet,
): { readonly commands: Command[]; readonly refuses: boolean } {
  const { gone, come, refuses } = compareSets(old, wanted);
  const cost = elementCost(wanted);
  return {
    commands: [
      ...elementCommands('delete', place, name, gone, cost),
      ...elementCommands('add', place, name, come, cost),
    ],
    refuses,
  };
}

function compareSets(
  old: NamedSet,
  wanted: NamedSet,
): { readonly gone: string[]; readonly come: string[]; readonly refuses: boolean } {
  if (old.kind === 'addresses' && wanted.kind === 'addresses') {
    const [gone, come] = [without(old.members, wanted.members), without(wanted.members, old.members)];
    // Rules that drop may refer to the set as well, so a member more can refuse somebody too.
    return { gone: gone.map(formatIpv4), come: come.map(formatIpv4), refuses: gone.length + come.length > 0 };
  }
  if (old.kind === 'set' && wanted.kind === 'set') {
    const gone = [...old.elements].filter((element) => !wanted.elements.has(element));
    const come = [...wanted.elements].filter((element) => !old.elements.has(element));
    return { gone, come, refuses: gone.length > 0 };
  }
  if (old.kind === 'map' && wanted.kind === 'map') {
    const gone = [...old.elements].filter(([key, value]) => wanted.elements.get(key) !== value).map(([key]) => key);
    const come = [...wanted.elements].filter(([key, value]) => old.elements.get(key) !== value);
    return { gone, come: come.map(([key, value]) => `${key} : ${value}`), refuses: gone.length > 0 };
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
function pack(commands: readonly Command[]): Transaction[] {
  const transactions: string[][] = [];
  let room = 0;
  for (const { text, cost } of commands) {
    if (cost > room || transactions.length === 0) {
      transactions.push([]);
      room = MOST_COST;
    }
    room -= cost;
    transactions.at(-1)?.push(text);
  }
  return transactions;
}
