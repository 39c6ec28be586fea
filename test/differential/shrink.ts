/** Makes the story of a mismatch small: leaves out one part after the other as long as the mismatch stays. */
import { chooserFor, type Mismatch, type Story } from './campaign.ts';
import { type Change, changed, isSameRule, type Rule, type Topology, vpcOf } from './topology.ts';
import { type Compared, openTrial, type Trial, type TrialOptions } from './trial.ts';

/** How often the story is told again, at most. */
const MOST_TRIES = 80;

/** Tells a story again: what became of its packet; undefined when that cannot be sent there. */
export type Tell = (mismatch: Mismatch) => Promise<Compared | undefined>;

/** The smallest story that was found, in which the mismatch still shows. The given one when it does not repeat. */
export async function shrink(
  mismatch: Mismatch,
  tell: Tell,
): Promise<{ readonly mismatch: Mismatch; readonly tries: number; readonly repeats: boolean }> {
  let tries = 0;
  let smallest: Mismatch = mismatch;
  const attempt = async (story: Story | undefined): Promise<boolean> => {
    if (story === undefined || tries >= MOST_TRIES) return false;
    tries += 1;
    const compared = await tell({ ...smallest, story });
    if (compared === undefined || compared.equal) return false;
    smallest = { ...smallest, story, compared };
    return true;
  };
  const alone = { ...mismatch.story, batch: [mismatch.compared.probe] };
  const repeats = (await attempt(alone)) || (await attempt(mismatch.story));
  if (!repeats) return { mismatch, tries, repeats };
  // Without changes, if what they led to is enough.
  const { topology, changes } = smallest.story;
  if (smallest.compared.flow === undefined && changes.length > 0) {
    await attempt({ ...smallest.story, topology: changes.flat().reduce(changed, topology), changes: [] });
  }
  // Halves, quarters, … and single ones until none can be left out any more.
  const leaveOut = async (partsOf: (mismatch: Mismatch) => readonly object[], limit: number) => {
    let whole = partsOf(smallest);
    for (let size = Math.ceil(whole.length / 2); size >= 1 && tries < limit; ) {
      let smaller = false;
      for (let from = 0; from < whole.length && tries < limit; from += size) {
        const left = new Set(whole.slice(from, from + size));
        if (await attempt(without(smallest.story, left, smallest.compared))) smaller = true;
      }
      whole = partsOf(smallest);
      if (size === 1 && !smaller) break;
      size = Math.min(Math.max(1, Math.floor(size / 2)), Math.max(1, whole.length));
    }
  };
  await leaveOut(parts, MOST_TRIES * 0.75);
  await leaveOut(company, MOST_TRIES);
  return { mismatch: smallest, tries, repeats };
}

/** In a region of its own, up to the packet; `look` looks at what came of it before the region goes. */
export async function retell<Result>(
  { seed, number, story, compared: { probe, flow } }: Mismatch,
  options: TrialOptions,
  look: (trial: Trial, compared: Compared) => Promise<Result>,
): Promise<Result | undefined> {
  const trial = await openTrial(story.topology, chooserFor(seed, number, 'order'), options);
  const inQuestion = (compared: readonly Compared[]) => compared.find((one) => one.probe === probe);
  try {
    const earlier = flow === undefined ? story.changes : story.changes.slice(0, -1);
    for (const changes of earlier) await trial.change(changes);
    const begun = await trial.begin(story.batch);
    let again = inQuestion(begun);
    if (flow !== undefined) {
      if (!again?.begun) return undefined;
      await trial.change(story.changes.at(-1) ?? []);
      again = inQuestion(await trial.goOn(begun.flatMap((one) => one.begun ?? [])));
    }
    return again && (await look(trial, again));
  } finally {
    await trial.close();
  }
}

/** What may be left out, the greatest first. */
function parts({ story: { topology, changes } }: Mismatch): object[] {
  const { vpcs, vswitches, groups, prefixLists, rules, instances, eips } = topology;
  return [...vpcs, ...changes.flat(), ...instances, ...vswitches, ...eips, ...groups, ...prefixLists, ...rules];
}

/** The other packets. */
function company({ story: { batch }, compared: { probe } }: Mismatch): object[] {
  return batch.filter((one) => one !== probe);
}

