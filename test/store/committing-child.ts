/**
 * Writes numbers to a store, many at a time, and prints each once its write was answered: what is printed must be found
 * again, however this process ends. Arguments: the database's file, the first number.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/open.ts';
import { make, once } from './rows.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const store = await openStore({ path });
let next = Number(first);

/** One writer: with a token, an address, a touched network, like a real action. */
async function writer(): Promise<void> {
  for (;;) {
    const number = next++;
    const name = `n${number}`;
    const outcome = await store.write({ scope: ['test'], once: once(name) }, async (tx) => {
      await tx.insert('account', make.account({ id: name, name }));
      const wanted = await tx.touch('vpc-a', 'cn-hangzhou');
      await tx.insert('setting', make.setting({ name, value: String(wanted) }));
      return wanted;
    });
    // Straight to the descriptor: what sits in a buffer when the process is killed was never told to anybody.
    if (outcome.kind === 'done') writeSync(1, `${number} ${outcome.value}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, writer));
