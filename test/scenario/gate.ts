/** Holds chosen operations of the simulated driver until they are let go, so that states on the way can be seen. */
import type { SimulatedOperation } from '../../src/drivers/simulated/driver.ts';

export class Gate {
  readonly #held = new Set<SimulatedOperation>();
  #waiting: (() => void)[] = [];

  /** For `failures` of a region. */
  readonly pass = async (operation: SimulatedOperation): Promise<void> => {
    while (this.#held.has(operation)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  };

  hold(...operations: SimulatedOperation[]): void {
    for (const operation of operations) this.#held.add(operation);
  }

  letGo(...operations: SimulatedOperation[]): void {
    for (const operation of operations) this.#held.delete(operation);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