/** The story without these parts and all that needs them; undefined when the packet itself does. */
export function without(
  { topology, changes, batch }: Story,
  left: ReadonlySet<object>,
  { probe }: Pick<Compared, 'probe'>,
): Story | undefined {
  const vpcs = topology.vpcs.filter((vpc) => !left.has(vpc));
  const inVpc = ({ vpc }: { readonly vpc: string }) => vpcs.some(({ name }) => name === vpc);
  const vswitches = topology.vswitches.filter((vswitch) => !left.has(vswitch) && inVpc(vswitch));
  const groups = topology.groups.filter((group) => !left.has(group) && inVpc(group));
  const isGroup = (name: string | undefined) => name === undefined || groups.some((group) => group.name === name);
  const prefixLists = topology.prefixLists.filter((list) => !left.has(list));
  const isList = (name: string | undefined) => name === undefined || prefixLists.some((list) => list.name === name);
  const isWhole = (rule: Rule) =>
    [rule.group, rule.SourceGroupId, rule.DestGroupId].every(isGroup) &&
    [rule.SourcePrefixListId, rule.DestPrefixListId].every(isList);
  const instances = topology.instances
    .filter((instance) => !left.has(instance) && vswitches.some(({ name }) => name === instance.vswitch))
    .map((each) => (each.groups.every(isGroup) ? each : { ...each, groups: each.groups.filter(isGroup) }))
    .filter((instance) => instance.groups.length > 0);
  const isInstance = (name: string) => instances.some((instance) => instance.name === name);
  const eips = topology.eips
    .filter((eip) => !left.has(eip))
    .map((eip) => {
      if (eip.instance === undefined || isInstance(eip.instance)) return eip;
      const { instance: _, ...free } = eip;
      return free;
    });
  const rules = topology.rules.filter((rule) => !left.has(rule) && isWhole(rule));
  const smaller: Topology = { vpcs, vswitches, groups, prefixLists, rules, instances, eips };
  if (probe.from !== 'internet' && !isInstance(probe.from)) return undefined;

  let state = smaller;
  const kept = changes.map((round) =>
    round.filter((change) => {
      if (left.has(change) || !isPossible(state, change, isWhole)) return false;
      state = changed(state, change);
      return true;
    }),
  );
  return {
    topology: smaller,
    changes: kept.filter((round) => round.length > 0),
    batch: batch.filter((one) => !left.has(one) && (one.from === 'internet' || isInstance(one.from))),
  };
}

/** Whether the API would take the change now. */
function isPossible(topology: Topology, change: Change, isWhole: (rule: Rule) => boolean): boolean {
  const { groups, rules, instances, eips } = topology;
  const instanceOf = (name: string) => instances.find((instance) => instance.name === name);
  switch (change.kind) {
    case 'authorize':
      return isWhole(change.rule);
    case 'list':
      return topology.prefixLists.some((list) => list.name === change.list && list.Entry.includes(change.RemoveEntry));
    case 'revoke':
    case 'modify':
      return rules.some((rule) => isSameRule(rule, change.rule));
    case 'policy':
      return groups.some((group) => group.name === change.group);
    case 'join': {
      const instance = instanceOf(change.instance);
      const group = groups.find(({ name }) => name === change.group);
      if (!instance || !group || instance.groups.includes(group.name)) return false;
      return vpcOf(topology, instance) === group.vpc;
    }
    case 'leave': {
      const instance = instanceOf(change.instance);
      return instance !== undefined && instance.groups.length > 1 && instance.groups.includes(change.group);
    }
    case 'associate': {
      const free = eips.some((eip) => eip.name === change.eip && eip.instance === undefined);
      return free && instanceOf(change.instance) !== undefined && !eips.some((eip) => eip.instance === change.instance);
    }
    case 'unassociate':
      return eips.some((eip) => eip.name === change.eip && eip.instance !== undefined);
    case 'replace': {
      const instance = instanceOf(change.instance);
      return instance !== undefined && change.groups.every((name) => groups.some((group) => group.name === name));
    }
    case 'restart':
      return true;
    case 'stop':
      return instanceOf(change.instance)?.Status === 'Running';
    case 'start':
      return instanceOf(change.instance)?.Status === 'Stopped';
  }
}
