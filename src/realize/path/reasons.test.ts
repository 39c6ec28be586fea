import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REASONS } from './path.ts';

const GUIDE = join(import.meta.dirname, '..', '..', '..', 'docs', 'guides', 'path-analysis.md');

describe('X1 the reasons of path analysis', () => {
  it('stand in the guide, all of them and in these words', async () => {
    const rows = (await readFile(GUIDE, 'utf8')).split('\n').filter((line) => line.startsWith('| `'));
    const wanted = Object.entries(REASONS).map(
      ([code, { verdict, meaning }]) => `| \`${code}\` | ${verdict} | ${meaning} |`,
    );
    expect(rows).toEqual(wanted);
  });
});
