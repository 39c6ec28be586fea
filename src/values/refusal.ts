/**
 * A refusal is the caller's fault and an expected value; anything thrown is our bug. Codes and statuses come from the
 * table in `contract/errors.ts`; this type only carries them.
 */

const refusalMark = Symbol('refusal');

export interface Refusal {
  readonly [refusalMark]: true;
  /** Documented error code, e.g. `InvalidVpcId.NotFound`. */
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Text for a person; names the parameter. */
  readonly message: string;
  /** The parameter at fault, in wire form (`Tag.2.Key`), when there is one. */
  readonly parameter?: string;
}

export function makeRefusal(code: string, status: number, message: string, parameter?: string): Refusal {
  return { [refusalMark]: true, code, status, message, ...(parameter === undefined ? {} : { parameter }) };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && refusalMark in value;
}
