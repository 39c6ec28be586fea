/** What an elastic network interface may be asked in which state. */
import { refuse } from '../../contract/errors.ts';
import type { Refusal } from '../../values/refusal.ts';

export interface InterfaceState {
  readonly id: string;
  readonly kind: 'Primary' | 'Secondary';
  readonly status: 'Creating' | 'Available' | 'Attaching' | 'InUse' | 'Detaching' | 'Deleting';
}

export function interfaceNotFound(id: string): Refusal {
  return refuse('InvalidEniId.NotFound', {
    parameter: 'NetworkInterfaceId',
    detail: `'${id}' is not an interface of this account here.`,
  });
}

/** Whether the groups of the interface itself may change; those of a primary one follow its instance. */
export function mayChangeGroups(card: InterfaceState): Refusal | undefined {
  const parameter = 'NetworkInterfaceId';
  if (card.kind === 'Primary') {
    return refuse('InvalidOperation.InvalidEniType', {
      parameter,
      detail: `${card.id} is a primary interface: give the InstanceId.`,
    });
  }
  if (card.status !== 'Available' && card.status !== 'InUse') {
    return refuse('InvalidOperation.InvalidEniState', {
      parameter,
      detail: `${card.id} is ${card.status}; it must be Available or InUse.`,
    });
  }
  return undefined;
}
