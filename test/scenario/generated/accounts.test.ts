/**
 * X8: whatever belongs to another account is to every action as if it did not exist. For each parameter that may hold an
 * id, the answer to another account's id is the one to an id that nobody has: nothing tells the two apart.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, keyOf } from '../../../src/contract/action.ts';
import { ACTIONS } from '../../../src/contract/catalogue.ts';
import { type IdKind, idKindsOf, type Leaf, leavesOf } from '../../fuzz/id-parameters.ts';
import { TYPE_NAMES } from '../../fuzz/samples.ts';
import { makePerson, nobodys, type Person } from '../../fuzz/world.ts';
import { type Body, type Region, startRegion } from '../harness.ts';
import { basesOf, type Flat, spoilt } from './base.ts';

const MANY = { vpcsPerRegion: 500, eipsPerAccount: 200, securityGroupsPerRegion: 500, prefixListsPerRegion: 500 };

/** Required parameters that name something and are not looked up, with the reason. This list may only shrink. */
const NOT_LOOKED_UP: { readonly [parameter: string]: string } = {
  'Ecs.JoinResourceGroup ResourceGroupId': 'resource groups are labels: any id is one of one’s own',
  'Vpc.MoveResourceGroup NewResourceGroupId': 'resource groups are labels: any id is one of one’s own',
};

interface Outcome {
  readonly status: number;
  /** Without what differs from one answer to the next. */
  readonly body: string;
  /** As it came. */
  readonly text: string;
  readonly message: string;
}

/** Names of accounts and keys are the deployment’s; some actions on them are the administrator’s alone. */
const isResource = (kind: IdKind): boolean => !/^acc/.test(kind);

interface Probe {
  readonly leaf: Leaf;
  readonly kind: IdKind;
}

/** Every id-typed parameter of the action with each kind it may hold. What is accepted without effect is not looked at. */
function probesOf(action: Action): Probe[] {
  return leavesOf(action.parameters)
    .filter(({ parameter }) => parameter.fate !== 'accepted')
    .flatMap((leaf) =>
      (idKindsOf(leaf.path, leaf.parameter) ?? [])
        .filter((kind) => !/^ResourceId(\.|$)/.test(leaf.path) || mayBe(action, kind))
        .map((kind) => ({ leaf, kind })),
    );
}

/** Whether the ResourceType of the action knows this kind; true where it has none. */
function mayBe({ parameters }: Action, kind: IdKind): boolean {
  const type = parameters['ResourceType'];
  return type?.kind !== 'text' || !type.enum || typeNamed(type.enum, kind) !== undefined;
}

function typeNamed(names: readonly string[], kind: IdKind): string | undefined {
  return names.find((name) => TYPE_NAMES.get(name.toLowerCase()) === kind);
}

const served = ACTIONS.filter((action) => action.effect !== 'stream');
/** Those that read come first, since what is changed in the name of another account’s id is shown afterwards. */
const probed = served
  .filter((action) => probesOf(action).length > 0)
  .sort((a, b) => Number(a.effect === 'write') - Number(b.effect === 'write'));
const reading = served.filter(({ effect }) => effect === 'read');

