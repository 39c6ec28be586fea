/**
 * Looking at a namespace: whether it still holds what was applied, and putting right what needs nothing made anew. The
 * rest is made by applying again: see network.ts.
 */
import { EDGE, type NetworkProgram } from '../../realize/program.ts';
import { type Caps, capDrift } from './caps.ts';
import { type Guests, NAMESPACES } from './cards.ts';
import { findRuleDrift, type Wording } from './drift.ts';
import { type FoundWay, findLinks, findRates, PROBE_TABLE } from './found.ts';
import { type Links, linkSteps } from './links.ts';
import type { Ruleset } from './ruleset.ts';
import { mendSettingsScript, wrongSettingsScript } from './settings.ts';
import type { ShellTool } from './tools.ts';
import { UPLINK } from './uplink.ts';

/** What a namespace was made to hold. */
export interface Applied {
  readonly ruleset: Ruleset;
  readonly links: Links;
  readonly table: string;
  /** Whether it is linked to the edge. */
  readonly linked: boolean;
  readonly caps: Caps;
  /** Absent for the edge. */
  readonly program?: NetworkProgram | undefined;
}

/** A namespace, and who knows about it. */
export interface Place {
  readonly id: string;
  /** The file that tells a network's namespace from a guest's. */
  readonly mark: string;
  /** In the holder's own network namespace. */
  readonly ground: ShellTool;
  readonly shellOf: () => ShellTool;
  readonly guests: Guests;
}

/** In the words of drift: the namespace itself is gone, or has lost its name. */
export const PLACE = 'namespace';

/**
 * What differs from what was applied, in words for people; nothing when all is as it was. Changes nothing but for the
 * table of a probe that was cut off, which is removed.
 */
export async function findDrift(
  { id, mark, ground, shellOf, guests }: Place,
  last: Applied,
  { wording, leadsTo }: { readonly wording: Wording; readonly leadsTo: () => boolean },
): Promise<string[]> {
  const file = `${NAMESPACES}/${id}`;
  const kind = await ground.run(`[ ! -e ${mark} ] || stat -f -c %T ${file} 2>/dev/null || :`);
  if (kind.trim() !== 'nsfs') return [PLACE];
  const shell = shellOf();
  // Our tools may be in one that has lost its name.
  const same = await shell.run(`[ ! /proc/self/ns/net -ef ${file} ] || echo same`);
  if (same.trim() !== 'same') return [PLACE];
  const listing = await shell.run('nft -j list ruleset');
  if (listing.includes(`"${PROBE_TABLE}"`)) await shell.run(`nft delete table inet ${PROBE_TABLE}`);
  const rules = findRuleDrift(listing, last.ruleset, last.table, wording);
  const found = await findLinks(shell);
  const steps = linkSteps(found, last.links);
  const settings = await shell.run(wrongSettingsScript({ flows: id !== EDGE }));
  const linked = found.linked === last.linked && (!last.linked || leadsTo());
  return [
    ...rules,
    ...found.mending,
    ...[...steps.unplug.keys(), ...steps.plug.keys()].map((name) => `link ${name}`),
    ...steps.before,
    ...steps.after,
    ...(linked ? [] : [`link ${UPLINK}`]),
    ...capDrift(last.caps, last.caps.size > 0 ? await findRates(shell) : new Map()),
    ...settings.split('\n').filter((line) => line !== ''),
    ...(await guests.broken(guestsOf(last.links))).map((guest) => `namespace ${guest}`),
  ];
}

/** What is found in a namespace, after what could be put right without making anything anew. */
export async function mendPlace(shell: ShellTool, guests: Guests, wanted: Links): Promise<Omit<FoundWay, 'mending'>> {
  const found = await findLinks(shell);
  await shell.ip(found.mending);
  const settings = mendSettingsScript(await shell.run(wrongSettingsScript({ flows: false })));
  if (settings !== '') await shell.run(settings);
  const elsewhere = await guests.mend(await guests.broken(guestsOf(wanted)));
  if (elsewhere.size === 0) return found;
  // A card whose guest is not where its other end is counts as half made.
  const cards = Array.from(found.cards, ([name, card]) => {
    return [name, card && elsewhere.has(card.guestId) ? undefined : card] as const;
  });
  return { ...found, cards: new Map(cards) };
}

function guestsOf(links: Links): ReadonlySet<string> {
  return new Set(Array.from(links.cards.values(), (card) => card.guestId));
}
