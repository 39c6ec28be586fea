/**
 * Writes docs/reference/examples.json: of each served action the first call of the walks, as it was made and answered by
 * a region that moves no packets. Run it when an action is new or an answer has changed: `npm run reference`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionKey, keyOf, type Product } from '../../src/contract/action.ts';
import { ACTIONS, findAction } from '../../src/contract/catalogue.ts';
import { flatten } from '../../src/wire/flatten.ts';
import { ACCOUNT, ECS, VPC } from './drives/catalogue.ts';
import { driveProduct, type Parameters } from './drives/drive.ts';
import { ownProducts } from './drives/own.ts';
import { inOrder } from './examples.ts';

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'reference', 'examples.json');

const examples = new Map<ActionKey, unknown>();

function record(product: Product, name: string, parameters: Parameters, answer: object): void {
  const key = keyOf({ product, name });
  if (examples.has(key)) return;
  // As a person would call it: the region is the server's own.
  const flat = flatten(parameters, findAction(key)?.parameters);
  examples.set(key, inOrder({ parameters: flat, answer }));
}

for (const { product, sdk, scripts } of [ECS, VPC, ...ACCOUNT]) {
  await driveProduct(product, sdk, scripts, (name, parameters, answer) => record(product, name, parameters, answer));
}
await ownProducts(record);

const sorted = [...examples].sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`);
const lacking = ACTIONS.filter((action) => action.effect !== 'stream' && !examples.has(keyOf(action)));
for (const action of lacking) process.stderr.write(`no walk calls ${keyOf(action)}\n`);
process.exitCode = lacking.length > 0 ? 1 : 0;