describe('X8 what is another account’s', () => {
  let region: Region;
  let own: Person;
  let other: Person;
  /** Of each probe, whether its id was really looked at. */
  const reached = new Map<string, boolean>();

  beforeAll(async () => {
    region = await startRegion({ quotas: MANY });
    own = await makePerson(region, 'acct-7q1');
    other = await makePerson(region, 'acct-8w2');
  });
  afterAll(() => region.close());

  async function ask(action: Action, request: Flat): Promise<Outcome> {
    const { status, body } = await own.client.call(action.product, action.name, request);
    const { RequestId: _1, HostId: _2, Recommend: _3, ...rest } = body as Body;
    const text = JSON.stringify(rest);
    return { status, text, body: settled(text), message: String(body.Message ?? '') };
  }

  /** Ids that were made for this answer, and times, are told apart by nothing. */
  function settled(text: string): string {
    return text
      .replaceAll(/\b[a-z]{1,3}-[a-z0-9]{20}\b/g, 'ID')
      .replaceAll(/nobody-[a-z0-9]+/g, 'ID')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z/g, 'TIME');
  }

  it('there is something to probe', () => {
    expect(probed.length).toBeGreaterThan(60);
  });

  it.each(reading.map((action) => [keyOf(action), action] as const))(
    '%s tells nothing of it unasked',
    async (_key, action) => {
      for (const base of basesOf(action, own)) {
        const { text } = await ask(action, base);
        expect(otherIds(text, '')).toEqual([]);
      }
    },
  );

  it.each(probed.map((action) => [keyOf(action), action] as const))('%s', async (_key, action) => {
    for (const { leaf, kind } of probesOf(action)) {
      const theirs = other.has.pick(kind, 0);
      if (theirs === undefined) continue;
      const mine = own.has.pick(kind, 0)!;
      const asked = `${keyOf(action)} ${leaf.path} (${kind})`;
      const name = leaf.path.replaceAll('.N', '.1');
      const written = (id: string): string => (leaf.parameter.kind === 'json-list' ? JSON.stringify([id]) : id);
      let found = false;
      for (const base of basesOf(action, own)) {
        const request = (id: string): Flat =>
          spoilt(action, ofKind(action, base, leaf.path, kind), leaf.path, written(id), own);
        const unknown = await ask(action, request(nobodys(kind, 1)));
        const foreign = await ask(action, request(theirs));
        // What was sent may be said again; what a change made differs from one time to the next.
        const alike = ({ status, body }: Outcome, id: string): string =>
          status === 200 && action.effect === 'write'
            ? 'done'
            : `${status} ${body.replaceAll(settled(id), 'ID').replaceAll(id, 'ID')}`;
        const expected = alike(unknown, nobodys(kind, 1));
        if (alike(foreign, theirs) !== expected && expected === 'done') {
          // What can be done once alone is asked again.
          const again = await ask(action, request(nobodys(kind, 1)));
          expect(alike(foreign, theirs), asked).toBe(alike(again, nobodys(kind, 1)));
        } else expect(alike(foreign, theirs), asked).toBe(expected);
        if (isResource(kind)) expect(foreign.text, asked).not.toMatch(/"Code":"(Forbidden|NoPermission)/);
        expect(otherIds(foreign.text, theirs), asked).toEqual([]);
        found ||=
          unknown.message.includes(`Parameter: ${name}`) ||
          unknown.message.includes(`Parameter: ${leaf.path.split('.')[0]}`);
        if (!found && action.effect === 'read' && unknown.status === 200) {
          found = (await ask(action, request(mine))).body !== unknown.body;
        }
        if (found) break;
      }
      const parameter = `${keyOf(action)} ${leaf.path}`;
      reached.set(parameter, found || reached.get(parameter) === true);
    }
  });

  /** ResourceType beside the id says its kind. */
  function ofKind({ parameters }: Action, base: Flat, path: string, kind: IdKind): Flat {
    const type = parameters['ResourceType'];
    const name = type?.kind === 'text' && type.enum ? typeNamed(type.enum, kind) : undefined;
    return name && /^ResourceId(\.|$)/.test(path) ? { ...base, ResourceType: name } : base;
  }

  /** Ids of the other account in an answer, besides the one that was sent. */
  function otherIds(text: string, sent: string): string[] {
    return other.has.all().filter((id) => id !== sent && text.includes(`"${id}"`));
  }

  it('the ids were looked at', () => {
    const missed = [...reached].filter(([, found]) => !found).map(([asked]) => asked);
    // What the administrator alone may ask is refused to others before anything is looked up.
    const open = served.filter((action) => !action.administrator);
    const required = open.flatMap((action) =>
      probesOf(action)
        .filter(({ leaf }) => action.parameters[leaf.path.split('.')[0]!]?.required)
        .map(({ leaf }) => `${keyOf(action)} ${leaf.path}`),
    );
    expect(missed.filter((asked) => required.includes(asked)).sort()).toEqual(Object.keys(NOT_LOOKED_UP).sort());
    expect(missed.length / reached.size).toBeLessThan(0.25);
  });
});
