/**
 * Whether the rules that the kernel lists are those that were put there. Pure.
 *
 * Names, elements of sets, and the number and order of rules are compared with what was wanted. The words of a rule
 * cannot be: the kernel's listing says the same in others. So what the listing calls a chain's content is learned when
 * that content is first seen, and compared from then on. Names of chains tell their content, so the first chain that is
 * learned vouches for all later ones of that content in every network.
 */
import type { NamedSet, Ruleset, TableRules } from './ruleset.ts';
import { setElements } from './ruleset.ts';

/** Content of a chain as we write it → as the kernel lists it. */
export type Wording = Map<string, string>;

/** One thing in the listing of `nft -j list ruleset`. */
interface Listed {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly chain: string;
  readonly elem?: readonly unknown[];
  readonly expr?: readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
}

interface ListedTable {
  readonly sets: Map<string, string[]>;
  readonly chains: Map<string, { readonly hook: string; readonly rules: string[] }>;
}

/** Names of the things that are not as they were put into `table`; none when all are. */
export function findRuleDrift(listing: string, wanted: Ruleset, table: string, wording: Wording): string[] {
  const tables = readListing(listing, table);
  return [wanted.inet, wanted.arp].flatMap((rules) => {
    const listed = tables.get(rules.family);
    if (listed === undefined) return [`table ${rules.family}`];
    return [...setDrift(rules, listed), ...chainDrift(rules, listed, wording)].map((name) => `${rules.family} ${name}`);
  });
}

function readListing(listing: string, table: string): ReadonlyMap<string, ListedTable> {
  const things = (JSON.parse(listing) as { nftables: Record<string, Listed>[] }).nftables;
  const tables = new Map<string, ListedTable>();
  for (const thing of things) {
    const [kind, listed] = Object.entries(thing)[0] ?? [];
    if (kind === undefined || listed === undefined) continue;
    if (kind === 'table') {
      if (listed.name === table) tables.set(listed.family, { sets: new Map(), chains: new Map() });
      continue;
    }
    const place = listed.table === table ? tables.get(listed.family) : undefined;
    if (kind === 'set' || kind === 'map') place?.sets.set(listed.name, (listed.elem ?? []).map(elementText));
    if (kind === 'chain') {
      const { type, hook, prio, policy } = listed;
      place?.chains.set(listed.name, { hook: JSON.stringify([type, hook, prio, policy]), rules: [] });
    }
    if (kind === 'rule') place?.chains.get(listed.chain)?.rules.push(ruleText(listed));
  }
  return tables;
}

/** An element as {@link setElements} says it, without quotation marks. */
function elementText(element: unknown): string {
  if (Array.isArray(element)) return element.map(elementText).join(' : ');
  if (typeof element !== 'object' || element === null) return String(element);
  const [kind, value] = Object.entries(element)[0] ?? [];
  if (kind === 'concat' && Array.isArray(value)) return value.map(elementText).join(' . ');
  if (kind === 'goto') return `goto ${(value as { target: string }).target}`;
  return JSON.stringify(element);
}

/** What a counter has counted is no part of its rule. */
function ruleText({ expr = [] }: Listed): string {
  return JSON.stringify(expr.map((word) => ('counter' in word ? 'counter' : word)));
}

function setDrift(wanted: TableRules, listed: ListedTable): string[] {
  const wrong: string[] = [];
  for (const [name, set] of wanted.sets) {
    const elements = listed.sets.get(name);
    if (elements === undefined || !sameElements(set, elements)) wrong.push(`set ${name}`);
  }
  for (const name of listed.sets.keys()) {
    // Sets without a name of their own belong to rules.
    if (!wanted.sets.has(name) && !name.startsWith('__')) wrong.push(`set ${name}`);
  }
  return wrong;
}

function sameElements(set: NamedSet, listed: readonly string[]): boolean {
  const wanted = setElements(set);
  if (wanted.length !== listed.length) return false;
  const present = new Set(listed);
  return wanted.every((element) => present.has(element.replaceAll('"', '')));
}

function chainDrift(wanted: TableRules, listed: ListedTable, wording: Wording): string[] {
  const wrong: string[] = [];
  const check = (name: string, hook: string, rules: readonly string[]) => {
    const chain = listed.chains.get(name);
    if (chain === undefined || chain.rules.length !== rules.length) {
      wrong.push(`chain ${name}`);
      return;
    }
    const ours = [wanted.family, hook, ...rules].join('\n');
    const theirs = [chain.hook, ...chain.rules].join('\n');
    const known = wording.get(ours);
    if (known === undefined) wording.set(ours, theirs);
    else if (known !== theirs) wrong.push(`chain ${name}`);
  };
  for (const [name, { hook, rules }] of wanted.base) check(name, hook, rules);
  for (const [name, rules] of wanted.chains) check(name, '', rules);
  for (const name of listed.chains.keys()) {
    if (!wanted.base.has(name) && !wanted.chains.has(name)) wrong.push(`chain ${name}`);
  }
  return wrong;
}
