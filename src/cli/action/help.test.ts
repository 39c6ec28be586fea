import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../contract/catalogue.ts';
import { describeAction, describeProduct, wrap } from './help.ts';

describe('help from the contract', () => {
  it('names every parameter of every action, and how each is spelled', () => {
    for (const action of ACTIONS) {
      const text = describeAction(action, 'ecs', 100);
      for (const [name, parameter] of Object.entries(action.parameters)) {
        const spelled = parameter.kind === 'list' && (parameter.fate === 'realised' || parameter.fate === 'stored');
        expect(text).toContain(spelled ? `--${name}.N` : `--${name}`);
      }
      for (const code of action.errors) expect(text).toContain(code);
    }
  });

  it('tells type, bounds, values and default', () => {
    const text = describeAction(
      {
        product: 'Ecs',
        name: 'MakeThing',
        summary: 'Makes a thing.',
        effect: 'write',
        parameters: {
          Size: { kind: 'integer', fate: 'realised', help: 'Size in GiB.', range: [1, 9], default: 4, required: true },
          Kind: { kind: 'text', fate: 'stored', help: 'Kind.', enum: ['a', 'b'] },
          Old: { kind: 'text', fate: 'refused', help: 'Old.' },
          OwnerId: { kind: 'integer', fate: 'accepted', help: 'Owner.' },
        },
        answer: {},
        errors: [],
        administrator: true,
      },
      'ecs',
      100,
    );
    expect(text).toBe(`Usage: yunlan ecs MakeThing [--Name value …]

Makes a thing.
Only for the administrator of the deployment.

Required:
  --Size  (integer, 1 to 9, default 4, required)
      Size in GiB.

Optional:
  --Kind  (text)
      Kind. One of: a, b. (kept and shown again)

Accepted without effect:
  --OwnerId

Not served (refused with UnsupportedParameter):
  --Old
`);
  });

  it('lists the actions of a product', () => {
    const actions = ACTIONS.filter(({ product }) => product === 'Vpc');
    const text = describeProduct(actions, 'vpc', 80);
    for (const { name } of actions) expect(text).toContain(`  ${name} `);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('breaks lines between words', () => {
    expect(wrap('one two three', ' ', 8)).toEqual([' one two', ' three']);
    expect(wrap('unbreakable', '', 4)).toEqual(['unbreakable']);
  });
});
