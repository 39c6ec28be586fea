/** What a command does: a call, what the model predicts of it, and what its answer changes. */
import type { Product } from '../../src/contract/action.ts';
import type { Client, Request } from '../scenario/harness.ts';
import type { Model, Predicted } from './command-model.ts';

/** What commands act on. */
export interface Real {
  readonly client: Client;
  /** Keeps guests from booting and ending, or lets them. */
  freeze(frozen: boolean): void;
  /** Waits until what can be seen is what the model says. */
  follow(model: Model): Promise<void>;
  /** Counts the changes of the account. */
  changes(): Promise<number>;
  /** Counts how calls were answered, by action and code. */
  readonly answers: Map<string, number>;
}

/** A call: what is asked, what must be answered, and what that changes. */
export interface Planned {
  readonly product: Product;
  readonly action: string;
  readonly request: Request;
  readonly refused: Predicted;
  /** Takes over what the answer told. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely in tests
  apply(body: any, real: Real): void | Promise<void>;
}

/** Chooses what to call by numbers that mean something only together with the model. */
export type Plan = (model: Model, choices: readonly number[]) => Planned;
