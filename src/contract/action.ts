/** Actions as data: product, version, parameters, answer. The handler table is typed by them. */
import type { ErrorCode } from './errors.ts';
import type { InputOf, Parameters } from './parameter.ts';

/** Products and the version of their API that is served. The same action name exists in several products. */
export const VERSION = {
  Ecs: '2014-05-26',
  Vpc: '2016-04-28',
  Sts: '2015-04-01',
  Location: '2015-06-12',
  ResourceManager: '2020-03-31',
  BssOpenApi: '2017-12-14',
  /** Our own product: what has no official action. */
  Yunlan: '2026-11-01',
} as const;

export type Product = keyof typeof VERSION;

/** Leaf types of an answer; `[T]` is a JSON array of T. */
export type AnswerLeaf = 'string' | 'integer' | 'long' | 'float' | 'boolean';
export type AnswerShape = AnswerLeaf | readonly [AnswerShape] | { readonly [name: string]: AnswerShape };

export interface Action {
  readonly product: Product;
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** `read` never changes state; `write` runs in one transaction; `stream` upgrades the connection. */
  readonly effect: 'read' | 'write' | 'stream';
  readonly parameters: Parameters;
  /** Fields of the answer without RequestId, which the gateway adds. */
  readonly answer: { readonly [name: string]: AnswerShape };
  /** Codes this action can refuse with, besides the gateway's general ones. */
  readonly errors: readonly ErrorCode[];
  /** Only for the account that administers this deployment. */
  readonly administrator?: boolean;
  /** Not with temporary credentials, since it makes or ends lasting ones. */
  readonly lasting?: boolean;
}

export const action = <const A extends Action>(a: A): A => a;

/** The typed input that a handler of this action receives. */
export type Input<A extends Action> = InputOf<A['parameters']>;

type Shape<S> = S extends 'string'
  ? string
  : S extends 'integer' | 'long' | 'float'
    ? number
    : S extends 'boolean'
      ? boolean
      : S extends readonly [infer I]
        ? Shape<I>[]
        : { -readonly [K in keyof S]?: Shape<S[K]> | undefined };

/** The answer a handler gives: names and types of the contract; a field that does not apply may be left out. */
export type Answer<A extends Action> = Shape<A['answer']>;

/** Key of an action among all: the same action name exists in several products. */
export type ActionKey = `${Product}.${string}`;

export function keyOf(a: Pick<Action, 'product' | 'name'>): ActionKey {
  return `${a.product}.${a.name}`;
}
