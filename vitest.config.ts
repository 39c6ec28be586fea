import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const PROCESSORS = availableParallelism();

/** Suites by what they need: `unit` nothing, `store` a file, `scenario` a server, `packets` and `differential` namespaces. */
const suite = (
  name: string,
  include: string[],
  more: { testTimeout?: number; fileParallelism?: boolean; maxWorkers?: number } = {},
) => ({
  test: {
    name,
    include,
    isolate: false,
    // Otherwise one processor is kept for somebody who edits meanwhile.
    maxWorkers: PROCESSORS,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What is waited for may need several programs each time; the default of a second is too short on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    ...more,
  },
});

export default defineConfig({
  test: {
    projects: [
      suite('unit', ['src/**/*.test.ts']),
      suite('architecture', ['test/architecture/**/*.test.ts']),
      suite('contract', ['test/contract/**/*.test.ts']),
      suite('store', ['test/store/**/*.test.ts']),
      suite('scenario', ['test/scenario/**/*.test.ts']),
      suite('model', ['test/model/**/*.test.ts'], { testTimeout: 120_000 }),
      suite('fuzz', ['test/fuzz/**/*.test.ts'], { testTimeout: 300_000 }),
      suite('cli', ['test/cli/**/*.test.ts'], { testTimeout: 120_000, maxWorkers: 2 }),
      suite('differential', ['test/differential/**/*.test.ts'], { testTimeout: 120_000, fileParallelism: false }),
      // The network driver alone. What makes root and an ordinary user differ is not in it: both own its namespaces.
      suite('networks', ['test/packets/networks/*.test.ts'], { testTimeout: 120_000, maxWorkers: 2 }),
      // Regions, instances and the machine.
      suite('packets', ['test/packets/*.test.ts'], { testTimeout: 120_000, maxWorkers: 2 }),
    ],
  },
});
