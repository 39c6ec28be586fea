/** A walk through a product's actions with the vendor's client; every answer is held against the vendor's model. */
import type { Product } from '../../../src/contract/action.ts';
import { ACTIONS } from '../../../src/contract/catalogue.ts';
import type { Nested } from '../../../src/wire/flatten.ts';
import { type Region, type RegionOptions, startRegion } from '../../scenario/harness.ts';
import { type SdkClient, sdkClient } from '../sdk-client.ts';
import { answerFaults, type SdkPackage } from '../sdk-models.ts';

/** Parameters under their names on the wire. */
export type Parameters = { readonly [name: string]: Nested };

export interface Drive {
  readonly region: Region;
  /** Calls an action of the product and holds its answer against the model; the body as it came. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely; their types are what is being tested
  call(action: string, parameters?: Parameters): Promise<any>;
}

/** A part of a product's actions: everything it calls must succeed. `options`: of the region it runs in. */
export type Script = ((drive: Drive) => Promise<void>) & { readonly options?: RegionOptions };

/** What a drive saw. Lists without repetition, sorted. */
export interface Seen {
  /** Fields that the model has not, or values of another type. */
  readonly wrong: readonly string[];
  /** Fields of the model that some answer lacked. */
  readonly missing: readonly string[];
  /** Served actions of the product that no script called. */
  readonly notCalled: readonly string[];
}

/** Is told of every call that was answered. */
export type Listener = (action: string, parameters: Parameters, answer: object) => void;

/** Runs the scripts one after the other, each in a region of its own. */
export async function driveProduct(
  product: Product,
  sdk: SdkPackage,
  scripts: readonly Script[],
  listener: Listener = () => {},
): Promise<Seen> {
  const wrong = new Set<string>();
  const missing = new Set<string>();
  const called = new Set<string>();
  for (const script of scripts) {
    const region = await startRegion(script.options);
    let client: SdkClient | undefined;
    try {
      const opened = await sdkClient(sdk, region.endpoint, region.key);
      client = opened;
      await script({
        region,
        async call(action, parameters = {}) {
          const { wire, model } = await opened.call(action, parameters);
          called.add(action);
          listener(action, parameters, wire);
          const faults = answerFaults(sdk, action, wire);
          for (const fault of faults.wrong) wrong.add(fault);
          for (const field of faults.missing) missing.add(field);
          if (JSON.stringify(sorted(model.toMap())) !== JSON.stringify(sorted(wire))) {
            wrong.add(`${action}: the client reads something else than what came`);
          }
          return wire;
        },
      });
    } finally {
      await client?.close();
      await region.close();
    }
  }
  const served = ACTIONS.filter((action) => action.product === product && action.effect !== 'stream');
  return {
    wrong: [...wrong].sort(),
    missing: [...missing].sort(),
    notCalled: served.map(({ name }) => name).filter((name) => !called.has(name)),
  };
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
