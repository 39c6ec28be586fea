import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFiles, violations } from './imports.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SRC = join(ROOT, 'src');

describe('architecture', () => {
  it('imports go one way, single homes are kept, there are no cycles', () => {
    expect(sourceFiles(SRC).length).toBeGreaterThan(50);
    expect(violations(SRC)).toEqual([]);
  });

  it('catches planted violations', () => {
    const planted = violations(join(import.meta.dirname, 'fixtures', 'src')).join('\n');
    expect(planted).toContain('network may not import drivers');
    expect(planted).toContain('SQL is written in store/ alone');
    expect(planted).toContain('one place spawns');
    expect(planted).toContain('pure code has no platform');
    expect(planted).toContain('time is injected');
    expect(planted).toContain('another resource’s actions');
    expect(planted).toContain('cycle: ');
  });

  it('no file is longer than 600 lines', () => {
    const long = sourceFiles(SRC)
      .map(({ path, text }) => ({ path, lines: text.split('\n').length }))
      .filter(({ path, lines }) => lines > 600 && !path.startsWith('contract/'));
    expect(long).toEqual([]);
  });

  it('names say what a thing holds', () => {
    const vague = sourceFiles(SRC).filter(({ path }) =>
      /(^|\/|-)(utils?|helpers?|manager|common|misc)(-|\/|\.ts$)/.test(path),
    );
    expect(vague).toEqual([]);
  });

  it('every production dependency is pure JavaScript without an install script', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const production = Object.entries(lock.packages as { [path: string]: LockedPackage }).filter(
      ([path, entry]) => path !== '' && !entry.dev && !entry.devOptional && !entry.optional,
    );
    expect(production.length).toBeGreaterThan(10);
    expect(production.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path)).toEqual([]);
    const native = production.filter(([path]) => {
      try {
        return readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' }).some((file) =>
          file.endsWith('.node'),
        );
      } catch {
        return false;
      }
    });
    expect(native.map(([path]) => path)).toEqual([]);
  });

  it('the lock names no registry host', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "http/);
  });

  it('the version is the package’s', async () => {
    const { VERSION } = await import('../../src/version.ts');
    expect(VERSION).toBe(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
  });
});

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}
