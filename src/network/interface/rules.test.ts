import { describe, expect, it } from 'vitest';
import { type InterfaceState, mayChangeGroups } from './rules.ts';

const card = (kind: InterfaceState['kind'], status: InterfaceState['status']): InterfaceState => ({
  id: 'eni-1',
  kind,
  status,
});

describe('groups of an interface', () => {
  it.each(['Available', 'InUse'] as const)('may change when a secondary one is %s', (status) => {
    expect(mayChangeGroups(card('Secondary', status))).toBeUndefined();
  });

  it.each(['Creating', 'Attaching', 'Detaching', 'Deleting'] as const)('not while it is %s', (status) => {
    expect(mayChangeGroups(card('Secondary', status))).toMatchObject({
      code: 'InvalidOperation.InvalidEniState',
      parameter: 'NetworkInterfaceId',
    });
  });

  it('not of a primary one by itself', () => {
    expect(mayChangeGroups(card('Primary', 'InUse'))?.code).toBe('InvalidOperation.InvalidEniType');
  });
});
