/**
 * Parameters as data: what the wire may carry, what it means and what becomes of it. The decoder of the gateway, the
 * help of the command line, the reference pages and the fuzzers all read these descriptions; no type is written twice.
 */
import type { ErrorCode } from './errors.ts';

/**
 * What becomes of a parameter: `realised` (it changes what happens or what is answered), `stored` (kept and shown
 * again), `accepted` (allowed, without effect), `refused` (known to the official API, not served: UnsupportedParameter).
 */
export type Fate = 'realised' | 'stored' | 'accepted' | 'refused';

interface Common {
  readonly fate: Fate;
  /** Meaning in one sentence, with units. */
  readonly help: string;
  readonly required?: boolean;
  /** Code when the value is malformed or out of bounds; InvalidParameter when absent. */
  readonly invalid?: ErrorCode;
  /** Code when a required parameter is absent; MissingParameter when absent. */
  readonly missing?: ErrorCode;
  /** Never written to a log. */
  readonly secret?: boolean;
}

export interface TextParameter extends Common {
  readonly kind: 'text';
  /** Least and most characters. */
  readonly length?: readonly [number, number];
  readonly enum?: readonly string[];
  /** Accept the enum's values in any case and hand on the enum's own spelling. */
  readonly anyCase?: boolean;
  /** Regular expression (source text) the whole value must match. */
  readonly pattern?: string;
  readonly default?: string;
  /** An empty text is a value like any other; elsewhere it counts as absent. */
  readonly keepEmpty?: boolean;
}

export interface IntegerParameter extends Common {
  readonly kind: 'integer';
  readonly range?: readonly [number, number];
  /** A value above the range is lowered to its end instead of refused (clients rely on it for some page sizes). */
  readonly clamp?: boolean;
  readonly default?: number;
}

export interface FloatParameter extends Common {
  readonly kind: 'float';
  readonly range?: readonly [number, number];
}

export interface BooleanParameter extends Common {
  readonly kind: 'boolean';
  readonly default?: boolean;
}

/** A JSON array of texts in one value, e.g. InstanceIds. */
export interface JsonListParameter extends Common {
  readonly kind: 'json-list';
  /** Most items; 100 when absent. */
  readonly most?: number;
}

/** Texts separated by commas in one value, e.g. VpcId of DescribeVpcs. */
export interface CommaListParameter extends Common {
  readonly kind: 'comma-list';
  readonly most: number;
}

/** `Name.1`, `Name.2` …; the input holds an array, gaps in the numbering closed. */
export interface ListParameter extends Common {
  readonly kind: 'list';
  readonly of: Parameter;
  /** Most items. */
  readonly most: number;
}

/** `Name.Field`. */
export interface StructParameter extends Common {
  readonly kind: 'struct';
  readonly fields: Parameters;
}

export type Parameter =
  | TextParameter
  | IntegerParameter
  | FloatParameter
  | BooleanParameter
  | JsonListParameter
  | CommaListParameter
  | ListParameter
  | StructParameter;

export type Parameters = { readonly [name: string]: Parameter };

/** The value a handler gets for a parameter. */
export type ValueOf<P> = P extends { kind: 'text'; enum: readonly (infer E)[] }
  ? E
  : P extends { kind: 'text' }
    ? string
    : P extends { kind: 'integer' | 'float' }
      ? number
      : P extends { kind: 'boolean' }
        ? boolean
        : P extends { kind: 'json-list' | 'comma-list' }
          ? readonly string[]
          : P extends { kind: 'list'; of: infer I }
            ? readonly ValueOf<I>[]
            : P extends { kind: 'struct'; fields: infer F }
              ? InputOf<F>
              : never;

type Given<Ps> = { [K in keyof Ps]: Ps[K] extends { required: true } | { default: unknown } ? K : never }[keyof Ps];

/** The input of a handler: required parameters and those with a default are always there. */
export type InputOf<Ps> = { readonly [K in Given<Ps>]: ValueOf<Ps[K]> } & {
  readonly [K in Exclude<keyof Ps, Given<Ps>>]?: ValueOf<Ps[K]> | undefined;
};

type Rest<P extends Parameter> = Omit<P, 'kind'>;

export const text = <const P extends Rest<TextParameter>>(p: P) => ({ kind: 'text', ...p }) as const;
export const integer = <const P extends Rest<IntegerParameter>>(p: P) => ({ kind: 'integer', ...p }) as const;
export const float = <const P extends Rest<FloatParameter>>(p: P) => ({ kind: 'float', ...p }) as const;
export const boolean = <const P extends Rest<BooleanParameter>>(p: P) => ({ kind: 'boolean', ...p }) as const;
export const jsonList = <const P extends Rest<JsonListParameter>>(p: P) => ({ kind: 'json-list', ...p }) as const;
export const commaList = <const P extends Rest<CommaListParameter>>(p: P) => ({ kind: 'comma-list', ...p }) as const;
export const list = <const P extends Rest<ListParameter>>(p: P) => ({ kind: 'list', ...p }) as const;
export const struct = <const P extends Rest<StructParameter>>(p: P) => ({ kind: 'struct', ...p }) as const;
